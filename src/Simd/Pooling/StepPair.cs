using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Kernels two columns wide and two columns apart, the common case: what lies side by side in memory is the first column and the second one in turn.</summary>
internal readonly unsafe struct StepPair : IStep
{
    public static bool IsPair => true;

    /// <summary>Whether windows are such pairs.</summary>
    [MethodImpl(Inline)]
    public static bool Fits<V>(in ImageWindows windows)
        where V : unmanaged => windows is { Width: 2, WidthStep: 1, ColumnStep: 2 } && StepTwo.Has<V>();

    /// <summary>Whether no two such windows share an element.</summary>
    public static bool AreApart(in ImageWindows windows)
    {
        nint line = 2 * windows.Columns, height = (windows.Height - 1) * windows.HeightStep;
        return (windows.Height == 1 || windows.HeightStep >= line) && (windows.Rows == 1 || windows.RowStep >= height + line);
    }

    [MethodImpl(Inline)]
    public static V Load<V, T>(T* source, nint step)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => StepTwo.Load<V, T>(source, step);

    [MethodImpl(Inline)]
    public static void Add<V, T>(T* target, nint step, V x)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => StepTwo.Add(target, step, x);

    /// <summary>The first and the second column.</summary>
    [MethodImpl(Inline)]
    public static void Load<V, T>(T* source, out V first, out V second)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V low = V.Load(source), high = V.Load(source + V.Width);
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<float> x = As<V, Vector512<float>>(low), y = As<V, Vector512<float>>(high);
            first = As<Vector512<float>, V>(Avx512F.PermuteVar16x32x2(x, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), y));
            second = As<Vector512<float>, V>(Avx512F.PermuteVar16x32x2(x, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), y));
        }
        else if (typeof(V) == typeof(F64x8))
        {
            Vector512<double> x = As<V, Vector512<double>>(low), y = As<V, Vector512<double>>(high);
            first = As<Vector512<double>, V>(Avx512F.PermuteVar8x64x2(x, Vector512.Create(0L, 2, 4, 6, 8, 10, 12, 14), y));
            second = As<Vector512<double>, V>(Avx512F.PermuteVar8x64x2(x, Vector512.Create(1L, 3, 5, 7, 9, 11, 13, 15), y));
        }
        else if (typeof(V) == typeof(F32x8))
        {
            Vector256<float> x = As<V, Vector256<float>>(low), y = As<V, Vector256<float>>(high);
            first = As<Vector256<double>, V>(Avx2.Permute4x64(Avx.Shuffle(x, y, 0b10_00_10_00).AsDouble(), 0b11_01_10_00));
            second = As<Vector256<double>, V>(Avx2.Permute4x64(Avx.Shuffle(x, y, 0b11_01_11_01).AsDouble(), 0b11_01_10_00));
        }
        else if (typeof(V) == typeof(F64x4))
        {
            Vector256<double> x = As<V, Vector256<double>>(low), y = As<V, Vector256<double>>(high);
            first = As<Vector256<double>, V>(Avx2.Permute4x64(Avx.UnpackLow(x, y), 0b11_01_10_00));
            second = As<Vector256<double>, V>(Avx2.Permute4x64(Avx.UnpackHigh(x, y), 0b11_01_10_00));
        }
        else if (typeof(V) == typeof(F32x4))
        {
            Vector128<float> x = As<V, Vector128<float>>(low), y = As<V, Vector128<float>>(high);
            first = As<Vector128<float>, V>(Sse.Shuffle(x, y, 0b10_00_10_00));
            second = As<Vector128<float>, V>(Sse.Shuffle(x, y, 0b11_01_11_01));
        }
        else
        {
            Vector128<double> x = As<V, Vector128<double>>(low), y = As<V, Vector128<double>>(high);
            first = As<Vector128<double>, V>(Sse2.UnpackLow(x, y));
            second = As<Vector128<double>, V>(Sse2.UnpackHigh(x, y));
        }
    }

    /// <summary>The first and the second column, back in turn.</summary>
    [MethodImpl(Inline)]
    public static void Store<V, T>(T* target, V first, V second)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V.Store(target, Low<V, T>(first, second));
        V.Store(target + V.Width, High<V, T>(first, second));
    }

    /// <summary>Lanes of x and y in turn: those of their lower halves.</summary>
    [MethodImpl(Inline)]
    public static V Low<V, T>(V x, V y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<int> order = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            return As<Vector512<float>, V>(Avx512F.PermuteVar16x32x2(As<V, Vector512<float>>(x), order, As<V, Vector512<float>>(y)));
        }

        if (typeof(V) == typeof(F64x8))
        {
            return As<Vector512<double>, V>(Avx512F.PermuteVar8x64x2(As<V, Vector512<double>>(x), Vector512.Create(0L, 8, 1, 9, 2, 10, 3, 11), As<V, Vector512<double>>(y)));
        }

        if (typeof(V) == typeof(F32x8))
        {
            Vector256<float> a = As<V, Vector256<float>>(x), b = As<V, Vector256<float>>(y);
            return As<Vector256<float>, V>(Avx.Permute2x128(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), 0x20));
        }

        if (typeof(V) == typeof(F64x4))
        {
            Vector256<double> a = As<V, Vector256<double>>(x), b = As<V, Vector256<double>>(y);
            return As<Vector256<double>, V>(Avx.Permute2x128(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), 0x20));
        }

        return typeof(V) == typeof(F32x4)
            ? As<Vector128<float>, V>(Sse.UnpackLow(As<V, Vector128<float>>(x), As<V, Vector128<float>>(y)))
            : As<Vector128<double>, V>(Sse2.UnpackLow(As<V, Vector128<double>>(x), As<V, Vector128<double>>(y)));
    }

    /// <summary>Lanes of x and y in turn: those of their upper halves.</summary>
    [MethodImpl(Inline)]
    public static V High<V, T>(V x, V y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(V) == typeof(F32x16))
        {
            Vector512<int> order = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            return As<Vector512<float>, V>(Avx512F.PermuteVar16x32x2(As<V, Vector512<float>>(x), order, As<V, Vector512<float>>(y)));
        }

        if (typeof(V) == typeof(F64x8))
        {
            return As<Vector512<double>, V>(Avx512F.PermuteVar8x64x2(As<V, Vector512<double>>(x), Vector512.Create(4L, 12, 5, 13, 6, 14, 7, 15), As<V, Vector512<double>>(y)));
        }

        if (typeof(V) == typeof(F32x8))
        {
            Vector256<float> a = As<V, Vector256<float>>(x), b = As<V, Vector256<float>>(y);
            return As<Vector256<float>, V>(Avx.Permute2x128(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), 0x31));
        }

        if (typeof(V) == typeof(F64x4))
        {
            Vector256<double> a = As<V, Vector256<double>>(x), b = As<V, Vector256<double>>(y);
            return As<Vector256<double>, V>(Avx.Permute2x128(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), 0x31));
        }

        return typeof(V) == typeof(F32x4)
            ? As<Vector128<float>, V>(Sse.UnpackHigh(As<V, Vector128<float>>(x), As<V, Vector128<float>>(y)))
            : As<Vector128<double>, V>(Sse2.UnpackHigh(As<V, Vector128<double>>(x), As<V, Vector128<double>>(y)));
    }

    [MethodImpl(Inline)]
    private static TTo As<TFrom, TTo>(TFrom x)
        where TFrom : struct
        where TTo : struct => Unsafe.BitCast<TFrom, TTo>(x);
}
