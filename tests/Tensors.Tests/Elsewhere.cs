namespace Onsager.Tensors.Tests;

/// <summary>Another device: it holds memory and computes nothing.</summary>
internal sealed class Elsewhere : Device
{
    public override string Name => "elsewhere";

    public override DeviceKind Kind => DeviceKind.Emulated;

    public override bool IsExact => true;

    public override Storage Allocate(nint bytes) => new Memory(this, bytes);

    protected internal override void Recycle(Storage storage)
    {
    }

    public override void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset)
    {
    }

    public override void CopyToHost<T>(Storage source, nint offset, Span<T> destination) => destination.Clear();

    public override void Copy<T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void Fill<T>(T value, Operand y) => throw new NotSupportedException();

    public override void Unary<TOp, T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void Binary<TOp, T>(Operand x, Operand y, Operand z) => throw new NotSupportedException();

    public override void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w) => throw new NotSupportedException();

    public override void Sum<T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c) => throw new NotSupportedException();

    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y) =>
        throw new NotSupportedException();

    private sealed class Memory(Device device, nint bytes) : Storage(device, bytes);
}
