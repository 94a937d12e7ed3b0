namespace Onsager.Tensors;

/// <summary>A minimum, and how it was found.</summary>
/// <param name="X">The best point.</param>
/// <param name="Value">The function there.</param>
/// <param name="Iterations">Steps.</param>
/// <param name="Evaluations">Calls of the function.</param>
/// <param name="Converged">Whether the point is known within the tolerance.</param>
public readonly record struct MinimumResult(double X, double Value, int Iterations, int Evaluations, bool Converged);

/// <summary>
/// Minima of functions of one number. A minimum can be told no better than to about the square root of the rounding error, 1.5e-8 of |x|, which is the default tolerance. Too many
/// steps are a result with Converged = false; a function value of NaN counts as larger than any number.
/// </summary>
public static class Minimization
{
    /// <summary>The square root of the rounding error.</summary>
    private const double DefaultTolerance = 1.4901161193847656e-8;

    /// <summary>(3 - sqrt 5) / 2: where golden sections divide.</summary>
    private const double Section = 0.3819660112501051;

    /// <summary>
    /// A local minimum between a and b: parabolas through the best points, guarded by golden sections (Brent, Algorithms for Minimization without Derivatives,
    /// 1973, chapter 5). For a function with one minimum there, it is that one. The ends themselves are not tried.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="a">One end.</param>
    /// <param name="b">The other.</param>
    /// <param name="tolerance">Of the point, relative to |x|; a tenth of it absolutely, near 0.</param>
    /// <param name="maxIterations">The largest number of steps.</param>
    /// <exception cref="ArgumentException">The ends are equal or not finite, or the tolerance is not above 0.</exception>
    public static MinimumResult Brent(Func<double, double> f, double a, double b, double tolerance = DefaultTolerance, int maxIterations = 500)
    {
        Check("brent minimum", f, a, b, tolerance);
        (a, b) = a < b ? (a, b) : (b, a);

        // x is the best point, w the second, v the one that was second before.
        double x = a + (Section * (b - a)), w = x, v = x, fx = Number(f(x)), fw = fx, fv = fx, step = 0, before = 0;
        int evaluations = 1;
        for (int iteration = 0; ; iteration++)
        {
            double middle = 0.5 * (a + b), near = (tolerance * Math.Abs(x)) + (0.1 * tolerance);
            bool isFound = Math.Abs(x - middle) <= (2 * near) - (0.5 * (b - a));
            if (isFound || iteration == maxIterations)
            {
                return new(x, fx, iteration, evaluations, isFound);
            }

            if (Math.Abs(before) > near && TryParabola(x, fx, w, fw, v, fv, a, b, before, out double next))
            {
                (before, step) = (step, next);
                if (x + step - a < 2 * near || b - (x + step) < 2 * near)
                {
                    step = Math.CopySign(near, middle - x);
                }
            }
            else
            {
                before = x < middle ? b - x : a - x;
                step = Section * before;
            }

            double u = x + (Math.Abs(step) >= near ? step : Math.CopySign(near, step)), fu = Number(f(u));
            evaluations++;
            if (fu <= fx)
            {
                (a, b) = u < x ? (a, x) : (x, b);
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
                continue;
            }

            (a, b) = u < x ? (u, b) : (a, u);
            if (fu <= fw || w == x)
            {
                (v, fv, w, fw) = (w, fw, u, fu);
            }
            else if (fu <= fv || v == x || v == w)
            {
                (v, fv) = (u, fu);
            }
        }
    }

    /// <summary>The minimum of a function with one minimum between a and b, by golden sections (Kiefer, 1953): slow, sure, and with a known number of steps.</summary>
    /// <param name="f">The function.</param>
    /// <param name="a">One end.</param>
    /// <param name="b">The other.</param>
    /// <param name="tolerance">Of the point: the last interval is at most this times (1 + |x|).</param>
    /// <param name="maxIterations">The largest number of steps.</param>
    /// <exception cref="ArgumentException">The ends are equal or not finite, or the tolerance is not above 0.</exception>
    public static MinimumResult GoldenSection(Func<double, double> f, double a, double b, double tolerance = DefaultTolerance, int maxIterations = 500)
    {
        Check("golden section", f, a, b, tolerance);
        (a, b) = a < b ? (a, b) : (b, a);
        double left = a + (Section * (b - a)), right = b - (Section * (b - a)), fl = Number(f(left)), fr = Number(f(right));
        int evaluations = 2;
        for (int iteration = 0; ; iteration++)
        {
            (double x, double fx) = fl <= fr ? (left, fl) : (right, fr);
            bool isFound = b - a <= tolerance * (1 + Math.Abs(x));
            if (isFound || iteration == maxIterations)
            {
                return new(x, fx, iteration, evaluations, isFound);
            }

            evaluations++;
            if (fl <= fr)
            {
                (b, right, fr) = (right, left, fl);
                left = a + (Section * (b - a));
                fl = Number(f(left));
            }
            else
            {
                (a, left, fl) = (left, right, fr);
                right = b - (Section * (b - a));
                fr = Number(f(right));
            }
        }
    }

    /// <summary>
    /// Three points of which the middle one is lowest, found by going downhill from a and b with steps that grow by the golden ratio.
    /// </summary>
    /// <returns>Lower, Middle and Upper in rising order, or null where maxIterations steps found none.</returns>
    /// <exception cref="ArgumentException">The points are equal or not finite.</exception>
    public static (double Lower, double Middle, double Upper)? Bracket(Func<double, double> f, double a, double b, int maxIterations = 100)
    {
        const double growth = 1.618033988749895;
        Check("minimum bracket", f, a, b, 1);
        double fa = Number(f(a)), fb = Number(f(b));
        (a, fa, b, fb) = fb <= fa ? (a, fa, b, fb) : (b, fb, a, fa);
        double c = b + (growth * (b - a)), fc = Number(f(c));
        for (int iteration = 0; fc < fb; iteration++)
        {
            if (iteration == maxIterations || !double.IsFinite(c))
            {
                return null;
            }

            (a, b, fb) = (b, c, fc);
            c = b + (growth * (b - a));
            fc = Number(f(c));
        }

        return !double.IsFinite(c) ? null : a < c ? (a, b, c) : (c, b, a);
    }

    /// <summary>The step from x to the lowest point of the parabola through three points, if it stays inside and is less than half the step before the last.</summary>
    private static bool TryParabola(double x, double fx, double w, double fw, double v, double fv, double a, double b, double before, out double step)
    {
        double r = (x - w) * (fx - fv), q = (x - v) * (fx - fw), p = ((x - v) * q) - ((x - w) * r);
        q = 2 * (q - r);
        (p, q) = q > 0 ? (-p, q) : (p, -q);
        step = p / q;
        return Math.Abs(p) < Math.Abs(0.5 * q * before) && p > q * (a - x) && p < q * (b - x);
    }

    private static double Number(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;

    private static void Check(string operation, Func<double, double> f, double a, double b, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!double.IsFinite(a) || !double.IsFinite(b) || a == b || !(tolerance > 0))
        {
            throw new ArgumentException($"{operation}: two different finite points and a tolerance above 0 are needed; got {a}, {b} and {tolerance}.", nameof(a));
        }
    }
}
