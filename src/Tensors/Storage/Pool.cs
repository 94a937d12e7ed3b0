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
    private long blocks;

    /// <summary>Blocks made so far: constant once a program's steps repeat.</summary>
    public long Blocks => Interlocked.Read(ref blocks);

    public CpuStorage Take(CpuDevice device, nint bytes)
    {
        (int sizeClass, nint size) = Round(bytes);
        lock (gate)
        {
            if (shelves[sizeClass].TryPop(out CpuStorage? storage))
            {
                return storage;
            }
        }

        Interlocked.Increment(ref blocks);
        return new CpuStorage(device, size, sizeClass);
    }

    public void Return(CpuStorage storage)
    {
#if DEBUG
        // What is read after its release shows as NaN.
        storage.Span<byte>(0, nint.Min(storage.ByteCount, int.MaxValue)).Fill(0xFF);
#endif
        lock (gate)
        {
            shelves[storage.SizeClass].Push(storage);
        }
    }

    /// <summary>Lets go of every block that is not in use.</summary>
    public void Trim()
    {
        lock (gate)
        {
            foreach (Stack<CpuStorage> shelf in shelves)
            {
                Interlocked.Add(ref blocks, -shelf.Count);
                shelf.Clear();
            }
        }
    }

    private static (int Class, nint Size) Round(nint bytes)
    {
        nint least = nint.Max(bytes, 1 << SmallestLog);
        int log = (int)nint.Log2(least);
        nint step = ((nint)1 << log) / StepsPerDoubling;
        nint steps = (least - ((nint)1 << log) + step - 1) / step;
        int sizeClass = ((log - SmallestLog) * StepsPerDoubling) + (int)steps;
        return (sizeClass, ((nint)1 << log) + (steps * step));
    }
}
