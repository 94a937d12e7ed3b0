using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Logic of booleans, element by element; inputs broadcast. Each has a form that writes into an existing tensor, which may be an input
/// itself but must not overlap one otherwise.
/// </summary>
public static class Logic
{
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
    public static Tensor<bool> And(this Tensor<bool> x, Tensor<bool> y) => Binary<LogicalAnd>(x, y);

    /// <summary>True where both are, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void AndInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto<LogicalAnd>(x, y, destination);

    /// <summary>True where one is, or both.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor<bool> Or(this Tensor<bool> x, Tensor<bool> y) => Binary<LogicalOr>(x, y);

    /// <summary>True where one is, or both, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void OrInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto<LogicalOr>(x, y, destination);

    /// <summary>True where exactly one is.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor<bool> Xor(this Tensor<bool> x, Tensor<bool> y) => Binary<LogicalXor>(x, y);

    /// <summary>True where exactly one is, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input otherwise than exactly.</exception>
    public static void XorInto(this Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination) => BinaryInto<LogicalXor>(x, y, destination);

    /// <summary>True where x is false.</summary>
    public static Tensor<bool> Not(this Tensor<bool> x) => Binary<LogicalNot>(x, x);

    /// <summary>True where x is false, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">Shape or device differ, or the destination overlaps x otherwise than exactly.</exception>
    public static void NotInto(this Tensor<bool> x, Tensor<bool> destination)
    {
        Elementwise.CheckInto("not", x.Shape, destination.Node, x.Node);
        destination.Device.Combine<LogicalNot>(x.Operand, x.Operand, destination.Operand);
    }

    private static Tensor<bool> Binary<TLogic>(Tensor<bool> x, Tensor<bool> y)
        where TLogic : struct, ILogic
    {
        Elementwise.CheckDevices(TLogic.Name, x.Node, y.Node);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, TLogic.Name);
        using Scope scope = Scope.Begin();
        Tensor<bool> z = Tensor.Empty<bool>(shape, x.Device);
        Write<TLogic>(x.Node, y.Node, z.Node);
        return scope.Keep(z);
    }

    private static void BinaryInto<TLogic>(Tensor<bool> x, Tensor<bool> y, Tensor<bool> destination)
        where TLogic : struct, ILogic
    {
        Elementwise.CheckInto(TLogic.Name, Shape.Broadcast(x.Shape, y.Shape, TLogic.Name), destination.Node, x.Node, y.Node);
        Write<TLogic>(x.Node, y.Node, destination.Node);
    }

    private static void Write<TLogic>(TensorNode x, TensorNode y, TensorNode z)
        where TLogic : struct, ILogic
    {
        Layout left = x.Layout.Expand(z.Layout.Shape, TLogic.Name), right = y.Layout.Expand(z.Layout.Shape, TLogic.Name);
        z.Storage!.Device.Combine<TLogic>(new Operand(x.Storage!, in left), new Operand(y.Storage!, in right), z.Operand());
    }
}
