using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The levels above the blocks of a fixed-order sum: takes block results in order and reduces them by the same rule, level upon level.
/// One result may be several registers, those of neighbouring columns; a sum of numbers has one, with the number in every lane.
/// </summary>
/// <remarks>A lane that starts at +0 can never become -0, so lanes that got nothing are left out of the fold instead of being cleared.</remarks>
internal unsafe struct BlockTree<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Two levels of 4,096 results each: 2^36 elements, more than a span or a column can have.</summary>
    private const int Levels = 2;

    private readonly V* sums;
    private readonly int lanes;
    private readonly int width;
    private fixed long counts[Levels];

    /// <param name="memory">Registers for the levels: <see cref="Registers"/> of them.</param>
    /// <param name="lanes">The lanes of a block.</param>
    /// <param name="width">The registers of one result.</param>
    [MethodImpl(Inline)]
    public BlockTree(V* memory, int lanes, int width)
    {
        sums = memory;
        this.lanes = lanes;
        this.width = width;
        for (int level = 0; level < Levels; level++)
        {
            counts[level] = 0;
        }
    }

    /// <summary>The registers that a tree needs.</summary>
    [MethodImpl(Inline)]
    public static int Registers(int lanes, int width) => Levels * lanes * width;

    /// <summary>Folds lanes by halving, lane i takes lane i + half; the first result of <paramref name="used"/> lanes stays in front.</summary>
    [MethodImpl(Inline)]
    public static void Fold(V* sums, int used, int lanes, int width)
    {
        used *= width;
        for (int half = lanes * width / 2; half >= width; half /= 2)
        {
            for (int i = 0; i < half && i + half < used; i++)
            {
                sums[i] += sums[i + half];
            }

            used = int.Min(used, half);
        }
    }

    /// <summary>Adds the next block's result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(V* result) => AddAt(0, result);

    /// <summary>Where the total of all that was added lies; at least one result must have been. The tree is spent afterwards.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public V* Total()
    {
        for (int level = 0; ; level++)
        {
            V* own = Close(level);
            bool isLast = true;
            for (int above = level + 1; above < Levels; above++)
            {
                isLast &= counts[above] == 0;
            }

            if (isLast)
            {
                return own;
            }

            if (own is not null)
            {
                AddAt(level + 1, own);
            }
        }
    }

    private void AddAt(int level, V* result)
    {
        for (; ; level++)
        {
            V* own = sums + (level * lanes * width);
            long index = counts[level]++;
            V* lane = own + ((int)(index % lanes) * width);
            for (int j = 0; j < width; j++)
            {
                lane[j] = (index < lanes ? V.Of(0) : lane[j]) + result[j];
            }

            if (index + 1 < FixedOrder.Block)
            {
                return;
            }

            result = Close(level);
        }
    }

    /// <summary>Folds a level and empties it; null where it is empty.</summary>
    private V* Close(int level)
    {
        if (counts[level] == 0)
        {
            return null;
        }

        V* own = sums + (level * lanes * width);
        Fold(own, (int)long.Min(lanes, counts[level]), lanes, width);
        counts[level] = 0;
        return own;
    }
}
