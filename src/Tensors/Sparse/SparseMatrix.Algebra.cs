using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Transposition, sums, multiples, parts. All of them are differentiable by the values.</content>
public sealed partial class SparseMatrix<T>
{
    /// <summary>The sum; it has the entries of both, even if they cancel.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static SparseMatrix<T> operator +(SparseMatrix<T> a, SparseMatrix<T> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Add(b);
    }

    /// <summary>The difference; it has the entries of both, even if they cancel.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static SparseMatrix<T> operator -(SparseMatrix<T> a, SparseMatrix<T> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Subtract(b);
    }

    /// <summary>The multiple.</summary>
    public static SparseMatrix<T> operator *(SparseMatrix<T> a, T factor)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Multiply(factor);
    }

    /// <summary>A + B; it has the entries of both, even if they cancel.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public SparseMatrix<T> Add(SparseMatrix<T> other) => Combine("sparse add", other, isDifference: false);

    /// <summary>A - B; it has the entries of both, even if they cancel.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public SparseMatrix<T> Subtract(SparseMatrix<T> other) => Combine("sparse subtract", other, isDifference: true);

    /// <summary>Every value times a number.</summary>
    public SparseMatrix<T> Multiply(T factor)
    {
        using Scope scope = Scope.Begin();
        return WithValues(Values * factor).KeptIn(scope);
    }

    /// <summary>Row i times factors[i]: diag(factors) A.</summary>
    /// <exception cref="ArgumentException">There is not one factor for each row.</exception>
    /// <exception cref="NotSupportedException">The factors are not on the processor.</exception>
    public SparseMatrix<T> ScaleRows(Tensor<T> factors)
    {
        SparseOperations.CheckVector("scale rows", factors, Rows, "factors");
        int[] rows = new int[Count];
        for (int row = 0; row < Rows; row++)
        {
            rows.AsSpan(Pattern.RowStarts[row]..Pattern.RowStarts[row + 1]).Fill(row);
        }

        using Scope scope = Scope.Begin();
        return WithValues(Values * SparseOperations.Gather(factors, rows)).KeptIn(scope);
    }

    /// <summary>Column j times factors[j]: A diag(factors).</summary>
    /// <exception cref="ArgumentException">There is not one factor for each column.</exception>
    /// <exception cref="NotSupportedException">The factors are not on the processor.</exception>
    public SparseMatrix<T> ScaleColumns(Tensor<T> factors)
    {
        SparseOperations.CheckVector("scale columns", factors, Columns, "factors");
        using Scope scope = Scope.Begin();
        return WithValues(Values * SparseOperations.Gather(factors, Pattern.ColumnIndices)).KeptIn(scope);
    }

    /// <summary>The transposed matrix, with values of its own.</summary>
    public SparseMatrix<T> Transpose()
    {
        using Scope scope = Scope.Begin();
        SparsePattern transposed = Pattern.Transposed;
        return new SparseMatrix<T>(transposed, SparseOperations.Gather(Values, transposed.Order)).KeptIn(scope);
    }

    /// <summary>The elements at (i, i): [min(rows, columns)], +0 where there is no entry.</summary>
    public Tensor<T> Diagonal()
    {
        int n = int.Min(Rows, Columns);
        List<int> entries = [], places = [];
        for (int row = 0; row < n; row++)
        {
            int at = Pattern.Row(row).BinarySearch(row);
            if (at >= 0)
            {
                entries.Add(Pattern.RowStarts[row] + at);
                places.Add(row);
            }
        }

        using Scope scope = Scope.Begin();
        return scope.Keep(SparseOperations.Scatter(SparseOperations.Gather(Values, [.. entries]), [.. places], n));
    }

    /// <summary>The rows from first up to end; their values are a view of this matrix's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not rows of the matrix.</exception>
    public SparseMatrix<T> SliceRows(int first, int end)
    {
        SparsePattern rows = Pattern.SliceRows(first, end);
        using Tensor<T> part = Values.Slice(0, Pattern.RowStarts[first], Pattern.RowStarts[end]);
        return new SparseMatrix<T>(rows, part);
    }

    /// <summary>The sum of each row [rows]: a chain of additions from +0 by rising column.</summary>
    public Tensor<T> SumRows()
    {
        using Tensor<T> ones = Tensor.Ones<T>([Columns]);
        return MatMul(ones);
    }

    private SparseMatrix<T> Combine(string operation, SparseMatrix<T> other, bool isDifference)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Rows != Rows || other.Columns != Columns)
        {
            throw new ArgumentException($"{operation}: the sizes differ: [{Rows}, {Columns}] and [{other.Rows}, {other.Columns}].", nameof(other));
        }

        using Scope scope = Scope.Begin();
        Tensor<T> x = Values, y = isDifference ? -other.Values : other.Values;
        if (ReferenceEquals(Pattern, other.Pattern))
        {
            return WithValues(x + y).KeptIn(scope);
        }

        SparsePattern union = Pattern.Union(other.Pattern);
        return new SparseMatrix<T>(
            union, SparseOperations.Scatter(x, Places(Pattern, union), union.Count) + SparseOperations.Scatter(y, Places(other.Pattern, union), union.Count)).KeptIn(scope);
    }

    /// <summary>Where the entries of a pattern are in one that has them all.</summary>
    private static int[] Places(SparsePattern pattern, SparsePattern union)
    {
        int[] places = new int[pattern.Count];
        for (int row = 0; row < pattern.Rows; row++)
        {
            int at = union.RowStarts[row];
            for (int k = pattern.RowStarts[row]; k < pattern.RowStarts[row + 1]; k++)
            {
                while (union.ColumnIndices[at] != pattern.ColumnIndices[k])
                {
                    at++;
                }

                places[k] = at;
            }
        }

        return places;
    }
}
