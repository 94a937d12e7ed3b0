using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>2 doubles in a 128-bit register (SSE and NEON); right, though slow, on processors without one.</summary>
public readonly unsafe struct F64x2(Vector128<double> value) : IMemoryLanes<F64x2, double>
{
    /// <summary>The register.</summary>
    public readonly Vector128<double> Value = value;

    public static bool IsDouble => true;

    public static int Width => 2;

    public static int Registers => AdvSimd.IsSupported || Avx512F.VL.IsSupported ? 32 : 16;

    [MethodImpl(Inline)] public static F64x2 Of(double value) => new(Vector128.Create(value));
    [MethodImpl(Inline)] public static F64x2 OfBits(long bits) => new(Vector128.Create(bits).AsDouble());

    [MethodImpl(Inline)] public static F64x2 operator +(F64x2 x, F64x2 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F64x2 operator -(F64x2 x, F64x2 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F64x2 operator *(F64x2 x, F64x2 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F64x2 operator /(F64x2 x, F64x2 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F64x2 operator -(F64x2 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F64x2 Fma(F64x2 x, F64x2 y, F64x2 z) => new(Vector128.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F64x2 Abs(F64x2 x) => new(Vector128.Abs(x.Value));
    [MethodImpl(Inline)] public static F64x2 Sqrt(F64x2 x) => new(Vector128.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F64x2 Round(F64x2 x) => new(Vector128.Round(x.Value));
    [MethodImpl(Inline)] public static F64x2 Min(F64x2 x, F64x2 y) => new(Vector128.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F64x2 Max(F64x2 x, F64x2 y) => new(Vector128.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x2 Lesser(F64x2 x, F64x2 y) =>
        new(Sse2.IsSupported ? Sse2.Min(x.Value, y.Value) : Vector128.ConditionalSelect(Vector128.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x2 Greater(F64x2 x, F64x2 y) =>
        new(Sse2.IsSupported ? Sse2.Max(x.Value, y.Value) : Vector128.ConditionalSelect(Vector128.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x2 Scale(F64x2 x, F64x2 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F64x2 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F64x2 SelectLess(F64x2 x, F64x2 y, F64x2 yes, F64x2 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x2 SelectLessOrEqual(F64x2 x, F64x2 y, F64x2 yes, F64x2 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x2 SelectEqual(F64x2 x, F64x2 y, F64x2 yes, F64x2 no) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F64x2 x, F64x2 y) => Vector128.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F64x2 And(F64x2 x, F64x2 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F64x2 Or(F64x2 x, F64x2 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F64x2 Xor(F64x2 x, F64x2 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F64x2 AddBits(F64x2 x, F64x2 y) => new((x.Value.AsInt64() + y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x2 SubtractBits(F64x2 x, F64x2 y) => new((x.Value.AsInt64() - y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x2 ShiftLeftBits(F64x2 x, int count) => new((x.Value.AsInt64() << count).AsDouble());
    [MethodImpl(Inline)] public static F64x2 ShiftRightBits(F64x2 x, int count) => new((x.Value.AsInt64() >>> count).AsDouble());
    [MethodImpl(Inline)] public static F64x2 IntegerToFloat(F64x2 x) => new(Vector128.ConvertToDouble(x.Value.AsInt64()));

    [MethodImpl(Inline)] public static F64x2 Load(double* source) => new(Vector128.Load(source));
    [MethodImpl(Inline)] public static void Store(double* destination, F64x2 x) => Vector128.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(double* destination, F64x2 x) => Vector128.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F64x2 LoadPartial(double* source, int count)
    {
        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        double* lanes = stackalloc double[2];
        Vector128.Store(Vector128<double>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(double* destination, int count, F64x2 x)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        double* lanes = stackalloc double[2];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F64x2 Broadcast(double value) => new(Vector128.Create(value));
    [MethodImpl(Inline)] public static double First(F64x2 x) => x.Value.ToScalar();
    [MethodImpl(Inline)] public static F64x2 MoveDown(F64x2 x, int half) => new(Vector128.Shuffle(x.Value, Vector128.Create(1L, 1)));

    [MethodImpl(Inline)]
    private static Vector128<double> FirstLanes(int count) =>
        Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).AsDouble();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^52, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F64x2 PowerOfTwo(F64x2 n) => ShiftLeftBits(n + Of(6755399441056767.0), 52);
}
