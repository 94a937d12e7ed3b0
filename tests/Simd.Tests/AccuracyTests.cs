using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Errors of the operators against references, held to the bound that each operator publishes of itself.</summary>
public class AccuracyTests
{
    /// <summary>What the references themselves may be wrong by: 2^-45 and 2^-90 relative, with room, in ulp.</summary>
    private const double SlackSingle = 1e-6, SlackDouble = 1e-9;

    [Theory, MemberData(nameof(OpTable.JudgedNames), MemberType = typeof(OpTable))]
    public void Float32_errors_stay_within_the_published_bound(string name) => OpTable.Row(name).Accept(new Single());

    [Theory, MemberData(nameof(OpTable.JudgedNames), MemberType = typeof(OpTable))]
    public void Float64_errors_stay_within_the_published_bound(string name) => OpTable.Row(name).Accept(new Double());

    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void What_IEEE_754_fixes_is_exact(string name) => OpTable.Row(name).Accept(new Fixed());

    /// <summary>2^22 bit patterns 1025 apart, which reaches every exponent and every low bit; and the neighbourhoods of breakpoints.</summary>
    private sealed class Single : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            float[] x = new float[1 << 16], y = new float[1 << 16];
            Worst worst = default;
            for (uint chunk = 0; chunk < 64; chunk++)
            {
                for (uint i = 0; i < x.Length; i++)
                {
                    x[i] = BitConverter.UInt32BitsToSingle(((chunk << 16) + i) * 1025);
                }

                Judge(x, y);
            }

            float[] near = [.. row.Breakpoints.SelectMany(at => Enumerable.Range(-1000, 2001).Select(i => Neighbour((float)at, i)))];
            Judge(near, new float[near.Length]);
            worst.AssertWithin(TOp.MaxUlpSingle + SlackSingle, TOp.Name);

            void Judge(float[] x, float[] y)
            {
                Map.Unary<TOp, float>(x, y);
                for (int i = 0; i < x.Length; i++)
                {
                    if (float.IsFinite(x[i]) && row.Domain(x[i]))
                    {
                        double reference = row.Single(x[i]);
                        bool ordinary = Math.Abs(reference) is > 0 and < double.PositiveInfinity;
                        double wrong = Bits.Same((float)reference, y[i]) ? 0 : double.PositiveInfinity;
                        bool relative = x[i] >= TOp.RelativeFrom;
                        worst.Add(ordinary ? (relative ? ((Wide)reference).UlpsFrom(y[i]) : ((Wide)reference).UnitsFrom(y[i])) : wrong, x[i], y[i]);
                    }
                    else if (IsNaN(row, x[i]))
                    {
                        worst.Add(float.IsNaN(y[i]) ? 0 : double.PositiveInfinity, x[i], y[i]);
                    }
                }
            }
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            Random random = new(1);
            (float[] x, float[] y) = Pairs(
                1 << 20,
                i => (BitConverter.UInt32BitsToSingle(i * 2654435761), BitConverter.UInt32BitsToSingle((i * 0x85EBCA6B) ^ 0x5BD1E995)),
                () => row.Reference!.Points(random, false) is var (x, y) ? ((float)x, (float)y) : default,
                OpTable.Specials<float>());
            float[] z = new float[x.Length];
            Map.Binary<TOp, float>(x.AsSpan(), y.AsSpan(), z);
            Worst worst = default;
            for (int i = 0; i < x.Length; i++)
            {
                if (IsSettled(row.Single, x[i], y[i], out float settled))
                {
                    worst.Add(Bits.Same(settled, z[i]) ? 0 : double.PositiveInfinity, x[i], z[i], y[i]);
                    continue;
                }

                double reference = row.Reference!.Single(x[i], y[i]);
                bool ordinary = Math.Abs(reference) is > 0 and < double.PositiveInfinity;
                double wrong = Bits.Same((float)reference, z[i]) ? 0 : double.PositiveInfinity;
                worst.Add(ordinary ? ((Wide)reference).UlpsFrom(z[i]) : wrong, x[i], z[i], y[i]);
            }

            worst.AssertWithin(TOp.MaxUlpSingle + SlackSingle, TOp.Name);
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => throw new NotSupportedException();

        private static float Neighbour(float x, int steps) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + steps);
    }

    /// <summary>
    /// 10^5 points, or as many as ONSAGER_CASES says if it says more, against a reference of twice the precision: half from all bit patterns, half
    /// from where the operator is interesting.
    /// </summary>
    private sealed class Double : IOpVisitor
    {
        private static readonly int Points = int.Max(100_000, CasesAttribute.Count) / 2;

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            (double low, double high) = row.Interesting;
            double[] x =
            [
                .. Enumerable.Range(0, Points).Select(i => BitConverter.UInt64BitsToDouble((ulong)i * 0x9E3779B97F4A7C15)),
                .. Enumerable.Range(0, Points / 2).Select(i => low + ((high - low) * (i + 0.61803398874989485) / (Points / 2))),
                .. Enumerable.Range(0, Points / 2).Select(i => Math.ScaleB(1 + ((i * 0.61803398874989485) % 1), i % 40 - 32) * (i % 3 == 0 ? -1 : 1)),
                .. row.Breakpoints.SelectMany(at => Enumerable.Range(-100, 201).Select(i => Neighbour(at, i))),
            ];
            double[] y = new double[x.Length];
            Map.Unary<TOp, double>(x, y);
            Worst worst = default;
            for (int i = 0; i < x.Length; i++)
            {
                if (double.IsFinite(x[i]) && row.Domain(x[i]))
                {
                    Wide reference = row.Double(x[i]);
                    worst.Add(x[i] >= TOp.RelativeFrom ? reference.UlpsFrom(y[i]) : reference.UnitsFrom(y[i]), x[i], y[i]);
                }
                else if (IsNaN(row, x[i]))
                {
                    worst.Add(double.IsNaN(y[i]) ? 0 : double.PositiveInfinity, x[i], y[i]);
                }
            }

            worst.AssertWithin(TOp.MaxUlpDouble + SlackDouble, TOp.Name);
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            Random random = new(2);
            (double[] x, double[] y) = Pairs(
                Points,
                i => (BitConverter.UInt64BitsToDouble(i * 0x9E3779B97F4A7C15), BitConverter.UInt64BitsToDouble((i * 0xD6E8FEB86659FD93) ^ 0x5851F42D4C957F2D)),
                () => row.Reference!.Points(random, true),
                OpTable.Specials<double>());
            double[] z = new double[x.Length];
            Map.Binary<TOp, double>(x.AsSpan(), y.AsSpan(), z);
            Worst worst = default;
            for (int i = 0; i < x.Length; i++)
            {
                double ulps = IsSettled(row.Double, x[i], y[i], out double settled)
                    ? (Bits.Same(settled, z[i]) ? 0 : double.PositiveInfinity)
                    : row.Reference!.Double(x[i], y[i]).UlpsFrom(z[i]);
                worst.Add(ulps, x[i], z[i], y[i]);
            }

            worst.AssertWithin(TOp.MaxUlpDouble + SlackDouble, TOp.Name);
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => throw new NotSupportedException();

        private static double Neighbour(double x, int steps) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) + steps);
    }

    /// <summary>Exact values and subnormals of unary operators; every combination of specials and random numbers for the others.</summary>
    private sealed class Fixed : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            Check([.. row.Exact.Select(pair => ((float)pair.X, (float)pair.Y))]);
            Check(row.Exact);
            if (row.Subnormal is not null)
            {
                float[] singles = [.. Subnormals(23).Select(bits => BitConverter.Int32BitsToSingle((int)bits)).SelectMany(Both)];
                double[] doubles = [.. Subnormals(52).Select(BitConverter.Int64BitsToDouble).SelectMany(Both)];
                Check([.. singles.Select(x => (x, (float)row.Subnormal(x)))]);
                Check([.. doubles.Select(x => (x, row.Subnormal(x)))]);
            }

            static void Check<T>((T X, T Y)[] pairs)
                where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
            {
                foreach ((T x, T y) in pairs)
                {
                    // A full register of them, then one alone at the end of another.
                    T[] inputs = [.. Enumerable.Repeat(x, 17)], results = new T[17];
                    Map.Unary<TOp, T>(inputs, results);
                    Assert.True(results.All(result => Bits.Same(y, result)), $"{TOp.Name}({x:R}) is {results[0]:R} and {results[16]:R}, expected {y:R}");
                }
            }

            static IEnumerable<long> Subnormals(int bits)
            {
                long largest = (1L << bits) - 1;
                return [1, 2, 3, largest, largest / 2, .. Enumerable.Range(5, 60).Select(i => (i * 0x5851F42D4C957F2D) & largest)];
            }

            static T[] Both<T>(T x)
                where T : System.Numerics.INumber<T> => [x, -x];
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            Check(row.Single);
            Check(row.Double);

            void Check<T>(Func<T, T, T> reference)
                where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>, System.Numerics.IMinMaxValue<T>
            {
                IReadOnlyList<T> specials = OpTable.Specials<T>();
                T[] x = [.. specials.SelectMany(x => specials.Select(_ => x)), .. Numbers.Spread<T>(1, 10_000)];
                T[] y = [.. specials.SelectMany(_ => specials), .. Numbers.Spread<T>(2, 10_000)];
                T[] z = new T[x.Length];
                Map.Binary<TOp, T>(x.AsSpan(), y.AsSpan(), z);
                for (int i = 0; i < x.Length; i++)
                {
                    if (row.Reference is not null && !IsSettled(reference, x[i], y[i], out _))
                    {
                        continue;
                    }

                    Assert.True(Bits.Same(reference(x[i], y[i]), z[i]), $"{TOp.Name}({x[i]:R}, {y[i]:R}) is {z[i]:R}, expected {reference(x[i], y[i]):R}");
                }
            }
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            Check(row.Single);
            Check(row.Double);

            static void Check<T>(Func<T, T, T, T> reference)
                where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>, System.Numerics.IMinMaxValue<T>
            {
                IReadOnlyList<T> specials = OpTable.Specials<T>();
                T[] x = [.. specials.SelectMany(x => specials.SelectMany(_ => specials.Select(_ => x))), .. Numbers.Spread<T>(1, 10_000)];
                T[] y = [.. specials.SelectMany(_ => specials.SelectMany(y => specials.Select(_ => y))), .. Numbers.Spread<T>(2, 10_000)];
                T[] z = [.. specials.SelectMany(_ => specials.SelectMany(_ => specials)), .. Numbers.Spread<T>(3, 10_000)];
                T[] w = new T[x.Length];
                Map.Ternary<TOp, T>(x, y, z, w);
                for (int i = 0; i < x.Length; i++)
                {
                    T expected = reference(x[i], y[i], z[i]);
                    Assert.True(Bits.Same(expected, w[i]), $"{TOp.Name}({x[i]:R}, {y[i]:R}, {z[i]:R}) is {w[i]:R}, expected {expected:R}");
                }
            }
        }
    }

    /// <summary>Whether f has no number at x: any NaN, where the row says that NaN stays, and what lies outside the domain.</summary>
    private static bool IsNaN(UnaryRow row, double x) => double.IsNaN(x)
        ? row.Exact.Any(pair => double.IsNaN(pair.X) && double.IsNaN(pair.Y))
        : double.IsFinite(x) && double.IsNaN(row.Single(x));

    /// <summary>Pairs from all bit patterns, as many from where the operator is interesting, and every combination of specials.</summary>
    private static (T[] X, T[] Y) Pairs<T>(int count, Func<uint, (T, T)> patterns, Func<(T, T)> interesting, IReadOnlyList<T> specials)
    {
        (T X, T Y)[] pairs =
        [
            .. Enumerable.Range(0, count / 2).Select(i => patterns((uint)i)),
            .. Enumerable.Range(0, count / 2).Select(_ => interesting()),
            .. specials.SelectMany(x => specials.Select(y => (x, y))),
        ];
        return ([.. pairs.Select(pair => pair.X)], [.. pairs.Select(pair => pair.Y)]);
    }

    /// <summary>Whether a rule, not a rounding, says what f is: beside zeros, infinities and NaN, and where there is no number.</summary>
    private static bool IsSettled<T>(Func<T, T, T> f, T x, T y, out T value)
        where T : System.Numerics.IFloatingPointIeee754<T>
    {
        value = f(x, y);
        return T.IsZero(x) || T.IsZero(y) || !T.IsFinite(x) || !T.IsFinite(y) || T.IsNaN(value);
    }

    private struct Worst
    {
        private double ulps, x, y;
        private double? second;

        public void Add(double ulps, double x, double y, double? second = null)
        {
            if (ulps > this.ulps)
            {
                (this.ulps, this.x, this.y, this.second) = (ulps, x, y, second);
            }
        }

        public readonly void AssertWithin(double bound, string name) => Assert.True(
            ulps <= bound,
            $"{name}({x:R}{(second is null ? "" : $", {second:R}")}) = {y:R} is {ulps:F4} ulp off; at most {bound:F4} are published.");
    }
}
