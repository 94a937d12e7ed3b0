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
}
