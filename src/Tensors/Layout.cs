using System.Diagnostics.CodeAnalysis;

namespace Onsager.Tensors;

/// <summary>Where a tensor's elements lie in its storage: element (i, j, ...) is number Offset + i * Strides[0] + j * Strides[1] + ...</summary>
public partial struct Layout : IEquatable<Layout>
{
    private Shape.Extents strides;
    private Shape shape;

    /// <summary>The extents.</summary>
    public Shape Shape
    {
        readonly get => shape;
        internal set => shape = value;
    }

    /// <summary>The extents where they are: a shape is nine words long, and a copy of it shows in a small operation.</summary>
    [UnscopedRef]
    internal readonly ref readonly Shape Extents => ref shape;

    /// <summary>The storage's element that holds element (0, 0, ...).</summary>
    public nint Offset { get; internal set; }

    /// <summary>True when the elements lie one after the other in row-major order; empty tensors always do.</summary>
    public readonly bool IsContiguous
    {
        get
        {
            nint expected = 1;
            bool inOrder = true;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                nint extent = shape[axis];
                if (extent == 0)
                {
                    return true;
                }

                inOrder &= extent == 1 || strides.At(axis) == expected;
                expected *= extent;
            }

            return inOrder;
        }
    }

    /// <summary>The row-major layout of a shape.</summary>
    public static Layout Contiguous(Shape shape, nint offset = 0)
    {
        Layout layout = default;
        layout.BecomeContiguous(in shape, offset);
        return layout;
    }

    /// <summary>Becomes the row-major layout of a shape; see <see cref="Shape.Become"/>.</summary>
    internal void BecomeContiguous(ref readonly Shape extents, nint offset)
    {
        shape.Become(in extents);
        Offset = offset;
        nint stride = 1;
        for (int axis = extents.Rank - 1; axis >= 0; axis--)
        {
            strides.Set(axis, stride);
            stride *= nint.Max(1, extents[axis]);
        }
    }

    /// <summary>Becomes another layout from another place on; see <see cref="Shape.Become"/>.</summary>
    internal void Become(ref readonly Layout other, nint offset)
    {
        shape.Become(in other.shape);
        Offset = offset;
        for (int axis = 0; axis < other.shape.Rank; axis++)
        {
            strides.Set(axis, other.strides.At(axis));
        }
    }

    /// <summary>Any layout.</summary>
    internal static Layout Strided(Shape shape, ReadOnlySpan<nint> strides, nint offset)
    {
        Layout layout = Contiguous(shape, offset);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            layout.strides.Set(axis, strides[axis]);
        }

        return layout;
    }

    /// <summary>Elements from one index to the next along an axis counted from the front; 0 where the axis is broadcast.</summary>
    public readonly nint Stride(int axis) => strides.At(axis);

    /// <summary>The storage's element that holds the element of this number in row-major order.</summary>
    public readonly nint Place(nint number)
    {
        nint place = Offset;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (number, nint index) = nint.DivRem(number, shape[axis]);
            place += index * strides.At(axis);
        }

        return place;
    }

    /// <summary>The first and one past the last storage element that this layout touches.</summary>
    internal readonly (nint First, nint End) Extent()
    {
        nint first = Offset, last = Offset;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 0)
            {
                return (Offset, Offset);
            }

            nint reach = (shape[axis] - 1) * strides.At(axis);
            first += nint.Min(0, reach);
            last += nint.Max(0, reach);
        }

        return (first, last + 1);
    }

    /// <summary>True when no two indices share an element: the strides, in order of size, each step over all smaller ones.</summary>
    internal readonly bool IsInjective()
    {
        if (IsContiguous)
        {
            return true;
        }

        Span<(nint Stride, nint Extent)> axes = stackalloc (nint, nint)[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] > 1)
            {
                axes[count++] = (nint.Abs(strides.At(axis)), shape[axis]);
            }
        }

        axes[..count].Sort(static (x, y) => x.Stride.CompareTo(y.Stride));
        nint reach = 0;
        foreach ((nint stride, nint extent) in axes[..count])
        {
            if (stride <= reach)
            {
                return false;
            }

            reach += stride * (extent - 1);
        }

        return true;
    }

    /// <summary>
    /// True when this layout and another have the same shape and their elements lie in row-major order without gaps: what most operations
    /// meet, and then no more than starts and a count. Empty and strided ones take the long way.
    /// </summary>
    internal readonly bool IsFlat(ref readonly Layout other, out nint count)
    {
        nint size = 1;
        bool flat = shape.Rank == other.shape.Rank;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            nint extent = shape[axis];
            flat = flat && extent == other.shape[axis] && (extent == 1 || (strides.At(axis) == size && other.strides.At(axis) == size));
            size *= extent;
        }

        count = size;
        return flat && size > 0;
    }

    /// <summary>Two layouts are equal when their shapes, offsets and strides are.</summary>
    public static bool operator ==(Layout left, Layout right) => left.Equals(right);

    /// <summary>Two layouts are equal when their shapes, offsets and strides are.</summary>
    public static bool operator !=(Layout left, Layout right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(Layout other)
    {
        bool equal = shape.HasExtentsOf(in other.shape) && Offset == other.Offset;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            equal = equal && strides.At(axis) == other.strides.At(axis);
        }

        return equal;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Layout other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(shape);
        hash.Add(Offset);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            hash.Add(strides.At(axis));
        }

        return hash.ToHashCode();
    }

    /// <summary>True when this layout and another name the same elements in the same order.</summary>
    public readonly bool SameElements(in Layout other)
    {
        if (Shape != other.Shape || Offset != other.Offset)
        {
            return false;
        }

        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] > 1 && strides.At(axis) != other.strides.At(axis))
            {
                return false;
            }
        }

        return true;
    }
}
