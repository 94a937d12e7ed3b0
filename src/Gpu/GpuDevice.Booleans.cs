using System.Runtime.CompilerServices;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;
using Half = System.Half;

namespace Onsager.Gpu;

/// <summary>Comparisons, logic and choices, whatever the strides.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Compare<TRelation, T>(Operand x, Operand y, Operand z)
    {
        bool done = typeof(T) == typeof(float) ? RunCompare<TRelation, OrderOf<Itself<GpuF32>, GpuF32, GpuF32>, GpuF32, GpuF32>(x, y, z)
            : typeof(T) == typeof(double) ? accelerator.HasFloat64 && RunCompare<TRelation, OrderOf<Itself<GpuF64>, GpuF64, GpuF64>, GpuF64, GpuF64>(x, y, z)
            : typeof(T) == typeof(Half) ? RunCompare<TRelation, OrderOf<FormatTo<Float16Format, GpuF32>, ushort, GpuF32>, ushort, GpuF32>(x, y, z)
            : typeof(T) == typeof(BFloat16) ? RunCompare<TRelation, OrderOf<FormatTo<BFloat16Format, GpuF32>, ushort, GpuF32>, ushort, GpuF32>(x, y, z)
            : typeof(T) == typeof(int) ? CompareIntegers<TRelation, IntegerToWideInteger, int>(x, y, z)
            : typeof(T) == typeof(long) ? CompareIntegers<TRelation, Itself<long>, long>(x, y, z)
            : typeof(T) == typeof(bool) || typeof(T) == typeof(byte) ? CompareIntegers<TRelation, ByteToWideInteger, byte>(x, y, z)
            : typeof(T) == typeof(sbyte) ? CompareIntegers<TRelation, SignedByteToWideInteger, sbyte>(x, y, z)
            : typeof(T) == typeof(short) ? CompareIntegers<TRelation, ShortToWideInteger, short>(x, y, z)
            : typeof(T) == typeof(ushort) ? CompareIntegers<TRelation, UnsignedShortToWideInteger, ushort>(x, y, z)
            : typeof(T) == typeof(uint) ? CompareIntegers<TRelation, UnsignedToWideInteger, uint>(x, y, z)
            : typeof(T) == typeof(ulong) && CompareIntegers<TRelation, UnsignedWideToWideInteger, ulong>(x, y, z);
        if (!done)
        {
            throw new NotSupportedException($"{TRelation.Name}: element {typeof(T).Name} is not available on {Name}.");
        }
    }

    /// <inheritdoc/>
    public override void Combine<TLogic>(Operand x, Operand y, Operand z)
    {
        nint size = z.Layout.Shape.Size;
        if (size > 0)
        {
            accelerator.Combine<TLogic>(View<byte>(x.Storage), View<byte>(y.Storage), View<byte>(z.Storage), AxesOf.Of(x, y, z, z), Count(TLogic.Name, size));
        }
    }

    /// <inheritdoc/>
    public override void Choose<T>(Operand mask, Operand x, Operand y, Operand w)
    {
        switch (Unsafe.SizeOf<T>())
        {
            case 1: RunChoose<byte>(mask, x, y, w); break;
            case 2: RunChoose<ushort>(mask, x, y, w); break;
            case 4: RunChoose<uint>(mask, x, y, w); break;
            case 8: RunChoose<ulong>(mask, x, y, w); break;
            default: throw new NotSupportedException($"where: element {typeof(T).Name} of {Unsafe.SizeOf<T>()} bytes is not available on {Name}.");
        }
    }

    private bool CompareIntegers<TRelation, TConversion, T>(Operand x, Operand y, Operand z)
        where TRelation : struct, IRelation
        where TConversion : struct, IConversion<T, long>
        where T : unmanaged => RunCompare<TRelation, SignOf<TConversion, T, GpuF32>, T, GpuF32>(x, y, z);

    private bool RunCompare<TRelation, TOrder, T, V>(Operand x, Operand y, Operand z)
        where TRelation : struct, IRelation
        where TOrder : struct, IOrder<T, V>
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        nint size = z.Layout.Shape.Size;
        if (size > 0)
        {
            accelerator.Compare<TRelation, TOrder, T, V>(
                View<T>(x.Storage), View<T>(y.Storage), View<byte>(z.Storage), AxesOf.Of(x, y, z, z), Count(TRelation.Name, size));
        }

        return true;
    }

    private void RunChoose<TBits>(Operand mask, Operand x, Operand y, Operand w)
        where TBits : unmanaged
    {
        nint size = w.Layout.Shape.Size;
        if (size > 0)
        {
            accelerator.Choose(
                View<byte>(mask.Storage), View<TBits>(x.Storage), View<TBits>(y.Storage), View<TBits>(w.Storage), AxesOf.Of(mask, x, y, w), Count("where", size));
        }
    }
}
