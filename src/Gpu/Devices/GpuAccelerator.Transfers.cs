using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace Onsager.Gpu.Devices;

/// <summary>
/// Copies between the host and the device on queues of their own, one for each direction: they run beside the work of the device's queue, and
/// each queue waits for the others where it needs what they make. Only the device waits; the caller goes on.
/// </summary>
internal sealed partial class GpuAccelerator
{
    private AcceleratorStream? upward;
    private AcceleratorStream? downward;

    /// <summary>Locks pages of the host's memory, so that the device copies from them and to them by itself. CUDA does; elsewhere the scope is an empty one.</summary>
    public PageLockScope<byte> Lock(nint start, long bytes)
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                return Accelerator.CreatePageLockFromPinned<byte>(start, bytes);
            }
            catch (AcceleratorException exception)
            {
                throw new InsufficientMemoryException($"{Name}: no {bytes} bytes of the host's memory can be page-locked.", exception);
            }
        }
    }

    /// <summary>Unlocks pages. Those of a lost device are unlocked already.</summary>
    public void Unlock(PageLockScope<byte> scope)
    {
        lock (gate)
        {
            try
            {
                scope.Dispose();
            }
            catch (AcceleratorException) when (Failure is not null)
            {
            }
        }
    }

    /// <summary>
    /// Begins a copy to the device, after what has used the memory before and after an earlier copy of the same bytes of the host; the device's queue
    /// waits for it when the memory is first used.
    /// </summary>
    /// <returns>When the host's bytes may change.</returns>
    public GpuMark BeginFromHost(nint source, long bytes, GpuStorage destination, GpuMark? before)
    {
        lock (gate)
        {
            ThrowIfLost();
            Copies = (Copies.FromHost + 1, Copies.ToHost);
            try
            {
                ThrowIfTold();
                upward ??= Accelerator.CreateStream();
                before?.Await(upward);
                destination.Free?.Await(upward);

                // ILGPU's OpenCL copies as many bytes as the host's buffer has, so it is made to measure.
                using CPUMemoryBuffer host = CPUMemoryBuffer.Create(Accelerator, source, bytes, 1);
                destination.View<byte>().SubView(0, bytes).CopyFrom(upward, host.AsRawArrayView());
                destination.Arrival = GpuMark.Of(upward);
                return GpuMark.Of(upward);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy from the host", exception);
            }
        }
    }

    /// <summary>Begins a copy to the host, after all work that was launched before; that which is launched later does not wait.</summary>
    /// <returns>When the bytes have come; and the same mark again, for the memory.</returns>
    public (GpuMark Host, GpuMark Memory) BeginToHost(GpuStorage source, long bytes, nint destination, GpuMark? before)
    {
        lock (gate)
        {
            ThrowIfLost();
            Copies = (Copies.FromHost, Copies.ToHost + 1);
            try
            {
                ThrowIfTold();
                downward ??= Accelerator.CreateStream();
                before?.Await(downward);
                using (GpuMark launched = GpuMark.Of(stream))
                {
                    launched.Await(downward);
                }

                using CPUMemoryBuffer host = CPUMemoryBuffer.Create(Accelerator, destination, bytes, 1);
                source.View<byte>().SubView(0, bytes).CopyTo(downward, host.AsRawArrayView());
                return (GpuMark.Of(downward), GpuMark.Of(downward));
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy to the host", exception);
            }
        }
    }

    /// <summary>The present end of the device's queue; null if the device is lost, which makes no use of it.</summary>
    public GpuMark? Mark()
    {
        lock (gate)
        {
            try
            {
                return Failure is null ? GpuMark.Of(stream) : null;
            }
            catch (AcceleratorException exception)
            {
                Failure = exception;
                return null;
            }
        }
    }

    /// <summary>The device's queue waits for what has used a piece of memory before.</summary>
    public void AwaitFree(GpuStorage storage)
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                storage.Free?.Await(stream);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("wait", exception);
            }
        }
    }

    /// <summary>The device's queue waits for a copy from the host, once; whoever comes second comes after that.</summary>
    public void AwaitArrival(GpuStorage storage)
    {
        lock (gate)
        {
            if (storage.Arrival is not { } arrival)
            {
                return;
            }

            ThrowIfLost();
            try
            {
                arrival.Await(stream);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("wait", exception);
            }

            arrival.Dispose();
            storage.Arrival = null;
        }
    }

    /// <summary>Waits for a mark, and holds nobody up meanwhile.</summary>
    public void Wait(GpuMark mark)
    {
        try
        {
            lock (gate)
            {
                ThrowIfLost();
                ThrowIfTold();
            }

            mark.Wait();
        }
        catch (AcceleratorException exception)
        {
            lock (gate)
            {
                throw Lose("copy", exception);
            }
        }
    }

    /// <summary>Whether a mark is reached; a lost device reaches none.</summary>
    public bool IsReached(GpuMark? mark)
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                return mark is null || mark.IsReached;
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy", exception);
            }
        }
    }
}
