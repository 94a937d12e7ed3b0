using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Integers in [0, n) of elements first, first + 1, ... of a stream: the upper half of the product of n and the element's 64-bit word. Each
/// thread makes one counter's two elements, and stores those that were asked for.
/// </summary>
internal readonly struct IntegersKernel<TConversion, T> : IKernel
    where TConversion : struct, IConversion<ulong, T>
    where T : unmanaged
{
    public static void Run(ArrayView<T> y, ulong n, ulong seed, ulong stream, ulong first, int count)
    {
        WidePair pair = WidePair.Of(seed, stream, first);
        Put(y, pair.At, count, Integer64.MultiplyHigh(pair.Even, n));
        Put(y, pair.At + 1, count, Integer64.MultiplyHigh(pair.Odd, n));
    }

    private static void Put(ArrayView<T> y, long at, int count, ulong x)
    {
        if (at >= 0 && at < count)
        {
            y[at] = TConversion.Of(x);
        }
    }
}

/// <summary>A number below 2^31.</summary>
internal readonly struct WordToInteger : IConversion<ulong, int>
{
    public static int Of(ulong x) => (int)x;
}

/// <summary>A number below 2^63.</summary>
internal readonly struct WordToWideInteger : IConversion<ulong, long>
{
    public static long Of(ulong x) => (long)x;
}

/// <summary>Integers by a table of probabilities: see <see cref="AliasTable"/>.</summary>
internal readonly struct TableKernel : IKernel
{
    public static void Run(ArrayView<int> y, ArrayView<ulong> thresholds, ArrayView<int> aliases, ulong columns, int offset, ulong seed, ulong stream, ulong first, int count)
    {
        WidePair pair = WidePair.Of(seed, stream, first);
        Put(y, pair.At, count, pair.Even, thresholds, aliases, columns, offset);
        Put(y, pair.At + 1, count, pair.Odd, thresholds, aliases, columns, offset);
    }

    private static void Put(ArrayView<int> y, long at, int count, ulong word, ArrayView<ulong> thresholds, ArrayView<int> aliases, ulong columns, int offset)
    {
        if (at >= 0 && at < count)
        {
            int column = (int)Integer64.MultiplyHigh(word, columns);
            ulong fraction = word * columns;
            int alias = aliases[column];
            y[at] = offset + (fraction < thresholds[column] ? column : alias);
        }
    }
}

/// <summary>Points from normals: each coordinate over its point's norm; where that is 0, the first coordinate is 1. One thread for each coordinate.</summary>
internal readonly struct NormalizeKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> y, ArrayView<V> norms, int dimension, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        int point = (int)Integer32.Divide((uint)i, (uint)dimension);
        V norm = norms[point];
        V x = y[i];
        V alone = x;
        if (i - (point * dimension) == 0)
        {
            alone = V.Of(1);
        }

        y[i] = V.SelectEqual(norm, V.Of(0), alone, x / norm);
    }
}

/// <summary>The two 64-bit words of a thread's counter, the low word first, and where the first of them goes.</summary>
internal readonly struct WidePair(ulong even, ulong odd, long at)
{
    public readonly ulong Even = even, Odd = odd;
    public readonly long At = at;

    public static WidePair Of(ulong seed, ulong stream, ulong first)
    {
        ulong counter = (first / 2) + (ulong)Grid.GlobalIndex.X;
        PhiloxWords words = PhiloxWords.Of(seed, stream, counter);
        return new WidePair(((ulong)words.B << 32) | words.A, ((ulong)words.D << 32) | words.C, (long)((counter * 2) - first));
    }
}
