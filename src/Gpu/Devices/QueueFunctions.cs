using System.Runtime.InteropServices;

namespace Onsager.Gpu.Devices;

/// <summary>What drivers offer for the order of queues, and ILGPU does not pass on: events that a queue of OpenCL waits for, and the wait of a stream of CUDA.</summary>
internal static unsafe class QueueFunctions
{
    private static readonly Lazy<nint> s_openCl = new(() => Library(OperatingSystem.IsWindows() ? "OpenCL.dll" : "libOpenCL.so.1"));
    private static readonly Lazy<nint> s_cuda = new(() => Library(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1"));
    private static readonly Lazy<nint> s_barrier = new(() => NativeLibrary.GetExport(s_openCl.Value, "clEnqueueBarrierWithWaitList"));
    private static readonly Lazy<nint> s_wait = new(() => NativeLibrary.GetExport(s_openCl.Value, "clWaitForEvents"));
    private static readonly Lazy<nint> s_release = new(() => NativeLibrary.GetExport(s_openCl.Value, "clReleaseEvent"));
    private static readonly Lazy<nint> s_information = new(() => NativeLibrary.GetExport(s_openCl.Value, "clGetEventInfo"));
    private static readonly Lazy<nint> s_streamWait = new(() => NativeLibrary.GetExport(s_cuda.Value, "cuStreamWaitEvent"));

    /// <summary>clEnqueueBarrierWithWaitList for no event, all that came before, or for one; the barrier's own event if it is asked for.</summary>
    public static int OpenClBarrier(nint queue, nint before, nint* made) =>
        ((delegate* unmanaged<nint, uint, nint*, nint*, int>)s_barrier.Value)(queue, before == 0 ? 0u : 1u, before == 0 ? null : &before, made);

    /// <summary>clWaitForEvents for one event.</summary>
    public static int OpenClWait(nint mark) => ((delegate* unmanaged<uint, nint*, int>)s_wait.Value)(1, &mark);

    /// <summary>clReleaseEvent.</summary>
    public static int OpenClRelease(nint mark) => ((delegate* unmanaged<nint, int>)s_release.Value)(mark);

    /// <summary>clGetEventInfo of CL_EVENT_COMMAND_EXECUTION_STATUS: 0 once it is complete, negative where it has failed.</summary>
    public static int OpenClStatus(nint mark, out int status)
    {
        const uint ExecutionStatus = 0x11D3;
        int found;
        int error = ((delegate* unmanaged<nint, uint, nint, void*, nint*, int>)s_information.Value)(mark, ExecutionStatus, sizeof(int), &found, null);
        status = found;
        return error;
    }

    /// <summary>cuStreamWaitEvent.</summary>
    public static int CudaStreamWait(nint stream, nint mark) => ((delegate* unmanaged<nint, nint, uint, int>)s_streamWait.Value)(stream, mark, 0);

    // An accelerator is open, so its driver's library is loaded already.
    private static nint Library(string name) => NativeLibrary.Load(name);
}
