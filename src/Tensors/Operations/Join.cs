using System.Buffers;

namespace Onsager.Tensors;

/// <content>Several tensors as one.</content>
public static partial class Tensor
{
    /// <summary>Tensors one after the other along an axis; their shapes agree but for it.</summary>
    /// <exception cref="ArgumentException">There are none, shapes or devices do not fit, or they are scalars.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor<T> Concatenate<T>(int axis, params ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged => Concatenate("concatenate", axis, tensors);

    private static Tensor<T> Concatenate<T>(string operation, int axis, ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        (Shape shape, axis) = Joining.Check(operation, axis, tensors);
        if (tensors.Length > 3 && Joining.IsRecorded(tensors))
        {
            return InThirds(axis, tensors);
        }

        TensorNode y = NewNode<T>(shape, tensors[0].Device);
        Joining.Copy(axis, tensors, y);
        if (tensors.Length <= 3)
        {
            Tape.Record(ConcatenateRule<T>.For(axis), tensors[0].Node, tensors.Length > 1 ? tensors[1].Node : null, tensors.Length > 2 ? tensors[2].Node : null, y);
        }

        return new(y);
    }

    /// <summary>Tensors one after the other along an axis, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">There are none, shapes or devices do not fit, they are scalars, or the destination overlaps one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static void ConcatenateInto<T>(int axis, Tensor<T> destination, params ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged => ConcatenateInto("concatenate", axis, destination, tensors);

    private static void ConcatenateInto<T>(string operation, int axis, Tensor<T> destination, ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        (Shape shape, axis) = Joining.Check(operation, axis, tensors);
        foreach (Tensor<T> tensor in tensors)
        {
            Indexing.CheckSeparate(operation, shape, destination.Node, tensor.Node);
        }

        Joining.Copy(axis, tensors, destination.Node);
    }

    /// <summary>Tensors of one shape beside each other along a new axis; negative places count from the end of the result.</summary>
    /// <exception cref="ArgumentException">There are none, shapes or devices differ, or they have 8 axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place for an axis.</exception>
    public static Tensor<T> Stack<T>(int axis, params ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        using Handles<T> slices = Joining.Slices(ref axis, tensors);
        return Concatenate<T>("stack", axis, slices.All);
    }

    /// <summary>Tensors of one shape beside each other along a new axis, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">There are none, shapes or devices differ, they have 8 axes, or the destination overlaps one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place for an axis.</exception>
    public static void StackInto<T>(int axis, Tensor<T> destination, params ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        using Handles<T> slices = Joining.Slices(ref axis, tensors);
        ConcatenateInto("stack", axis, destination, slices.All);
    }

    /// <summary>An entry of the tape has three inputs at most, so more are joined part by part: every element moves a logarithmic number of times.</summary>
    private static Tensor<T> InThirds<T>(int axis, ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        int third = (tensors.Length + 2) / 3, second = int.Min(2 * third, tensors.Length);
        using Tensor<T> first = Concatenate(axis, tensors[..third]), middle = Concatenate(axis, tensors[third..second]);
        if (second == tensors.Length)
        {
            return Concatenate(axis, first, middle);
        }

        using Tensor<T> last = Concatenate(axis, tensors[second..]);
        return Concatenate(axis, first, middle, last);
    }
}

/// <summary>What joining shares.</summary>
internal static class Joining
{
    /// <summary>The joined shape and the axis counted from the front.</summary>
    public static (Shape Shape, int Axis) Check<T>(string operation, int axis, ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException($"{operation}: there are no tensors.", nameof(tensors));
        }

        Shape shape = tensors[0].Shape;
        axis = shape.Axis(axis, operation);
        nint extent = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            Shape other = tensors[i].Shape;
            bool fits = other.Rank == shape.Rank && other.Without(axis, keep: true) == shape.Without(axis, keep: true);
            if (!fits)
            {
                throw new ArgumentException($"{operation}: tensor {i} has shape {other}, tensor 0 {shape}; they must agree but for axis {axis}.", nameof(tensors));
            }

            Elementwise.CheckDevices(operation, tensors[0].Node, tensors[i].Node);
            extent += other[axis];
        }

        return (Indexing.Replace(shape, axis, [extent], operation), axis);
    }

    public static bool IsRecorded<T>(ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        foreach (Tensor<T> tensor in tensors)
        {
            if (Tape.Records(tensor.Node, tensor.Node, tensor.Node))
            {
                return true;
            }
        }

        return false;
    }

    public static void Copy<T>(int axis, ReadOnlySpan<Tensor<T>> tensors, TensorNode y)
        where T : unmanaged
    {
        nint start = 0;
        foreach (Tensor<T> tensor in tensors)
        {
            nint extent = tensor.Shape[axis];
            Layout part = y.Layout.Slice(axis, start, extent, 1);
            if (part.Shape.Size > 0)
            {
                y.Storage!.Device.Copy<T>(tensor.Operand, new Operand(y.Storage, in part));
            }

            start += extent;
        }
    }

    /// <summary>Each tensor with a new axis of extent 1, whose place becomes one from the front.</summary>
    public static Handles<T> Slices<T>(ref int axis, ReadOnlySpan<Tensor<T>> tensors)
        where T : unmanaged
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException("stack: there are no tensors.", nameof(tensors));
        }

        Shape shape = tensors[0].Shape;
        int place = axis < 0 ? axis + shape.Rank + 1 : axis;
        if (place < 0 || place > shape.Rank || shape.Rank == Shape.MaxRank)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"stack: there is no place {axis} for a new axis in {shape}.");
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Shape != shape)
            {
                throw new ArgumentException($"stack: tensor {i} has shape {tensors[i].Shape}, tensor 0 {shape}.", nameof(tensors));
            }
        }

        axis = place;
        Handles<T> slices = new(tensors.Length);
        for (int i = 0; i < tensors.Length; i++)
        {
            slices.All[i] = tensors[i].Unsqueeze(place);
        }

        return slices;
    }
}

/// <summary>Handles of one operation's own, in a borrowed array, so that they make no garbage; disposed together.</summary>
internal readonly ref struct Handles<T>
    where T : unmanaged
{
    private readonly Tensor<T>[] borrowed;
    private readonly int count;

    public Handles(int count)
    {
        this.count = count;
        borrowed = ArrayPool<Tensor<T>>.Shared.Rent(count);
        All.Clear();
    }

    public Span<Tensor<T>> All => borrowed.AsSpan(0, count);

    public void Dispose()
    {
        foreach (Tensor<T> tensor in All)
        {
            tensor.Dispose();
        }

        ArrayPool<Tensor<T>>.Shared.Return(borrowed, clearArray: true);
    }
}
