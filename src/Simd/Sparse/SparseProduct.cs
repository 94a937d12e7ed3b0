namespace Onsager.Simd;

/// <summary>
/// Products with a sparse matrix. An element of the result is one chain of fused multiply-adds from +0 over the row's entries by rising column, never
/// cut: with finite operands and at most 512 columns these are the bits of the dense product, whose chain only adds zeros. A row is one thread's own, so
/// bits do not depend on how rows are shared.
/// </summary>
public static unsafe class SparseProduct
{
    /// <summary>Y [rows, n] = A X, for some rows of A; X is [columns of A, n], both contiguous.</summary>
    /// <param name="a">Where A's entries stand; of a transposed pattern the values are those of the pattern that it was made from.</param>
    /// <param name="values">A's entries.</param>
    /// <param name="x">X.</param>
    /// <param name="n">Columns of X and Y.</param>
    /// <param name="y">All rows of Y, of which those from first up to end are written.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <exception cref="ArgumentException">A span has not the matrix's size, the rows are not A's, or y overlaps an operand.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Multiply<T>(SparsePattern a, ReadOnlySpan<T> values, ReadOnlySpan<T> x, int n, Span<T> y, int first, int end)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(a);
        Operands.CheckLanes<T>("sparse product");
        bool fits = n >= 0 && values.Length == a.Count && x.Length == (long)a.Columns * n && y.Length == (long)a.Rows * n;
        if (!fits || first < 0 || end < first || end > a.Rows)
        {
            throw new ArgumentException(
                $"sparse product: rows {first} to {end} of a matrix [{a.Rows}, {a.Columns}] of {a.Count} entries do not fit {values.Length} values, {x.Length} elements of x and {y.Length} of y with {n} columns.", nameof(a));
        }

        if (y.Overlaps(values) || y.Overlaps(x))
        {
            throw new ArgumentException("sparse product: y overlaps an operand; it needs memory of its own.", nameof(y));
        }

        if (n == 0 || first == end)
        {
            return;
        }

        fixed (int* starts = a.RowStarts, columns = a.ColumnIndices, order = a.Order)
        {
            fixed (T* pv = values, px = x, py = y)
            {
                if (order is null)
                {
                    Run<InOrder, T>(new SparseRows<T>(starts, columns, null, pv, px, n, py, first, end));
                }
                else
                {
                    Run<Permuted, T>(new SparseRows<T>(starts, columns, order, pv, px, n, py, first, end));
                }
            }
        }
    }

    /// <summary>
    /// results[e] = the inner product of row i of U [rows, n] and row j of W [columns, n] for each entry e at (i, j) of some rows of the pattern: a
    /// product of dense matrices, taken where a sparse one has entries. Each is summed in the order of <see cref="Reduce.Dot"/>.
    /// </summary>
    /// <param name="pattern">Where the entries stand; results of a transposed pattern are numbered as in the pattern that it was made from.</param>
    /// <param name="u">U.</param>
    /// <param name="w">W.</param>
    /// <param name="n">Columns of both.</param>
    /// <param name="results">One for each entry of the pattern; those of the rows from first up to end are written.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <exception cref="ArgumentException">A span has not the pattern's size, the rows are not the pattern's, or results overlap an operand.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Sample<T>(SparsePattern pattern, ReadOnlySpan<T> u, ReadOnlySpan<T> w, int n, Span<T> results, int first, int end)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Operands.CheckLanes<T>("sampled product");
        bool fits = n >= 0 && results.Length == pattern.Count && u.Length == (long)pattern.Rows * n && w.Length == (long)pattern.Columns * n;
        if (!fits || first < 0 || end < first || end > pattern.Rows)
        {
            throw new ArgumentException(
                $"sampled product: rows {first} to {end} of a pattern [{pattern.Rows}, {pattern.Columns}] of {pattern.Count} entries do not fit {results.Length} results, {u.Length} elements of u and {w.Length} of w with {n} columns.", nameof(pattern));
        }

        if (results.Overlaps(u) || results.Overlaps(w))
        {
            throw new ArgumentException("sampled product: the results overlap an operand; they need memory of their own.", nameof(results));
        }

        if (results.IsEmpty || first == end)
        {
            return;
        }

        fixed (int* starts = pattern.RowStarts, columns = pattern.ColumnIndices, order = pattern.Order)
        {
            // Without columns U and W have no first element, and are not read.
            fixed (T* pu = u, pw = w, pr = results)
            {
                if (Operands.Is<T, float>())
                {
                    Lanes.Run32(new SampledLoop<float>(new SparseRows<float>(starts, columns, order, (float*)pu, (float*)pw, n, (float*)pr, first, end)));
                }
                else
                {
                    Lanes.Run64(new SampledLoop<double>(new SparseRows<double>(starts, columns, order, (double*)pu, (double*)pw, n, (double*)pr, first, end)));
                }
            }
        }
    }

    private static void Run<TOrder, T>(SparseRows<T> rows)
        where TOrder : struct, IEntryOrder
        where T : unmanaged
    {
        if (Operands.Is<T, float>())
        {
            SparseRows<float> own = rows.As<float>();
            if (own.N == 1)
            {
                new SparseVectorLoop<TOrder, float>(own).Run<F32x1>();
            }
            else
            {
                Lanes.Run32(new SparseRowsLoop<TOrder, float>(own));
            }
        }
        else
        {
            SparseRows<double> own = rows.As<double>();
            if (own.N == 1)
            {
                new SparseVectorLoop<TOrder, double>(own).Run<F64x1>();
            }
            else
            {
                Lanes.Run64(new SparseRowsLoop<TOrder, double>(own));
            }
        }
    }
}

/// <summary>Rows of a sparse matrix, and what they are multiplied with, as the loops take them.</summary>
internal readonly unsafe struct SparseRows<T>(int* starts, int* columns, int* order, T* values, T* x, int n, T* y, int first, int end)
    where T : unmanaged
{
    public readonly int* Starts = starts;
    public readonly int* Columns = columns;
    public readonly int* Order = order;
    public readonly T* Values = values;
    public readonly T* X = x;
    public readonly nint N = n;
    public readonly T* Y = y;
    public readonly nint First = first;
    public readonly nint End = end;

    public SparseRows<TOther> As<TOther>()
        where TOther : unmanaged => new(Starts, Columns, Order, (TOther*)Values, (TOther*)X, (int)N, (TOther*)Y, (int)First, (int)End);
}

/// <summary>Where the value of an entry is, as a type: the compiler removes the indirection that a matrix has not.</summary>
internal unsafe interface IEntryOrder
{
    static abstract nint At(int* order, nint entry);
}

/// <summary>Values in the order of the entries.</summary>
internal readonly unsafe struct InOrder : IEntryOrder
{
    public static nint At(int* order, nint entry) => entry;
}

/// <summary>Values in the order of another pattern.</summary>
internal readonly unsafe struct Permuted : IEntryOrder
{
    public static nint At(int* order, nint entry) => order[entry];
}
