using System.Buffers;
using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Tensors on the processor over memory that is not the pool's.</summary>
internal static unsafe class Borrowed
{
    /// <summary>A tensor over managed memory, which is pinned until the last view of it is gone.</summary>
    public static Tensor<T> Tensor<T>(Memory<T> memory, Shape shape)
        where T : unmanaged
    {
        MemoryHandle pin = memory.Pin();
        try
        {
            return Tensor<T>((byte*)pin.Pointer, shape, pin);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    /// <summary>A tensor over memory from an address on; the lender is disposed when the last view of it is gone.</summary>
    public static Tensor<T> Tensor<T>(byte* memory, Shape shape, IDisposable lender)
        where T : unmanaged
    {
        CpuStorage storage = new(Device.Cpu, memory, shape.Size * Unsafe.SizeOf<T>(), lender) { FloatSize = Onsager.Tensors.Tensor.FloatSize<T>() };
        return new Tensor<T>(TensorNode.CreateContiguous(storage, shape));
    }

    /// <summary>A tensor of any strides over memory around an address, that of its first element; the lender is disposed when the last view of it is gone.</summary>
    public static Tensor<T> Tensor<T>(byte* first, Shape shape, ReadOnlySpan<nint> strides, IDisposable lender)
        where T : unmanaged
    {
        Layout layout = Layout.Strided(shape, strides, 0);
        (nint start, nint end) = layout.Extent();
        layout.Offset = -start;
        CpuStorage storage = new(Device.Cpu, first + (start * sizeof(T)), (end - start) * sizeof(T), lender) { FloatSize = Onsager.Tensors.Tensor.FloatSize<T>() };
        return new Tensor<T>(TensorNode.Create(storage, in layout));
    }
}
