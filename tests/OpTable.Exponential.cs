using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Exponentials, logarithms and hyperbolic functions.</summary>
internal static partial class OpTable
{
    private static OpRow[] Exponential =>
    [
        new Unary<Exp>
        {
            Single = Math.Exp,
            Double = x => Wide.Exp(x),
            Interesting = (-760, 720),
            Breakpoints = [-104, -103.97, -87.33, 88.73, 89, -746, -745.13, -708.4, 709.79, 710, 0.34657359, -0.34657359],
            Exact = [(NaN, NaN), (0, 1), (-0.0, 1), (PositiveInfinity, PositiveInfinity), (NegativeInfinity, 0), (1e4, PositiveInfinity), (-1e4, 0)],
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
}
