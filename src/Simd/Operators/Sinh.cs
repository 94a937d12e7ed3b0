using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The hyperbolic sine over all inputs: 1.31 ulp over all float32 inputs, 1.52 ulp over 10^6 float64 points. Odd to the bit, keeps
/// zeros, their signs and subnormals; overflow and infinities give infinities of x's sign, NaN stays NaN.
/// </summary>
/// <remarks>Method and coefficients: <see cref="SinhCosh"/>. For n = 0 the sum is sinh r alone, without cancellation.</remarks>
public readonly struct Sinh : IUnaryOp
{
    public static string Name => "sinh";

    public static double MaxUlpSingle => 1.31;

    public static double MaxUlpDouble => 1.65;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x);
        SinhCosh.Parts(a, out V up, out V down, out V r, out V s, out V c);
        V sinhN = up - down, coshN = up + down;
        V half = sinhN + V.Fma(r, coshN, V.Fma(c, sinhN, s * coshN));

        // Halving would round subnormals.
        V y = V.SelectLess(a, V.Of(V.IsDouble ? 1e-8 : 1e-4), a, half + half);
        return V.Or(y, V.And(x, V.IsDouble ? V.OfBits(long.MinValue) : V.OfBits(0x80000000)));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Call<Cosh>(x);
}
