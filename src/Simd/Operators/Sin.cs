using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The sine of an angle in radians over all inputs: 1.71 ulp over all float32 inputs, 1.66 ulp over 10^6 float64 points and CORE-MATH's hard
/// cases. Odd to the bit, keeps -0 and subnormals; sin(+-infinity) = NaN, NaN stays NaN.
/// </summary>
/// <remarks>
/// |x| = n pi + r with n the nearest integer, r by three fused steps (Cody and Waite, 1980; the first is exact), an odd polynomial in r, and
/// n's parity as a sign. From 2^18 (float32) or 2^30 (float64) on, r comes from <see cref="HalfTurns"/>.
/// Coefficients: Sollya 8, fpminimax, relative, on [0, 1.58] and [0, 1.575], then a local search among the numbers next to them for the least
/// measured error of the whole formula; error of the polynomial 1.4e-8 (float32) and 1.7e-17 (float64).
/// </remarks>
public readonly struct Sin : IUnaryOp
{
    public static string Name => "sin";

    public static double MaxUlpSingle => 1.71;

    public static double MaxUlpDouble => 1.66;

    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => V.IsDouble ? 1073741824 : 262144;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), bound = V.Of(NearBound<V>());
        Reduce(a, out V k, out V r);
        if (!V.AllLess(a, bound))
        {
            HalfTurns.Far(a, V.Of(1), V.Of(0), out V n, out V far, out V low);
            k = V.SelectLess(a, bound, k, n + Magic<V>());
            r = V.SelectLess(a, bound, r, far + low);
        }

        return V.Xor(OfReduced(r, k), V.And(x, SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        Reduce(V.Abs(x), out V k, out V r);
        return V.Xor(OfReduced(r, k), V.And(x, SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Call<Cos>(x);

    /// <summary>Adding it rounds to an integer, which then sits in the sum's low bits.</summary>
    [MethodImpl(Inline)]
    internal static V Magic<V>()
        where V : unmanaged, ILanes<V> => V.Of(V.IsDouble ? 6755399441055744 : 12582912);

    [MethodImpl(Inline)]
    internal static V SignBit<V>()
        where V : unmanaged, ILanes<V> => V.OfBits(V.IsDouble ? long.MinValue : 0x80000000);

    /// <summary>sin(r) for |r| up to a quarter turn, negated where the integer in k's low bits is odd.</summary>
    [MethodImpl(Inline)]
    internal static V OfReduced<V>(V r, V k)
        where V : unmanaged, ILanes<V>
    {
        V z = r * r, cube = z * r;
        V p;
        if (V.IsDouble)
        {
            p = V.Of(2.721291113511623e-15);
            p = V.Fma(p, z, V.Of(-7.643008816352314e-13));
            p = V.Fma(p, z, V.Of(1.6058940666629235e-10));
            p = V.Fma(p, z, V.Of(-2.505210689929055e-8));
            p = V.Fma(p, z, V.Of(2.7557319211532056e-6));
            p = V.Fma(p, z, V.Of(-0.00019841269841212376));
            p = V.Fma(p, z, V.Of(0.008333333333333205));
            p = V.Fma(p, z, V.Of(-0.16666666666666666));
        }
        else
        {
            p = V.Of(2.5987902e-6f);
            p = V.Fma(p, z, V.Of(-0.00019807061f));
            p = V.Fma(p, z, V.Of(0.008333046f));
            p = V.Fma(p, z, V.Of(-0.1666666f));
        }

        // z's rounding error would count up to a unit near a quarter turn, and let the sine pass 1 there.
        cube = V.Fma(V.Fma(r, r, -z), r, cube);

        return V.Xor(V.Fma(p, cube, r), V.ShiftLeftBits(k, V.IsDouble ? 63 : 31));
    }

    [MethodImpl(Inline)]
    private static void Reduce<V>(V a, out V k, out V r)
        where V : unmanaged, ILanes<V>
    {
        k = V.Fma(a, V.Of(0.3183098861837907), Magic<V>());
        r = LessHalfTurns(a, k - Magic<V>());
    }

    /// <summary>a - n pi, n being a multiple of 1/2.</summary>
    [MethodImpl(Inline)]
    internal static V LessHalfTurns<V>(V a, V n)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            V r = V.Fma(n, V.Of(-3.141592653589793), a);
            r = V.Fma(n, V.Of(-1.2246467991473532e-16), r);
            return V.Fma(n, V.Of(2.9947698097183397e-33), r);
        }
        else
        {
            V r = V.Fma(n, V.Of(-3.1415927f), a);
            r = V.Fma(n, V.Of(8.742278e-8f), r);
            return V.Fma(n, V.Of(3.430249e-15f), r);
        }
    }
}
