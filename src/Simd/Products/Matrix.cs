namespace Onsager.Simd;

/// <summary>A matrix in memory: element (i, j) is First[i * Row + j * Column].</summary>
/// <param name="first">Element (0, 0).</param>
/// <param name="row">Elements from one row to the next.</param>
/// <param name="column">Elements from one column to the next.</param>
public readonly unsafe struct Matrix<T>(T* first, nint row, nint column)
    where T : unmanaged
{
    /// <summary>Element (0, 0).</summary>
    public readonly T* First = first;

    /// <summary>Elements from one row to the next.</summary>
    public readonly nint Row = row;

    /// <summary>Elements from one column to the next.</summary>
    public readonly nint Column = column;
}
