using System.Numerics;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>What is done to the rows and the columns of a matrix, each line against the slow text of the contract, to the bit.</summary>
public class LineTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 300, 300 }, { 300, 1, 2 }, { 3, 5, 5 }, { 7, 17, 20 }, { 64, 33, 33 }, { 65, 70, 71 }, { 129, 64, 64 }, { 20, 257, 260 },
        { 3, 4095, 4095 }, { 2, 4096, 4096 }, { 9, 4097, 4100 }, { 4095, 2, 3 }, { 4096, 5, 5 }, { 4097, 66, 66 }, { 2, 1023, 1023 }, { 17, 1024, 1024 },
        { 1025, 18, 18 }, { 1, 12_289, 12_289 }, { 12_300, 1, 1 }, { 2, 20_000, 20_001 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Lines_follow_the_contract_to_the_bit(int rows, int columns, int stride)
    {
        Check(Numbers.Spread<float>(rows, ((rows - 1) * stride) + columns), rows, columns, stride);
        Check(Numbers.Spread<double>(rows, ((rows - 1) * stride) + columns), rows, columns, stride);
        Check(Special<float>(rows + columns, ((rows - 1) * stride) + columns), rows, columns, stride);
        Check(Special<double>(rows + columns, ((rows - 1) * stride) + columns), rows, columns, stride);
    }

    /// <summary>Every length of a row, and every number of rows above a column.</summary>
    [Fact]
    public void Every_length_follows_the_contract()
    {
        for (int length = 1; length <= 300; length++)
        {
            Check(Special<float>(length, 3 * length), 3, length, length);
            Check(Special<double>(length, 3 * length), length, 3, 3);
        }
    }

    [Fact]
    public void No_elements_have_the_documented_results()
    {
        Empty<Total>(default, 0);
        Empty<Mean>(default, double.NaN);
        Empty(new Variance(1), double.NaN);
        Empty(new StandardDeviation(0), double.NaN);
        Empty<EuclideanNorm>(default, 0);
        Empty<ManhattanNorm>(default, 0);
        Empty<MaximumNorm>(default, 0);
        Empty<LogSumExp>(default, double.NegativeInfinity);
        Assert.Equal(
            "max: the rows are empty, and the max of no elements has no value.",
            Assert.Throws<ArgumentException>(() => Reduce.Rows<Largest, float>(default, [], 2, 0, 0, new float[2])).Message);
        Assert.Equal(
            "min: the columns are empty, and the min of no elements has no value.",
            Assert.Throws<ArgumentException>(() => Reduce.Columns<Smallest, float>(default, [], 0, 2, 2, new float[2])).Message);
        Assert.Equal(
            "argmax: there are 2 results to find among no elements. (Parameter 'x')",
            Assert.Throws<ArgumentException>(() => ArgReduce.MaxRows<float>([], 2, 0, 0, new int[2])).Message);
        Reduce.Rows<Largest, float>(default, [], 0, 5, 5, []);
        Softmax.Rows<float>([], 3, 0, 0, [], 0);
        CumulativeSum.Columns<double>([], 0, 3, 3, [], 3);

        static void Empty<TReduction>(TReduction reduction, double expected)
            where TReduction : struct, IReduction
        {
            float[] single = [7, 7];
            double[] @double = [7, 7];
            Reduce.Rows(reduction, [], 2, 0, 0, single.AsSpan());
            Reduce.Columns(reduction, [], 0, 2, 2, @double.AsSpan());
            Assert.Equal([(float)expected, (float)expected], single);
            Assert.Equal([expected, expected], @double);
        }
    }

    [Fact]
    public void Variances_of_as_few_elements_as_the_correction_are_NaN()
    {
        Assert.Equal(double.NaN, Reduce.All<Variance, double>(new(1), [3]));
        Assert.Equal(double.NaN, Reduce.All<Variance, double>(new(2), [3, 3]));
        Assert.Equal(double.PositiveInfinity, Reduce.All<Variance, double>(new(3), [3, 4]));
        Assert.Equal(2.5, Reduce.All<Variance, double>(new(1), [1, 2, 3, 4, 5]));
        Assert.Equal(2, Reduce.All<Variance, double>(new(0), [1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Bad_matrices_are_refused_and_nothing_is_written()
    {
        float[] memory = [1, 2, 3, 4, 5, 6];
        Assert.Equal(
            "sum: [3, 2] with rows 3 apart does not fit x with 6 elements. (Parameter 'x')",
            Assert.Throws<ArgumentException>(() => Reduce.SumColumns<float>(memory, 3, 2, 3, new float[2])).Message);
        Assert.Equal(
            "sum: 3 columns give as many results, y has 2 elements. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => Reduce.SumColumns<float>(memory, 2, 3, 3, new float[2])).Message);
        Assert.Equal(
            "sum: y overlaps x; the results need memory of their own. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => Reduce.SumColumns<float>(memory, 2, 3, 3, memory.AsSpan(3))).Message);
        Assert.Equal(
            "softmax: y partly overlaps x; use the same memory or separate memory. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => Softmax.Rows<float>(memory.AsSpan(0, 4), 2, 2, 2, memory.AsSpan(2), 2)).Message);
        Assert.Equal(
            "cumulative sum: rows of 3 results, 2 apart, overlap. (Parameter 'yStride')",
            Assert.Throws<ArgumentException>(() => CumulativeSum.Rows<float>(memory, 2, 3, 3, new float[6], 2)).Message);
        Assert.Equal(
            "variance: the element type is Int32; float (Single) and double (Double) are supported.",
            Assert.Throws<NotSupportedException>(() => Reduce.All<Variance, int>(default, [1, 2])).Message);
        Assert.Equal([1, 2, 3, 4, 5, 6], memory);
    }

    [GuardedFact]
    public void Lines_touch_only_their_spans()
    {
        Guard<float>();
        Guard<double>();

        static void Guard<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using GuardedMemory input = new(1 << 16), output = new(1 << 16);
            foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (3, 5), (9, 33), (65, 17), (2, 300), (70, 67), (10, 64)])
            {
                T[] numbers = Special<T>(rows, rows * columns);
                foreach (bool atEnd in (ReadOnlySpan<bool>)[false, true])
                {
                    Span<T> x = atEnd ? input.AtEnd<T>(numbers.Length) : input.AtStart<T>(numbers.Length);
                    numbers.CopyTo(x);
                    Span<T> y = atEnd ? output.AtEnd<T>(rows) : output.AtStart<T>(rows);
                    Reduce.Rows(new Variance(0), x, rows, columns, columns, y);
                    Reduce.Rows<LogSumExp, T>(default, x, rows, columns, columns, y);
                    y = atEnd ? output.AtEnd<T>(columns) : output.AtStart<T>(columns);
                    Reduce.Columns(new Variance(0), x, rows, columns, columns, y);
                    Reduce.Columns<Smallest, T>(default, x, rows, columns, columns, y);
                    Span<int> places = atEnd ? output.AtEnd<int>(columns) : output.AtStart<int>(columns);
                    ArgReduce.MaxColumns<T>(x, rows, columns, columns, places);
                    places = atEnd ? output.AtEnd<int>(rows) : output.AtStart<int>(rows);
                    ArgReduce.MaxRows<T>(x, rows, columns, columns, places);
                    y = atEnd ? output.AtEnd<T>(numbers.Length) : output.AtStart<T>(numbers.Length);
                    Softmax.Rows<T>(x, rows, columns, columns, y, columns);
                    Softmax.Columns<T>(x, rows, columns, columns, y, columns);
                    Softmax.LogRows<T>(x, rows, columns, columns, y, columns);
                    Softmax.LogColumns<T>(x, rows, columns, columns, y, columns);
                    CumulativeSum.Rows<T>(x, rows, columns, columns, y, columns);
                    CumulativeSum.Columns<T>(x, rows, columns, columns, y, columns);
                    Bits.AssertSame<T>(numbers, x, "the input");
                }
            }
        }
    }

    private static void Check<T>(T[] x, int rows, int columns, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[][] byRow = [.. Enumerable.Range(0, rows).Select(i => x[(i * stride)..((i * stride) + columns)])];
        T[][] byColumn = [.. Enumerable.Range(0, columns).Select(j => byRow.Select(row => row[j]).ToArray())];
        One<Total>(default, line => Reference.Sum<T>(line));
        One<Mean>(default, line => Reference.Sum<T>(line) / T.CreateTruncating(line.Length));
        One(new Variance(0), line => Reference.Variance<T>(line, 0));
        One(new StandardDeviation(1.5), line => T.Sqrt(Reference.Variance<T>(line, 1.5)));
        One<EuclideanNorm>(default, line => T.Sqrt(Reference.Dot<T>(line, line)));
        One<ManhattanNorm>(default, line => Reference.Sum<T>([.. line.Select(T.Abs)]));
        One<MaximumNorm>(default, line => Reference.Max<T>([.. line.Select(T.Abs)]));
        One<Largest>(default, line => Reference.Max<T>(line));
        One<Smallest>(default, line => Reference.Min<T>(line));
        One<LogSumExp>(default, line => Reference.LogSumExp<T>(line));
        Assert.Equal(byRow.Select(row => Reference.ArgMax<T>(row)), Places(rows, y => ArgReduce.MaxRows<T>(x, rows, columns, stride, y)));
        Assert.Equal(byColumn.Select(row => Reference.ArgMax<T>(row)), Places(columns, y => ArgReduce.MaxColumns<T>(x, rows, columns, stride, y)));
        Assert.Equal(byRow.Select(row => Reference.ArgMax<T>([.. row.Select(e => -e)])), Places(rows, y => ArgReduce.MinRows<T>(x, rows, columns, stride, y)));
        Assert.Equal(byColumn.Select(row => Reference.ArgMax<T>([.. row.Select(e => -e)])), Places(columns, y => ArgReduce.MinColumns<T>(x, rows, columns, stride, y)));
        Each("softmax", line => Reference.Softmax<T>(line), Softmax.Rows, Softmax.Columns);
        Each("log-softmax", line => Reference.LogSoftmax<T>(line), Softmax.LogRows, Softmax.LogColumns);
        Each("cumulative sum", line => Reference.CumulativeSum<T>(line), CumulativeSum.Rows, CumulativeSum.Columns);

        void One<TReduction>(TReduction reduction, Func<T[], T> expected)
            where TReduction : struct, IReduction
        {
            T[] y = new T[rows], z = new T[columns];
            Reduce.Rows(reduction, x, rows, columns, stride, y);
            Reduce.Columns(reduction, x, rows, columns, stride, z);
            Bits.AssertSame<T>([.. byRow.Select(expected)], y, $"{TReduction.Name} of rows of {rows}x{columns}");
            Bits.AssertSame<T>([.. byColumn.Select(expected)], z, $"{TReduction.Name} of columns of {rows}x{columns}");
        }

        void Each(string name, Func<T[], T[]> expected, Along<T> alongRows, Along<T> alongColumns)
        {
            int apart = columns + 3;
            T[] y = new T[((rows - 1) * apart) + columns], z = [.. x];
            T[] ofRows = [.. byRow.SelectMany(expected)];
            alongRows(x, rows, columns, stride, y, apart);
            Bits.AssertSame<T>(ofRows, Dense(y, apart), $"{name} of rows of {rows}x{columns}");
            alongRows(z, rows, columns, stride, z, stride);
            Bits.AssertSame<T>(ofRows, Dense(z, stride), $"{name} of rows of {rows}x{columns} in place");
            T[][] lines = [.. byColumn.Select(expected)];
            T[] ofColumns = [.. Enumerable.Range(0, rows).SelectMany(i => lines.Select(line => line[i]))];
            alongColumns(x, rows, columns, stride, y, apart);
            Bits.AssertSame<T>(ofColumns, Dense(y, apart), $"{name} of columns of {rows}x{columns}");
            x.CopyTo(z, 0);
            alongColumns(z, rows, columns, stride, z, stride);
            Bits.AssertSame<T>(ofColumns, Dense(z, stride), $"{name} of columns of {rows}x{columns} in place");
        }

        T[] Dense(T[] y, int apart) => [.. Enumerable.Range(0, rows).SelectMany(i => y[(i * apart)..((i * apart) + columns)])];

        static int[] Places(int count, Action<int[]> find)
        {
            int[] y = new int[count];
            find(y);
            return y;
        }
    }

    private delegate void Along<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y, int yStride)
        where T : unmanaged;

    /// <summary>Ties and both zeros everywhere; infinities and NaN here and there, so that most short lines are free of them.</summary>
    private static T[] Special<T>(int seed, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        int rare = 30 + (seed % 7 * 4000);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(rare) switch
        {
            0 => T.NaN,
            1 => T.PositiveInfinity,
            2 => T.NegativeInfinity,
            < 8 => T.Zero,
            < 16 => T.NegativeZero,
            _ => T.CreateTruncating(random.Next(-4, 5) * 0.5),
        })];
    }
}
