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
}

/// <summary>Something to be done with elements of a type.</summary>
internal interface IForType<TResult>
{
    TResult With<T>()
        where T : unmanaged;
}

/// <summary>What is known of element types.</summary>
internal static class ElementTypes
{
    public static ElementType Of<T>() =>
        typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
        : typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : throw new NotSupportedException($"element type {typeof(T).Name} has no number");

    public static string Name(this ElementType type) => type.ToString().ToLowerInvariant();

    /// <summary>Does something with the type that a number of onsager.h names.</summary>
    /// <exception cref="ArgumentException">The number names none.</exception>
    public static TResult Apply<TAction, TResult>(this ElementType type, TAction action)
        where TAction : IForType<TResult> => type switch
        {
            ElementType.Bool => action.With<bool>(),
            ElementType.Int32 => action.With<int>(),
            ElementType.Int64 => action.With<long>(),
            ElementType.Float16 => action.With<Half>(),
            ElementType.BFloat16 => action.With<BFloat16>(),
            ElementType.Float32 => action.With<float>(),
            ElementType.Float64 => action.With<double>(),
            _ => throw new ArgumentException($"element type {(int)type} is none of 1 to 7"),
        };
}
