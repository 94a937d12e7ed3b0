using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    /// <summary>Thrown by the next call of the driver, once: tests have no other way to lose a device.</summary>
    internal Exception? NextFailure { get; set; }

    /// <summary>What the device failed with; null while it works.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Copies from the host and to it so far.</summary>
    public (long FromHost, long ToHost) Copies { get; private set; }

    /// <summary>Bytes of device memory.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much left.</exception>
    /// <exception cref="DeviceLostException">The device has failed before.</exception>
    public MemoryBuffer1D<byte, Stride1D.Dense> Allocate(long bytes)
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                return Accelerator.Allocate1D<byte>(bytes);
            }
            catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException or OverflowException)
            {
                throw new InsufficientMemoryException($"{Name}: no {bytes} bytes left on the device.", exception);
            }
        }
    }

    /// <summary>Gives memory back to the driver. That of a lost device is gone already.</summary>
    public void Free(MemoryBuffer buffer)
    {
        lock (gate)
        {
            try
            {
                buffer.Dispose();
            }
            catch (AcceleratorException) when (Failure is not null)
            {
            }
        }
    }

    /// <summary>Copies bytes to the device, after all work that was launched before, and waits for it: the source need not live longer.</summary>
    public void FromHost(ReadOnlySpan<byte> source, ArrayView<byte> destination)
    {
        lock (gate)
        {
            ThrowIfLost();
            Copies = (Copies.FromHost + 1, Copies.ToHost);
            try
            {
                ThrowIfTold();

                // Of ILGPU's methods only those on spans hold the bytes in their place until the copy is done.
                destination.CopyFromCPU(stream, in source);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy from the host", exception);
            }
        }
    }

    /// <summary>Copies bytes to the host, after all work that was launched before.</summary>
    public void ToHost(ArrayView<byte> source, Span<byte> destination)
    {
        lock (gate)
        {
            ThrowIfLost();
            Copies = (Copies.FromHost, Copies.ToHost + 1);
            try
            {
                ThrowIfTold();
                source.CopyToCPU(stream, in destination);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy to the host", exception);
            }
        }
    }

    /// <summary>Copies consecutive bytes on the device.</summary>
    public void Copy(ArrayView<byte> x, ArrayView<byte> y)
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                x.CopyTo(stream, y);
            }
            catch (AcceleratorException exception)
            {
                throw Lose("copy", exception);
            }
        }
    }

    /// <summary>Waits until everything launched so far is done, copies beside it too.</summary>
    public void Synchronize()
    {
        lock (gate)
        {
            ThrowIfLost();
            try
            {
                ThrowIfTold();
                stream.Synchronize();
                upward?.Synchronize();
                downward?.Synchronize();
            }
            catch (AcceleratorException exception)
            {
                throw Lose("wait", exception);
            }
        }
    }

    /// <summary>Says clearly that nothing more can come from a device that has failed.</summary>
    internal void ThrowIfLost()
    {
        if (Failure is not null)
        {
            throw new DeviceLostException($"{Name}: the device was lost before ({Word(Failure)}); what lies on it is gone.", Failure);
        }
    }

    private void ThrowIfTold()
    {
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }
    }

    private DeviceLostException Lose(string work, Exception exception)
    {
        Failure = exception;
        return new DeviceLostException($"{Name}: the device failed in a {work}, or in work before it ({Word(exception)}); what lies on it is gone.", exception);
    }

    /// <summary>What the driver said; ILGPU leaves an OpenCL error's number out of the message.</summary>
    private static string Word(Exception exception) => exception is CLException openCl ? openCl.Error.ToString() : exception.Message;
}
