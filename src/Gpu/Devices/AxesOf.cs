using Onsager.Gpu.Kernels;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>Turns operands' layouts into a kernel's axes: axes of extent 1 vanish, axes that lie contiguously within each other in all operands are merged.</summary>
internal ref struct AxesOf
{
    private Axes axes;
    private Axis current;

    /// <summary>The axes over the output's shape; the last operand is the output.</summary>
    public static Axes Of(Operand x, Operand output) => Of(x, x, x, output);

    /// <summary>The axes over the output's shape; the last operand is the output.</summary>
    public static Axes Of(Operand x, Operand y, Operand z, Operand output)
    {
        AxesOf axes = default;
        axes.axes.Start = new Offsets { X = x.Layout.Offset, Y = y.Layout.Offset, Z = z.Layout.Offset, W = output.Layout.Offset };
        for (int axis = output.Layout.Shape.Rank - 1; axis >= 0; axis--)
        {
            axes.Add(
                output.Layout.Shape[axis], x.Layout.Stride(axis), y.Layout.Stride(axis), z.Layout.Stride(axis), output.Layout.Stride(axis));
        }

        return axes.Close();
    }

    /// <summary>The axes but first to end, over the first operand's shape.</summary>
    public static Axes Without(int first, int end, Operand x, Operand y, Operand output)
    {
        AxesOf axes = default;
        axes.axes.Start = new Offsets { X = x.Layout.Offset, Y = y.Layout.Offset, W = output.Layout.Offset };
        axes.Add(end, x.Layout.Shape.Rank, x, y, output);
        axes.Add(0, first, x, y, output);
        return axes.Close();
    }

    /// <summary>The axes first to end over the first operand's shape, without offsets.</summary>
    public static Axes Only(int first, int end, Operand x, Operand y, Operand output)
    {
        AxesOf axes = default;
        axes.Add(first, end, x, y, output);
        return axes.Close();
    }

    /// <summary>Axes from a first one on in each of two layouts, X of the one and W of the other, without their offsets.</summary>
    public static Axes Part(in Layout x, int firstX, in Layout w, int firstW, int count)
    {
        AxesOf axes = default;
        for (int axis = count - 1; axis >= 0; axis--)
        {
            axes.Add(x.Shape[firstX + axis], x.Stride(firstX + axis), 0, 0, w.Stride(firstW + axis));
        }

        return axes.Close();
    }

    private void Add(int first, int end, Operand x, Operand y, Operand output)
    {
        for (int axis = end - 1; axis >= first; axis--)
        {
            Add(x.Layout.Shape[axis], x.Layout.Stride(axis), y.Layout.Stride(axis), 0, output.Layout.Stride(axis));
        }
    }

    private void Add(nint extent, nint x, nint y, nint z, nint w)
    {
        if (extent == 1)
        {
            return;
        }

        long inner = current.Extent;
        if (inner > 0 && x == current.X * inner && y == current.Y * inner && z == current.Z * inner && w == current.W * inner)
        {
            current.Extent = checked((int)(inner * extent));
            return;
        }

        Close();
        current = new Axis { Extent = checked((int)extent), X = x, Y = y, Z = z, W = w };
    }

    private Axes Close()
    {
        if (current.Extent > 0)
        {
            switch (axes.Rank++)
            {
                case 0: axes.D0 = current; break;
                case 1: axes.D1 = current; break;
                case 2: axes.D2 = current; break;
                case 3: axes.D3 = current; break;
                case 4: axes.D4 = current; break;
                case 5: axes.D5 = current; break;
                case 6: axes.D6 = current; break;
                default: axes.D7 = current; break;
            }
        }

        current = default;
        return axes;
    }
}
