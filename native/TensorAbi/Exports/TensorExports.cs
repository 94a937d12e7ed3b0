using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>struct onsager_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeInfo
{
    public int Type;
    public int Rank;
    public int Device;
    public int IsContiguous;
    public long Size;
    public fixed long Shape[Onsager.Tensors.Shape.MaxRank];
    public fixed long Strides[Onsager.Tensors.Shape.MaxRank];
    public void* Data;
}

/// <summary>Tensors: made from memory, asked, read, written, freed.</summary>
internal static unsafe class TensorExports
{
    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_create", CallConvs = [typeof(CallConvCdecl)])]
    public static int Create(int type, int rank, long* shape, void* data, ulong* tensor)
    {
        try
        {
            Pointers.Check(tensor, "tensor");
            *tensor = HandleTable.Add(((ElementType)type).ApplyByWidth<Making, TensorValue>(new((ElementType)type, Pointers.Shape(shape, rank), data)));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_free", CallConvs = [typeof(CallConvCdecl)])]
    public static int Free(ulong tensor)
    {
        try
        {
            if (tensor != 0)
            {
                HandleTable.Free<TensorValue>(tensor, "tensor_free");
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_info", CallConvs = [typeof(CallConvCdecl)])]
    public static int Info(ulong tensor, NativeInfo* info)
    {
        try
        {
            Pointers.Check(info, "info");
            using Use use = new(tensor, "tensor_info");
            Layout layout = use.Value.Layout;
            int rank = layout.Shape.Rank;
            *info = new()
            {
                Type = (int)use.Value.Type,
                Rank = rank,
                IsContiguous = layout.IsContiguous ? 1 : 0,
                Size = layout.Shape.Size,
                Data = use.Value.Address(),
            };
            for (int axis = 0; axis < rank; axis++)
            {
                info->Shape[axis] = layout.Shape[axis];
                info->Strides[axis] = layout.Stride(axis);
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_read", CallConvs = [typeof(CallConvCdecl)])]
    public static int Read(ulong tensor, void* destination, long bytes)
    {
        try
        {
            using Use use = new(tensor, "tensor_read");
            using Scope scope = Scope.Begin();
            use.Value.Type.ApplyByWidth<Copying, bool>(new(use.Value, destination, bytes, isRead: true));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_write", CallConvs = [typeof(CallConvCdecl)])]
    public static int Write(ulong tensor, void* source, long bytes)
    {
        try
        {
            using Use use = new(tensor, "tensor_write");
            using Scope scope = Scope.Begin();
            use.Value.Type.ApplyByWidth<Copying, bool>(new(use.Value, source, bytes, isRead: false));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_assign", CallConvs = [typeof(CallConvCdecl)])]
    public static int Assign(ulong destination, ulong source)
    {
        try
        {
            using Use to = new(destination, "tensor_assign, destination"), from = new(source, "tensor_assign, source");
            using Scope scope = Scope.Begin();
            to.Value.Type.ApplyByWidth<Assigning, bool>(new(to.Value, from.Value));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_tensor_to_device", CallConvs = [typeof(CallConvCdecl)])]
    public static int ToDevice(ulong tensor, int device, ulong* result)
    {
        try
        {
            Pointers.Check(result, "result");
            using Use use = new(tensor, "tensor_to_device");
            IReadOnlyList<Device> devices = Device.Devices;
            if (device < 0 || device >= devices.Count)
            {
                throw new ArgumentException($"tensor_to_device: there are {devices.Count} devices, and none has number {device}");
            }

            using Scope scope = Scope.Begin();
            *result = HandleTable.Add(use.Value.Type.ApplyByWidth<Moving, TensorValue>(new(use.Value, devices[device])));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    private readonly struct Making(ElementType type, Shape shape, void* data) : IForType<TensorValue>
    {
        public TensorValue With<T>()
            where T : unmanaged
        {
            using Scope scope = Scope.Begin();
            return TensorValue.Of(data is null ? Tensor.Zeros<T>(shape) : Tensor.From(new ReadOnlySpan<T>(data, checked((int)shape.Size)), shape), type);
        }
    }

    private readonly struct Copying(TensorValue value, void* host, long bytes, bool isRead) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            Tensor<T> tensor = value.AsMoved<T>();
            nint needed = tensor.Size * sizeof(T);
            if (bytes != needed || (host is null && bytes > 0))
            {
                string given = $"{bytes} bytes{(host is null ? " at null" : string.Empty)}";
                throw new ArgumentException($"{(isRead ? "tensor_read" : "tensor_write")}: {given}; {tensor.Shape} of {value.Type.Name()} has {needed}");
            }

            if (isRead)
            {
                tensor.CopyTo(new Span<T>(host, checked((int)tensor.Size)));
            }
            else
            {
                tensor.CopyFrom(new ReadOnlySpan<T>(host, checked((int)tensor.Size)));
            }

            return true;
        }
    }

    private readonly struct Assigning(TensorValue to, TensorValue from) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            from.Check(to.Type, "tensor_assign, source");
            Tensor<T> destination = to.AsMoved<T>(), source = from.AsMoved<T>().Expand(destination.Shape);

            // Memory of its own, where both might overlap.
            (source.Node.Storage == destination.Node.Storage ? source.Clone() : source).CopyInto(destination);
            return true;
        }
    }

    private readonly struct Moving(TensorValue value, Device device) : IForType<TensorValue>
    {
        public TensorValue With<T>()
            where T : unmanaged => TensorValue.Of(value.AsMoved<T>().To(device), value.Type);
    }
}

/// <summary>A tensor of the caller's for the length of a call.</summary>
internal readonly ref struct Use(ulong handle, string what)
{
    public TensorValue Value { get; } = HandleTable.Enter<TensorValue>(handle, what);

    public void Dispose() => Value.Leave();
}
