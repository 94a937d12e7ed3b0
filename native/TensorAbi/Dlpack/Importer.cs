using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Tensors of others, without a copy: the producer's deleter is called when the last view of the memory is gone, on any thread.</summary>
internal static unsafe class Importer
{
    public static TensorValue Managed(DlManaged* managed)
    {
        if (managed is null)
        {
            throw new ArgumentException("dlpack: the tensor is null");
        }

        return Import(&managed->Tensor, new Lender(managed, isVersioned: false));
    }

    /// <exception cref="NotSupportedException">The structure is of another major version, or the memory is read-only.</exception>
    public static TensorValue Versioned(DlVersioned* managed)
    {
        if (managed is null)
        {
            throw new ArgumentException("dlpack: the tensor is null");
        }

        if (managed->Major != DlVersioned.MajorVersion)
        {
            throw new NotSupportedException($"dlpack: version {managed->Major}.{managed->Minor}; version {DlVersioned.MajorVersion} is supported");
        }

        if ((managed->Flags & DlVersioned.ReadOnly) != 0)
        {
            throw new NotSupportedException("dlpack: the memory is read-only; import a copy of it");
        }

        return Import(&managed->Tensor, new Lender(managed, isVersioned: true));
    }

    private static TensorValue Import(DlTensor* tensor, Lender lender)
    {
        if (tensor->DeviceType != Dl.Cpu)
        {
            throw new NotSupportedException($"dlpack: the memory is on a device of type {tensor->DeviceType}; the processor's (1) is supported");
        }

        if (tensor->Rank is < 0 or > Shape.MaxRank || (tensor->Rank > 0 && tensor->Shape is null))
        {
            throw new ArgumentException($"dlpack: rank {tensor->Rank}{(tensor->Shape is null ? " without a shape" : string.Empty)}; 0 to {Shape.MaxRank} are supported");
        }

        ElementType type = Dl.TypeOf(tensor->Code, tensor->Bits, tensor->Lanes);
        return type.ApplyByWidth<Importing, TensorValue>(new(tensor, type, lender));
    }

    private readonly struct Importing(DlTensor* tensor, ElementType type, Lender lender) : IForType<TensorValue>
    {
        public TensorValue With<T>()
            where T : unmanaged
        {
            nint[] extents = new nint[tensor->Rank], strides = new nint[tensor->Rank];
            for (int axis = 0; axis < extents.Length; axis++)
            {
                extents[axis] = (nint)tensor->Shape[axis];
            }

            Shape shape = Shape.Create(extents);
            Layout layout = Layout.Contiguous(shape);
            for (int axis = 0; axis < extents.Length; axis++)
            {
                strides[axis] = tensor->Strides is null ? layout.Stride(axis) : (nint)tensor->Strides[axis];
            }

            byte* first = (byte*)tensor->Data + tensor->ByteOffset;
            if (shape.Size > 0 && (tensor->Data is null || (nuint)first % (nuint)type.Alignment() != 0))
            {
                throw new ArgumentException($"dlpack: the memory is {(tensor->Data is null ? "null" : "not aligned to its elements")}");
            }

            TensorValue value = TensorValue.Over<T>(first, type, shape, strides, lender);
            lender.Arm();
            return value;
        }
    }

    /// <summary>Calls the producer's deleter once, after it is armed: until then the structure is the caller's.</summary>
    private sealed class Lender(void* managed, bool isVersioned) : IDisposable
    {
        private void* lent;

        public void Arm() => lent = managed;

        public void Dispose()
        {
            void* own = lent;
            lent = null;
            if (own is null)
            {
                return;
            }

            if (!isVersioned)
            {
                if (((DlManaged*)own)->Deleter is not null)
                {
                    ((DlManaged*)own)->Deleter((DlManaged*)own);
                }
            }
            else if (((DlVersioned*)own)->Deleter is not null)
            {
                ((DlVersioned*)own)->Deleter((DlVersioned*)own);
            }
        }
    }
}
