using System.Numerics.Tensors;
using Onsager.Simd;

namespace Onsager.Micro;

/// <summary>`bench/Micro reductions`: reductions and work on rows, beside the framework's where it has them, interleaved in one run.</summary>
internal static class ReductionReport
{
    /// <summary>Prints the report.</summary>
    public static int Run()
    {
        Console.WriteLine($"{Lanes.InstructionSet}, one thread, float32; medians of interleaved rounds");
        Console.WriteLine($"{"whole",-22}{"n",10}{"ns",12}{"Gelem/s",10}{"peer ns",12}{"ratio",8}");
        foreach (int n in (int[])[64, 1000, 4096, 10_000, 1_000_000, 10_000_000])
        {
            float[] x = Filled(n, 1), y = Filled(n, 2);
            Compare("sum", n, () => Reduce.Sum<float>(x), () => TensorPrimitives.Sum<float>(x));
            Compare("dot", n, () => Reduce.Dot<float>(x, y), () => TensorPrimitives.Dot<float>(x, y));
            Compare("norm", n, () => Reduce.All<EuclideanNorm, float>(default, x), () => TensorPrimitives.Norm<float>(x));
            Compare("max", n, () => Reduce.Max<float>(x), () => TensorPrimitives.Max<float>(x));
            Compare("argmax", n, () => Places(x), () => TensorPrimitives.IndexOfMax<float>(x));
            Compare("variance", n, () => Reduce.All<Variance, float>(default, x), null);
            Compare("logsumexp", n, () => Reduce.All<LogSumExp, float>(default, x), null);
            Compare("softmax", n, () => Softmax.Rows<float>(x, 1, n, n, y, n), () => TensorPrimitives.SoftMax<float>(x, y));
            Compare("cumulative sum", n, () => CumulativeSum.Rows<float>(x, 1, n, n, y, n), null);
        }

        Console.WriteLine($"{"of a matrix",-22}");
        foreach ((int rows, int columns) in ((int, int)[])[(128, 10), (100, 100), (1000, 1000)])
        {
            int n = rows * columns;
            float[] x = Filled(n, 1), y = Filled(n, 2), sums = new float[int.Max(rows, columns)];
            string shape = $" {rows}x{columns}";
            Compare("sum of rows" + shape, n, () => Reduce.Rows<Total, float>(default, x, rows, columns, columns, sums.AsSpan(0, rows)), null);
            Compare("sum of columns" + shape, n, () => Reduce.SumColumns<float>(x, rows, columns, columns, sums.AsSpan(0, columns)), null);
            Compare("exp (for scale)" + shape, n, () => Map.Unary<Exp, float>(x, y), null);
            Compare("softmax of rows" + shape, n, () => Softmax.Rows<float>(x, rows, columns, columns, y, columns), null);
            Compare("softmax of columns" + shape, n, () => Softmax.Columns<float>(x, rows, columns, columns, y, columns), null);
            Compare("cumulative rows" + shape, n, () => CumulativeSum.Rows<float>(x, rows, columns, columns, y, columns), null);
            Compare("cumulative columns" + shape, n, () => CumulativeSum.Columns<float>(x, rows, columns, columns, y, columns), null);
        }

        return 0;
    }

    private static int Places(float[] x)
    {
        Span<int> place = [0];
        ArgReduce.MaxRows<float>(x, 1, x.Length, x.Length, place);
        return place[0];
    }

    private static void Compare(string name, int n, Action ours, Action? peer)
    {
        double[] seconds = SideBySide.Medians(15, 0.001, peer is null ? [(name, ours)] : [(name, ours), ("TensorPrimitives", peer)]);
        string beside = peer is null ? string.Empty : $"{seconds[1] * 1e9,12:F1}{seconds[1] / seconds[0],8:F2}";
        Console.WriteLine($"{name,-22}{n,10}{seconds[0] * 1e9,12:F1}{n / seconds[0] / 1e9,10:F2}{beside}");
    }

    private static float[] Filled(int count, ulong seed)
    {
        float[] x = new float[count];
        RandomFill.Uniform<float>(seed, 0, 0, x);
        return x;
    }
}
