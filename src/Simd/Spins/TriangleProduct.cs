namespace Onsager.Simd;

/// <summary>
/// Products of symmetric matrices with zero diagonal, given by their strict upper triangle alone, with the columns of a matrix: each element is read once and
/// used twice, half the memory of a general product. The triangle is packed row by row, or made on the way from a counter-based stream and never stored. A
/// column's bits depend neither on its neighbours nor on the register's width.
/// </summary>
public static unsafe class TriangleProduct
{
    /// <summary>The number of columns must be a multiple of this, whatever the registers.</summary>
    public const int ColumnUnit = 16;

    /// <summary>Elements of the strict upper triangle of an n x n matrix.</summary>
    public static long Elements(int n) => (long)n * (n - 1) / 2;

    /// <summary>Where a row of the packed triangle begins, with its element (row, row + 1).</summary>
    public static long RowStart(int n, int row) => row * ((2L * n) - row - 1) / 2;

    /// <summary>y += W x, for the rows first .. end - 1 of the triangle: y[r] += w(r, j) x[j] and y[j] += w(r, j) x[r] for all j above r.</summary>
    /// <param name="triangle">The packed triangle.</param>
    /// <param name="n">The matrix's order.</param>
    /// <param name="first">The first row of the triangle that is used.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="x">[n, columns].</param>
    /// <param name="columns">A multiple of <see cref="ColumnUnit"/>.</param>
    /// <param name="y">[n, columns], apart from x.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or y overlaps an input.</exception>
    public static void Accumulate(ReadOnlySpan<float> triangle, int n, int first, int end, ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        if (triangle.Length != Elements(n))
        {
            throw new ArgumentException($"triangle product: {triangle.Length} elements; the strict upper triangle of order {n} has {Elements(n)}.", nameof(triangle));
        }

        Check(n, first, end, x, columns, y);
        if (triangle.Overlaps(y))
        {
            throw new ArgumentException("triangle product: the triangle overlaps the output; use separate memory.", nameof(triangle));
        }

        fixed (float* w = triangle, px = x, py = y)
        {
            Lanes.Run32(new TriangleLoop(w, 0, 0, 0, n, first, end, px, columns, py));
        }
    }

    /// <summary>The same for a triangle of standard normal numbers: elements origin, origin + 1, ... of a stream, as <see cref="RandomFill.Normal"/> gives them.</summary>
    /// <inheritdoc cref="Accumulate"/>
    public static void AccumulateNormal(ulong seed, ulong stream, ulong origin, int n, int first, int end, ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        Check(n, first, end, x, columns, y);
        fixed (float* px = x, py = y)
        {
            Lanes.Run32(new TriangleLoop(null, seed, stream, origin, n, first, end, px, columns, py));
        }
    }

    /// <summary>
    /// From the product t = W x of a slice of a symmetric tensor of order three to its part in the contraction: y0 += sum over j of x[j] t[j] / 2, and y[j] += x0 t[j].
    /// </summary>
    /// <param name="x0">The slice's own row of x, [columns].</param>
    /// <param name="x">The rows behind it, [count, columns].</param>
    /// <param name="t">W x, [count, columns].</param>
    /// <param name="columns">A multiple of <see cref="ColumnUnit"/>.</param>
    /// <param name="y0">The slice's own row of the result.</param>
    /// <param name="y">The rows behind it.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static void Fold(ReadOnlySpan<float> x0, ReadOnlySpan<float> x, ReadOnlySpan<float> t, int columns, Span<float> y0, Span<float> y)
    {
        if (columns < 1 || columns % ColumnUnit != 0 || x0.Length != columns || y0.Length != columns || x.Length % columns != 0 || t.Length != x.Length || y.Length != x.Length)
        {
            throw new ArgumentException($"triangle fold: {x0.Length}, {x.Length}, {t.Length}, {y0.Length} and {y.Length} elements do not fit {columns} columns, a multiple of {ColumnUnit}.", nameof(x));
        }

        fixed (float* px0 = x0, px = x, pt = t, py0 = y0, py = y)
        {
            Lanes.Run32(new TriangleFoldLoop(px0, px, pt, x.Length / columns, columns, py0, py));
        }
    }

    private static void Check(int n, int first, int end, ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        if (n < 0 || first < 0 || end < first || end > n)
        {
            throw new ArgumentException($"triangle product: rows {first} .. {end} of order {n}.", nameof(first));
        }

        if (columns < 1 || columns % ColumnUnit != 0 || x.Length != (long)n * columns || y.Length != x.Length)
        {
            throw new ArgumentException(
                $"triangle product: x has {x.Length} and y {y.Length} elements; {n} rows of {columns} columns, a multiple of {ColumnUnit}, are needed.", nameof(x));
        }

        if (x.Overlaps(y))
        {
            throw new ArgumentException("triangle product: x overlaps the output; use separate memory.", nameof(x));
        }
    }
}
