namespace Onsager.Simd;

/// <summary>The checks that every decomposition makes once, before it touches memory.</summary>
internal static class SquareChecks
{
    /// <summary>A matrix [rows, columns] lies inside its span.</summary>
    public static void Check<T>(string operation, string name, ReadOnlySpan<T> x, int rows, int columns, int leading)
        where T : unmanaged
    {
        Operands.CheckLanes<T>(operation);
        if (rows < 0 || columns < 0)
        {
            throw new ArgumentOutOfRangeException(name, $"{operation}: {name} cannot have {rows} rows and {columns} columns.");
        }

        if (leading < int.Max(1, columns))
        {
            throw new ArgumentOutOfRangeException(name, leading, $"{operation}: {name} is stored as [{rows}, {columns}]; its leading dimension must be at least {int.Max(1, columns)}.");
        }

        if (rows > 0 && columns > 0 && ((rows - 1L) * leading) + columns > x.Length)
        {
            throw new ArgumentException($"{operation}: {name} is stored as [{rows}, {columns}] with leading dimension {leading} and needs {((rows - 1L) * leading) + columns} elements, but has {x.Length}.", name);
        }
    }

    /// <summary>Working memory is long enough.</summary>
    public static void CheckWork<T>(string operation, ReadOnlySpan<T> work, nint needs)
    {
        if (work.Length < needs)
        {
            throw new ArgumentException($"{operation}: the working memory has {work.Length} elements; {needs} are needed.", nameof(work));
        }
    }

    /// <summary>Two pieces of memory share no element.</summary>
    public static void CheckApart<T>(string operation, ReadOnlySpan<T> x, ReadOnlySpan<T> y, string names)
    {
        if (x.Overlaps(y))
        {
            throw new ArgumentException($"{operation}: {names} overlap; each needs memory of its own.");
        }
    }
}
