namespace Onsager.Simd;

/// <summary>
/// Applies an operator to every element of one, two or three inputs. Lengths must agree; an input may be the output itself. Each driver
/// is a loop of full registers and one partial register at the end, which touches no memory behind the spans.
/// </summary>
public static unsafe partial class Map
{
    /// <summary>y[i] = f(x[i]).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or x partly overlaps y.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Unary<TOp, T>(ReadOnlySpan<T> x, Span<T> y)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Operands.Check(TOp.Name, nameof(x), x, y);
        fixed (T* px = x, py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new UnaryLoop<TOp, float>((float*)px, (float*)py, y.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new UnaryLoop<TOp, double>((double*)px, (double*)py, y.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TOp.Name);
            }
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
        fixed (T* px = x, py = y, pz = z)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new BinaryLoop<TOp, float>((float*)px, (float*)py, (float*)pz, z.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new BinaryLoop<TOp, double>((double*)px, (double*)py, (double*)pz, z.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TOp.Name);
            }
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
        fixed (T* px = x, pz = z)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new BinaryScalarLoop<TOp, float>((float*)px, *(float*)&y, (float*)pz, z.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new BinaryScalarLoop<TOp, double>((double*)px, *(double*)&y, (double*)pz, z.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TOp.Name);
            }
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
        fixed (T* py = y, pz = z)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ScalarBinaryLoop<TOp, float>(*(float*)&x, (float*)py, (float*)pz, z.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ScalarBinaryLoop<TOp, double>(*(double*)&x, (double*)py, (double*)pz, z.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TOp.Name);
            }
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
        fixed (T* px = x, py = y, pz = z, pw = w)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new TernaryLoop<TOp, float>((float*)px, (float*)py, (float*)pz, (float*)pw, w.Length));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new TernaryLoop<TOp, double>((double*)px, (double*)py, (double*)pz, (double*)pw, w.Length));
            }
            else
            {
                throw Operands.NoLanes<T>(TOp.Name);
            }
        }
    }
}
