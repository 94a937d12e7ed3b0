using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime;
using Onsager.Gpu.Devices;

namespace Onsager.Gpu;

/// <summary>
/// Memory of the host that a device copies from and to by itself, beside its computing: see <see cref="GpuDevice.Upload{T}"/> and
/// <see cref="GpuDevice.Download{T}"/>. On CUDA its pages are locked; elsewhere it is plain memory, and the copies are as asynchronous as the driver makes
/// them. Asking for <see cref="Span"/> waits for the copies, so elements are never seen half copied; a span that was asked for before a copy began is the
/// caller's to leave alone. For one thread at a time.
/// </summary>
[RequiresDynamicCode("ILGPU compiles kernels at run time")]
[RequiresUnreferencedCode("ILGPU reads kernels as IL")]
public sealed unsafe class HostBuffer<T> : IDisposable
    where T : unmanaged
{
    // Pages are locked whole.
    private const int Page = 4096;

    private readonly Lock gate = new();
    private readonly PageLockScope<byte>? pages;
    private byte* memory;
    private GpuMark? pending;

    internal HostBuffer(GpuDevice device, int length)
    {
        Device = device;
        Length = length;
        nuint bytes = ((nuint)long.Max(1, (long)length * Unsafe.SizeOf<T>()) + Page - 1) / Page * Page;
        memory = (byte*)NativeMemory.AlignedAlloc(bytes, Page);
        NativeMemory.Clear(memory, bytes);
        try
        {
            pages = device.Accelerator.Lock((nint)memory, (long)bytes);
        }
        catch
        {
            NativeMemory.AlignedFree(memory);
            throw;
        }
    }

    /// <summary>The device that copies.</summary>
    public GpuDevice Device { get; }

    /// <summary>The number of elements, zero at first.</summary>
    public int Length { get; }

    /// <summary>Whether the pages are locked: on CUDA.</summary>
    public bool IsPageLocked => pages is CudaPageLockScope<byte>;

    /// <summary>The elements, once no copy reads or writes them any more.</summary>
    /// <exception cref="DeviceLostException">The device has failed, in a copy or before.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<T> Span
    {
        get
        {
            lock (gate)
            {
                ThrowIfDisposed();
                Wait();
                return new Span<T>(memory, Length);
            }
        }
    }

    /// <summary>Waits for the copies, and unlocks and frees the memory. Before the device is disposed.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (memory is null)
            {
                return;
            }

            try
            {
                Wait();
            }
            catch (DeviceLostException)
            {
                // Nothing is copied any more.
                pending?.Dispose();
                pending = null;
            }

            Device.Accelerator.Unlock(pages!);
            NativeMemory.AlignedFree(memory);
            memory = null;
        }
    }

    /// <summary>Begins a copy of the first elements to a piece of the device's memory.</summary>
    internal void Send(GpuStorage destination, long elements)
    {
        lock (gate)
        {
            ThrowIfDisposed();
            Become(Device.Accelerator.BeginFromHost((nint)memory, elements * Unsafe.SizeOf<T>(), destination, pending));
        }
    }

    /// <summary>Begins a copy of a piece of the device's memory to the first elements.</summary>
    /// <returns>When the piece is free again.</returns>
    internal GpuMark Receive(GpuStorage source, long elements)
    {
        lock (gate)
        {
            ThrowIfDisposed();
            (GpuMark host, GpuMark device) = Device.Accelerator.BeginToHost(source, elements * Unsafe.SizeOf<T>(), (nint)memory, pending);
            Become(host);
            return device;
        }
    }

    private void Become(GpuMark mark)
    {
        pending?.Dispose();
        pending = mark;
    }

    private void Wait()
    {
        if (pending is not null)
        {
            Device.Accelerator.Wait(pending);
            pending.Dispose();
            pending = null;
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(memory is null, this);
}
