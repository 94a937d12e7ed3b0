namespace Onsager.Gpu.Devices;

/// <summary>
/// A device's memory pool: drivers synchronise when they free, so blocks are kept, on shelves of one size each, two to every doubling
/// from 256 bytes on. Work is done in the order in which it was launched, so a block may be lent out again while the last kernel on it
/// still runs.
/// </summary>
internal sealed class GpuPool(GpuAccelerator accelerator) : IDisposable
{
    private const int SmallestLog = 8;

    private readonly Stack<GpuStorage>[] shelves = [.. Enumerable.Range(0, 2 * (63 - SmallestLog)).Select(_ => new Stack<GpuStorage>())];
    private readonly Lock gate = new();
    private long refusal;

    /// <summary>Blocks that exist: constant once a program's steps repeat.</summary>
    public long Blocks { get; private set; }

    /// <summary>Blocks that are lent out.</summary>
    public long Lent { get; private set; }

    /// <summary>Lets the n-th request from now on find no memory, once; 0 lets none. For tests.</summary>
    public void Refuse(long request)
    {
        lock (gate)
        {
            refusal = request;
        }
    }

    public GpuStorage Take(GpuDevice device, nint bytes)
    {
        int shelf = 0;
        while (Size(shelf) < bytes)
        {
            if (++shelf == shelves.Length)
            {
                throw new InsufficientMemoryException($"{accelerator.Name}: no {bytes} bytes left on the device.");
            }
        }

        lock (gate)
        {
            if (refusal > 0 && --refusal == 0)
            {
                throw new InsufficientMemoryException($"{accelerator.Name}: no {bytes} bytes left on the device, by request.");
            }

            if (shelves[shelf].TryPop(out GpuStorage? storage))
            {
                Lent++;
                return storage;
            }
        }

        GpuStorage made = Make(device, shelf);
        lock (gate)
        {
            Blocks++;
            Lent++;
        }

        return made;
    }

    public void Return(GpuStorage storage)
    {
        lock (gate)
        {
            shelves[storage.Shelf].Push(storage);
            Lent--;
        }
    }

    /// <summary>Gives every block that is not lent out back to the driver.</summary>
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
                while (shelf.TryPop(out GpuStorage? storage))
                {
                    accelerator.Free(storage.Buffer);
                    Blocks--;
                }
            }
        }
    }

    public void Dispose() => Trim();

    private GpuStorage Make(GpuDevice device, int shelf)
    {
        try
        {
            return new GpuStorage(device, accelerator.Allocate(Size(shelf)), shelf);
        }
        catch (OutOfMemoryException)
        {
            // What lies on the shelves may be what is missing.
            Trim();
            return new GpuStorage(device, accelerator.Allocate(Size(shelf)), shelf);
        }
    }

    private static long Size(int shelf) => (shelf % 2 == 0 ? 2L : 3L) << (SmallestLog - 1 + (shelf / 2));
}
