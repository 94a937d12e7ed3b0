using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What is said of element types in files.</summary>
internal static class DataTypes
{
    /// <summary>Bytes of an element.</summary>
    public static int Size(DataType type) => type switch
    {
        DataType.Boolean or DataType.UInt8 or DataType.Int8 => 1,
        DataType.UInt16 or DataType.Int16 or DataType.Float16 or DataType.BFloat16 => 2,
        DataType.UInt32 or DataType.Int32 or DataType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The element type that is T in files.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static DataType Of<T>(string operation)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? DataType.Float32
        : typeof(T) == typeof(double) ? DataType.Float64
        : typeof(T) == typeof(Half) ? DataType.Float16
        : typeof(T) == typeof(BFloat16) ? DataType.BFloat16
        : typeof(T) == typeof(int) ? DataType.Int32
        : typeof(T) == typeof(long) ? DataType.Int64
        : typeof(T) == typeof(short) ? DataType.Int16
        : typeof(T) == typeof(sbyte) ? DataType.Int8
        : typeof(T) == typeof(uint) ? DataType.UInt32
        : typeof(T) == typeof(ulong) ? DataType.UInt64
        : typeof(T) == typeof(ushort) ? DataType.UInt16
        : typeof(T) == typeof(byte) ? DataType.UInt8
        : typeof(T) == typeof(bool) ? DataType.Boolean
        : throw new NotSupportedException($"{operation}: files have no element type {typeof(T).Name}.");

    /// <summary>Refuses to read elements of one type as those of another.</summary>
    /// <exception cref="InvalidOperationException">T is not the file's type.</exception>
    public static void Check<T>(DataType type, string name)
        where T : unmanaged
    {
        if (Of<T>(name) != type)
        {
            throw new InvalidOperationException($"{name}: the elements are {type}, not {typeof(T).Name}; read them as they are, and cast.");
        }
    }

    /// <summary>How many bytes so many elements take, as long as that is no more than a limit; -1 otherwise.</summary>
    public static long Bytes(ReadOnlySpan<long> extents, DataType type, long limit)
    {
        foreach (long extent in extents)
        {
            if (extent == 0)
            {
                return 0;
            }
        }

        long bytes = Size(type);
        foreach (long extent in extents)
        {
            if (extent > limit / bytes)
            {
                return -1;
            }

            bytes *= extent;
        }

        return bytes <= limit ? bytes : -1;
    }

    /// <summary>Extents, at most 8, whose elements fit into memory, as a shape.</summary>
    public static Shape ToShape(ReadOnlySpan<long> extents)
    {
        Span<nint> native = stackalloc nint[Shape.MaxRank];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            native[axis] = (nint)extents[axis];
        }

        return Shape.Create(native[..extents.Length]);
    }
}
