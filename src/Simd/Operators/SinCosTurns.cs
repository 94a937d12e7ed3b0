using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// sin(2 pi t) and cos(2 pi t) for t in [0, 1), as the Box-Muller transform needs them: absolute error at most 1.13 * 2^-24 (1.6 ulp, all
/// float32 inputs) and 1.03 * 2^-53 (1.43 ulp, 60,000 float64 points). Quarter turns are exact, though their zeros may carry either sign.
/// </summary>
/// <remarks>
/// t = j/4 + f with f in [-1/8, 1/8], exactly; two short polynomials in f, exchanged and signed by the two low bits of j.
/// Coefficients: Sollya 8, fpminimax on [0, 0.1251], relative; error 2.8e-8 and 5.2e-10 (float32), 3.9e-17 and 3.9e-19 (float64).
/// </remarks>
internal static class SinCosTurns
{
    [MethodImpl(Inline)]
    public static void Apply<V>(V turns, out V sin, out V cos)
        where V : unmanaged, ILanes<V>
    {
        // j lands in k's low bits.
        V magic = V.Of(V.IsDouble ? 6755399441055744 : 12582912);
        V k = V.Fma(turns, V.Of(4), magic);
        V f = V.Fma(k - magic, V.Of(-0.25), turns);
        V z = f * f;
        V s, c;
        if (V.IsDouble)
        {
            s = V.Of(3.7761119496102196);
            s = V.Fma(s, z, V.Of(-15.093562240366536));
            s = V.Fma(s, z, V.Of(42.05868028409072));
            s = V.Fma(s, z, V.Of(-76.70585965974973));
            s = V.Fma(s, z, V.Of(81.60524927574436));
            s = V.Fma(s, z, V.Of(-41.341702240399236));
            s = V.Fma(s, z, V.Of(6.283185307179586));
            c = V.Of(-1.692990061987183);
            c = V.Fma(c, z, V.Of(7.902869776126637));
            c = V.Fma(c, z, V.Of(-26.426245849506603));
            c = V.Fma(c, z, V.Of(60.244641271016405));
            c = V.Fma(c, z, V.Of(-85.45681720617861));
            c = V.Fma(c, z, V.Of(64.93939402266697));
            c = V.Fma(c, z, V.Of(-19.739208802178716));
        }
        else
        {
            s = V.Of(-75.8361f);
            s = V.Fma(s, z, V.Of(81.6046f));
            s = V.Fma(s, z, V.Of(-41.34176f));
            s = V.Fma(s, z, V.Of(6.2831855f));
            c = V.Of(58.81533f);
            c = V.Fma(c, z, V.Of(-85.429504f));
            c = V.Fma(c, z, V.Of(64.93918f));
            c = V.Fma(c, z, V.Of(-19.739208f));
        }

        s *= f;
        c = V.Fma(c, z, V.Of(1));

        // Bit 0 of j moves to the exponent's top (a number of size 2, else a zero) and bit 1 to the sign.
        V sign = V.OfBits(V.IsDouble ? long.MinValue : 0x80000000);
        V after = V.AddBits(k, V.OfBits(1));
        V quarter = V.IsDouble ? V.ShiftLeftBits(k, 62) : V.ShiftLeftBits(k, 30);
        V next = V.IsDouble ? V.ShiftLeftBits(after, 62) : V.ShiftLeftBits(after, 30);
        sin = V.Xor(V.SelectEqual(quarter, V.Of(0), s, c), V.And(quarter, sign));
        cos = V.Xor(V.SelectEqual(quarter, V.Of(0), c, s), V.And(next, sign));
    }
}
