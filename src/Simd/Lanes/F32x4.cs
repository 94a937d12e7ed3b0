using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>4 floats in a 128-bit register (SSE and NEON); right, though slow, on processors without one.</summary>
public readonly unsafe struct F32x4(Vector128<float> value) : IMemoryLanes<F32x4, float>
{
    /// <summary>The register.</summary>
    public readonly Vector128<float> Value = value;

    public static bool IsDouble => false;

    public static int Width => 4;

    public static int Registers => AdvSimd.IsSupported || Avx512F.VL.IsSupported ? 32 : 16;

    [MethodImpl(Inline)] public static F32x4 Of(double value) => new(Vector128.Create((float)value));
    [MethodImpl(Inline)] public static F32x4 OfBits(long bits) => new(Vector128.Create((int)bits).AsSingle());

    [MethodImpl(Inline)] public static F32x4 operator +(F32x4 x, F32x4 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F32x4 operator -(F32x4 x, F32x4 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F32x4 operator *(F32x4 x, F32x4 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F32x4 operator /(F32x4 x, F32x4 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F32x4 operator -(F32x4 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F32x4 Fma(F32x4 x, F32x4 y, F32x4 z) => new(Vector128.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F32x4 Abs(F32x4 x) => new(Vector128.Abs(x.Value));
    [MethodImpl(Inline)] public static F32x4 Sqrt(F32x4 x) => new(Vector128.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F32x4 Round(F32x4 x) => new(Vector128.Round(x.Value));
    [MethodImpl(Inline)] public static F32x4 Min(F32x4 x, F32x4 y) => new(Vector128.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F32x4 Max(F32x4 x, F32x4 y) => new(Vector128.Max(x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x4 Lesser(F32x4 x, F32x4 y) =>
        new(Sse.IsSupported ? Sse.Min(x.Value, y.Value) : Vector128.ConditionalSelect(Vector128.LessThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x4 Greater(F32x4 x, F32x4 y) =>
        new(Sse.IsSupported ? Sse.Max(x.Value, y.Value) : Vector128.ConditionalSelect(Vector128.GreaterThan(x.Value, y.Value), x.Value, y.Value));

    [MethodImpl(Inline)]
    public static F32x4 Scale(F32x4 x, F32x4 n)
    {
        if (Avx512F.VL.IsSupported)
        {
            return new(Avx512F.VL.Scale(x.Value, n.Value));
        }

        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F32x4 first = Round(n * Of(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)]
    public static F32x4 SelectLess(F32x4 x, F32x4 y, F32x4 yes, F32x4 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x4 SelectLessOrEqual(F32x4 x, F32x4 y, F32x4 yes, F32x4 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThanOrEqual(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)]
    public static F32x4 SelectEqual(F32x4 x, F32x4 y, F32x4 yes, F32x4 no) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(x.Value, y.Value), yes.Value, no.Value));

    [MethodImpl(Inline)] public static bool AllLess(F32x4 x, F32x4 y) => Vector128.LessThanAll(x.Value, y.Value);
    [MethodImpl(Inline)] public static F32x4 And(F32x4 x, F32x4 y) => new(x.Value & y.Value);
    [MethodImpl(Inline)] public static F32x4 Or(F32x4 x, F32x4 y) => new(x.Value | y.Value);
    [MethodImpl(Inline)] public static F32x4 Xor(F32x4 x, F32x4 y) => new(x.Value ^ y.Value);
    [MethodImpl(Inline)] public static F32x4 AddBits(F32x4 x, F32x4 y) => new((x.Value.AsInt32() + y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x4 SubtractBits(F32x4 x, F32x4 y) => new((x.Value.AsInt32() - y.Value.AsInt32()).AsSingle());
    [MethodImpl(Inline)] public static F32x4 ShiftLeftBits(F32x4 x, int count) => new((x.Value.AsInt32() << count).AsSingle());
    [MethodImpl(Inline)] public static F32x4 ShiftRightBits(F32x4 x, int count) => new((x.Value.AsInt32() >>> count).AsSingle());
    [MethodImpl(Inline)] public static F32x4 IntegerToFloat(F32x4 x) => new(Vector128.ConvertToSingle(x.Value.AsInt32()));

    [MethodImpl(Inline)] public static F32x4 Load(float* source) => new(Vector128.Load(source));
    [MethodImpl(Inline)] public static void Store(float* destination, F32x4 x) => Vector128.Store(x.Value, destination);
    [MethodImpl(Inline)] public static void StoreStreaming(float* destination, F32x4 x) => Vector128.StoreAlignedNonTemporal(x.Value, destination);

    [MethodImpl(Inline)]
    public static F32x4 LoadPartial(float* source, int count)
    {
        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        float* lanes = stackalloc float[4];
        Vector128.Store(Vector128<float>.Zero, lanes);
        for (int i = 0; i < count; i++)
        {
            lanes[i] = source[i];
        }

        return Load(lanes);
    }

    [MethodImpl(Inline)]
    public static void StorePartial(float* destination, int count, F32x4 x)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), x.Value);
            return;
        }

        float* lanes = stackalloc float[4];
        Store(lanes, x);
        for (int i = 0; i < count; i++)
        {
            destination[i] = lanes[i];
        }
    }

    [MethodImpl(Inline)] public static F32x4 Broadcast(float value) => new(Vector128.Create(value));
    [MethodImpl(Inline)] public static float First(F32x4 x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static F32x4 MoveDown(F32x4 x, int half) =>
        new(half == 2 ? Vector128.Shuffle(x.Value, Vector128.Create(2, 3, 2, 3)) : Vector128.Shuffle(x.Value, Vector128.Create(1, 1, 3, 3)));

    [MethodImpl(Inline)]
    private static Vector128<float> FirstLanes(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create((int)count)).AsSingle();

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^23, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F32x4 PowerOfTwo(F32x4 n) => ShiftLeftBits(n + Of(12583039), 23);
}
