using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Makes sparse matrices.</summary>
public static class SparseMatrix
{
    /// <summary>
    /// The matrix with values [count] at (row, column): those of one place are added in the order in which they are given, +0 first. Differentiable by the values.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many rows, columns and values, or values have not one axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or an index is outside the matrix.</exception>
    /// <exception cref="NotSupportedException">The values are not on the processor.</exception>
    public static SparseMatrix<T> FromTriplets<T>(int rows, int columns, ReadOnlySpan<int> rowIndices, ReadOnlySpan<int> columnIndices, Tensor<T> values)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sparse matrix");
        SparseOperations.CheckVector("sparse matrix", values, rowIndices.Length, "values");
        int[] places = new int[rowIndices.Length];
        SparsePattern pattern = SparsePattern.FromPairs(rows, columns, rowIndices, columnIndices, places);
        using Scope scope = Scope.Begin();
        return new SparseMatrix<T>(pattern, SparseOperations.Scatter(values, places, pattern.Count)).KeptIn(scope);
    }

    /// <summary>The matrix with values at (row, column): those of one place are added in the order in which they are given, +0 first.</summary>
    /// <inheritdoc cref="FromTriplets{T}(int, int, ReadOnlySpan{int}, ReadOnlySpan{int}, Tensor{T})"/>
    public static SparseMatrix<T> FromTriplets<T>(int rows, int columns, ReadOnlySpan<int> rowIndices, ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using Tensor<T> own = Tensor.From(values, [values.Length]);
        return FromTriplets(rows, columns, rowIndices, columnIndices, own);
    }

    /// <summary>The elements of a matrix [rows, columns] that are not zero; NaN is not. Differentiable by them: the zeros that were left out count as constants.</summary>
    /// <exception cref="ArgumentException">x is no matrix.</exception>
    /// <exception cref="NotSupportedException">x is not on the processor, or has more elements than a span can number.</exception>
    public static SparseMatrix<T> FromDense<T>(Tensor<T> x)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sparse matrix");
        if (x.Rank != 2)
        {
            throw new ArgumentException($"sparse matrix: a matrix is needed; got {x.Shape}.", nameof(x));
        }

        Packed<T>.Check("sparse matrix", x.Device, x.Shape);
        Tape.NoteRead(x.Node);
        int rows = (int)x.Shape[0], columns = (int)x.Shape[1];
        int[] starts = new int[rows + 1];
        List<int> places = [], indices = [];
        using (Packed<T> elements = new("sparse matrix", x.Node))
        {
            T zero = default;
            for (int i = 0; i < elements.Elements.Length; i++)
            {
                // Two zeros of one type are equal whatever their signs; no NaN is equal to anything.
                if (!SparseOperations.IsEqual(elements.Elements[i], zero))
                {
                    places.Add(i);
                    indices.Add(i % columns);
                    starts[(i / columns) + 1]++;
                }
            }
        }

        for (int row = 0; row < rows; row++)
        {
            starts[row + 1] += starts[row];
        }

        using Scope scope = Scope.Begin();
        SparsePattern pattern = SparsePattern.Create(rows, columns, starts, [.. indices]);
        return new SparseMatrix<T>(pattern, SparseOperations.Gather(x.Contiguous().Reshape(-1), [.. places])).KeptIn(scope);
    }

    /// <summary>The matrix [n, n] with a vector [n] on its diagonal, every element an entry, zeros too. Differentiable.</summary>
    /// <exception cref="ArgumentException">The diagonal has not one axis.</exception>
    /// <exception cref="NotSupportedException">The diagonal is not on the processor.</exception>
    public static SparseMatrix<T> FromDiagonal<T>(Tensor<T> diagonal)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sparse matrix");
        SparseOperations.CheckVector("sparse matrix", diagonal, diagonal.Size, "diagonal");
        int[] indices = [.. Enumerable.Range(0, (int)diagonal.Size)], starts = [.. indices, indices.Length];
        return new SparseMatrix<T>(SparsePattern.Create(indices.Length, indices.Length, starts, indices), diagonal);
    }

    /// <summary>The identity matrix [n, n].</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public static SparseMatrix<T> Identity<T>(int n)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sparse matrix");
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        using Tensor<T> ones = Tensor.Ones<T>([n]);
        return FromDiagonal(ones);
    }
}

/// <summary>
/// A sparse matrix in compressed rows (CSR): a <see cref="SparsePattern"/> that says where its entries are, and a tensor of their values. Everything that
/// is computed from it is differentiable by the values and by dense operands, in both directions and to any order; the pattern is a constant. On the
/// processor only.
/// </summary>
/// <remarks>
/// <para>
/// The values live as tensors do: until the matrix is disposed, or until the scope ends that it was made in; <see cref="KeptIn"/> lets them outlive it. The
/// pattern is an ordinary object.
/// </para>
/// <para>
/// Order of sums: see <see cref="SparseProduct"/>. Results are the same for every number of threads and every instruction set.
/// </para>
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed partial class SparseMatrix<T> : IDisposable
    where T : unmanaged
{
    private readonly Tensor<T> values;

    /// <summary>A matrix of a pattern with values [count]: a view of contiguous memory, a copy otherwise. The given tensor stays its owner's to dispose.</summary>
    /// <exception cref="ArgumentException">There is not one value for each entry.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or the values are not on the processor.</exception>
    public SparseMatrix(SparsePattern pattern, Tensor<T> values)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Tensor.CheckArithmetic<T>("sparse matrix");
        SparseOperations.CheckVector("sparse matrix", values, pattern.Count, "values");
        Pattern = pattern.Renumbered;
        this.values = values.IsContiguous ? values.Share() : values.Contiguous();
    }

    /// <summary>Where the entries are.</summary>
    public SparsePattern Pattern { get; }

    /// <summary>The values of the entries [count], the matrix's own: writing to them changes the matrix.</summary>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public Tensor<T> Values => values.IsDisposed
        ? throw new ObjectDisposedException($"SparseMatrix<{typeof(T).Name}>", "The matrix was disposed, or the scope that it was made in has ended.")
        : values;

    /// <summary>The number of rows.</summary>
    public int Rows => Pattern.Rows;

    /// <summary>The number of columns.</summary>
    public int Columns => Pattern.Columns;

    /// <summary>The number of entries.</summary>
    public int Count => Pattern.Count;

    /// <summary>Releases the values.</summary>
    public void Dispose() => values.Dispose();

    /// <summary>Lets the values outlive a scope that the matrix was made in, as <see cref="Scope.Keep"/> does.</summary>
    /// <returns>This matrix.</returns>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public SparseMatrix<T> KeptIn(Scope scope)
    {
        scope.Keep(Values);
        return this;
    }

    /// <summary>A matrix of the same pattern with other values [count]: what a function of the values begins with.</summary>
    /// <exception cref="ArgumentException">There is not one value for each entry.</exception>
    public SparseMatrix<T> WithValues(Tensor<T> values) => new(Pattern, values);

    /// <summary>The element at a place, +0 where there is no entry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The place is outside the matrix.</exception>
    public T this[int row, int column]
    {
        get
        {
            if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
            {
                throw new ArgumentOutOfRangeException(nameof(column), $"sparse matrix: [{row}, {column}] is outside [{Rows}, {Columns}].");
            }

            int at = Pattern.Row(row).BinarySearch(column);
            return at < 0 ? default : Values[Pattern.RowStarts[row] + at];
        }
    }

    /// <summary>The dense matrix [rows, columns].</summary>
    /// <exception cref="NotSupportedException">It has more elements than an index can number.</exception>
    public Tensor<T> ToDense()
    {
        if ((long)Rows * Columns > int.MaxValue)
        {
            throw new NotSupportedException($"to dense: [{Rows}, {Columns}] has {(long)Rows * Columns} elements; at most {int.MaxValue} are supported.");
        }

        int[] places = new int[Count];
        for (int row = 0; row < Rows; row++)
        {
            for (int k = Pattern.RowStarts[row]; k < Pattern.RowStarts[row + 1]; k++)
            {
                places[k] = (row * Columns) + Pattern.ColumnIndices[k];
            }
        }

        using Scope scope = Scope.Begin();
        return scope.Keep(SparseOperations.Scatter(Values, places, Rows * Columns).Reshape(Rows, Columns));
    }

    /// <summary>Rows, columns, entries and type.</summary>
    public override string ToString() => $"SparseMatrix<{typeof(T).Name}> [{Rows}, {Columns}] with {Count} entries{(values.IsDisposed ? " (disposed)" : "")}";
}
