using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>8 floats in a 256-bit register (AVX2); right, though slow, on processors without one.</summary>
public readonly unsafe struct F32x8(Vector256<float> value) : IMemoryLanes<F32x8, float>
{
    /// <summary>The register.</summary>
    public readonly Vector256<float> Value = value;

    public static bool IsDouble => false;

    public static int Width => 8;

    public static int Registers => Avx512F.VL.IsSupported ? 32 : 16;

    [MethodImpl(Inline)] public static F32x8 Of(double value) => new(Vector256.Create((float)value));
    [MethodImpl(Inline)] public static F32x8 OfBits(long bits) => new(Vector256.Create((int)bits).AsSingle());

    [MethodImpl(Inline)] public static F32x8 operator +(F32x8 x, F32x8 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F32x8 operator -(F32x8 x, F32x8 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F32x8 operator *(F32x8 x, F32x8 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F32x8 operator /(F32x8 x, F32x8 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F32x8 operator -(F32x8 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F32x8 Fma(F32x8 x, F32x8 y, F32x8 z) => new(Vector256.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F32x8 Abs(F32x8 x) => new(Vector256.Abs(x.Value));
    [MethodImpl(Inline)] public static F32x8 Sqrt(F32x8 x) => new(Vector256.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F32x8 Round(F32x8 x) => new(Vector256.Round(x.Value));
    [MethodImpl(Inline)] public static F32x8 Min(F32x8 x, F32x8 y) => new(Vector256.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F32x8 Max(F32x8 x, F32x8 y) => new(Vector256.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x8 Lesser(F32x8 x, F32x8 y) =>
        new(Avx.IsSupported ? Avx.Min(x.Value, y.Value) : Vector256.ConditionalSelect(Vector256.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x8 Greater(F32x8 x, F32x8 y) =>
        new(Avx.IsSupported ? Avx.Max(x.Value, y.Value) : Vector256.ConditionalSelect(Vector256.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x8 Scale(F32x8 x, F32x8 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F32x8 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F32x8 SelectLess(F32x8 x, F32x8 y, F32x8 yes, F32x8 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x8 SelectLessOrEqual(F32x8 x, F32x8 y, F32x8 yes, F32x8 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x8 SelectEqual(F32x8 x, F32x8 y, F32x8 yes, F32x8 no) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F32x8 x, F32x8 y) => Vector256.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F32x8 And(F32x8 x, F32x8 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F32x8 Or(F32x8 x, F32x8 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F32x8 Xor(F32x8 x, F32x8 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F32x8 AddBits(F32x8 x, F32x8 y) => new((x.Value.AsInt32() + y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x8 SubtractBits(F32x8 x, F32x8 y) => new((x.Value.AsInt32() - y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x8 ShiftLeftBits(F32x8 x, int count) => new((x.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static F32x8 ShiftRightBits(F32x8 x, int count) => new((x.Value.AsInt32() >>> count).AsSingle());
    [MethodImpl(Inline)] public static F32x8 IntegerToFloat(F32x8 x) => new(Vector256.ConvertToSingle(x.Value.AsInt32()));

    [MethodImpl(Inline)] public static F32x8 Load(float* source) => new(Vector256.Load(source));
    [MethodImpl(Inline)] public static void Store(float* destination, F32x8 x) => Vector256.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(float* destination, F32x8 x) => Vector256.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F32x8 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        float* lanes = stackalloc float[8];
        Vector256.Store(Vector256<float>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(float* destination, int count, F32x8 x)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        float* lanes = stackalloc float[8];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F32x8 Broadcast(float value) => new(Vector256.Create(value));
    [MethodImpl(Inline)] public static float First(F32x8 x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static F32x8 MoveDown(F32x8 x, int half) => new(
        half == 4
            ? x.Value.GetUpper().ToVector256Unsafe()
            : half == 2
                ? Vector128.Shuffle(x.Value.GetLower(), Vector128.Create(2, 3, 2, 3)).ToVector256Unsafe()
                : Vector128.Shuffle(x.Value.GetLower(), Vector128.Create(1, 1, 3, 3)).ToVector256Unsafe());

    [MethodImpl(Inline)]
    private static Vector256<float> FirstLanes(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create((int)count)).AsSingle();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^23, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F32x8 PowerOfTwo(F32x8 n) => ShiftLeftBits(n + Of(12583039), 23);
}
