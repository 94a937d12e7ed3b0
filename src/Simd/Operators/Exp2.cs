using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// 2^x over all inputs: 0.88 ulp over all float32 inputs, 0.82 ulp over 10^6 float64 points; exact for integral x. Overflow gives +infinity,
/// underflow passes through subnormals with one rounding to +0; exp2(-infinity) = 0, exp2(+-0) = 1, NaN stays NaN.
/// </summary>
/// <remarks>
/// x = n + f with n the nearest integer, 2^f by a polynomial, and one rounding at the scaling by 2^n. Coefficients: Sollya 8, fpminimax on
/// [-0.5001, 0.5001], relative; approximation error 3.7e-9 (float32) and 5.7e-18 (float64).
/// </remarks>
public readonly struct Exp2 : IUnaryOp
{
    public static string Name => "exp2";

    public static double MaxUlpSingle => 0.88;

    public static double MaxUlpDouble => 0.85;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Beyond the bounds the result has settled: +infinity above, +0 below. The operand order keeps a NaN.
        V clamped = V.IsDouble
            ? V.Greater(V.Of(-1075), V.Lesser(V.Of(1024), x))
            : V.Greater(V.Of(-150), V.Lesser(V.Of(128), x));
        V n = V.Round(clamped), f = clamped - n;
        return V.Scale(V.Fma(V.IsDouble ? SlopeDouble(f) : SlopeSingle(f), f, V.Of(1)), n);
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => y * V.Of(0.6931471805599453);

    /// <summary>(2^f - 1) / f in float32 for f in [-0.5, 0.5].</summary>
    [MethodImpl(Inline)]
    internal static V SlopeSingle<V>(V f)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(0.00015243396f);
        p = V.Fma(p, f, V.Of(0.0013391473f));
        p = V.Fma(p, f, V.Of(0.009618829f));
        p = V.Fma(p, f, V.Of(0.055503584f));
        p = V.Fma(p, f, V.Of(0.24022645f));
        p = V.Fma(p, f, V.Of(0.6931472f));
        return p;
    }

    /// <summary>(2^f - 1) / f in float64 for f in [-0.5, 0.5].</summary>
    [MethodImpl(Inline)]
    internal static V SlopeDouble<V>(V f)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(4.451512654753768e-10);
        p = V.Fma(p, f, V.Of(7.073898733637242e-9));
        p = V.Fma(p, f, V.Of(1.0178076641422462e-7));
        p = V.Fma(p, f, V.Of(1.3215434541074828e-6));
        p = V.Fma(p, f, V.Of(1.525273382879197e-5));
        p = V.Fma(p, f, V.Of(0.00015403530458788097));
        p = V.Fma(p, f, V.Of(0.0013333558146358705));
        p = V.Fma(p, f, V.Of(0.009618129107592572));
        p = V.Fma(p, f, V.Of(0.05550410866482233));
        p = V.Fma(p, f, V.Of(0.24022650695910136));
        p = V.Fma(p, f, V.Of(0.6931471805599453));
        return p;
    }
}
