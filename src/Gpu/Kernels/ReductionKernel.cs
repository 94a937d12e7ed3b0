using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// A reduction in the fixed order: element i of a block of 4,096 goes to lane i mod 64 (float32) or 32 (float64), each lane is a chain
/// from +0, lanes fold by halving. A line of one block is done at once, its first pass too; of longer ones a launch makes the blocks'
/// results, and further launches reduce those by the same rule. Absent lanes are +0, which changes no sum of a reduction, so that short
/// lines do without them. X of <c>kept</c> says where lines start and W where results go; X of <c>reduced</c> says how a line's elements lie.
/// </summary>
internal readonly struct ReductionKernel<TReduction, V> : IKernel
    where TReduction : struct, IReduction
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> x, ArrayView<V> y, ArrayView<V> firsts, Axes kept, Axes reduced, LineShape shape, V count, V divisor)
    {
        ArrayView<V> shared = SharedMemory.Allocate<V>(LineThread.Most);
        LineThread own = LineThread.Of(shape);
        Offsets start = kept.At(own.Line);
        V first = V.Of(0);
        if (TReduction.First != FirstPass.None)
        {
            // What is given is folded too, as one lane's share: no barrier may stand in one branch of two (PoCL 6 fails on them).
            V share = shape.HasFirsts != 0 ? Given(firsts, own) : FirstPassOf(x, start.X, reduced, shape, own);
            first = own.Fold<FirstJoin<TReduction>, V>(shared, share, shape);
        }

        V prepared = V.Of(0);
        V total = first;
        if (TReduction.AddsUp)
        {
            if (TReduction.First != FirstPass.None)
            {
                prepared = TReduction.Prepare(first, count);
            }

            V sum = V.Of(0);
            for (int i = own.First + own.Lane; i < own.End; i += shape.Lanes)
            {
                V element = x[start.X + reduced.X(i)];
                sum = shape.IsUpper != 0 ? sum + element : TReduction.Add(sum, element, prepared);
            }

            total = own.Fold<SumJoin, V>(shared, sum, shape);
        }

        if (own.Writes != 0)
        {
            y[shape.Finishes != 0 ? start.W : own.Place] = shape.Finishes != 0 ? TReduction.Finish(total, prepared, divisor) : total;
        }
    }

    /// <summary>A line's first pass as the share of one lane of a sum, or of each lane of an extreme.</summary>
    private static V Given(ArrayView<V> firsts, LineThread own) =>
        TReduction.First == FirstPass.Sum && own.Lane > 0 ? V.Of(0) : firsts[own.Line];

    /// <summary>A lane's share of the first pass. An element may be met twice by an extreme, so every lane begins with the block's first.</summary>
    private static V FirstPassOf(ArrayView<V> x, long start, Axes reduced, LineShape shape, LineThread own)
    {
        V best = V.Of(0);
        if (TReduction.First != FirstPass.Sum)
        {
            best = FirstJoin<TReduction>.Of(x[start + reduced.X(own.First)]);
        }

        for (int i = own.First + own.Lane; i < own.End; i += shape.Lanes)
        {
            best = FirstJoin<TReduction>.Join(best, FirstJoin<TReduction>.Of(x[start + reduced.X(i)]));
        }

        return best;
    }
}

/// <summary>What a reduction's first pass does with two numbers, and with each before.</summary>
internal readonly struct FirstJoin<TReduction> : IJoin
    where TReduction : struct, IReduction
{
    public static V Of<V>(V x)
        where V : unmanaged, ILanes<V> => TReduction.First == FirstPass.LargestMagnitude ? MaximumOfMagnitudes.Of(x) : x;

    public static V Join<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        if (TReduction.First == FirstPass.Sum)
        {
            return SumJoin.Join(x, y);
        }

        return TReduction.First == FirstPass.Minimum ? MinimumOf.Join(x, y) : MaximumOf.Join(x, y);
    }
}
