using System.Numerics;

namespace Onsager.Tensors;

/// <summary>
/// The processor's memory pool: shelves of blocks by size, four sizes to each doubling, so that at most a fifth of a block is wasted.
/// Blocks keep their managed object, so a tensor made from the pool allocates nothing.
/// </summary>
internal sealed class Pool
{
    private const int SmallestLog = 6;
    private const int StepsPerDoubling = 4;

    private readonly Stack<CpuStorage>[] shelves = [.. Enumerable.Range(0, 58 * StepsPerDoubling).Select(_ => new Stack<CpuStorage>())];
    private readonly Lock gate = new();
    private PoolStatistics counts;
    private long refused;

    /// <summary>Blocks made so far: constant once a program's steps repeat.</summary>
    public long Blocks => Statistics.Blocks;

    /// <summary>What the pool has done so far and holds now.</summary>
    public PoolStatistics Statistics
    {
        get
        {
            lock (gate)
            {
                return counts;
            }
        }
    }

    /// <summary>Whether memory that comes back is filled with NaN, so that what is read after its release shows. On in debug builds.</summary>
    public bool FillsReleased { get; set; } = IsDebug;

#if DEBUG
    private static bool IsDebug => true;
#else
    private static bool IsDebug => false;
#endif

    public CpuStorage Take(CpuDevice device, nint bytes)
    {
        (int sizeClass, nint size) = Round(bytes);
        lock (gate)
        {
            if (++counts.Requests == refused)
            {
                // More than there can be: it fails as the system lets it fail.
                return new CpuStorage(device, nint.MaxValue - 63, sizeClass);
            }

            if (shelves[sizeClass].TryPop(out CpuStorage? storage))
            {
                counts.Hits++;
                Lend(storage);
                return storage;
            }
        }

        CpuStorage made = new(device, size, sizeClass);
        lock (gate)
        {
            counts.Blocks++;
            counts.Bytes += size;
            Lend(made);
        }

        return made;
    }

    /// <summary>Lets the n-th request from now on fail as if there were no memory, once; 0 lets none fail.</summary>
    public void Refuse(long request)
    {
        lock (gate)
        {
            refused = request == 0 ? 0 : counts.Requests + request;
        }
    }

    /// <summary>Begins a new measurement of the most bytes in use.</summary>
    public void ResetPeak()
    {
        lock (gate)
        {
            counts.PeakBytesInUse = counts.BytesInUse;
        }
    }

    public void Return(CpuStorage storage)
    {
        if (FillsReleased)
        {
            storage.Span<byte>(0, nint.Min(storage.ByteCount, int.MaxValue)).Fill(0xFF);
        }

        lock (gate)
        {
            TakeBack(storage);
            shelves[storage.SizeClass].Push(storage);
        }
    }

    /// <summary>A lent block was dropped without coming back, and the finalizer has freed it.</summary>
    public void Lose(CpuStorage storage)
    {
        lock (gate)
        {
            TakeBack(storage);
            counts.Blocks--;
            counts.Bytes -= storage.ByteCount;
        }
    }

    /// <summary>Lets go of every block that is not in use.</summary>
    public void Trim()
    {
        lock (gate)
        {
            foreach (Stack<CpuStorage> shelf in shelves)
            {
                counts.Blocks -= shelf.Count;
                foreach (CpuStorage storage in shelf)
                {
                    counts.Bytes -= storage.ByteCount;
                }

                shelf.Clear();
            }
        }
    }

    private void Lend(CpuStorage storage)
    {
        storage.IsLent = true;
        counts.BlocksInUse++;
        counts.BytesInUse += storage.ByteCount;
        counts.PeakBytesInUse = long.Max(counts.PeakBytesInUse, counts.BytesInUse);
    }

    private void TakeBack(CpuStorage storage)
    {
        storage.IsLent = false;
        counts.BlocksInUse--;
        counts.BytesInUse -= storage.ByteCount;
    }

    private static (int Class, nint Size) Round(nint bytes)
    {
        ulong least = (ulong)nint.Max(bytes, 1 << SmallestLog);
        int log = BitOperations.Log2(least), stepLog = log - BitOperations.Log2(StepsPerDoubling);
        ulong steps = (least - (1UL << log) + (1UL << stepLog) - 1) >> stepLog;
        int sizeClass = ((log - SmallestLog) * StepsPerDoubling) + (int)steps;
        return (sizeClass, (nint)((1UL << log) + (steps << stepLog)));
    }
}
