using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What one element (or a pair) adds to a lane of a fixed-order reduction.</summary>
internal interface ITerm
{
    /// <summary>True when the term reads a second operand.</summary>
    static abstract bool IsBinary { get; }

    static abstract V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V>;
}

/// <summary>lane + x.</summary>
internal readonly struct SumTerm : ITerm
{
    public static bool IsBinary => false;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => lane + x;
}

/// <summary>x * y + lane, rounded once.</summary>
internal readonly struct DotTerm : ITerm
{
    public static bool IsBinary => true;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => V.Fma(x, y, lane);
}

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

    /// <summary>Blocks of 4,096^0, 4,096^1, ... elements: five levels pass 2^60.</summary>
    private const int Levels = 5;

    /// <summary>Levels above the blocks of a matrix with fewer than 2^31 rows.</summary>
    public const int BlockLevels = 2;

    /// <summary>Lanes of a block.</summary>
    [MethodImpl(Inline)]
    public static int LaneCount<T>()
        where T : unmanaged => 256 / sizeof(T);

    /// <summary>Reduces one block of at most 4,096 elements.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static T ReduceBlock<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int lanes = LaneCount<T>();
        if (lanes / V.Width == 4)
        {
            return ReduceBlock4<TTerm, V, T>(x, y, count);
        }

        V* sums = stackalloc V[lanes / V.Width];
        for (int j = 0; j < lanes / V.Width; j++)
        {
            sums[j] = V.Of(0);
        }

        for (nint i = 0; i < count; i += V.Width)
        {
            nint register = i % lanes / V.Width;
            sums[register] = Step<TTerm, V, T>(sums[register], x, y, i, count);
        }

        for (int half = lanes / V.Width / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        return FoldRegister<V, T>(sums[0]);
    }

    /// <summary>The same with the 64 (or 32) lanes in four registers, as AVX-512 has them.</summary>
    [MethodImpl(Inline)]
    private static T ReduceBlock4<TTerm, V, T>(T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0;
        nint i = 0;
        for (; i + (4 * V.Width) <= count; i += 4 * V.Width)
        {
            s0 = TTerm.Add(s0, V.Load(x + i), TTerm.IsBinary ? V.Load(y + i) : s0);
            s1 = TTerm.Add(s1, V.Load(x + i + V.Width), TTerm.IsBinary ? V.Load(y + i + V.Width) : s0);
            s2 = TTerm.Add(s2, V.Load(x + i + (2 * V.Width)), TTerm.IsBinary ? V.Load(y + i + (2 * V.Width)) : s0);
            s3 = TTerm.Add(s3, V.Load(x + i + (3 * V.Width)), TTerm.IsBinary ? V.Load(y + i + (3 * V.Width)) : s0);
        }

        if (i < count)
        {
            s0 = Step<TTerm, V, T>(s0, x, y, i, count);
            s1 = Step<TTerm, V, T>(s1, x, y, i + V.Width, count);
            s2 = Step<TTerm, V, T>(s2, x, y, i + (2 * V.Width), count);
            s3 = Step<TTerm, V, T>(s3, x, y, i + (3 * V.Width), count);
        }

        return FoldRegister<V, T>(s0 + s2 + (s1 + s3));
    }

    [MethodImpl(Inline)]
    private static V Step<TTerm, V, T>(V sum, T* x, T* y, nint i, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int present = (int)nint.Clamp(count - i, 0, V.Width);
        if (present == V.Width)
        {
            return TTerm.Add(sum, V.Load(x + i), TTerm.IsBinary ? V.Load(y + i) : sum);
        }

        if (present == 0)
        {
            return sum;
        }

        if (!TTerm.IsBinary)
        {
            return TTerm.Add(sum, V.LoadPartial(x + i, present), sum);
        }

        V next = TTerm.Add(sum, V.LoadPartial(x + i, present), V.LoadPartial(y + i, present));
        V isPresent = V.LoadPartial((T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(NotZero)), present);
        return V.SelectEqual(isPresent, V.Of(0), sum, next);
    }

    /// <summary>A register of numbers that are not zero (NaN, in fact), in memory that does not move.</summary>
    private static ReadOnlySpan<byte> NotZero =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    /// <summary>Folds the lanes of one register by halving.</summary>
    [MethodImpl(Inline)]
    private static T FoldRegister<V, T>(V register)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* lanes = stackalloc T[V.Width];
        V.Store(lanes, register);
        return Fold(lanes, V.Width);
    }

    /// <summary>Folds a power of two of lanes by halving: lane i takes lane i + half.</summary>
    [MethodImpl(Inline)]
    private static T Fold<T>(T* lanes, int count)
        where T : unmanaged
    {
        for (int half = count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                lanes[i] = AddOne(lanes[i], lanes[i + half]);
            }
        }

        return lanes[0];
    }

    [MethodImpl(Inline)]
    private static T AddOne<T>(T x, T y)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            float sum = *(float*)&x + *(float*)&y;
            return *(T*)&sum;
        }
        else
        {
            double sum = *(double*)&x + *(double*)&y;
            return *(T*)&sum;
        }
    }

    /// <summary>The levels above the blocks: takes block results in order and gives the total.</summary>
    [SkipLocalsInit]
    public struct Tree<T>
        where T : unmanaged
    {
        private LevelLanes lanes;
        private LevelCounts counts;

        /// <summary>Adds the next block's result.</summary>
        public void Add(T result) => AddAt(0, result);

        /// <summary>The total of all that was added; the tree is spent afterwards.</summary>
        public T Total()
        {
            int level = 0;
            for (; HasAbove(level); level++)
            {
                if (counts[level] > 0)
                {
                    AddAt(level + 1, Close(level));
                }
            }

            return counts[level] == 0 ? default : Close(level);
        }

        private readonly bool HasAbove(int level)
        {
            bool any = false;
            for (int above = level + 1; above < Levels; above++)
            {
                any |= counts[above] > 0;
            }

            return any;
        }

        private void AddAt(int level, T result)
        {
            for (; ; level++)
            {
                long index = counts[level]++;
                if (index == 0)
                {
                    Lanes(level).Clear();
                }

                ref T lane = ref Lanes(level)[(int)(index % LaneCount<T>())];
                lane = AddOne(lane, result);
                if (index + 1 < Block)
                {
                    return;
                }

                result = Close(level);
            }
        }

        private T Close(int level)
        {
            counts[level] = 0;
            fixed (T* first = Lanes(level))
            {
                return Fold(first, LaneCount<T>());
            }
        }

        [UnscopedRef]
        private Span<T> Lanes(int level) =>
            MemoryMarshal.Cast<byte, T>(((Span<byte>)lanes).Slice(level * 256, 256));

        [InlineArray(256 * Levels)]
        private struct LevelLanes
        {
            private byte first;
        }

        [InlineArray(Levels)]
        private struct LevelCounts
        {
            private long first;
        }
    }
}
