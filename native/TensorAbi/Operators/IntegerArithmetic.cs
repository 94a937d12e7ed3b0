using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>A rule for integers of one input, over spans.</summary>
internal interface IIntegerUnary
{
    /// <summary>See <see cref="IIntegerAction.NeedsSign"/>.</summary>
    static virtual bool NeedsSign => true;

    static abstract void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>A rule for integers of two inputs, over spans.</summary>
internal interface IIntegerBinary
{
    /// <summary>See <see cref="IIntegerAction.NeedsSign"/>.</summary>
    static virtual bool NeedsSign => true;

    static abstract void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>Integers by one of the rules of <see cref="Integers"/>.</summary>
internal readonly struct IntegerUnary<TRule> : IIntegerAction
    where TRule : IIntegerUnary
{
    public static bool NeedsSign => TRule.NeedsSign;

    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor<T> x = call.Moved<T>(0).Contiguous(), y = Tensor.Empty<T>(x.Shape);
        TRule.Run<T>(x.AsSpan(), y.AsSpan());
        call.Return(y, call.Element);
    }
}

/// <summary>Integers by one of the rules of <see cref="Integers"/>; inputs broadcast.</summary>
internal readonly struct IntegerBinary<TRule> : IIntegerAction
    where TRule : IIntegerBinary
{
    public static bool NeedsSign => TRule.NeedsSign;

    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        (Tensor<T> x, Tensor<T> y, Tensor<T> z) = Broadcasting.Flat<T>(call);
        TRule.Run<T>(x.AsSpan(), y.AsSpan(), z.AsSpan());
        call.Return(z, call.Element);
    }
}

/// <summary>
/// x - y floor(x / y) without a rounding, as Python's % has it: of y's sign, zeros included. NaN beside a divisor of 0; it has no derivative.
/// </summary>
internal static class Remainder
{
    public static void Run<T>(Call call)
        where T : unmanaged, INumber<T>
    {
        (Tensor<T> x, Tensor<T> y, Tensor<T> z) = Broadcasting.Flat<T>(call);
        Span<T> left = x.AsSpan(), right = y.AsSpan(), results = z.AsSpan();
        for (int i = 0; i < results.Length; i++)
        {
            if (T.IsZero(right[i]) && call.Element.IsInteger())
            {
                throw new DivideByZeroException($"{call.Name}: element {i} of y is 0.");
            }

            // The smallest integer by -1 would overflow; unsigned ones have no -1.
            bool isMinusOne = T.IsNegative(right[i]) && right[i] == -T.One;
            T remainder = isMinusOne && T.IsInteger(left[i]) ? T.Zero : left[i] % right[i];
            results[i] = T.IsZero(remainder) ? Zero(right[i]) : T.IsNegative(remainder) != T.IsNegative(right[i]) ? remainder + right[i] : remainder;
        }

        call.Return(z);
    }

    /// <summary>The zero of the divisor's sign.</summary>
    private static T Zero<T>(T divisor)
        where T : unmanaged, INumber<T> => T.CopySign(T.Zero, divisor);
}

internal readonly struct RealRemainder : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Remainder.Run<T>(call);
}

internal readonly struct IntegerRemainder : IIntegerAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T> => Remainder.Run<T>(call);
}

/// <summary>x^y, which wraps around.</summary>
internal readonly struct IntegerPower : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            if (T.IsNegative(y[i]))
            {
                throw new ArgumentException($"pow: integers have no power {y[i]}");
            }

            T power = x[i], result = T.One;
            for (T rest = y[i]; rest != T.Zero; rest >>= 1)
            {
                result = T.IsOddInteger(rest) ? unchecked(result * power) : result;
                power = unchecked(power * power);
            }

            z[i] = result;
        }
    }
}

/// <summary>Matrix products of integers, which wrap around; shapes are as for floating-point numbers.</summary>
internal readonly struct IntegerMatMul : IIntegerAction
{
    public static bool NeedsSign => false;

    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor<T> x = call.Moved<T>(0), y = call.Moved<T>(1);
        if (x.Rank == 0 || y.Rank == 0)
        {
            throw new ArgumentException($"matmul: a {x.Shape} and b {y.Shape} must have an axis");
        }

        bool isRow = x.Rank == 1, isColumn = y.Rank == 1;
        x = isRow ? x.Unsqueeze(0) : x;
        y = isColumn ? y.Unsqueeze(1) : y;
        nint m = x.Shape[x.Rank - 2], k = x.Shape[x.Rank - 1], n = y.Shape[y.Rank - 1];
        if (y.Shape[y.Rank - 2] != k)
        {
            throw new ArgumentException($"matmul: inner dimensions differ: a {x.Shape} has k = {k}, b {y.Shape} has k = {y.Shape[y.Rank - 2]}");
        }

        Shape batch = Shape.Broadcast(Shape.Create(x.Shape.AsSpan()[..^2]), Shape.Create(y.Shape.AsSpan()[..^2]), call.Name);
        Span<T> left = x.Expand(Shape.Create([.. batch, m, k])).Contiguous().AsSpan(), right = y.Expand(Shape.Create([.. batch, k, n])).Contiguous().AsSpan();
        Tensor<T> result = Tensor.Zeros<T>(Shape.Create([.. batch, m, n]));
        Span<T> sums = result.AsSpan();
        for (int row = 0; row < sums.Length / nint.Max(1, n); row++)
        {
            int matrix = (int)(row / m), columns = (int)n;
            Span<T> sum = sums.Slice(row * columns, columns);
            for (int p = 0; p < k; p++)
            {
                T factor = left[(int)((row * k) + p)];
                ReadOnlySpan<T> line = right.Slice((int)((matrix * k) + p) * columns, columns);
                for (int j = 0; j < columns; j++)
                {
                    sum[j] = unchecked(sum[j] + (factor * line[j]));
                }
            }
        }

        result = isColumn ? result.Squeeze(result.Rank - 1) : result;
        call.Return(isRow ? result.Squeeze(result.Rank - (isColumn ? 1 : 2)) : result, call.Element);
    }
}

/// <summary>Two inputs of the broadcast shape, without gaps.</summary>
internal static class Broadcasting
{
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    /// <exception cref="NotSupportedException">An input is being differentiated.</exception>
    public static (Tensor<T> X, Tensor<T> Y, Tensor<T> Z) Flat<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> x = call.Moved<T>(0), y = call.Moved<T>(1);
        Tape.RefuseTracked(x.Node, call.Name);
        Tape.RefuseTracked(y.Node, call.Name);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, call.Name);
        return (x.Expand(shape).Contiguous(), y.Expand(shape).Contiguous(), Tensor.Empty<T>(shape));
    }
}

internal readonly struct IntegerAbs : IIntegerUnary
{
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Integers.Abs(x, y);
}

internal readonly struct IntegerNegate : IIntegerUnary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Integers.Negate(x, y);
}

internal readonly struct IntegerSign : IIntegerUnary
{
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Integers.Sign(x, y);
}

internal readonly struct IntegerAdd : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Add(x, y, z);
}

internal readonly struct IntegerSubtract : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Subtract(x, y, z);
}

internal readonly struct IntegerMultiply : IIntegerBinary
{
    public static bool NeedsSign => false;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Multiply(x, y, z);
}

internal readonly struct IntegerMinimum : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Minimum(x, y, z);
}

internal readonly struct IntegerMaximum : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T> => Integers.Maximum(x, y, z);
}

/// <summary>The quotient rounded toward -infinity.</summary>
internal readonly struct IntegerFloorDivide : IIntegerBinary
{
    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Integers.Divide(x, y, z);
        for (int i = 0; i < z.Length; i++)
        {
            // The quotient toward zero is one too many where it was rounded up: where signs differ and something is left.
            if (T.IsNegative(x[i]) != T.IsNegative(y[i]) && unchecked(z[i] * y[i]) != x[i])
            {
                z[i] -= T.One;
            }
        }
    }
}
