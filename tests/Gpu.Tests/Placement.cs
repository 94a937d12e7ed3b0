using Onsager.Gpu.Kernels;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>How an operand lies in its buffer.</summary>
internal enum Arrangement
{
    Contiguous,
    Transposed,
    Sliced,
    Reversed,
    Broadcast,
}

/// <summary>An operand's place: where its first element lies, its strides (outermost axis first), the buffer it needs.</summary>
internal sealed record Placement(long Start, long[] Strides, int Length)
{
    /// <summary>A shape laid out with some free elements before and after.</summary>
    public static Placement Of(int[] shape, Arrangement arrangement, int margin)
    {
        var strides = new long[shape.Length];
        long next = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            int axis = arrangement == Arrangement.Transposed ? i : shape.Length - 1 - i;
            strides[axis] = next;
            next *= arrangement == Arrangement.Sliced ? Math.Max(1, shape[axis]) + 1 : Math.Max(1, shape[axis]);
        }

        long start = margin;
        if (arrangement == Arrangement.Reversed && shape.Length > 0)
        {
            start += (Math.Max(1, shape[^1]) - 1) * strides[^1];
            strides[^1] = -strides[^1];
        }

        if (arrangement == Arrangement.Broadcast && shape.Length > 0)
        {
            strides[0] = 0;
        }

        return new Placement(start, strides, (int)next + (2 * margin));
    }

    /// <summary>The place as devices take it.</summary>
    public Layout Layout(int[] shape)
    {
        Span<nint> strides = stackalloc nint[shape.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = (nint)Strides[axis];
        }

        return Tensors.Layout.Strided(Shape.Create([.. shape.Select(extent => (nint)extent)]), strides, (nint)Start);
    }

    /// <summary>Where the element with this logical row-major index lies.</summary>
    public long At(int[] shape, int index)
    {
        long at = Start;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            at += index % shape[axis] * Strides[axis];
            index /= shape[axis];
        }

        return at;
    }

    /// <summary>The kernels' argument for up to three inputs and an output of one shape.</summary>
    public static Axes Join(int[] shape, Placement x, Placement y, Placement z, Placement w)
    {
        var axes = new Axes { Rank = shape.Length, Start = new Offsets { X = x.Start, Y = y.Start, Z = z.Start, W = w.Start } };
        for (int i = 0; i < shape.Length; i++)
        {
            int axis = shape.Length - 1 - i;
            var one = new Axis { Extent = shape[axis], X = x.Strides[axis], Y = y.Strides[axis], Z = z.Strides[axis], W = w.Strides[axis] };
            switch (i)
            {
                case 0: axes.D0 = one; break;
                case 1: axes.D1 = one; break;
                case 2: axes.D2 = one; break;
                case 3: axes.D3 = one; break;
                case 4: axes.D4 = one; break;
                case 5: axes.D5 = one; break;
                case 6: axes.D6 = one; break;
                default: axes.D7 = one; break;
            }
        }

        return axes;
    }
}
