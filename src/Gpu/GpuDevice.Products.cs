using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Sum<T>(Operand x, Operand y)
    {
        if (IsSingle<T>("sum"))
        {
            RunSum<T, GpuF32>(x, y);
        }
        else
        {
            RunSum<T, GpuF64>(x, y);
        }
    }

    /// <inheritdoc/>
    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y)
    {
        (T a, T b, T c) = parameters;
        if (IsSingle<T>(TDistribution.Name))
        {
            RunRandom<TDistribution, GpuF32>((Lane<T, GpuF32>(a), Lane<T, GpuF32>(b), Lane<T, GpuF32>(c)), seed, stream, first, y);
        }
        else
        {
            RunRandom<TDistribution, GpuF64>((Lane<T, GpuF64>(a), Lane<T, GpuF64>(b), Lane<T, GpuF64>(c)), seed, stream, first, y);
        }
    }

    /// <inheritdoc/>
    public override void Update<TUpdate, T>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TUpdate>())
        {
            throw new NotSupportedException($"{TUpdate.Name}: a rule that refers to managed objects is not available on {Name}.");
        }

        if (IsSingle<T>(TUpdate.Name))
        {
            RunUpdate<TUpdate, GpuF32>(update, gradients, parameters, first, second);
        }
        else
        {
            RunUpdate<TUpdate, GpuF64>(update, gradients, parameters, first, second);
        }
    }

    private void RunSum<T, V>(Operand x, Operand y)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        nint outputs = y.Layout.Shape.Size;
        if (outputs == 0)
        {
            return;
        }

        nint terms = x.Layout.Shape.Size / outputs;
        if (terms == 0)
        {
            Fill(default(T), y);
            return;
        }

        int kept = y.Layout.Shape.Rank, count = Count("sum", terms), sums = Count("sum", outputs);
        Axes starts = AxesOf.Part(in x.Layout, 0, kept);
        starts.Start = new Offsets { X = x.Layout.Offset };
        Axes places = AxesOf.Part(in x.Layout, kept, x.Layout.Shape.Rank);

        int size = Unsafe.SizeOf<T>();
        Storage scratch = Allocate((nint)GpuAccelerator.SumScratch(sums, count) * size);
        if (y.Layout.IsContiguous)
        {
            accelerator.Sum<SumTerm, V>(View<V>(x.Storage), View<V>(x.Storage), Part<V>(y, 0, outputs), starts, places, sums, count, View<V>(scratch));
        }
        else
        {
            Storage results = Allocate(outputs * size);
            Layout line = Layout.Contiguous(y.Layout.Shape);
            accelerator.Sum<SumTerm, V>(
                View<V>(x.Storage), View<V>(x.Storage), View<V>(results).SubView(0, outputs), starts, places, sums, count, View<V>(scratch));
            Copy<T>(new Operand(results, in line), y);
            Recycle(results);
        }

        Recycle(scratch);
    }

    private void RunRandom<TDistribution, V>((V A, V B, V C) parameters, ulong seed, ulong stream, ulong first, Operand y)
        where TDistribution : struct, IDistribution
        where V : unmanaged, ILanes<V>
    {
        nint size = y.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            accelerator.Random<TDistribution, V>(Part<V>(y, start, count), parameters, seed, stream, first + (ulong)start, count);
        }
    }

    private void RunUpdate<TUpdate, V>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
        where TUpdate : struct, IUpdate
        where V : unmanaged, ILanes<V>
    {
        nint size = parameters.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            ArrayView<V> own = Part<V>(parameters, start, count);
            accelerator.Update(
                update, Part<V>(gradients, start, count), own,
                TUpdate.Moments > 0 ? Part<V>(first, start, count) : own,
                TUpdate.Moments > 1 ? Part<V>(second, start, count) : own, count);
        }
    }
}
