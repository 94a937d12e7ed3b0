using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Elements chosen by a mask of booleans. On the processor only: another device throws <see cref="NotSupportedException"/>.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// Where a mask is true: read, <see cref="MaskedSelect"/>; assigned, the values broadcast to what reading would give and are written in
    /// place, see <see cref="MaskedPut"/>.
    /// </summary>
    [IndexerName("Element")]
    public Tensor<T> this[Tensor<bool> mask]
    {
        get => MaskedSelect(mask);
        set => MaskedPut(mask, value);
    }

    /// <summary>The elements, in row-major order, where a mask of this shape is true; of a mask of the leading axes alone, the slices there: [count, ...].</summary>
    /// <exception cref="ArgumentException">The mask has not the shape of the leading axes, or the devices differ.</exception>
    public Tensor<T> MaskedSelect(Tensor<bool> mask)
    {
        Masking.Check("masked select", Node, mask.Node);
        using Tensor<int> places = Masking.Places(mask);
        using Tensor<T> packed = Contiguous(), flat = packed.Reshape(Masking.Flat(Shape, mask.Shape).AsSpan());
        return flat.Take(0, places);
    }

    /// <summary>The elements where a mask is true into an existing tensor, whose first extent is their number.</summary>
    /// <exception cref="ArgumentException">The mask has not the shape of the leading axes, devices differ, or the destination has not the result's shape or overlaps an input.</exception>
    public void MaskedSelectInto(Tensor<bool> mask, Tensor<T> destination)
    {
        Masking.Check("masked select", Node, mask.Node);
        using Tensor<int> places = Masking.Places(mask);
        Shape flatShape = Masking.Flat(Shape, mask.Shape);
        Indexing.CheckSeparate("masked select", Indexing.Replace(flatShape, 0, [places.Size], "masked select"), destination.Node, Node, mask.Node);
        using Tensor<T> packed = Contiguous(), flat = packed.Reshape(flatShape.AsSpan());
        flat.TakeInto(0, places, destination);
    }

    /// <summary>A copy with the value where a mask is true; the mask broadcasts to this shape.</summary>
    /// <exception cref="ArgumentException">The mask does not broadcast to this shape, or the devices differ.</exception>
    public Tensor<T> MaskedFill(Tensor<bool> mask, T value)
    {
        using Tensor<bool> wide = mask.View(mask.Node.Layout.Expand(Shape, "masked fill"));
        using Tensor<T> scalar = Tensor.Scalar(value, Device);
        return Tensor.Where(wide, scalar, this);
    }

    /// <summary>This tensor with the value where a mask is true, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">The mask does not broadcast to this shape, shape or devices differ, or the destination overlaps an input otherwise.</exception>
    public void MaskedFillInto(Tensor<bool> mask, T value, Tensor<T> destination)
    {
        using Tensor<bool> wide = mask.View(mask.Node.Layout.Expand(Shape, "masked fill"));
        using Tensor<T> scalar = Tensor.Scalar(value, Device);
        Tensor.WhereInto(wide, scalar, this, destination);
    }

    /// <summary>Writes values in place where a mask of the leading axes is true, in row-major order; they broadcast to what <see cref="MaskedSelect"/> gives.</summary>
    /// <exception cref="ArgumentException">The mask has not the shape of the leading axes, the values do not broadcast, devices differ, an input overlaps this tensor, or it is an expanded view.</exception>
    public void MaskedPut(Tensor<bool> mask, Tensor<T> values)
    {
        TensorNode own = Node;
        Masking.Check("masked put", own, mask.Node);
        using Tensor<int> places = Masking.Places(mask);
        Shape flat = Masking.Flat(own.Layout.Shape, mask.Shape), picked = Indexing.Replace(flat, 0, [places.Size], "masked put");
        Layout spread = values.Node.Layout.Expand(picked, "masked put");
        Indexing.CheckSeparate("masked put", own.Layout.Shape, own, mask.Node, values.Node);
        using Packed<T> from = new("masked put", values.Node, in spread);
        ReadOnlySpan<int> at = places.AsSpan();
        int inner = picked.Size == 0 ? 0 : (int)(picked.Size / at.Length);
        for (int i = 0, next = 0; i < at.Length; i++)
        {
            for (int j = 0; j < inner; j++, next++)
            {
                CpuDevice.Memory<T>(own.Storage!, own.Layout.Place(((nint)at[i] * inner) + j), 1)[0] = from.Elements[next];
            }
        }
    }
}

/// <summary>What masks share.</summary>
internal static class Masking
{
    /// <summary>The mask has the shape of the leading axes.</summary>
    public static void Check(string operation, TensorNode x, TensorNode mask)
    {
        Elementwise.CheckDevices(operation, x, mask);
        Packed<bool>.Check(operation, x.Storage!.Device, x.Layout.Shape);
        Shape shape = x.Layout.Shape, own = mask.Layout.Shape;
        if (own.Rank > shape.Rank || !shape.AsSpan()[..own.Rank].SequenceEqual(own.AsSpan()))
        {
            throw new ArgumentException($"{operation}: a mask of shape {own} is not that of the leading axes of {shape}.", nameof(mask));
        }
    }

    /// <summary>A shape with the mask's axes as one, in front.</summary>
    public static Shape Flat(Shape shape, Shape mask)
    {
        // A mask without axes counts as one place.
        Span<nint> extents = stackalloc nint[1 + shape.Rank - mask.Rank];
        extents[0] = mask.Size;
        shape.AsSpan()[mask.Rank..].CopyTo(extents[1..]);
        return Shape.Create(extents);
    }

    /// <summary>The numbers, in row-major order, of the elements that are true.</summary>
    public static Tensor<int> Places(Tensor<bool> mask)
    {
        using Packed<bool> flags = new("mask", mask.Node);
        Tensor<int> places = Tensor.Empty<int>([Simd.Booleans.Count(flags.Elements)]);
        Span<int> target = places.AsSpan();
        for (int i = 0, next = 0; next < target.Length; i++)
        {
            if (flags.Elements[i])
            {
                target[next++] = i;
            }
        }

        return places;
    }
}
