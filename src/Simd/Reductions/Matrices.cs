using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>The checks of work on rows and columns, made once before any memory is touched.</summary>
internal static class Matrices
{
    /// <summary>The extents are not negative, and the matrix lies inside its span.</summary>
    public static void Check<T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, string name = "x")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        if (rows > 0 && columns > 0 && (((long)rows - 1) * rowStride) + columns > x.Length)
        {
            throw new ArgumentException($"{operation}: [{rows}, {columns}] with rows {rowStride} apart does not fit {name} with {x.Length} elements.", name);
        }
    }

    /// <summary>One result for each line, in memory of its own.</summary>
    public static void CheckResults<T, TResult>(string operation, ReadOnlySpan<T> x, int lines, ReadOnlySpan<TResult> y, string kind)
        where T : unmanaged
        where TResult : unmanaged
    {
        if (y.Length != lines)
        {
            throw new ArgumentException($"{operation}: {lines} {kind} give as many results, y has {y.Length} elements.", nameof(y));
        }

        if (MemoryMarshal.AsBytes(x).Overlaps(MemoryMarshal.AsBytes(y)))
        {
            throw new ArgumentException($"{operation}: y overlaps x; the results need memory of their own.", nameof(y));
        }
    }

    /// <summary>A matrix of results of the input's extents: the input itself, or memory of its own, its rows apart from each other.</summary>
    public static void CheckMap<T>(string operation, ReadOnlySpan<T> x, int rows, int columns, int rowStride, ReadOnlySpan<T> y, int yStride)
    {
        Check(operation, x, rows, columns, rowStride);
        Check(operation, y, rows, columns, yStride, nameof(y));
        if (rows > 1 && yStride < columns)
        {
            throw new ArgumentException($"{operation}: rows of {columns} results, {yStride} apart, overlap.", nameof(yStride));
        }

        if (x.Overlaps(y, out int offset) && (offset != 0 || rowStride != yStride))
        {
            throw new ArgumentException($"{operation}: y partly overlaps x; use the same memory or separate memory.", nameof(y));
        }
    }
}
