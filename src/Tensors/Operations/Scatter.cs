using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// Elements written by index, always in the row-major order of the indices: of several for one place the last stays, and sums are added in
/// that order, whatever the number of threads. On the processor only: another device throws <see cref="NotSupportedException"/>.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>A copy in which the source's slices were added to those at the indices of an axis: the transposed of <see cref="Take"/>.</summary>
    /// <exception cref="ArgumentException">The source's shape is not what Take would give, or the devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public Tensor<T> IndexAdd(int axis, Tensor<int> indices, Tensor<T> source)
    {
        TensorNode x = Node, i = indices.Node, s = source.Node;
        axis = Scattering.CheckIndexAdd<T>(x, axis, i, s);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(x.Layout.Shape, x.Storage!.Device);
        x.Storage.Device.Copy<T>(x.Operand(), y.Operand());
        Scattering.IndexAdd<T>(axis, i, s, y);
        Tape.Record(IndexAddRule<T>.For(axis), x, i, s, y);
        return scope.Keep(new Tensor<T>(y));
    }

    /// <summary>This tensor with the source's slices added, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">The source's shape is not what Take would give, shapes or devices differ, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public void IndexAddInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination)
    {
        TensorNode x = Node, i = indices.Node, s = source.Node, y = destination.Node;
        axis = Scattering.CheckIndexAdd<T>(x, axis, i, s);
        Scattering.Begin<T>("index add", x, i, s, y);
        Scattering.IndexAdd<T>(axis, i, s, y);
    }

    /// <summary>A copy in which along an axis the source's elements stand at the indices: of several for one place the last.</summary>
    /// <param name="axis">The axis that the indices count along.</param>
    /// <param name="indices">One index for each source element; it broadcasts against the source, and both against this tensor but for the axis.</param>
    /// <param name="source">The elements to write.</param>
    /// <exception cref="ArgumentException">Ranks or devices differ, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public Tensor<T> Scatter(int axis, Tensor<int> indices, Tensor<T> source) => Scattered("scatter", isSum: false, axis, indices, source);

    /// <summary>This tensor with the source's elements at the indices, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    public void ScatterInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination) =>
        ScatteredInto("scatter", isSum: false, axis, indices, source, destination);

    /// <summary>A copy in which along an axis the source's elements were added at the indices, in their row-major order: the transposed of <see cref="TakeAlongAxis"/>.</summary>
    /// <param name="axis">The axis that the indices count along.</param>
    /// <param name="indices">One index for each source element; it broadcasts against the source, and both against this tensor but for the axis.</param>
    /// <param name="source">The elements to add.</param>
    /// <exception cref="ArgumentException">Ranks or devices differ, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public Tensor<T> ScatterAdd(int axis, Tensor<int> indices, Tensor<T> source) => Scattered("scatter add", isSum: true, axis, indices, source);

    /// <summary>This tensor with the source's elements added at the indices, into an existing tensor of this shape, which may be this one.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, or the destination overlaps an input otherwise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or an index lies outside it.</exception>
    /// <exception cref="NotSupportedException">The element type is none of float, double, int and long.</exception>
    public void ScatterAddInto(int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination) =>
        ScatteredInto("scatter add", isSum: true, axis, indices, source, destination);

    /// <summary>Writes values in place at numbers of elements counted in row-major order over the whole tensor; the values broadcast to the indices.</summary>
    /// <exception cref="ArgumentException">The values do not broadcast, devices differ, or an input overlaps this tensor, or it is an expanded view.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not one of this tensor's elements.</exception>
    public void Put(Tensor<int> indices, Tensor<T> values)
    {
        TensorNode own = Node;
        Layout spread = values.Node.Layout.Expand(indices.Shape, "put");
        Indexing.CheckSeparate("put", own.Layout.Shape, own, indices.Node, values.Node);
        using Packed<int> at = new("put", indices.Node);
        using Packed<T> from = new("put", values.Node, in spread);
        nint size = own.Layout.Shape.Size;
        foreach (int index in at.Elements)
        {
            if (index < -size || index >= size)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"put: index {index} is outside the {size} elements of {own.Layout.Shape}.");
            }
        }

        for (int i = 0; i < at.Elements.Length; i++)
        {
            int index = at.Elements[i];
            CpuDevice.Memory<T>(own.Storage!, Indexing.Place(in own.Layout, index < 0 ? index + size : index), 1)[0] = from.Elements[i];
        }
    }

    private Tensor<T> Scattered(string operation, bool isSum, int axis, Tensor<int> indices, Tensor<T> source)
    {
        TensorNode x = Node;
        axis = Scattering.Check<T>(operation, isSum, x, axis, indices.Node, source.Node, out Shape shape);
        using Tensor<int> i = indices.Expand(shape);
        using Tensor<T> s = source.Expand(shape);
        Gathering.CheckIndices(operation, x, axis, i.Node);
        using Scope scope = Scope.Begin();
        TensorNode y = Tensor.NewNode<T>(x.Layout.Shape, x.Storage!.Device);
        x.Storage.Device.Copy<T>(x.Operand(), y.Operand());
        Scattering.Along<T>(operation, isSum, axis, i.Node, s.Node, y);
        Tape.Record(ScatterRule<T>.For(axis, isSum), x, i.Node, s.Node, y);
        return scope.Keep(new Tensor<T>(y));
    }

    private void ScatteredInto(string operation, bool isSum, int axis, Tensor<int> indices, Tensor<T> source, Tensor<T> destination)
    {
        TensorNode x = Node;
        axis = Scattering.Check<T>(operation, isSum, x, axis, indices.Node, source.Node, out Shape shape);
        using Tensor<int> i = indices.Expand(shape);
        using Tensor<T> s = source.Expand(shape);
        Gathering.CheckIndices(operation, x, axis, i.Node);
        Scattering.Begin<T>(operation, x, i.Node, s.Node, destination.Node);
        Scattering.Along<T>(operation, isSum, axis, i.Node, s.Node, destination.Node);
    }
}

/// <summary>Loops that write by index, in its order.</summary>
internal static class Scattering
{
    /// <summary>The axis from the front, and the shape of indices and source broadcast against each other and the tensor.</summary>
    public static int Check<T>(string operation, bool isSum, TensorNode x, int axis, TensorNode indices, TensorNode source, out Shape shape)
        where T : unmanaged
    {
        Shape own = x.Layout.Shape;
        axis = own.Axis(axis, operation);
        CheckSum<T>(operation, isSum);
        Elementwise.CheckDevices(operation, x, indices, source);
        if (indices.Layout.Shape.Rank != own.Rank || source.Layout.Shape.Rank != own.Rank)
        {
            throw new ArgumentException($"{operation}: shapes of the same rank are needed; got {own}, {indices.Layout.Shape} and {source.Layout.Shape}.");
        }

        Shape pair = Shape.Broadcast(indices.Layout.Shape, source.Layout.Shape, operation);
        shape = Indexing.Replace(own, axis, [pair[axis]], operation);
        Packed<T>.Check(operation, x.Storage!.Device, shape);
        return Shape.Broadcast(shape, pair, operation) == shape
            ? axis
            : throw new ArgumentException($"{operation}: indices {indices.Layout.Shape} and source {source.Layout.Shape} do not broadcast to {shape}.");
    }

    public static int CheckIndexAdd<T>(TensorNode x, int axis, TensorNode indices, TensorNode source)
        where T : unmanaged
    {
        Shape own = x.Layout.Shape;
        axis = own.Axis(axis, "index add");
        CheckSum<T>("index add", isSum: true);
        Elementwise.CheckDevices("index add", x, indices, source);
        Shape shape = Indexing.Replace(own, axis, indices.Layout.Shape.AsSpan(), "index add");
        if (source.Layout.Shape != shape)
        {
            throw new ArgumentException($"index add: the source has shape {source.Layout.Shape}; axis {axis} of {own} and indices {indices.Layout.Shape} need {shape}.", nameof(source));
        }

        Packed<T>.Check("index add", x.Storage!.Device, shape);
        Gathering.CheckIndices("index add", x, axis, indices);
        return axis;
    }

    /// <summary>Checks the destination, and brings the tensor there.</summary>
    public static void Begin<T>(string operation, TensorNode x, TensorNode indices, TensorNode source, TensorNode y)
        where T : unmanaged
    {
        Products.CheckSeparate(operation, y, indices, source);
        Tape.RefuseTracked(source, operation);
        Elementwise.CheckInto(operation, x.Layout.Shape, y, x);
        if (!(x.Storage == y.Storage && x.Layout.SameElements(in y.Layout)))
        {
            y.Storage!.Device.Copy<T>(x.Operand(), y.Operand());
        }
    }

    public static void IndexAdd<T>(int axis, TensorNode indices, TensorNode source, TensorNode y)
        where T : unmanaged
    {
        (int outer, int extent, int inner) = Indexing.Cut(y.Layout.Shape, axis);
        using Packed<int> at = new("index add", indices);
        using Packed<T> from = new("index add", source);
        using Packed<T> before = new("index add", y);
        using Unpacked<T> to = new("index add", y);
        before.Elements.CopyTo(to.Elements);
        int place = 0;
        for (int line = 0; line < outer; line++)
        {
            foreach (int index in at.Elements)
            {
                int counted = index < 0 ? index + extent : index;
                Span<T> sums = to.Elements.Slice(((line * extent) + counted) * inner, inner);
                foreach (ref T sum in sums)
                {
                    sum = Add(sum, from.Elements[place++]);
                }
            }
        }

        to.Finish();
    }

    public static void Along<T>(string operation, bool isSum, int axis, TensorNode indices, TensorNode source, TensorNode y)
        where T : unmanaged
    {
        int extent = (int)y.Layout.Shape[axis];
        (int outer, int count, int inner) = Indexing.Cut(source.Layout.Shape, axis);
        using Packed<int> at = new(operation, indices);
        using Packed<T> from = new(operation, source);
        using Packed<T> before = new(operation, y);
        using Unpacked<T> to = new(operation, y);
        before.Elements.CopyTo(to.Elements);
        int place = 0;
        for (int line = 0; line < outer; line++)
        {
            for (int k = 0; k < count; k++)
            {
                for (int i = 0; i < inner; i++, place++)
                {
                    int index = at.Elements[place], counted = index < 0 ? index + extent : index;
                    ref T target = ref to.Elements[(((line * extent) + counted) * inner) + i];
                    target = isSum ? Add(target, from.Elements[place]) : from.Elements[place];
                }
            }
        }

        to.Finish();
    }

    /// <summary>x + y, rounded once; integers wrap around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Add<T>(T x, T y)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(x) + Unsafe.BitCast<T, float>(y));
        }

        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(x) + Unsafe.BitCast<T, double>(y));
        }

        return typeof(T) == typeof(int)
            ? Unsafe.BitCast<int, T>(unchecked(Unsafe.BitCast<T, int>(x) + Unsafe.BitCast<T, int>(y)))
            : Unsafe.BitCast<long, T>(unchecked(Unsafe.BitCast<T, long>(x) + Unsafe.BitCast<T, long>(y)));
    }

    private static void CheckSum<T>(string operation, bool isSum)
    {
        if (isSum && typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(int) && typeof(T) != typeof(long))
        {
            throw new NotSupportedException($"{operation}: the element type is {typeof(T).Name}; float, double, int and long are supported.");
        }
    }
}
