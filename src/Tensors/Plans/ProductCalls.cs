using Onsager.Simd;

namespace Onsager.Tensors;

internal sealed class MatMulCall<T> : Call
    where T : unmanaged
{
    private readonly T alpha;
    private readonly T beta;
    private readonly Place a;
    private readonly Place b;
    private readonly Place c;

    public MatMulCall(T alpha, Place a, Place b, T beta, Place c)
    {
        (this.alpha, this.a, this.b, this.beta, this.c) = (alpha, a, b, beta, c);
        bool addsUp = !EqualityComparer<T>.Default.Equals(beta, default);
        (Reads, Writes) = (addsUp ? [a, b, c] : [a, b], [c]);
    }

    public override void Run(Device device)
    {
        if (device is CpuDevice processor)
        {
            processor.MatMul(alpha, a.Operand, b.Operand, beta, c.Operand);
        }
        else
        {
            device.MatMul(alpha, a.Operand, b.Operand, beta, c.Operand);
        }
    }
}

internal sealed class MatMulBatchCall<T> : Call
    where T : unmanaged
{
    private readonly Place a;
    private readonly Place b;
    private readonly Place c;

    public MatMulBatchCall(Place a, Place b, Place c)
    {
        (this.a, this.b, this.c) = (a, b, c);
        (Reads, Writes) = ([a, b], [c]);
    }

    public override void Run(Device device) => device.MatMulBatch<T>(a.Operand, b.Operand, c.Operand);
}

/// <summary>A layer: a product and a bias, and perhaps an activation.</summary>
internal abstract class LayerCall : Call
{
    protected LayerCall(Place x, Place weight, Place bias, Place y)
    {
        (X, Weight, Bias, Y) = (x, weight, bias, y);
        (Reads, Writes) = ([x, weight, bias], [y]);
    }

    protected Place X { get; }

    protected Place Weight { get; }

    protected Place Bias { get; }

    protected Place Y { get; }
}

internal sealed class LinearCall<T>(Place x, Place weight, Place bias, Place y) : LayerCall(x, weight, bias, y)
    where T : unmanaged
{
    public override void Run(Device device) => Products.Linear<T>(device, X.Operand, Weight.Operand, Bias.Operand, Y.Operand);

    public override Call? Then<TOp, TNext>(UnaryCall<TOp, TNext> next) =>
        typeof(TNext) == typeof(T) && Y.Layout.SameElements(in next.X.Layout) && next.Y.Layout.IsContiguous
            ? new LinearCall<TOp, T>(X, Weight, Bias, next.Y)
            : null;
}

internal sealed class LinearCall<TOp, T>(Place x, Place weight, Place bias, Place y) : LayerCall(x, weight, bias, y)
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    public override void Run(Device device) => Products.Linear<TOp, T>(device, X.Operand, Weight.Operand, Bias.Operand, Y.Operand);
}
