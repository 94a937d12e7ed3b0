using System.Diagnostics.CodeAnalysis;

namespace Onsager.Tensors;

/// <summary>The processor: the drivers of Onsager.Simd over runs of elements, on one or several threads with the same bits.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The device, and its worker pool with it, lives as long as the program.")]
public sealed partial class CpuDevice : Device
{
    private readonly Pool pool = new();
    private readonly WorkerPool workers = new();

    internal CpuDevice()
    {
        workers.Threads = Environment.ProcessorCount;
        _ = TensorEvents.Log;
    }

    /// <summary>What the memory pool has done so far and holds now.</summary>
    public PoolStatistics PoolStatistics => pool.Statistics;

    /// <summary>Whether released memory is filled with NaN (all bits set), so that what is read after its release shows; on in debug builds.</summary>
    public bool FillsReleasedMemory
    {
        get => pool.FillsReleased;
        set => pool.FillsReleased = value;
    }

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

    /// <summary>Begins a new measurement of <see cref="PoolStatistics.PeakBytesInUse"/>.</summary>
    public void ResetPoolPeak() => pool.ResetPeak();

    /// <summary>Lets the n-th request for memory from now on fail, once; 0 lets none fail. For tests.</summary>
    internal void RefuseAllocation(long request) => pool.Refuse(request);

    internal void Lose(CpuStorage storage) => pool.Lose(storage);

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
    protected internal override void Recycle(Storage storage)
    {
        CpuStorage own = (CpuStorage)storage;
        if (own.IsBorrowed)
        {
            own.GiveBack();
        }
        else
        {
            pool.Return(own);
        }
    }

    /// <summary>Consecutive elements as a span.</summary>
    internal static Span<T> Memory<T>(Storage storage, nint offset, nint count)
        where T : unmanaged => ((CpuStorage)storage).Span<T>(offset, count);
}
