using static Onsager.Simd.Operands;

namespace Onsager.Simd;

/// <summary>
/// Linear combinations of a matrix's rows, as the stages of Runge-Kutta methods need them. A sum is the first product, rounded, and a chain of
/// fused multiply-adds in the order of the rows; rows whose coefficient is zero are not read.
/// </summary>
public static unsafe class Combination
{
    /// <summary>y[i] = x[i] + h (c[0] k[i] + c[1] k[stride + i] + ...), the last sum a fused multiply-add too.</summary>
    /// <param name="x">What the combination is added to; may be y itself.</param>
    /// <param name="h">The factor of the sum.</param>
    /// <param name="coefficients">One for each row.</param>
    /// <param name="k">The rows, apart from y.</param>
    /// <param name="stride">Elements from one row to the next, at least y's length.</param>
    /// <param name="y">The result.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, x partly overlaps y, or k overlaps it.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Add<T>(ReadOnlySpan<T> x, T h, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> k, int stride, Span<T> y)
        where T : unmanaged
    {
        Operands.Check("combination", nameof(x), x, y);
        CheckRows(coefficients, k, stride, y);
        fixed (T* px = x, pc = coefficients, pk = k, py = y)
        {
            if (Is<T, float>())
            {
                Lanes.Run32(new CombinationLoop<float>((float*)px, *(float*)&h, (float*)pc, coefficients.Length, (float*)pk, stride, (float*)py, y.Length));
            }
            else
            {
                Lanes.Run64(new CombinationLoop<double>((double*)px, *(double*)&h, (double*)pc, coefficients.Length, (double*)pk, stride, (double*)py, y.Length));
            }
        }
    }

    /// <summary>e[i] = h (c[0] k[i] + c[1] k[stride + i] + ...) / (absolute + relative max(|x[i]|, |y[i]|)): an error as a share of what is allowed.</summary>
    /// <exception cref="ArgumentException">Lengths do not fit, x or y partly overlaps e, or k overlaps it.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Share<T>(
        T h, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> k, int stride, T absolute, T relative, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> e)
        where T : unmanaged
    {
        Operands.Check("combination", nameof(x), x, e);
        Operands.Check("combination", nameof(y), y, e);
        CheckRows(coefficients, k, stride, e);
        fixed (T* px = x, py = y, pc = coefficients, pk = k, pe = e)
        {
            if (Is<T, float>())
            {
                Lanes.Run32(new CombinationShareLoop<float>(
                    *(float*)&h, (float*)pc, coefficients.Length, (float*)pk, stride, *(float*)&absolute, *(float*)&relative, (float*)px, (float*)py, (float*)pe, e.Length));
            }
            else
            {
                Lanes.Run64(new CombinationShareLoop<double>(
                    *(double*)&h, (double*)pc, coefficients.Length, (double*)pk, stride, *(double*)&absolute, *(double*)&relative, (double*)px, (double*)py, (double*)pe, e.Length));
            }
        }
    }

    private static void CheckRows<T>(ReadOnlySpan<T> coefficients, ReadOnlySpan<T> k, int stride, Span<T> y)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("combination");
        if (!coefficients.IsEmpty && (stride < y.Length || ((coefficients.Length - 1) * (long)stride) + y.Length > k.Length))
        {
            throw new ArgumentException($"combination: {coefficients.Length} rows of {y.Length} elements, {stride} apart, do not fit {k.Length} elements.", nameof(k));
        }

        if (k.Overlaps(y))
        {
            throw new ArgumentException("combination: the rows overlap the output; use separate memory.", nameof(k));
        }
    }
}
