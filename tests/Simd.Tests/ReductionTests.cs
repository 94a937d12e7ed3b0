using System.Numerics;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Sums in their fixed order, against the order's own words.</summary>
public class ReductionTests
{
    public static TheoryData<int> Lengths =>
        [0, 1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 8191, 8192, 8193, 12_288, 12_289, 262_144, 262_145, 300_001];

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_follow_the_order_to_the_bit(int length)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] x = Numbers.Spread<T>(1, length), y = Numbers.Spread<T>(2, length);
            Bits.AssertSame<T>([Reference.Sum<T>(x)], [Reduce.Sum<T>(x)], "sum", length);
            Bits.AssertSame<T>([Reference.Dot<T>(x, y)], [Reduce.Dot<T>(x, y)], "dot", length);
            Bits.AssertSame<T>([Reference.Sum<T>(x)], [SumByBlocks(x)], "sum of blocks", length);
            if (length > 0)
            {
                Bits.AssertSame<T>([Reference.Max<T>(x)], [Reduce.Max<T>(x)], "max", length);
            }
        }
    }

    [Fact]
    public void Sums_with_three_levels_follow_the_order_to_the_bit()
    {
        const int length = (4096 * 4096) + (3 * 4096) + 77;
        float[] x = new float[length];
        RandomFill.Uniform<float>(1, 0, 0, x);
        float expected = Reference.Sum<float>(x);
        Assert.Equal(expected, Reduce.Sum<float>(x));
        Assert.Equal(expected, SumByBlocks(x));
        Assert.Equal(Reference.Dot<float>(x, x), Reduce.Dot<float>(x, x));
        x = x[..(4096 * 4096)];
        Assert.Equal(Reference.Sum<float>(x), Reduce.Sum<float>(x));
    }

    [Fact]
    public void Column_sums_are_the_sums_of_the_columns_to_the_bit()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach ((int rows, int columns, int stride) in ((int, int, int)[])
                [
                    (0, 4, 4), (1, 1, 1), (1, 40, 41), (2, 17, 20), (63, 5, 5), (64, 33, 33), (65, 16, 16), (129, 70, 71),
                    (4095, 3, 3), (4096, 2, 3), (4097, 19, 19), (12_300, 9, 9), (270_000, 1, 2),
                ])
            {
                T[] x = Numbers.Spread<T>(rows, rows == 0 ? 0 : ((rows - 1) * stride) + columns), y = new T[columns];
                Reduce.SumColumns<T>(x, rows, columns, stride, y);
                for (int j = 0; j < columns; j++)
                {
                    T[] column = [.. Enumerable.Range(0, rows).Select(i => x[(i * stride) + j])];
                    Bits.AssertSame<T>([Reference.Sum<T>(column)], [y[j]], $"column {j} of {rows}x{columns}");
                }
            }
        }
    }

    /// <summary>Two levels above the blocks of a column: 4096 * 4096 rows and more.</summary>
    [Fact]
    public void A_column_with_three_levels_is_summed_as_a_span_is()
    {
        float[] x = new float[(4096 * 4096) + 5000], y = new float[1];
        RandomFill.Uniform<float>(2, 0, 0, x);
        Reduce.SumColumns<float>(x, x.Length, 1, 1, y);
        Assert.Equal(Reduce.Sum<float>(x), y[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(5000)]
    public void Signs_of_zero_NaN_and_infinity_come_out_as_the_order_has_them(int length)
    {
        float[] zeros = Filled(-0.0f);
        Assert.Equal(0x00000000, BitConverter.SingleToInt32Bits(Reduce.Sum<float>(zeros)));
        Assert.Equal(0x00000000, BitConverter.SingleToInt32Bits(Reduce.Dot<float>(zeros, Filled(1))));
        Bits.AssertSame<float>([0], Column(zeros), "column of -0");

        // Products that round to -0 do leave -0 in a lane.
        float[] tiny = Filled(1e-30f), negative = Filled(-1e-30f);
        Bits.AssertSame<float>([Reference.Dot<float>(tiny, negative)], [Reduce.Dot<float>(tiny, negative)], "dot to -0", length);

        float[] infinite = Numbers.Uniform<float>(1, length);
        infinite[length / 2] = float.PositiveInfinity;
        Assert.Equal(float.PositiveInfinity, Reduce.Sum<float>(infinite));
        Assert.Equal(float.PositiveInfinity, Column(infinite)[0]);
        Assert.Equal(float.PositiveInfinity, Reduce.Max<float>(infinite));
        infinite[0] = float.NaN;
        Assert.Equal(float.NaN, Reduce.Sum<float>(infinite));
        Assert.Equal(float.NaN, Column(infinite)[0]);
        Assert.Equal(float.NaN, Reduce.Max<float>(infinite));

        float[] Filled(float value) => [.. Enumerable.Repeat(value, length)];

        float[] Column(float[] x)
        {
            float[] y = new float[1];
            Reduce.SumColumns<float>(x, length, 1, 1, y);
            return y;
        }
    }

    [Cases]
    public void A_sum_is_the_sum_of_its_blocks_wherever_it_begins(ushort length, byte start)
    {
        float[] x = Numbers.Spread<float>(length, length + start)[start..];
        Bits.AssertSame<float>([Reference.Sum<float>(x)], [SumByBlocks(x)], "sum of blocks", length);
        Bits.AssertSame<float>([Reference.Sum<float>(x)], [Reduce.Sum<float>(x)], "sum", length);
    }

    [Fact]
    public void Blocks_of_the_wrong_number_are_refused() =>
        Assert.Equal(
            "block sums: 4097 elements have 2 blocks, results has 1. (Parameter 'results')",
            Assert.Throws<ArgumentException>(() => Reduce.BlockSums<float>(new float[4097], new float[1])).Message);

    private static T SumByBlocks<T>(T[] x)
        where T : unmanaged
    {
        if (x.Length == 0)
        {
            return default;
        }

        T[] results = new T[(x.Length + Reduce.Block - 1) / Reduce.Block];
        Reduce.BlockSums<T>(x, results);
        return Reduce.SumOfBlocks<T>(results);
    }
}
