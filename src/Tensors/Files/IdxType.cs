namespace Onsager.Tensors;

/// <summary>What the elements of an <see cref="Idx"/> file are; the values are the file's own codes.</summary>
public enum IdxType : byte
{
    /// <summary>Unsigned 8-bit integers.</summary>
    Byte = 0x08,

    /// <summary>Signed 8-bit integers.</summary>
    SByte = 0x09,

    /// <summary>Signed 16-bit integers, most significant byte first.</summary>
    Int16 = 0x0B,

    /// <summary>Signed 32-bit integers, most significant byte first.</summary>
    Int32 = 0x0C,

    /// <summary>IEEE 754 binary32, most significant byte first.</summary>
    Single = 0x0D,

    /// <summary>IEEE 754 binary64, most significant byte first.</summary>
    Double = 0x0E,
}
