using System.Collections.Concurrent;

namespace Onsager.Tensors;

/// <summary>Which transform: over which axes of the planes [2, ...], as bits, with which sign in the exponent, and what results are multiplied by.</summary>
internal readonly record struct FourierForm(int Axes, bool IsInverse, double Scale)
{
    /// <summary>
    /// The adjoint map: the real and the imaginary part of F z are linear in those of z, and the transposed of that map is the conjugate
    /// transposed matrix of F, which is the transform with the other sign and the same scale.
    /// </summary>
    public FourierForm Adjoint => this with { IsInverse = !IsInverse };
}

/// <summary>y = F x over planes: dx = the transform of dy with the other sign, an operation of the same kind, so that there are derivatives of any order.</summary>
internal sealed class FourierRule<T>(FourierForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<FourierForm, FourierRule<T>> Rules = new();

    public override string Name => "fft";

    /// <summary>The rule of a form; there is one object for each form that was ever used.</summary>
    public static FourierRule<T> For(in FourierForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = Spectra.Apply("fft", dy, form.Adjoint);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>What transforms share: checks, and the work on planes.</summary>
internal static class Spectra
{
    /// <summary>Numbers of an axis at the most.</summary>
    private const nint Longest = 1 << 28;

    /// <summary>The transform of planes [2, ...], recorded.</summary>
    public static Tensor<T> Apply<T>(string operation, Tensor<T> planes, FourierForm form)
        where T : unmanaged
    {
        TensorNode x = planes.Node;
        Check<T>(operation, x, form);
        TensorNode y = Tensor.NewNode<T>(in x.Layout.Extents, x.Storage!.Device);
        try
        {
            x.Storage.Device.Fourier<T>(form, x.Operand(), y.Operand());
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(FourierRule<T>.For(form), x, null, null, y);
        return new(y);
    }

    /// <summary>The transform into existing planes, which may be the input's own.</summary>
    public static void ApplyInto<T>(string operation, Tensor<T> planes, FourierForm form, Tensor<T> destination)
        where T : unmanaged
    {
        TensorNode x = planes.Node, y = destination.Node;
        Check<T>(operation, x, form);
        Elementwise.CheckInto(operation, x.Layout.Shape, y, x);
        Device device = y.Storage!.Device;
        if (y.Layout.IsContiguous)
        {
            device.Fourier<T>(form, x.Operand(), y.Operand());
            return;
        }

        using Tensor<T> packed = Tensor.Empty<T>(y.Layout.Shape, device);
        device.Fourier<T>(form, x.Operand(), packed.Operand);
        device.Copy<T>(packed.Operand, y.Operand());
    }

    /// <summary>The tensor cut or filled up with zeros along an axis, to n elements.</summary>
    public static Tensor<T> Fit<T>(string operation, Tensor<T> x, int axis, nint n)
        where T : unmanaged
    {
        nint extent = x.Shape[axis];
        CheckPoints(operation, n);
        if (n <= extent)
        {
            return n == extent ? x.Share() : x.Slice(axis, 0, n);
        }

        Span<(nint Before, nint After)> widths = stackalloc (nint, nint)[x.Rank];
        widths.Clear();
        widths[axis].After = n - extent;
        return x.Pad(widths);
    }

    /// <summary>Refuses numbers of points that no transform has.</summary>
    public static void CheckPoints(string operation, nint n)
    {
        if (n < 1 || n > Longest)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, $"{operation}: n = {n}; transforms have 1 to {Longest} points.");
        }
    }

    /// <summary>What results are multiplied by, so many points being summed.</summary>
    public static double Scale(FftNorm norm, bool isInverse, double points) => norm switch
    {
        FftNorm.Ortho => 1 / Math.Sqrt(points),
        FftNorm.Forward => isInverse ? 1 : 1 / points,
        FftNorm.Backward => isInverse ? 1 / points : 1,
        _ => throw new ArgumentOutOfRangeException(nameof(norm), norm, $"fft: {norm} is no norm."),
    };

    /// <summary>Real numbers as planes, the second one of zeros.</summary>
    public static Tensor<T> Planes<T>(string operation, Tensor<T> x)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        using Tensor<T> zeros = Tensor.Zeros<T>(x.Shape, x.Device);
        return Tensor.Stack(0, x, zeros);
    }

    private static void Check<T>(string operation, TensorNode x, FourierForm form)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        Shape shape = x.Layout.Shape;
        for (int axis = 1; axis < shape.Rank; axis++)
        {
            if (((form.Axes >> axis) & 1) != 0 && shape[axis] is < 1 or > Longest)
            {
                throw new ArgumentException($"{operation}: axis {axis - 1} of {shape.Without(0, keep: false)} has {shape[axis]} elements; transforms have 1 to {Longest} points.");
            }
        }

        if (shape.Size > int.MaxValue)
        {
            throw new NotSupportedException($"{operation}: {shape.Without(0, keep: false)} has {shape.Size / 2} elements; at most {int.MaxValue / 2} are supported.");
        }
    }
}
