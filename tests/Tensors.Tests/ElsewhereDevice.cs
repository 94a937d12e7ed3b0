namespace Onsager.Tensors.Tests;

/// <summary>A device that holds memory and moves nothing: for what is refused before anything moves.</summary>
internal sealed class ElsewhereDevice : Device
{
    public override string Name => "elsewhere";

    public override DeviceKind Kind => DeviceKind.Emulated;

    public override bool IsExact => true;

    public override Storage Allocate(nint bytes) => new Block(this, bytes);

    public override void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset)
    {
    }

    public override void CopyToHost<T>(Storage source, nint offset, Span<T> destination) => throw new NotSupportedException();

    public override void Copy<T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void Fill<T>(T value, Operand y)
    {
    }

    public override void Unary<TOp, T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void Binary<TOp, T>(Operand x, Operand y, Operand z) => throw new NotSupportedException();

    public override void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w) => throw new NotSupportedException();

    public override void Sum<T>(Operand x, Operand y) => throw new NotSupportedException();

    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c) => throw new NotSupportedException();

    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y) => throw new NotSupportedException();

    protected internal override void Recycle(Storage storage)
    {
    }

    private sealed class Block(Device device, nint bytes) : Storage(device, bytes);
}
