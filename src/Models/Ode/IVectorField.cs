namespace Onsager.Models.Ode;

/// <summary>
/// The right side of dy/dt = f(t, y), over spans. Make it a struct: a solver is compiled for it, and calls it directly. What the field needs
/// besides t and y are the struct's own members.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IVectorField<T>
    where T : unmanaged
{
    /// <summary>Writes f(t, y) to dy, completely; y is only read.</summary>
    void Eval(T t, ReadOnlySpan<T> y, Span<T> dy);
}

/// <summary>A function of time and state whose zero ends an integration.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IEvent<T>
    where T : unmanaged
{
    /// <summary>Which change of sign counts: 1 from negative to positive, -1 from positive to negative, 0 both.</summary>
    int Direction { get; }

    /// <summary>The value whose zero is looked for.</summary>
    T Value(T t, ReadOnlySpan<T> y);
}
