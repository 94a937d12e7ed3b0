namespace Onsager.Simd;

/// <summary>Complex numbers in split form: the real parts in one run of memory, the imaginary parts in another.</summary>
internal readonly unsafe struct Planes<T>(T* re, T* im)
    where T : unmanaged
{
    public readonly T* Re = re;
    public readonly T* Im = im;

    /// <summary>Both from memory of 2 * size elements.</summary>
    public static Planes<T> In(T* memory, nint size) => new(memory, memory + size);

    /// <summary>The numbers from a place on.</summary>
    public Planes<T> From(nint place) => new(Re + place, Im + place);

    /// <summary>i times the conjugates: a transform of these is the inverse transform, swapped again.</summary>
    public Planes<T> Swapped() => new(Im, Re);
}
