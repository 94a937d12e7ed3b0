namespace Onsager.Tensors;

/// <summary>What a piecewise function is outside its breakpoints.</summary>
public enum OutOfRange
{
    /// <summary>The first and last pieces go on: SciPy's default for splines.</summary>
    Extrapolate,

    /// <summary>The values at the ends go on, as in numpy.interp; the derivative is 0.</summary>
    Clamp,

    /// <summary>NaN.</summary>
    NaN,

    /// <summary>0.</summary>
    Zero,

    /// <summary>An <see cref="ArgumentOutOfRangeException"/>.</summary>
    Throw,
}

/// <summary>Polynomials between breakpoints, each in powers of the distance from its left one (de Boor's pp-form; SciPy's PPoly with rising powers).</summary>
public sealed class PiecewisePolynomial : Curve
{
    private readonly double[] breakpoints;
    private readonly double[] coefficients;
    private readonly int order;

    /// <summary>From n + 1 rising breakpoints and n rows of coefficients, each of rising powers of x - breakpoints[i].</summary>
    /// <exception cref="ArgumentException">Breakpoints are fewer than two, not finite or do not rise, or coefficients are not as many for each piece.</exception>
    public PiecewisePolynomial(ReadOnlySpan<double> breakpoints, ReadOnlySpan<double> coefficients, OutOfRange outside = OutOfRange.Extrapolate)
    {
        Interpolant.CheckPoints("piecewise polynomial", breakpoints, 2);
        int pieces = breakpoints.Length - 1;
        if (coefficients.IsEmpty || coefficients.Length % pieces != 0)
        {
            throw new ArgumentException($"piecewise polynomial: {coefficients.Length} coefficients are not as many for each of {pieces} pieces.", nameof(coefficients));
        }

        this.breakpoints = breakpoints.ToArray();
        this.coefficients = coefficients.ToArray();
        order = coefficients.Length / pieces;
        Outside = outside;
    }

    /// <summary>The breakpoints, rising.</summary>
    public ReadOnlySpan<double> Breakpoints => breakpoints;

    /// <summary>The coefficients of rising powers, piece after piece.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>Coefficients of each piece.</summary>
    public int Order => order;

    /// <summary>What it is outside the breakpoints.</summary>
    public OutOfRange Outside { get; }

    /// <summary>The value at x by Horner's rule with fused steps; a breakpoint belongs to the piece on its right, the last one to the last piece.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is outside the breakpoints, where that was asked to throw.</exception>
    public override double Evaluate(double x)
    {
        double first = breakpoints[0], last = breakpoints[^1];
        if (x < first || x > last)
        {
            switch (Outside)
            {
                case OutOfRange.Clamp:
                    x = x < first ? first : last;
                    break;
                case OutOfRange.NaN:
                    return double.NaN;
                case OutOfRange.Zero:
                    return 0;
                case OutOfRange.Throw:
                    throw new ArgumentOutOfRangeException(nameof(x), x, $"piecewise polynomial: {x} is outside [{first}, {last}].");
            }
        }

        int piece = PieceOf(x);
        double distance = x - breakpoints[piece], value = coefficients[(piece * order) + order - 1];
        for (int k = order - 2; k >= 0; k--)
        {
            value = Math.FusedMultiplyAdd(value, distance, coefficients[(piece * order) + k]);
        }

        return value;
    }

    /// <summary>The derivative; where this function is constant outside its breakpoints, it is 0 there.</summary>
    public override PiecewisePolynomial Derivative()
    {
        int pieces = breakpoints.Length - 1, fewer = int.Max(1, order - 1);
        double[] slopes = new double[pieces * fewer];
        for (int piece = 0; piece < pieces; piece++)
        {
            for (int k = 1; k < order; k++)
            {
                slopes[(piece * fewer) + k - 1] = k * coefficients[(piece * order) + k];
            }
        }

        return new(breakpoints, slopes, Outside == OutOfRange.Clamp ? OutOfRange.Zero : Outside);
    }

    /// <summary>The continuous antiderivative that is 0 at the first breakpoint. Outside it extrapolates, but for NaN and exceptions, which stay.</summary>
    public PiecewisePolynomial Antiderivative()
    {
        int pieces = breakpoints.Length - 1, more = order + 1;
        double[] sums = new double[pieces * more];
        double start = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            Span<double> own = sums.AsSpan(piece * more, more);
            own[0] = start;
            double width = breakpoints[piece + 1] - breakpoints[piece], value = 0;
            for (int k = order; k > 0; k--)
            {
                own[k] = coefficients[(piece * order) + k - 1] / k;
                value = Math.FusedMultiplyAdd(value, width, own[k]);
            }

            start = Math.FusedMultiplyAdd(value, width, start);
        }

        return new(breakpoints, sums, Outside is OutOfRange.NaN or OutOfRange.Throw ? Outside : OutOfRange.Extrapolate);
    }

    /// <summary>The integral from one point to another, both within the breakpoints.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is outside the breakpoints.</exception>
    public double Integrate(double lower, double upper)
    {
        foreach (double bound in (ReadOnlySpan<double>)[lower, upper])
        {
            if (!(bound >= breakpoints[0] && bound <= breakpoints[^1]))
            {
                throw new ArgumentOutOfRangeException(nameof(lower), bound, $"piecewise polynomial: the bound {bound} is outside [{breakpoints[0]}, {breakpoints[^1]}].");
            }
        }

        PiecewisePolynomial sums = Antiderivative();
        return sums.Evaluate(upper) - sums.Evaluate(lower);
    }

    /// <summary>The piece that a point is in, or the nearest one.</summary>
    private int PieceOf(double x)
    {
        int at = Array.BinarySearch(breakpoints, x);
        return int.Clamp(at >= 0 ? at : ~at - 1, 0, breakpoints.Length - 2);
    }
}
