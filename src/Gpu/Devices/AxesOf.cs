using Onsager.Gpu.Kernels;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>Turns operands' layouts into a kernel's axes: axes of extent 1 vanish, axes that lie contiguously within each other in all operands are merged.</summary>
internal ref struct AxesOf
{
    private Axes _axes;
    private Axis _current;

    /// <summary>The axes over the output's shape; the last operand is the output.</summary>
    public static Axes Of(Operand x, Operand output) => Of(x, x, x, output);

    /// <summary>The axes over the output's shape; the last operand is the output.</summary>
    public static Axes Of(Operand x, Operand y, Operand z, Operand output)
    {
        AxesOf axes = default;
        axes._axes.Start = new Offsets { X = x.Layout.Offset, Y = y.Layout.Offset, Z = z.Layout.Offset, W = output.Layout.Offset };
        for (int axis = output.Layout.Shape.Rank - 1; axis >= 0; axis--)
        {
            axes.Add(
                output.Layout.Shape[axis], x.Layout.Stride(axis), y.Layout.Stride(axis), z.Layout.Stride(axis), output.Layout.Stride(axis));
        }

        return axes.Close();
    }

    /// <summary>The axes first to end of one layout, without its offset.</summary>
    public static Axes Part(in Layout layout, int first, int end)
    {
        AxesOf axes = default;
        for (int axis = end - 1; axis >= first; axis--)
        {
            nint stride = layout.Stride(axis);
            axes.Add(layout.Shape[axis], stride, stride, stride, stride);
        }

        return axes.Close();
    }

    private void Add(nint extent, nint x, nint y, nint z, nint w)
    {
        if (extent == 1)
        {
            return;
        }

        long inner = _current.Extent;
        if (inner > 0 && x == _current.X * inner && y == _current.Y * inner && z == _current.Z * inner && w == _current.W * inner)
        {
            _current.Extent = checked((int)(inner * extent));
            return;
        }

        Close();
        _current = new Axis { Extent = checked((int)extent), X = x, Y = y, Z = z, W = w };
    }

    private Axes Close()
    {
        if (_current.Extent > 0)
        {
            switch (_axes.Rank++)
            {
                case 0: _axes.D0 = _current; break;
                case 1: _axes.D1 = _current; break;
                case 2: _axes.D2 = _current; break;
                case 3: _axes.D3 = _current; break;
                case 4: _axes.D4 = _current; break;
                case 5: _axes.D5 = _current; break;
                case 6: _axes.D6 = _current; break;
                default: _axes.D7 = _current; break;
            }
        }

        _current = default;
        return _axes;
    }
}
