namespace Onsager.Tensors;

/// <summary>What a memory pool has done since the program began, and what it holds. A program whose steps repeat makes no new blocks: every request is a hit.</summary>
public record struct PoolStatistics
{
    /// <summary>How often memory was asked for.</summary>
    public long Requests { get; internal set; }

    /// <summary>How often a block that had come back was given again; the other requests made a new one.</summary>
    public long Hits { get; internal set; }

    /// <summary>Native blocks that were made and not given back to the system.</summary>
    public long Blocks { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Blocks that tensors use.</summary>
    public long BlocksInUse { get; internal set; }

    /// <summary>Their bytes: those of the elements and at most a quarter more, since blocks have a few sizes.</summary>
    public long BytesInUse { get; internal set; }

    /// <summary>The most bytes in use since the program began, or since <see cref="CpuDevice.ResetPoolPeak"/>.</summary>
    public long PeakBytesInUse { get; internal set; }
}
