using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// How groups of threads share lines of elements. A line is cut into blocks of 4,096; a group takes several blocks (of one line or of
/// neighbouring ones), each by so many threads as the contract has lanes, or fewer where a line has no more elements.
/// </summary>
internal struct LineShape
{
    /// <summary>How many lines there are.</summary>
    public int Lines;

    /// <summary>Elements of a line, at least one.</summary>
    public int Count;

    /// <summary>Blocks of a line.</summary>
    public int Blocks;

    /// <summary>Threads of a block, a power of two: element i of the block is thread i mod Lanes's.</summary>
    public int Lanes;

    /// <summary>Blocks of a group.</summary>
    public int PerGroup;

    /// <summary>1 where neighbouring threads take neighbouring lines, because those lie side by side in memory; 0 where they take neighbouring elements.</summary>
    public int ByColumns;

    /// <summary>1 where what the first pass finds is given; 0 where it is made.</summary>
    public int HasFirsts;

    /// <summary>1 where the elements are results of blocks, which are added as they are.</summary>
    public int IsUpper;

    /// <summary>1 where the results are those of whole lines; 0 where they are those of blocks, one after the other.</summary>
    public int Finishes;
}

/// <summary>What one thread of a group does: every thread does something, so that all of them meet at the barriers.</summary>
internal struct LineThread
{
    /// <summary>The most threads of a group.</summary>
    public const int Most = 512;

    /// <summary>The thread's number within its block.</summary>
    public int Lane;

    /// <summary>The number of the block among all blocks.</summary>
    public int Place;

    /// <summary>The block's line.</summary>
    public int Line;

    /// <summary>The block's first element in its line, and the one behind its last.</summary>
    public int First, End;

    /// <summary>0 behind the last block, which such threads only repeat; 1 otherwise.</summary>
    public int IsPresent;

    /// <summary>1 for the thread that writes the block's result.</summary>
    public int Writes;

    /// <summary>The share of the calling thread.</summary>
    public static LineThread Of(LineShape shape)
    {
        bool byColumns = shape.ByColumns != 0;
        Pair own = Pair.Of(Group.IdxX, byColumns ? shape.PerGroup : shape.Lanes);
        int lane = byColumns ? own.Quotient : own.Rest;
        int wanted = (Grid.IdxX * shape.PerGroup) + (byColumns ? own.Rest : own.Quotient);
        int last = (shape.Lines * shape.Blocks) - 1;
        int place = wanted < last ? wanted : last;
        Pair at = Pair.Of(place, byColumns ? shape.Lines : shape.Blocks);
        int first = (byColumns ? at.Quotient : at.Rest) * FixedOrder.Block;
        return new LineThread
        {
            Lane = lane,
            Place = place,
            Line = byColumns ? at.Rest : at.Quotient,
            First = first,
            End = shape.Count - first < FixedOrder.Block ? shape.Count : first + FixedOrder.Block,
            IsPresent = wanted == place ? 1 : 0,
            Writes = lane == 0 && wanted == place ? 1 : 0,
        };
    }

    /// <summary>Folds the lanes of each block by halving, lane i with lane i + half; every thread of the block gets the result.</summary>
    public readonly V Fold<TJoin, V>(ArrayView<V> shared, V value, LineShape shape)
        where TJoin : struct, IJoin
        where V : unmanaged, ILanes<V>
    {
        int thread = Group.IdxX;
        int step = shape.ByColumns != 0 ? shape.PerGroup : 1;
        shared[thread] = value;
        Group.Barrier();
        for (int half = shape.Lanes / 2; half > 0; half /= 2)
        {
            if (Lane < half)
            {
                shared[thread] = TJoin.Join(shared[thread], shared[thread + (half * step)]);
            }

            Group.Barrier();
        }

        V result = shared[thread - (Lane * step)];
        Group.Barrier();
        return result;
    }

    private readonly struct Pair(int quotient, int rest)
    {
        public readonly int Quotient = quotient, Rest = rest;

        public static Pair Of(int x, int y)
        {
            int quotient = (int)Integer32.Divide((uint)x, (uint)y);
            return new Pair(quotient, x - (quotient * y));
        }
    }
}
