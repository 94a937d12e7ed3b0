namespace Onsager.Tensors;

/// <summary>The element types that files know.</summary>
public enum DataType
{
    /// <summary>bool, a byte that is 0 or 1.</summary>
    Boolean,

    /// <summary>byte.</summary>
    UInt8,

    /// <summary>sbyte.</summary>
    Int8,

    /// <summary>ushort.</summary>
    UInt16,

    /// <summary>short.</summary>
    Int16,

    /// <summary>uint.</summary>
    UInt32,

    /// <summary>int.</summary>
    Int32,

    /// <summary>ulong.</summary>
    UInt64,

    /// <summary>long.</summary>
    Int64,

    /// <summary>Half.</summary>
    Float16,

    /// <summary><see cref="Simd.BFloat16"/>.</summary>
    BFloat16,

    /// <summary>float.</summary>
    Float32,

    /// <summary>double.</summary>
    Float64,
}
