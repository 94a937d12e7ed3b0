namespace Onsager.Tensors;

/// <summary>A call for whose steps the device had a kernel when it was recorded: it has one again.</summary>
internal abstract class ImageCall : Call
{
    public sealed override void Run(Device device)
    {
        if (!TryRun(device))
        {
            throw new InvalidOperationException($"plan: {device} has no kernel any more for what was recorded.");
        }
    }

    protected abstract bool TryRun(Device device);
}

internal sealed class ConvolutionCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place weights;
    private readonly Place windows;
    private readonly Place? bias;
    private readonly Place y;

    public ConvolutionCall(Place weights, Place windows, Place? bias, Place y)
    {
        (this.weights, this.windows, this.bias, this.y) = (weights, windows, bias, y);
        (Reads, Writes) = (bias is null ? [weights, windows] : [weights, windows, bias], [y]);
    }

    protected override bool TryRun(Device device) => device.TryConvolve<T>(weights.Operand, windows.Operand, bias is not null, (bias ?? weights).Operand, y.Operand);
}

internal sealed class WeightGradientCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place dy;
    private readonly Place dw;

    public WeightGradientCall(Place windows, Place dy, Place dw)
    {
        (this.windows, this.dy, this.dw) = (windows, dy, dw);
        (Reads, Writes) = ([windows, dy], [dw]);
    }

    protected override bool TryRun(Device device) => device.TryWeightGradient<T>(windows.Operand, dy.Operand, dw.Operand);
}

internal sealed class PoolCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place y;
    private readonly bool isMax;

    public PoolCall(Place windows, Place y, bool isMax)
    {
        (this.windows, this.y, this.isMax) = (windows, y, isMax);
        (Reads, Writes) = ([windows], [y]);
    }

    protected override bool TryRun(Device device) => device.TryPool<T>(windows.Operand, y.Operand, isMax);
}

internal sealed class PoolAdjointCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place y;
    private readonly Place dy;
    private readonly Place target;
    private readonly Place dx;
    private readonly bool isMax;

    public PoolAdjointCall(Place windows, Place y, Place dy, Place target, Place dx, bool isMax)
    {
        (this.windows, this.y, this.dy, this.target, this.dx, this.isMax) = (windows, y, dy, target, dx, isMax);

        // Of means the windows are those of the result, of which nothing is read.
        (Reads, Writes) = (isMax ? [windows, y, dy] : [dy, y], isMax ? [target, dx] : [target, dx, windows]);
    }

    protected override bool TryRun(Device device) => device.TryPoolAdjoint<T>(windows.Operand, y.Operand, dy.Operand, target.Operand, dx.Operand, isMax);
}

internal sealed class MaxGatherCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place y;
    private readonly Place others;
    private readonly Place result;

    public MaxGatherCall(Place windows, Place y, Place others, Place result)
    {
        (this.windows, this.y, this.others, this.result) = (windows, y, others, result);
        (Reads, Writes) = ([windows, y, others], [result]);
    }

    protected override bool TryRun(Device device) => device.TryMaxGather<T>(windows.Operand, y.Operand, others.Operand, result.Operand);
}

internal sealed class PadCall<T> : ImageCall
    where T : unmanaged
{
    private readonly Place x;
    private readonly Pair first;
    private readonly T value;
    private readonly Place y;

    public PadCall(Place x, Pair first, T value, Place y)
    {
        (this.x, this.first, this.value, this.y) = (x, first, value, y);
        (Reads, Writes) = ([x], [y]);
    }

    protected override bool TryRun(Device device) => device.TryPad(x.Operand, first, value, y.Operand);
}
