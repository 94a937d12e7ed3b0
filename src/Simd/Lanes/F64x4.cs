using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>4 doubles in a 256-bit register (AVX2); right, though slow, on processors without one.</summary>
public readonly unsafe struct F64x4(Vector256<double> value) : IMemoryLanes<F64x4, double>
{
    /// <summary>The register.</summary>
    public readonly Vector256<double> Value = value;

    public static bool IsDouble => true;

    public static int Width => 4;

    public static int Registers => Avx512F.VL.IsSupported ? 32 : 16;

    [MethodImpl(Inline)] public static F64x4 Of(double value) => new(Vector256.Create(value));
    [MethodImpl(Inline)] public static F64x4 OfBits(long bits) => new(Vector256.Create(bits).AsDouble());

    [MethodImpl(Inline)] public static F64x4 operator +(F64x4 x, F64x4 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F64x4 operator -(F64x4 x, F64x4 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F64x4 operator *(F64x4 x, F64x4 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F64x4 operator /(F64x4 x, F64x4 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F64x4 operator -(F64x4 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F64x4 Fma(F64x4 x, F64x4 y, F64x4 z) => new(Vector256.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F64x4 Abs(F64x4 x) => new(Vector256.Abs(x.Value));
    [MethodImpl(Inline)] public static F64x4 Sqrt(F64x4 x) => new(Vector256.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F64x4 Round(F64x4 x) => new(Vector256.Round(x.Value));
    [MethodImpl(Inline)] public static F64x4 Min(F64x4 x, F64x4 y) => new(Vector256.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F64x4 Max(F64x4 x, F64x4 y) => new(Vector256.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x4 Lesser(F64x4 x, F64x4 y) =>
        new(Avx.IsSupported ? Avx.Min(x.Value, y.Value) : Vector256.ConditionalSelect(Vector256.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x4 Greater(F64x4 x, F64x4 y) =>
        new(Avx.IsSupported ? Avx.Max(x.Value, y.Value) : Vector256.ConditionalSelect(Vector256.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x4 Scale(F64x4 x, F64x4 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F64x4 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F64x4 SelectLess(F64x4 x, F64x4 y, F64x4 yes, F64x4 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x4 SelectLessOrEqual(F64x4 x, F64x4 y, F64x4 yes, F64x4 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x4 SelectEqual(F64x4 x, F64x4 y, F64x4 yes, F64x4 no) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F64x4 x, F64x4 y) => Vector256.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F64x4 And(F64x4 x, F64x4 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F64x4 Or(F64x4 x, F64x4 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F64x4 Xor(F64x4 x, F64x4 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F64x4 AddBits(F64x4 x, F64x4 y) => new((x.Value.AsInt64() + y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x4 SubtractBits(F64x4 x, F64x4 y) => new((x.Value.AsInt64() - y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x4 ShiftLeftBits(F64x4 x, int count) => new((x.Value.AsInt64() << count).AsDouble());
    [MethodImpl(Inline)] public static F64x4 ShiftRightBits(F64x4 x, int count) => new((x.Value.AsInt64() >>> count).AsDouble());
    [MethodImpl(Inline)] public static F64x4 IntegerToFloat(F64x4 x) => new(Vector256.ConvertToDouble(x.Value.AsInt64()));

    [MethodImpl(Inline)] public static F64x4 Load(double* source) => new(Vector256.Load(source));
    [MethodImpl(Inline)] public static void Store(double* destination, F64x4 x) => Vector256.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(double* destination, F64x4 x) => Vector256.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F64x4 LoadPartial(double* source, int count)
    {
        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        double* lanes = stackalloc double[4];
        Vector256.Store(Vector256<double>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(double* destination, int count, F64x4 x)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        double* lanes = stackalloc double[4];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F64x4 Broadcast(double value) => new(Vector256.Create(value));
    [MethodImpl(Inline)] public static double First(F64x4 x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static F64x4 MoveDown(F64x4 x, int half) => new(
        half == 2
            ? x.Value.GetUpper().ToVector256Unsafe()
            : Vector128.Shuffle(x.Value.GetLower(), Vector128.Create(1L, 1)).ToVector256Unsafe());

    [MethodImpl(Inline)]
    private static Vector256<double> FirstLanes(int count) =>
        Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^52, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F64x4 PowerOfTwo(F64x4 n) => ShiftLeftBits(n + Of(6755399441056767.0), 52);
}
