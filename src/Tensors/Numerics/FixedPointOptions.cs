namespace Onsager.Tensors;

/// <summary>How a fixed point is looked for.</summary>
public sealed record FixedPointOptions
{
    /// <summary>
    /// It is found where |g(x) - x| is at most this times 1 + |x|, in the Euclidean norm; above 0. Where |x| has outgrown 2 (1 + |start| + |g(start) - start|), the residual must besides,
    /// by more than rounding, have fallen to half of the first one.
    /// </summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>The largest number of calls of g.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>What part of g(x) - x a step goes, above 0 and usually at most 1.</summary>
    public double Damping { get; init; } = 1;

    /// <summary>Steps that Anderson's acceleration looks back on; 0 for the plain iteration.</summary>
    public int History { get; init; } = 5;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Check()
    {
        if (!(Tolerance > 0) || MaxIterations < 1 || !(Damping > 0) || !double.IsFinite(Damping) || History < 0)
        {
            throw new ArgumentException(
                $"fixed point: a tolerance above 0, at least one iteration, a finite damping above 0 and a history of at least 0 are needed; got {Tolerance}, {MaxIterations}, {Damping} and {History}.");
        }
    }
}

/// <summary>How an iteration went.</summary>
/// <param name="Converged">Whether the residual is within the tolerance.</param>
/// <param name="Iterations">Calls of g.</param>
/// <param name="Residual">|g(x) - x| at the result.</param>
/// <param name="Residuals">The same for every call.</param>
public sealed record FixedPointReport(bool Converged, int Iterations, double Residual, IReadOnlyList<double> Residuals);
