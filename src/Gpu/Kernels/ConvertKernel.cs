using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>An element in another type, by the rules of <see cref="Map.Convert"/>.</summary>
internal interface IConversion<TFrom, TTo>
    where TFrom : unmanaged
    where TTo : unmanaged
{
    static abstract TTo Of(TFrom x);
}

/// <summary>y = x in another type, one thread for each element.</summary>
internal readonly struct ConvertKernel<TConversion, TFrom, TTo> : IKernel
    where TConversion : struct, IConversion<TFrom, TTo>
    where TFrom : unmanaged
    where TTo : unmanaged
{
    public static void Run(ArrayView<TFrom> x, ArrayView<TTo> y, int count)
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[i] = TConversion.Of(x[i]);
        }
    }
}

internal readonly struct SingleToDouble : IConversion<GpuF32, GpuF64>
{
    public static GpuF64 Of(GpuF32 x) => new(Float64.FromSingle(x.Value));
}

internal readonly struct DoubleToSingle : IConversion<GpuF64, GpuF32>
{
    public static GpuF32 Of(GpuF64 x) => new(Float32.FromDouble(x.Value));
}

internal readonly struct SingleToInteger : IConversion<GpuF32, int>
{
    public static int Of(GpuF32 x) => Float32.ToInteger(x.Value);
}

internal readonly struct SingleToWideInteger : IConversion<GpuF32, long>
{
    public static long Of(GpuF32 x) => Float32.ToWideInteger(x.Value);
}

internal readonly struct DoubleToInteger : IConversion<GpuF64, int>
{
    public static int Of(GpuF64 x) => Float64.ToInteger(x.Value);
}

internal readonly struct DoubleToWideInteger : IConversion<GpuF64, long>
{
    public static long Of(GpuF64 x) => Float64.ToWideInteger(x.Value);
}

internal readonly struct IntegerToSingle : IConversion<int, GpuF32>
{
    public static GpuF32 Of(int x) => new(Float32.FromInteger(x));
}

internal readonly struct IntegerToDouble : IConversion<int, GpuF64>
{
    public static GpuF64 Of(int x) => new(Float64.FromInteger(x));
}

internal readonly struct WideIntegerToSingle : IConversion<long, GpuF32>
{
    public static GpuF32 Of(long x) => new(Float32.FromWideInteger(x));
}

internal readonly struct WideIntegerToDouble : IConversion<long, GpuF64>
{
    public static GpuF64 Of(long x) => new(Float64.FromInteger(x));
}

internal readonly struct IntegerToWideInteger : IConversion<int, long>
{
    public static long Of(int x) => x;
}

internal readonly struct WideIntegerToInteger : IConversion<long, int>
{
    public static int Of(long x) => x < int.MinValue ? int.MinValue : x > int.MaxValue ? int.MaxValue : (int)x;
}

/// <summary>True for all but zeros, NaN too.</summary>
internal readonly struct NumberToFlag<V> : IConversion<V, byte>
    where V : unmanaged, ILanes<V>
{
    public static byte Of(V x) => V.AllLess(V.Of(0), V.SelectEqual(x, V.Of(0), V.Of(0), V.Of(1))) ? (byte)1 : (byte)0;
}

internal readonly struct IntegerToFlag : IConversion<int, byte>
{
    public static byte Of(int x) => x != 0 ? (byte)1 : (byte)0;
}

internal readonly struct WideIntegerToFlag : IConversion<long, byte>
{
    public static byte Of(long x) => x != 0 ? (byte)1 : (byte)0;
}

/// <summary>0 and 1.</summary>
internal readonly struct FlagTo<TConversion, TTo> : IConversion<byte, TTo>
    where TConversion : struct, IConversion<int, TTo>
    where TTo : unmanaged
{
    public static TTo Of(byte x) => TConversion.Of(x);
}

/// <summary>A float32 as a 16-bit format, by the formula that all devices share.</summary>
internal readonly struct SingleToFormat<TFormat> : IConversion<GpuF32, ushort>
    where TFormat : struct, IStorageFormat
{
    public static ushort Of(GpuF32 x) => (ushort)StorageFormats.Narrow<TFormat, GpuF32>(x).Bits;
}

/// <summary>A float64 as a 16-bit format, in one rounding.</summary>
internal readonly struct DoubleToFormat<TFormat> : IConversion<GpuF64, ushort>
    where TFormat : struct, IStorageFormat
{
    public static ushort Of(GpuF64 x) => (ushort)StorageFormats.Narrow<TFormat, GpuF64>(x).Bits;
}

/// <summary>A 16-bit format as a number, exactly.</summary>
internal readonly struct FormatTo<TFormat, V> : IConversion<ushort, V>
    where TFormat : struct, IStorageFormat
    where V : unmanaged, ILanes<V>
{
    public static V Of(ushort x) => StorageFormats.Widen<TFormat, V>(V.OfBits(x));
}

/// <summary>An element as it is.</summary>
internal readonly struct Itself<T> : IConversion<T, T>
    where T : unmanaged
{
    public static T Of(T x) => x;
}

internal readonly struct ByteToWideInteger : IConversion<byte, long>
{
    public static long Of(byte x) => x;
}

internal readonly struct SignedByteToWideInteger : IConversion<sbyte, long>
{
    public static long Of(sbyte x) => x;
}

internal readonly struct ShortToWideInteger : IConversion<short, long>
{
    public static long Of(short x) => x;
}

internal readonly struct UnsignedShortToWideInteger : IConversion<ushort, long>
{
    public static long Of(ushort x) => x;
}

internal readonly struct UnsignedToWideInteger : IConversion<uint, long>
{
    public static long Of(uint x) => x;
}

/// <summary>In the same order: the highest bit, turned, is the sign.</summary>
internal readonly struct UnsignedWideToWideInteger : IConversion<ulong, long>
{
    public static long Of(ulong x) => (long)(x ^ 0x8000000000000000ul);
}
