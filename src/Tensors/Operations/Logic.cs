using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Logic of booleans, element by element; inputs broadcast. Each has a form that writes into an existing tensor, which may be an input
/// itself but must not overlap one otherwise. On the processor only: another device throws <see cref="NotSupportedException"/>.
/// </summary>
public static class Logic
{
    private delegate void Loop(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z);

    extension(Tensor<bool>)
    {
        /// <summary>True where both are.</summary>
        public static Tensor<bool> operator &(Tensor<bool> x, Tensor<bool> y) => x.And(y);

        /// <summary>True where one is, or both.</summary>
        public static Tensor<bool> operator |(Tensor<bool> x, Tensor<bool> y) => x.Or(y);

        /// <summary>True where exactly one is.</summary>
        public static Tensor<bool> operator ^(Tensor<bool> x, Tensor<bool> y) => x.Xor(y);

        /// <summary>True where x is false.</summary>
        public static Tensor<bool> operator !(Tensor<bool> x) => x.Not();
    }

    /// <summary>True where both are.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor<bool> And(this Tensor<bool> x, Tensor<bool> y) => Binary("and", Booleans.And, x, y);

    /// <summary>True where both are, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void AndInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto("and", Booleans.And, x, y, destination);

    /// <summary>True where one is, or both.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor<bool> Or(this Tensor<bool> x, Tensor<bool> y) => Binary("or", Booleans.Or, x, y);

    /// <summary>True where one is, or both, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void OrInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto("or", Booleans.Or, x, y, destination);

    /// <summary>True where exactly one is.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor<bool> Xor(this Tensor<bool> x, Tensor<bool> y) => Binary("xor", Booleans.Xor, x, y);

    /// <summary>True where exactly one is, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void XorInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto("xor", Booleans.Xor, x, y, destination);

    /// <summary>True where x is false.</summary>
    public static Tensor<bool> Not(this Tensor<bool> x)
    {
        Packed<bool>.Check("not", x.Device, x.Shape);
        using Scope scope = Scope.Begin();
        Tensor<bool> y = Tensor.Empty<bool>(x.Shape, x.Device);
        Write(x.Node, y.Node);
        return scope.Keep(y);
    }

    /// <summary>True where x is false, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps x otherwise than exactly.</exception>
    public static void NotInto(this Tensor<bool> x, Tensor<bool> destination)
    {
        Elementwise.CheckInto("not", x.Shape, destination.Node, x.Node);
        Write(x.Node, destination.Node);
    }

    private static void Write(TensorNode x, TensorNode y)
    {
        using Packed<bool> from = new("not", x);
        using Unpacked<bool> to = new("not", y);
        Booleans.Not(from.Elements, to.Elements);
        to.Finish();
    }

    private static Tensor<bool> Binary(string operation, Loop loop, Tensor<bool> x, Tensor<bool> y)
    {
        Elementwise.CheckDevices(operation, x.Node, y.Node);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, operation);
        Packed<bool>.Check(operation, x.Device, shape);
        using Scope scope = Scope.Begin();
        Tensor<bool> z = Tensor.Empty<bool>(shape, x.Device);
        Write(operation, loop, x.Node, y.Node, z.Node);
        return scope.Keep(z);
    }

    private static void BinaryInto(string operation, Loop loop, Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination)
    {
        Elementwise.CheckInto(operation, Shape.Broadcast(x.Shape, y.Shape, operation), destination.Node, x.Node, y.Node);
        Write(operation, loop, x.Node, y.Node, destination.Node);
    }

    private static void Write(string operation, Loop loop, TensorNode x, TensorNode y, TensorNode z)
    {
        Layout lx = x.Layout.Expand(z.Layout.Shape, operation), ly = y.Layout.Expand(z.Layout.Shape, operation);
        using Packed<bool> left = new(operation, x, in lx), right = new(operation, y, in ly);
        using Unpacked<bool> to = new(operation, z);
        loop(left.Elements, right.Elements, to.Elements);
        to.Finish();
    }
}
