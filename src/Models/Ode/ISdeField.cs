namespace Onsager.Models.Ode;

/// <summary>
/// The two sides of dy = f(t, y) dt + g(t, y) dW, over spans, with a Brownian motion of its own for each component (diagonal noise). Make it a struct: a solver
/// is compiled for it. Many paths at once are one state, path after path.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ISdeField<T>
    where T : unmanaged
{
    /// <summary>Writes f(t, y) to drift, completely; y is only read.</summary>
    void Drift(T t, ReadOnlySpan<T> y, Span<T> drift);

    /// <summary>Writes g(t, y) to diffusion, completely; y is only read.</summary>
    void Diffusion(T t, ReadOnlySpan<T> y, Span<T> diffusion);
}

/// <summary>A field that also knows how its noise changes with the state, as Milstein's method needs it.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IMilsteinField<T> : ISdeField<T>
    where T : unmanaged
{
    /// <summary>Writes dg_i/dy_i to slope, completely; g_i depends on no other component.</summary>
    void DiffusionSlope(T t, ReadOnlySpan<T> y, Span<T> slope);
}
