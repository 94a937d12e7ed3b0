using System.Runtime.CompilerServices;
using Onsager.Gpu.Devices;
using Onsager.Tensors;

namespace Onsager.Gpu;

public sealed partial class GpuDevice
{
    /// <summary>Memory of the host for so many elements, zero at first, that this device copies from and to beside its computing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    /// <exception cref="OutOfMemoryException">The host has not so much, or so much that can be page-locked.</exception>
    public HostBuffer<T> CreateHostBuffer<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new HostBuffer<T>(this, length);
    }

    /// <summary>
    /// A tensor of the buffer's first elements. The copy begins at once, beside what the device computes, and this call does not wait for it; work on the
    /// tensor does, on the device. The buffer's span is to be had again once the copy is done.
    /// </summary>
    /// <exception cref="ArgumentException">The buffer is another device's, or has fewer elements than the shape.</exception>
    /// <exception cref="OutOfMemoryException">The device has not so much memory left.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    public Tensor<T> Upload<T>(HostBuffer<T> source, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        Recorder.Refuse("upload");
        CheckBuffer("upload", source, shape);
        if (shape.Size == 0)
        {
            return Tensor.Empty<T>(shape, this);
        }

        GpuStorage storage = TakeTransfer(shape.Size * Unsafe.SizeOf<T>());
        try
        {
            source.Send(storage, shape.Size);
        }
        catch
        {
            // Nothing has used the piece since it was taken: it is free when it was to be.
            transfers.Return(storage, storage.Free);
            throw;
        }

        storage.FloatSize = Tensor.FloatSize<T>();
        return new(TensorNode.CreateContiguous(storage, in shape));
    }

    /// <summary>
    /// Begins a copy of a tensor's elements, in row-major order, to the buffer's first. They are what they are after all work that was given to the device
    /// before this call; later work does not change what the copy brings, nor wait for it. Only where three copies of a size are under way, the next download of
    /// that size makes the device wait for the oldest. The buffer's span waits for it.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor or the buffer is another device's, or the buffer has fewer elements than the tensor.</exception>
    /// <exception cref="OutOfMemoryException">The device has not so much memory left for a copy of its own.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    public void Download<T>(Tensor<T> source, HostBuffer<T> destination)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(destination);
        Recorder.Refuse("download");
        if (source.Device != this)
        {
            throw new ArgumentException($"download: the tensor is on {source.Device.Name}, not on {Name}.", nameof(source));
        }

        CheckBuffer("download", destination, source.Shape);
        Tape.NoteRead(source.Node);
        if (source.Size == 0)
        {
            return;
        }

        // A copy on the device, so that nobody has to ask what happens to the tensor meanwhile.
        GpuStorage storage = TakeTransfer(source.Size * Unsafe.SizeOf<T>());
        GpuMark? free = null;
        try
        {
            accelerator.AwaitFree(storage);
            Layout line = Layout.Contiguous(source.Shape);
            Copy<T>(source.Operand, new Operand(storage, in line));
            free = destination.Receive(storage, source.Size);
        }
        finally
        {
            transfers.Return(storage, free ?? accelerator.Mark());
        }
    }

    private GpuStorage TakeTransfer(nint bytes)
    {
        try
        {
            return transfers.Take(bytes);
        }
        catch (OutOfMemoryException)
        {
            // Not in a filter, which would run while the locks of what has failed are held.
            if (!transfers.Clear())
            {
                throw;
            }

            return transfers.Take(bytes);
        }
    }

    private void CheckBuffer<T>(string operation, HostBuffer<T> buffer, Shape shape)
        where T : unmanaged
    {
        if (buffer.Device != this)
        {
            throw new ArgumentException($"{operation}: the buffer is of {buffer.Device.Name}, not of {Name}.", nameof(buffer));
        }

        if (shape.Size > buffer.Length)
        {
            throw new ArgumentException($"{operation}: {shape} has {shape.Size} elements, the buffer {buffer.Length}.", nameof(buffer));
        }
    }
}
