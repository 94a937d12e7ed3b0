using System.Numerics;
using Onsager.Conformance;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Operators one after another in one pass.</summary>
public class ChainTests
{
    [Fact]
    public void A_chain_has_the_bits_of_its_operators_one_after_the_other_at_every_width()
    {
        AtEveryWidth<Tanh, Exp>();
        AtEveryWidth<Sqrt, Negate>();

        // The first, the second and both of these have a short course for near arguments.
        AtEveryWidth<Sin, Square>();
        AtEveryWidth<Expm1, Cos>();
        AtEveryWidth<Tan, Sin>();
        AtEveryWidth<Chain<Cos, Relu>, Chain<Log1p, Erf>>();

        static void AtEveryWidth<TFirst, TSecond>()
            where TFirst : struct, IUnaryOp
            where TSecond : struct, IUnaryOp
        {
            Unary<Fixed<F32x1, F64x1>, TFirst, TSecond>();
            Unary<Fixed<F32x4, F64x2>, TFirst, TSecond>();
            Unary<Fixed<F32x8, F64x4>, TFirst, TSecond>();
            Unary<Fixed<F32x16, F64x8>, TFirst, TSecond>();
            Unary<Native, TFirst, TSecond>();
            Binary<Native, Multiply, TFirst>();
            Binary<Native, Hypot, TSecond>();
            Binary<Fixed<F32x1, F64x1>, Pow, TFirst>();
        }
    }

    [Fact]
    public void A_chain_says_what_it_is_made_of_and_promises_no_error()
    {
        Assert.Equal("tanh, exp", NameOf<Chain<Tanh, Exp>>());
        Assert.Equal("multiply, sin, square", NameOf<BinaryChain<Multiply, Chain<Sin, Square>>>());
        Assert.Equal(double.PositiveInfinity, ErrorOf<Chain<Tanh, Exp>>());
        Assert.Equal(double.PositiveInfinity, ErrorOf<BinaryChain<Add, Relu>>());

        static string NameOf<TOp>()
            where TOp : IOperator => TOp.Name;

        static double ErrorOf<TOp>()
            where TOp : IOperator => double.Min(TOp.MaxUlpSingle, TOp.MaxUlpDouble);
    }

    [Fact]
    public void Derivatives_follow_the_chain_rule_twice()
    {
        foreach (double x in (double[])[-1.7, -0.3, 0.2, 2.1])
        {
            // exp(tanh x) has the derivatives f (1 - t^2) and f (1 - t^2)(1 - 2 t - t^2), with t = tanh x.
            double t = Math.Tanh(x), f = Math.Exp(t), slope = f * (1 - (t * t)), curvature = slope * (1 - (2 * t) - (t * t));
            Dual<Dual<F64x1>> y = Dual<Dual<F64x1>>.Call<Chain<Tanh, Exp>>(new(new(new(x), new(1)), new(new(1), new(0))));
            Close(f, y.Value.Value.Value);
            Close(slope, y.Value.Tangent.Value);
            Close(slope, Chain<Tanh, Exp>.Derivative<F64x1>(new(x), y.Value.Value).Value);
            Close(curvature, y.Tangent.Tangent.Value);

            // sin(x u) has the derivatives u cos(x u), x cos(x u), and -u^2 sin(x u) as the second by x.
            double u = 0.8;
            Dual<Dual<F64x1>> z = Dual<Dual<F64x1>>.Call<BinaryChain<Multiply, Sin>>(new(new(new(x), new(1)), new(new(1), new(0))), Dual<Dual<F64x1>>.Of(u));
            Close(u * Math.Cos(x * u), z.Value.Tangent.Value);
            Close(-u * u * Math.Sin(x * u), z.Tangent.Tangent.Value);
            Close(x * Math.Cos(x * u), BinaryChain<Multiply, Sin>.DerivativeY<F64x1>(new(x), new(u), z.Value.Value).Value);
        }

        static void Close(double expected, double actual) => Assert.True(Math.Abs(expected - actual) <= 1e-14 * Math.Max(1, Math.Abs(expected)), $"{actual:R}, not {expected:R}");
    }

    private static void Unary<TEngine, TFirst, TSecond>()
        where TEngine : IEngine
        where TFirst : struct, IUnaryOp
        where TSecond : struct, IUnaryOp
    {
        Compare<float>();
        Compare<double>();

        static void Compare<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            // Near numbers alone in the first block, all kinds behind it.
            T[] x = [.. Numbers.Uniform<T>(3, 1500), .. OpTable.Specials<T>(), .. Numbers.Spread<T>(1, 1001)];
            T[] expected = new T[x.Length], actual = new T[x.Length];
            TEngine.Unary<TFirst, T>(x, expected);
            TEngine.Unary<TSecond, T>(expected, expected);
            TEngine.Unary<Chain<TFirst, TSecond>, T>(x, actual);
            Bits.AssertSame<T>(expected, actual, $"{Chain<TFirst, TSecond>.Name} on {typeof(TEngine)}");
        }
    }

    private static void Binary<TEngine, TFirst, TSecond>()
        where TEngine : IEngine
        where TFirst : struct, IBinaryOp
        where TSecond : struct, IUnaryOp
    {
        Compare<float>();
        Compare<double>();

        static void Compare<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            IReadOnlyList<T> specials = OpTable.Specials<T>();
            T[] x = [.. specials.SelectMany(x => specials.Select(_ => x)), .. Numbers.Uniform<T>(3, 501)], y = [.. specials.SelectMany(_ => specials), .. Numbers.Spread<T>(1, 501)];
            T[] expected = new T[x.Length], actual = new T[x.Length];
            TEngine.Binary<TFirst, T>(x, y, expected);
            TEngine.Unary<TSecond, T>(expected, expected);
            TEngine.Binary<BinaryChain<TFirst, TSecond>, T>(x, y, actual);
            Bits.AssertSame<T>(expected, actual, $"{BinaryChain<TFirst, TSecond>.Name} on {typeof(TEngine)}");
        }
    }
}
