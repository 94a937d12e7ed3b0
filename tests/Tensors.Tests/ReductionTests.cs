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
        Assert.True(Bits.Same(Reference.Max<double>(all), x.Max()));
        int columns = (int)extents[^1];
        int[] places = new int[all.Length / columns];
        x.ArgMaxRows(places);
        for (int row = 0; row < places.Length; row++)
        {
            Assert.Equal(FirstBest(all.AsSpan(row * columns, columns)), places[row]);
        }
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
