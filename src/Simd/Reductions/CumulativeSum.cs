namespace Onsager.Simd;

/// <summary>
/// Cumulative sums along the rows or columns of a matrix. The order: a chain inside each block of 1,024 elements, which begins with the
/// block's first element; every block but the first then adds its offset, the sum at the end of the block before. NaN and infinities
/// follow IEEE addition; -0 before anything else stays -0. The output may be the input itself.
/// </summary>
public static unsafe class CumulativeSum
{
    /// <summary>Elements of a chain.</summary>
    public const int Block = 1024;

    /// <summary>y[i, j] = x[i, 0] + ... + x[i, j]; rows lie rowStride apart in x and yStride apart in y.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent or a stride is negative.</exception>
    /// <exception cref="ArgumentException">A matrix does not fit its span, or y partly overlaps x.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Rows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged
    {
        Matrices.CheckMap("cumulative sum", x, rows, columns, rowStride, y, yStride);
        fixed (T* px = x, py = y)
        {
            if (columns == 0)
            {
                return;
            }

            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new CumulativeRowsLoop<float>((float*)px, rows, columns, rowStride, (float*)py, yStride));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new CumulativeRowsLoop<double>((double*)px, rows, columns, rowStride, (double*)py, yStride));
            }
            else
            {
                throw Operands.NoLanes<T>("cumulative sum");
            }
        }
    }

    /// <summary>y[i, j] = x[0, j] + ... + x[i, j].</summary>
    /// <inheritdoc cref="Rows"/>
    public static void Columns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged
    {
        Matrices.CheckMap("cumulative sum", x, rows, columns, rowStride, y, yStride);
        fixed (T* px = x, py = y)
        {
            if (rows == 0)
            {
                return;
            }

            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new CumulativeColumnsLoop<float>((float*)px, rows, columns, rowStride, (float*)py, yStride));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new CumulativeColumnsLoop<double>((double*)px, rows, columns, rowStride, (double*)py, yStride));
            }
            else
            {
                throw Operands.NoLanes<T>("cumulative sum");
            }
        }
    }
}
