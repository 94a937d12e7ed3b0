namespace Onsager.Tensors;

/// <summary>The places of an image that the elements of a kernel meet, as views and as packed columns.</summary>
internal static class Windows
{
    /// <summary>Elements of packed windows that are made at a time: one to two megabytes. Not a matter of bits.</summary>
    public const int CachedElements = 1 << 18;

    /// <summary>
    /// x [n, c, h, w] in an image of these extents, its element (i, j) at first + step (i, j); what lies outside is left out, what x does not
    /// reach has the filling. x itself, as a view, where that is the same.
    /// </summary>
    public static Tensor<T> Place<T>(TensorNode x, Pair first, Pair step, Pair extents, T filling)
        where T : unmanaged
    {
        Shape from = x.Layout.Shape;
        if (first == Pair.Zero && step == Pair.One && extents == new Pair(from[2], from[3]))
        {
            return new Tensor<T>(TensorNode.Create(x.Storage!, in x.Layout));
        }

        Device device = x.Storage!.Device;
        Tensor<T> image = Tensor.Empty<T>([from[0], from[1], extents.Height, extents.Width], device);
        bool isMargin = step == Pair.One && first.Height >= 0 && first.Width >= 0 && first.Height + from[2] <= extents.Height && first.Width + from[3] <= extents.Width;
        if (isMargin && extents.Height <= int.MaxValue && extents.Width <= int.MaxValue
            && device.TryPad(x.Operand(), (int)first.Height, (int)first.Width, filling, image.Operand))
        {
            return image;
        }

        device.Fill(filling, image.Operand);
        Layout source = x.Layout, target = image.Layout;
        Meet(ref source, ref target, 2, first.Height, step.Height);
        Meet(ref source, ref target, 3, first.Width, step.Width);
        image.Device.Copy<T>(new Operand(x.Storage, in source), new Operand(image.Node.Storage!, in target));
        return image;
    }

    /// <summary>The windows of an image [n, g c, h, w]: [n, g, c, kh, kw, oh, ow], a view in which elements appear many times.</summary>
    public static Layout Of(in Layout image, Pair stride, Pair dilation, nint groups, Pair kernel, Pair outputs)
    {
        nint channels = image.Shape[1] / groups, toChannel = image.Stride(1), toRow = image.Stride(2), toColumn = image.Stride(3);
        Layout layout = image.Slice(1, 0, channels, 1).Slice(2, 0, outputs.Height, stride.Height).Slice(3, 0, outputs.Width, stride.Width);
        layout = layout.Prepend(kernel.Width, dilation.Width * toColumn, layout.Offset);
        layout = layout.Prepend(kernel.Height, dilation.Height * toRow, layout.Offset);
        layout = layout.Prepend(groups, channels * toChannel, layout.Offset);
        return layout.Permute([3, 0, 4, 1, 2, 5, 6]);
    }

    /// <summary>The elements of a layout, in row-major order, as a contiguous tensor of another shape.</summary>
    public static Tensor<T> Pack<T>(Storage storage, in Layout layout, Shape shape)
        where T : unmanaged
    {
        Tensor<T> packed = Tensor.Empty<T>(shape, storage.Device);
        if (layout.Shape.Rank == 7)
        {
            storage.Device.CopyWindows<T>(new Operand(storage, in layout), packed.Operand);
        }
        else
        {
            Layout target = Layout.Contiguous(layout.Shape);
            storage.Device.Copy<T>(new Operand(storage, in layout), new Operand(packed.Node.Storage!, in target));
        }

        return packed;
    }

    /// <summary>Cuts one axis of both to the elements i for which first + step i lies in the target.</summary>
    private static void Meet(ref Layout source, ref Layout target, int axis, nint first, nint step)
    {
        nint skipped = first >= 0 ? 0 : (step - 1 - first) / step;
        nint end = target.Shape[axis] - first, reached = end <= 0 ? 0 : ((end - 1) / step) + 1;
        nint count = nint.Max(0, nint.Min(source.Shape[axis], reached) - skipped);
        source = source.Slice(axis, skipped, count, 1);
        target = target.Slice(axis, first + (skipped * step), count, step);
    }
}
