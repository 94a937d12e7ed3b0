using Onsager.Gpu.Kernels;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>
/// Operands as lines: the first axes of x, and of y, number the lines, the axes behind them number a line's elements. X of the axes is x,
/// W is y, which has no axes behind the lines' where a line gives one result.
/// </summary>
internal readonly ref struct Lines
{
    /// <summary>Cuts after so many axes; there is at least one element.</summary>
    /// <exception cref="NotSupportedException">There are 2^31 lines or elements of a line, or more.</exception>
    public Lines(string operation, Operand x, Operand y, int numbering)
    {
        nint lines = 1;
        for (int axis = 0; axis < numbering; axis++)
        {
            lines *= x.Layout.Shape[axis];
        }

        Count = GpuDevice.Count(operation, lines);
        Length = GpuDevice.Count(operation, x.Layout.Shape.Size / lines);
        Axes kept = AxesOf.Part(in x.Layout, 0, in y.Layout, 0, numbering);
        kept.Start = new Offsets { X = x.Layout.Offset, W = y.Layout.Offset };
        int along = y.Layout.Shape.Rank - numbering;
        Kept = kept;
        Along = along == 0
            ? AxesOf.Part(in x.Layout, numbering, in x.Layout, numbering, x.Layout.Shape.Rank - numbering)
            : AxesOf.Part(in x.Layout, numbering, in y.Layout, numbering, along);
    }

    /// <summary>Where lines lie.</summary>
    public readonly Axes Kept;

    /// <summary>Where a line's elements lie behind its first.</summary>
    public readonly Axes Along;

    /// <summary>How many lines there are.</summary>
    public int Count { get; }

    /// <summary>Elements of a line.</summary>
    public int Length { get; }

    /// <summary>Whether neighbouring lines, and not a line's neighbouring elements, lie side by side.</summary>
    public bool ByColumns => Kept.Rank > 0 && Kept.D0.X == 1 && Along.Rank > 0 && Along.D0.X != 1;
}
