using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Rows to columns in registers, by 128-bit chunks: chunk L of register i is read from row Group * L + i, Group = 16 / sizeof(T), so that
/// interleaving neighbours within the chunks leaves in each register one element of every row, in the rows' order. Reading a chunk into its
/// place costs no shuffle, and the interleaving is the same two steps at every width.
/// </summary>
internal static unsafe class Transpose
{
    /// <summary>Whether this register type has the shuffles.</summary>
    [MethodImpl(Inline)]
    public static bool Has<V, T>()
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        sizeof(V) == 64 ? Avx512F.IsSupported : sizeof(V) == 32 ? Avx2.IsSupported : sizeof(V) == 16 && (Sse2.IsSupported || AdvSimd.Arm64.IsSupported);

    /// <summary>Elements of a chunk: 4 floats or 2 doubles.</summary>
    [MethodImpl(Inline)]
    public static int Group<T>()
        where T : unmanaged => 16 / sizeof(T);

    /// <summary>
    /// target[p, j] = source[j, p] for p below depth and j below a register's width. Of the rows that are not there (rows below the width)
    /// the last one's elements stand in; nobody reads them.
    /// </summary>
    public static void Strip<V, T>(T* source, nint row, int rows, nint depth, T* target, nint targetRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (rows >= V.Width && !Conflicts(source, row, depth))
        {
            FullStrip<V, T>(source, row, depth, target, targetRow);
        }
        else
        {
            AnyStrip<V, T>(source, row, rows, depth, target, targetRow);
        }
    }

    /// <summary>All rows are there and share no sets of the cache: they are addressed by strides.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void FullStrip<V, T>(T* source, nint row, nint depth, T* target, nint targetRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint stride = row * sizeof(T), targetStride = targetRow * sizeof(T);
        byte* from = (byte*)source, end = (byte*)(source + (depth / Group<T>() * Group<T>())), to = (byte*)target;
        for (; from < end; from += 16, to += Group<T>() * targetStride)
        {
            Columns<V, T>(from, stride, out V x0, out V x1, out V x2, out V x3);
            V.Store((T*)to, x0);
            V.Store((T*)(to + targetStride), x1);
            if (sizeof(T) == 4)
            {
                V.Store((T*)(to + (2 * targetStride)), x2);
                V.Store((T*)(to + (3 * targetStride)), x3);
            }
        }

        for (nint p = depth / Group<T>() * Group<T>(); p < depth; p++)
        {
            for (int j = 0; j < V.Width; j++)
            {
                target[(p * targetRow) + j] = source[(j * row) + p];
            }
        }
    }

    /// <summary>The next Group columns of rows that are a stride of bytes apart; x2 and x3 are for float only.</summary>
    [MethodImpl(Inline)]
    public static void Columns<V, T>(byte* from, nint stride, out V x0, out V x1, out V x2, out V x3)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint group = Group<T>() * stride;
        V r0 = Chunks<V>(from, group), r1 = Chunks<V>(from + stride, group);
        if (sizeof(T) == 4)
        {
            V r2 = Chunks<V>(from + (2 * stride), group), r3 = Chunks<V>(from + (3 * stride), group);
            V low01 = Low32(r0, r1), high01 = High32(r0, r1), low23 = Low32(r2, r3), high23 = High32(r2, r3);
            x0 = Low64(low01, low23);
            x1 = High64(low01, low23);
            x2 = Low64(high01, high23);
            x3 = High64(high01, high23);
        }
        else
        {
            x0 = Low64(r0, r1);
            x1 = High64(r0, r1);
            x2 = x3 = default;
        }
    }

    /// <summary>16 bytes of as many rows as V has chunks, a group of rows apart.</summary>
    [MethodImpl(Inline)]
    private static V Chunks<V>(byte* from, nint group)
        where V : unmanaged
    {
        Vector128<double> first = Vector128.Load((double*)from);
        if (sizeof(V) == 16)
        {
            return Unsafe.BitCast<Vector128<double>, V>(first);
        }

        Vector256<double> half = first.ToVector256Unsafe().WithUpper(Vector128.Load((double*)(from + group)));
        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<double>, V>(half);
        }

        Vector512<double> whole = half.ToVector512Unsafe();
        whole = Avx512F.InsertVector128(whole, Vector128.Load((double*)(from + (2 * group))), 2);
        return Unsafe.BitCast<Vector512<double>, V>(Avx512F.InsertVector128(whole, Vector128.Load((double*)(from + (3 * group))), 3));
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void AnyStrip<V, T>(T* source, nint row, int rows, nint depth, T* target, nint targetRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T** starts = stackalloc T*[2 * V.Width];
        T* lines = stackalloc T[V.Width * Line<T>()];
        Starts<V, T>(source, row, rows, starts);
        Starts<V, T>(lines, Line<T>(), V.Width, starts + V.Width);
        nint p = 0;
        for (nint lined = Conflicts(source, row, depth) ? depth / Line<T>() * Line<T>() : 0; p < lined; p += Line<T>())
        {
            Fetch<V, T>(starts, p, lines);
            for (nint at = 0; at < Line<T>(); at += Group<T>(), target += Group<T>() * targetRow)
            {
                StoreGroup<V, T>(starts + V.Width, at, target, targetRow);
            }
        }

        for (; p + Group<T>() <= depth; p += Group<T>(), target += Group<T>() * targetRow)
        {
            StoreGroup<V, T>(starts, p, target, targetRow);
        }

        for (; p < depth; p++, target += targetRow)
        {
            for (int j = 0; j < V.Width; j++)
            {
                target[j] = starts[j][p];
            }
        }
    }

    /// <summary>target[p, j] = element p of the row that starts at starts[j], for p below depth and all of a register's width.</summary>
    [MethodImpl(Loop)]
    public static void Rows<V, T>(T** starts, nint depth, T* target, nint targetRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint p = 0;
        for (; p + Group<T>() <= depth; p += Group<T>(), target += Group<T>() * targetRow)
        {
            StoreGroup<V, T>(starts, p, target, targetRow);
        }

        for (; p < depth; p++, target += targetRow)
        {
            for (int j = 0; j < V.Width; j++)
            {
                target[j] = starts[j][p];
            }
        }
    }

    [MethodImpl(Inline)]
    private static void StoreGroup<V, T>(T** starts, nint p, T* target, nint targetRow)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        Columns<V, T>(starts, p, out V x0, out V x1, out V x2, out V x3);
        V.Store(target, x0);
        V.Store(target + targetRow, x1);
        if (sizeof(T) == 4)
        {
            V.Store(target + (2 * targetRow), x2);
            V.Store(target + (3 * targetRow), x3);
        }
    }

    /// <summary>Elements of a cache line.</summary>
    [MethodImpl(Inline)]
    public static int Line<T>()
        where T : unmanaged => 64 / sizeof(T);

    /// <summary>Whether the lines of neighbouring rows fall into so few sets of the first-level cache that they drive each other out before they are used up.</summary>
    [MethodImpl(Inline)]
    public static bool Conflicts<T>(T* source, nint row, nint depth)
        where T : unmanaged => row * sizeof(T) % 2048 == 0 && depth >= 2 * Line<T>();

    /// <summary>Copies the line at p of every row side by side, so that each is read from its place only once, and asks for lines to come.</summary>
    [MethodImpl(Inline)]
    public static void Fetch<V, T>(T** starts, nint p, T* lines)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (int j = 0; j < V.Width; j++)
        {
            T* from = starts[j] + p;
            Pack.Prefetch(from + (4 * Line<T>()));
            for (int i = 0; i < Line<T>(); i += V.Width)
            {
                V.Store(lines + (j * Line<T>()) + i, V.Load(from + i));
            }
        }
    }

    /// <summary>Where each row starts; rows that are not there start where the last one does.</summary>
    [MethodImpl(Inline)]
    public static void Starts<V, T>(T* source, nint row, int rows, T** starts)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (int j = 0; j < V.Width; j++)
        {
            starts[j] = source;
            source += j + 1 < rows ? row : 0;
        }
    }

    /// <summary>The next Group columns, one element of every row in each; x2 and x3 are for float only.</summary>
    [MethodImpl(Inline)]
    public static void Columns<V, T>(T** starts, nint p, out V x0, out V x1, out V x2, out V x3)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (sizeof(T) == 4)
        {
            V r0 = Chunks<V, T>(starts, p), r1 = Chunks<V, T>(starts + 1, p), r2 = Chunks<V, T>(starts + 2, p), r3 = Chunks<V, T>(starts + 3, p);
            V low01 = Low32(r0, r1), high01 = High32(r0, r1), low23 = Low32(r2, r3), high23 = High32(r2, r3);
            x0 = Low64(low01, low23);
            x1 = High64(low01, low23);
            x2 = Low64(high01, high23);
            x3 = High64(high01, high23);
        }
        else
        {
            V r0 = Chunks<V, T>(starts, p), r1 = Chunks<V, T>(starts + 1, p);
            x0 = Low64(r0, r1);
            x1 = High64(r0, r1);
            x2 = x3 = default;
        }
    }

    /// <summary>16 bytes of every Group-th row, side by side.</summary>
    [MethodImpl(Inline)]
    private static V Chunks<V, T>(T** starts, nint p)
        where T : unmanaged
        where V : unmanaged
    {
        int group = 16 / sizeof(T);
        Vector128<double> first = Vector128.Load((double*)(starts[0] + p));
        if (sizeof(V) == 16)
        {
            return Unsafe.BitCast<Vector128<double>, V>(first);
        }

        Vector256<double> half = first.ToVector256Unsafe().WithUpper(Vector128.Load((double*)(starts[group] + p)));
        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<double>, V>(half);
        }

        Vector512<double> whole = half.ToVector512Unsafe();
        whole = Avx512F.InsertVector128(whole, Vector128.Load((double*)(starts[2 * group] + p)), 2);
        return Unsafe.BitCast<Vector512<double>, V>(Avx512F.InsertVector128(whole, Vector128.Load((double*)(starts[3 * group] + p)), 3));
    }

    [MethodImpl(Inline)]
    private static V Low32<V>(V x, V y)
        where V : unmanaged
    {
        if (sizeof(V) == 64)
        {
            return Unsafe.BitCast<Vector512<float>, V>(Avx512F.UnpackLow(Unsafe.BitCast<V, Vector512<float>>(x), Unsafe.BitCast<V, Vector512<float>>(y)));
        }

        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<float>, V>(Avx.UnpackLow(Unsafe.BitCast<V, Vector256<float>>(x), Unsafe.BitCast<V, Vector256<float>>(y)));
        }

        Vector128<float> a = Unsafe.BitCast<V, Vector128<float>>(x), b = Unsafe.BitCast<V, Vector128<float>>(y);
        return Unsafe.BitCast<Vector128<float>, V>(Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b));
    }

    [MethodImpl(Inline)]
    private static V High32<V>(V x, V y)
        where V : unmanaged
    {
        if (sizeof(V) == 64)
        {
            return Unsafe.BitCast<Vector512<float>, V>(Avx512F.UnpackHigh(Unsafe.BitCast<V, Vector512<float>>(x), Unsafe.BitCast<V, Vector512<float>>(y)));
        }

        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<float>, V>(Avx.UnpackHigh(Unsafe.BitCast<V, Vector256<float>>(x), Unsafe.BitCast<V, Vector256<float>>(y)));
        }

        Vector128<float> a = Unsafe.BitCast<V, Vector128<float>>(x), b = Unsafe.BitCast<V, Vector128<float>>(y);
        return Unsafe.BitCast<Vector128<float>, V>(Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b));
    }

    [MethodImpl(Inline)]
    private static V Low64<V>(V x, V y)
        where V : unmanaged
    {
        if (sizeof(V) == 64)
        {
            return Unsafe.BitCast<Vector512<double>, V>(Avx512F.UnpackLow(Unsafe.BitCast<V, Vector512<double>>(x), Unsafe.BitCast<V, Vector512<double>>(y)));
        }

        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<double>, V>(Avx.UnpackLow(Unsafe.BitCast<V, Vector256<double>>(x), Unsafe.BitCast<V, Vector256<double>>(y)));
        }

        Vector128<double> a = Unsafe.BitCast<V, Vector128<double>>(x), b = Unsafe.BitCast<V, Vector128<double>>(y);
        return Unsafe.BitCast<Vector128<double>, V>(Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b));
    }

    [MethodImpl(Inline)]
    private static V High64<V>(V x, V y)
        where V : unmanaged
    {
        if (sizeof(V) == 64)
        {
            return Unsafe.BitCast<Vector512<double>, V>(Avx512F.UnpackHigh(Unsafe.BitCast<V, Vector512<double>>(x), Unsafe.BitCast<V, Vector512<double>>(y)));
        }

        if (sizeof(V) == 32)
        {
            return Unsafe.BitCast<Vector256<double>, V>(Avx.UnpackHigh(Unsafe.BitCast<V, Vector256<double>>(x), Unsafe.BitCast<V, Vector256<double>>(y)));
        }

        Vector128<double> a = Unsafe.BitCast<V, Vector128<double>>(x), b = Unsafe.BitCast<V, Vector128<double>>(y);
        return Unsafe.BitCast<Vector128<double>, V>(Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b));
    }
}
