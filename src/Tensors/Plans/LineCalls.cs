using Onsager.Simd;

namespace Onsager.Tensors;

internal sealed class SumCall<T> : Call
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;

    public SumCall(Place x, Place y)
    {
        (this.x, this.y) = (x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.Sum<T>(x.Operand, y.Operand);
}

internal sealed class ReduceCall<TReduction, T> : Call
    where TReduction : struct, IReduction
    where T : unmanaged
{
    private readonly TReduction reduction;
    private readonly Place x;
    private readonly Place y;

    public ReduceCall(TReduction reduction, Place x, Place y)
    {
        (this.reduction, this.x, this.y) = (reduction, x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => Reductions.Run<TReduction, T>(device, reduction, x.Operand, y.Operand);
}

internal sealed class ArgExtremeCall<T> : Call
    where T : unmanaged
{
    private readonly bool isLargest;
    private readonly Place x;
    private readonly Place y;

    public ArgExtremeCall(bool isLargest, Place x, Place y)
    {
        (this.isLargest, this.x, this.y) = (isLargest, x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.ArgExtreme<T>(isLargest, x.Operand, y.Operand);
}

internal sealed class SoftmaxCall<T> : Call
    where T : unmanaged
{
    private readonly bool isLogarithm;
    private readonly Place x;
    private readonly Place y;

    public SoftmaxCall(bool isLogarithm, Place x, Place y)
    {
        (this.isLogarithm, this.x, this.y) = (isLogarithm, x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.Softmax<T>(isLogarithm, x.Operand, y.Operand);
}

internal sealed class CumulativeSumCall<T> : Call
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;

    public CumulativeSumCall(Place x, Place y)
    {
        (this.x, this.y) = (x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.CumulativeSum<T>(x.Operand, y.Operand);
}

internal sealed class CrossEntropyCall<T> : Call
    where T : unmanaged
{
    private readonly Place scores;
    private readonly Place labels;
    private readonly Place probabilities;
    private readonly Place loss;

    public CrossEntropyCall(Place scores, Place labels, Place probabilities, Place loss)
    {
        (this.scores, this.labels, this.probabilities, this.loss) = (scores, labels, probabilities, loss);
        (Reads, Writes) = ([scores, labels], [probabilities, loss]);
    }

    public override void Run(Device device) => device.CrossEntropy<T>(scores.Operand, labels.Operand, probabilities.Operand, loss.Operand);
}

internal sealed class CrossEntropyGradientCall<T> : Call
    where T : unmanaged
{
    private readonly Place probabilities;
    private readonly Place labels;
    private readonly Place dy;
    private readonly Place dx;

    public CrossEntropyGradientCall(Place probabilities, Place labels, Place dy, Place dx)
    {
        (this.probabilities, this.labels, this.dy, this.dx) = (probabilities, labels, dy, dx);
        (Reads, Writes) = ([probabilities, labels, dy], [dx]);
    }

    public override void Run(Device device) => device.CrossEntropyGradient<T>(probabilities.Operand, labels.Operand, dy.Operand, dx.Operand);
}
