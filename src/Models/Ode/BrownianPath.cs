using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>
/// Brownian motions on a grid of equal cells: the increment over a cell is a normal number of the stream times the root of the cell's length, and that over
/// several cells their sum, in order. So the same motion is seen with steps of any number of cells, in any order, and at any time again, and
/// nothing is kept: component i of cell j is the stream's number j (size rounded up to even) + i.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class BrownianPath<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ulong seed;
    private readonly ulong number;
    private readonly ulong stride;
    private readonly T root;
    private readonly T[] normals;

    /// <summary>The motions of a stream; its position does not matter and is not moved.</summary>
    /// <param name="stream">Seed and number.</param>
    /// <param name="size">Components.</param>
    /// <param name="start">The first cell's beginning.</param>
    /// <param name="end">The last cell's end, after the start.</param>
    /// <param name="cells">Cells.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer components or cells than 1.</exception>
    /// <exception cref="ArgumentException">The end is not after the start, or one is not finite.</exception>
    public BrownianPath(RandomStream stream, int size, T start, T end, int cells)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        if (!T.IsFinite(end - start) || end <= start)
        {
            throw new ArgumentException($"brownian path: it goes from {start} to {end}; the end must come after the start.", nameof(end));
        }

        (seed, number, Size, Start, End, Cells) = (stream.Seed, stream.Number, size, start, end, cells);
        stride = ((ulong)size + 1) / 2 * 2;
        root = T.Sqrt((end - start) / T.CreateChecked(cells));
        normals = new T[size];
    }

    /// <summary>Components.</summary>
    public int Size { get; }

    /// <summary>The first cell's beginning.</summary>
    public T Start { get; }

    /// <summary>The last cell's end.</summary>
    public T End { get; }

    /// <summary>Cells.</summary>
    public int Cells { get; }

    /// <summary>Writes how far each motion goes over some cells.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="increments">One for each component.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such cells.</exception>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public void Increments(int first, int count, Span<T> increments)
    {
        if (first < 0 || count < 1 || first > Cells - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, $"brownian path: {count} cells from {first} on of {Cells}.");
        }

        if (increments.Length != Size)
        {
            throw new ArgumentException($"brownian path: {Size} components; got room for {increments.Length}.", nameof(increments));
        }

        RandomFill.Normal(seed, number, (ulong)first * stride, increments);
        for (int cell = first + 1; cell < first + count; cell++)
        {
            RandomFill.Normal(seed, number, (ulong)cell * stride, normals);
            Map.Binary<Add, T>(increments, normals, increments);
        }

        Map.Binary<Multiply, T>(increments, root, increments);
    }
}
