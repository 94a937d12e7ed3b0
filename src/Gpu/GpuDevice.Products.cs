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
