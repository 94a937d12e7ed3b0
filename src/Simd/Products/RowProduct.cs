using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// One row times a matrix, bound by the speed at which the matrix arrives. A matrix stored by rows streams past in eight rows at a time, the
/// chains waiting in y between them; a matrix stored by columns is turned in registers, a register's width of columns at a time, each chain
/// in its lane from end to end. Either way an element is one chain in the order of p.
/// </summary>
internal static unsafe class RowProduct
{
    /// <summary>Elements of y that stay in the first-level cache while rows stream past.</summary>
    private const int Block = 2048;

    /// <summary>Registers of columns whose chains run at once: enough to hide each other's latency.</summary>
    private const int Strips = 4;

    /// <summary>Whether a matrix with these strides can be streamed.</summary>
    [MethodImpl(Inline)]
    public static bool Takes<V, T>(Matrix<T> b)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => b.Column == 1 || (b.Row == 1 && Transpose.Has<V, T>());

    /// <summary>y[j] = the chain over p of fma(x[p], b[p, j], .) from +0, for j below n.</summary>
    public static void Run<V, T>(T* x, nint xStep, Matrix<T> b, nint depth, nint n, T* y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (b.Column != 1)
        {
            // Interleaving 512 bits takes two turns of two units, and 256 bits one.
            if (typeof(V) == typeof(F32x16))
            {
                Run<F32x8, float>((float*)x, xStep, new((float*)b.First, b.Row, b.Column), depth, n, (float*)y);
                return;
            }

            if (typeof(V) == typeof(F64x8))
            {
                Run<F64x4, double>((double*)x, xStep, new((double*)b.First, b.Row, b.Column), depth, n, (double*)y);
                return;
            }

            if (n >= Strips * V.Width)
            {
                // The last columns overlap those before: an element is made twice, with the same bits.
                for (nint j = 0; j < n; j += Strips * V.Width)
                {
                    nint first = nint.Min(j, n - (Strips * V.Width));
                    FourDots<V, T>(x, xStep, b.First + (first * b.Column), b.Column, depth, y + first);
                }

                return;
            }

            for (nint j = 0; j < n; j += V.Width)
            {
                Dots<V, T>(x, xStep, b.First + (j * b.Column), b.Column, (int)nint.Min(V.Width, n - j), depth, y + j);
            }

            return;
        }

        for (nint j = 0; j < n; j += Block)
        {
            nint width = nint.Min(Block, n - j), p = 0;
            for (; p + 8 <= depth; p += 8)
            {
                EightRows<V, T>(x + (p * xStep), xStep, b.First + (p * b.Row) + j, b.Row, width, y + j, p == 0);
            }

            for (; p < depth; p++)
            {
                OneRow<V, T>(x[p * xStep], b.First + (p * b.Row) + j, width, y + j, p == 0);
            }
        }
    }

    /// <summary>Eight links of every chain.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void EightRows<V, T>(T* x, nint xStep, T* b, nint row, nint n, T* y, bool first)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V x0 = V.Broadcast(x[0]), x1 = V.Broadcast(x[xStep]), x2 = V.Broadcast(x[2 * xStep]), x3 = V.Broadcast(x[3 * xStep]);
        V x4 = V.Broadcast(x[4 * xStep]), x5 = V.Broadcast(x[5 * xStep]), x6 = V.Broadcast(x[6 * xStep]), x7 = V.Broadcast(x[7 * xStep]);
        T* b1 = b + row, b2 = b1 + row, b3 = b2 + row, b4 = b3 + row, b5 = b4 + row, b6 = b5 + row, b7 = b6 + row;
        nint j = 0;
        for (; j + V.Width <= n; j += V.Width)
        {
            V chain = first ? V.Of(0) : V.Load(y + j);
            chain = V.Fma(x0, V.Load(b + j), chain);
            chain = V.Fma(x1, V.Load(b1 + j), chain);
            chain = V.Fma(x2, V.Load(b2 + j), chain);
            chain = V.Fma(x3, V.Load(b3 + j), chain);
            chain = V.Fma(x4, V.Load(b4 + j), chain);
            chain = V.Fma(x5, V.Load(b5 + j), chain);
            chain = V.Fma(x6, V.Load(b6 + j), chain);
            chain = V.Fma(x7, V.Load(b7 + j), chain);
            V.Store(y + j, chain);
        }

        if (j < n)
        {
            int rest = (int)(n - j);
            V chain = first ? V.Of(0) : V.LoadPartial(y + j, rest);
            chain = V.Fma(x0, V.LoadPartial(b + j, rest), chain);
            chain = V.Fma(x1, V.LoadPartial(b1 + j, rest), chain);
            chain = V.Fma(x2, V.LoadPartial(b2 + j, rest), chain);
            chain = V.Fma(x3, V.LoadPartial(b3 + j, rest), chain);
            chain = V.Fma(x4, V.LoadPartial(b4 + j, rest), chain);
            chain = V.Fma(x5, V.LoadPartial(b5 + j, rest), chain);
            chain = V.Fma(x6, V.LoadPartial(b6 + j, rest), chain);
            chain = V.Fma(x7, V.LoadPartial(b7 + j, rest), chain);
            V.StorePartial(y + j, rest, chain);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void OneRow<V, T>(T x, T* b, nint n, T* y, bool first)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V broadcast = V.Broadcast(x);
        nint j = 0;
        for (; j + V.Width <= n; j += V.Width)
        {
            V.Store(y + j, V.Fma(broadcast, V.Load(b + j), first ? V.Of(0) : V.Load(y + j)));
        }

        if (j < n)
        {
            int rest = (int)(n - j);
            V.StorePartial(y + j, rest, V.Fma(broadcast, V.LoadPartial(b + j, rest), first ? V.Of(0) : V.LoadPartial(y + j, rest)));
        }
    }

    /// <summary>
    /// Four registers' width of columns, each stored contiguously. A register's columns are passed for a cache line's length before the
    /// next one's: of columns pages apart, whose lines share a set of the cache, no more are live than the set has ways; and the processor
    /// overlaps the four chains by itself.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void FourDots<V, T>(T* x, nint xStep, T* columns, nint column, nint depth, T* y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V chain0 = V.Of(0), chain1 = V.Of(0), chain2 = V.Of(0), chain3 = V.Of(0);
        nint stride = column * sizeof(T), strip = stride * V.Width, p = 0;
        byte* from = (byte*)columns;
        for (; p + Transpose.Line<T>() <= depth; p += Transpose.Line<T>(), from += 64, x += Transpose.Line<T>() * xStep)
        {
            chain0 = LineOfLinks<V, T>(x, xStep, from, stride, chain0);
            chain1 = LineOfLinks<V, T>(x, xStep, from + strip, stride, chain1);
            chain2 = LineOfLinks<V, T>(x, xStep, from + (2 * strip), stride, chain2);
            chain3 = LineOfLinks<V, T>(x, xStep, from + (3 * strip), stride, chain3);
        }

        T* link = stackalloc T[Strips * V.Width];
        for (; p < depth; p++, from += sizeof(T), x += xStep)
        {
            for (int j = 0; j < Strips * V.Width; j++)
            {
                link[j] = *(T*)(from + (j * stride));
            }

            V factor = V.Broadcast(*x);
            chain0 = V.Fma(factor, V.Load(link), chain0);
            chain1 = V.Fma(factor, V.Load(link + V.Width), chain1);
            chain2 = V.Fma(factor, V.Load(link + (2 * V.Width)), chain2);
            chain3 = V.Fma(factor, V.Load(link + (3 * V.Width)), chain3);
        }

        V.Store(y, chain0);
        V.Store(y + V.Width, chain1);
        V.Store(y + (2 * V.Width), chain2);
        V.Store(y + (3 * V.Width), chain3);
    }

    /// <summary>As many links of every chain as a cache line has elements.</summary>
    [MethodImpl(Inline)]
    private static V LineOfLinks<V, T>(T* x, nint xStep, byte* from, nint stride, V chain)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        byte* ahead = from + 256;
        for (int j = 0; j < V.Width; j++, ahead += stride)
        {
            Pack.Prefetch(ahead);
        }

        for (byte* end = from + 64; from < end; from += 16, x += Transpose.Group<T>() * xStep)
        {
            Transpose.Columns<V, T>(from, stride, out V b0, out V b1, out V b2, out V b3);
            chain = V.Fma(V.Broadcast(x[0]), b0, chain);
            chain = V.Fma(V.Broadcast(x[xStep]), b1, chain);
            if (sizeof(T) == 4)
            {
                chain = V.Fma(V.Broadcast(x[2 * xStep]), b2, chain);
                chain = V.Fma(V.Broadcast(x[3 * xStep]), b3, chain);
            }
        }

        return chain;
    }

    /// <summary>A register's width of columns, each stored contiguously: their chains with x side by side.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Dots<V, T>(T* x, nint xStep, T* columns, nint column, int count, nint depth, T* y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T** starts = stackalloc T*[2 * V.Width];
        T* link = stackalloc T[V.Width], lines = stackalloc T[V.Width * Transpose.Line<T>()];
        Transpose.Starts<V, T>(columns, column, count, starts);
        Transpose.Starts<V, T>(lines, Transpose.Line<T>(), V.Width, starts + V.Width);
        V chain = V.Of(0);
        nint p = 0;
        for (nint lined = Transpose.Conflicts(columns, column, depth) ? depth / Transpose.Line<T>() * Transpose.Line<T>() : 0; p < lined; p += Transpose.Line<T>())
        {
            Transpose.Fetch<V, T>(starts, p, lines);
            for (nint at = 0; at < Transpose.Line<T>(); at += Transpose.Group<T>(), x += Transpose.Group<T>() * xStep)
            {
                chain = Links(x, xStep, starts + V.Width, at, chain);
            }
        }

        for (; p + Transpose.Group<T>() <= depth; p += Transpose.Group<T>(), x += Transpose.Group<T>() * xStep)
        {
            chain = Links(x, xStep, starts, p, chain);
        }

        for (; p < depth; p++, x += xStep)
        {
            for (int j = 0; j < V.Width; j++)
            {
                link[j] = starts[j][p];
            }

            chain = V.Fma(V.Broadcast(*x), V.Load(link), chain);
        }

        V.StorePartial(y, count, chain);
    }

    /// <summary>As many links of every chain as a chunk of 16 bytes has elements.</summary>
    [MethodImpl(Inline)]
    private static V Links<V, T>(T* x, nint xStep, T** starts, nint p, V chain)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        Transpose.Columns<V, T>(starts, p, out V b0, out V b1, out V b2, out V b3);
        chain = V.Fma(V.Broadcast(x[0]), b0, chain);
        chain = V.Fma(V.Broadcast(x[xStep]), b1, chain);
        if (sizeof(T) == 4)
        {
            chain = V.Fma(V.Broadcast(x[2 * xStep]), b2, chain);
            chain = V.Fma(V.Broadcast(x[3 * xStep]), b3, chain);
        }

        return chain;
    }
}
