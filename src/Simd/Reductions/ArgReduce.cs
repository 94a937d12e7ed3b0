namespace Onsager.Simd;

/// <summary>
/// Places of extrema, as NumPy has them: the first NaN where there is one, the first of equal elements otherwise (-0 equals +0).
/// </summary>
public static unsafe class ArgReduce
{
    /// <summary>y[i] = the place of the largest element of row i of a matrix whose rows lie rowStride apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rows, columns or rowStride is negative.</exception>
    /// <exception cref="ArgumentException">x is shorter than the matrix, y has not one element per row, they overlap, or rows are empty.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void MaxRows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where T : unmanaged => Rows<MaximumOf, T>("argmax", x, rows, columns, rowStride, y);

    /// <summary>The same of the smallest element.</summary>
    /// <inheritdoc cref="MaxRows"/>
    public static void MinRows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where T : unmanaged => Rows<MinimumOf, T>("argmin", x, rows, columns, rowStride, y);

    /// <summary>y[j] = the row of the largest element of column j of a matrix whose rows lie rowStride apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rows, columns or rowStride is negative.</exception>
    /// <exception cref="ArgumentException">x is shorter than the matrix, y has not one element per column, they overlap, or columns are empty.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void MaxColumns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where T : unmanaged => Columns<MaximumOf, T>("argmax", x, rows, columns, rowStride, y);

    /// <summary>The same of the smallest element.</summary>
    /// <inheritdoc cref="MaxColumns"/>
    public static void MinColumns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where T : unmanaged => Columns<MinimumOf, T>("argmin", x, rows, columns, rowStride, y);

    private static void Rows<TExtreme, T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where TExtreme : struct, IExtreme
        where T : unmanaged
    {
        Check(operation, x, rows, columns, rowStride, rows, columns, y);
        fixed (T* px = x)
        fixed (int* py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ArgRowsLoop<TExtreme, float>((float*)px, rows, columns, rowStride, py));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ArgRowsLoop<TExtreme, double>((double*)px, rows, columns, rowStride, py));
            }
            else
            {
                throw Operands.NoLanes<T>(operation);
            }
        }
    }

    private static void Columns<TExtreme, T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<int> y)
        where TExtreme : struct, IExtreme
        where T : unmanaged
    {
        Check(operation, x, rows, columns, rowStride, columns, rows, y);
        fixed (T* px = x)
        fixed (int* py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ArgColumnsLoop<TExtreme, float>((float*)px, rows, columns, rowStride, py));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ArgColumnsLoop<TExtreme, double>((double*)px, rows, columns, rowStride, py));
            }
            else
            {
                throw Operands.NoLanes<T>(operation);
            }
        }
    }

    private static void Check<T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, int lines, int length, Span<int> y)
        where T : unmanaged
    {
        Matrices.Check(operation, x, rows, columns, rowStride);
        Matrices.CheckResults<T, int>(operation, x, lines, y, lines == rows ? "rows" : "columns");
        if (lines > 0 && length == 0)
        {
            throw new ArgumentException($"{operation}: there are {lines} results to find among no elements.", nameof(x));
        }
    }
}
