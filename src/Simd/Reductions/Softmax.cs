namespace Onsager.Simd;

/// <summary>
/// Softmax and its logarithm along the rows or columns of a matrix: the maximum is subtracted first, the exponentials are summed in the
/// fixed order; then exp(x - max) / sum, or (x - max) - log(sum), each step rounded. A line with a NaN or +infinity, or of nothing but
/// -infinity, gives NaN throughout. The output may be the input itself.
/// </summary>
public static unsafe class Softmax
{
    /// <summary>Softmax of each row; rows lie rowStride apart in x and yStride apart in y.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent or a stride is negative.</exception>
    /// <exception cref="ArgumentException">A matrix does not fit its span, or y partly overlaps x.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Rows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged => RunRows<PlainSoftmax, T>("softmax", x, rows, columns, rowStride, y, yStride);

    /// <summary>The logarithm of softmax of each row.</summary>
    /// <inheritdoc cref="Rows"/>
    public static void LogRows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged => RunRows<LogarithmOfSoftmax, T>("log-softmax", x, rows, columns, rowStride, y, yStride);

    /// <summary>Softmax of each column.</summary>
    /// <inheritdoc cref="Rows"/>
    public static void Columns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged => RunColumns<PlainSoftmax, T>("softmax", x, rows, columns, rowStride, y, yStride);

    /// <summary>The logarithm of softmax of each column.</summary>
    /// <inheritdoc cref="Rows"/>
    public static void LogColumns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged => RunColumns<LogarithmOfSoftmax, T>("log-softmax", x, rows, columns, rowStride, y, yStride);

    private static void RunRows<TForm, T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where TForm : struct, ISoftmax
        where T : unmanaged
    {
        Matrices.CheckMap(operation, x, rows, columns, rowStride, y, yStride);
        fixed (T* px = x, py = y)
        {
            if (columns == 0)
            {
                return;
            }

            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new SoftmaxRowsLoop<TForm, float>((float*)px, rows, columns, rowStride, (float*)py, yStride));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new SoftmaxRowsLoop<TForm, double>((double*)px, rows, columns, rowStride, (double*)py, yStride));
            }
            else
            {
                throw Operands.NoLanes<T>(operation);
            }
        }
    }

    private static void RunColumns<TForm, T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where TForm : struct, ISoftmax
        where T : unmanaged
    {
        Matrices.CheckMap(operation, x, rows, columns, rowStride, y, yStride);
        fixed (T* px = x, py = y)
        {
            if (rows == 0)
            {
                return;
            }

            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new SoftmaxColumnsLoop<TForm, float>((float*)px, rows, columns, rowStride, (float*)py, yStride));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new SoftmaxColumnsLoop<TForm, double>((double*)px, rows, columns, rowStride, (double*)py, yStride));
            }
            else
            {
                throw Operands.NoLanes<T>(operation);
            }
        }
    }
}
