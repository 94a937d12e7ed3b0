namespace Onsager.Tensors;

/// <summary>A call that a device may decline: then it has done nothing, and is not kept.</summary>
internal abstract class TriedCall : Call
{
    /// <summary>Does the work, or says that the device does not do it in this way.</summary>
    public abstract bool Try(Device device);

    /// <inheritdoc/>
    public sealed override void Run(Device device) => Try(device);
}

/// <summary>Windows of an image to packed memory.</summary>
internal sealed class WindowsCall<T> : Call
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place packed;

    public WindowsCall(Place windows, Place packed)
    {
        (this.windows, this.packed) = (windows, packed);
        (Reads, Writes) = ([windows], [packed]);
    }

    public override void Run(Device device) => device.CopyWindows<T>(windows.Operand, packed.Operand);
}

internal sealed class ConvolveCall<T> : TriedCall
    where T : unmanaged
{
    private readonly Place weights;
    private readonly Place windows;
    private readonly Place? bias;
    private readonly Place y;

    public ConvolveCall(Place weights, Place windows, Place? bias, Place y)
    {
        (this.weights, this.windows, this.bias, this.y) = (weights, windows, bias, y);
        (Reads, Writes) = (bias is null ? [weights, windows] : [weights, windows, bias], [y]);
    }

    public override bool Try(Device device) => device.TryConvolve<T>(weights.Operand, windows.Operand, bias is null ? default : bias.Operand, y.Operand);
}

internal sealed class WeightGradientCall<T> : TriedCall
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

    public override bool Try(Device device) => device.TryWeightGradient<T>(windows.Operand, dy.Operand, dw.Operand);
}

internal sealed class PoolCall<T> : TriedCall
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

    public override bool Try(Device device) => device.TryPool<T>(windows.Operand, y.Operand, isMax);
}

internal sealed class MaxAdjointCall<T> : TriedCall
    where T : unmanaged
{
    private readonly Place windows;
    private readonly Place y;
    private readonly Place dy;
    private readonly Place target;
    private readonly Place dx;

    public MaxAdjointCall(Place windows, Place y, Place dy, Place target, Place dx)
    {
        (this.windows, this.y, this.dy, this.target, this.dx) = (windows, y, dy, target, dx);
        (Reads, Writes) = ([windows, y, dy], [target, dx]);
    }

    public override bool Try(Device device) => device.TryMaxAdjoint<T>(windows.Operand, y.Operand, dy.Operand, target.Operand, dx.Operand);
}

internal sealed class AverageAdjointCall<T> : TriedCall
    where T : unmanaged
{
    private readonly Place dy;
    private readonly Place target;
    private readonly Place dx;

    public AverageAdjointCall(Place dy, Place target, Place dx)
    {
        (this.dy, this.target, this.dx) = (dy, target, dx);
        (Reads, Writes) = ([dy], [target, dx]);
    }

    public override bool Try(Device device) => device.TryAverageAdjoint<T>(dy.Operand, target.Operand, dx.Operand);
}

internal sealed class MaxGatherCall<T> : TriedCall
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

    public override bool Try(Device device) => device.TryMaxGather<T>(windows.Operand, y.Operand, others.Operand, result.Operand);
}

internal sealed class PadCall<T> : TriedCall
    where T : unmanaged
{
    private readonly Place x;
    private readonly (int Top, int Left) margin;
    private readonly T value;
    private readonly Place y;

    public PadCall(Place x, (int Top, int Left) margin, T value, Place y)
    {
        (this.x, this.margin, this.value, this.y) = (x, margin, value, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override bool Try(Device device) => device.TryPad(x.Operand, margin.Top, margin.Left, value, y.Operand);
}
