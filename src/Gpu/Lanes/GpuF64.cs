using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Lanes;

/// <summary>
/// One double in a GPU's register. No C# floating-point operator appears here: ILGPU's optimizer would fold (x + 2^52) - 2^52 into x,
/// so every operation is an intrinsic of <see cref="Float64"/> or integer work on the bits. A view of doubles, cast, is a view of these.
/// </summary>
internal readonly struct GpuF64(double value) : ILanes<GpuF64>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The number itself.</summary>
    public readonly double Value = value;

    public static bool IsDouble => true;

    [MethodImpl(Inline)] public static GpuF64 Of(double value) => new(Float64.Constant(value));
    [MethodImpl(Inline)] public static GpuF64 OfBits(long bits) => new(Float64.Constant(Interop.IntAsFloat((ulong)bits)));

    [MethodImpl(Inline)] public static GpuF64 operator +(GpuF64 x, GpuF64 y) => new(Float64.Add(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF64 operator -(GpuF64 x, GpuF64 y) => new(Float64.Subtract(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF64 operator *(GpuF64 x, GpuF64 y) => new(Float64.Multiply(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF64 operator /(GpuF64 x, GpuF64 y) => new(Float64.Divide(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF64 operator -(GpuF64 x) => FromBits(x.Bits ^ 0x8000000000000000ul);

    [MethodImpl(Inline)] public static GpuF64 Fma(GpuF64 x, GpuF64 y, GpuF64 z) => new(Float64.Fma(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static GpuF64 Abs(GpuF64 x) => FromBits(x.Bits & 0x7FFFFFFFFFFFFFFFul);
    [MethodImpl(Inline)] public static GpuF64 Sqrt(GpuF64 x) => new(Float64.Sqrt(x.Value));
    [MethodImpl(Inline)] public static GpuF64 Round(GpuF64 x) => new(Float64.Round(x.Value));

    // Equal numbers are one number or zeros of two signs, which the bits decide; what is not ordered is NaN, and x + y is NaN too.
    [MethodImpl(Inline)]
    public static GpuF64 Min(GpuF64 x, GpuF64 y) => SelectLess(x, y, x, SelectLess(y, x, y, SelectEqual(x, y, Or(x, y), x + y)));

    [MethodImpl(Inline)]
    public static GpuF64 Max(GpuF64 x, GpuF64 y) => SelectLess(x, y, y, SelectLess(y, x, x, SelectEqual(x, y, And(x, y), x + y)));

    [MethodImpl(Inline)] public static GpuF64 Lesser(GpuF64 x, GpuF64 y) => SelectLess(x, y, x, y);
    [MethodImpl(Inline)] public static GpuF64 Greater(GpuF64 x, GpuF64 y) => SelectLess(y, x, x, y);

    [MethodImpl(Inline)]
    public static GpuF64 Scale(GpuF64 x, GpuF64 n)
    {
        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        GpuF64 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static GpuF64 SelectLess(GpuF64 x, GpuF64 y, GpuF64 yes, GpuF64 no) =>
        new(Float64.SelectLess(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static GpuF64 SelectLessOrEqual(GpuF64 x, GpuF64 y, GpuF64 yes, GpuF64 no) =>
        new(Float64.SelectLessOrEqual(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static GpuF64 SelectEqual(GpuF64 x, GpuF64 y, GpuF64 yes, GpuF64 no) =>
        new(Float64.SelectEqual(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(GpuF64 x, GpuF64 y) => SelectLess(x, y, Of(1), Of(0)).Bits != 0;

    [MethodImpl(Inline)] public static GpuF64 And(GpuF64 x, GpuF64 y) => FromBits(x.Bits & y.Bits);
    [MethodImpl(Inline)] public static GpuF64 Or(GpuF64 x, GpuF64 y) => FromBits(x.Bits | y.Bits);
    [MethodImpl(Inline)] public static GpuF64 Xor(GpuF64 x, GpuF64 y) => FromBits(x.Bits ^ y.Bits);
    [MethodImpl(Inline)] public static GpuF64 AddBits(GpuF64 x, GpuF64 y) => FromBits(x.Bits + y.Bits);
    [MethodImpl(Inline)] public static GpuF64 SubtractBits(GpuF64 x, GpuF64 y) => FromBits(x.Bits - y.Bits);
    [MethodImpl(Inline)] public static GpuF64 ShiftLeftBits(GpuF64 x, int count) => FromBits(x.Bits << count);
    [MethodImpl(Inline)] public static GpuF64 ShiftRightBits(GpuF64 x, int count) => FromBits(x.Bits >> count);
    [MethodImpl(Inline)] public static GpuF64 IntegerToFloat(GpuF64 x) => new(Float64.FromInteger((long)x.Bits));

    /// <summary>The bit pattern.</summary>
    public ulong Bits
    {
        [MethodImpl(Inline)]
        get => Interop.FloatAsInt(Value);
    }

    [MethodImpl(Inline)] private static GpuF64 FromBits(ulong bits) => new(Interop.IntAsFloat(bits));

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^52, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static GpuF64 PowerOfTwo(GpuF64 n) => ShiftLeftBits(n + Of(6755399441056767.0), 52);
}
