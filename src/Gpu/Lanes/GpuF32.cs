using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Lanes;

/// <summary>
/// One float in a GPU's register. No C# float operator appears here: ILGPU's optimizer would fold (x + 12582912) - 12582912 into x,
/// so every operation is an intrinsic of <see cref="Float32"/> or integer work on the bits. A view of floats, cast, is a view of these.
/// </summary>
internal readonly struct GpuF32(float value) : ILanes<GpuF32>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The number itself.</summary>
    public readonly float Value = value;

    public static bool IsDouble => false;

    [MethodImpl(Inline)] public static GpuF32 Of(double value) => new(Float32.Constant((float)value));
    [MethodImpl(Inline)] public static GpuF32 OfBits(long bits) => new(Float32.Constant(Interop.IntAsFloat((uint)bits)));

    [MethodImpl(Inline)] public static GpuF32 operator +(GpuF32 x, GpuF32 y) => new(Float32.Add(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF32 operator -(GpuF32 x, GpuF32 y) => new(Float32.Subtract(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF32 operator *(GpuF32 x, GpuF32 y) => new(Float32.Multiply(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF32 operator /(GpuF32 x, GpuF32 y) => new(Float32.Divide(x.Value, y.Value));
    [MethodImpl(Inline)] public static GpuF32 operator -(GpuF32 x) => FromBits(x.Bits ^ 0x80000000u);

    [MethodImpl(Inline)] public static GpuF32 Fma(GpuF32 x, GpuF32 y, GpuF32 z) => new(Float32.Fma(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static GpuF32 Abs(GpuF32 x) => FromBits(x.Bits & 0x7FFFFFFFu);
    [MethodImpl(Inline)] public static GpuF32 Sqrt(GpuF32 x) => new(Float32.Sqrt(x.Value));
    [MethodImpl(Inline)] public static GpuF32 Round(GpuF32 x) => new(Float32.Round(x.Value));

    // Equal numbers are one number or zeros of two signs, which the bits decide; what is not ordered is NaN, and x + y is NaN too.
    [MethodImpl(Inline)]
    public static GpuF32 Min(GpuF32 x, GpuF32 y) => SelectLess(x, y, x, SelectLess(y, x, y, SelectEqual(x, y, Or(x, y), x + y)));

    [MethodImpl(Inline)]
    public static GpuF32 Max(GpuF32 x, GpuF32 y) => SelectLess(x, y, y, SelectLess(y, x, x, SelectEqual(x, y, And(x, y), x + y)));

    [MethodImpl(Inline)] public static GpuF32 Lesser(GpuF32 x, GpuF32 y) => SelectLess(x, y, x, y);
    [MethodImpl(Inline)] public static GpuF32 Greater(GpuF32 x, GpuF32 y) => SelectLess(y, x, x, y);

    [MethodImpl(Inline)]
    public static GpuF32 Scale(GpuF32 x, GpuF32 n)
    {
        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        GpuF32 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static GpuF32 SelectLess(GpuF32 x, GpuF32 y, GpuF32 yes, GpuF32 no) =>
        new(Float32.SelectLess(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static GpuF32 SelectLessOrEqual(GpuF32 x, GpuF32 y, GpuF32 yes, GpuF32 no) =>
        new(Float32.SelectLessOrEqual(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static GpuF32 SelectEqual(GpuF32 x, GpuF32 y, GpuF32 yes, GpuF32 no) =>
        new(Float32.SelectEqual(x.Value, y.Value, yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(GpuF32 x, GpuF32 y) => SelectLess(x, y, Of(1), Of(0)).Bits != 0;

    [MethodImpl(Inline)] public static GpuF32 And(GpuF32 x, GpuF32 y) => FromBits(x.Bits & y.Bits);
    [MethodImpl(Inline)] public static GpuF32 Or(GpuF32 x, GpuF32 y) => FromBits(x.Bits | y.Bits);
    [MethodImpl(Inline)] public static GpuF32 Xor(GpuF32 x, GpuF32 y) => FromBits(x.Bits ^ y.Bits);
    [MethodImpl(Inline)] public static GpuF32 AddBits(GpuF32 x, GpuF32 y) => FromBits(x.Bits + y.Bits);
    [MethodImpl(Inline)] public static GpuF32 SubtractBits(GpuF32 x, GpuF32 y) => FromBits(x.Bits - y.Bits);
    [MethodImpl(Inline)] public static GpuF32 ShiftLeftBits(GpuF32 x, int count) => FromBits(x.Bits << count);
    [MethodImpl(Inline)] public static GpuF32 ShiftRightBits(GpuF32 x, int count) => FromBits(x.Bits >> count);
    [MethodImpl(Inline)] public static GpuF32 IntegerToFloat(GpuF32 x) => new(Float32.FromInteger((int)x.Bits));

    /// <summary>The bit pattern.</summary>
    public uint Bits
    {
        [MethodImpl(Inline)]
        get => Interop.FloatAsInt(Value);
    }

    [MethodImpl(Inline)] private static GpuF32 FromBits(uint bits) => new(Interop.IntAsFloat(bits));

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^23, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static GpuF32 PowerOfTwo(GpuF32 n) => ShiftLeftBits(n + Of(12583039), 23);
}
