using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd.Tests;

/// <summary>Optimizer steps and conversions: the formulas element by element, at guard pages; and what is refused.</summary>
public class UpdateTests
{
    private const double Rate = 0.01, Beta1 = 0.9, Beta2 = 0.999, Scale = 1.25, Epsilon = 1e-8;

    [GuardedFact]
    public void Updates_are_their_formulas_and_touch_only_their_spans()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using GuardedMemory gradients = new(4096), parameters = new(4096), first = new(4096), second = new(4096);
            for (int length = 0; length <= 100; length++)
            {
                foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
                {
                    Span<T> g = Placed(gradients, 1), p = Placed(parameters, 2), m = Placed(first, 3), v = Placed(second, 4);
                    foreach (ref T x in v)
                    {
                        x = T.Abs(x);
                    }

                    T[] before = p.ToArray(), m0 = m.ToArray(), v0 = v.ToArray();
                    Update.Run(new AdamUpdate(Rate, Beta1, Beta2, Scale, Epsilon), g, p, m, v);
                    for (int i = 0; i < length; i++)
                    {
                        T mi = T.FusedMultiplyAdd(Of(Beta1), m0[i], Of(1 - Beta1) * g[i]);
                        T vi = T.FusedMultiplyAdd(Of(Beta2), v0[i], Of(1 - Beta2) * g[i] * g[i]);
                        T pi = T.FusedMultiplyAdd(Of(-Rate), mi / T.FusedMultiplyAdd(T.Sqrt(vi), Of(Scale), Of(Epsilon)), before[i]);
                        Bits.AssertSame<T>([pi, mi, vi], [p[i], m[i], v[i]], "adam", length);
                    }

                    before = p.ToArray();
                    Update.Run<SgdUpdate, T>(new SgdUpdate(Rate), g, p, [], []);
                    for (int i = 0; i < length; i++)
                    {
                        Bits.AssertSame<T>([T.FusedMultiplyAdd(Of(-Rate), g[i], before[i])], [p[i]], "sgd", length);
                    }

                    Span<T> Placed(GuardedMemory memory, int seed)
                    {
                        Span<T> place = atEnd ? memory.AtEnd<T>(length) : memory.AtStart<T>(length);
                        Numbers.Spread<T>(seed, length).CopyTo(place);
                        return place;
                    }
                }
            }

            static T Of(double x) => T.CreateTruncating(x);
        }
    }

    [Fact]
    public void Updates_refuse_wrong_lengths_and_shared_memory()
    {
        float[] x = new float[4], y = new float[4];
        Assert.Equal(
            "adam: 4 parameters need as many gradients and 2 moments each; got 4, 4 and 0.",
            Assert.Throws<ArgumentException>(() => Update.Run<AdamUpdate, float>(default, x, y, new float[4], [])).Message);
        Assert.Equal(
            "sgd: parameters, gradients and moments need separate memory.",
            Assert.Throws<ArgumentException>(() => Update.Run<SgdUpdate, float>(default, x, x, [], [])).Message);
    }

    [GuardedFact]
    public void Conversions_round_to_nearest_and_touch_only_their_spans()
    {
        double[] ties = [1 + 5.960464477539063e-08, 3.4028235677973366e38, 7e-46];
        double[] specials = [.. Onsager.Tests.OpTable.Specials<double>(), .. Onsager.Tests.OpTable.Specials<float>().Select(x => (double)x), .. ties];
        double[] doubles = [.. specials, .. Numbers.Spread<double>(1, 200)];
        float[] singles = [.. doubles.Select(x => (float)x)];
        for (int length = 0; length <= doubles.Length; length++)
        {
            CheckConversion(doubles.AsSpan(0, length), singles.AsSpan(0, length));
            CheckConversion(singles.AsSpan(0, length), [.. singles.Take(length).Select(x => (double)x)]);
        }

        Assert.Throws<NotSupportedException>(() => Map.Convert<char, float>(new char[1], new float[1]));
        Assert.Throws<ArgumentException>(() => Map.Convert<double, float>(new double[2], new float[1]));

        static void CheckConversion<TFrom, TTo>(ReadOnlySpan<TFrom> x, ReadOnlySpan<TTo> expected)
            where TFrom : unmanaged
            where TTo : unmanaged, IFloatingPointIeee754<TTo>
        {
            using GuardedMemory input = new(x.Length * Unsafe.SizeOf<TFrom>()), output = new(x.Length * Unsafe.SizeOf<TTo>());
            Span<TFrom> from = input.AtEnd<TFrom>(x.Length);
            Span<TTo> to = output.AtEnd<TTo>(x.Length);
            x.CopyTo(from);
            Map.Convert<TFrom, TTo>(from, to);
            Bits.AssertSame<TTo>(expected, to, "convert", x.Length);
        }
    }
}
