using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Onsager.Gpu.Devices;

/// <summary>
/// A point in a queue of a device, reached once all is done that was given to the queue before: an event of the driver's. The simulation is done
/// with everything when a call returns, so its marks are always reached.
/// </summary>
internal sealed unsafe class GpuMark : IDisposable
{
    private readonly Accelerator accelerator;
    private nint handle;

    private GpuMark(Accelerator accelerator, nint handle) => (this.accelerator, this.handle) = (accelerator, handle);

    /// <summary>Marks the present end of a queue.</summary>
    public static GpuMark Of(AcceleratorStream queue)
    {
        nint handle = 0;
        using ScopedAcceleratorBinding binding = queue.Accelerator.BindScoped();
        switch (queue)
        {
            case CLStream openCl:
                Check(QueueFunctions.OpenClBarrier(openCl.CommandQueue, 0, &handle));

                // Another queue may wait for the mark, which OpenCL promises to be reached only if this one is flushed.
                CLException.ThrowIfFailed(CLAPI.CurrentAPI.FlushCommandQueue(openCl.CommandQueue));
                break;
            case CudaStream cuda:
                CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.CreateEvent(out handle, CudaEventFlags.CU_EVENT_DISABLE_TIMING));
                CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.RecordEvent(handle, cuda.StreamPtr));
                break;
            default:
                break;
        }

        return new GpuMark(queue.Accelerator, handle);
    }

    /// <summary>Whether the point is reached.</summary>
    public bool IsReached
    {
        get
        {
            if (handle == 0)
            {
                return true;
            }

            using ScopedAcceleratorBinding binding = accelerator.BindScoped();
            if (accelerator is CudaAccelerator)
            {
                CudaError error = CudaAPI.CurrentAPI.QueryEvent(handle);
                if (error != CudaError.CUDA_ERROR_NOT_READY)
                {
                    CudaException.ThrowIfFailed(error);
                }

                return error == CudaError.CUDA_SUCCESS;
            }

            Check(QueueFunctions.OpenClStatus(handle, out int status));
            Check(int.Min(status, 0));
            return status == 0;
        }
    }

    /// <summary>What is given to a queue from now on begins once the point is reached; the caller does not wait.</summary>
    public void Await(AcceleratorStream queue)
    {
        if (handle == 0)
        {
            return;
        }

        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        if (queue is CudaStream cuda)
        {
            CudaException.ThrowIfFailed((CudaError)QueueFunctions.CudaStreamWait(cuda.StreamPtr, handle));
        }
        else
        {
            Check(QueueFunctions.OpenClBarrier(((CLStream)queue).CommandQueue, handle, null));
        }
    }

    /// <summary>Waits until the point is reached.</summary>
    public void Wait()
    {
        if (handle == 0)
        {
            return;
        }

        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        if (accelerator is CudaAccelerator)
        {
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.SynchronizeEvent(handle));
        }
        else
        {
            Check(QueueFunctions.OpenClWait(handle));
        }
    }

    /// <summary>Gives the event back; queues that wait for it still do.</summary>
    public void Dispose()
    {
        nint mine = handle;
        handle = 0;
        if (mine == 0)
        {
            return;
        }

        // What a lost device says about its events changes nothing.
        if (accelerator is CudaAccelerator)
        {
            _ = CudaAPI.CurrentAPI.DestroyEvent(mine);
        }
        else
        {
            _ = QueueFunctions.OpenClRelease(mine);
        }
    }

    private static void Check(int error) => CLException.ThrowIfFailed((CLError)error);
}
