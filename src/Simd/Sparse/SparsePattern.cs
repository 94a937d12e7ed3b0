using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>
/// Where the entries of a sparse matrix stand: compressed rows (CSR) with 32-bit indices, in every row by rising column, none twice. Checked once when
/// it is made and never changed, so that loops over it need no checks of their own; matrices with other values share it.
/// </summary>
public sealed class SparsePattern
{
    private readonly int[] starts;
    private readonly int[] indices;
    private readonly int[]? order;
    private SparsePattern? transposed;

    private SparsePattern(int rows, int columns, int[] starts, int[] indices, int[]? order = null)
    {
        Rows = rows;
        Columns = columns;
        this.starts = starts;
        this.indices = indices;
        this.order = order;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of entries.</summary>
    public int Count => indices.Length;

    /// <summary>Rows + 1 numbers: the entries of row i are those from RowStarts[i] up to RowStarts[i + 1].</summary>
    public ReadOnlySpan<int> RowStarts => starts;

    /// <summary>Each entry's column.</summary>
    public ReadOnlySpan<int> ColumnIndices => indices;

    /// <summary>Of a pattern that was transposed: each entry's number in the pattern that it was made from; empty otherwise.</summary>
    public ReadOnlySpan<int> Order => order;

    /// <summary>The pattern of the transposed matrix, made at the first call and kept; its <see cref="Order"/> says where each entry was.</summary>
    public SparsePattern Transposed => transposed ??= Transpose();

    /// <summary>The same entries, numbered in their own order.</summary>
    public SparsePattern Renumbered => order is null ? this : new SparsePattern(Rows, Columns, starts, indices);

    /// <summary>A copy of compressed rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rowStarts">The number of each row's first entry, and the number of entries.</param>
    /// <param name="columnIndices">Each entry's column, rising in every row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a column is outside the matrix.</exception>
    /// <exception cref="ArgumentException">The starts do not begin with 0, do not rise, or do not end with the number of entries; or a row's columns do not rise.</exception>
    public static SparsePattern Create(int rows, int columns, ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices)
    {
        CheckSize(rows, columns);
        if (rowStarts.Length != rows + 1L || rowStarts[0] != 0 || rowStarts[^1] != columnIndices.Length)
        {
            throw new ArgumentException(
                $"sparse pattern: {rows} rows need {rows + 1L} starts, from 0 to the number of entries {columnIndices.Length}; got {rowStarts.Length}{Ends(rowStarts)}.", nameof(rowStarts));
        }

        for (int row = 0; row < rows; row++)
        {
            // The ends were checked, and starts that never fall stay between them.
            if (rowStarts[row + 1] < rowStarts[row])
            {
                throw new ArgumentException($"sparse pattern: row {row} starts at {rowStarts[row]} and ends at {rowStarts[row + 1]}.", nameof(rowStarts));
            }
        }

        for (int row = 0; row < rows; row++)
        {
            int before = -1;
            foreach (int column in columnIndices[rowStarts[row]..rowStarts[row + 1]])
            {
                CheckColumn(row, column, columns);
                if (column <= before)
                {
                    throw new ArgumentException($"sparse pattern: the columns of row {row} do not rise: {column} follows {before}.", nameof(columnIndices));
                }

                before = column;
            }
        }

        return new SparsePattern(rows, columns, rowStarts.ToArray(), columnIndices.ToArray());
    }

    /// <summary>The pattern of entries that are named in any order; those named more than once are one entry.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rowIndices">Each name's row.</param>
    /// <param name="columnIndices">Each name's column.</param>
    /// <param name="places">The number of each name's entry.</param>
    /// <exception cref="ArgumentException">There are not as many rows as columns, or as places.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or an index is outside the matrix.</exception>
    public static SparsePattern FromPairs(int rows, int columns, ReadOnlySpan<int> rowIndices, ReadOnlySpan<int> columnIndices, Span<int> places)
    {
        CheckSize(rows, columns);
        if (rowIndices.Length != columnIndices.Length || places.Length != rowIndices.Length)
        {
            throw new ArgumentException($"sparse pattern: {rowIndices.Length} rows, {columnIndices.Length} columns and {places.Length} places are not as many of each.", nameof(columnIndices));
        }

        for (int i = 0; i < rowIndices.Length; i++)
        {
            if ((uint)rowIndices[i] >= (uint)rows)
            {
                throw new ArgumentOutOfRangeException(nameof(rowIndices), rowIndices[i], $"sparse pattern: entry {i} is in row {rowIndices[i]}, outside {rows} rows.");
            }

            CheckColumn(rowIndices[i], columnIndices[i], columns);
        }

        // Two stable counting sorts, by column and then by row: linear, and names of one entry keep their order.
        int[] byColumn = Sort(columnIndices, columns, []), sorted = Sort(rowIndices, rows, byColumn);
        int[] starts = new int[rows + 1], indices = new int[sorted.Length];
        int count = 0, lastRow = -1, lastColumn = -1;
        foreach (int name in sorted)
        {
            if (rowIndices[name] != lastRow || columnIndices[name] != lastColumn)
            {
                (lastRow, lastColumn) = (rowIndices[name], columnIndices[name]);
                indices[count++] = lastColumn;
                starts[lastRow + 1]++;
            }

            places[name] = count - 1;
        }

        Accumulate(starts);
        return new SparsePattern(rows, columns, starts, count == indices.Length ? indices : indices[..count]);
    }

    /// <summary>The pattern of a sum: the entries of both.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public SparsePattern Union(SparsePattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Rows != Rows || other.Columns != Columns)
        {
            throw new ArgumentException($"sparse pattern: [{Rows}, {Columns}] and [{other.Rows}, {other.Columns}] have no union.", nameof(other));
        }

        int[] to = new int[Rows + 1];
        List<int> all = new(int.Max(Count, other.Count));
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<int> x = Row(row), y = other.Row(row);
            while (x.Length > 0 || y.Length > 0)
            {
                int next = x.IsEmpty ? y[0] : y.IsEmpty ? x[0] : int.Min(x[0], y[0]);
                all.Add(next);
                x = x.IsEmpty || x[0] != next ? x : x[1..];
                y = y.IsEmpty || y[0] != next ? y : y[1..];
            }

            to[row + 1] = all.Count;
        }

        return new SparsePattern(Rows, Columns, to, [.. all]);
    }

    /// <summary>The pattern of a product: entry (i, j) where this one has an entry (i, k) and the other (k, j), whatever the values (Gustavson, ACM TOMS 4, 1978).</summary>
    /// <exception cref="ArgumentException">The inner sizes differ.</exception>
    public SparsePattern Multiply(SparsePattern other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Rows != Columns)
        {
            throw new ArgumentException($"sparse pattern: inner sizes differ: [{Rows}, {Columns}] has {Columns} columns, [{other.Rows}, {other.Columns}] has {other.Rows} rows.", nameof(other));
        }

        int[] to = new int[Rows + 1], seen = new int[other.Columns];
        List<int> all = new(int.Max(Count, other.Count));
        for (int row = 0; row < Rows; row++)
        {
            int first = all.Count;
            foreach (int k in Row(row))
            {
                foreach (int column in other.Row(k))
                {
                    if (seen[column] != row + 1)
                    {
                        seen[column] = row + 1;
                        all.Add(column);
                    }
                }
            }

            CollectionsMarshal.AsSpan(all)[first..].Sort();
            to[row + 1] = all.Count;
        }

        return new SparsePattern(Rows, other.Columns, to, [.. all]);
    }

    /// <summary>Some consecutive rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not rows of the matrix.</exception>
    public SparsePattern SliceRows(int first, int end)
    {
        if (first < 0 || end < first || end > Rows)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"sparse pattern: rows {first} to {end} are not among {Rows} rows.");
        }

        int[] to = starts[first..(end + 1)];
        int shift = to[0];
        foreach (ref int start in to.AsSpan())
        {
            start -= shift;
        }

        return new SparsePattern(end - first, Columns, to, indices[shift..(shift + to[^1])]);
    }

    /// <summary>The columns of a row's entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<int> Row(int row) => (uint)row < (uint)Rows
        ? indices.AsSpan(starts[row], starts[row + 1] - starts[row])
        : throw new ArgumentOutOfRangeException(nameof(row), row, $"sparse pattern: row {row} is outside {Rows} rows.");

    private SparsePattern Transpose()
    {
        int[] to = new int[Columns + 1], rows = new int[Count], from = new int[Count];
        foreach (int column in indices)
        {
            to[column + 1]++;
        }

        Accumulate(to);
        int[] next = to[..^1];
        for (int row = 0; row < Rows; row++)
        {
            for (int k = starts[row]; k < starts[row + 1]; k++)
            {
                int place = next[indices[k]]++;
                rows[place] = row;
                from[place] = k;
            }
        }

        return new SparsePattern(Columns, Rows, to, rows, from);
    }

    /// <summary>The numbers of the keys, those of smaller keys first, stable with respect to a given order, or to that of the keys.</summary>
    private static int[] Sort(ReadOnlySpan<int> keys, int bound, ReadOnlySpan<int> given)
    {
        int[] starts = new int[bound + 1], sorted = new int[keys.Length];
        foreach (int key in keys)
        {
            starts[key + 1]++;
        }

        Accumulate(starts);
        for (int i = 0; i < sorted.Length; i++)
        {
            int name = given.IsEmpty ? i : given[i];
            sorted[starts[keys[name]]++] = name;
        }

        return sorted;
    }

    private static void Accumulate(int[] counts)
    {
        for (int i = 1; i < counts.Length; i++)
        {
            counts[i] += counts[i - 1];
        }
    }

    private static void CheckSize(int rows, int columns)
    {
        if (rows < 0 || columns < 0 || rows == int.MaxValue || columns == int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"sparse pattern: {rows} rows and {columns} columns; from 0 to {int.MaxValue - 1} of each are supported.");
        }
    }

    private static void CheckColumn(int row, int column, int columns)
    {
        if ((uint)column >= (uint)columns)
        {
            throw new ArgumentOutOfRangeException(nameof(column), column, $"sparse pattern: an entry of row {row} is in column {column}, outside {columns} columns.");
        }
    }

    private static string Ends(ReadOnlySpan<int> starts) => starts.IsEmpty ? "" : $", from {starts[0]} to {starts[^1]}";
}
