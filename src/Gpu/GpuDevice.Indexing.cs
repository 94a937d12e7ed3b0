using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>Elements read and written by index. Before anything is written the indices are checked on the device, and the host waits for the answer.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Gather<T>(IndexedAxis axis, Operand x, Operand indices, Operand y)
    {
        CheckIndices(axis, x.Layout.Shape, indices);
        switch (Unsafe.SizeOf<T>())
        {
            case 1: RunGather<byte>(axis, x, indices, y); break;
            case 2: RunGather<ushort>(axis, x, indices, y); break;
            case 4: RunGather<uint>(axis, x, indices, y); break;
            case 8: RunGather<ulong>(axis, x, indices, y); break;
            default: throw new NotSupportedException($"{axis.Operation}: element {typeof(T).Name} of {Unsafe.SizeOf<T>()} bytes is not available on {Name}.");
        }
    }

    /// <inheritdoc/>
    public override void Scatter<T>(IndexedAxis axis, bool isSum, Operand x, Operand indices, Operand source, Operand y)
    {
        CheckIndices(axis, x.Layout.Shape, indices);
        if (isSum && typeof(T) != typeof(int) && typeof(T) != typeof(long))
        {
            // Refused before anything is written.
            IsSingle<T>(axis.Operation);
        }

        if (x.Storage != y.Storage || !x.Layout.SameElements(in y.Layout))
        {
            Copy<T>(x, y);
        }

        switch (isSum, Unsafe.SizeOf<T>())
        {
            case (true, 4) when typeof(T) == typeof(int): RunScatter<Added32, int>(axis, indices, source, y); break;
            case (true, 8) when typeof(T) == typeof(long): RunScatter<Added64, long>(axis, indices, source, y); break;
            case (true, 4): RunScatter<Added<GpuF32>, GpuF32>(axis, indices, source, y); break;
            case (true, _): RunScatter<Added<GpuF64>, GpuF64>(axis, indices, source, y); break;
            case (_, 1): RunScatter<Replaced<byte>, byte>(axis, indices, source, y); break;
            case (_, 2): RunScatter<Replaced<ushort>, ushort>(axis, indices, source, y); break;
            case (_, 4): RunScatter<Replaced<uint>, uint>(axis, indices, source, y); break;
            default: RunScatter<Replaced<ulong>, ulong>(axis, indices, source, y); break;
        }
    }

    private void CheckIndices(IndexedAxis axis, Shape shape, Operand indices)
    {
        nint size = indices.Layout.Shape.Size;
        if (size == 0)
        {
            return;
        }

        int count = Count(axis.Operation, size), extent = Count(axis.Operation, shape[axis.Axis]);
        Storage first = Allocate(sizeof(int));
        try
        {
            Span<int> found = [int.MaxValue];
            CopyFromHost<int>(found, first, 0);
            accelerator.CheckIndices(View<int>(indices.Storage), View<int>(first), AxesOf.Of(indices, indices), axis.CountsFromEnd ? -extent : 0, extent, count);
            CopyToHost(first, 0, found);
            if (found[0] < count)
            {
                CopyToHost(indices.Storage, indices.Layout.Place(found[0]), found);
                throw new ArgumentOutOfRangeException(nameof(indices), found[0], axis.Outside(found[0], shape));
            }
        }
        finally
        {
            Recycle(first);
        }
    }

    private void RunGather<TBits>(IndexedAxis axis, Operand x, Operand indices, Operand y)
        where TBits : unmanaged
    {
        Shape places = y.Layout.Shape;
        if (places.Size > 0)
        {
            Layout from = axis.Spread(in x.Layout, places), at = indices.Layout.Broadcast(places);
            Axes axes = AxesOf.Of(new Operand(x.Storage, in from), new Operand(indices.Storage, in at), y, y);
            accelerator.Gather(
                View<TBits>(x.Storage), View<int>(indices.Storage), View<TBits>(y.Storage), axes, x.Layout.Stride(axis.Axis), (int)x.Layout.Shape[axis.Axis], Count(axis.Operation, places.Size));
        }
    }

    private void RunScatter<TMeeting, V>(IndexedAxis axis, Operand indices, Operand source, Operand y)
        where TMeeting : struct, IMeeting<V>
        where V : unmanaged
    {
        Shape places = source.Layout.Shape;
        if (places.Size > 0)
        {
            Layout to = axis.Spread(in y.Layout, places), at = indices.Layout.Broadcast(places);
            int end = axis.Axis + 1 + places.Rank - y.Layout.Shape.Rank;
            Operand spread = new(indices.Storage, in at), target = new(y.Storage, in to);
            Axes lines = AxesOf.Without(axis.Axis, end, source, spread, target), walk = AxesOf.Only(axis.Axis, end, source, spread, target);
            int count = 1;
            for (int i = axis.Axis; i < end; i++)
            {
                count = checked(count * (int)places[i]);
            }

            accelerator.Scatter<TMeeting, V>(
                View<V>(source.Storage), View<int>(indices.Storage), View<V>(y.Storage), lines, walk,
                (Count(axis.Operation, places.Size) / count, count, (int)y.Layout.Shape[axis.Axis], y.Layout.Stride(axis.Axis)));
        }
    }
}
