using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>The number of the first index, in row-major order, that names no place of an axis; what was there where all do.</summary>
internal readonly struct IndexCheckKernel : IKernel
{
    public static void Run(ArrayView<int> indices, ArrayView<int> first, Axes axes, int least, int extent, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        int index = indices[axes.At(i).X];
        if (index < least || index >= extent)
        {
            Atomic.Min(ref first[0], i);
        }
    }
}

/// <summary>y = x at an index along an axis, as bits: one thread for each element.</summary>
internal readonly struct GatherKernel<T> : IKernel
    where T : unmanaged
{
    public static void Run(ArrayView<T> x, ArrayView<int> indices, ArrayView<T> y, Axes axes, long stride, int extent, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= count)
        {
            return;
        }

        Offsets at = axes.At(i);
        int index = indices[at.Y];
        y[at.W] = x[at.X + ((index < 0 ? index + extent : index) * stride)];
    }
}

/// <summary>What becomes of an element that a scattered one meets.</summary>
internal interface IMeeting<T>
    where T : unmanaged
{
    static abstract T Of(T before, T scattered);
}

/// <summary>The last one stays.</summary>
internal readonly struct Replaced<T> : IMeeting<T>
    where T : unmanaged
{
    public static T Of(T before, T scattered) => scattered;
}

/// <summary>They are added, in the lane's arithmetic.</summary>
internal readonly struct Added<V> : IMeeting<V>
    where V : unmanaged, ILanes<V>
{
    public static V Of(V before, V scattered) => before + scattered;
}

/// <summary>They are added, and wrap around.</summary>
internal readonly struct Added32 : IMeeting<int>
{
    public static int Of(int before, int scattered) => unchecked(before + scattered);
}

/// <summary>They are added, and wrap around.</summary>
internal readonly struct Added64 : IMeeting<long>
{
    public static long Of(long before, long scattered) => unchecked(before + scattered);
}

/// <summary>
/// Elements written by index, in the order of the indices and without atomics. The axes without indices are lines, which never meet; each is
/// walked in order by several threads, and a thread writes to its own part of the axis alone. X, Y and W of <c>lines</c> say where a line of
/// source, indices and output begins, those of <c>walk</c> how its elements lie.
/// </summary>
internal readonly struct ScatterKernel<TMeeting, T> : IKernel
    where TMeeting : struct, IMeeting<T>
    where T : unmanaged
{
    public static void Run(ArrayView<T> source, ArrayView<int> indices, ArrayView<T> y, Axes lines, Axes walk, ScatterSizes sizes)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= sizes.Lines * sizes.Parts)
        {
            return;
        }

        // Threads next to each other work on lines next to each other.
        int part = i / sizes.Lines;
        int from = part * sizes.PartLength, end = Math.Min(from + sizes.PartLength, sizes.Extent);
        Offsets line = lines.At(i - (part * sizes.Lines));
        for (int k = 0; k < sizes.Count; k++)
        {
            Offsets at = walk.At(k);
            int index = indices[line.Y + at.Y];
            index = index < 0 ? index + sizes.Extent : index;
            if (index >= from && index < end)
            {
                long place = line.W + (index * sizes.Stride);
                y[place] = TMeeting.Of(y[place], source[line.X + at.X]);
            }
        }
    }
}

/// <summary>How a scatter is shared: lines, the parts of the axis, and the elements of a line.</summary>
internal struct ScatterSizes
{
    public int Lines, Parts, PartLength, Extent, Count;
    public long Stride;
}
