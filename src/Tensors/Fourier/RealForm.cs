using System.Collections.Concurrent;

namespace Onsager.Tensors;

/// <summary>
/// Which transform of an even number of real ones along an axis: from them to planes [2, ..., points / 2 + 1, ...], or back; with which sign in the exponent; whether the numbers
/// between the first and the last, which have a partner, count twice; and what results are multiplied by.
/// </summary>
internal readonly record struct RealForm(int Axis, nint Points, bool IsBack, bool IsInverse, bool IsDoubled, double Scale)
{
    /// <summary>The transposed of a map is the other one with the other sign and the same weights.</summary>
    public RealForm Adjoint => this with { IsBack = !IsBack, IsInverse = !IsInverse };
}

/// <summary>y = F x between real numbers and planes: dx = the adjoint of F on dy, an operation of the same kind, so that there are derivatives of any order.</summary>
internal sealed class RealFourierRule<T>(RealForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<RealForm, RealFourierRule<T>> Rules = new();

    public override string Name => form.IsBack ? "irfft" : "rfft";

    /// <summary>The rule of a form; there is one object for each form that was ever used.</summary>
    public static RealFourierRule<T> For(in RealForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = RealSpectra.Apply("rfft", dy, form.Adjoint);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>Transforms of an even number of real numbers, recorded.</summary>
internal static class RealSpectra
{
    /// <summary>The planes of real numbers x [..., points, ...], or the real numbers of planes x [2, ..., points / 2 + 1, ...].</summary>
    public static Tensor<T> Apply<T>(string operation, Tensor<T> x, RealForm form)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        Spectra.CheckPoints(operation, form.Points);
        using Tensor<T> packed = x.Contiguous();
        Shape shape = x.Shape;
        Span<nint> extents = stackalloc nint[Shape.MaxRank + 1];
        int rank = Extents(shape, form, extents);
        Shape result = Shape.Create(extents[..rank]);
        if (shape.Size > int.MaxValue || result.Size > int.MaxValue)
        {
            throw new NotSupportedException($"{operation}: a transform between {shape} and {result} is too large; at most {int.MaxValue} elements are supported.");
        }

        TensorNode from = packed.Node, y = Tensor.NewNode<T>(in result, from.Storage!.Device);
        try
        {
            from.Storage.Device.RealFourier<T>(form, from.Operand(), y.Operand());
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(RealFourierRule<T>.For(form), from, null, null, y);
        return new(y);
    }

    private static int Extents(Shape shape, in RealForm form, Span<nint> extents)
    {
        ReadOnlySpan<nint> own = shape.AsSpan();
        if (form.IsBack)
        {
            own[1..].CopyTo(extents);
            extents[form.Axis] = form.Points;
            return own.Length - 1;
        }

        extents[0] = 2;
        own.CopyTo(extents[1..]);
        extents[form.Axis + 1] = (form.Points / 2) + 1;
        return own.Length + 1;
    }
}
