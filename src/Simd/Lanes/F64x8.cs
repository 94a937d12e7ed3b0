using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>8 doubles in a 512-bit register (AVX-512); right, though slow, on processors without one.</summary>
public readonly unsafe struct F64x8(Vector512<double> value) : IMemoryLanes<F64x8, double>
{
    /// <summary>The register.</summary>
    public readonly Vector512<double> Value = value;

    public static bool IsDouble => true;

    public static int Width => 8;

    public static int Registers => 32;

    [MethodImpl(Inline)] public static F64x8 Of(double value) => new(Vector512.Create(value));
    [MethodImpl(Inline)] public static F64x8 OfBits(long bits) => new(Vector512.Create(bits).AsDouble());

    [MethodImpl(Inline)] public static F64x8 operator +(F64x8 x, F64x8 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F64x8 operator -(F64x8 x, F64x8 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F64x8 operator *(F64x8 x, F64x8 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F64x8 operator /(F64x8 x, F64x8 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F64x8 operator -(F64x8 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F64x8 Fma(F64x8 x, F64x8 y, F64x8 z) => new(Vector512.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F64x8 Abs(F64x8 x) => new(Vector512.Abs(x.Value));
    [MethodImpl(Inline)] public static F64x8 Sqrt(F64x8 x) => new(Vector512.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F64x8 Round(F64x8 x) => new(Vector512.Round(x.Value));
    [MethodImpl(Inline)] public static F64x8 Min(F64x8 x, F64x8 y) => new(Vector512.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F64x8 Max(F64x8 x, F64x8 y) => new(Vector512.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x8 Lesser(F64x8 x, F64x8 y) =>
        new(Avx512F.IsSupported ? Avx512F.Min(x.Value, y.Value) : Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x8 Greater(F64x8 x, F64x8 y) =>
        new(Avx512F.IsSupported ? Avx512F.Max(x.Value, y.Value) : Vector512.ConditionalSelect(Vector512.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F64x8 Scale(F64x8 x, F64x8 n)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F64x8 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F64x8 SelectLess(F64x8 x, F64x8 y, F64x8 yes, F64x8 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x8 SelectLessOrEqual(F64x8 x, F64x8 y, F64x8 yes, F64x8 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F64x8 SelectEqual(F64x8 x, F64x8 y, F64x8 yes, F64x8 no) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F64x8 x, F64x8 y) => Vector512.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F64x8 And(F64x8 x, F64x8 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F64x8 Or(F64x8 x, F64x8 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F64x8 Xor(F64x8 x, F64x8 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F64x8 AddBits(F64x8 x, F64x8 y) => new((x.Value.AsInt64() + y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x8 SubtractBits(F64x8 x, F64x8 y) => new((x.Value.AsInt64() - y.Value.AsInt64()).AsDouble());
    [MethodImpl(Inline)] public static F64x8 ShiftLeftBits(F64x8 x, int count) => new((x.Value.AsInt64() << count).AsDouble());
    [MethodImpl(Inline)] public static F64x8 ShiftRightBits(F64x8 x, int count) => new((x.Value.AsInt64() >>> count).AsDouble());
    [MethodImpl(Inline)] public static F64x8 IntegerToFloat(F64x8 x) => new(Vector512.ConvertToDouble(x.Value.AsInt64()));

    [MethodImpl(Inline)] public static F64x8 Load(double* source) => new(Vector512.Load(source));
    [MethodImpl(Inline)] public static void Store(double* destination, F64x8 x) => Vector512.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(double* destination, F64x8 x) => Vector512.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F64x8 LoadPartial(double* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.MaskLoad(source, FirstLanes(count), Vector512<double>.Zero));
        }

        double* lanes = stackalloc double[8];
        Vector512.Store(Vector512<double>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(double* destination, int count, F64x8 x)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        double* lanes = stackalloc double[8];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F64x8 Broadcast(double value) => new(Vector512.Create(value));
    [MethodImpl(Inline)] public static double First(F64x8 x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static F64x8 MoveDown(F64x8 x, int half) => new(
        half == 4
            ? x.Value.GetUpper().ToVector512Unsafe()
            : half == 2
                ? x.Value.GetLower().GetUpper().ToVector256Unsafe().ToVector512Unsafe()
                : Vector128.Shuffle(x.Value.GetLower().GetLower(), Vector128.Create(1L, 1)).ToVector256Unsafe().ToVector512Unsafe());

    [MethodImpl(Inline)]
    private static Vector512<double> FirstLanes(int count) =>
        Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^52, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F64x8 PowerOfTwo(F64x8 n) => ShiftLeftBits(n + Of(6755399441056767.0), 52);
}
