using System.Numerics;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>
/// Lengths 0 to 300 flush with a guard page, behind it and before it, at 16 shifts against the register's alignment: nothing outside is
/// touched, and every result is the one of a single lane.
/// </summary>
public class GuardTests
{
    private const int Longest = 300, Shifts = 16;

    [GuardedTheory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Operators_touch_only_their_spans(string name)
    {
        OpTable.Row(name).Accept(new OnOperators<float>());
        OpTable.Row(name).Accept(new OnOperators<double>());
    }

    /// <summary>The members behind every tail, at the widths too that this process does not choose.</summary>
    [GuardedFact]
    public void Partial_loads_and_stores_touch_only_their_elements()
    {
        PartialLoadsAndStores<F32x1, float>();
        PartialLoadsAndStores<F32x4, float>();
        PartialLoadsAndStores<F32x8, float>();
        PartialLoadsAndStores<F32x16, float>();
        PartialLoadsAndStores<F64x1, double>();
        PartialLoadsAndStores<F64x2, double>();
        PartialLoadsAndStores<F64x4, double>();
        PartialLoadsAndStores<F64x8, double>();
    }

    [GuardedFact]
    public void Reductions_touch_only_their_spans()
    {
        Reductions<float>();
        Reductions<double>();
    }

    [GuardedFact]
    public void Column_sums_touch_only_their_spans()
    {
        ColumnSums<float>();
        ColumnSums<double>();
    }

    [GuardedFact]
    public void Random_fills_touch_only_their_spans()
    {
        RandomFills<float>();
        RandomFills<double>();
    }

    [GuardedFact]
    public void Products_touch_only_their_matrices()
    {
        Products<float>();
        Products<double>();
    }

    [Fact]
    public void An_input_that_partly_overlaps_the_output_is_refused_and_nothing_is_written()
    {
        float[] memory = [1, 2, 3, 4, 5, 6];
        string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;

        Assert.Equal(
            "exp: x partly overlaps the output (shifted by 1 elements); use the same memory or separate memory. (Parameter 'x')",
            Message(() => Map.Unary<Exp, float>(memory.AsSpan(0, 5), memory.AsSpan(1))));
        Assert.Equal(
            "add: y partly overlaps the output (shifted by -2 elements); use the same memory or separate memory. (Parameter 'y')",
            Message(() => Map.Binary<Add, float>(new float[4], memory.AsSpan(2), memory.AsSpan(0, 4))));
        Assert.Equal(
            "add: x partly overlaps the output (shifted by -2 elements); use the same memory or separate memory. (Parameter 'x')",
            Message(() => Map.Binary<Add, float>(memory.AsSpan(2), 1, memory.AsSpan(0, 4))));
        Assert.Equal(
            "add: y partly overlaps the output (shifted by 2 elements); use the same memory or separate memory. (Parameter 'y')",
            Message(() => Map.Binary<Add, float>(1, memory.AsSpan(0, 4), memory.AsSpan(2))));
        Assert.Equal(
            "fma: z partly overlaps the output (shifted by 2 elements); use the same memory or separate memory. (Parameter 'z')",
            Message(() => Map.Ternary<FusedMultiplyAdd, float>(new float[3], new float[3], memory.AsSpan(1, 3), memory.AsSpan(3))));
        Assert.Equal(
            "gemm: c overlaps a or b; the product needs memory of its own. (Parameter 'c')",
            Message(() => Gemm.Multiply<float>(false, false, 1, 1, 1, 1, memory.AsSpan(0, 1), 1, new float[1], 1, 0, memory.AsSpan(0, 1), 1)));
        Assert.Equal([1, 2, 3, 4, 5, 6], memory);
    }

    [Fact]
    public void Lengths_that_differ_and_types_without_lanes_are_refused()
    {
        Assert.Equal(
            "exp: x has 2 elements, the output has 3. (Parameter 'x')",
            Assert.Throws<ArgumentException>(() => Map.Unary<Exp, float>(new float[2], new float[3])).Message);
        Assert.Equal(
            "dot: x has 2 elements, y has 3. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => Reduce.Dot<float>(new float[2], new float[3])).Message);
        Assert.Equal(
            "exp: the element type is Int32; float (Single) and double (Double) are supported.",
            Assert.Throws<NotSupportedException>(() => Map.Unary<Exp, int>(new int[2], new int[2])).Message);
        Assert.Throws<ArgumentException>(() => Reduce.Max<float>([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reduce.SumColumns<float>(new float[9], 3, 3, -3, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Multiply<float>(false, false, 2, 2, 2, 1, new float[4], 1, new float[4], 2, 0, new float[4], 2));
        Assert.Throws<ArgumentException>(() => Gemm.Multiply<float>(false, false, 2, 2, 2, 1, new float[3], 2, new float[4], 2, 0, new float[4], 2));
    }

    /// <summary>The output's places: flush at the front, flush at the back, and at every shift with its surroundings watched.</summary>
    private static void AtEveryPlace<T>(GuardedMemory memory, T[] expected, string context, Action<Span<T>> work, ReadOnlySpan<T> before = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int shift = 0; shift < Shifts; shift++)
        {
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                memory.All.Fill(0xA5);
                Span<T> y = atEnd ? memory.AtEnd<T>(expected.Length, shift) : memory.AtStart<T>(expected.Length, shift);
                before.CopyTo(y);
                work(y);
                Bits.AssertSame<T>(expected, y, context, expected.Length, shift);
                y.Clear();
                int outside = memory.All.Length - (expected.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
                Assert.True(memory.All.Count((byte)0xA5) >= outside, $"{context}, length {expected.Length}, shift {shift}: something outside was written");
            }
        }
    }

    private static Span<T> Placed<T>(GuardedMemory memory, ReadOnlySpan<T> numbers, bool atEnd)
        where T : unmanaged
    {
        Span<T> place = atEnd ? memory.AtEnd<T>(numbers.Length) : memory.AtStart<T>(numbers.Length);
        numbers.CopyTo(place);
        return place;
    }

    private static unsafe void PartialLoadsAndStores<V, T>()
        where V : unmanaged, IMemoryLanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory input = new(4096), output = new(4096);
        T[] numbers = Numbers.Uniform<T>(1, V.Width), lanes = new T[V.Width];
        for (int count = 0; count <= V.Width; count++)
        {
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                fixed (T* source = atEnd ? input.AtEnd<T>(count) : input.AtStart<T>(count), all = lanes)
                {
                    numbers.AsSpan(0, count).CopyTo(new(source, count));
                    V.Store(all, V.LoadPartial(source, count));
                    Bits.AssertSame<T>([.. numbers[..count], .. new T[V.Width - count]], lanes, $"partial load of {typeof(V).Name}", count);
                    AtEveryPlace(output, lanes[..count], $"partial store of {typeof(V).Name}", y => Store(y, lanes));
                }
            }
        }

        static void Store(Span<T> y, T[] lanes)
        {
            fixed (T* destination = y, all = lanes)
            {
                V.StorePartial(destination, y.Length, V.Load(all));
            }
        }
    }

    private static void Reductions<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory first = new(4096), second = new(4096);
        T[] x = Numbers.Spread<T>(1, Longest), y = Numbers.Spread<T>(2, Longest);
        for (int length = 0; length <= Longest; length++)
        {
            T sum = Reference.Sum<T>(x.AsSpan(0, length)), dot = Reference.Dot<T>(x.AsSpan(0, length), y.AsSpan(0, length));
            for (int shift = 0; shift < 2 * Shifts; shift++)
            {
                Span<T> a = shift < Shifts ? first.AtStart<T>(length, shift) : first.AtEnd<T>(length, shift - Shifts);
                Span<T> b = shift % 2 == 0 ? second.AtStart<T>(length) : second.AtEnd<T>(length);
                x.AsSpan(0, length).CopyTo(a);
                y.AsSpan(0, length).CopyTo(b);
                Bits.AssertSame<T>([sum], [Reduce.Sum<T>(a)], "sum", length, shift);
                Bits.AssertSame<T>([dot], [Reduce.Dot<T>(a, b)], "dot", length, shift);
                if (length > 0)
                {
                    Bits.AssertSame<T>([Reference.Max<T>(a)], [Reduce.Max<T>(a)], "max", length, shift);
                }
            }
        }
    }

    private static void ColumnSums<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory input = new(1 << 16), output = new(4096);
        foreach (int rows in (int[])[0, 1, 2, 63, 64, 65, 130])
        {
            for (int columns = 0; columns <= 40; columns++)
            {
                T[] x = Numbers.Spread<T>(1, rows * columns);
                T[] Column(int j) => [.. Enumerable.Range(0, rows).Select(i => x[(i * columns) + j])];
                T[] sums = [.. Enumerable.Range(0, columns).Select(j => Reference.Sum<T>(Column(j)))];
                foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
                {
                    AtEveryPlace(output, sums, $"columns of {rows} rows", y => Reduce.SumColumns<T>(Placed<T>(input, x, atEnd), rows, columns, columns, y));
                }
            }
        }
    }

    private static void RandomFills<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory memory = new(4096);
        uint[] words = new uint[Longest + 4];
        Philox.Words(1, 2, 0, words);
        Fills<UniformDistribution>(default);
        Fills<NormalDistribution>(default);
        Fills<UniformBetweenDistribution>(DistributionParameters.UniformBetween<T>(-1, 3));
        Fills<ScaledNormalDistribution>(DistributionParameters.Normal<T>(2, 5));
        Fills<ExponentialDistribution>(DistributionParameters.Exponential<T>(2));
        Fills<RademacherDistribution>(default);
        Fills<BernoulliDistribution>(DistributionParameters.Bernoulli<T>(0.4));
        for (int length = 0; length <= Longest; length += length < 70 ? 1 : 7)
        {
            for (int first = 0; first < 4; first++)
            {
                Span<uint> atEnd = memory.AtEnd<uint>(length), atStart = memory.AtStart<uint>(length);
                Philox.Words(1, 2, (ulong)first, atEnd);
                Assert.True(atEnd.SequenceEqual(words.AsSpan(first, length)));
                Philox.Words(1, 2, (ulong)first, atStart);
                Assert.True(atStart.SequenceEqual(words.AsSpan(first, length)));
            }
        }

        void Fills<TDistribution>((T A, T B, T C) parameters)
            where TDistribution : struct, IDistribution
        {
            T[] whole = new T[Longest + 4];
            RandomFill.Run<TDistribution, T>(parameters, 1, 2, 0, whole);
            for (int length = 0; length <= Longest; length += length < 140 ? 1 : 7)
            {
                int first = length % 4;
                AtEveryPlace(memory, whole[first..(first + length)], TDistribution.Name, y => RandomFill.Run<TDistribution, T>(parameters, 1, 2, (ulong)first, y));
            }
        }
    }

    /// <summary>Integers, points and shuffled elements, flush with the guard pages.</summary>
    [GuardedFact]
    public void Random_integers_and_points_touch_only_their_spans()
    {
        using GuardedMemory memory = new(16_384);
        AliasTable table = AliasTable.FromWeights([1, 2, 3]);
        int[] integers = new int[Longest], chosen = new int[Longest];
        float[] points = new float[Longest];
        RandomFill.Integers(1, 2, 0, 10, integers);
        table.Fill(1, 2, 0, chosen);
        RandomFill.Sphere<float>(1, 2, 0, 1, points);
        for (int length = 0; length <= Longest; length++)
        {
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                Span<int> y = atEnd ? memory.AtEnd<int>(length) : memory.AtStart<int>(length);
                RandomFill.Integers(1, 2, 0, 10, y);
                Assert.True(y.SequenceEqual(integers.AsSpan(0, length)));
                table.Fill(1, 2, 0, y);
                Assert.True(y.SequenceEqual(chosen.AsSpan(0, length)));
                RandomFill.Shuffle(1, 2, 0, y);
                Assert.Equal(chosen.Take(length).Order(), y.ToArray().Order());
                Span<float> z = atEnd ? memory.AtEnd<float>(length) : memory.AtStart<float>(length);
                RandomFill.Sphere(1, 2, 0, 1, z);
                Assert.True(z.SequenceEqual(points.AsSpan(0, length)));
            }
        }
    }

    private static void Products<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory memoryA = new(1 << 16), memoryB = new(1 << 16), memoryC = new(1 << 16);
        foreach (int m in (int[])[1, 2, 5, 6, 7, 12, 13, 25])
        {
            foreach (int n in (int[])[1, 7, 8, 15, 16, 17, 31, 32, 33, 65])
            {
                foreach (int k in (int[])[1, 2, 16, 33])
                {
                    for (int form = 0; form < 16; form++)
                    {
                        bool transposeA = (form & 1) != 0, transposeB = (form & 2) != 0, atEnd = (form & 4) != 0;
                        T beta = T.CreateChecked((form & 8) / 8), alpha = form % 3 == 0 ? T.CreateChecked(0.7) : T.One;
                        int lda = transposeA ? m : k, ldb = transposeB ? k : n;
                        Span<T> a = Placed<T>(memoryA, Numbers.Uniform<T>(1, m * k), atEnd), b = Placed<T>(memoryB, Numbers.Uniform<T>(2, k * n), atEnd);
                        Span<T> c = Placed<T>(memoryC, Numbers.Uniform<T>(3, m * n), atEnd);
                        T[] expected = c.ToArray();
                        Reference.Gemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, expected, n);
                        Gemm.Multiply(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, n);
                        Bits.AssertSame<T>(expected, c, $"gemm {m}x{n}x{k} form {form}");
                    }
                }
            }
        }
    }

    private sealed class OnOperators<T> : IOpVisitor
        where T : unmanaged, IBinaryFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        private readonly T[] x = [.. OpTable.Specials<T>(), .. Numbers.Spread<T>(1, Longest)];
        private readonly T[] y = [.. Numbers.Spread<T>(2, Longest), .. OpTable.Specials<T>()];
        private readonly T[] z = Numbers.Spread<T>(3, Longest);
        private int turns;

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            using GuardedMemory input = new(4096), output = new(4096);
            for (int length = 0; length <= Longest; length++)
            {
                T[] x = this.x[..length], expected = [.. x.Select(Bits.Apply<TOp, T>)];
                AtEveryPlace(output, expected, TOp.Name, result => Map.Unary<TOp, T>(Placed<T>(input, x, Turn()), result));
                AtEveryPlace(output, expected, TOp.Name + " in place", result => Map.Unary<TOp, T>(result, result), before: x);
            }
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            using GuardedMemory first = new(4096), second = new(4096), output = new(4096);
            for (int length = 0; length <= Longest; length++)
            {
                T[] x = this.x[..length], y = this.y[..length], expected = [.. x.Zip(y, Bits.Apply<TOp, T>)];
                T one = this.y[7];
                T[] byOne = [.. x.Select(x => Bits.Apply<TOp, T>(x, one))], ofOne = [.. x.Select(x => Bits.Apply<TOp, T>(one, x))];
                T[] twice = [.. x.Select(x => Bits.Apply<TOp, T>(x, x))];
                Span<T> X() => Placed<T>(first, x, Turn());
                Span<T> Y() => Placed<T>(second, y, Turn());
                AtEveryPlace(output, expected, TOp.Name, z => Map.Binary<TOp, T>(X(), Y(), z));
                AtEveryPlace(output, expected, TOp.Name + " into x", z => Map.Binary<TOp, T>(z, Y(), z), before: x);
                AtEveryPlace(output, expected, TOp.Name + " into y", z => Map.Binary<TOp, T>(X(), z, z), before: y);
                AtEveryPlace(output, twice, TOp.Name + " of itself into itself", z => Map.Binary<TOp, T>(z, z, z), before: x);
                AtEveryPlace(output, byOne, TOp.Name + " by one", z => Map.Binary<TOp, T>(X(), one, z));
                AtEveryPlace(output, byOne, TOp.Name + " by one in place", z => Map.Binary<TOp, T>(z, one, z), before: x);
                AtEveryPlace(output, ofOne, TOp.Name + " of one", z => Map.Binary<TOp, T>(one, X(), z));
                AtEveryPlace(output, ofOne, TOp.Name + " of one in place", z => Map.Binary<TOp, T>(one, z, z), before: x);
            }
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            using GuardedMemory first = new(4096), second = new(4096), third = new(4096), output = new(4096);
            for (int length = 0; length <= Longest; length++)
            {
                T[] x = this.x[..length], y = this.y[..length], z = this.z[..length];
                T[] expected = [.. Enumerable.Range(0, length).Select(i => Bits.Apply<TOp, T>(x[i], y[i], z[i]))];
                Span<T> X() => Placed<T>(first, x, Turn());
                Span<T> Y() => Placed<T>(second, y, Turn());
                Span<T> Z() => Placed<T>(third, z, Turn());
                AtEveryPlace(output, expected, TOp.Name, w => Map.Ternary<TOp, T>(X(), Y(), Z(), w));
                AtEveryPlace(output, expected, TOp.Name + " into x", w => Map.Ternary<TOp, T>(w, Y(), Z(), w), before: x);
                AtEveryPlace(output, expected, TOp.Name + " into y", w => Map.Ternary<TOp, T>(X(), w, Z(), w), before: y);
                AtEveryPlace(output, expected, TOp.Name + " into z", w => Map.Ternary<TOp, T>(X(), Y(), w, w), before: z);
            }
        }

        /// <summary>Inputs lie flush with the page behind them, then with the page before them, in a period of three, so that both meet every place of the output.</summary>
        private bool Turn() => ++turns % 3 != 0;
    }
}
