using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The hyperbolic cosine over all inputs: 1.09 ulp over all float32 inputs, 1.04 ulp over 10^6 float64 points. Even to the bit; overflow and
/// infinities give +infinity, cosh(+-0) = 1, NaN stays NaN.
/// </summary>
/// <remarks>Method and coefficients: <see cref="SinhCosh"/>.</remarks>
public readonly struct Cosh : IUnaryOp
{
    public static string Name => "cosh";

    public static double MaxUlpSingle => 1.09;

    public static double MaxUlpDouble => 1.15;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        SinhCosh.Parts(V.Abs(x), out V up, out V down, out V r, out V s, out V c);
        V sinhN = up - down, coshN = up + down;

        // coshN itself would lose up to half an ulp with the last digits of 2^-n.
        V half = up + V.Fma(r, sinhN, V.Fma(c, coshN, V.Fma(s, sinhN, down)));
        return half + half;
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Call<Sinh>(x);
}
