namespace Onsager.Gpu.Devices;

/// <summary>
/// A device's memory pool: drivers synchronise when they free, so memory is kept, on shelves of one size each, two to every doubling from
/// 512 bytes on. Pieces up to 128 KiB are cut from slabs of 2 MiB, so that many small tensors cost the driver one request; larger ones are
/// blocks of their own. Every piece lies at a multiple of 256 bytes. Work is done in the order in which it was launched, so a piece may be
/// lent out again while the last kernel on it still runs.
/// </summary>
internal sealed class GpuPool(GpuAccelerator accelerator) : IDisposable
{
    /// <summary>The bytes of a slab.</summary>
    public const long SlabBytes = 2 << 20;

    /// <summary>The largest piece of a slab: what is left of a slab that the next one no longer fits into is lost until the pool is trimmed, a sixteenth at most.</summary>
    public const long LargestPiece = SlabBytes / 16;

    /// <summary>Where pieces begin: drivers promise as much for a block.</summary>
    public const int Alignment = 256;

    private const int SmallestLog = 8;
    private const int Shelves = 2 * (62 - SmallestLog);

    private readonly Stack<GpuStorage>[] shelves = [.. Enumerable.Range(0, Shelves).Select(_ => new Stack<GpuStorage>())];
    private readonly HashSet<GpuBlock> blocks = [];
    private readonly Lock gate = new();
    private GpuBlock? slab;
    private long refusal;

    /// <summary>Blocks that exist, slabs among them: constant once a program's steps repeat.</summary>
    public long Blocks { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Pieces that are lent out.</summary>
    public long Lent { get; private set; }

    /// <summary>Lets the n-th request from now on find no memory, once; 0 lets none. For tests.</summary>
    public void Refuse(long request)
    {
        lock (gate)
        {
            refusal = request;
        }
    }

    /// <summary>The shelf of pieces of at least so many bytes; one past the last if there is none.</summary>
    public static int ShelfOf(nint bytes)
    {
        int shelf = 0;
        while (shelf < Shelves && Size(shelf) < bytes)
        {
            shelf++;
        }

        return shelf;
    }

    /// <summary>A piece of at least so many bytes.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much left.</exception>
    public GpuStorage Take(GpuDevice device, nint bytes)
    {
        int shelf = ShelfOf(bytes);
        if (shelf == Shelves)
        {
            throw new InsufficientMemoryException($"{accelerator.Name}: no {bytes} bytes left on the device.");
        }

        lock (gate)
        {
            if (refusal > 0 && --refusal == 0)
            {
                throw new InsufficientMemoryException($"{accelerator.Name}: no {bytes} bytes left on the device, by request.");
            }

            if (!shelves[shelf].TryPop(out GpuStorage? storage))
            {
                storage = Cut(device, shelf);
            }

            storage.Block.Lent++;
            Lent++;
            return storage;
        }
    }

    public void Return(GpuStorage storage)
    {
        lock (gate)
        {
            shelves[storage.Shelf].Push(storage);
            storage.Block.Lent--;
            Lent--;
        }
    }

    /// <summary>Gives every block of which nothing is lent out back to the driver.</summary>
    public void Trim()
    {
        if (accelerator.Failure is null)
        {
            accelerator.Synchronize();
        }

        lock (gate)
        {
            foreach (Stack<GpuStorage> shelf in shelves)
            {
                // Those that stay keep their order.
                GpuStorage[] kept = [.. shelf.Where(static storage => storage.Block.Lent > 0).Reverse()];
                shelf.Clear();
                Array.ForEach(kept, shelf.Push);
            }

            foreach (GpuBlock block in blocks.Where(static block => block.Lent == 0).ToArray())
            {
                blocks.Remove(block);
                Blocks--;
                Bytes -= block.Buffer.Length;
                if (block == slab)
                {
                    slab = null;
                }

                accelerator.Free(block.Buffer);
            }
        }
    }

    public void Dispose() => Trim();

    /// <summary>A new piece, of a slab or a block of its own.</summary>
    private GpuStorage Cut(GpuDevice device, int shelf)
    {
        long bytes = Size(shelf);
        if (bytes > LargestPiece)
        {
            return new GpuStorage(device, Make(bytes), 0, bytes, shelf);
        }

        if (slab is null || slab.Buffer.Length - slab.Cut < bytes)
        {
            slab = Make(SlabBytes);
        }

        long start = slab.Cut;
        slab.Cut += bytes;
        return new GpuStorage(device, slab, start, bytes, shelf);
    }

    private GpuBlock Make(long bytes)
    {
        GpuBlock block;
        try
        {
            block = new GpuBlock(accelerator.Allocate(bytes));
        }
        catch (OutOfMemoryException)
        {
            // What lies on the shelves may be what is missing.
            Trim();
            block = new GpuBlock(accelerator.Allocate(bytes));
        }

        blocks.Add(block);
        Blocks++;
        Bytes += bytes;
        return block;
    }

    // 256, 512, 768, 1024, 1536, ...: all of them multiples of the alignment.
    private static long Size(int shelf) => shelf == 0 ? Alignment : (shelf % 2 == 1 ? 2L : 3L) << (SmallestLog + ((shelf - 1) / 2));
}
