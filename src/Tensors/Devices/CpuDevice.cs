using System.Diagnostics.CodeAnalysis;

namespace Onsager.Tensors;

/// <summary>The processor: the drivers of Onsager.Simd over runs of elements, on one or several threads with the same bits.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The device, and its worker pool with it, lives as long as the program.")]
public sealed partial class CpuDevice : Device
{
    private readonly Pool pool = new();
    private readonly WorkerPool workers = new();

    internal CpuDevice() => workers.Threads = Environment.ProcessorCount;

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    public override DeviceKind Kind => DeviceKind.Cpu;

    /// <inheritdoc/>
    public override bool IsExact => true;

    /// <summary>Threads that share the work, 1 to 256; by default one per core. Results do not depend on it. Not to be changed while another thread computes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 256.</exception>
    public int Threads
    {
        get => workers.Threads;
        set => workers.Threads = value;
    }

    /// <summary>Native blocks that the pool has made and still holds or lent out; constant once a program's steps repeat.</summary>
    public long NativeBlocks => pool.Blocks;

    /// <summary>Gives the pool's unused memory back to the system.</summary>
    public void TrimPool() => pool.Trim();

    /// <inheritdoc/>
    public override Storage Allocate(nint bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return pool.Take(this, bytes);
    }

    /// <inheritdoc/>
    public override void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset) =>
        source.CopyTo(Memory<T>(destination, offset, source.Length));

    /// <inheritdoc/>
    public override void CopyToHost<T>(Storage source, nint offset, Span<T> destination) =>
        ((ReadOnlySpan<T>)Memory<T>(source, offset, destination.Length)).CopyTo(destination);

    /// <inheritdoc/>
    protected internal override void Recycle(Storage storage) => pool.Return((CpuStorage)storage);

    /// <summary>Consecutive elements as a span.</summary>
    internal static Span<T> Memory<T>(Storage storage, nint offset, nint count)
        where T : unmanaged => ((CpuStorage)storage).Span<T>(offset, count);
}
