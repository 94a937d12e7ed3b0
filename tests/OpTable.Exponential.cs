using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Exponentials, logarithms and hyperbolic functions.</summary>
internal static partial class OpTable
{
    private static OpRow[] Exponential =>
    [
        new Unary<Acosh>
        {
            Single = Math.Acosh,
            Double = AcoshOf,
            Domain = x => x >= 1,
            Interesting = (1, 20),
            Breakpoints = [1, 1.0000000001, 1.0001, 1.25, 1.5, 2, 67108864, 18014398509481984, 3.3e38, 1.7e308],
            Exact = [(NaN, NaN), (0, NaN), (-0.0, NaN), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (1, 0), (0.5, NaN), (-1, NaN), (-2, NaN), (-1e30, NaN)],
            Subnormal = _ => NaN,
            Smooth = [(1.2, 10)],
        },
        new Unary<Asinh>
        {
            Single = Math.Asinh,
            Double = AsinhOf,
            Interesting = (-20, 20),
            Breakpoints = [1e-8, 1e-4, 0.29, 0.41, 0.5, 0.75, 1, 2, 67108864, 18014398509481984, 3.3e38, 1.7e308],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NegativeInfinity)],
            Subnormal = x => x,
        },
        new Unary<Atanh>
        {
            Single = Math.Atanh,
            Double = AtanhOf,
            Domain = x => Math.Abs(x) < 1,
            Interesting = (-1, 1),
            Breakpoints = [1e-8, 1e-4, 0.17, 0.2, 0.5, 0.9, 1, -1],
            Exact =
            [
                (NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, NaN), (NegativeInfinity, NaN), (1, PositiveInfinity), (-1, NegativeInfinity), (1.5, NaN), (-2, NaN),
            ],
            Subnormal = x => x,
            Smooth = [(-0.8, 0.8)],
        },
        new Unary<Cosh>
        {
            Single = Math.Cosh,
            Double = x => (Wide.Exp(Math.Abs(x)) + Wide.Exp(-Math.Abs(x))) * 0.5,
            Interesting = (-712, 712),
            Breakpoints = [0.34657359, 1.0397208, 8.016218, 89.4, 89.41599, 89.5, 710.4758600739439, 710.5],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, PositiveInfinity), (-1e4, PositiveInfinity)],
            Subnormal = _ => 1,
        },
        new Unary<Exp>
        {
            Single = Math.Exp,
            Double = x => Wide.Exp(x),
            Interesting = (-760, 720),
            Breakpoints = [-104, -103.97, -87.33, 88.73, 89, -746, -745.13, -708.4, 709.79, 710, 0.34657359, -0.34657359],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (1e4, PositiveInfinity), (-1e4, 0)],
            Subnormal = _ => 1,
        },
        new Unary<Exp2>
        {
            Single = x => x is > -1100 and < 1100 ? Math.ScaleB(Math.Exp((x - Math.Round(x)) * 0.6931471805599453), (int)Math.Round(x)) : x < 0 ? 0 : PositiveInfinity,
            Double = x => Math.Abs(x) < 1200 ? Scaled(Wide.Exp((Wide)(x - Math.Round(x)) * Ln2), (int)Math.Round(x)) : Scaled(1, x < 0 ? -5000 : 5000),
            Interesting = (-1080, 1030),
            Breakpoints = [-150, -149, -126, -126.4965, 0.5, 1.5, 127.5, 128, -1075, -1074, -1022, 1023.5, 1024],
            Exact =
            [
                (NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (1e4, PositiveInfinity), (-1e4, 0), (10, 1024),
                (-100, 7.888609052210118e-31),
            ],
            Subnormal = _ => 1,
        },
        new Unary<Expm1>
        {
            Single = x => 2 * Math.Sinh(Math.Max(x, -100) / 2) * Math.Exp(Math.Max(x, -100) / 2),
            Double = x => Wide.Expm1(x),
            Interesting = (-50, 720),
            Breakpoints = [-18, -38, 88.73, 89, 709.79, 710, 0.34657359, -0.34657359, 1.4901161e-8, 2.7755575615628914e-17],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -1), (1e4, PositiveInfinity), (-1e4, -1)],
            Subnormal = x => x,
        },
        new Unary<Log>
        {
            Single = Math.Log,
            Double = Wide.Log,
            Domain = x => x > 0,
            Interesting = (0, 10),
            Breakpoints = [0.5, 2.0 / 3, 0.70710678118654757, 1, 4.0 / 3, 1.4142135623730951, 1.17549435e-38, 2.2250738585072014e-308],
            Exact =
            [
                (NaN, NaN), (0, NegativeInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NaN), (1, 0),
            ],
            Smooth = [(0.1, 10)],
        },
        new Unary<Log10>
        {
            Single = Math.Log10,
            Double = x => Wide.Log(x) / Ln10,
            Domain = x => x > 0,
            Interesting = (0, 10),
            Breakpoints = [0.7, 0.70710678118654757, 0.7526881, 1, 1.4, 1.4142135623730951, 10, 1000, 1.17549435e-38, 2.2250738585072014e-308],
            Exact =
            [
                (NaN, NaN), (0, NegativeInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NaN), (1, 0),
            ],
            Smooth = [(0.1, 10)],
        },
        new Unary<Log1p>
        {
            Single = Log1pOfSingle,
            Double = Log1pOf,
            Domain = x => x > -1,
            Interesting = (-1, 10),
            Breakpoints = [-0.3, 0.4, -0.29289321881345243, 0.41421356237309515, 1, 1.8, 16777216, 9007199254740992, 3.3e38, 1.7e308, -0.99999994],
            Exact =
            [
                (NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NegativeInfinity), (-1.5, NaN), (-1e30, NaN),
            ],
            Subnormal = x => x,
            Smooth = [(-0.9, 10)],
        },
        new Unary<Log2>
        {
            Single = Math.Log2,
            Double = x => Wide.Log(x) / Ln2,
            Domain = x => x > 0,
            Interesting = (0, 10),
            Breakpoints = [2.0 / 3, 0.70710678118654757, 1, 4.0 / 3, 1.3603878, 1.4142135623730951, 1.17549435e-38, 2.2250738585072014e-308],
            Exact =
            [
                (NaN, NaN), (0, NegativeInfinity), (-0.0, NegativeInfinity), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NaN), (-1, NaN), (1, 0),
                (0.125, -3), (1024, 10), (7.888609052210118e-31, -100),
            ],
            Smooth = [(0.1, 10)],
        },
        new Unary<Sinh>
        {
            Single = x => x is > -0.1 and < 0.1 ? SinhOf(x).High * Math.ScaleB(1, SinhOf(x).Scale) : Math.Sinh(x),
            Double = SinhOf,
            Interesting = (-712, 712),
            Breakpoints = [1e-8, 1e-4, 0.34657359, 1.0397208, 7.971235, 89.4, 89.41599, 89.5, 710.4758600739439, 710.5],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, NegativeInfinity), (-1e4, NegativeInfinity)],
            Subnormal = x => x,
        },
        new Unary<Tanh>
        {
            Single = Math.Tanh,
            Double = Wide.Tanh,
            Interesting = (-22, 22),
            Breakpoints = [0.55, 9.02, 10, 19.06, 20],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, 1), (NegativeInfinity, -1), (100, 1), (-100, -1)],
            Subnormal = x => x,
        },
    ];

    private static Wide Ln2 => new(0.6931471805599453, 2.3190468138462996e-17);

    private static Wide Ln10 => new(2.302585092994046, -2.1707562233822494e-16);

    private static Wide Scaled(Wide x, int exponent) => x with { Scale = x.Scale + exponent };

    /// <summary>(t + t / (t + 1)) / 2 with t = e^|x| - 1: nothing cancels.</summary>
    private static Wide SinhOf(double x)
    {
        Wide t = Wide.Expm1(Math.Abs(x));
        Wide y = x is 0 ? x : Math.Abs(x) > 800 ? Scaled(1, 5000) : (t + (t / (t + 1))) * 0.5;
        return x < 0 ? -y : y;
    }

    /// <summary>log u corrected for what u = 1 + x lost (Kahan's form).</summary>
    private static double Log1pOfSingle(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : u == 0 || Math.Abs(x) > 1e10 ? Math.Log(u) : Math.Log(u) + ((x - (u - 1)) / u);
    }

    private static Wide AsinhOf(double x)
    {
        Wide a = Math.Abs(x), root = Wide.Sqrt((a * a) + 1);
        Wide y = Math.Abs(x) < 0.5 ? Log1pOf(a + (a * a / (root + 1)), Math.Asinh(Math.Abs(x))) : Wide.Log(a + root);
        return x is 0 ? x : x < 0 ? -y : y;
    }

    private static Wide AcoshOf(double x)
    {
        Wide m = (Wide)x - 1, t = m + Wide.Sqrt((m * m) + (m * 2));
        return x < 1.1 ? Log1pOf(t, Math.Acosh(x)) : Wide.Log(t + 1);
    }

    private static Wide AtanhOf(double x)
    {
        Wide a = Math.Abs(x), rest = 1 - a;
        Wide y = (Math.Abs(x) < 0.2 ? Log1pOf(a * 2 / rest, 2 * Math.Atanh(Math.Abs(x))) : Wide.Log((a + 1) / rest)) * 0.5;
        return x is 0 ? x : x < 0 ? -y : y;
    }

    private static Wide Log1pOf(double x) => x <= -0.5 ? Wide.Log(1 + x) : Log1pOf((Wide)x, double.LogP1(x));

    /// <summary>log(1 + t) for t > -1/2 from a float64 guess, corrected by what exp says of it: (1 + t) e^-guess - 1 is the guess's error.</summary>
    private static Wide Log1pOf(Wide t, double guess)
    {
        if (guess is 0)
        {
            return t;
        }

        Wide back = Wide.Expm1(-guess), error = back + (t * (back + 1));
        return guess + (error - (error * error * 0.5));
    }
}
