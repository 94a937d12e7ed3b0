using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    // Eight neighbouring columns fill what a load brings from memory; rows are long enough by themselves.
    private const int RowThreads = 256;

    /// <summary>Reduces lines, or their blocks: see <see cref="ReductionKernel{TReduction, V}"/>.</summary>
    public void Reduce<TReduction, V>(
        ArrayView<V> x, ArrayView<V> y, ArrayView<V> firsts, in Axes kept, in Axes reduced, in LineShape shape, V count, V divisor)
        where TReduction : struct, IReduction
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                ReductionKernel<TReduction, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, Axes, LineShape, V, V>>()(
                stream, Groups(shape), x, y, firsts, kept, reduced, shape, count, divisor);
        }
    }

    /// <summary>Places of extremes in lines, or of their blocks: see <see cref="PlaceKernel{TExtreme, V}"/>.</summary>
    public void Places<TExtreme, V>(
        ArrayView<V> x, ArrayView<int> places, ArrayView<V> best, ArrayView<int> y, in Axes kept, in Axes reduced, in LineShape shape)
        where TExtreme : struct, IExtreme
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                PlaceKernel<TExtreme, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<int>, ArrayView<V>, ArrayView<int>, Axes, Axes, LineShape>>()(
                stream, Groups(shape), x, places, best, y, kept, reduced, shape);
        }
    }

    /// <summary>Softmax of lines of at most one block.</summary>
    public void Softmax<TForm, V>(ArrayView<V> x, ArrayView<V> y, ArrayView<V> maxima, ArrayView<V> sums, in Axes kept, in Axes line, in LineShape shape)
        where TForm : struct, ISoftmax
        where V : unmanaged, ILanes<V>
    {
        lock (gate)
        {
            kernels.Get<
                SoftmaxKernel<TForm, V>,
                Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, Axes, Axes, LineShape>>()(
                stream, Groups(shape), x, y, maxima, sums, kept, line, shape);
        }
    }

    /// <summary>One axis, of the same stride in x and in the output.</summary>
    internal static Axes Line(int extent, long stride) => new() { Rank = 1, D0 = new Axis { Extent = extent, X = stride, W = stride } };

    /// <summary>How groups share lines, which are to be done to the end.</summary>
    internal LineShape Share<V>(int lines, int count, bool byColumns)
        where V : unmanaged, ILanes<V>
    {
        int most = Kind == Tensors.DeviceKind.Emulated ? SimulatedGroup : int.Min(byColumns ? LineThread.Most : RowThreads, Accelerator.MaxNumThreadsPerGroup);
        int lanes = 1;
        while (lanes < count && lanes < (V.IsDouble ? FixedOrder.LaneCount<double>() : FixedOrder.LaneCount<float>()))
        {
            lanes *= 2;
        }

        return new LineShape
        {
            Lines = lines,
            Count = count,
            Blocks = (int)(((long)count + FixedOrder.Block - 1) / FixedOrder.Block),
            Lanes = lanes,
            PerGroup = int.Max(1, most / lanes),
            ByColumns = byColumns ? 1 : 0,
            Finishes = 1,
        };
    }

    private static KernelConfig Groups(in LineShape shape)
    {
        long blocks = (long)shape.Lines * shape.Blocks;
        return new(checked((int)((blocks + shape.PerGroup - 1) / shape.PerGroup)), shape.Lanes * shape.PerGroup);
    }
}
