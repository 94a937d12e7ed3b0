using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Elementwise operations. Inputs broadcast by the NumPy and array-API rules; each has a form that writes into an existing tensor, which
/// may be an input itself but must not overlap one otherwise. Accuracy, NaN and infinity: see the operator of that name in Onsager.Simd.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>Any operator of one input.</summary>
    public Tensor<T> Unary<TOp>()
        where TOp : struct, IUnaryOp
    {
        Tensor.CheckArithmetic<T>(TOp.Name);
        TensorNode x = Node;
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        Elementwise.Run<TOp, T>(x, y);
        Tape.Record(UnaryRule<TOp, T>.Instance, x, null, null, y);
        return new(y);
    }

    /// <summary>Any operator of one input, into an existing tensor of the same shape.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps this tensor otherwise than exactly.</exception>
    public void UnaryInto<TOp>(Tensor<T> destination)
        where TOp : struct, IUnaryOp
    {
        TensorNode x = Node, y = destination.Node;
        Elementwise.CheckInto(TOp.Name, y, x);
        Elementwise.Run<TOp, T>(x, y);
    }

    /// <summary>Any operator of two inputs.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public Tensor<T> Binary<TOp>(Tensor<T> other)
        where TOp : struct, IBinaryOp
    {
        Tensor.CheckArithmetic<T>(TOp.Name);
        TensorNode x = Node, y = other.Node;
        Elementwise.CheckDevices(TOp.Name, x, y);
        Shape shape = Shape.Broadcast(in x.Layout.Extents, in y.Layout.Extents, TOp.Name);
        TensorNode z = Tensor.NewNode<T>(shape, x.Storage!.Device);
        Elementwise.Run<TOp, T>(x, y, z);
        Tape.Record(BinaryRule<TOp, T>.Instance, x, y, null, z);
        return new(z);
    }

    /// <summary>Any operator of two inputs, into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, the devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public void BinaryInto<TOp>(Tensor<T> other, Tensor<T> destination)
        where TOp : struct, IBinaryOp
    {
        TensorNode x = Node, y = other.Node, z = destination.Node;
        Elementwise.CheckInto(TOp.Name, z, x, y);
        Elementwise.Run<TOp, T>(x, y, z);
    }

    /// <summary>Any operator of three inputs; this one is the first.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public Tensor<T> Ternary<TOp>(Tensor<T> second, Tensor<T> third)
        where TOp : struct, ITernaryOp
    {
        Tensor.CheckArithmetic<T>(TOp.Name);
        TensorNode x = Node, y = second.Node, z = third.Node;
        Elementwise.CheckDevices(TOp.Name, x, y, z);
        Shape shape = Shape.Broadcast(Shape.Broadcast(in x.Layout.Extents, in y.Layout.Extents, TOp.Name), z.Layout.Shape, TOp.Name);
        TensorNode w = Tensor.NewNode<T>(shape, x.Storage!.Device);
        Elementwise.Run<TOp, T>(x, y, z, w);
        Tape.Record(TernaryRule<TOp, T>.Instance, x, y, z, w);
        return new(w);
    }

    /// <summary>Any operator of three inputs, into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, the devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public void TernaryInto<TOp>(Tensor<T> second, Tensor<T> third, Tensor<T> destination)
        where TOp : struct, ITernaryOp
    {
        TensorNode x = Node, y = second.Node, z = third.Node, w = destination.Node;
        Elementwise.CheckInto(TOp.Name, w, x, y, z);
        Elementwise.Run<TOp, T>(x, y, z, w);
    }

    /// <summary>A copy of the elements into a contiguous tensor of its own.</summary>
    public Tensor<T> Clone()
    {
        TensorNode x = Node;
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        x.Storage.Device.Copy<T>(x.Operand(), y.Operand());
        Tape.Record(CopyRule<T>.Instance, x, null, null, y);
        return new(y);
    }

    /// <summary>The tensor itself, as another handle, where it is contiguous; a contiguous copy otherwise.</summary>
    public Tensor<T> Contiguous() => IsContiguous ? Share() : Clone();

    /// <summary>Copies the elements into an existing tensor of the same shape, on this or another device.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the two overlap otherwise than exactly.</exception>
    public void CopyInto(Tensor<T> destination)
    {
        TensorNode x = Node, y = destination.Node;
        if (y.Storage!.IsContribution && x.Layout.Shape == y.Layout.Shape)
        {
            Tape.Place(this, destination, y);
            return;
        }

        if (x.Storage!.Device == y.Storage!.Device)
        {
            Elementwise.CheckInto("copy", x.Layout.Shape, y, x);
            y.Storage.Device.Copy<T>(x.Operand(), y.Operand());
            return;
        }

        if (x.Layout.Shape != y.Layout.Shape)
        {
            throw new ArgumentException($"copy: the destination has shape {y.Layout.Shape}, the result {x.Layout.Shape}.");
        }

        destination.CopyFrom(ToArray());
    }

    /// <summary>A copy on another device, or another handle to this tensor if it is there already.</summary>
    public Tensor<T> To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device == Device)
        {
            return Share();
        }

        Tape.RefuseTracked(Node, "copy to another device");
        Tensor<T> copy = Tensor.Empty<T>(Shape, device);
        CopyInto(copy);
        return copy;
    }

    /// <summary>
    /// The elements in another type, as a contiguous tensor: float, double, bool and integers of 8 to 64 bits from one another, and the storage types
    /// <see cref="Half"/> and <see cref="Onsager.Simd.BFloat16"/> from and to float and double, by the rules of <see cref="Onsager.Simd.Map.Convert"/>.
    /// A gradient goes back between float and double.
    /// </summary>
    /// <exception cref="NotSupportedException">The pair of types is none of these, the device cannot convert between them, or the tensor is being differentiated and a type is neither float nor double.</exception>
    public Tensor<TTo> Cast<TTo>()
        where TTo : unmanaged
    {
        bool isRecorded = (typeof(T) == typeof(float) || typeof(T) == typeof(double)) && (typeof(TTo) == typeof(float) || typeof(TTo) == typeof(double));
        if (!isRecorded)
        {
            Tape.RefuseTracked(Node, "cast");
        }

        using Tensor<T> x = Contiguous();
        Tensor<TTo> y = Tensor.Empty<TTo>(Shape, Device);
        try
        {
            Device.Convert<T, TTo>(x.Operand, y.Operand);
            if (isRecorded)
            {
                Tape.Record(CastRule<T, TTo>.Instance, x.Node, null, null, y.Node);
            }

            return y;
        }
        catch
        {
            y.Dispose();
            throw;
        }
    }

    /// <summary>Every element becomes the value.</summary>
    public void Fill(T value)
    {
        Tape.RefuseWrite(Node, "fill");
        Device.Fill(value, Operand);
    }

    private Tensor<T> BinaryScalar<TOp>(T scalar)
        where TOp : struct, IBinaryOp
    {
        using Tensor<T> other = Tensor.Scalar(scalar, Device);
        return Binary<TOp>(other);
    }
}

/// <summary>What elementwise operations share: checks before anything is written, and operands seen in the output's shape.</summary>
/// <remarks>
/// Short flat tensors on the processor, which most operands of small models are, go straight to their driver: what the general way sets
/// up takes longer than such an operation.
/// </remarks>
internal static class Elementwise
{
    public static void Run<TOp, T>(TensorNode x, TensorNode y)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Storage own = y.Storage!;
        if (own.Device is CpuDevice && x.Layout.IsFlat(in y.Layout, out nint count) && count < Alone<TOp>())
        {
            Map.Unary<TOp, T>(Memory<T>(x, count), Memory<T>(y, count));
            return;
        }

        own.Device.Unary<TOp, T>(x.Operand(), y.Operand());
    }

    public static void Run<TOp, T>(TensorNode x, TensorNode y, TensorNode z)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        if (z.Storage!.Device is CpuDevice && x.Layout.IsFlat(in z.Layout, out nint count) && count < Alone<TOp>() && y.Layout.IsFlat(in z.Layout, out _))
        {
            Map.Binary<TOp, T>(Memory<T>(x, count), Memory<T>(y, count), Memory<T>(z, count));
            return;
        }

        if (z.Storage!.Device is CpuDevice && x.Layout.IsFlat(in z.Layout, out count) && count < Alone<TOp>() && y.Layout.Extents.Size == 1)
        {
            Map.Binary<TOp, T>(Memory<T>(x, count), Memory<T>(y, 1)[0], Memory<T>(z, count));
            return;
        }

        Layout lx = x.Layout.Expand(z.Layout.Shape, TOp.Name), ly = y.Layout.Expand(z.Layout.Shape, TOp.Name);
        z.Storage!.Device.Binary<TOp, T>(new(x.Storage!, in lx), new(y.Storage!, in ly), z.Operand());
    }

    public static void Run<TOp, T>(TensorNode x, TensorNode y, TensorNode z, TensorNode w)
        where TOp : struct, ITernaryOp
        where T : unmanaged
    {
        if (w.Storage!.Device is CpuDevice && x.Layout.IsFlat(in w.Layout, out nint count) && count < Alone<TOp>()
            && y.Layout.IsFlat(in w.Layout, out _) && z.Layout.IsFlat(in w.Layout, out _))
        {
            Map.Ternary<TOp, T>(Memory<T>(x, count), Memory<T>(y, count), Memory<T>(z, count), Memory<T>(w, count));
            return;
        }

        if (typeof(TOp) == typeof(FusedMultiplyAdd) && w.Storage!.Device is CpuDevice && x.Layout.IsFlat(in w.Layout, out count) && count < Alone<TOp>()
            && y.Layout.Extents.Size == 1 && z.Layout.IsFlat(in w.Layout, out _) && x.Storage != w.Storage)
        {
            // The coefficient 1 rounds nothing.
            T one = Tensor.Constant<T>(1);
            Combination.Add(Memory<T>(z, count), Memory<T>(y, 1)[0], new ReadOnlySpan<T>(in one), Memory<T>(x, count), (int)count, Memory<T>(w, count));
            return;
        }

        Layout lx = x.Layout.Expand(w.Layout.Shape, TOp.Name), ly = y.Layout.Expand(w.Layout.Shape, TOp.Name), lz = z.Layout.Expand(w.Layout.Shape, TOp.Name);
        w.Storage!.Device.Ternary<TOp, T>(new(x.Storage!, in lx), new(y.Storage!, in ly), new(z.Storage!, in lz), w.Operand());
    }

    public static void CheckDevices(string operation, TensorNode x, TensorNode y, TensorNode? z = null)
    {
        if (x.Storage!.Device != y.Storage!.Device || (z is not null && x.Storage.Device != z.Storage!.Device))
        {
            throw new ArgumentException($"{operation}: the inputs are on different devices: {x.Storage.Device}, {y.Storage.Device}{(z is null ? string.Empty : $", {z.Storage!.Device}")}.");
        }
    }

    /// <summary>The destination has the result's shape, its own memory for each element, and covers an input exactly or not at all.</summary>
    public static void CheckInto(string operation, Shape shape, TensorNode destination, TensorNode x, TensorNode? y = null, TensorNode? z = null)
    {
        CheckDevices(operation, destination, x, y);
        if (destination.Layout.Shape != shape)
        {
            throw new ArgumentException($"{operation}: the destination has shape {destination.Layout.Shape}, the result {shape}.", nameof(destination));
        }

        CheckDestination(operation, destination);
        CheckInput(operation, shape, destination, x);
        if (y is not null)
        {
            CheckInput(operation, shape, destination, y);
        }

        if (z is not null)
        {
            CheckDevices(operation, destination, z);
            CheckInput(operation, shape, destination, z);
        }
    }

    /// <summary>The same where the result has the shape to which the inputs broadcast. Flat ones, which most are, need no shape for that.</summary>
    public static void CheckInto(string operation, TensorNode destination, TensorNode x, TensorNode? y = null, TensorNode? z = null)
    {
        if (FitsFlat(x, destination) && (y is null || FitsFlat(y, destination)) && (z is null || FitsFlat(z, destination)))
        {
            Tape.RefuseInto(operation, destination, x, y, z);
            return;
        }

        Shape shape = y is null ? x.Layout.Shape : Shape.Broadcast(in x.Layout.Extents, in y.Layout.Extents, operation);
        CheckInto(operation, z is null ? shape : Shape.Broadcast(shape, z.Layout.Shape, operation), destination, x, y, z);
    }

    /// <summary>What is written to has its own memory for each element, and no gradient that is being recorded depends on it.</summary>
    public static void CheckDestination(string operation, TensorNode destination)
    {
        CheckInjective(operation, destination);
        Tape.RefuseWrite(destination, operation);
    }

    /// <summary>What is written to has its own memory for each element.</summary>
    public static void CheckInjective(string operation, TensorNode destination)
    {
        if (!destination.Layout.IsInjective())
        {
            throw new ArgumentException($"{operation}: the destination is an expanded view, whose elements share memory.", nameof(destination));
        }
    }

    /// <summary>
    /// True for an input that is flat as the destination is, on the same device, and the destination itself or in other memory: then
    /// nothing is left to be checked but the tape. False says nothing.
    /// </summary>
    private static bool FitsFlat(TensorNode input, TensorNode destination)
    {
        Storage from = input.Storage!, to = destination.Storage!;
        return (from == to ? input.Layout.Offset == destination.Layout.Offset : from.Device == to.Device) && input.Layout.IsFlat(in destination.Layout, out _);
    }

    /// <summary>Elements below which one thread does such work by itself.</summary>
    private static int Alone<TOp>()
        where TOp : IOperator => Cuts.IsDear<TOp>() ? Cuts.Dear : Cuts.Cheap;

    private static Span<T> Memory<T>(TensorNode node, nint count)
        where T : unmanaged => CpuDevice.Memory<T>(node.Storage!, node.Layout.Offset, count);

    private static void CheckInput(string operation, Shape shape, TensorNode destination, TensorNode input)
    {
        // Writing into existing memory is not recorded: a gradient through it would be lost without a word.
        Tape.RefuseTracked(input, operation);
        CheckOverlap(operation, shape, destination, input);
    }

    private static void CheckOverlap(string operation, Shape shape, TensorNode destination, TensorNode input)
    {
        if (destination.Storage != input.Storage)
        {
            return;
        }

        (nint first, nint end) = destination.Layout.Extent();
        (nint inputFirst, nint inputEnd) = input.Layout.Extent();
        if (first < inputEnd && inputFirst < end && !(input.Layout.Shape == shape && input.Layout.SameElements(in destination.Layout)))
        {
            throw new ArgumentException($"{operation}: the destination partly overlaps an input; use the same view or separate memory.", nameof(destination));
        }
    }
}
