namespace Onsager.Simd;

/// <summary>
/// Applies an operator to every element of one, two or three inputs. Lengths must agree; an input may be the output itself. Each driver
/// is a loop of full registers and one partial register at the end, which touches no memory behind the spans.
/// </summary>
public static unsafe partial class Map
{
    /// <summary>f(x) of one number, with the bits of every other way to compute it: for scalars on the host.</summary>
    public static double Unary<TOp>(double x)
        where TOp : struct, IUnaryOp => TOp.Apply(new F64x1(x)).Value;

    /// <summary>f(x, y) of two numbers.</summary>
    public static double Binary<TOp>(double x, double y)
        where TOp : struct, IBinaryOp => TOp.Apply(new F64x1(x), new F64x1(y)).Value;

    /// <summary>y[i] = f(x[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Unary<TOp, T>(ReadOnlySpan<T> x, Span<T> y)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(x), x, y);
        Operands.CheckLanes<T>(TOp.Name);
        fixed (T* px = x, py = y)
        {
            Stream.Run(new UnaryPiece<TOp, T>(px), py, y.Length, inPlace: px == py);
        }
    }

    /// <summary>z[i] = f(x[i], y[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps z.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Binary<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(x), x, z);
        Operands.Check(TOp.Name, nameof(y), y, z);
        Operands.CheckLanes<T>(TOp.Name);
        fixed (T* px = x, py = y, pz = z)
        {
            Stream.Run(new BinaryPiece<TOp, T>(px, py), pz, z.Length, inPlace: px == pz || py == pz);
        }
    }

    /// <summary>z[i] = f(x[i], y) with one y for all.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps z.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Binary<TOp, T>(ReadOnlySpan<T> x, T y, Span<T> z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(x), x, z);
        Operands.CheckLanes<T>(TOp.Name);
        fixed (T* px = x, pz = z)
        {
            Stream.Run(new BinaryScalarPiece<TOp, T>(px, y), pz, z.Length, inPlace: px == pz);
        }
    }

    /// <summary>z[i] = f(x, y[i]) with one x for all.</summary>
    /// <exception cref="ArgumentException">The lengths differ, or y partly overlaps z.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Binary<TOp, T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(y), y, z);
        Operands.CheckLanes<T>(TOp.Name);
        fixed (T* py = y, pz = z)
        {
            Stream.Run(new ScalarBinaryPiece<TOp, T>(x, py), pz, z.Length, inPlace: py == pz);
        }
    }

    /// <summary>w[i] = f(x[i], y[i], z[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or an input partly overlaps w.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Ternary<TOp, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> w)
        where TOp : struct, ITernaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(x), x, w);
        Operands.Check(TOp.Name, nameof(y), y, w);
        Operands.Check(TOp.Name, nameof(z), z, w);
        Operands.CheckLanes<T>(TOp.Name);
        fixed (T* px = x, py = y, pz = z, pw = w)
        {
            Stream.Run(new TernaryPiece<TOp, T>(px, py, pz), pw, w.Length, inPlace: px == pw || py == pw || pz == pw);
        }
    }
}
