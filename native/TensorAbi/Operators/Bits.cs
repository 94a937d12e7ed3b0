using System.Numerics;
using System.Runtime.CompilerServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Bits of integers and booleans, and of floating-point numbers.</summary>
internal static class BitOperators
{
    public static IEnumerable<Operator> All =>
    [
        new BitOperator<AndAction, IntegerBinary<BitwiseAnd>>("bitwise_and", "x, y"),
        new BitOperator<OrAction, IntegerBinary<BitwiseOr>>("bitwise_or", "x, y"),
        new BitOperator<XorAction, IntegerBinary<BitwiseXor>>("bitwise_xor", "x, y"),
        new BitOperator<NotAction, IntegerUnary<BitwiseNot>>("bitwise_invert", "x"),
        new IntegerOperator<IntegerBinary<ShiftLeft>>("bitwise_left_shift", "x, y"),
        new IntegerOperator<IntegerBinary<ShiftRight>>("bitwise_right_shift", "x, y"),
        new RealOperator<OfReals<SignBitAction>>("signbit", "x"),
        new RealOperator<OfReals<NextAfterAction>>("nextafter", "x, y"),
    ];
}

internal readonly struct BitwiseAnd : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.And(x, y, z);
}

internal readonly struct BitwiseOr : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Or(x, y, z);
}

internal readonly struct BitwiseXor : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Xor(x, y, z);
}

internal readonly struct BitwiseNot : IIntegerUnary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Integers.Not(x, y);
}

/// <summary>Zeros come in; by the type's bits and more, all are zeros.</summary>
internal readonly struct ShiftLeft : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            int count = Shifts.Count("bitwise_left_shift", y[i]);
            z[i] = count < Shifts.Bits<T>() ? x[i] << count : T.Zero;
        }
    }
}

/// <summary>Copies of the sign come in, zeros where the type has none; by the type's bits and more, all are these.</summary>
internal readonly struct ShiftRight : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        int bits = Shifts.Bits<T>();
        for (int i = 0; i < z.Length; i++)
        {
            int count = Shifts.Count("bitwise_right_shift", y[i]);
            z[i] = count < bits ? x[i] >> count : T.IsNegative(x[i]) ? -T.One : T.Zero;
        }
    }
}

/// <summary>How far elements are shifted.</summary>
internal static class Shifts
{
    public static int Bits<T>()
        where T : unmanaged => 8 * Unsafe.SizeOf<T>();

    /// <exception cref="ArgumentException">The count is negative.</exception>
    public static int Count<T>(string operation, T count)
        where T : unmanaged, IBinaryInteger<T> =>
        T.IsNegative(count) ? throw new ArgumentException($"{operation}: a shift by {count}") : int.CreateSaturating(count);
}

/// <summary>Whether the sign's bit is set: true for -0, and for NaN as its bit is. It has no derivative.</summary>
internal readonly struct SignBitAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = Autodiff.StopGradient(call.Input<T>(0)).Contiguous();
        Tensor<bool> y = Tensor.Empty<bool>(x.Shape);
        Span<T> from = x.AsSpan();
        Span<bool> to = y.AsSpan();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = T.IsNegative(from[i]);
        }

        call.Return(y);
    }
}

/// <summary>The number next to x towards y; y itself where they are equal, NaN beside NaN. It has no derivative.</summary>
internal readonly struct NextAfterAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Tensor<T> x, Tensor<T> y, Tensor<T> z) = Broadcasting.Flat<T>(call);
        Span<T> from = x.AsSpan(), to = y.AsSpan(), results = z.AsSpan();
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = from[i] < to[i] ? T.BitIncrement(from[i]) : from[i] > to[i] ? T.BitDecrement(from[i]) : from[i] == to[i] ? to[i] : T.NaN;
        }

        call.Return(z);
    }
}
