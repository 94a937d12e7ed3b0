using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

public sealed partial class GpuDevice
{
    /// <remarks>Windows are fetched from the image by the product's kernel. Where a group has few outputs, they are better written out, for a kernel of few rows.</remarks>
    internal override bool TryConvolve<T>(Operand weights, Operand windows, Operand bias, Operand y)
    {
        ref readonly Layout from = ref windows.Layout, to = ref y.Layout;
        nint outputs = weights.Layout.Shape[1];
        if (outputs <= GpuAccelerator.FewRows || !Counts(in from, from.Shape[5] * from.Shape[6]) || (from.Shape[5] > 1 && to.Stride(2) != from.Shape[6] * to.Stride(3)))
        {
            return false;
        }

        if (IsSingle<T>("convolution"))
        {
            RunWindows<GpuF32>(weights, windows, bias, y, (int)outputs);
        }
        else
        {
            RunWindows<GpuF64>(weights, windows, bias, y, (int)outputs);
        }

        return true;
    }

    /// <remarks>As above.</remarks>
    internal override bool TryWeightGradient<T>(Operand windows, Operand dy, Operand dw)
    {
        ref readonly Layout from = ref windows.Layout;
        nint outputs = dw.Layout.Shape[0] / from.Shape[1], places = from.Shape[0] * from.Shape[5] * from.Shape[6];
        if (outputs <= GpuAccelerator.FewRows || places == 0 || places > Piece || !Counts(in from, places))
        {
            return false;
        }

        if (IsSingle<T>("convolution"))
        {
            RunWindowGradient<GpuF32>(windows, dy, dw, (int)outputs, (int)places);
        }
        else
        {
            RunWindowGradient<GpuF64>(windows, dy, dw, (int)outputs, (int)places);
        }

        return true;
    }

    /// <summary>Whether a kernel can count taps and places, and the steps from a place to the next three, which may be rows of one place each; products are batched by images and groups.</summary>
    private static bool Counts(in Layout windows, nint places) =>
        (windows.Shape[6] * nint.Abs(windows.Stride(6))) + (3 * nint.Abs(windows.Stride(5))) <= int.MaxValue
        && windows.Shape[2] * windows.Shape[3] * windows.Shape[4] <= Piece && places <= Piece && windows.Shape[0] * windows.Shape[1] <= Piece;

    private void RunWindows<V>(Operand weights, Operand windows, Operand bias, Operand y, int outputs)
        where V : unmanaged, ILanes<V>
    {
        Layout from = windows.Layout, to = y.Layout, by = weights.Layout;
        var shape = new ProductShape
        {
            M = outputs,
            N = (int)(from.Shape[5] * from.Shape[6]),
            K = (int)by.Shape[2],
            RowA = by.Stride(1),
            ColumnA = by.Stride(2),
            BatchA = by.Stride(0),
            StartA = by.Offset,
            BatchB = from.Stride(1),
            OuterB = from.Stride(0),
            StartB = from.Offset,
            RowC = to.Stride(1),
            ColumnC = to.Stride(3),
            BatchC = outputs * to.Stride(1),
            OuterC = to.Stride(0),
            StartC = to.Offset,
            Inner = (int)from.Shape[1],
        };
        var axes = new WindowShape { Taps = Axis(in from, 2, 3, 4), Places = Axis(in from, 0, 5, 6) };
        long batch = from.Shape[0] * from.Shape[1];
        if (bias.Storage is null)
        {
            accelerator.WindowProduct<Bare, V>(View<V>(weights.Storage), View<V>(windows.Storage), View<V>(y.Storage), View<V>(y.Storage), shape, axes, batch);
        }
        else
        {
            shape.StartBias = bias.Layout.Offset;
            shape.RowBias = 1;
            axes.GroupBias = outputs;
            accelerator.WindowProduct<Biased, V>(View<V>(weights.Storage), View<V>(windows.Storage), View<V>(y.Storage), View<V>(bias.Storage), shape, axes, batch);
        }
    }

    private void RunWindowGradient<V>(Operand windows, Operand dy, Operand dw, int outputs, int places)
        where V : unmanaged, ILanes<V>
    {
        Layout from = windows.Layout, result = dy.Layout;
        int taps = (int)(from.Shape[2] * from.Shape[3] * from.Shape[4]);
        var shape = new ProductShape
        {
            M = outputs,
            N = taps,
            K = places,
            BatchA = outputs * result.Stride(1),
            StartA = result.Offset,
            BatchB = from.Stride(1),
            StartB = from.Offset,
            RowC = taps,
            ColumnC = 1,
            BatchC = (long)outputs * taps,
            StartC = dw.Layout.Offset,
            Inner = (int)from.Shape[1],
        };
        var axes = new WindowShape
        {
            Taps = Axis(in from, 2, 3, 4),
            Places = Axis(in from, 0, 5, 6),
            Sums = Axis(in result, 0, 2, 3),
            Rows = new WindowAxis { Middle = 1, Inner = int.MaxValue, InnerStep = result.Stride(1) },
        };
        accelerator.WindowGradient(View<V>(dy.Storage), View<V>(windows.Storage), View<V>(dw.Storage), shape, axes, from.Shape[1]);
    }

    private static WindowAxis Axis(in Layout layout, int outer, int middle, int inner) => new()
    {
        Middle = (int)layout.Shape[middle],
        Inner = (int)layout.Shape[inner],
        OuterStep = layout.Stride(outer),
        MiddleStep = layout.Stride(middle),
        InnerStep = layout.Stride(inner),
    };
}
