namespace Onsager.Tensors;

/// <summary>What a cubic spline does at an end.</summary>
public enum SplineEnds
{
    /// <summary>The first two pieces are one polynomial, and the last two: SciPy's default. Of three points it makes a parabola, of two a line.</summary>
    NotAKnot,

    /// <summary>The second derivative is 0.</summary>
    Natural,

    /// <summary>The first derivative is given.</summary>
    Clamped,
}

/// <summary>
/// Piecewise functions through given points. All of them keep the values at the points to rounding, are evaluated on numbers and on tensors, and have derivatives:
/// see <see cref="PiecewisePolynomial"/>. Points rise strictly; outside them the last pieces go on, unless something else is asked for.
/// </summary>
public static class Interpolant
{
    /// <summary>Straight lines: second order, continuous.</summary>
    /// <exception cref="ArgumentException">x and y are not as many, fewer than two, not finite, or x does not rise.</exception>
    public static PiecewisePolynomial Linear(ReadOnlySpan<double> x, ReadOnlySpan<double> y, OutOfRange outside = OutOfRange.Extrapolate)
    {
        Check("linear interpolation", x, y, 2);
        double[] coefficients = new double[2 * (x.Length - 1)];
        for (int i = 0; i + 1 < x.Length; i++)
        {
            coefficients[2 * i] = y[i];
            coefficients[(2 * i) + 1] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
        }

        return new(x, coefficients, outside);
    }

    /// <summary>
    /// The cubic spline, with two continuous derivatives and fourth order for smooth functions (de Boor, A Practical Guide to Splines, 1978, chapter 4): a tridiagonal system
    /// for the slopes at the points, which is diagonally dominant but for the not-a-knot rows, so elimination without exchanges is stable.
    /// </summary>
    /// <param name="x">The points.</param>
    /// <param name="y">The values.</param>
    /// <param name="ends">What holds at the ends.</param>
    /// <param name="firstSlope">The slope at the first point of a clamped spline.</param>
    /// <param name="lastSlope">The slope at its last point.</param>
    /// <param name="outside">What it is outside the points.</param>
    /// <exception cref="ArgumentException">x and y are not as many, fewer than two, not finite, x does not rise, or a slope is not finite.</exception>
    public static PiecewisePolynomial CubicSpline(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        SplineEnds ends = SplineEnds.NotAKnot,
        double firstSlope = 0,
        double lastSlope = 0,
        OutOfRange outside = OutOfRange.Extrapolate)
    {
        Check("cubic spline", x, y, 2);
        if (!double.IsFinite(firstSlope) || !double.IsFinite(lastSlope))
        {
            throw new ArgumentException($"cubic spline: the slopes at the ends must be finite; got {firstSlope} and {lastSlope}.", nameof(firstSlope));
        }

        (double[] widths, double[] chords) = Chords(x, y);
        int n = x.Length;
        double[] slopes = new double[n];
        if (ends == SplineEnds.NotAKnot && n <= 3)
        {
            // The line or parabola through all points.
            double bend = n == 2 ? 0 : (chords[1] - chords[0]) / (widths[0] + widths[1]);
            for (int i = 0; i < n; i++)
            {
                slopes[i] = chords[0] + (bend * (x[i] - x[0] + (x[i] - x[1])));
            }

            return Hermite(x, y, slopes, outside);
        }

        double[] lower = new double[n], diagonal = new double[n], upper = new double[n];
        for (int i = 1; i + 1 < n; i++)
        {
            (lower[i], diagonal[i], upper[i]) = (widths[i], 2 * (widths[i - 1] + widths[i]), widths[i - 1]);
            slopes[i] = 3 * ((widths[i] * chords[i - 1]) + (widths[i - 1] * chords[i]));
        }

        (diagonal[0], upper[0], slopes[0]) = End(ends, firstSlope, widths[0], chords[0], n > 2 ? widths[1] : 0, n > 2 ? chords[1] : 0);
        (diagonal[^1], lower[^1], slopes[^1]) = End(ends, lastSlope, widths[^1], chords[^1], n > 2 ? widths[^2] : 0, n > 2 ? chords[^2] : 0);
        SolveTridiagonal(lower, diagonal, upper, slopes);
        return Hermite(x, y, slopes, outside);
    }

    /// <summary>
    /// Cubic pieces that rise and fall only where the data do, with one continuous derivative (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5, 1984; SciPy's
    /// PchipInterpolator): slopes are weighted harmonic means of the neighbours', 0 at the data's extremes.
    /// </summary>
    /// <exception cref="ArgumentException">x and y are not as many, fewer than two, not finite, or x does not rise.</exception>
    public static PiecewisePolynomial Pchip(ReadOnlySpan<double> x, ReadOnlySpan<double> y, OutOfRange outside = OutOfRange.Extrapolate)
    {
        Check("pchip", x, y, 2);
        (double[] widths, double[] chords) = Chords(x, y);
        double[] slopes = new double[x.Length];
        for (int i = 1; i + 1 < x.Length; i++)
        {
            if (Math.Sign(chords[i - 1]) * Math.Sign(chords[i]) > 0)
            {
                double before = (2 * widths[i]) + widths[i - 1], after = widths[i] + (2 * widths[i - 1]);
                slopes[i] = (before + after) / ((before / chords[i - 1]) + (after / chords[i]));
            }
        }

        slopes[0] = x.Length == 2 ? chords[0] : EndOfPchip(widths[0], widths[1], chords[0], chords[1]);
        slopes[^1] = x.Length == 2 ? chords[0] : EndOfPchip(widths[^1], widths[^2], chords[^1], chords[^2]);
        return Hermite(x, y, slopes, outside);
    }

    /// <summary>
    /// Cubic pieces whose slopes depend on two neighbours on each side, so that an outlier bends little (Akima, J. ACM 17, 1970): means of the chords before and
    /// after, weighted by how much the chords on the other side differ; the plain mean where neither side bends. Chords beyond the ends go on linearly.
    /// </summary>
    /// <exception cref="ArgumentException">x and y are not as many, fewer than two, not finite, or x does not rise.</exception>
    public static PiecewisePolynomial Akima(ReadOnlySpan<double> x, ReadOnlySpan<double> y, OutOfRange outside = OutOfRange.Extrapolate)
    {
        Check("akima", x, y, 2);
        (_, double[] own) = Chords(x, y);
        int n = x.Length;
        if (n == 2)
        {
            return Linear(x, y, outside);
        }

        double[] chords = new double[n + 3], slopes = new double[n];
        own.CopyTo(chords, 2);
        chords[1] = (2 * chords[2]) - chords[3];
        chords[0] = (2 * chords[1]) - chords[2];
        chords[n + 1] = (2 * chords[n]) - chords[n - 1];
        chords[n + 2] = (2 * chords[n + 1]) - chords[n];
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            largest = double.Max(largest, Math.Abs(chords[i + 1] - chords[i]) + Math.Abs(chords[i + 3] - chords[i + 2]));
        }

        for (int i = 0; i < n; i++)
        {
            double before = Math.Abs(chords[i + 1] - chords[i]), after = Math.Abs(chords[i + 3] - chords[i + 2]);

            // Rounding errors of a straight line are no bends.
            slopes[i] = before + after > 1e-9 * largest
                ? ((after * chords[i + 1]) + (before * chords[i + 2])) / (before + after)
                : 0.5 * (chords[i + 1] + chords[i + 2]);
        }

        return Hermite(x, y, slopes, outside);
    }

    /// <summary>Finite points that rise strictly.</summary>
    internal static void CheckPoints(string operation, ReadOnlySpan<double> x, int least)
    {
        if (x.Length < least)
        {
            throw new ArgumentException($"{operation}: at least {least} points are needed; got {x.Length}.", nameof(x));
        }

        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]) || (i > 0 && x[i] <= x[i - 1]))
            {
                throw new ArgumentException($"{operation}: points must be finite and rise; point {i} is {x[i]}{(i > 0 ? $" after {x[i - 1]}" : "")}.", nameof(x));
            }
        }
    }

    internal static void Check(string operation, ReadOnlySpan<double> x, ReadOnlySpan<double> y, int least)
    {
        CheckPoints(operation, x, least);
        if (y.Length != x.Length)
        {
            throw new ArgumentException($"{operation}: {x.Length} points have {y.Length} values.", nameof(y));
        }

        for (int i = 0; i < y.Length; i++)
        {
            if (!double.IsFinite(y[i]))
            {
                throw new ArgumentException($"{operation}: values must be finite; value {i} is {y[i]}.", nameof(y));
            }
        }
    }

    /// <summary>The pieces with these values and slopes at the points.</summary>
    private static PiecewisePolynomial Hermite(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double[] slopes, OutOfRange outside)
    {
        double[] coefficients = new double[4 * (x.Length - 1)];
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double width = x[i + 1] - x[i], chord = (y[i + 1] - y[i]) / width, bend = (slopes[i] + slopes[i + 1] - (2 * chord)) / width;
            coefficients[4 * i] = y[i];
            coefficients[(4 * i) + 1] = slopes[i];
            coefficients[(4 * i) + 2] = ((chord - slopes[i]) / width) - bend;
            coefficients[(4 * i) + 3] = bend / width;
        }

        return new(x, coefficients, outside);
    }

    private static (double[] Widths, double[] Chords) Chords(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double[] widths = new double[x.Length - 1], chords = new double[x.Length - 1];
        for (int i = 0; i < widths.Length; i++)
        {
            widths[i] = x[i + 1] - x[i];
            chords[i] = (y[i + 1] - y[i]) / widths[i];
        }

        return (widths, chords);
    }

    /// <summary>The row of an end: the factors of its slope and the next one, and the right side. Seen from the last point, widths and chords are mirrored.</summary>
    private static (double Own, double Next, double Right) End(SplineEnds ends, double slope, double width, double chord, double nextWidth, double nextChord)
    {
        double both = width + nextWidth;
        return ends switch
        {
            SplineEnds.Clamped => (1, 0, slope),
            SplineEnds.Natural => (2, 1, 3 * chord),
            SplineEnds.NotAKnot => (nextWidth, both, (((width + (2 * both)) * nextWidth * chord) + (width * width * nextChord)) / both),
            _ => throw new ArgumentOutOfRangeException(nameof(ends), ends, "cubic spline: the ends are NotAKnot, Natural or Clamped."),
        };
    }

    /// <summary>A slope at an end from three points, kept from turning against the data (SLATEC's PCHIM).</summary>
    private static double EndOfPchip(double width, double nextWidth, double chord, double nextChord)
    {
        double slope = ((((2 * width) + nextWidth) * chord) - (width * nextChord)) / (width + nextWidth);
        return Math.Sign(slope) != Math.Sign(chord) ? 0
            : Math.Sign(chord) != Math.Sign(nextChord) && Math.Abs(slope) > 3 * Math.Abs(chord) ? 3 * chord
            : slope;
    }

    private static void SolveTridiagonal(double[] lower, double[] diagonal, double[] upper, double[] right)
    {
        for (int i = 1; i < right.Length; i++)
        {
            double factor = lower[i] / diagonal[i - 1];
            diagonal[i] -= factor * upper[i - 1];
            right[i] -= factor * right[i - 1];
        }

        right[^1] /= diagonal[^1];
        for (int i = right.Length - 2; i >= 0; i--)
        {
            right[i] = (right[i] - (upper[i] * right[i + 1])) / diagonal[i];
        }
    }
}
