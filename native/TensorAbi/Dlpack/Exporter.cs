using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Tensors for others, without a copy: a block of native memory with the structure, shape and strides, whose deleter frees a handle.</summary>
internal static unsafe class Exporter
{
    public static DlManaged* Managed(TensorValue value)
    {
        DlManaged* block = (DlManaged*)Block(value, sizeof(DlManaged), out DlTensor tensor);
        *block = new() { Tensor = tensor, Context = Keep(value), Deleter = &Delete };
        return block;
    }

    public static DlVersioned* Versioned(TensorValue value)
    {
        DlVersioned* block = (DlVersioned*)Block(value, sizeof(DlVersioned), out DlTensor tensor);
        *block = new() { Major = DlVersioned.MajorVersion, Minor = DlVersioned.MinorVersion, Tensor = tensor, Context = Keep(value), Deleter = &DeleteVersioned };
        return block;
    }

    private static void* Block(TensorValue value, int size, out DlTensor tensor)
    {
        Layout layout = value.Layout;
        int rank = layout.Shape.Rank;
        byte* block = (byte*)NativeMemory.Alloc((nuint)(size + (2 * rank * sizeof(long))));
        long* shape = (long*)(block + size), strides = shape + rank;
        for (int axis = 0; axis < rank; axis++)
        {
            shape[axis] = layout.Shape[axis];
            strides[axis] = layout.Stride(axis);
        }

        (byte code, byte bits) = Dl.Of(value.Type);
        tensor = new() { Data = value.Address(), DeviceType = Dl.Cpu, Rank = rank, Code = code, Bits = bits, Lanes = 1, Shape = shape, Strides = strides };
        return block;
    }

    private static void* Keep(TensorValue value)
    {
        value.Enter();
        return (void*)HandleTable.Add(value);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Delete(DlManaged* block) => Free(block, block->Context);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DeleteVersioned(DlVersioned* block) => Free(block, block->Context);

    private static void Free(void* block, void* context)
    {
        try
        {
            HandleTable.Free<TensorValue>((ulong)context, "dlpack");
            NativeMemory.Free(block);
        }
        catch (HandleException)
        {
            // Deleted twice: the block is not ours any more.
        }
    }
}
