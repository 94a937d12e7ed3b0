namespace Onsager.Blas;

/// <summary>
/// A matrix by columns, dense, banded or packed: column j holds the rows from <see cref="From"/> to <see cref="To"/>, one after the other. What is
/// done column by column is so written once for every storage.
/// </summary>
internal readonly unsafe struct Columns<T>
    where T : unmanaged
{
    private readonly T* first;
    private readonly nint rows;
    private readonly nint below;
    private readonly nint above;
    private readonly nint step;
    private readonly nint growth;

    private Columns(T* first, nint rows, nint below, nint above, nint step, nint growth)
    {
        this.first = first;
        this.rows = rows;
        this.below = below;
        this.above = above;
        this.step = step;
        this.growth = growth;
    }

    /// <summary>A triangle of a matrix [n, n].</summary>
    public static Columns<T> Dense(bool upper, nint n, T* a, nint lda) => new(a, n, upper ? 0 : n, upper ? n : 0, lda, 0);

    /// <summary>A triangle with no memory between its columns.</summary>
    public static Columns<T> Packed(bool upper, nint n, T* a) => upper ? new(a, n, 0, n, 0, 1) : new(a, n, n, 0, n, -1);

    /// <summary>A triangle of which k diagonals beside the main one are stored, each in a row.</summary>
    public static Columns<T> Band(bool upper, nint n, nint k, T* a, nint lda) => upper ? Band(n, 0, k, a, lda) : Band(n, k, 0, a, lda);

    /// <summary>A matrix with so many rows, of which the diagonals below and above the main one are stored, each in a row.</summary>
    public static Columns<T> Band(nint rows, nint below, nint above, T* a, nint lda) => new(a + above, rows, below, above, lda - 1, 0);

    /// <summary>The first row of column j.</summary>
    public nint From(nint j) => nint.Max(0, j - above);

    /// <summary>The row behind the last of column j.</summary>
    public nint To(nint j) => nint.Min(rows, j + below + 1);

    /// <summary>Where element (0, j) lies or would lie: element (i, j) is i elements further.</summary>
    public T* At(nint j) => first + (j * step) + (growth * (j * (j + 1) / 2));
}
