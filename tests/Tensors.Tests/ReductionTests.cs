using System.Numerics;
using FsCheck;
using Onsager.Simd;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Reductions over any axes of any layout have the bits of the fixed order over the elements in logical order.</summary>
public sealed class ReductionTests
{
    [Cases]
    public void Sums_follow_the_logical_order_whatever_the_strides(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Check<float>(random, RandomLayouts.Extents(random, 5));
        Check<double>(random, RandomLayouts.Extents(random, 5));
    }

    [Theory]
    [InlineData(4096, 3)]
    [InlineData(4097, 3)]
    [InlineData(70, 130)]
    [InlineData(3, 20_000)]
    [InlineData(20_000, 2)]
    [InlineData(1, 100_001)]
    [InlineData(300, 1000)]
    public void Sums_longer_than_a_block_follow_it_too(int rows, int columns)
    {
        Check<float>(new Random(rows), [rows, columns]);
        Check<double>(new Random(columns), [rows, columns]);
        Check<float>(new Random(1), [2, rows, columns]);
    }

    [Fact]
    public void Empty_sums_are_plus_zero()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Zeros<float>([3, 0, 2]);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(x.Sum().Item()));
        Assert.Equal([0f, 0, 0, 0, 0, 0], x.Sum(1).ToArray());
        Assert.Equal("[3, 1, 2]", x.Sum(1, keepDimension: true).Shape.ToString());
        Assert.Empty(x.Sum(0).ToArray());
    }

    [Fact]
    public void A_mean_is_the_sum_divided_by_the_number()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = RandomLayouts.Make<float>(new Random(5), [7, 11]);
        float[] all = x.ToArray();
        Assert.Equal(Reduce.Sum<float>(all) / 77, x.Mean().Item());
        Bits.AssertSame<float>([.. x.Sum(1).ToArray().Select(v => v / 11)], x.Mean(-1).ToArray(), "rows");
        Assert.Equal("[1, 11]", x.Mean(0, keepDimension: true).Shape.ToString());
    }

    [Cases]
    public void The_maximum_and_its_place_are_found_in_any_layout(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = [.. RandomLayouts.Extents(random, 3, allowZero: false), random.Next(1, 9)];
        Tensor<double> x = RandomLayouts.Make<double>(random, extents);
        double[] all = x.ToArray();
        Assert.True(Bits.Same(Reference.Max<double>(all), x.Max().Item()));
        int columns = (int)extents[^1];
        int[] places = new int[all.Length / columns];
        x.ArgMaxRows(places);
        for (int row = 0; row < places.Length; row++)
        {
            Assert.Equal(FirstBest(all.AsSpan(row * columns, columns)), places[row]);
        }
    }

    [Cases]
    public void Reductions_over_any_axes_of_any_layout_are_those_of_packed_lines(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Lines<float>(random);
        Lines<double>(random);

        static void Lines<T>(Random random)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using Scope scope = Scope.Begin();
            nint[] extents = RandomLayouts.Extents(random, 5, random.Next(4) == 0 ? 40 : 5, allowZero: false);
            Tensor<T> x = RandomLayouts.Make<T>(random, extents);
            int[] axes = [.. Enumerable.Range(0, extents.Length).Where(_ => random.Next(2) == 0)], kept = [.. Enumerable.Range(0, extents.Length).Except(axes)];
            int count = (int)axes.Aggregate((nint)1, (n, axis) => n * extents[axis]), lines = (int)x.Size / count;
            T[] packed = x.Permute([.. kept, .. axes]).ToArray();
            bool keep = random.Next(2) == 0;
            random.Shuffle(axes);
            Same<Variance>(x.Variance(axes, 1, keep), new(1), (a, y) => x.VarianceInto(a, y, 1));
            Same<StandardDeviation>(x.StandardDeviation(axes, 0, keep), new(0), (a, y) => x.StandardDeviationInto(a, y));
            Same<Total>(x.Sum(axes, keep), default, x.SumInto);
            Same<Mean>(x.Mean(axes, keep), default, x.MeanInto);
            Same<EuclideanNorm>(x.Norm(axes, keep), default, x.NormInto);
            Same<ManhattanNorm>(x.Norm1(axes, keep), default, x.Norm1Into);
            Same<MaximumNorm>(x.NormInfinity(axes, keep), default, x.NormInfinityInto);
            Same<Largest>(x.Max(axes, keep), default, x.MaxInto);
            Same<Smallest>(x.Min(axes, keep), default, x.MinInto);
            Same<LogSumExp>(x.LogSumExp(axes, keep), default, x.LogSumExpInto);

            void Same<TReduction>(Tensor<T> actual, TReduction reduction, ReducedInto<T> into)
                where TReduction : struct, IReduction
            {
                T[] expected = new T[lines];
                Reduce.Rows(reduction, packed, lines, count, count, expected);
                Assert.Equal(Shape.Create([.. Enumerable.Range(0, extents.Length).Where(axis => keep || kept.Contains(axis)).Select(axis => kept.Contains(axis) ? extents[axis] : 1)]), actual.Shape);
                Bits.AssertSame<T>(expected, actual.ToArray(), $"{TReduction.Name} of {x.Shape} over {string.Join(", ", axes)}");
                Tensor<T> destination = RandomLayouts.Make<T>(random, [.. actual.Shape.AsSpan()], allowExpanded: false);
                into(axes, destination);
                Bits.AssertSame<T>(expected, destination.ToArray(), $"{TReduction.Name} of {x.Shape} over {string.Join(", ", axes)} into strides");
            }
        }
    }

    private delegate void ReducedInto<T>(ReadOnlySpan<int> axes, Tensor<T> destination)
        where T : unmanaged;

    [Cases]
    public void Work_along_an_axis_of_any_layout_is_that_along_packed_lines(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Lines<float>(random);
        Lines<double>(random);

        static void Lines<T>(Random random)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using Scope scope = Scope.Begin();
            nint[] extents = [.. RandomLayouts.Extents(random, 3, random.Next(4) == 0 ? 40 : 5, allowZero: false), random.Next(1, 70)];
            Tensor<T> x = RandomLayouts.Make<T>(random, extents);
            int axis = random.Next(extents.Length), last = extents.Length - 1;
            int count = (int)extents[axis], lines = (int)x.Size / count;
            T[] packed = x.SwapAxes(axis, last).ToArray();
            Same("softmax", x.Softmax(axis), Softmax.Rows, x.SoftmaxInto);
            Same("log-softmax", x.LogSoftmax(axis - extents.Length), Softmax.LogRows, x.LogSoftmaxInto);
            Same("cumulative sum", x.CumulativeSum(axis), CumulativeSum.Rows, x.CumulativeSumInto);
            int[] largest = new int[lines], smallest = new int[lines];
            ArgReduce.MaxRows<T>(packed, lines, count, count, largest);
            ArgReduce.MinRows<T>(packed, lines, count, count, smallest);
            Tensor<int> destination = Tensor.Zeros<int>(x.Max(axis).Shape);
            x.ArgMinInto(axis, destination);
            Assert.Equal(largest, x.ArgMax(axis, keepDimension: true).SwapAxes(axis, last).ToArray());
            Assert.Equal(smallest, destination.Unsqueeze(axis).SwapAxes(axis, last).ToArray());
            Assert.Equal(x.ArgMax().Item(), x.Contiguous().Flatten().ArgMax(0).Item());

            void Same(string name, Tensor<T> actual, AlongRows<T> along, Action<int, Tensor<T>> into)
            {
                T[] expected = new T[packed.Length];
                along(packed, lines, count, count, expected, count);
                Bits.AssertSame<T>(expected, actual.SwapAxes(axis, last).ToArray(), $"{name} of {x.Shape} along {axis}");
                Tensor<T> destination = RandomLayouts.Make<T>(random, extents, allowExpanded: false);
                into(axis, destination);
                Bits.AssertSame<T>(expected, destination.SwapAxes(axis, last).ToArray(), $"{name} of {x.Shape} along {axis} into strides");
            }
        }
    }

    private delegate void AlongRows<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged;

    [Fact]
    public void Reductions_of_no_elements_are_as_documented()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Zeros<float>([2, 0]);
        Assert.Equal([float.NaN, float.NaN], x.Mean(1).ToArray());
        Assert.Equal([float.NaN, float.NaN], x.Variance(1).ToArray());
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], x.LogSumExp(1).ToArray());
        Assert.Equal([0f, 0], x.Norm(1).ToArray());
        Assert.Equal(float.NaN, x.Mean().Item());
        Assert.Empty(x.Max(0).ToArray());
        Assert.Empty(x.Softmax(1).ToArray());
        Assert.Empty(x.CumulativeSum(0).ToArray());
        Assert.Empty(x.ArgMax(0).ToArray());
    }

    private static int FirstBest(ReadOnlySpan<double> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            bool best = true;
            foreach (double other in row)
            {
                best &= double.IsNaN(row[i]) || other <= row[i];
            }

            if (best)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Check<T>(Random random, nint[] extents)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = RandomLayouts.Make<T>(random, extents);
        Naive<T> naive = new(extents, x.ToArray());
        string context = $"{x.Shape} with strides {string.Join(", ", Enumerable.Range(0, x.Rank).Select(axis => x.Layout.Stride(axis)))}";
        Bits.AssertSame([Reduce.Sum<T>(naive.Elements)], x.Sum().ToArray(), context);
        Tensor<T> scalar = Tensor.Empty<T>([]);
        x.SumInto(scalar);
        Bits.AssertSame([Reduce.Sum<T>(naive.Elements)], scalar.ToArray(), context);
        for (int axis = 0; axis < extents.Length; axis++)
        {
            int own = axis;
            nint[] kept = [.. extents[..axis], .. extents[(axis + 1)..]];
            T[] expected = Naive<T>.Of(kept, index =>
            {
                T[] along = new T[extents[own]];
                for (int i = 0; i < along.Length; i++)
                {
                    along[i] = naive[[.. index[..own], i, .. index[own..]]];
                }

                return Reduce.Sum<T>(along);
            }).Elements;
            Bits.AssertSame<T>(expected, x.Sum(axis).ToArray(), $"axis {axis} of {context}");
            Tensor<T> row = x.Sum(axis - extents.Length, keepDimension: true);
            Bits.AssertSame<T>(expected, row.ToArray(), $"axis {axis} of {context}");
            Assert.Equal(1, row.Shape[axis]);
        }
    }
}
