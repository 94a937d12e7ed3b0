using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Fills spans with random numbers of a stream (seed, number): element i is the same whatever part of the stream is asked for, by
/// whichever register width, thread or device. Nothing is written when an argument is refused.
/// </summary>
public static unsafe partial class RandomFill
{
    /// <summary>y[i] = element first + i of the stream, uniform in [0, 1); one word each.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Uniform<T>(ulong seed, ulong stream, ulong first, Span<T> y)
        where T : unmanaged => Run<UniformDistribution, T>(default, seed, stream, first, y);

    /// <summary>y[i] = element first + i of the stream, standard normal; elements 2j and 2j + 1 come from one pair of words.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Normal<T>(ulong seed, ulong stream, ulong first, Span<T> y)
        where T : unmanaged => Run<NormalDistribution, T>(default, seed, stream, first, y);

    /// <summary>y[i] = element first + i of the stream, of a distribution.</summary>
    /// <param name="parameters">The distribution's parameters in the element type: <see cref="DistributionParameters"/> makes them.</param>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The element that goes to y[0].</param>
    /// <param name="y">Receives the numbers.</param>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Run<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Span<T> y)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        if (Operands.Is<T, float>() || Operands.Is<T, double>())
        {
            Blocks<TDistribution, T, T>(parameters.A, parameters.B, parameters.C, seed, stream, first, y);
            return;
        }

        throw Operands.NoLanes<T>(TDistribution.Name);
    }

    /// <summary>Whole blocks go straight to the output; the first and the last, of which not all is asked for, through a tile.</summary>
    /// <remarks>TElement is T under another name: words are written as float32 lanes.</remarks>
    [SkipLocalsInit]
    internal static void Blocks<TDistribution, T, TElement>(T a, T b, T c, ulong seed, ulong stream, ulong first, Span<TElement> y)
        where TDistribution : struct, IDistribution
        where T : unmanaged
        where TElement : unmanaged
    {
        const int group = RandomLoop<TDistribution, T>.Group;
        ulong perBlock = sizeof(T) == sizeof(float) ? 4u : 2u, block = first / perBlock;
        int perGroup = group * (int)perBlock, skip = (int)(first % perBlock);
        byte* memory = stackalloc byte[(group * 4 * sizeof(uint)) + 64];
        TElement* tile = (TElement*)(((nuint)memory + 63) & ~(nuint)63);
        fixed (TElement* py = y)
        {
            for (nint done = 0; done < y.Length;)
            {
                nint groups = (y.Length - done) / perGroup;
                if (skip == 0 && groups > 0)
                {
                    Make<TDistribution, T>(new(a, b, c, seed, stream, block, (T*)(py + done), groups * group));
                    block += (ulong)groups * group;
                    done += groups * perGroup;
                    continue;
                }

                Make<TDistribution, T>(new(a, b, c, seed, stream, block, (T*)tile, group));
                int count = (int)nint.Min(perGroup - skip, y.Length - done);
                new Span<TElement>(tile + skip, count).CopyTo(y.Slice((int)done, count));
                block += group;
                done += count;
                skip = 0;
            }
        }
    }

    private static void Make<TDistribution, T>(RandomLoop<TDistribution, T> loop)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(Unsafe.BitCast<RandomLoop<TDistribution, T>, RandomLoop<TDistribution, float>>(loop));
        }
        else
        {
            Lanes.Run64(Unsafe.BitCast<RandomLoop<TDistribution, T>, RandomLoop<TDistribution, double>>(loop));
        }
    }
}
