using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

public sealed partial class GpuDevice
{
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
