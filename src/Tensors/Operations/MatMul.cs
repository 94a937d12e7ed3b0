namespace Onsager.Tensors;

/// <summary>Matrix products, by the contract on bits: each element is its own chain of fused multiply-adds, cut at multiples of 512 in k.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>The product of a [..., m, k] and b [..., k, n]; leading axes broadcast; a vector counts as one row (left) or one column (right) and its axis is dropped.</summary>
    /// <exception cref="ArgumentException">The inner dimensions differ, the leading axes do not broadcast, an operand is a scalar, or the devices differ.</exception>
    public Tensor<T> MatMul(Tensor<T> b)
    {
        if (Rank == 1 || b.Rank == 1)
        {
            return VectorProduct(b);
        }

        Tensor.CheckArithmetic<T>("matmul");
        TensorNode left = Node, right = b.Node;
        Shape shape = Products.ResultShape(left, right);
        TensorNode c = Tensor.NewNode<T>(shape, left.Storage!.Device);
        Products.Run<T>(left, right, c);
        Tape.Record(MatMulRule<T>.Instance, left, right, null, c);
        return new(c);
    }

    /// <summary>The product into an existing tensor of its shape, [..., m, n] without the axes that vectors drop, which overlaps no operand.</summary>
    /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an operand or itself.</exception>
    public void MatMulInto(Tensor<T> b, Tensor<T> destination)
    {
        if (Rank == 1 || b.Rank == 1)
        {
            VectorProductInto(b, destination);
            return;
        }

        TensorNode left = Node, right = b.Node, c = destination.Node;
        if (!Products.FitMatrices(left, right, c))
        {
            Shape shape = Products.ResultShape(left, right);
            if (c.Layout.Shape != shape)
            {
                throw new ArgumentException($"matmul: the destination has shape {c.Layout.Shape}, the result {shape}.", nameof(destination));
            }

            Elementwise.CheckDevices("matmul", c, left);
            Products.CheckSeparate("matmul", c, left, right);
            Elementwise.CheckInjective("matmul", c);
        }

        Tape.RefuseInto("matmul", c, left, right);
        Products.Run<T>(left, right, c);
    }

    /// <summary>x W + b of a batch x [batch, in], weights [in, out] and, if given, a bias [out].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    public Tensor<T> Linear(Tensor<T> weight, Tensor<T>? bias = null)
    {
        (TensorNode x, TensorNode w, TensorNode? b, TensorNode y) = Layer(weight, bias);
        if (b is null)
        {
            Products.Run<T>(x, w, y);
        }
        else
        {
            Device device = y.Storage!.Device;
            bool isShort = device is CpuDevice && (b.Layout.Stride(0) == 1 || b.Layout.Extents[0] == 1)
                && CpuDevice.TryShort<Plain, T>(Tensor.Constant<T>(1), x.Operand(), w.Operand(), default, y.Operand(), b.Storage, b.Layout.Offset);
            if (!isShort)
            {
                Layout spread = Products.Bias(b, y);
                Products.Linear<T>(device, x.Operand(), w.Operand(), new Operand(b.Storage!, in spread), y.Operand());
            }
        }

        Tape.Record(LinearRule<T>.Instance, x, w, b, y);
        return new(y);
    }

    /// <summary>f(x W + b) of a batch x [batch, in], weights [in, out] and a bias [out], in one pass where nothing is differentiated, with the same bits.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or the devices differ.</exception>
    public Tensor<T> Linear<TOp>(Tensor<T> weight, Tensor<T> bias)
        where TOp : struct, Simd.IUnaryOp
    {
        if (Tape.Records(Node, weight.Node, bias.Node))
        {
            using Tensor<T> sum = Linear(weight, bias);
            return sum.Unary<TOp>();
        }

        (TensorNode x, TensorNode w, TensorNode? b, TensorNode y) = Layer(weight, bias);
        Layout spread = Products.Bias(b!, y);
        Products.Linear<TOp, T>(y.Storage!.Device, x.Operand(), w.Operand(), new Operand(b!.Storage!, in spread), y.Operand());
        return new(y);
    }

    /// <summary>Checks a layer's operands and makes its result.</summary>
    private (TensorNode X, TensorNode W, TensorNode? B, TensorNode Y) Layer(Tensor<T> weight, Tensor<T>? bias)
    {
        Tensor.CheckArithmetic<T>("linear");
        TensorNode x = Node, w = weight.Node;
        if (x.Layout.Extents.Rank != 2 || w.Layout.Extents.Rank != 2)
        {
            throw new ArgumentException($"linear: a batch [batch, in] and weights [in, out] are needed; got {x.Layout.Shape} and {w.Layout.Shape}.");
        }

        Products.CheckInner(x, w, "linear");
        Shape shape = Shape.OfMatrix(x.Layout.Extents[0], w.Layout.Extents[1]);
        TensorNode? b = bias?.Node;
        if (b is not null && (b.Layout.Extents.Rank != 1 || b.Layout.Extents[0] != shape[1]))
        {
            throw new ArgumentException($"linear: the bias has shape {b.Layout.Shape}; {w.Layout.Shape} needs [{shape[1]}].", nameof(bias));
        }

        Elementwise.CheckDevices("linear", x, b ?? w);
        return (x, w, b, Tensor.NewNode<T>(in shape, x.Storage!.Device));
    }

    private Tensor<T> VectorProduct(Tensor<T> b)
    {
        using Tensor<T> left = Rank == 1 ? Unsqueeze(0) : Share(), right = b.Rank == 1 ? b.Unsqueeze(1) : b.Share();
        using Tensor<T> product = left.MatMul(right);
        if (b.Rank != 1)
        {
            return product.Squeeze(-2);
        }

        using Tensor<T> column = product.Squeeze(-1);
        return Rank == 1 ? column.Squeeze(-1) : column.Share();
    }

    private void VectorProductInto(Tensor<T> b, Tensor<T> destination)
    {
        using Tensor<T> left = Rank == 1 ? Unsqueeze(0) : Share(), right = b.Rank == 1 ? b.Unsqueeze(1) : b.Share();
        Shape shape = Products.ResultShape(left.Node, right.Node);
        shape = b.Rank == 1 ? shape.Without(shape.Rank - 1, keep: false) : shape;
        shape = Rank == 1 ? shape.Without(b.Rank == 1 ? shape.Rank - 1 : shape.Rank - 2, keep: false) : shape;
        if (destination.Shape != shape)
        {
            throw new ArgumentException($"matmul: the destination has shape {destination.Shape}, the result {shape}.", nameof(destination));
        }

        using Tensor<T> column = b.Rank == 1 ? destination.Unsqueeze(destination.Rank) : destination.Share(), matrix = Rank == 1 ? column.Unsqueeze(column.Rank - 1) : column.Share();
        left.MatMulInto(right, matrix);
    }
}

/// <summary>What products share.</summary>
internal static class Products
{
    public static Shape ResultShape(TensorNode a, TensorNode b, string operation = "matmul")
    {
        if (a.Layout.Extents.Rank < 2 || b.Layout.Extents.Rank < 2)
        {
            throw new ArgumentException($"{operation}: matrices are needed; a has shape {a.Layout.Shape}, b {b.Layout.Shape}.");
        }

        CheckInner(a, b, operation);
        if (a.Layout.Extents.Rank == 2 && b.Layout.Extents.Rank == 2)
        {
            return Shape.OfMatrix(a.Layout.Extents[0], b.Layout.Extents[1]);
        }

        Shape sa = a.Layout.Shape, sb = b.Layout.Shape;
        Shape batch = Shape.Broadcast(Batch(sa), Batch(sb), operation);
        Span<nint> extents = stackalloc nint[batch.Rank + 2];
        batch.AsSpan().CopyTo(extents);
        extents[^2] = sa[-2];
        extents[^1] = sb[-1];
        return Shape.Create(extents);
    }

    /// <summary>The columns of a meet as many rows of b, on one device.</summary>
    public static void CheckInner(TensorNode a, TensorNode b, string operation)
    {
        ref readonly Shape sa = ref a.Layout.Extents, sb = ref b.Layout.Extents;
        if (sa[-1] != sb[-2])
        {
            throw new ArgumentException($"{operation}: inner dimensions differ: a {sa} has k = {sa[-1]}, b {sb} has k = {sb[-2]}.");
        }

        Elementwise.CheckDevices(operation, a, b);
    }

    /// <summary>True for three matrices of fitting shapes in memory of their own on one device, without gaps in the last one. False says nothing.</summary>
    public static bool FitMatrices(TensorNode a, TensorNode b, TensorNode c)
    {
        ref readonly Shape sa = ref a.Layout.Extents, sb = ref b.Layout.Extents, sc = ref c.Layout.Extents;
        return (sa.Rank, sb.Rank, sc.Rank) == (2, 2, 2) && sa[1] == sb[0] && sc[0] == sa[0] && sc[1] == sb[1]
            && a.Storage != c.Storage && b.Storage != c.Storage && a.Storage!.IsBeside(c.Storage!) && b.Storage!.IsBeside(c.Storage!)
            && c.Layout.Stride(1) == 1 && c.Layout.Stride(0) == sc[1];
    }

    public static void CheckSeparate(string operation, TensorNode c, params ReadOnlySpan<TensorNode> inputs)
    {
        (nint first, nint end) = c.Layout.Extent();
        foreach (TensorNode input in inputs)
        {
            (nint inputFirst, nint inputEnd) = input.Layout.Extent();
            if (input.Storage == c.Storage && first < inputEnd && inputFirst < end)
            {
                throw new ArgumentException($"{operation}: the destination overlaps an operand; it needs memory of its own.");
            }
        }
    }

    /// <summary>A bias [out] as the device takes it, broadcast to [batch, out].</summary>
    public static Layout Bias(TensorNode bias, TensorNode y) => bias.Layout.Expand(y.Layout.Shape, "linear");

    /// <summary>A layer on a device. The processor is named, since a generic method of an unknown class is looked for at each call.</summary>
    public static void Linear<T>(Device device, Operand x, Operand weight, Operand bias, Operand y)
        where T : unmanaged
    {
        if (device is CpuDevice processor)
        {
            processor.Linear<T>(x, weight, bias, y);
        }
        else
        {
            device.Linear<T>(x, weight, bias, y);
        }
    }

    /// <summary>The same with an operator on the result.</summary>
    public static void Linear<TOp, T>(Device device, Operand x, Operand weight, Operand bias, Operand y)
        where TOp : struct, Simd.IUnaryOp
        where T : unmanaged
    {
        if (device is CpuDevice processor)
        {
            processor.Linear<TOp, T>(x, weight, bias, y);
        }
        else
        {
            device.Linear<TOp, T>(x, weight, bias, y);
        }
    }

    /// <summary>c = a b over matrices, or over every matrix of a batch.</summary>
    public static void Run<T>(TensorNode a, TensorNode b, TensorNode c)
        where T : unmanaged => Run<T>(a.Operand(), b.Operand(), c.Operand());

    /// <summary>c = a b over matrices, or over every matrix of a batch.</summary>
    public static void Run<T>(Operand a, Operand b, Operand c)
        where T : unmanaged
    {
        Device device = c.Storage.Device;
        if (c.Layout.Extents.Rank == 2)
        {
            bool isShort = device is CpuDevice && c.Layout.Stride(1) == 1 && CpuDevice.TryShort<Plain, T>(Tensor.Constant<T>(1), a, b, default, c, null, 0);
            if (!isShort)
            {
                Matrix<T>(device, a, b, c);
            }

            return;
        }

        Shape shape = c.Layout.Shape;
        Layout la = Spread(a.Layout, shape), lb = Spread(b.Layout, shape);
        device.MatMulBatch<T>(new(a.Storage, in la), new(b.Storage, in lb), c);
    }

    /// <summary>One matrix, whatever the strides of c.</summary>
    public static void Matrix<T>(Device device, Operand a, Operand b, Operand c)
        where T : unmanaged
    {
        T one = Tensor.Constant<T>(1);
        if (c.Layout.Stride(1) == 1 || c.Layout.Stride(0) == 1 || c.Layout.Shape[1] == 1)
        {
            if (c.Layout.Shape[1] != 1 || c.Layout.Shape[0] == 1 || c.Layout.Stride(0) != 0)
            {
                device.MatMul(one, a, b, default, c);
                return;
            }
        }

        // A destination with gaps in both axes: the product is made beside it and copied.
        TensorNode packed = Tensor.NewNode<T>(in c.Layout.Extents, device);
        device.MatMul(one, a, b, default, packed.Operand());
        device.Copy<T>(packed.Operand(), c);
        packed.ReleaseHandle();
    }

    private static Shape Batch(Shape shape) => Shape.Create(shape.AsSpan()[..^2]);

    private static Layout Spread(in Layout matrix, Shape shape)
    {
        Span<nint> extents = stackalloc nint[shape.Rank];
        shape.AsSpan().CopyTo(extents);
        extents[^2] = matrix.Shape[-2];
        extents[^1] = matrix.Shape[-1];
        return matrix.Expand(Shape.Create(extents), "matmul");
    }
}
