using System.Runtime.InteropServices;

namespace Onsager.Abi;

/// <summary>DLTensor of dlpack.h (version 1.0): a tensor's memory and layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DlTensor
{
    public void* Data;
    public int DeviceType;
    public int DeviceId;
    public int Rank;
    public byte Code;
    public byte Bits;
    public ushort Lanes;
    public long* Shape;
    public long* Strides;
    public ulong ByteOffset;
}

/// <summary>DLManagedTensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DlManaged
{
    public DlTensor Tensor;
    public void* Context;
    public delegate* unmanaged[Cdecl]<DlManaged*, void> Deleter;
}

/// <summary>DLManagedTensorVersioned.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DlVersioned
{
    public const uint MajorVersion = 1;
    public const uint MinorVersion = 0;
    public const ulong ReadOnly = 1;

    public uint Major;
    public uint Minor;
    public void* Context;
    public delegate* unmanaged[Cdecl]<DlVersioned*, void> Deleter;
    public ulong Flags;
    public DlTensor Tensor;
}

/// <summary>Element types and devices as DLPack numbers them.</summary>
internal static class Dl
{
    public const int Cpu = 1;

    public static (byte Code, byte Bits) Of(ElementType type) => type switch
    {
        ElementType.Bool => (6, 8),
        ElementType.BFloat16 => (4, 16),
        ElementType.Complex64 => (5, 64),
        ElementType.Complex128 => (5, 128),
        _ => ((byte)(type.IsUnsigned() ? 1 : type.IsInteger() ? 0 : 2), (byte)(8 * type.Width())),
    };

    /// <exception cref="NotSupportedException">It is none of ours.</exception>
    public static ElementType TypeOf(byte code, byte bits, ushort lanes)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            if (Of(type) == (code, bits) && lanes == 1)
            {
                return type;
            }
        }

        throw new NotSupportedException($"dlpack: elements of type code {code} with {bits} bits and {lanes} lanes are none of this library's");
    }
}
