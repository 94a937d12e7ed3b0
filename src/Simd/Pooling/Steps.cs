using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>How far apart in memory the lanes of a register are, as a type.</summary>
internal unsafe interface IStep
{
    /// <summary>True where kernels are two columns wide, and as far apart: the columns are loaded and stored together.</summary>
    static virtual bool IsPair => false;

    /// <summary>Lane i is source[i * step]; nothing between the first and the last of them is touched in vain, nothing behind.</summary>
    static abstract V Load<V, T>(T* source, nint step)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>;

    /// <summary>target[i * step] += lane i. To elements in between +0 may be added, which changes no sum that began at +0.</summary>
    static abstract void Add<V, T>(T* target, nint step, V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>;
}

/// <summary>Side by side.</summary>
internal readonly unsafe struct StepOne : IStep
{
    [MethodImpl(Inline)]
    public static V Load<V, T>(T* source, nint step)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Load(source);

    [MethodImpl(Inline)]
    public static void Add<V, T>(T* target, nint step, V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => V.Store(target, V.Load(target) + x);
}

/// <summary>Any distance, one by one.</summary>
internal readonly unsafe struct StepAny : IStep
{
    [MethodImpl(Inline)]
    public static V Load<V, T>(T* source, nint step)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V lanes = default;
        T* to = (T*)&lanes;
        for (int i = 0; i < V.Width; i++)
        {
            to[i] = source[i * step];
        }

        return lanes;
    }

    [MethodImpl(Inline)]
    public static void Add<V, T>(T* target, nint step, V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* from = (T*)&x;
        for (int i = 0; i < V.Width; i++)
        {
            if (typeof(T) == typeof(float))
            {
                ((float*)target)[i * step] += ((float*)from)[i];
            }
            else
            {
                ((double*)target)[i * step] += ((double*)from)[i];
            }
        }
    }
}

/// <summary>
/// Every second element: of two registers that overlap by one element, so that nothing behind the last one is read, the even ones of the first
/// and the odd ones of the second; and back, between zeros.
/// </summary>
internal readonly unsafe struct StepTwo : IStep
{
    /// <summary>Whether this register type has the shuffles.</summary>
    public static bool Has<V>()
        where V : unmanaged => sizeof(V) == 64 ? Avx512F.IsSupported : sizeof(V) == 32 ? Avx2.IsSupported : sizeof(V) == 16 && Sse2.IsSupported;

    [MethodImpl(Inline)]
    public static V Load<V, T>(T* source, nint step)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V first = V.Load(source), second = V.Load(source + V.Width - 1);
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<int> order = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
            return As<Vector512<float>, V>(Avx512F.PermuteVar16x32x2(As<V, Vector512<float>>(first), order, As<V, Vector512<float>>(second)));
        }

        if (typeof(V) == typeof(F64x8))
        {
            Vector512<long> order = Vector512.Create(0L, 2, 4, 6, 9, 11, 13, 15);
            return As<Vector512<double>, V>(Avx512F.PermuteVar8x64x2(As<V, Vector512<double>>(first), order, As<V, Vector512<double>>(second)));
        }

        // Within each half of a register two of the first and two of the second; then the halves of each together.
        if (typeof(V) == typeof(F32x8))
        {
            Vector256<float> mixed = Avx.Shuffle(As<V, Vector256<float>>(first), As<V, Vector256<float>>(second), 0b11_01_10_00);
            return As<Vector256<double>, V>(Avx2.Permute4x64(mixed.AsDouble(), 0b11_01_10_00));
        }

        if (typeof(V) == typeof(F64x4))
        {
            Vector256<double> mixed = Avx.Shuffle(As<V, Vector256<double>>(first), As<V, Vector256<double>>(second), 0b1010);
            return As<Vector256<double>, V>(Avx2.Permute4x64(mixed, 0b11_01_10_00));
        }

        return typeof(V) == typeof(F32x4)
            ? As<Vector128<float>, V>(Sse.Shuffle(As<V, Vector128<float>>(first), As<V, Vector128<float>>(second), 0b11_01_10_00))
            : As<Vector128<double>, V>(Sse2.Shuffle(As<V, Vector128<double>>(first), As<V, Vector128<double>>(second), 0b10));
    }

    [MethodImpl(Inline)]
    public static void Add<V, T>(T* target, nint step, V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        Spread<V, T>(x, out V low, out V high);
        V.Store(target, V.Load(target) + low);
        T* second = target + V.Width - 1;
        V.Store(second, V.Load(second) + high);
    }

    /// <summary>Between zeros: the lower half of the lanes on even places, and the upper half on odd ones.</summary>
    [MethodImpl(Inline)]
    private static void Spread<V, T>(V x, out V low, out V high)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V zero = V.Of(0);
        low = StepPair.Low<V, T>(x, zero);
        high = StepPair.High<V, T>(zero, x);
    }

    [MethodImpl(Inline)]
    private static TTo As<TFrom, TTo>(TFrom x)
        where TFrom : struct
        where TTo : struct => Unsafe.BitCast<TFrom, TTo>(x);
}
