using System.Collections.Concurrent;

namespace Onsager.Tensors;

/// <summary>dx = the adjoint of dy.</summary>
internal sealed class InterpolationRule<T>(InterpolationForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<InterpolationForm, InterpolationRule<T>> Rules = new();

    public static InterpolationRule<T> For(in InterpolationForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = Interpolation.Adjoint(in form, dy, entry.X.Layout.Shape[form.Axis]);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>The adjoint of the adjoint is the interpolation again.</summary>
internal sealed class InterpolationAdjointRule<T>(InterpolationForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<InterpolationForm, InterpolationAdjointRule<T>> Rules = new();

    public static InterpolationAdjointRule<T> For(in InterpolationForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> g = tape.Gradient<T>(entry.Result), dy = Interpolation.Apply(in form, g, entry.X.Layout.Shape[form.Axis]);
        tape.Contribute(entry.X, dy);
    }
}
