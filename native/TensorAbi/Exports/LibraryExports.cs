using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>What the library is: its version, messages, devices, operators.</summary>
internal static unsafe class LibraryExports
{
    private const int Version = (0 << 16) | (1 << 8) | 0;

    [UnmanagedCallersOnly(EntryPoint = "onsager_version", CallConvs = [typeof(CallConvCdecl)])]
    public static int OfLibrary() => Version;

    [UnmanagedCallersOnly(EntryPoint = "onsager_error_message", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Message() => Guard.Message;

    [UnmanagedCallersOnly(EntryPoint = "onsager_live_handles", CallConvs = [typeof(CallConvCdecl)])]
    public static long LiveHandles() => HandleTable.Count;

    [UnmanagedCallersOnly(EntryPoint = "onsager_device_count", CallConvs = [typeof(CallConvCdecl)])]
    public static int DeviceCount() => Device.Devices.Count;

    [UnmanagedCallersOnly(EntryPoint = "onsager_device_name", CallConvs = [typeof(CallConvCdecl)])]
    public static int DeviceName(int device, byte* name, int bytes)
    {
        try
        {
            IReadOnlyList<Device> devices = Device.Devices;
            if (device < 0 || device >= devices.Count)
            {
                throw new ArgumentException($"there are {devices.Count} devices, and none has number {device}");
            }

            byte[] text = System.Text.Encoding.UTF8.GetBytes(devices[device].Name + '\0');
            if (name is null || bytes < text.Length)
            {
                throw new ArgumentException($"device name: {text.Length} bytes are needed{(name is null ? ", not null" : string.Empty)}");
            }

            text.CopyTo(new Span<byte>(name, bytes));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_operator_count", CallConvs = [typeof(CallConvCdecl)])]
    public static int OperatorCount() => Catalogue.Count;

    [UnmanagedCallersOnly(EntryPoint = "onsager_operator_name", CallConvs = [typeof(CallConvCdecl)])]
    public static int OperatorName(int index, byte** name)
    {
        try
        {
            Pointers.Check(name, "name");
            *name = Catalogue.Name(index);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_operator_help", CallConvs = [typeof(CallConvCdecl)])]
    public static int OperatorHelp(int index, byte** help)
    {
        try
        {
            Pointers.Check(help, "help");
            *help = Catalogue.Help(index);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }
}

/// <summary>Checks of the caller's pointers and lengths.</summary>
internal static unsafe class Pointers
{
    /// <exception cref="ArgumentException">The pointer is null.</exception>
    public static void Check(void* pointer, string what)
    {
        if (pointer is null)
        {
            throw new ArgumentException($"{what} is null");
        }
    }

    /// <exception cref="ArgumentException">The count is negative or beyond a limit, or the pointer null where there is something.</exception>
    public static ReadOnlySpan<T> Span<T>(T* first, int count, int most, string what)
        where T : unmanaged
    {
        if (count < 0 || count > most || (first is null && count > 0))
        {
            throw new ArgumentException($"{count} {what}{(first is null ? " at null" : string.Empty)}; 0 to {most} are supported");
        }

        return new(first, count);
    }

    /// <summary>The shape at a pointer.</summary>
    /// <exception cref="ArgumentException">It is no shape.</exception>
    public static Shape Shape(long* extents, int rank)
    {
        ReadOnlySpan<long> given = Span(extents, rank, Onsager.Tensors.Shape.MaxRank, "axes");
        return Onsager.Tensors.Shape.Create(MemoryMarshal.Cast<long, nint>(given));
    }
}
