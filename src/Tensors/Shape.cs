using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// The extents of a tensor, stored inline up to rank 8, so that a shape never allocates. Written as a collection: <c>Shape s = [32, 784]</c>;
/// <c>[]</c> is the shape of a scalar.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public struct Shape : IEquatable<Shape>
{
    /// <summary>The largest rank.</summary>
    public const int MaxRank = 8;

    private Extents extents;
    private byte rank;

    /// <summary>The number of axes.</summary>
    public readonly int Rank => rank;

    /// <summary>The number of elements: the product of the extents, 1 for a scalar.</summary>
    public readonly nint Size
    {
        get
        {
            nint size = 1;
            for (int axis = 0; axis < rank; axis++)
            {
                size *= extents.At(axis);
            }

            return size;
        }
    }

    /// <summary>The extent of an axis; negative axes count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public nint this[int axis]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => extents.At((uint)axis < rank ? axis : Axis(axis, "shape"));
        internal set => extents.Set(axis, value);
    }

    /// <summary>The shape with these extents.</summary>
    /// <exception cref="ArgumentException">More than 8 axes, a negative extent, or more elements than memory can number.</exception>
    public static Shape Create(ReadOnlySpan<nint> extents)
    {
        if (extents.Length > MaxRank)
        {
            throw new ArgumentException($"shape: {extents.Length} axes; at most {MaxRank} are supported.", nameof(extents));
        }

        Shape shape = default;
        shape.rank = (byte)extents.Length;
        nint size = 1;
        bool overflow = false;
        bool empty = false;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] < 0)
            {
                throw new ArgumentException($"shape: axis {axis} has the negative extent {extents[axis]}.", nameof(extents));
            }

            shape.extents.Set(axis, extents[axis]);
            empty |= extents[axis] == 0;
            ulong high = Math.BigMul((ulong)size, (ulong)extents[axis], out ulong low);
            overflow |= high != 0 || low > (ulong)(nint.MaxValue / sizeof(double));
            size = overflow || empty ? 1 : (nint)low;
        }

        return overflow && !empty
            ? throw new ArgumentException($"shape: {shape} has more elements than memory can number.", nameof(extents))
            : shape;
    }

    /// <summary>Two shapes are equal when their ranks and all extents are.</summary>
    public static bool operator ==(Shape left, Shape right) => left.HasExtentsOf(in right);

    /// <summary>Two shapes are equal when their ranks and all extents are.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.HasExtentsOf(in right);

    /// <summary>Enumerates the extents.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<nint>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>The extents as a span over this variable.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<nint> AsSpan() => ((ReadOnlySpan<nint>)extents)[..rank];

    /// <inheritdoc/>
    public readonly bool Equals(Shape other) => HasExtentsOf(in other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        foreach (nint extent in AsSpan())
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>The shape as it is written: [32, 784].</summary>
    public override readonly string ToString() => $"[{string.Join(", ", AsSpan().ToArray())}]";

    /// <summary>Equality without a copy: shapes are short, and a loop over two axes is faster than a call.</summary>
    internal readonly bool HasExtentsOf(ref readonly Shape other)
    {
        bool equal = rank == other.rank;
        for (int axis = 0; axis < rank; axis++)
        {
            equal &= extents.At(axis) == other.extents.At(axis);
        }

        return equal;
    }

    /// <summary>The shape of a matrix whose extents are another's already, and so need no check.</summary>
    internal static Shape OfMatrix(nint rows, nint columns)
    {
        Shape shape = default;
        shape.rank = 2;
        shape.extents.Set(0, rows);
        shape.extents.Set(1, columns);
        return shape;
    }

    /// <summary>
    /// Becomes another shape, word by word and no further than its axes: a copy in wide registers would wait for words that were written one by one just before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Become(ref readonly Shape other)
    {
        rank = other.rank;
        for (int axis = 0; axis < other.rank; axis++)
        {
            extents.Set(axis, other.extents.At(axis));
        }
    }

    /// <summary>An axis counted from the front, checked.</summary>
    internal readonly int Axis(int axis, string operation)
    {
        int counted = axis < 0 ? axis + rank : axis;
        return (uint)counted < rank
            ? counted
            : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{operation}: axis {axis} does not exist in {this} with rank {rank}.");
    }

    /// <summary>This shape without an axis, or with extent 1 there.</summary>
    internal readonly Shape Without(int axis, bool keep)
    {
        Shape result = this;
        if (keep)
        {
            result.extents.Set(axis, 1);
            return result;
        }

        for (int i = axis; i + 1 < rank; i++)
        {
            result.extents.Set(i, extents[i + 1]);
        }

        result.rank--;
        result.extents.Set(result.rank, 0);
        return result;
    }

    /// <summary>The common shape by the NumPy and array-API rule: aligned at the end, extents equal or 1.</summary>
    /// <exception cref="ArgumentException">An axis has two different extents above 1.</exception>
    public static Shape Broadcast(in Shape x, in Shape y, string operation = "broadcast")
    {
        if (x.HasExtentsOf(in y))
        {
            return x;
        }

        Shape result = x.rank >= y.rank ? x : y;
        for (int fromEnd = 1; fromEnd <= result.rank; fromEnd++)
        {
            nint ex = fromEnd <= x.rank ? x.extents[x.rank - fromEnd] : 1, ey = fromEnd <= y.rank ? y.extents[y.rank - fromEnd] : 1;
            if (ex != ey && ex != 1 && ey != 1)
            {
                throw new ArgumentException(
                    $"{operation}: shapes {x} and {y} do not broadcast: axis {result.rank - fromEnd} has extents {ex} and {ey}.");
            }

            result.extents.Set(result.rank - fromEnd, ex == 1 ? ey : ex);
        }

        return result;
    }

    [InlineArray(MaxRank)]
    internal struct Extents
    {
        private nint first;

        /// <summary>A number below <see cref="MaxRank"/>: what the indexer of an inline array gives by way of a span that it lays on the stack.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly nint At(int axis)
        {
            if ((uint)axis >= MaxRank)
            {
                Outside(axis);
            }

            return Unsafe.Add(ref Unsafe.AsRef(in first), axis);
        }

        /// <summary>The same to write.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Set(int axis, nint value)
        {
            if ((uint)axis >= MaxRank)
            {
                Outside(axis);
            }

            Unsafe.Add(ref first, axis) = value;
        }

        private static void Outside(int axis) => throw new ArgumentOutOfRangeException(nameof(axis), axis, $"shape: there are at most {MaxRank} axes.");
    }
}
