using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What <see cref="Sinh"/> and <see cref="Cosh"/> share.</summary>
/// <remarks>
/// a = n ln 2 + r as in <see cref="Exp"/>, and the addition theorems: sinh a = sinh(n ln 2) cosh r + cosh(n ln 2) sinh r, cosh a likewise, where the
/// functions of n ln 2 are sums of two powers of 2. They come at half their size, so that n = 129 or 1025 does not overflow early.
/// Coefficients: Sollya 8, fpminimax on [2^-20, 0.3469], relative; error of sinh 1.3e-8 and 2.7e-19, of cosh 1.0e-10 and 3.4e-18.
/// </remarks>
internal static class SinhCosh
{
    /// <summary>For a >= 0 or NaN: 2^n / 4 and 2^-n / 4, r, sinh r - r and cosh r - 1.</summary>
    [MethodImpl(Inline)]
    public static void Parts<V>(V a, out V up, out V down, out V r, out V s, out V c)
        where V : unmanaged, ILanes<V>
    {
        if (V.IsDouble)
        {
            // Both have overflowed at 710.5. 2^-n is nothing beside 2^n long before n = 100, and would leave the exponent's range.
            V clamped = V.Lesser(V.Of(710.5), a);
            V k = V.Fma(clamped, V.Of(1.4426950408889634), V.Of(6755399441055744)), n = k - V.Of(6755399441055744);
            r = V.Fma(n, V.Of(-0.6931471805601177), clamped);
            r = V.Fma(n, V.Of(1.7239444525614835e-13), r);
            up = V.AddBits(V.Of(0.25), V.ShiftLeftBits(k, 52));
            down = V.SubtractBits(V.Of(0.25), V.ShiftLeftBits(V.Lesser(V.Of(6755399441055844), k), 52));
        }
        else
        {
            V clamped = V.Lesser(V.Of(89.5), a);
            V k = V.Fma(clamped, V.Of(1.442695f), V.Of(12582912)), n = k - V.Of(12582912);
            r = V.Fma(n, V.Of(-0.69314575f), clamped);
            r = V.Fma(n, V.Of(-1.4286068e-6f), r);
            up = V.AddBits(V.Of(0.25), V.ShiftLeftBits(k, 23));
            down = V.SubtractBits(V.Of(0.25), V.ShiftLeftBits(V.Lesser(V.Of(12583012), k), 23));
        }

        V z = r * r;
        s = (V.IsDouble ? OddDouble(z) : V.Fma(V.Of(0.008366551f), z, V.Of(0.16666543f))) * (r * z);
        c = (V.IsDouble ? EvenDouble(z) : V.Fma(V.Fma(V.Of(0.0013935772f), z, V.Of(0.041666456f)), z, V.Of(0.5))) * z;
    }

    /// <summary>(sinh r - r) / r^3 in float64 from z = r^2.</summary>
    [MethodImpl(Inline)]
    private static V OddDouble<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(2.510919150305376e-8);
        p = V.Fma(p, z, V.Of(2.7557243761139815e-6));
        p = V.Fma(p, z, V.Of(0.00019841269886583545));
        p = V.Fma(p, z, V.Of(0.00833333333332144));
        p = V.Fma(p, z, V.Of(0.16666666666666677));
        return p;
    }

    /// <summary>(cosh r - 1) / r^2 in float64 from z = r^2.</summary>
    [MethodImpl(Inline)]
    private static V EvenDouble<V>(V z)
        where V : unmanaged, ILanes<V>
    {
        V p = V.Of(2.763105870526087e-7);
        p = V.Fma(p, z, V.Of(2.4801490658740463e-5));
        p = V.Fma(p, z, V.Of(0.0013888888946210945));
        p = V.Fma(p, z, V.Of(0.041666666666519046));
        p = V.Fma(p, z, V.Of(0.5000000000000012));
        return p;
    }
}
