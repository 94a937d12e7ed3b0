using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>
/// Device memory of copies that run beside the device's queue. The pool's rule, that everything is done in order, does not hold for them: a piece is lent out again
/// only to wait for what used it last. Of each size three pieces are kept, so that this is done long since; more are made only while all are in use.
/// </summary>
internal sealed class TransferMemory(GpuDevice device, GpuAccelerator accelerator, GpuPool pool)
{
    // One that comes, one that is computed with, and one that was.
    private const int Most = 3;

    private readonly Lock gate = new();
    private readonly Dictionary<int, (Queue<GpuStorage> Waiting, int Made)> shelves = [];

    /// <summary>Pieces that wait here.</summary>
    public long Waiting { get; private set; }

    /// <summary>A piece that is free once its mark is reached.</summary>
    public GpuStorage Take(nint bytes)
    {
        lock (gate)
        {
            int shelf = GpuPool.ShelfOf(bytes);
            (Queue<GpuStorage> waiting, int made) = shelves.TryGetValue(shelf, out (Queue<GpuStorage>, int) known) ? known : ([], 0);
            GpuStorage? oldest;
            while (made > Most && waiting.TryPeek(out oldest) && accelerator.IsReached(oldest.Free))
            {
                Release(waiting.Dequeue());
                Waiting--;
                shelves[shelf] = (waiting, --made);
            }

            if (waiting.TryPeek(out oldest) && (made >= Most || accelerator.IsReached(oldest.Free)))
            {
                waiting.Dequeue();
                Waiting--;
                return oldest;
            }

            GpuStorage storage = pool.Take(device, bytes);
            storage.IsTransfer = true;
            storage.Free = accelerator.Mark();
            shelves[shelf] = (waiting, made + 1);
            return storage;
        }
    }

    /// <summary>Takes a piece back; it is free once the mark is reached, or once its elements are there, if nothing on the device's queue waited for them.</summary>
    public void Return(GpuStorage storage, GpuMark? free)
    {
        lock (gate)
        {
            if (storage.Arrival is { } arrival)
            {
                // No kernel has used the piece, and the end of the device's queue says nothing of the copy.
                free?.Dispose();
                free = arrival;
                storage.Arrival = null;
            }

            if (storage.Free != free)
            {
                storage.Free?.Dispose();
                storage.Free = free;
            }

            shelves[storage.Shelf].Waiting.Enqueue(storage);
            Waiting++;
        }
    }

    /// <summary>Gives all that wait back to the pool, once they are free.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Clear()
    {
        lock (gate)
        {
            if (Waiting == 0)
            {
                return false;
            }

            if (accelerator.Failure is null)
            {
                accelerator.Synchronize();
            }

            foreach ((int shelf, (Queue<GpuStorage> waiting, int made)) in shelves.ToArray())
            {
                shelves[shelf] = (waiting, made - waiting.Count);
                while (waiting.TryDequeue(out GpuStorage? storage))
                {
                    Release(storage);
                }
            }

            Waiting = 0;
            return true;
        }
    }

    /// <summary>Gives a piece that is free back to the pool.</summary>
    private void Release(GpuStorage storage)
    {
        storage.Free?.Dispose();
        storage.Free = null;
        storage.IsTransfer = false;
        pool.Return(storage);
    }
}
