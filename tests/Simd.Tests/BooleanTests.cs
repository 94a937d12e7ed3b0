using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Comparisons into booleans, logic and choices against plain loops, at every length and next to guard pages.</summary>
public class BooleanTests
{
    /// <summary>Sixteen shifts from either guard page.</summary>
    private const int Places = 32;

    [GuardedFact]
    public void Comparisons_are_IEEE_754s_at_every_length_and_touch_only_their_spans()
    {
        Every<float>([float.NaN, 0, -0.0f, 1, -1, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon]);
        Every<double>([double.NaN, 0, -0.0, 1, -1, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon]);
        Every<int>([0, 1, -1, int.MaxValue, int.MinValue]);
        Every<long>([0, 1, -1, long.MaxValue, long.MinValue, 1L << 32, (1L << 32) + 1]);
        Every<sbyte>([0, 1, -1, sbyte.MaxValue, sbyte.MinValue]);
        Every<byte>([0, 1, 127, 128, byte.MaxValue]);
        Every<short>([0, 1, -1, 256, 257, short.MaxValue, short.MinValue]);
        Every<ushort>([0, 1, 256, 257, 32767, 32768, ushort.MaxValue]);
        Every<uint>([0, 1, 65536, 65537, int.MaxValue, 1U << 31, uint.MaxValue]);
        Every<ulong>([0, 1, 1UL << 32, (1UL << 32) + 1, long.MaxValue, 1UL << 63, ulong.MaxValue]);

        static void Every<T>(T[] numbers)
            where T : unmanaged, INumber<T>
        {
            Random random = new(1);
            T[] x = [.. Enumerable.Range(0, 300).Select(_ => numbers[random.Next(numbers.Length)])], y = [.. x.Select(_ => numbers[random.Next(numbers.Length)])];
            OnRelation<IsLess, T>(x, y, (x, y) => x < y);
            OnRelation<IsLessOrEqual, T>(x, y, (x, y) => x <= y);
            OnRelation<IsGreater, T>(x, y, (x, y) => x > y);
            OnRelation<IsGreaterOrEqual, T>(x, y, (x, y) => x >= y);
            OnRelation<IsEqual, T>(x, y, (x, y) => x == y);
            OnRelation<IsNotEqual, T>(x, y, (x, y) => x != y);
        }
    }

    [Fact]
    public void Comparisons_refuse_other_types_lengths_and_overlaps()
    {
        Assert.Equal(
            "less: the element type is Half; float, double and integers of 8 to 64 bits are compared.",
            Assert.Throws<NotSupportedException>(() => Compare.Run<IsLess, Half>(new Half[2], Half.One, new bool[2])).Message);
        Assert.Throws<ArgumentException>(() => Compare.Run<IsLess, int>(new int[2], new int[3], new bool[2]));
        Assert.Throws<ArgumentException>(() => Compare.Run<IsLess, int>(new int[2], 1, new bool[3]));
    }

    [GuardedFact]
    public void Logic_is_plain_at_every_length_and_touches_only_its_spans()
    {
        using GuardedMemory first = new(4096), second = new(4096), output = new(4096);
        bool[] x = Flags(1), y = Flags(2);
        for (int length = 0; length <= 300; length++)
        {
            bool[] and = [.. x[..length].Zip(y, (x, y) => x && y)], or = [.. x[..length].Zip(y, (x, y) => x || y)], xor = [.. x[..length].Zip(y, (x, y) => x != y)];
            bool[] not = [.. x[..length].Select(x => !x)];
            (bool any, bool all, int count) = (x[..length].Any(x => x), x[..length].All(x => x), x[..length].Count(x => x));
            for (int place = 0; place < Places; place++)
            {
                Span<bool> a = Placed(first, x, length, place), b = Placed(second, y, length, place + 1), z = Placed(output, x, length, place + 3);
                Booleans.And(a, b, z);
                Assert.True(z.SequenceEqual(and), $"and, length {length}, place {place}");
                Booleans.Or(a, b, z);
                Assert.True(z.SequenceEqual(or), $"or, length {length}, place {place}");
                Booleans.Xor(a, b, z);
                Assert.True(z.SequenceEqual(xor), $"xor, length {length}, place {place}");
                Booleans.Xor(a, b, b);
                Assert.True(b.SequenceEqual(xor), $"xor in place, length {length}, place {place}");
                Assert.Equal((any, all, count), (Booleans.Any(a), Booleans.All(a), Booleans.Count(a)));
                Booleans.Not(a, z);
                Assert.True(z.SequenceEqual(not), $"not, length {length}, place {place}");
                Booleans.Not(a, a);
                Assert.True(a.SequenceEqual(not), $"not in place, length {length}, place {place}");
            }
        }

        Assert.True(Booleans.All([true, true]) && !Booleans.All([true, false]) && Booleans.Any([false, true]) && !Booleans.Any([false, false]));
        Assert.True(Booleans.All([]) && !Booleans.Any([]) && Booleans.Count([]) == 0);
        Assert.Throws<ArgumentException>(() => Booleans.And(new bool[2], new bool[3], new bool[3]));
    }

    [GuardedFact]
    public void Select_takes_elements_of_every_size_as_bits()
    {
        Selects<byte>(i => (byte)i);
        Selects<Half>(i => (Half)i);
        Selects<float>(i => i % 3 == 0 ? float.NaN : i);
        Selects<long>(i => i << 40);
        Assert.Throws<NotSupportedException>(() => Booleans.Select<decimal>(new bool[1], new decimal[1], new decimal[1], new decimal[1]));

        static void Selects<T>(Func<long, T> of)
            where T : unmanaged, IEquatable<T>
        {
            using GuardedMemory masks = new(4096), first = new(4096), second = new(4096), output = new(4096);
            bool[] mask = Flags(3);
            T[] x = [.. Enumerable.Range(0, 300).Select(i => of(i))], y = [.. Enumerable.Range(0, 300).Select(i => of(-i))];
            for (int length = 0; length <= 300; length++)
            {
                T[] expected = [.. Enumerable.Range(0, length).Select(i => mask[i] ? x[i] : y[i])];
                for (int place = 0; place < Places; place++)
                {
                    Span<bool> m = Placed(masks, mask, length, place + 2);
                    Span<T> a = Placed(first, x, length, place), b = Placed(second, y, length, place + 1), z = Placed(output, x, length, place + 3);
                    Booleans.Select<T>(m, a, b, z);
                    Assert.True(z.SequenceEqual(expected), $"{typeof(T).Name}, length {length}");
                    Booleans.Select<T>(m, a, b, b);
                    Assert.True(b.SequenceEqual(expected), $"{typeof(T).Name} in place, length {length}");
                }
            }
        }
    }

    private static void OnRelation<TRelation, T>(T[] x, T[] y, Func<T, T, bool> one)
        where TRelation : struct, IRelation
        where T : unmanaged, INumber<T>
    {
        using GuardedMemory first = new(4096), second = new(4096), output = new(4096);
        for (int length = 0; length <= 300; length++)
        {
            T right = y[length % 7];
            bool[] expected = [.. x[..length].Zip(y, one)], byOne = [.. x[..length].Select(x => one(x, right))];
            for (int place = 0; place < Places; place++)
            {
                output.All.Fill(0xA5);
                Span<T> a = Placed(first, x, length, place), b = Placed(second, y, length, place + 1);
                Span<bool> z = place % 2 == 0 ? output.AtEnd<bool>(length, place / 2) : output.AtStart<bool>(length, place / 2);
                Compare.Run<TRelation, T>(a, b, z);
                Assert.True(z.SequenceEqual(expected), $"{TRelation.Name} of {typeof(T).Name}, length {length}, place {place}");
                Compare.Run<TRelation, T>(a, right, z);
                Assert.True(z.SequenceEqual(byOne), $"{TRelation.Name} of {typeof(T).Name} by one, length {length}, place {place}");
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(z).Fill(0xA5);
                Assert.Equal(-1, output.All.IndexOfAnyExcept((byte)0xA5));
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

    private static bool[] Flags(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 300).Select(_ => random.Next(2) == 1)];
    }
}
