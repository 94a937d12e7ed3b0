using System.Collections.Concurrent;

namespace Onsager.Tensors;

/// <summary>dx = dy where the maxima were.</summary>
internal sealed class MaxPoolRule<T>(PoolingForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<PoolingForm, MaxPoolRule<T>> Rules = new();

    public static MaxPoolRule<T> For(in PoolingForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Pooling.RunMaxAdjoint<T>(in form, entry.X, entry.Result, dy.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), x = Gradients.View<T>(entry.X), y = Gradients.View<T>(entry.Result);
        using Tensor<T> dx = Pooling.MaxAdjoint(in form, x, y, dy);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>What went to the places of the maxima is gathered there. Where the maxima are does not change, so x and y have no gradient.</summary>
internal sealed class MaxAdjointRule<T>(PoolingForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<PoolingForm, MaxAdjointRule<T>> Rules = new();

    public static MaxAdjointRule<T> For(in PoolingForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        if (tape.Follows(entry.X))
        {
            using Tensor<T> g = tape.Gradient<T>(entry.Result), x = Gradients.View<T>(entry.Y!), y = Gradients.View<T>(entry.Z!);
            using Tensor<T> dy = Pooling.MaxGather(in form, x, y, g);
            tape.Contribute(entry.X, dy);
        }
    }
}

/// <summary>What was gathered at the places of the maxima goes back there.</summary>
internal sealed class MaxGatherRule<T>(PoolingForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<PoolingForm, MaxGatherRule<T>> Rules = new();

    public static MaxGatherRule<T> For(in PoolingForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        if (tape.Follows(entry.X))
        {
            using Tensor<T> d = tape.Gradient<T>(entry.Result), x = Gradients.View<T>(entry.Y!), y = Gradients.View<T>(entry.Z!);
            using Tensor<T> dg = Pooling.MaxAdjoint(in form, x, y, d);
            tape.Contribute(entry.X, dg);
        }
    }
}

/// <summary>Each element of a window has its share of dy.</summary>
internal sealed class AveragePoolRule<T>(PoolingForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<PoolingForm, AveragePoolRule<T>> Rules = new();

    public static AveragePoolRule<T> For(in PoolingForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Pooling.RunAverageAdjoint<T>(in form, dy.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = Pooling.AverageAdjoint(in form, dy, entry.X.Layout.Shape);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>The adjoint of the adjoint is the mean of windows again.</summary>
internal sealed class AverageAdjointRule<T>(PoolingForm form) : Rule
    where T : unmanaged
{
    private static readonly ConcurrentDictionary<PoolingForm, AverageAdjointRule<T>> Rules = new();

    public static AverageAdjointRule<T> For(in PoolingForm form) => Rules.GetOrAdd(form, static form => new(form));

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> g = tape.Gradient<T>(entry.Result), dy = Pooling.Average("avg_pool", in form, g);
        tape.Contribute(entry.X, dy);
    }
}
