using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;
using Half = System.Half;

namespace Onsager.Gpu;

/// <summary>Conversions between element types: the pairs that the processor has, but for integers other than int and long.</summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    public override void Convert<TFrom, TTo>(Operand x, Operand y)
    {
        bool usesDouble = typeof(TFrom) == typeof(double) || typeof(TTo) == typeof(double), done = !usesDouble || accelerator.HasFloat64;
        if (typeof(TFrom) == typeof(TTo))
        {
            Copy<TFrom>(x, y);
            return;
        }

        if (done)
        {
            done = typeof(TFrom) == typeof(float) ? FromSingle<TTo>(x, y)
                : typeof(TFrom) == typeof(double) ? FromDouble<TTo>(x, y)
                : typeof(TFrom) == typeof(int) ? FromInteger<TTo>(x, y)
                : typeof(TFrom) == typeof(long) ? FromWideInteger<TTo>(x, y)
                : typeof(TFrom) == typeof(bool) ? FromFlag<TTo>(x, y)
                : typeof(TFrom) == typeof(Half) ? FromFormat<Float16Format, TTo>(x, y)
                : typeof(TFrom) == typeof(BFloat16) && FromFormat<BFloat16Format, TTo>(x, y);
        }

        if (!done)
        {
            throw new NotSupportedException($"convert: {typeof(TFrom).Name} to {typeof(TTo).Name} is not available on {Name}.");
        }
    }

    private bool FromSingle<TTo>(Operand x, Operand y) =>
        typeof(TTo) == typeof(double) ? Run<SingleToDouble, GpuF32, GpuF64>(x, y)
        : typeof(TTo) == typeof(int) ? Run<SingleToInteger, GpuF32, int>(x, y)
        : typeof(TTo) == typeof(long) ? Run<SingleToWideInteger, GpuF32, long>(x, y)
        : typeof(TTo) == typeof(bool) ? Run<NumberToFlag<GpuF32>, GpuF32, byte>(x, y)
        : typeof(TTo) == typeof(Half) ? Run<SingleToFormat<Float16Format>, GpuF32, ushort>(x, y)
        : typeof(TTo) == typeof(BFloat16) && Run<SingleToFormat<BFloat16Format>, GpuF32, ushort>(x, y);

    private bool FromDouble<TTo>(Operand x, Operand y) =>
        typeof(TTo) == typeof(float) ? Run<DoubleToSingle, GpuF64, GpuF32>(x, y)
        : typeof(TTo) == typeof(int) ? Run<DoubleToInteger, GpuF64, int>(x, y)
        : typeof(TTo) == typeof(long) ? Run<DoubleToWideInteger, GpuF64, long>(x, y)
        : typeof(TTo) == typeof(bool) ? Run<NumberToFlag<GpuF64>, GpuF64, byte>(x, y)
        : typeof(TTo) == typeof(Half) ? Run<DoubleToFormat<Float16Format>, GpuF64, ushort>(x, y)
        : typeof(TTo) == typeof(BFloat16) && Run<DoubleToFormat<BFloat16Format>, GpuF64, ushort>(x, y);

    private bool FromInteger<TTo>(Operand x, Operand y) =>
        typeof(TTo) == typeof(float) ? Run<IntegerToSingle, int, GpuF32>(x, y)
        : typeof(TTo) == typeof(double) ? Run<IntegerToDouble, int, GpuF64>(x, y)
        : typeof(TTo) == typeof(long) ? Run<IntegerToWideInteger, int, long>(x, y)
        : typeof(TTo) == typeof(bool) && Run<IntegerToFlag, int, byte>(x, y);

    private bool FromWideInteger<TTo>(Operand x, Operand y) =>
        typeof(TTo) == typeof(float) ? Run<WideIntegerToSingle, long, GpuF32>(x, y)
        : typeof(TTo) == typeof(double) ? Run<WideIntegerToDouble, long, GpuF64>(x, y)
        : typeof(TTo) == typeof(int) ? Run<WideIntegerToInteger, long, int>(x, y)
        : typeof(TTo) == typeof(bool) && Run<WideIntegerToFlag, long, byte>(x, y);

    private bool FromFlag<TTo>(Operand x, Operand y) =>
        typeof(TTo) == typeof(float) ? Run<FlagTo<IntegerToSingle, GpuF32>, byte, GpuF32>(x, y)
        : typeof(TTo) == typeof(double) ? Run<FlagTo<IntegerToDouble, GpuF64>, byte, GpuF64>(x, y)
        : typeof(TTo) == typeof(int) ? Run<FlagTo<Itself<int>, int>, byte, int>(x, y)
        : typeof(TTo) == typeof(long) && Run<FlagTo<IntegerToWideInteger, long>, byte, long>(x, y);

    private bool FromFormat<TFormat, TTo>(Operand x, Operand y)
        where TFormat : struct, IStorageFormat =>
        typeof(TTo) == typeof(float) ? Run<FormatTo<TFormat, GpuF32>, ushort, GpuF32>(x, y)
        : typeof(TTo) == typeof(double) && Run<FormatTo<TFormat, GpuF64>, ushort, GpuF64>(x, y);

    private bool Run<TConversion, TFrom, TTo>(Operand x, Operand y)
        where TConversion : struct, IConversion<TFrom, TTo>
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        nint size = y.Layout.Shape.Size;
        for (nint start = 0; start < size; start += Piece)
        {
            int count = (int)nint.Min(Piece, size - start);
            accelerator.Convert<TConversion, TFrom, TTo>(Part<TFrom>(x, start, count), Part<TTo>(y, start, count), count);
        }

        return true;
    }
}
