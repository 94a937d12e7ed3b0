using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Integers of every type against plain loops, at every length and next to guard pages; the ends of the range are among the numbers.</summary>
public class IntegerTests
{
    /// <summary>Sixteen shifts from either guard page.</summary>
    private const int Places = 32;

    private delegate void Binary<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

    private delegate void Unary<T>(ReadOnlySpan<T> x, Span<T> y);

    [GuardedFact]
    public void Arithmetic_is_Cs_at_every_length_and_touches_only_its_spans()
    {
        Every<int>();
        Every<long>();
        Every<sbyte>();
        Every<short>();
        Every<byte>();
        Every<ushort>();
        Every<uint>();
        Every<ulong>();

        static void Every<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            bool isSigned = T.IsNegative(T.AllBitsSet);
            T[] x = [.. Wild(1).Select(T.CreateTruncating)], y = [.. Wild(2).Select(T.CreateTruncating)], divisors = [.. y.Select(y => y == T.Zero ? -T.One : y)];
            OnTwo(Integers.Add, x, y, (x, y) => unchecked(x + y));
            OnTwo(Integers.Subtract, x, y, (x, y) => unchecked(x - y));
            OnTwo(Integers.Multiply, x, y, (x, y) => unchecked(x * y));
            OnTwo(Integers.Divide, x, divisors, (x, y) => isSigned && y == -T.One ? unchecked(T.Zero - x) : x / y);
            OnTwo(Integers.Remainder, x, divisors, (x, y) => isSigned && y == -T.One ? T.Zero : x % y);
            OnTwo(Integers.Minimum, x, y, (x, y) => x < y ? x : y);
            OnTwo(Integers.Maximum, x, y, (x, y) => x > y ? x : y);
            OnTwo(Integers.And, x, y, (x, y) => x & y);
            OnTwo(Integers.Or, x, y, (x, y) => x | y);
            OnTwo(Integers.Xor, x, y, (x, y) => x ^ y);
            OnOne(Integers.Negate, x, x => unchecked(T.Zero - x));
            OnOne(Integers.Abs, x, x => x < T.Zero ? unchecked(T.Zero - x) : x);
            OnOne(Integers.Sign, x, x => x < T.Zero ? -T.One : x > T.Zero ? T.One : T.Zero);
            OnOne(Integers.Not, x, x => -T.One - x);
            OnOne((x, y) => Integers.ShiftLeft(x, 5, y), x, x => x << 5);
            OnOne((x, y) => Integers.ShiftRight(x, 5, y), x, x => x >> 5);
            OnOne((x, y) => Integers.ShiftRightLogical(x, 5, y), x, x => x >>> 5);
        }
    }

    [Fact]
    public void The_smallest_number_wraps_around()
    {
        int[] x = [int.MinValue, int.MinValue, int.MinValue], y = [-1, -1, -1], z = new int[3];
        Integers.Divide<int>(x, y, z);
        Assert.Equal([int.MinValue, int.MinValue, int.MinValue], z);
        Integers.Remainder<int>(x, y, z);
        Assert.Equal([0, 0, 0], z);
        Integers.Abs<int>(x, z);
        Assert.Equal(x, z);
        Integers.Negate<int>(x, z);
        Assert.Equal(x, z);
    }

    [Fact]
    public void Division_by_zero_is_refused_and_nothing_is_written()
    {
        long[] z = [7, 7, 7];
        Assert.Equal("div: element 1 of y is 0.", Assert.Throws<DivideByZeroException>(() => Integers.Divide<long>([1, 2, 3], [1, 0, 3], z)).Message);
        Assert.Equal("remainder: element 2 of y is 0.", Assert.Throws<DivideByZeroException>(() => Integers.Remainder<long>([1, 2, 3], [1, 1, 0], z)).Message);
        Assert.Equal([7, 7, 7], z);
        Assert.Throws<ArgumentException>(() => Integers.Add<long>([1, 2], [1], z));
        Assert.Throws<ArgumentException>(() => Integers.Add<long>(z.AsSpan(0, 2), z.AsSpan(0, 2), z.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Integers.ShiftLeft<long>(z, 64, z));
        Assert.Throws<ArgumentOutOfRangeException>(() => Integers.ShiftRight<int>(new int[1], -1, new int[1]));
    }

    [GuardedFact]
    public void Sums_and_extrema_are_the_plain_ones_at_every_length()
    {
        using GuardedMemory memory = new(8192);
        long[] wild = Wild(3);
        for (int length = 0; length <= 300; length++)
        {
            int[] narrow = [.. wild[..length].Select(x => unchecked((int)x))];
            for (int place = 0; place < Places; place++)
            {
                Span<long> x = Placed(memory, wild, length, place);
                Reductions<long>(wild[..length], x, Integers.Sum(x));
                Span<int> y = Placed(memory, narrow, length, place);
                Reductions<int>(narrow, y, Integers.Sum(y));
            }
        }

        Assert.Equal(3L * int.MaxValue, Integers.Sum([int.MaxValue, int.MaxValue, int.MaxValue]));
        Assert.Equal(long.MinValue, Integers.Sum([long.MaxValue, 1L]));
        Assert.Throws<ArgumentException>(() => Integers.Min<int>([]));
        Assert.Throws<ArgumentException>(() => Integers.Max<int>([]));

        static void Reductions<T>(T[] x, ReadOnlySpan<T> guarded, long sum)
            where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
        {
            Assert.Equal(x.Aggregate(0L, (sum, x) => unchecked(sum + long.CreateTruncating(x))), sum);
            if (x.Length > 0)
            {
                Assert.Equal(x.Min(), Integers.Min(guarded));
                Assert.Equal(x.Max(), Integers.Max(guarded));
            }

            T[] cumulative = new T[x.Length];
            Integers.CumulativeSum(guarded, cumulative);
            T running = T.Zero;
            Assert.Equal([.. x.Select(x => running = unchecked(running + x))], cumulative);
        }
    }

    private static void OnTwo<T>(Binary<T> work, T[] x, T[] y, Func<T, T, T> one)
        where T : unmanaged
    {
        using GuardedMemory first = new(8192), second = new(8192), output = new(8192);
        for (int length = 0; length <= 300; length++)
        {
            T[] expected = [.. x[..length].Zip(y, one)];
            for (int place = 0; place < Places; place++)
            {
                Span<T> a = Placed(first, x, length, place), b = Placed(second, y, length, place + 1), z = Placed(output, x, length, place + 3);
                work(a, b, z);
                Assert.True(z.SequenceEqual(expected), $"{work.Method.Name}, length {length}, place {place}");
                work(a, b, b);
                Assert.True(b.SequenceEqual(expected), $"{work.Method.Name} in place, length {length}, place {place}");
            }
        }
    }

    private static void OnOne<T>(Unary<T> work, T[] x, Func<T, T> one)
        where T : unmanaged
    {
        using GuardedMemory input = new(8192), output = new(8192);
        for (int length = 0; length <= 300; length++)
        {
            T[] expected = [.. x[..length].Select(one)];
            for (int place = 0; place < Places; place++)
            {
                Span<T> a = Placed(input, x, length, place), y = Placed(output, x, length, place + 1);
                work(a, y);
                Assert.True(y.SequenceEqual(expected), $"{work.Method.Name}, length {length}, place {place}");
                work(a, a);
                Assert.True(a.SequenceEqual(expected), $"{work.Method.Name} in place, length {length}, place {place}");
            }
        }
    }

    /// <summary>Near the page behind or before, at 16 shifts, by the place's number modulo 32.</summary>
    private static Span<T> Placed<T>(GuardedMemory memory, T[] numbers, int length, int place)
        where T : unmanaged
    {
        int shift = place % Places / 2;
        Span<T> span = place % 2 == 0 ? memory.AtEnd<T>(length, shift) : memory.AtStart<T>(length, shift);
        numbers.AsSpan(0, length).CopyTo(span);
        return span;
    }

    private static long[] Wild(int seed)
    {
        Random random = new(seed);
        long[] ends = [0, 1, -1, 2, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, long.MinValue + 1];
        return [.. Enumerable.Range(0, 300).Select(i => i % 5 == 0 ? ends[random.Next(ends.Length)] : i % 5 == 1 ? random.Next(-9, 10) : random.NextInt64(long.MinValue, long.MaxValue))];
    }
}
