using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// y[i] = f(x[i]) for an operator with a short course for most numbers: looks at each block before anything of it is written, since y may
/// be x, and takes the short course where all of its elements may.
/// </summary>
internal static unsafe class NearBlocks<TOp, T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    /// <summary>Elements that are looked at together: few enough to be still in the first cache for the second look.</summary>
    private const int Block = 1024;

    /// <summary>So few registers are not worth a look.</summary>
    private const int Few = 2;

    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint start = 0; start < count; start += Block)
        {
            nint length = nint.Min(Block, count - start);
            if (length > Few * V.Width && AllNear<V>(x + start, length))
            {
                Near<V>(x + start, y + start, length);
            }
            else
            {
                Far<V>(x + start, y + start, length);
            }
        }
    }

    /// <summary>The same around the caches, where y begins at a cache line and the elements fill whole ones.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Stream<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint start = 0; start < count; start += Block)
        {
            nint length = nint.Min(Block, count - start);
            if (AllNear<V>(x + start, length))
            {
                NearStream<V>(x + start, y + start, length);
            }
            else
            {
                FarStream<V>(x + start, y + start, length);
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static bool AllNear<V>(T* x, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // NaN is not below the bound, hence far. The last register is looked at twice in part: zeros that fill it up may be far.
        V bound = V.Of(TOp.NearBound<V>()), farthest = V.Of(0);
        nint full = count - (V.Width - 1), i = 0;
        if (full <= 0)
        {
            return false;
        }

        for (; i < full; i += V.Width)
        {
            farthest = V.SelectLess(TOp.Distance(V.Load(x + i)), bound, farthest, bound);
        }

        farthest = V.SelectLess(TOp.Distance(V.Load(x + count - V.Width)), bound, farthest, bound);
        return V.AllLess(farthest, bound);
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Near<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(y + i, TOp.Near(V.Load(x + i)));
        }

        if (i < count)
        {
            NearTail<V>(x + i, y + i, (int)(count - i));
        }
    }

    /// <summary>Less than a register, on its own for the sake of the inlining budget, as in <see cref="UnaryLoop{TOp, T}"/>.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void NearTail<V>(T* x, T* y, int count)
        where V : unmanaged, IMemoryLanes<V, T> => V.StorePartial(y, count, TOp.Near(V.LoadPartial(x, count)));

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Far<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint full = count - (V.Width - 1), i = 0;
        for (; i < full; i += V.Width)
        {
            V.Store(y + i, TOp.Apply(V.Load(x + i)));
        }

        if (i < count)
        {
            UnaryLoop<TOp, T>.Tail<V>(x + i, y + i, (int)(count - i));
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void NearStream<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(y + i, TOp.Near(V.Load(x + i)));
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void FarStream<V>(T* x, T* y, nint count)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < count; i += V.Width)
        {
            V.StoreStreaming(y + i, TOp.Apply(V.Load(x + i)));
        }
    }
}
