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

internal sealed class LinearCall<T> : Call
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place weight;
    private readonly Place bias;
    private readonly Place y;

    public LinearCall(Place x, Place weight, Place bias, Place y)
    {
        (this.x, this.weight, this.bias, this.y) = (x, weight, bias, y);
        (Reads, Writes) = ([x, weight, bias], [y]);
    }

    public override void Run(Device device)
    {
        if (device is CpuDevice processor)
        {
            processor.Linear<T>(x.Operand, weight.Operand, bias.Operand, y.Operand);
        }
        else
        {
            device.Linear<T>(x.Operand, weight.Operand, bias.Operand, y.Operand);
        }
    }

    public override Call? Then<TOp, TNext>(UnaryCall<TOp, TNext> next) =>
        typeof(TNext) == typeof(T) && y.Layout.SameElements(in next.X.Layout) && next.Y.Layout.IsContiguous
            ? new LinearCall<TOp, T>(x, weight, bias, next.Y)
            : null;
}

/// <summary>A layer with its activation.</summary>
internal sealed class LinearCall<TOp, T> : Call
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place weight;
    private readonly Place bias;
    private readonly Place y;

    public LinearCall(Place x, Place weight, Place bias, Place y)
    {
        (this.x, this.weight, this.bias, this.y) = (x, weight, bias, y);
        (Reads, Writes) = ([x, weight, bias], [y]);
    }

    public override void Run(Device device)
    {
        if (device is CpuDevice processor)
        {
            processor.Linear<TOp, T>(x.Operand, weight.Operand, bias.Operand, y.Operand);
        }
        else
        {
            device.Linear<TOp, T>(x.Operand, weight.Operand, bias.Operand, y.Operand);
        }
    }
}
