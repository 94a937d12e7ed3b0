using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The lanes of a register in reverse order.</summary>
internal static unsafe class Reverse
{
    [MethodImpl(Inline)]
    public static V Run<V, T>(V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(V) == typeof(F32x16))
        {
            return As<Vector512<float>, V>(Vector512.Shuffle(As<V, Vector512<float>>(x), Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)));
        }

        if (typeof(V) == typeof(F64x8))
        {
            return As<Vector512<double>, V>(Vector512.Shuffle(As<V, Vector512<double>>(x), Vector512.Create(7L, 6, 5, 4, 3, 2, 1, 0)));
        }

        if (typeof(V) == typeof(F32x8))
        {
            return As<Vector256<float>, V>(Vector256.Shuffle(As<V, Vector256<float>>(x), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)));
        }

        if (typeof(V) == typeof(F64x4))
        {
            return As<Vector256<double>, V>(Vector256.Shuffle(As<V, Vector256<double>>(x), Vector256.Create(3L, 2, 1, 0)));
        }

        if (typeof(V) == typeof(F32x4))
        {
            return As<Vector128<float>, V>(Vector128.Shuffle(As<V, Vector128<float>>(x), Vector128.Create(3, 2, 1, 0)));
        }

        return typeof(V) == typeof(F64x2) ? As<Vector128<double>, V>(Vector128.Shuffle(As<V, Vector128<double>>(x), Vector128.Create(1L, 0))) : x;
    }

    [MethodImpl(Inline)]
    private static TTo As<TFrom, TTo>(TFrom x)
        where TFrom : struct
        where TTo : struct => Unsafe.BitCast<TFrom, TTo>(x);
}
