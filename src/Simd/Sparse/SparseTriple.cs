using System.Buffers;
using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Products of two sparse matrices, taken at the entries of a third pattern.</summary>
public static class SparseTriple
{
    /// <summary>
    /// results[e] = the sum over k of A(i, k) B(k, j) for each entry e at (i, j) of some rows of the pattern: a chain of fused multiply-adds from +0 by
    /// rising k over those k where both have entries. Entries of the product outside the pattern are not computed. (Gustavson, "Two fast algorithms for
    /// sparse matrices", ACM TOMS 4, 1978, with the pattern given.)
    /// </summary>
    /// <param name="pattern">Where the product is taken.</param>
    /// <param name="a">Where A's entries stand.</param>
    /// <param name="left">A's entries.</param>
    /// <param name="b">Where B's entries stand.</param>
    /// <param name="right">B's entries.</param>
    /// <param name="results">One for each entry of the pattern; those of the rows from first up to end are written.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <remarks>Of a transposed pattern, values and results are those of the pattern that it was made from, in its order.</remarks>
    /// <exception cref="ArgumentException">The sizes do not fit, the rows are not the pattern's, or results overlap an operand.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Multiply<T>(
        SparsePattern pattern, SparsePattern a, ReadOnlySpan<T> left, SparsePattern b, ReadOnlySpan<T> right, Span<T> results, int first, int end)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Operands.CheckLanes<T>("sparse product");
        bool fits = pattern.Rows == a.Rows && a.Columns == b.Rows && b.Columns == pattern.Columns;
        if (!fits || left.Length != a.Count || right.Length != b.Count || results.Length != pattern.Count || first < 0 || end < first || end > pattern.Rows)
        {
            throw new ArgumentException(
                $"sparse product: rows {first} to {end} of [{pattern.Rows}, {pattern.Columns}] with {results.Length} results do not fit [{a.Rows}, {a.Columns}] with {left.Length} values times [{b.Rows}, {b.Columns}] with {right.Length}.", nameof(pattern));
        }

        if (results.Overlaps(left) || results.Overlaps(right))
        {
            throw new ArgumentException("sparse product: the results overlap an operand; they need memory of their own.", nameof(results));
        }

        if (first == end)
        {
            return;
        }

        // The place of each column's result, or -1.
        int[] places = ArrayPool<int>.Shared.Rent(pattern.Columns);
        try
        {
            places.AsSpan(0, pattern.Columns).Fill(-1);
            if (typeof(T) == typeof(float))
            {
                Run<F32x1, T>(pattern, a, left, b, right, results, first, end, places);
            }
            else
            {
                Run<F64x1, T>(pattern, a, left, b, right, results, first, end, places);
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(places);
        }
    }

    private static void Run<V, T>(
        SparsePattern pattern, SparsePattern a, ReadOnlySpan<T> left, SparsePattern b, ReadOnlySpan<T> right, Span<T> results, int first, int end, int[] places)
        where V : unmanaged, ILanes<V>
        where T : unmanaged
    {
        ReadOnlySpan<V> x = MemoryMarshal.Cast<T, V>(left), y = MemoryMarshal.Cast<T, V>(right);
        Span<V> z = MemoryMarshal.Cast<T, V>(results);
        ReadOnlySpan<int> starts = pattern.RowStarts, columns = pattern.ColumnIndices, order = pattern.Order;
        ReadOnlySpan<int> aStarts = a.RowStarts, aColumns = a.ColumnIndices, aOrder = a.Order, bStarts = b.RowStarts, bColumns = b.ColumnIndices, bOrder = b.Order;
        for (int row = first; row < end; row++)
        {
            for (int e = starts[row]; e < starts[row + 1]; e++)
            {
                int place = order.IsEmpty ? e : order[e];
                places[columns[e]] = place;
                z[place] = V.Of(0);
            }

            for (int p = aStarts[row]; p < aStarts[row + 1]; p++)
            {
                V factor = x[aOrder.IsEmpty ? p : aOrder[p]];
                int k = aColumns[p];
                for (int q = bStarts[k]; q < bStarts[k + 1]; q++)
                {
                    int place = places[bColumns[q]];
                    if (place >= 0)
                    {
                        z[place] = V.Fma(factor, y[bOrder.IsEmpty ? q : bOrder[q]], z[place]);
                    }
                }
            }

            for (int e = starts[row]; e < starts[row + 1]; e++)
            {
                places[columns[e]] = -1;
            }
        }
    }
}
