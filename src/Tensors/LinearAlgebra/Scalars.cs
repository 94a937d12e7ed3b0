using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Arithmetic on one element of a type with lanes, each operation rounded once.</summary>
internal static class Scalars
{
    public static bool IsZero<T>(T x)
        where T : unmanaged => ToDouble(x) == 0;

    /// <summary>The element in double precision: exact.</summary>
    public static double ToDouble<T>(T x)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x) : Unsafe.BitCast<T, double>(x);

    public static T Multiply<T>(T x, T y)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(x) * Unsafe.BitCast<T, float>(y))
            : Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(x) * Unsafe.BitCast<T, double>(y));
}
