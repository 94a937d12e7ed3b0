using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>How values between elements are found.</summary>
public enum InterpolationMode
{
    /// <summary>Output i takes input floor(i in / out), in integers, where PyTorch first rounds in / out to float32.</summary>
    Nearest,

    /// <summary>Between the two nearest inputs, weighted by distance, along each axis: linear in one, bilinear in two. Beyond the outermost centres the outermost input counts.</summary>
    Linear,
}

/// <summary>Signals [batch, channels, length] and images [batch, channels, h, w] in other sizes.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// A signal at another length, <c>x.Interpolate(100)</c>, or an image at another size, first its rows, then its columns. Linear: output i lies at
    /// (i + 1/2) in / out - 1/2, or with aligned corners at i (in - 1) / (out - 1); it is fma(lambda, right, (1 - lambda) left), or left itself where
    /// lambda is 0.
    /// </summary>
    /// <exception cref="ArgumentException">The rank is neither 3 nor 4, the tensor is empty, or a signal is given two different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An extent of the size is below 1, or the mode unknown.</exception>
    public Tensor<T> Interpolate(Pair size, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false)
    {
        Interpolation.Check(Shape, size, mode);
        if (Rank == 3)
        {
            return Interpolation.Apply(new InterpolationForm(2, mode, alignCorners), this, size.Width);
        }

        using Tensor<T> rows = Interpolation.Apply(new InterpolationForm(2, mode, alignCorners), this, size.Height);
        return Interpolation.Apply(new InterpolationForm(3, mode, alignCorners), rows, size.Width);
    }

    /// <summary>The signal or the image at the size of an existing tensor, which does not overlap it.</summary>
    /// <exception cref="ArgumentException">Ranks, shapes or devices do not fit, the signal is empty, or the destination overlaps it or itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The mode is unknown.</exception>
    public void InterpolateInto(Tensor<T> destination, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false)
    {
        Tensor.CheckArithmetic<T>("interpolate");
        TensorNode x = Node, y = destination.Node;
        Shape from = x.Layout.Shape, to = y.Layout.Shape;
        bool isSignal = from.Rank == 3;
        if (to.Rank != from.Rank || to.Rank < 3 || to[0] != from[0] || to[1] != from[1])
        {
            throw new ArgumentException($"interpolate: the destination has shape {to}, the input {from}: ranks, batches or channels differ.", nameof(destination));
        }

        Interpolation.Check(from, isSignal ? new(to[2], to[2]) : new(to[2], to[-1]), mode);
        Elementwise.CheckDevices("interpolate", y, x);
        Products.CheckSeparate("interpolate", y, x);
        Tape.RefuseTracked(x, "interpolate");
        Elementwise.CheckDestination("interpolate", y);
        if (isSignal)
        {
            Interpolation.Run<T>(new InterpolationForm(2, mode, alignCorners), x.Operand(), y.Operand());
            return;
        }

        using Tensor<T> rows = Tensor.Empty<T>([from[0], from[1], to[2], from[3]], Device);
        Interpolation.Run<T>(new InterpolationForm(2, mode, alignCorners), x.Operand(), rows.Operand);
        Interpolation.Run<T>(new InterpolationForm(3, mode, alignCorners), rows.Operand, y.Operand());
    }
}

/// <summary>The axis along which it is interpolated, and how.</summary>
internal readonly record struct InterpolationForm(int Axis, InterpolationMode Mode, bool AlignCorners)
{
    /// <summary>The input left of an output, and the weight of the one right of it.</summary>
    public (nint Left, double Lambda) Source(nint output, nint inputs, nint outputs)
    {
        if (Mode == InterpolationMode.Nearest)
        {
            return (output * inputs / outputs, 0);
        }

        // One division of whole numbers, rounded once: 2 out is a divisor of the half-open form's distances.
        double at = AlignCorners
            ? outputs == 1 ? 0 : (double)(output * (inputs - 1)) / (outputs - 1)
            : double.Max(0, (double)((((2 * output) + 1) * inputs) - outputs) / (2 * outputs));
        nint left = nint.Min((nint)at, inputs - 1);
        return left == inputs - 1 ? (left, 0) : (left, at - left);
    }
}

/// <summary>Interpolation along one axis, a linear map, and its adjoint.</summary>
internal static class Interpolation
{
    public static void Check(Shape x, Pair size, InterpolationMode mode)
    {
        if (x.Rank is not (3 or 4) || x[2] == 0 || x[-1] == 0 || (x.Rank == 3 && size.Height != size.Width))
        {
            throw new ArgumentException($"interpolate: a signal [batch, channels, length] and a length, or an image [batch, channels, h, w] and a size, are needed, not empty; got {x} and {size}.");
        }

        if (size.Height < 1 || size.Width < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size), $"interpolate: the size {size} must be at least 1.");
        }

        if (mode is not (InterpolationMode.Nearest or InterpolationMode.Linear))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "interpolate: the mode is Nearest or Linear.");
        }
    }

    /// <summary>x with another extent along the form's axis, recorded.</summary>
    public static Tensor<T> Apply<T>(in InterpolationForm form, Tensor<T> x, nint extent)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("interpolate");
        TensorNode y = Tensor.NewNode<T>(With(x.Shape, form.Axis, extent), x.Device);
        try
        {
            Run<T>(in form, x.Operand, y.Operand());
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(InterpolationRule<T>.For(form), x.Node, null, null, y);
        return new(y);
    }

    /// <summary>The adjoint, recorded: dx with the extent that x had along the form's axis; the outputs add their parts in order.</summary>
    public static Tensor<T> Adjoint<T>(in InterpolationForm form, Tensor<T> dy, nint extent)
        where T : unmanaged
    {
        Tensor<T> dx = Tensor.Zeros<T>(With(dy.Shape, form.Axis, extent), dy.Device);
        nint outputs = dy.Shape[form.Axis];
        using Tensor<T> weights = Weights<T>(in form, extent, outputs, dy.Device);
        for (nint output = 0; output < outputs; output++)
        {
            (nint left, double lambda) = form.Source(output, extent, outputs);
            Layout from = dy.Layout.Slice(form.Axis, output, 1, 1), to = dx.Layout.Slice(form.Axis, left, 1, 1);
            Operand gradient = new(dy.Node.Storage!, in from), sum = new(dx.Node.Storage!, in to);
            if (lambda == 0)
            {
                dy.Device.Binary<Add, T>(sum, gradient, sum);
                continue;
            }

            Layout next = dx.Layout.Slice(form.Axis, left + 1, 1, 1), near = Weight(weights, (2 * output) + 1, in from), far = Weight(weights, 2 * output, in from);
            Operand after = new(dx.Node.Storage!, in next);
            dy.Device.Ternary<FusedMultiplyAdd, T>(gradient, new Operand(weights.Node.Storage!, in near), sum, sum);
            dy.Device.Ternary<FusedMultiplyAdd, T>(gradient, new Operand(weights.Node.Storage!, in far), after, after);
        }

        Tape.Record(InterpolationAdjointRule<T>.For(form), dy.Node, null, null, dx.Node);
        return dx;
    }

    /// <summary>y from x, whose extents differ along the form's axis only.</summary>
    public static void Run<T>(in InterpolationForm form, Operand x, Operand y)
        where T : unmanaged
    {
        Device device = y.Storage.Device;
        nint inputs = x.Layout.Shape[form.Axis], outputs = y.Layout.Shape[form.Axis];
        using Tensor<T> weights = Weights<T>(in form, inputs, outputs, device);
        for (nint output = 0; output < outputs; output++)
        {
            (nint left, double lambda) = form.Source(output, inputs, outputs);
            Layout from = x.Layout.Slice(form.Axis, left, 1, 1), to = y.Layout.Slice(form.Axis, output, 1, 1);
            Operand source = new(x.Storage, in from), target = new(y.Storage, in to);
            if (lambda == 0)
            {
                device.Copy<T>(source, target);
                continue;
            }

            Layout next = x.Layout.Slice(form.Axis, left + 1, 1, 1), near = Weight(weights, (2 * output) + 1, in to), far = Weight(weights, 2 * output, in to);
            device.Binary<Multiply, T>(source, new Operand(weights.Node.Storage!, in near), target);
            device.Ternary<FusedMultiplyAdd, T>(new Operand(x.Storage, in next), new Operand(weights.Node.Storage!, in far), target, target);
        }
    }

    /// <summary>lambda and 1 - lambda of every output: [out, 2].</summary>
    private static Tensor<T> Weights<T>(in InterpolationForm form, nint inputs, nint outputs, Device device)
        where T : unmanaged
    {
        using Tensor<T> onHost = Tensor.Empty<T>([outputs, 2]);
        Span<T> weights = onHost.AsSpan();
        for (nint output = 0; output < outputs; output++)
        {
            double lambda = form.Source(output, inputs, outputs).Lambda;
            weights[(int)(2 * output)] = Tensor.Constant<T>(lambda);
            weights[(int)(2 * output) + 1] = Tensor.Constant<T>(1 - lambda);
        }

        return onHost.To(device);
    }

    /// <summary>One weight for all elements of a slice.</summary>
    private static Layout Weight<T>(Tensor<T> weights, nint index, in Layout slice)
        where T : unmanaged => Layout.Contiguous([], weights.Layout.Offset + index).Expand(slice.Shape, "interpolate");

    private static Shape With(Shape shape, int axis, nint extent)
    {
        Span<nint> extents = stackalloc nint[shape.Rank];
        shape.AsSpan().CopyTo(extents);
        extents[axis] = extent;
        return Shape.Create(extents);
    }
}
