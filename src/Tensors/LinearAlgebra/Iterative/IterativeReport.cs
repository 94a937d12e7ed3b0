namespace Onsager.Tensors;

/// <summary>How an iteration ended.</summary>
public enum IterativeStatus
{
    /// <summary>The residual is within the tolerance.</summary>
    Converged,

    /// <summary>The number of iterations was used up before that.</summary>
    OutOfIterations,

    /// <summary>The method cannot go on: the operator is not what it must be (positive definite, regular).</summary>
    Breakdown,

    /// <summary>NaN or infinity came up.</summary>
    NotFinite,

    /// <summary>The residual no longer fell before it was within the tolerance, or the method took it for smaller than it is: rounding has its say.</summary>
    Stalled,
}

/// <summary>How an iteration went.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Iterations">Products with the operator inside the iteration.</param>
/// <param name="Residual">The last residual's norm, relative as the method says.</param>
public readonly record struct IterativeReport(IterativeStatus Status, int Iterations, double Residual)
{
    /// <summary>Whether the tolerance was met.</summary>
    public bool HasConverged => Status == IterativeStatus.Converged;

    /// <summary>Does nothing where the iteration converged.</summary>
    /// <exception cref="ArithmeticException">It did not; the message says why, after how many iterations and with which residual.</exception>
    public void ThrowIfFailed()
    {
        if (!HasConverged)
        {
            string why = Status switch
            {
                IterativeStatus.OutOfIterations => "the tolerance was not met",
                IterativeStatus.Stalled => "the residual no longer fell",
                IterativeStatus.Breakdown => "the operator broke the method down",
                _ => "NaN or infinity came up",
            };
            throw new ArithmeticException($"iteration: {why} after {Iterations} iterations; the relative residual is {Residual}.");
        }
    }
}

/// <summary>When an iteration ends.</summary>
/// <param name="Tolerance">The relative residual to reach; 0 for a hundred units of rounding of the element type times the square root of n.</param>
/// <param name="MaxIterations">Products with the operator at most; 0 for ten times n.</param>
/// <param name="Patience">
/// After how many iterations in a row in which the residual has not come below half of its least value so far the iteration ends, as it does where rounding no longer lets it fall; 0 for never.
/// Only <see cref="ConjugateGradients"/> look at it; their residual may also rise for a while, so be patient where the operator is badly conditioned.
/// </param>
public readonly record struct IterativeLimits(double Tolerance = 0, int MaxIterations = 0, int Patience = 0)
{
    /// <summary>The limits for vectors [n].</summary>
    internal (double Tolerance, int MaxIterations) For<T>(string operation, nint n)
    {
        if (!(Tolerance >= 0) || MaxIterations < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(operation), $"{operation}: tolerance and number of iterations must not be negative; got {Tolerance} and {MaxIterations}.");
        }

        if (Patience < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(operation), $"{operation}: the patience must not be negative; got {Patience}.");
        }

        double epsilon = typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;
        return (Tolerance == 0 ? 100 * epsilon * Math.Sqrt(n) : Tolerance, MaxIterations == 0 ? (int)nint.Min(10 * nint.Max(n, 1), int.MaxValue / 2) : MaxIterations);
    }
}
