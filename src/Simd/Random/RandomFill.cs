using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Fills spans with random numbers of a stream (seed, number): element i is the same whatever part of the stream is asked for, by
/// whichever register width, thread or device.
/// </summary>
public static unsafe class RandomFill
{
    /// <summary>Words made at a time: they stay in the first-level cache until they are turned into numbers.</summary>
    private const int Tile = 2048;

    /// <summary>y[i] = element first + i of the stream, uniform in [0, 1).</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    [SkipLocalsInit]
    public static void Uniform<T>(ulong seed, ulong stream, ulong first, Span<T> y)
        where T : unmanaged
    {
        CheckElement<T>("uniform");
        int perElement = sizeof(T) / sizeof(uint);
        uint* words = stackalloc uint[Tile];
        for (int done = 0; done < y.Length;)
        {
            int count = int.Min(Tile / perElement, y.Length - done);
            Philox.Words(seed, stream, (first + (ulong)done) * (ulong)perElement, new Span<uint>(words, count * perElement));
            fixed (T* py = y[done..])
            {
                if (Operands.Is<T, float>())
                {
                    Lanes.Run32(new UniformLoop<float>((float*)words, (float*)py, count));
                }
                else
                {
                    Lanes.Run64(new UniformLoop<double>((double*)words, (double*)py, count));
                }
            }

            done += count;
        }
    }

    /// <summary>y[i] = element first + i of the stream, standard normal; elements 2j and 2j + 1 come from one pair of words.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    [SkipLocalsInit]
    public static void Normal<T>(ulong seed, ulong stream, ulong first, Span<T> y)
        where T : unmanaged
    {
        CheckElement<T>("normal");
        int perElement = sizeof(T) / sizeof(uint);
        uint* words = stackalloc uint[Tile];
        uint* apart = stackalloc uint[Tile];

        // Whole pairs are made; the first and last may give one element each.
        ulong pair = first / 2;
        int skip = (int)(first % 2);
        T* numbers = (T*)words;
        for (int done = 0; done < y.Length;)
        {
            int pairs = int.Min(Tile / perElement / 2, (y.Length - done + skip + 1) / 2);
            Philox.Words(seed, stream, pair * 2 * (ulong)perElement, new Span<uint>(words, 2 * pairs * perElement));
            Separate(numbers, (T*)apart, pairs);
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new NormalLoop<float>((float*)apart, pairs));
            }
            else
            {
                Lanes.Run64(new NormalLoop<double>((double*)apart, pairs));
            }

            Interleave((T*)apart, numbers, pairs);
            int count = int.Min((2 * pairs) - skip, y.Length - done);
            new Span<T>(numbers + skip, count).CopyTo(y[done..]);
            done += count;
            pair += (ulong)pairs;
            skip = 0;
        }
    }

    /// <summary>Even elements to the first half, odd elements to the second.</summary>
    [MethodImpl(Loop)]
    private static void Separate<T>(T* pairs, T* halves, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            halves[j] = pairs[2 * j];
            halves[count + j] = pairs[(2 * j) + 1];
        }
    }

    [MethodImpl(Loop)]
    private static void Interleave<T>(T* halves, T* pairs, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            pairs[2 * j] = halves[j];
            pairs[(2 * j) + 1] = halves[count + j];
        }
    }

    private static void CheckElement<T>(string operation)
        where T : unmanaged
    {
        if (!Operands.Is<T, float>() && !Operands.Is<T, double>())
        {
            throw Operands.NoLanes<T>(operation);
        }
    }
}

/// <summary>y[i] = uniform of word i.</summary>
internal readonly unsafe struct UniformLoop<T>(T* words, T* y, nint count) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* words = words;
    private readonly T* y = y;
    private readonly nint count = count;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* words = this.words, y = this.y;
        nint i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            V.Store(y + i, Distributions.Uniform(V.Load(words + i)));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            V.StorePartial(y + i, rest, Distributions.Uniform(V.LoadPartial(words + i, rest)));
        }
    }
}

/// <summary>Pairs of words, even ones first, become pairs of normals in place.</summary>
internal readonly unsafe struct NormalLoop<T>(T* pairs, nint count) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* pairs = pairs;
    private readonly nint count = count;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* even = pairs, odd = pairs + count;
        for (nint i = 0; i < count; i += V.Width)
        {
            int present = (int)nint.Min(V.Width, count - i);
            if (present == V.Width)
            {
                Distributions.Normal(V.Load(even + i), V.Load(odd + i), out V a, out V b);
                V.Store(even + i, a);
                V.Store(odd + i, b);
            }
            else
            {
                Distributions.Normal(V.LoadPartial(even + i, present), V.LoadPartial(odd + i, present), out V a, out V b);
                V.StorePartial(even + i, present, a);
                V.StorePartial(odd + i, present, b);
            }
        }
    }
}
