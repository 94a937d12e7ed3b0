using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>sin(pi f) / pi, in which the gamma function's reflections are said; plain arithmetic, so dual numbers pass through it.</summary>
/// <remarks>
/// f (1 + f^2 q(f^2)), relative. The argument x - Round(x) is exact, so there is no error of reduction.
/// Coefficients: Sollya 8, fpminimax, relative, of q on f^2 in [0, 1/4]; error 5.3e-9 and 1.8e-17.
/// </remarks>
internal static class SinPi
{
    /// <summary>sin(pi f) / pi for |f| up to 1/2.</summary>
    [MethodImpl(Inline)]
    public static V OverPi<V>(V f)
        where V : unmanaged, ILanes<V> => V.Fma(f, Share(f), f);

    /// <summary>The same, and the rounding error of its last step, which is most of its error.</summary>
    [MethodImpl(Inline)]
    public static V OverPi<V>(V f, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V share = Share(f), sine = V.Fma(f, share, f);
        rest = V.Fma(f, share, f - sine);
        return sine;
    }

    /// <summary>sin(pi f) / (pi f) - 1.</summary>
    [MethodImpl(Inline)]
    private static V Share<V>(V f)
        where V : unmanaged, ILanes<V>
    {
        V z = f * f;
        V q;
        if (V.IsDouble)
        {
            q = V.Of(2.45446593483772e-7);
            q = V.Fma(q, z, V.Of(-6.972518092196984e-6));
            q = V.Fma(q, z, V.Of(0.00014842801201662994));
            q = V.Fma(q, z, V.Of(-0.00234608093170639));
            q = V.Fma(q, z, V.Of(0.02614784780982021));
            q = V.Fma(q, z, V.Of(-0.1907518241217696));
            q = V.Fma(q, z, V.Of(0.811742425283348));
            q = V.Fma(q, z, V.Of(-1.6449340668482264));
        }
        else
        {
            q = V.Of(-0.0022008694f);
            q = V.Fma(q, z, V.Of(0.026097175f));
            q = V.Fma(q, z, V.Of(-0.19074416f));
            q = V.Fma(q, z, V.Of(0.81174195f));
            q = V.Fma(q, z, V.Of(-1.644934f));
        }

        return z * q;
    }
}
