using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>One double: the scalar form of every formula, the oracle of the wider ones, and the arithmetic of scalars on the host.</summary>
public readonly unsafe struct F64x1(double value) : IMemoryLanes<F64x1, double>
{
    /// <summary>The number itself.</summary>
    public readonly double Value = value;

    public static bool IsDouble => true;

    public static int Width => 1;

    public static int Registers => 16;

    [MethodImpl(Inline)] public static F64x1 Of(double value) => new(value);
    [MethodImpl(Inline)] public static F64x1 OfBits(long bits) => new(BitConverter.Int64BitsToDouble(bits));

    [MethodImpl(Inline)] public static F64x1 operator +(F64x1 x, F64x1 y) => new(x.Value + y.Value);
    [MethodImpl(Inline)] public static F64x1 operator -(F64x1 x, F64x1 y) => new(x.Value - y.Value);
    [MethodImpl(Inline)] public static F64x1 operator *(F64x1 x, F64x1 y) => new(x.Value * y.Value);
    [MethodImpl(Inline)] public static F64x1 operator /(F64x1 x, F64x1 y) => new(x.Value / y.Value);
    [MethodImpl(Inline)] public static F64x1 operator -(F64x1 x) => new(-x.Value);

    [MethodImpl(Inline)] public static F64x1 Fma(F64x1 x, F64x1 y, F64x1 z) => new(Math.FusedMultiplyAdd(x.Value, y.Value, z.Value));
    [MethodImpl(Inline)] public static F64x1 Abs(F64x1 x) => new(Math.Abs(x.Value));
    [MethodImpl(Inline)] public static F64x1 Sqrt(F64x1 x) => new(Math.Sqrt(x.Value));
    [MethodImpl(Inline)] public static F64x1 Round(F64x1 x) => new(Math.Round(x.Value));
    [MethodImpl(Inline)] public static F64x1 Min(F64x1 x, F64x1 y) => new(Math.Min(x.Value, y.Value));
    [MethodImpl(Inline)] public static F64x1 Max(F64x1 x, F64x1 y) => new(Math.Max(x.Value, y.Value));
    [MethodImpl(Inline)] public static F64x1 Lesser(F64x1 x, F64x1 y) => x.Value < y.Value ? x : y;
    [MethodImpl(Inline)] public static F64x1 Greater(F64x1 x, F64x1 y) => x.Value > y.Value ? x : y;

    [MethodImpl(Inline)]
    public static F64x1 Scale(F64x1 x, F64x1 n)
    {
        // 2^n as two exact powers: the first product is exact, the second rounds once, also into the subnormals.
        F64x1 first = Round(n * new F64x1(0.5));
        return x * PowerOfTwo(first) * PowerOfTwo(n - first);
    }

    [MethodImpl(Inline)] public static F64x1 SelectLess(F64x1 x, F64x1 y, F64x1 yes, F64x1 no) => x.Value < y.Value ? yes : no;
    [MethodImpl(Inline)] public static F64x1 SelectLessOrEqual(F64x1 x, F64x1 y, F64x1 yes, F64x1 no) => x.Value <= y.Value ? yes : no;
    [MethodImpl(Inline)] public static F64x1 SelectEqual(F64x1 x, F64x1 y, F64x1 yes, F64x1 no) => x.Value == y.Value ? yes : no;

    [MethodImpl(Inline)] public static bool AllLess(F64x1 x, F64x1 y) => x.Value < y.Value;
    [MethodImpl(Inline)] public static F64x1 And(F64x1 x, F64x1 y) => FromInteger(x.Integer & y.Integer);
    [MethodImpl(Inline)] public static F64x1 Or(F64x1 x, F64x1 y) => FromInteger(x.Integer | y.Integer);
    [MethodImpl(Inline)] public static F64x1 Xor(F64x1 x, F64x1 y) => FromInteger(x.Integer ^ y.Integer);
    [MethodImpl(Inline)] public static F64x1 AddBits(F64x1 x, F64x1 y) => FromInteger(x.Integer + y.Integer);
    [MethodImpl(Inline)] public static F64x1 SubtractBits(F64x1 x, F64x1 y) => FromInteger(x.Integer - y.Integer);
    [MethodImpl(Inline)] public static F64x1 ShiftLeftBits(F64x1 x, int count) => FromInteger(x.Integer << count);
    [MethodImpl(Inline)] public static F64x1 ShiftRightBits(F64x1 x, int count) => FromInteger(x.Integer >>> count);
    [MethodImpl(Inline)] public static F64x1 IntegerToFloat(F64x1 x) => new((double)x.Integer);

    [MethodImpl(Inline)] public static F64x1 Load(double* source) => new(*source);
    [MethodImpl(Inline)] public static void Store(double* destination, F64x1 x) => *destination = x.Value;
    [MethodImpl(Inline)] public static F64x1 LoadPartial(double* source, int count) => new(count > 0 ? *source : 0);

    [MethodImpl(Inline)]
    public static void StorePartial(double* destination, int count, F64x1 x)
    {
        if (count > 0)
        {
            *destination = x.Value;
        }
    }

    [MethodImpl(Inline)] public static F64x1 Broadcast(double value) => new(value);
    [MethodImpl(Inline)] public static double First(F64x1 x) => x.Value;

    /// <summary>One lane has nothing to fold.</summary>
    [MethodImpl(Inline)] public static F64x1 MoveDown(F64x1 x, int half) => x;

    private long Integer
    {
        [MethodImpl(Inline)]
        get => BitConverter.DoubleToInt64Bits(Value);
    }

    [MethodImpl(Inline)] private static F64x1 FromInteger(long bits) => new(BitConverter.Int64BitsToDouble(bits));

    /// <summary>2^n for integral n in the normal range: n + bias lands in the low bits of a number near 1.5 * 2^52, and moves up to the exponent.</summary>
    [MethodImpl(Inline)] private static F64x1 PowerOfTwo(F64x1 n) => ShiftLeftBits(n + new F64x1(6755399441056767.0), 52);
}
