using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>The reverse rules of reductions. Results were recorded with extents 1 at the reduced axes, so they broadcast against the input.</summary>
internal static class ReductionRules
{
    /// <summary>The rule of a reduction; one object for each kind, also for the two corrections in use.</summary>
    public static Rule For<TReduction, T>(TReduction reduction)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (typeof(TReduction) == typeof(Total))
        {
            return SumRule<T>.Instance;
        }

        if (typeof(TReduction) == typeof(Mean))
        {
            return MeanRule<T>.Instance;
        }

        if (typeof(TReduction) == typeof(Variance) || typeof(TReduction) == typeof(StandardDeviation))
        {
            return DeviationRule<T>.For(Correction(reduction), isRoot: typeof(TReduction) == typeof(StandardDeviation));
        }

        if (typeof(TReduction) == typeof(EuclideanNorm))
        {
            return ScaledRule<DivideOrZero, EuclideanVjp, T>.Instance;
        }

        if (typeof(TReduction) == typeof(ManhattanNorm))
        {
            return ScaledRule<First, ManhattanVjp, T>.Instance;
        }

        if (typeof(TReduction) == typeof(LogSumExp))
        {
            return LogSumExpRule<T>.Instance;
        }

        return typeof(TReduction) == typeof(MaximumNorm)
            ? ExtremeRule<MagnitudeShare, DivideOrZero, T>.Instance
            : ExtremeRule<Share, Divide, T>.Instance;
    }

    private static double Correction<TReduction>(TReduction reduction)
        where TReduction : struct, IReduction =>
        typeof(TReduction) == typeof(Variance)
            ? Unsafe.BitCast<TReduction, Variance>(reduction).Correction
            : Unsafe.BitCast<TReduction, StandardDeviation>(reduction).Correction;
}

internal sealed class SumRule<T> : Rule
    where T : unmanaged
{
    public static readonly SumRule<T> Instance = new();

    public override string Name => "sum";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Layout spread = dy.Layout.Expand(entry.X.Layout.Shape, "sum");
        dy.Device.Copy<T>(new Operand(dy.Node.Storage!, in spread), dx.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = dy.Expand(entry.X.Layout.Shape);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = dy times the reciprocal of the count.</summary>
internal sealed class MeanRule<T> : Rule
    where T : unmanaged
{
    public static readonly MeanRule<T> Instance = new();

    public override string Name => "mean";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        if (dy.Device is CpuDevice && dy.Size == 1)
        {
            Span<T> one = [CpuDevice.Memory<T>(dy.Node.Storage!, dy.Node.Layout.Offset, 1)[0]];
            Map.Binary<Multiply, T>(one, Share(in entry), one);
            dx.Target.Fill(one[0]);
            return;
        }

        using Tensor<T> share = dy * Share(in entry);
        Layout spread = share.Layout.Expand(entry.X.Layout.Shape, "mean");
        dy.Device.Copy<T>(new Operand(share.Node.Storage!, in spread), dx.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), share = dy * Share(in entry), dx = share.Expand(entry.X.Layout.Shape);
        tape.Contribute(entry.X, dx);
    }

    private static T Share(in Entry entry)
    {
        // Once for each sum's gradient: 1 / n, rounded, as the derivative of a division has it.
        Span<T> count = [Tensor.Constant<T>(entry.X.Layout.Shape.Size / nint.Max(1, entry.Result.Layout.Shape.Size))];
        Map.Binary<Divide, T>(Tensor.Constant<T>(1), count, count);
        return count[0];
    }
}

/// <summary>dx = dy 2 (x - mean) / (n - correction), or dy (x - mean) / ((n - correction) y) for the root, 0 where that is 0.</summary>
internal sealed class DeviationRule<T>(double correction, bool isRoot) : Rule
    where T : unmanaged
{
    private static readonly DeviationRule<T>[] Common = [new(0, false), new(1, false), new(0, true), new(1, true)];

    public override string Name => isRoot ? "standard deviation" : "variance";

    public static DeviationRule<T> For(double correction, bool isRoot)
    {
        int kind = isRoot ? 2 : 0;
        return correction is 0 or 1 ? Common[kind + (int)correction] : new(correction, isRoot);
    }

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        double count = Composed.Count(entry.X, entry.Result);
        using Tensor<T> mean = Tensor.Empty<T>(dy.Shape, dy.Device), scale = Tensor.Empty<T>(dy.Shape, dy.Device);
        using Tensor<T> number = Tensor.Scalar(Tensor.Constant<T>(count), dy.Device);
        using Tensor<T> divisor = Tensor.Scalar(Tensor.Constant<T>(double.Max(0, count - correction) / (isRoot ? 1 : 2)), dy.Device);
        Reductions.SumTo<T>(entry.X, mean.Node);
        Elementwise.Run<Divide, T>(mean.Node, number.Node, mean.Node);
        Elementwise.Run<Divide, T>(dy.Node, divisor.Node, scale.Node);
        if (isRoot)
        {
            Elementwise.Run<DivideOrZero, T>(scale.Node, entry.Result, scale.Node);
        }

        Elementwise.Run<DeviationVjp, T>(entry.X, mean.Node, scale.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        Tensor<T> x = new(entry.X), y = new(entry.Result);
        double count = Composed.Count(entry.X, entry.Result);
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), sum = Composed.SumTo(x, y.Shape), mean = sum / Tensor.Constant<T>(count);
        using Tensor<T> plain = dy / Tensor.Constant<T>(double.Max(0, count - correction) / (isRoot ? 1 : 2));
        using Tensor<T> scale = isRoot ? plain.Binary<DivideOrZero>(y) : plain.Share(), deviation = x - mean, dx = deviation * scale;
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = f(x, y, s(dy, y)), where s works on the small results.</summary>
internal sealed class ScaledRule<TScale, TVjp, T> : Rule
    where TScale : struct, IBinaryOp
    where TVjp : struct, IBinaryOp
    where T : unmanaged
{
    public static readonly ScaledRule<TScale, TVjp, T> Instance = new();

    public override string Name => "norm";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), scale = Tensor.Empty<T>(dy.Shape, dy.Device);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Elementwise.Run<TScale, T>(dy.Node, entry.Result, scale.Node);
        Elementwise.Run<TVjp, T>(entry.X, scale.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), scale = dy.Binary<TScale>(new Tensor<T>(entry.Result));
        using Tensor<T> dx = new Tensor<T>(entry.X).Binary<TVjp>(scale);
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>dx = dy exp(x - y).</summary>
internal sealed class LogSumExpRule<T> : Rule
    where T : unmanaged
{
    public static readonly LogSumExpRule<T> Instance = new();

    public override string Name => "logsumexp";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Elementwise.Run<LogSumExpVjp, T>(entry.X, entry.Result, dy.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), below = new Tensor<T>(entry.X) - new Tensor<T>(entry.Result);
        using Tensor<T> share = below.Exp(), dx = dy * share;
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>
/// Elements that share the extremum share its gradient equally; where the maximum or minimum is NaN, all have the gradient NaN.
/// The largest magnitude 0 has the gradient 0.
/// </summary>
internal sealed class ExtremeRule<TShare, TQuotient, T> : Rule
    where TShare : struct, IBinaryOp
    where TQuotient : struct, IBinaryOp
    where T : unmanaged
{
    public static readonly ExtremeRule<TShare, TQuotient, T> Instance = new();

    public override string Name => typeof(TShare) == typeof(MagnitudeShare) ? "infinity norm" : "max or min";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), number = Tensor.Empty<T>(dy.Shape, dy.Device);
        using Tensor<T> share = Tensor.Empty<T>(entry.X.Layout.Shape, dy.Device), count = Tensor.Empty<T>(entry.X.Layout.Shape, dy.Device);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Elementwise.Run<TShare, T>(entry.X, entry.Result, share.Node);
        Elementwise.Run<Square, T>(share.Node, count.Node);
        Reductions.SumTo<T>(count.Node, number.Node);
        Elementwise.Run<TQuotient, T>(dy.Node, number.Node, number.Node);
        Elementwise.Run<Multiply, T>(share.Node, number.Node, dx.Target.Node);
    }

    /// <summary>Which elements are extreme is constant almost everywhere, so only the gradient's way is recorded.</summary>
    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), number = Tensor.Empty<T>(dy.Shape, dy.Device);
        using Tensor<T> share = Tensor.Empty<T>(entry.X.Layout.Shape, dy.Device), count = Tensor.Empty<T>(entry.X.Layout.Shape, dy.Device);
        Elementwise.Run<TShare, T>(entry.X, entry.Result, share.Node);
        Elementwise.Run<Square, T>(share.Node, count.Node);
        Reductions.SumTo<T>(count.Node, number.Node);
        using Tensor<T> part = dy.Binary<TQuotient>(number), dx = share * part;
        tape.Contribute(entry.X, dx);
    }
}

/// <summary>The rule of work along an axis, one object for each axis.</summary>
internal sealed class AlongRule<TAlong, T>(int axis) : Rule
    where TAlong : struct, IAlong
    where T : unmanaged
{
    private static readonly AlongRule<TAlong, T>[] Rules = [.. Enumerable.Range(0, Shape.MaxRank).Select(axis => new AlongRule<TAlong, T>(axis))];

    public override string Name => TAlong.Name;

    public static AlongRule<TAlong, T> For(int axis) => Rules[axis];

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        TAlong.Vjp(axis, entry.Result, dy, dx.Target);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result), dx = TAlong.Composed(axis, new Tensor<T>(entry.Result), dy);
        tape.Contribute(entry.X, dx);
    }
}
