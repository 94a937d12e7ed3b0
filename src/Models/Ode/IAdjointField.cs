namespace Onsager.Models.Ode;

/// <summary>
/// A field over spans that knows its own derivative, for <see cref="DiscreteAdjoint{TField, T}"/>: what an evaluation computes on its way may be left in a
/// piece of memory, where its derivative finds it.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IAdjointField<T>
    where T : unmanaged
{
    /// <summary>Elements of a state.</summary>
    int Size { get; }

    /// <summary>Elements that an evaluation leaves for its derivative.</summary>
    int Memory { get; }

    /// <summary>Parameters.</summary>
    int Parameters { get; }

    /// <summary>Writes f(t, y) to dy, and what its derivative needs to memory.</summary>
    void Eval(T t, ReadOnlySpan<T> y, Span<T> dy, Span<T> memory);

    /// <summary>Writes a df/dy at an earlier evaluation to dy, completely, and adds a df/dp to gradient.</summary>
    /// <param name="t">That evaluation's time.</param>
    /// <param name="y">Its state.</param>
    /// <param name="memory">What it left.</param>
    /// <param name="a">The gradient by f.</param>
    /// <param name="dy">The gradient by y.</param>
    /// <param name="gradient">The sum of gradients by the parameters.</param>
    void Vjp(T t, ReadOnlySpan<T> y, ReadOnlySpan<T> memory, ReadOnlySpan<T> a, Span<T> dy, Span<T> gradient);
}
