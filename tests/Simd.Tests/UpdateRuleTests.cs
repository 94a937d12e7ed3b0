using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Every optimizer rule against its formula in scalars, at guard pages, for every length; and what becomes of subnormal moments.</summary>
public class UpdateRuleTests
{
    private const double Rate = 0.01, Decay = 0.1, Momentum = 0.9, Share = 0.7, Beta1 = 0.9, Beta2 = 0.99, Scale = 1.25, Epsilon = 1e-8;

    /// <summary>A rule in scalars: it changes the parameter and what is remembered.</summary>
    private delegate void Formula<T>(T gradient, ref T parameter, ref T first, ref T second);

    [GuardedFact]
    public void Rules_are_their_formulas_and_touch_only_their_spans()
    {
        CheckAll<float>();
        CheckAll<double>();
    }

    [Fact]
    public void Subnormal_moments_become_zero_and_NaN_stays()
    {
        float[] parameters = new float[40], gradients = new float[40], first = new float[40], second = new float[40];
        first.AsSpan().Fill(float.BitIncrement(1.17549435e-38f));
        second.AsSpan().Fill(1.17549435e-38f);
        (first[7], second[8]) = (float.NaN, float.NaN);
        Update.Run<AdamUpdate, float>(new(Rate, 0.5, 0.5, 1, Epsilon), gradients, parameters, first, second);
        for (int i = 0; i < 40; i++)
        {
            Assert.True(i == 7 ? float.IsNaN(first[i]) : first[i] == 0, $"first {i} is {first[i]:R}");
            Assert.True(i == 8 ? float.IsNaN(second[i]) : second[i] == 0, $"second {i} is {second[i]:R}");
        }

        double[] wide = [2.2250738585072014e-308, -4e-308, 1];
        Update.Run<MomentumUpdate, double>(new(0, 0.75, 1, 0), new double[3], new double[3], wide, []);
        Assert.Equal([0, -3e-308, 0.75], wide);
    }

    private static void CheckAll<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check<DecayedSgdUpdate, T>(new(Rate, Decay), static (T g, ref T p, ref T m, ref T v) => p = Fma(Of<T>(-Rate), Fma(Of<T>(Decay), p, g), p));
        Check<MomentumUpdate, T>(new(Rate, Momentum, Share, Decay), static (T g, ref T p, ref T m, ref T v) =>
        {
            m = Fma(Of<T>(Momentum), m, Of<T>(Share) * Fma(Of<T>(Decay), p, g));
            p = Fma(Of<T>(-Rate), m, p);
        });
        Check<NesterovUpdate, T>(new(Rate, Momentum, Decay), static (T g, ref T p, ref T m, ref T v) =>
        {
            T slope = Fma(Of<T>(Decay), p, g);
            m = Fma(Of<T>(Momentum), m, slope);
            p = Fma(Of<T>(-Rate), Fma(Of<T>(Momentum), m, slope), p);
        });
        Check<AdamWUpdate, T>(new(Rate, Beta1, Beta2, Scale, Epsilon, 1 - (Rate * Decay)), static (T g, ref T p, ref T m, ref T v) =>
        {
            m = Fma(Of<T>(Beta1), m, Of<T>(1 - Beta1) * g);
            v = Fma(Of<T>(Beta2), v, Of<T>(1 - Beta2) * g * g);
            p = Fma(Of<T>(-Rate), m / Fma(T.Sqrt(v), Of<T>(Scale), Of<T>(Epsilon)), Of<T>(1 - (Rate * Decay)) * p);
        });
        Check<RmsPropUpdate, T>(new(Rate, Beta2, Epsilon, Decay), static (T g, ref T p, ref T m, ref T v) =>
        {
            T slope = Fma(Of<T>(Decay), p, g);
            m = Fma(Of<T>(Beta2), m, Of<T>(1 - Beta2) * slope * slope);
            p = Fma(Of<T>(-Rate), slope / (T.Sqrt(m) + Of<T>(Epsilon)), p);
        });
        Check<RmsPropMomentumUpdate, T>(new(Rate, Beta2, Epsilon, Momentum, Decay), static (T g, ref T p, ref T m, ref T v) =>
        {
            T slope = Fma(Of<T>(Decay), p, g);
            m = Fma(Of<T>(Beta2), m, Of<T>(1 - Beta2) * slope * slope);
            v = Fma(Of<T>(Momentum), v, slope / (T.Sqrt(m) + Of<T>(Epsilon)));
            p = Fma(Of<T>(-Rate), v, p);
        });
        Check<OptimisticUpdate, T>(new(2 * Rate, 1.5 * Rate), static (T g, ref T p, ref T m, ref T v) =>
        {
            p = Fma(Of<T>(-2 * Rate), g, Fma(Of<T>(1.5 * Rate), m, p));
            m = g;
        });
        Check<OptimisticAdamUpdate, T>(new(2 * Rate, 1.5 * Rate, Beta1, Beta2, Scale, 2 * Scale, Epsilon), static (T g, ref T p, ref T m, ref T v) =>
        {
            T before = m / Fma(T.Sqrt(v), Of<T>(2 * Scale), Of<T>(Epsilon));
            m = Fma(Of<T>(Beta1), m, Of<T>(1 - Beta1) * g);
            v = Fma(Of<T>(Beta2), v, Of<T>(1 - Beta2) * g * g);
            p = Fma(Of<T>(-2 * Rate), m / Fma(T.Sqrt(v), Of<T>(Scale), Of<T>(Epsilon)), Fma(Of<T>(1.5 * Rate), before, p));
        });
        Check<LionUpdate, T>(new(Rate, Beta1, Beta2, 1 - (Rate * Decay)), static (T g, ref T p, ref T m, ref T v) =>
        {
            T sign = T.CreateChecked(T.Sign(Fma(Of<T>(Beta1), m, Of<T>(1 - Beta1) * g)));
            p = Fma(Of<T>(-Rate), sign, Of<T>(1 - (Rate * Decay)) * p);
            m = Fma(Of<T>(Beta2), m, Of<T>(1 - Beta2) * g);
        });
    }

    private static void Check<TUpdate, T>(TUpdate update, Formula<T> formula)
        where TUpdate : struct, IUpdate
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory gradients = new(4096), parameters = new(4096), first = new(4096), second = new(4096);
        for (int length = 0; length <= 100; length++)
        {
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                Span<T> g = Placed(gradients, 1), p = Placed(parameters, 2);
                Span<T> m = TUpdate.Moments > 0 ? Placed(first, 3) : [], v = TUpdate.Moments > 1 ? Placed(second, 4) : [];
                if (TUpdate.Name != MomentumUpdate.Name)
                {
                    foreach (ref T x in m)
                    {
                        x = T.Abs(x);
                    }

                    foreach (ref T x in v)
                    {
                        x = T.Abs(x);
                    }
                }

                T[] p0 = p.ToArray(), m0 = m.ToArray(), v0 = v.ToArray();
                Update.Run(update, g, p, m, v);
                for (int i = 0; i < length; i++)
                {
                    T pi = p0[i], mi = m.IsEmpty ? T.Zero : m0[i], vi = v.IsEmpty ? T.Zero : v0[i];
                    formula(g[i], ref pi, ref mi, ref vi);
                    Bits.AssertSame<T>([pi, m.IsEmpty ? T.Zero : mi, v.IsEmpty ? T.Zero : vi], [p[i], m.IsEmpty ? T.Zero : m[i], v.IsEmpty ? T.Zero : v[i]], TUpdate.Name, length);
                }

                Span<T> Placed(GuardedMemory memory, int seed)
                {
                    Span<T> place = atEnd ? memory.AtEnd<T>(length) : memory.AtStart<T>(length);
                    Numbers.Spread<T>(seed, length).CopyTo(place);
                    return place;
                }
            }
        }
    }

    private static T Fma<T>(T x, T y, T z)
        where T : IFloatingPointIeee754<T> => T.FusedMultiplyAdd(x, y, z);

    private static T Of<T>(double x)
        where T : IFloatingPointIeee754<T> => T.CreateTruncating(x);
}
