using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Comparisons into booleans, logic and choices against plain loops, at every length and next to guard pages.</summary>
public class BooleanTests
{
    [GuardedFact]
    public void Comparisons_are_IEEE_754s_at_every_length_and_touch_only_their_spans()
    {
        Every<float>([float.NaN, 0, -0.0f, 1, -1, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon]);
        Every<double>([double.NaN, 0, -0.0, 1, -1, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon]);
        Every<int>([0, 1, -1, int.MaxValue, int.MinValue]);
        Every<long>([0, 1, -1, long.MaxValue, long.MinValue, 1L << 32, (1L << 32) + 1]);

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
            "less: the element type is Int16; int, long, float and double are compared.",
            Assert.Throws<NotSupportedException>(() => Compare.Run<IsLess, short>(new short[2], 1, new bool[2])).Message);
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
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                Span<bool> a = Placed(first, x, length, atEnd), b = Placed(second, y, length, !atEnd), z = Placed(output, x, length, atEnd);
                Booleans.And(a, b, z);
                Assert.Equal([.. x[..length].Zip(y, (x, y) => x && y)], z.ToArray());
                Booleans.Or(a, b, z);
                Assert.Equal([.. x[..length].Zip(y, (x, y) => x || y)], z.ToArray());
                Booleans.Xor(a, b, z);
                Assert.Equal([.. x[..length].Zip(y, (x, y) => x != y)], z.ToArray());
                Assert.Equal(x[..length].Any(x => x), Booleans.Any(a));
                Assert.Equal(x[..length].All(x => x), Booleans.All(a));
                Assert.Equal(x[..length].Count(x => x), Booleans.Count(a));
                Booleans.Not(a, a);
                Assert.Equal([.. x[..length].Select(x => !x)], a.ToArray());
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
                foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
                {
                    Span<bool> m = Placed(masks, mask, length, atEnd);
                    Span<T> a = Placed(first, x, length, atEnd), b = Placed(second, y, length, !atEnd), z = Placed(output, x, length, atEnd);
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
            foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
            {
                Span<T> a = Placed(first, x, length, atEnd), b = Placed(second, y, length, !atEnd);
                Span<bool> z = atEnd ? output.AtEnd<bool>(length) : output.AtStart<bool>(length, length % 16);
                Compare.Run<TRelation, T>(a, b, z);
                Assert.True(z.SequenceEqual([.. x[..length].Zip(y, one)]), $"{TRelation.Name} of {typeof(T).Name}, length {length}");
                T right = y[length % 7];
                Compare.Run<TRelation, T>(a, right, z);
                Assert.True(z.SequenceEqual([.. x[..length].Select(x => one(x, right))]), $"{TRelation.Name} of {typeof(T).Name} by one, length {length}");
            }
        }
    }

    private static Span<T> Placed<T>(GuardedMemory memory, T[] numbers, int length, bool atEnd)
        where T : unmanaged
    {
        Span<T> place = atEnd ? memory.AtEnd<T>(length) : memory.AtStart<T>(length, length % 16);
        numbers.AsSpan(0, length).CopyTo(place);
        return place;
    }

    private static bool[] Flags(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 300).Select(_ => random.Next(2) == 1)];
    }
}
