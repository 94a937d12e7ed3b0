using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>One float: the scalar form of every formula, the oracle of the wider ones, and the arithmetic of scalars on the host.</summary>
public readonly unsafe struct F32x1(float value) : IMemoryLanes<F32x1, float>
{
    /// <summary>The number itself.</summary>
    public readonly float Value = value;

    public static bool IsDouble => false;

    public static int Width => 1;

    public static int Registers => 16;

    [MethodImpl(Inline)] public static F32x1 Of(double value) => new((float)value);
    [MethodImpl(Inline)] public static F32x1 OfBits(long bits) => new(BitConverter.Int32BitsToSingle((int)bits));

    [MethodImpl(Inline)] public static F32x1 operator +(F32x1 x, F32x1 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F32x1 operator -(F32x1 x, F32x1 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F32x1 operator *(F32x1 x, F32x1 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F32x1 operator /(F32x1 x, F32x1 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F32x1 operator -(F32x1 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F32x1 Fma(F32x1 x, F32x1 y, F32x1 z) => new(MathF.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F32x1 Abs(F32x1 x) => new(MathF.Abs(x.Value));
    [MethodImpl(Inline)] public static F32x1 Sqrt(F32x1 x) => new(MathF.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F32x1 Round(F32x1 x) => new(MathF.Round(x.Value));
    [MethodImpl(Inline)] public static F32x1 Min(F32x1 x, F32x1 y) => new(MathF.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F32x1 Max(F32x1 x, F32x1 y) => new(MathF.Max(x.Value, y.Value));
    [MethodImpl(Inline)] public static F32x1 Lesser(F32x1 x, F32x1 y) => x.Value < y.Value ? x : y;
    [MethodImpl(Inline)] public static F32x1 Greater(F32x1 x, F32x1 y) => x.Value > y.Value ? x : y;

    [MethodImpl(Inline)]
    public static F32x1 Scale(F32x1 x, F32x1 n)
    {
        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F32x1 first = Round(n * new F32x1(0.5f));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)] public static F32x1 SelectLess(F32x1 x, F32x1 y, F32x1 yes, F32x1 no) => x.Value < y.Value ? yes : no;
    [MethodImpl(Inline)] public static F32x1 SelectLessOrEqual(F32x1 x, F32x1 y, F32x1 yes, F32x1 no) => x.Value <= y.Value ? yes : no;
    [MethodImpl(Inline)] public static F32x1 SelectEqual(F32x1 x, F32x1 y, F32x1 yes, F32x1 no) => x.Value == y.Value ? yes : no;

    [MethodImpl(Inline)] public static bool AllLess(F32x1 x, F32x1 y) => x.Value < y.Value;
    [MethodImpl(Inline)] public static F32x1 And(F32x1 x, F32x1 y) => FromInteger(x.Integer & y.Integer);
    [MethodImpl(Inline)] public static F32x1 Or(F32x1 x, F32x1 y) => FromInteger(x.Integer | y.Integer);
    [MethodImpl(Inline)] public static F32x1 Xor(F32x1 x, F32x1 y) => FromInteger(x.Integer ^ y.Integer);
    [MethodImpl(Inline)] public static F32x1 AddBits(F32x1 x, F32x1 y) => FromInteger(x.Integer + y.Integer);
    [MethodImpl(Inline)] public static F32x1 SubtractBits(F32x1 x, F32x1 y) => FromInteger(x.Integer - y.Integer);
    [MethodImpl(Inline)] public static F32x1 ShiftLeftBits(F32x1 x, int count) => FromInteger(x.Integer << count);
    [MethodImpl(Inline)] public static F32x1 ShiftRightBits(F32x1 x, int count) => FromInteger(x.Integer >>> count);
    [MethodImpl(Inline)] public static F32x1 IntegerToFloat(F32x1 x) => new((float)x.Integer);

    [MethodImpl(Inline)] public static F32x1 Load(float* source) => new(*source);
    [MethodImpl(Inline)] public static void Store(float* destination, F32x1 x) => *destination = x.Value;
    [MethodImpl(Inline)] public static F32x1 LoadPartial(float* source, int count) => new(count > 0 ? *source : 0);

    [MethodImpl(Inline)]
    public static void StorePartial(float* destination, int count, F32x1 x)
    {
        if (count > 0)
        {
            *destination = x.Value;
        }
    }

    [MethodImpl(Inline)] public static F32x1 Broadcast(float value) => new(value);
    [MethodImpl(Inline)] public static float First(F32x1 x) => x.Value;

    /// <summary>One lane has nothing to fold.</summary>
    [MethodImpl(Inline)] public static F32x1 MoveDown(F32x1 x, int half) => x;

    private int Integer
    {
        [MethodImpl(Inline)]
        get => BitConverter.SingleToInt32Bits(Value);
    }

    [MethodImpl(Inline)] private static F32x1 FromInteger(int bits) => new(BitConverter.Int32BitsToSingle(bits));

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^23, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F32x1 PowerOfTwo(F32x1 n) => ShiftLeftBits(n + new F32x1(12583039f), 23);
}
