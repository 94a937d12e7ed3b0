using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>16 floats in a 512-bit register (AVX-512); right, though slow, on processors without one.</summary>
public readonly unsafe struct F32x16(Vector512<float> value) : IMemoryLanes<F32x16, float>
{
    /// <summary>The register.</summary>
    public readonly Vector512<float> Value = value;

    public static bool IsDouble => false;

    public static int Width => 16;

    public static int Registers => 32;

    [MethodImpl(Inline)] public static F32x16 Of(double value) => new(Vector512.Create((float)value));
    [MethodImpl(Inline)] public static F32x16 OfBits(long bits) => new(Vector512.Create((int)bits).AsSingle());

    [MethodImpl(Inline)] public static F32x16 operator +(F32x16 x, F32x16 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F32x16 operator -(F32x16 x, F32x16 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F32x16 operator *(F32x16 x, F32x16 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F32x16 operator /(F32x16 x, F32x16 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F32x16 operator -(F32x16 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F32x16 Fma(F32x16 x, F32x16 y, F32x16 z) => new(Vector512.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F32x16 Abs(F32x16 x) => new(Vector512.Abs(x.Value));
    [MethodImpl(Inline)] public static F32x16 Sqrt(F32x16 x) => new(Vector512.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F32x16 Round(F32x16 x) => new(Vector512.Round(x.Value));
    [MethodImpl(Inline)] public static F32x16 Min(F32x16 x, F32x16 y) => new(Vector512.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F32x16 Max(F32x16 x, F32x16 y) => new(Vector512.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x16 Lesser(F32x16 x, F32x16 y) =>
        new(Avx512F.IsSupported ? Avx512F.Min(x.Value, y.Value) : Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x16 Greater(F32x16 x, F32x16 y) =>
        new(Avx512F.IsSupported ? Avx512F.Max(x.Value, y.Value) : Vector512.ConditionalSelect(Vector512.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x16 Scale(F32x16 x, F32x16 n)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F32x16 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F32x16 SelectLess(F32x16 x, F32x16 y, F32x16 yes, F32x16 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x16 SelectLessOrEqual(F32x16 x, F32x16 y, F32x16 yes, F32x16 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x16 SelectEqual(F32x16 x, F32x16 y, F32x16 yes, F32x16 no) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F32x16 x, F32x16 y) => Vector512.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F32x16 And(F32x16 x, F32x16 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F32x16 Or(F32x16 x, F32x16 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F32x16 Xor(F32x16 x, F32x16 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F32x16 AddBits(F32x16 x, F32x16 y) => new((x.Value.AsInt32() + y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x16 SubtractBits(F32x16 x, F32x16 y) => new((x.Value.AsInt32() - y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x16 ShiftLeftBits(F32x16 x, int count) => new((x.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static F32x16 ShiftRightBits(F32x16 x, int count) => new((x.Value.AsInt32() >>> count).AsSingle());
    [MethodImpl(Inline)] public static F32x16 IntegerToFloat(F32x16 x) => new(Vector512.ConvertToSingle(x.Value.AsInt32()));

    [MethodImpl(Inline)] public static F32x16 Load(float* source) => new(Vector512.Load(source));
    [MethodImpl(Inline)] public static void Store(float* destination, F32x16 x) => Vector512.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(float* destination, F32x16 x) => Vector512.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F32x16 LoadPartial(float* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.MaskLoad(source, FirstLanes(count), Vector512<float>.Zero));
        }

        float* lanes = stackalloc float[16];
        Vector512.Store(Vector512<float>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(float* destination, int count, F32x16 x)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        float* lanes = stackalloc float[16];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F32x16 Broadcast(float value) => new(Vector512.Create(value));
    [MethodImpl(Inline)] public static float First(F32x16 x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static F32x16 MoveDown(F32x16 x, int half) => new(
        half == 8
            ? x.Value.GetUpper().ToVector512Unsafe()
            : half == 4
                ? x.Value.GetLower().GetUpper().ToVector256Unsafe().ToVector512Unsafe()
                : half == 2
                    ? Vector128.Shuffle(x.Value.GetLower().GetLower(), Vector128.Create(2, 3, 2, 3)).ToVector256Unsafe().ToVector512Unsafe()
                    : Vector128.Shuffle(x.Value.GetLower().GetLower(), Vector128.Create(1, 1, 3, 3)).ToVector256Unsafe().ToVector512Unsafe());

    [MethodImpl(Inline)]
    private static Vector512<float> FirstLanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count)).AsSingle();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^23, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F32x16 PowerOfTwo(F32x16 n) => ShiftLeftBits(n + Of(12583039), 23);
}
