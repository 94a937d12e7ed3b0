using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The order of every sum: blocks of 4,096 elements; inside a block element i joins lane i mod 64 (float32) or i mod 32 (float64); lanes
/// start at +0 and fold by halving; the block results are reduced by the same rule, level upon level. The order does not depend on the
/// register width, so neither do the bits: wide registers hold several lanes, narrow ones visit them in turn.
/// </summary>
/// <remarks>A lane of a sum that starts at +0 can never become -0, so adding +0 changes nothing: absent elements need no mask, and block
/// results can join the next level's lanes as they come, without being stored. A lane of fused products can: a product that
/// underflows from below leaves -0 there, to which the product of two absent elements would add +0. There absent lanes are kept.</remarks>
internal static unsafe class FixedOrder
{
    /// <summary>Elements of a block.</summary>
    public const int Block = 4096;

    /// <summary>Registers that a narrow machine sums in one visit of a block.</summary>
    private const int Visit = 8;

    /// <summary>Blocks whose results are kept in a row instead of in levels.</summary>
    private const int Few = 64;

    /// <summary>Lanes of a block.</summary>
    [MethodImpl(Inline)]
    public static int LaneCount<T>()
        where T : unmanaged => 256 / sizeof(T);

    /// <summary>Reduces any number of elements.</summary>
    [MethodImpl(Inline)]
    public static T Reduce<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        count <= Block ? ReduceBlock<TTerm, V, T>(x, y, count) : ReduceBlocks<TTerm, V, T>(x, y, count);

    /// <summary>Reduces one block of at most 4,096 elements.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static T ReduceBlock<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (V.Width * sizeof(T) == 64)
        {
            V* tail = stackalloc V[4];
            V one = TTerm.Second == SecondOperand.Scalar ? V.Broadcast(*y) : V.Of(0);
            return Across.Fold<SumJoin, V, T>(ReduceBlock4<TTerm, V, T>(x, y, one, count, tail));
        }

        return ReduceNarrowBlock<TTerm, V, T>(x, y, count);
    }

    /// <summary>A block on registers of less than 512 bits; apart, so that neither method uses up the other's inlining budget.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static T ReduceNarrowBlock<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int registers = LaneCount<T>() / V.Width;
        V scalar = TTerm.Second == SecondOperand.Scalar ? V.Broadcast(*y) : V.Of(0);
        V* sums = stackalloc V[registers];
        for (int first = 0; first < registers; first += Visit)
        {
            ReduceBlock8<TTerm, V, T>(x, y, scalar, first * V.Width, count, sums + first);
        }

        BlockTree<V>.Fold(sums, registers, registers, 1);
        return Across.Fold<SumJoin, V, T>(sums[0]);
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static T ReduceBlocks<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // Few results need no levels: they are a block themselves.
        if (count <= Few * Block)
        {
            T* results = stackalloc T[Few];
            int blocks = 0;
            for (nint start = 0; start < count; start += Block)
            {
                results[blocks++] = ReduceBlock<TTerm, V, T>(x + start, TTerm.Second == SecondOperand.Elements ? y + start : y, nint.Min(Block, count - start));
            }

            return ReduceBlock<SumTerm, V, T>(results, results, blocks);
        }

        return ReduceManyBlocks<TTerm, V, T>(x, y, count);
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static T ReduceManyBlocks<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V* memory = stackalloc V[BlockTree<V>.Registers(LaneCount<T>(), 1)];
        BlockTree<V> tree = new(memory, LaneCount<T>(), 1);
        for (nint start = 0; start < count; start += Block)
        {
            nint own = nint.Min(Block, count - start);
            V result = V.Broadcast(ReduceBlock<TTerm, V, T>(x + start, TTerm.Second == SecondOperand.Elements ? y + start : y, own));
            tree.Add(&result);
        }

        return V.First(*tree.Total());
    }

    /// <summary>A block with the 64 (or 32) lanes in four registers, as AVX-512 has them; the four folded into one. Tail is room for four registers.</summary>
    [MethodImpl(Inline)]
    private static V ReduceBlock4<TTerm, V, T>(T* x, T* y, V scalar, nint count, V* tail)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0;
        nint i = 0;
        for (; i + (4 * V.Width) <= count; i += 4 * V.Width)
        {
            s0 = Full<TTerm, V, T>(s0, x, y, scalar, i);
            s1 = Full<TTerm, V, T>(s1, x, y, scalar, i + V.Width);
            s2 = Full<TTerm, V, T>(s2, x, y, scalar, i + (2 * V.Width));
            s3 = Full<TTerm, V, T>(s3, x, y, scalar, i + (3 * V.Width));
        }

        if (TTerm.Second == SecondOperand.Scalar)
        {
            // Long formulas: the tail has them once, and apart, or the inlining budget runs out.
            tail[0] = s0;
            tail[1] = s1;
            tail[2] = s2;
            tail[3] = s3;
            Tail<TTerm, V, T>(x, y, i, count, tail);
            return tail[0] + tail[2] + (tail[1] + tail[3]);
        }

        if (i < count)
        {
            s0 = Step<TTerm, V, T>(s0, x, y, scalar, i, count);
            s1 = Step<TTerm, V, T>(s1, x, y, scalar, i + V.Width, count);
            s2 = Step<TTerm, V, T>(s2, x, y, scalar, i + (2 * V.Width), count);
            s3 = Step<TTerm, V, T>(s3, x, y, scalar, i + (3 * V.Width), count);
        }

        return s0 + s2 + (s1 + s3);
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Tail<TTerm, V, T>(T* x, T* y, nint i, nint count, V* sums)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V scalar = V.Broadcast(*y);
        for (; i < count; i += V.Width, sums++)
        {
            int present = (int)nint.Min(count - i, V.Width);
            *sums = Across.Present<V, T>(present, TTerm.Add(*sums, V.LoadPartial(x + i, present), scalar), *sums);
        }
    }

    /// <summary>Eight registers of lanes, from lane <paramref name="first"/> on.</summary>
    [MethodImpl(Inline)]
    private static void ReduceBlock8<TTerm, V, T>(T* x, T* y, V scalar, nint first, nint count, V* sums)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        nint i = first;
        for (; i + (Visit * V.Width) <= count; i += LaneCount<T>())
        {
            s0 = Full<TTerm, V, T>(s0, x, y, scalar, i);
            s1 = Full<TTerm, V, T>(s1, x, y, scalar, i + V.Width);
            s2 = Full<TTerm, V, T>(s2, x, y, scalar, i + (2 * V.Width));
            s3 = Full<TTerm, V, T>(s3, x, y, scalar, i + (3 * V.Width));
            s4 = Full<TTerm, V, T>(s4, x, y, scalar, i + (4 * V.Width));
            s5 = Full<TTerm, V, T>(s5, x, y, scalar, i + (5 * V.Width));
            s6 = Full<TTerm, V, T>(s6, x, y, scalar, i + (6 * V.Width));
            s7 = Full<TTerm, V, T>(s7, x, y, scalar, i + (7 * V.Width));
        }

        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
        for (int j = 0; j < Visit && i < count; j++, i += V.Width)
        {
            sums[j] = Step<TTerm, V, T>(sums[j], x, y, scalar, i, count);
        }
    }

    [MethodImpl(Inline)]
    private static V Full<TTerm, V, T>(V sum, T* x, T* y, V scalar, nint i)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> =>
        TTerm.Add(sum, V.Load(x + i), TTerm.Second == SecondOperand.Elements ? V.Load(y + i) : scalar);

    [MethodImpl(Inline)]
    private static V Step<TTerm, V, T>(V sum, T* x, T* y, V scalar, nint i, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int present = (int)nint.Clamp(count - i, 0, V.Width);
        if (present == V.Width)
        {
            return Full<TTerm, V, T>(sum, x, y, scalar, i);
        }

        if (present == 0)
        {
            return sum;
        }

        V next = TTerm.Add(sum, V.LoadPartial(x + i, present), TTerm.Second == SecondOperand.Elements ? V.LoadPartial(y + i, present) : scalar);
        return TTerm.Second == SecondOperand.None ? next : Across.Present<V, T>(present, next, sum);
    }
}
