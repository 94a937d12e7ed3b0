using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Activations of neural networks.</summary>
internal static partial class OpTable
{
    private static OpRow[] Activations =>
    [
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
    ];
}
