using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd.Tests;

/// <summary>Comparison to the bit, any NaN equal to any NaN; and an operator at one lane, the oracle of every wider one.</summary>
internal static class Bits
{
    public static bool Same<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        T.IsNaN(x) ? T.IsNaN(y) : x == y && T.IsNegative(x) == T.IsNegative(y);

    /// <summary>Fails with the first place that differs.</summary>
    public static void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string context, int length = 0, int shift = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Same(expected[i], actual[i]))
            {
                Assert.Fail($"{context}, length {length}, shift {shift}: element {i} is {actual[i]:R}, expected {expected[i]:R}");
            }
        }
    }

    public static T Apply<TOp, T>(T x)
        where TOp : struct, IUnaryOp
        where T : unmanaged => typeof(T) == typeof(float)
            ? As<float, T>(TOp.Apply(new F32x1(As<T, float>(x))).Value)
            : As<double, T>(TOp.Apply(new F64x1(As<T, double>(x))).Value);

    public static T Apply<TOp, T>(T x, T y)
        where TOp : struct, IBinaryOp
        where T : unmanaged => typeof(T) == typeof(float)
            ? As<float, T>(TOp.Apply(new F32x1(As<T, float>(x)), new(As<T, float>(y))).Value)
            : As<double, T>(TOp.Apply(new F64x1(As<T, double>(x)), new(As<T, double>(y))).Value);

    public static T Apply<TOp, T>(T x, T y, T z)
        where TOp : struct, ITernaryOp
        where T : unmanaged => typeof(T) == typeof(float)
            ? As<float, T>(TOp.Apply(new F32x1(As<T, float>(x)), new(As<T, float>(y)), new(As<T, float>(z))).Value)
            : As<double, T>(TOp.Apply(new F64x1(As<T, double>(x)), new(As<T, double>(y)), new(As<T, double>(z))).Value);

    private static TTo As<TFrom, TTo>(TFrom x) => Unsafe.BitCast<TFrom, TTo>(x);
}
