using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Arithmetic over spans of integers of 8 to 64 bits, signed and unsigned, element by element, as C does it: results wrap around modulo 2 to the power
/// of their bits and nothing overflows. Lengths must agree; an input may be the output itself but not overlap it otherwise; empty spans do nothing.
/// After a throw nothing has changed. Exact by nature, so most of it is the framework's.
/// </summary>
public static partial class Integers
{
    /// <summary>z[i] = x[i] + y[i], wrapping.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("add", x, y, z);
        TensorPrimitives.Add(x, y, z);
    }

    /// <summary>z[i] = x[i] - y[i], wrapping.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Subtract<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("sub", x, y, z);
        TensorPrimitives.Subtract(x, y, z);
    }

    /// <summary>z[i] = x[i] * y[i], wrapping.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Multiply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("mul", x, y, z);
        TensorPrimitives.Multiply(x, y, z);
    }

    /// <summary>z[i] = x[i] / y[i], rounded toward zero; the smallest number by -1 wraps around to itself.</summary>
    /// <exception cref="DivideByZeroException">An element of y is 0.</exception>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Divide<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("div", x, y, z);
        CheckDivisors("div", y);

        // The framework divides ints eight at a time, and other integers as a plain loop does.
        if (typeof(T) == typeof(int) && !y.Contains(-T.One))
        {
            TensorPrimitives.Divide(x, y, z);
        }
        else
        {
            Quotients(x, y, z);
        }
    }

    /// <summary>z[i] = x[i] - y[i] * (x[i] / y[i]), which has the sign of x[i]; 0 for the smallest number by -1.</summary>
    /// <exception cref="DivideByZeroException">An element of y is 0.</exception>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Remainder<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("remainder", x, y, z);
        CheckDivisors("remainder", y);
        Remainders(x, y, z);
    }

    /// <summary>z[i] = the lesser of x[i] and y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Minimum<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("min", x, y, z);
        TensorPrimitives.Min(x, y, z);
    }

    /// <summary>z[i] = the greater of x[i] and y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    public static void Maximum<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        Check("max", x, y, z);
        TensorPrimitives.Max(x, y, z);
    }

    /// <summary>y[i] = -x[i], wrapping: the smallest signed number becomes itself, an unsigned x[i] what is missing to 2 to the power of its bits.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    public static void Negate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Operands.Check("neg", nameof(x), x, y);
        TensorPrimitives.Negate(x, y);
    }

    /// <summary>y[i] = |x[i]|; the smallest signed number wraps around to itself.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    [MethodImpl(Loop)]
    public static void Abs<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        // The framework's Abs throws on the smallest number, in some lanes.
        Operands.Check("abs", nameof(x), x, y);
        int sign = (Unsafe.SizeOf<T>() * 8) - 1;
        int i = 0;
        for (; Vector<T>.IsSupported && i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> v = new(x[i..]);
            Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), -v, v).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++)
        {
            T ones = IsSigned<T>() ? x[i] >> sign : T.Zero;
            y[i] = unchecked((x[i] ^ ones) - ones);
        }
    }

    /// <summary>y[i] = -1, 0 or 1, by the sign of x[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    [MethodImpl(Loop)]
    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Operands.Check("sign", nameof(x), x, y);
        int i = 0;
        for (; Vector<T>.IsSupported && i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            // A mask is -1.
            Vector<T> v = new(x[i..]);
            (Vector.LessThan(v, Vector<T>.Zero) - Vector.GreaterThan(v, Vector<T>.Zero)).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++)
        {
            y[i] = T.CreateTruncating(T.Sign(x[i]));
        }
    }

    [MethodImpl(Loop)]
    private static void Quotients<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        // The processor traps on the smallest number by -1, so -1 negates; the framework refuses it.
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = IsSigned<T>() && y[i] == -T.One ? unchecked(-x[i]) : x[i] / y[i];
        }
    }

    [MethodImpl(Loop)]
    private static void Remainders<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = IsSigned<T>() && y[i] == -T.One ? T.Zero : x[i] % y[i];
        }
    }

    [MethodImpl(Inline)]
    private static bool IsSigned<T>()
        where T : unmanaged, IBinaryInteger<T> => T.IsNegative(T.AllBitsSet);

    private static void Check<T>(string operation, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged
    {
        Operands.Check(operation, nameof(x), x, z);
        Operands.Check(operation, nameof(y), y, z);
    }

    private static void CheckDivisors<T>(string operation, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        int zero = y.IndexOf(T.Zero);
        if (zero >= 0)
        {
            throw new DivideByZeroException($"{operation}: element {zero} of y is 0.");
        }
    }
}
