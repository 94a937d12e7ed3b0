using System.Buffers;

namespace Onsager.Tensors;

/// <summary>
/// Sorting along an axis. It is stable: equals keep their order, also where the greatest come first. NaN counts as greater than every
/// number, as in NumPy and PyTorch: it comes last, or first in descending order; zeros of both signs are equal. On the processor only:
/// another device throws <see cref="NotSupportedException"/>.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The elements in order along an axis. The gradient of each goes back to its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public Tensor<T> Sort(int axis = -1, bool isDescending = false)
    {
        using Tensor<int> order = ArgSort(axis, isDescending);
        return TakeAlongAxis(axis, order);
    }

    /// <summary>The elements in order along an axis, into an existing tensor of this shape.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public void SortInto(int axis, Tensor<T> destination, bool isDescending = false)
    {
        Shape.Axis(axis, "sort");
        Indexing.CheckSeparate("sort", Shape, destination.Node, Node);
        using Tensor<int> order = ArgSort(axis, isDescending);
        TakeAlongAxisInto(axis, order, destination);
    }

    /// <summary>The places of the elements along an axis, in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public Tensor<int> ArgSort(int axis = -1, bool isDescending = false)
    {
        Shape shape = Shape;
        axis = shape.Axis(axis, "sort");
        return Sorting.Order(Node, axis, shape[axis], isDescending, this, "sort");
    }

    /// <summary>The places of the elements along an axis, in their order, into an existing tensor of this shape.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public void ArgSortInto(int axis, Tensor<int> destination, bool isDescending = false)
    {
        axis = Shape.Axis(axis, "sort");
        SortKey.CheckType<T>("sort");
        Sorting.CheckPlaces("sort", Shape, destination.Node, Node);
        Sorting.Write<T>("sort", Node, axis, isDescending, destination.Node);
    }

    /// <summary>The k greatest (or smallest) elements along an axis in order, and their places: the first k of <see cref="Sort"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or k is negative or above its extent.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public (Tensor<T> Values, Tensor<int> Indices) TopK(int k, int axis = -1, bool isLargest = true)
    {
        axis = Sorting.CheckCount(Shape, axis, k);
        using Scope scope = Scope.Begin();
        Tensor<int> places = Sorting.Order(Node, axis, k, isLargest, this, "top-k");
        return (scope.Keep(TakeAlongAxis(axis, places)), scope.Keep(places));
    }

    /// <summary>The k greatest (or smallest) elements along an axis and their places, into existing tensors with extent k there.</summary>
    /// <exception cref="ArgumentException">A destination's shape or device differ, or it overlaps this tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or k is negative or above its extent.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public void TopKInto(int k, int axis, Tensor<T> values, Tensor<int> indices, bool isLargest = true)
    {
        axis = Sorting.CheckCount(Shape, axis, k);
        SortKey.CheckType<T>("top-k");
        Shape shape = Indexing.Replace(Shape, axis, [k], "top-k");
        Indexing.CheckSeparate("top-k", shape, values.Node, Node);
        Sorting.CheckPlaces("top-k", shape, indices.Node, Node);
        Products.CheckSeparate("top-k", values.Node, indices.Node);
        Sorting.Write<T>("top-k", Node, axis, isLargest, indices.Node);
        TakeAlongAxisInto(axis, indices, values);
    }
}

/// <summary>What sorting shares.</summary>
internal static class Sorting
{
    public static int CheckCount(Shape shape, int axis, int k)
    {
        axis = shape.Axis(axis, "top-k");
        return k >= 0 && k <= shape[axis]
            ? axis
            : throw new ArgumentOutOfRangeException(nameof(k), k, $"top-k: k = {k} is not among the 0 to {shape[axis]} elements of axis {axis} of {shape}.");
    }

    /// <summary>Places are not differentiated, so their input may be.</summary>
    public static void CheckPlaces(string operation, Shape shape, TensorNode destination, TensorNode x)
    {
        Elementwise.CheckDevices(operation, destination, x);
        if (destination.Layout.Shape != shape)
        {
            throw new ArgumentException($"{operation}: the destination has shape {destination.Layout.Shape}, the result {shape}.", nameof(destination));
        }

        Elementwise.CheckDestination(operation, destination);
        Products.CheckSeparate(operation, destination, x);
    }

    public static Tensor<int> Order<T>(TensorNode x, int axis, nint count, bool isDescending, Tensor<T> of, string operation)
        where T : unmanaged
    {
        SortKey.CheckType<T>(operation);
        Packed<T>.Check(operation, of.Device, of.Shape);
        using Scope scope = Scope.Begin();
        Tensor<int> places = Tensor.Empty<int>(Indexing.Replace(of.Shape, axis, [count], operation), of.Device);
        Write<T>(operation, x, axis, isDescending, places.Node);
        return scope.Keep(places);
    }

    /// <summary>The first places in order of each line, as many as the destination's axis has.</summary>
    public static void Write<T>(string operation, TensorNode x, int axis, bool isDescending, TensorNode places)
        where T : unmanaged
    {
        using Packed<T> from = new(operation, x);
        using Unpacked<int> to = new(operation, places);
        int count = (int)places.Layout.Shape[axis];
        (int outer, int extent, int inner) = Indexing.Cut(x.Layout.Shape, axis);
        SortKey[] keys = ArrayPool<SortKey>.Shared.Rent(extent);
        for (int line = 0; line < outer; line++)
        {
            for (int i = 0; i < inner; i++)
            {
                for (int k = 0; k < extent; k++)
                {
                    keys[k] = new(SortKey.Of(from.Elements[(((line * extent) + k) * inner) + i], isDescending), k);
                }

                keys.AsSpan(0, extent).Sort();
                for (int k = 0; k < count; k++)
                {
                    to.Elements[(((line * count) + k) * inner) + i] = keys[k].Index;
                }
            }
        }

        ArrayPool<SortKey>.Shared.Return(keys);
        to.Finish();
    }
}
