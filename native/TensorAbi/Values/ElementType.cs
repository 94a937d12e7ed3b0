using System.Numerics;
using Onsager.Simd;

namespace Onsager.Abi;

/// <summary>What elements are, with the numbers of onsager.h.</summary>
internal enum ElementType
{
    Bool = 1,
    Int32 = 2,
    Int64 = 3,
    Float16 = 4,
    BFloat16 = 5,
    Float32 = 6,
    Float64 = 7,
    Int8 = 8,
    Int16 = 9,
    UInt8 = 10,
    UInt16 = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
}

/// <summary>Something to be done with elements of a type.</summary>
internal interface IForType<TResult>
{
    TResult With<T>()
        where T : unmanaged;
}

/// <summary>Something to be done with elements of an integer type.</summary>
internal interface IForInteger<TResult>
{
    TResult With<T>()
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>What is known of element types.</summary>
internal static class ElementTypes
{
    public static ElementType Of<T>() =>
        typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
        : typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : throw new NotSupportedException($"element type {typeof(T).Name} has no number");

    public static string Name(this ElementType type) => type.ToString().ToLowerInvariant();

    /// <summary>Bytes of an element.</summary>
    /// <exception cref="ArgumentException">The number is none of a type.</exception>
    public static int Width(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.Int8 or ElementType.UInt8 => 1,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int32 or ElementType.UInt32 or ElementType.Float32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Float64 or ElementType.Complex64 => 8,
        ElementType.Complex128 => 16,
        _ => throw Unknown(type),
    };

    /// <summary>What addresses of elements are multiples of: complex ones are aligned as their parts are.</summary>
    /// <exception cref="ArgumentException">The number is none of a type.</exception>
    public static int Alignment(this ElementType type) => type.IsComplex() ? type.Width() / 2 : type.Width();

    public static bool IsInteger(this ElementType type) => type is ElementType.Int32 or ElementType.Int64 || (type is >= ElementType.Int8 and <= ElementType.UInt64);

    /// <summary>Whether elements are two floating-point numbers, the real part first.</summary>
    public static bool IsComplex(this ElementType type) => type is ElementType.Complex64 or ElementType.Complex128;

    public static bool IsUnsigned(this ElementType type) => type is >= ElementType.UInt8 and <= ElementType.UInt64;

    /// <summary>The least and the greatest number of an integer type.</summary>
    public static (Int128 Least, Int128 Most) Range(this ElementType type)
    {
        Int128 numbers = Int128.One << (8 * type.Width());
        return type.IsUnsigned() ? (0, numbers - 1) : (-(numbers >> 1), (numbers >> 1) - 1);
    }

    /// <summary>Does something with the type that a number of onsager.h names; with a complex one nothing.</summary>
    /// <exception cref="ArgumentException">The number names none.</exception>
    public static TResult Apply<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type == ElementType.Bool || type.IsInteger()
            ? type.ApplyToWhole<TAction, TResult>(action)
            : type.ApplyToReal<TAction, TResult>(action);

    /// <summary>
    /// Does something that only moves elements, for which they are as many bits: float32 and float64, which have derivatives, as themselves, and the
    /// others as an integer of their width, or as a pair of float64. So what moves elements is compiled seven times, whatever the number of types. See <see cref="IMovement"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The number names none.</exception>
    public static TResult ApplyByWidth<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type switch
        {
            ElementType.Float32 => action.With<float>(),
            ElementType.Float64 => action.With<double>(),
            _ => type.Width() switch
            {
                1 => action.With<byte>(),
                2 => action.With<ushort>(),
                4 => action.With<int>(),
                8 => action.With<long>(),
                _ => action.With<Complex>(),
            },
        };

    /// <summary>
    /// Does something that compares elements: float16 and bfloat16 as float32, which has all of their numbers, and booleans as bytes. See <see cref="Call.Seen"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The number names none.</exception>
    public static TResult ApplyByOrder<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type switch
        {
            ElementType.Float64 => action.With<double>(),
            ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 => action.With<float>(),
            ElementType.Bool => action.With<byte>(),
            _ => type.ApplyToInteger<Widened<TAction, TResult>, TResult>(new(action)),
        };

    /// <summary>
    /// Does something that asks only which elements are equal, or 0: as <see cref="ApplyByOrder"/>, but for integers only their bits count, so that the unsigned
    /// type stands for the signed one of its width.
    /// </summary>
    /// <exception cref="ArgumentException">The number names none.</exception>
    public static TResult ApplyByEquality<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type switch
        {
            ElementType.Float64 => action.With<double>(),
            ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 => action.With<float>(),
            _ => type.ApplyToUnsigned<Widened<TAction, TResult>, TResult>(new(action)),
        };

    /// <summary>Does something with float16, bfloat16, float32 or float64.</summary>
    /// <exception cref="ArgumentException">It is none of these, so its number names none.</exception>
    public static TResult ApplyToReal<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type switch
        {
            ElementType.Float16 => action.With<Half>(),
            ElementType.BFloat16 => action.With<BFloat16>(),
            ElementType.Float32 => action.With<float>(),
            ElementType.Float64 => action.With<double>(),
            _ => throw Unknown(type),
        };

    /// <summary>Does something with bool or an integer type.</summary>
    /// <exception cref="ArgumentException">It is none of these, so its number names none.</exception>
    public static TResult ApplyToWhole<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type == ElementType.Bool
            ? action.With<bool>()
            : type.ApplyToInteger<Widened<TAction, TResult>, TResult>(new(action));

    /// <summary>Does something with the unsigned integer type of a type's width.</summary>
    /// <exception cref="ArgumentException">The number names no type.</exception>
    public static TResult ApplyToUnsigned<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForInteger<TResult> => type.Width() switch
        {
            1 => action.With<byte>(),
            2 => action.With<ushort>(),
            4 => action.With<uint>(),
            8 => action.With<ulong>(),
            _ => throw Unknown(type),
        };

    /// <summary>Does something with an integer type.</summary>
    /// <exception cref="ArgumentException">It is none, so its number names none.</exception>
    public static TResult ApplyToInteger<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForInteger<TResult> => type switch
        {
            ElementType.Int8 => action.With<sbyte>(),
            ElementType.Int16 => action.With<short>(),
            ElementType.Int32 => action.With<int>(),
            ElementType.Int64 => action.With<long>(),
            ElementType.UInt8 => action.With<byte>(),
            ElementType.UInt16 => action.With<ushort>(),
            ElementType.UInt32 => action.With<uint>(),
            ElementType.UInt64 => action.With<ulong>(),
            _ => throw Unknown(type),
        };

    private static ArgumentException Unknown(ElementType type) => new($"element type {(int)type} is none of 1 to 15");

    private readonly struct Widened<TAction, TResult>(TAction action) : IForInteger<TResult>
        where TAction : IForType<TResult>
    {
        public TResult With<T>()
            where T : unmanaged, IBinaryInteger<T> => action.With<T>();
    }
}
