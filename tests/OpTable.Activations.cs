using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Activations of neural networks.</summary>
internal static partial class OpTable
{
    private static OpRow[] Activations =>
    [
        new Unary<GeluTanh>
        {
            Single = x => TimesSigmoid(x, GeluArgument(x)),
            Double = GeluTanhOf,
            Interesting = (-23, 10),
            Breakpoints = [-0.14052416, -5.5, -10.5, -10.8, -11, -21, -21.5, -22, 5, 8, 40],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -0.0), (1e4, 1e4), (-1e4, -0.0)],
        },
        new Unary<Mish>
        {
            Single = x => x < 0 ? x * Math.Exp(x) * (Math.Exp(x) + 2) / ((Math.Exp(x) * (Math.Exp(x) + 2)) + 2)
                : x * (1 + (2 * Math.Exp(-x))) / (1 + (2 * Math.Exp(-x)) + (2 * Math.Exp(-2 * x))),
            Double = MishOf,
            Interesting = (-760, 50),
            Breakpoints = [-0.00324301, -87.33, -104, -108, -115, -708.4, -745.13, -752, -755, 17, 37, 40],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -0.0), (1e4, 1e4), (-1e4, -0.0)],
        },
        new Unary<Relu>
        {
            Single = x => x > 0 ? x : 0,
            Double = x => x > 0 ? x : 0,
            Exact = [(NaN, NaN), (0, 0), (-0.0, 0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (-1, 0)],
            Subnormal = x => x > 0 ? x : 0,
            Smooth = [(-3, -0.1), (0.1, 3)],
            Kinks = [(0, 0), (-0.0, 0)],
        },
        new Unary<Sigmoid>
        {
            Single = x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
            Double = Wide.Sigmoid,
            Interesting = (-760, 50),
            Breakpoints = [-104, -103.97, -87.33, 17, -746, -745.13, -708.4, 37],
            Exact = [(NaN, NaN), (0, 0.5), (-0.0, 0.5), (PositiveInfinity, 1), (NegativeInfinity, 0), (1e4, 1), (-1e4, 0)],
            Subnormal = _ => 0.5,
        },
        new Unary<Gelu>
        {
            // The float64 formula judges the float32 one, and is judged itself.
            Single = x => Gelu.Apply(new F64x1(x)).Value,
            Double = Wide.Gelu,
            Interesting = (-40, 10),
            Breakpoints = [-15, -39, -1, 1, -13.0, -14.4, -37.5, -38.5],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -0.0), (1e4, 1e4), (-1e4, -0.0)],
        },

        new Unary<Silu>
        {
            Single = x => TimesSigmoid(x, x),
            Double = x => (Wide)x * Wide.Sigmoid(x),
            Interesting = (-760, 50),
            Breakpoints = [-0.0150067955, -87.33, -104, -108, -115, -708.4, -745.13, -752, -755, 17, 37, 40],
            Exact = [(NaN, NaN), (0, 0), (-0.0, -0.0), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, -0.0), (1e4, 1e4), (-1e4, -0.0)],
        },
        new Unary<Softplus>
        {
            Single = x => Math.Max(x, 0) + Log1pOfSingle(Math.Exp(-Math.Abs(x))),
            Double = SoftplusOf,
            Interesting = (-760, 50),
            Breakpoints = [0.017351478, -87.33, -104, -103.97, -708.4, -745.13, -746, 17, 37],
            Exact =
            [
                (NaN, NaN), (0, 0.6931471805599453), (-0.0, 0.6931471805599453), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (1e4, 1e4), (-1e4, 0),
            ],
            Subnormal = _ => 0.6931471805599453,
        },
        new Binary<Elu>
        {
            // Expm1 is judged in a row of its own; what remains is a choice and a product.
            Single = (x, alpha) => x < 0 ? alpha * Expm1.Apply<F32x1>(new(x)).Value : x,
            Double = (x, alpha) => x < 0 ? alpha * Expm1.Apply<F64x1>(new(x)).Value : x,
            Kinks = [(0, 1.5, 1.5, 0), (-0.0, 0.5, 0.5, 0)],
        },
        new Binary<LeakyRelu>
        {
            Single = (x, slope) => x < 0 ? slope * x : x,
            Double = (x, slope) => x < 0 ? slope * x : x,
            Kinks = [(0, 0.25, 0.25, 0), (-0.0, 0.25, 0.25, 0)],
        },
    ];

    private static readonly Wide GeluCubic = new(0.044715, 2.1960211427085595e-18), TwoRootTwoOverPi = new(1.5957691216057308, 2 * -4.98465440455546e-17);

    /// <summary>x / (1 + e^-v) for x and v of one sign.</summary>
    private static double TimesSigmoid(double x, double v) => v < 0 ? x * Math.Exp(v) / (1 + Math.Exp(v)) : x / (1 + Math.Exp(-v));

    private static double GeluArgument(double x) => 1.5957691216057308 * x * (1 + (0.044715 * x * x));

    private static Wide GeluTanhOf(double x)
    {
        if (Math.Abs(x) > 30)
        {
            return x > 0 ? x : new Wide(-1, 0, -5000);
        }

        Wide v = TwoRootTwoOverPi * x * ((GeluCubic * x * x) + 1);
        Wide g = Wide.Exp(x < 0 ? v : -v);
        return x * (x < 0 ? g : 1) / (g + 1);
    }

    private static Wide MishOf(double x)
    {
        Wide g = Wide.Exp(-Math.Abs(x));
        return x < 0 ? x * g * (g + 2) / ((g * (g + 2)) + 2) : x * ((g * 2) + 1) / ((g * 2) + (g * g * 2) + 1);
    }

    private static Wide SoftplusOf(double x)
    {
        Wide g = Wide.Exp(-Math.Abs(x)), log = Log1pOf(g, double.LogP1(Math.Exp(-Math.Abs(x))));
        return x > 0 ? log + x : log;
    }
}
