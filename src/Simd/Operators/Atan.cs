using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The inverse tangent, in [-pi/2, pi/2]: 1.37 ulp over all float32 inputs, 1.5 over
/// 10^6 float64 points. Odd to the bit, keeps -0 and
/// subnormals; atan(+-infinity) = +-pi/2, NaN stays NaN.
/// </summary>
/// <remarks>
/// An odd polynomial on [0, 1]; above 1, pi/2 less the polynomial at 1 / |x|.
/// Coefficients: Sollya 8, fpminimax on [0, 1], relative; error 2.7e-9 (float32) and 4.7e-18 (float64).
/// </remarks>
public readonly struct Atan : IUnaryOp
{
    public static string Name => "atan";

    public static double MaxUlpSingle => 1.37;

    public static double MaxUlpDouble => 1.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), one = V.Of(1);
        V t = V.SelectLess(one, a, one / a, a), z = t * t;
        V p;
        if (V.IsDouble)
        {
            p = V.Of(1.3230087278456372e-5);
            p = V.Fma(p, z, V.Of(-0.00015221215623143833));
            p = V.Fma(p, z, V.Of(0.0008315650472112013));
            p = V.Fma(p, z, V.Of(-0.002885627400106062));
            p = V.Fma(p, z, V.Of(0.007197924874566304));
            p = V.Fma(p, z, V.Of(-0.01390263943655398));
            p = V.Fma(p, z, V.Of(0.021987147924416955));
            p = V.Fma(p, z, V.Of(-0.029905807941652925));
            p = V.Fma(p, z, V.Of(0.03664320067333156));
            p = V.Fma(p, z, V.Of(-0.04219245735707881));
            p = V.Fma(p, z, V.Of(0.04722349267275337));
            p = V.Fma(p, z, V.Of(-0.05253527079727738));
            p = V.Fma(p, z, V.Of(0.05880529884394639));
            p = V.Fma(p, z, V.Of(-0.06666404438095226));
            p = V.Fma(p, z, V.Of(0.0769227989099772));
            p = V.Fma(p, z, V.Of(-0.09090907008003092));
            p = V.Fma(p, z, V.Of(0.11111111007354928));
            p = V.Fma(p, z, V.Of(-0.1428571428258855));
            p = V.Fma(p, z, V.Of(0.19999999999951756));
            p = V.Fma(p, z, V.Of(-0.3333333333333307));
        }
        else
        {
            p = V.Of(-0.001791502f);
            p = V.Fma(p, z, V.Of(0.010904537f));
            p = V.Fma(p, z, V.Of(-0.031157766f));
            p = V.Fma(p, z, V.Of(0.0579358f));
            p = V.Fma(p, z, V.Of(-0.08402056f));
            p = V.Fma(p, z, V.Of(0.109516546f));
            p = V.Fma(p, z, V.Of(-0.14264126f));
            p = V.Fma(p, z, V.Of(0.19998536f));
            p = V.Fma(p, z, V.Of(-0.333333f));
        }

        t = V.Fma(p * z, t, t);
        V high = V.Of(V.IsDouble ? 1.5707963267948966 : 1.5707964f), low = V.Of(V.IsDouble ? 6.123233995736766e-17 : -4.371139e-8f);
        V y = V.SelectLess(one, a, high - (t - low), t);
        return V.Xor(y, V.And(x, Sin.SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Of(1) / V.Fma(x, x, V.Of(1));
}
