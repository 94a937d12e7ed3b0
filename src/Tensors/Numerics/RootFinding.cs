namespace Onsager.Tensors;

/// <summary>A root, and how it was found.</summary>
/// <param name="Root">The best point.</param>
/// <param name="Value">The function there.</param>
/// <param name="Iterations">Steps.</param>
/// <param name="Evaluations">Calls of the function.</param>
/// <param name="Converged">Whether the root is known within the tolerance.</param>
public readonly record struct RootResult(double Root, double Value, int Iterations, int Evaluations, bool Converged);

/// <summary>
/// Zeros of functions of one number. A bracket without a change of sign is an exception, as in SciPy; too many steps are a result with Converged = false; a
/// function value of NaN is an <see cref="ArithmeticException"/> that names the point.
/// </summary>
public static class RootFinding
{
    private const double DefaultTolerance = 2e-12;

    /// <summary>The least relative tolerance that makes sense, four rounding errors; also the default, as in SciPy.</summary>
    private const double LeastRelative = 4 * HostScalar.Epsilon;

    /// <summary>
    /// A zero of a continuous function between a and b, where it has different signs: inverse quadratic interpolation and secants, guarded by bisection (Brent,
    /// Algorithms for Minimization without Derivatives, 1973, chapter 4). The root is within tolerance + relativeTolerance |root| of a change of sign.
    /// </summary>
    /// <exception cref="ArgumentException">f has the same sign at both ends, a bound is not finite, or a tolerance is too small.</exception>
    /// <exception cref="ArithmeticException">f is NaN at a point that was tried.</exception>
    public static RootResult Brent(
        Func<double, double> f, double a, double b, double tolerance = DefaultTolerance, double relativeTolerance = LeastRelative, int maxIterations = 100)
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckTolerances("brent", tolerance, relativeTolerance);
        (double fa, double fb) = CheckBracket("brent", f, a, b);

        // b is the best point, a the one before it, c the other end of the bracket.
        (double c, double fc) = (a, fa);
        double step = b - a, before = step;
        int evaluations = 2;
        for (int iteration = 0; ; iteration++)
        {
            if (Math.Abs(fc) < Math.Abs(fb))
            {
                (a, fa, b, fb) = (b, fb, c, fc);
                (c, fc) = (a, fa);
            }

            double near = 0.5 * (tolerance + (relativeTolerance * Math.Abs(b))), half = 0.5 * (c - b);
            if (fb == 0 || Math.Abs(half) <= near || iteration == maxIterations)
            {
                return new(b, fb, iteration, evaluations, fb == 0 || Math.Abs(half) <= near);
            }

            if (Math.Abs(before) < near || Math.Abs(fa) <= Math.Abs(fb) || !TryInterpolate(a, fa, b, fb, c, fc, half, near, before, out double next))
            {
                step = before = half;
            }
            else
            {
                (before, step) = (step, next);
            }

            (a, fa) = (b, fb);
            b += Math.Abs(step) > near ? step : Math.CopySign(near, half);
            fb = Evaluate("brent", f, b);
            evaluations++;
            if (Math.Sign(fb) == Math.Sign(fc))
            {
                (c, fc) = (a, fa);
                step = before = b - a;
            }
        }
    }

    /// <summary>
    /// A zero between a and b by Newton steps; where one would leave the bracket, or does not halve it twice as fast as bisection would, the bracket is halved
    /// (Press and others, Numerical Recipes, section 9.4, names the idea; the test is on the step before the last). f gives value and slope.
    /// </summary>
    /// <exception cref="ArgumentException">f has the same sign at both ends, a bound is not finite, or a tolerance is too small.</exception>
    /// <exception cref="ArithmeticException">f is NaN at a point that was tried.</exception>
    public static RootResult SafeguardedNewton(
        Func<double, (double Value, double Slope)> f, double a, double b, double tolerance = DefaultTolerance, double relativeTolerance = LeastRelative, int maxIterations = 100)
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckTolerances("newton", tolerance, relativeTolerance);
        (double fa, double fb) = CheckBracket("newton", x => f(x).Value, a, b);
        int evaluations = 2;
        if (fa == 0 || fb == 0)
        {
            return new(fa == 0 ? a : b, 0, 0, evaluations, true);
        }

        // f is below zero at low.
        (double low, double high) = fa < 0 ? (a, b) : (b, a);
        double x = 0.5 * (a + b), step = Math.Abs(b - a), before = step;
        for (int iteration = 0; ; iteration++)
        {
            (double value, double slope) = f(x);
            evaluations++;
            CheckNumber("newton", x, value);
            if (value == 0)
            {
                return new(x, value, iteration, evaluations, true);
            }

            (low, high) = value < 0 ? (x, high) : (low, x);
            double near = tolerance + (relativeTolerance * Math.Abs(x)), newton = -value / slope, next = x + newton;
            if (Math.Abs(step) <= near || Math.Abs(high - low) <= near || iteration == maxIterations)
            {
                return new(x, value, iteration, evaluations, Math.Abs(step) <= near || Math.Abs(high - low) <= near);
            }

            bool isInside = next > double.Min(low, high) && next < double.Max(low, high) && Math.Abs(2 * newton) <= Math.Abs(before);
            before = step;
            step = isInside ? newton : 0.5 * (low + high) - x;
            x = isInside ? next : 0.5 * (low + high);
        }
    }

    /// <summary>
    /// A zero near a point, without a bracket: Newton steps, each halved until |f| becomes smaller, at most thirty times. It converges when a step is within the
    /// tolerance; where no step makes |f| smaller (a minimum of |f|, a slope of zero) it ends with Converged = false.
    /// </summary>
    /// <exception cref="ArgumentException">The start is not finite, or a tolerance is too small.</exception>
    /// <exception cref="ArithmeticException">f is NaN at the start.</exception>
    public static RootResult Newton(
        Func<double, (double Value, double Slope)> f, double start, double tolerance = DefaultTolerance, double relativeTolerance = LeastRelative, int maxIterations = 50)
    {
        ArgumentNullException.ThrowIfNull(f);
        CheckTolerances("newton", tolerance, relativeTolerance);
        if (!double.IsFinite(start))
        {
            throw new ArgumentException($"newton: the start {start} must be finite.", nameof(start));
        }

        double x = start;
        (double value, double slope) = f(x);
        CheckNumber("newton", x, value);
        int evaluations = 1;
        for (int iteration = 0; ; iteration++)
        {
            double step = -value / slope;
            bool isNear = Math.Abs(step) <= tolerance + (relativeTolerance * Math.Abs(x));
            if (value == 0 || isNear || iteration == maxIterations || !double.IsFinite(step))
            {
                return new(x, value, iteration, evaluations, value == 0 || isNear);
            }

            double tried = step;
            (double nextValue, double nextSlope) = f(x + tried);
            evaluations++;
            for (int halving = 0; halving < 30 && !(Math.Abs(nextValue) < Math.Abs(value)); halving++)
            {
                tried *= 0.5;
                (nextValue, nextSlope) = f(x + tried);
                evaluations++;
            }

            if (!(Math.Abs(nextValue) < Math.Abs(value)))
            {
                return new(x, value, iteration, evaluations, false);
            }

            (x, value, slope) = (x + tried, nextValue, nextSlope);
        }
    }

    /// <summary>
    /// An interval with a change of sign, from one without: the end with the smaller |f| is moved out by factor times the length, again and again.
    /// </summary>
    /// <returns>The bracket, or null where maxIterations steps found none.</returns>
    /// <exception cref="ArgumentException">a and b are equal or not finite, or the factor is not above 0.</exception>
    /// <exception cref="ArithmeticException">f is NaN at a point that was tried.</exception>
    public static (double Lower, double Upper)? Bracket(Func<double, double> f, double a, double b, double factor = 1.6, int maxIterations = 60)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!double.IsFinite(a) || !double.IsFinite(b) || a == b || !(factor > 0))
        {
            throw new ArgumentException($"bracket: two different finite points and a factor above 0 are needed; got {a}, {b} and {factor}.", nameof(a));
        }

        (a, b) = a < b ? (a, b) : (b, a);
        double fa = Evaluate("bracket", f, a), fb = Evaluate("bracket", f, b);
        for (int iteration = 0; double.IsFinite(a) && double.IsFinite(b); iteration++)
        {
            if (fa == 0 || fb == 0 || Math.Sign(fa) != Math.Sign(fb))
            {
                return (a, b);
            }

            if (iteration == maxIterations)
            {
                break;
            }

            if (Math.Abs(fa) < Math.Abs(fb))
            {
                a -= factor * (b - a);
                fa = Evaluate("bracket", f, a);
            }
            else
            {
                b += factor * (b - a);
                fb = Evaluate("bracket", f, b);
            }
        }

        return null;
    }

    /// <summary>A step from b by the secant through a, or by the inverse quadratic through all three points, if it is short enough to be trusted.</summary>
    private static bool TryInterpolate(double a, double fa, double b, double fb, double c, double fc, double half, double near, double before, out double step)
    {
        double s = fb / fa, p, q;
        if (a == c)
        {
            p = 2 * half * s;
            q = 1 - s;
        }
        else
        {
            double t = fa / fc, r = fb / fc;
            p = s * ((2 * half * t * (t - r)) - ((b - a) * (r - 1)));
            q = (t - 1) * (r - 1) * (s - 1);
        }

        (p, q) = p > 0 ? (p, -q) : (-p, q);
        step = p / q;
        return 2 * p < double.Min((3 * half * q) - Math.Abs(near * q), Math.Abs(before * q));
    }

    private static (double AtA, double AtB) CheckBracket(string operation, Func<double, double> f, double a, double b)
    {
        if (!double.IsFinite(a) || !double.IsFinite(b))
        {
            throw new ArgumentException($"{operation}: the bracket [{a}, {b}] must be finite.", nameof(a));
        }

        double fa = Evaluate(operation, f, a), fb = Evaluate(operation, f, b);
        return fa == 0 || fb == 0 || Math.Sign(fa) != Math.Sign(fb)
            ? (fa, fb)
            : throw new ArgumentException($"{operation}: the function has the same sign at both ends: f({a}) = {fa}, f({b}) = {fb}.", nameof(b));
    }

    private static void CheckTolerances(string operation, double tolerance, double relativeTolerance)
    {
        if (!(tolerance > 0) || !(relativeTolerance >= LeastRelative))
        {
            throw new ArgumentException($"{operation}: the tolerance must be above 0 and the relative one at least {LeastRelative}; got {tolerance} and {relativeTolerance}.", nameof(tolerance));
        }
    }

    private static double Evaluate(string operation, Func<double, double> f, double x)
    {
        double value = f(x);
        CheckNumber(operation, x, value);
        return value;
    }

    private static void CheckNumber(string operation, double x, double value)
    {
        if (double.IsNaN(value))
        {
            throw new ArithmeticException($"{operation}: the function is NaN at {x}.");
        }
    }
}
