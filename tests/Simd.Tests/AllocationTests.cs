using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>After their first calls the drivers allocate nothing.</summary>
public class AllocationTests
{
    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Operators_allocate_nothing(string name)
    {
        OpTable.Row(name).Accept(new OnOperators<float>());
        OpTable.Row(name).Accept(new OnOperators<double>());
    }

    [Fact]
    public void Reductions_products_and_random_fills_allocate_nothing()
    {
        float[] x = Numbers.Uniform<float>(1, 100 * 100), y = Numbers.Uniform<float>(2, 100 * 100);
        float[] z = new float[100 * 100], w = new float[100 * 100], blocks = new float[3];
        double[] d = new double[100 * 100];
        uint[] words = new uint[1001];
        AssertNothing("sum", () => Reduce.Sum<float>(x));
        AssertNothing("dot", () => Reduce.Dot<float>(x, y));
        AssertNothing("max", () => Reduce.Max<float>(x));
        AssertNothing("block sums", () => Reduce.BlockSums<float>(x, blocks));
        AssertNothing("sum of blocks", () => Reduce.SumOfBlocks<float>(blocks));
        AssertNothing("columns", () => Reduce.SumColumns<float>(x, 100, 100, 100, z.AsSpan(0, 100)));
        AssertNothing("gemm", () => Gemm.Multiply<float>(false, true, 100, 100, 100, 0.5f, x, 100, y, 100, 1, z, 100));
        AssertNothing("adam", () => Update.Run<AdamUpdate, float>(new(0.01, 0.9, 0.999, 1, 1e-8), x, z, y, w));
        AssertNothing("convert", () => Map.Convert<float, double>(x, d));
        AssertNothing("words", () => Philox.Words(1, 2, 3, words));
        AssertNothing("uniform", () => RandomFill.Uniform<float>(1, 2, 3, z));
        AssertNothing("normal", () => RandomFill.Normal<float>(1, 2, 3, z));
    }

    [Fact]
    public void Every_reduction_and_what_is_done_along_lines_allocates_nothing()
    {
        const int rows = 70, columns = 130;
        float[] x = Numbers.Uniform<float>(1, rows * columns), y = new float[rows * columns], z = new float[columns];
        int[] places = new int[columns];
        Reductions<Total>(default);
        Reductions<Mean>(default);
        Reductions(new Variance(1));
        Reductions(new StandardDeviation(1));
        Reductions<EuclideanNorm>(default);
        Reductions<ManhattanNorm>(default);
        Reductions<MaximumNorm>(default);
        Reductions<Largest>(default);
        Reductions<Smallest>(default);
        Reductions<LogSumExp>(default);
        AssertNothing("argmax of rows", () => ArgReduce.MaxRows<float>(x, rows, columns, columns, places.AsSpan(0, rows)));
        AssertNothing("argmin of columns", () => ArgReduce.MinColumns<float>(x, rows, columns, columns, places));
        AssertNothing("softmax of rows", () => Softmax.Rows<float>(x, rows, columns, columns, y, columns));
        AssertNothing("softmax of columns", () => Softmax.Columns<float>(x, rows, columns, columns, y, columns));
        AssertNothing("log-softmax of rows", () => Softmax.LogRows<float>(x, rows, columns, columns, y, columns));
        AssertNothing("log-softmax of columns", () => Softmax.LogColumns<float>(x, rows, columns, columns, y, columns));
        AssertNothing("cumulative sum of rows", () => CumulativeSum.Rows<float>(x, rows, columns, columns, y, columns));
        AssertNothing("cumulative sum of columns", () => CumulativeSum.Columns<float>(x, rows, columns, columns, y, columns));

        void Reductions<TReduction>(TReduction reduction)
            where TReduction : struct, IReduction
        {
            AssertNothing(TReduction.Name, () => Reduce.All<TReduction, float>(reduction, x));
            AssertNothing(TReduction.Name + " of rows", () => Reduce.Rows<TReduction, float>(reduction, x, rows, columns, columns, z.AsSpan(0, rows)));
            AssertNothing(TReduction.Name + " of columns", () => Reduce.Columns<TReduction, float>(reduction, x, rows, columns, columns, z));
        }
    }

    [Fact]
    public void Every_form_of_the_product_allocates_nothing()
    {
        double[] x = Numbers.Uniform<double>(1, 200 * 200), y = Numbers.Uniform<double>(2, 200 * 200), z = new double[200 * 200];
        int[] starts = [0, 100, 400];
        foreach (int n in (int[])[1, 3, 16, 50, 200])
        {
            AssertNothing($"gemm {n}", () => Gemm.Multiply<double>(false, false, n, n, n, 1, x, n, y, n, 0, z, n));
            AssertNothing($"gemm NT {n}", () => Gemm.Multiply<double>(false, true, n, n, n, 1, x, n, y, n, 1, z, n));
            AssertNothing($"gemm TT {n}", () => Gemm.Multiply<double>(true, true, n, n, n, 0.5, x, n, y, n, 0.5, z, n));
            AssertNothing($"one row {n}", () => Gemm.Multiply<double>(false, true, 1, n, n, 1, x, n, y, n, 0, z, n));
            AssertNothing($"layer {n}", () => Gemm.Affine<Tanh, double>(false, false, n, n, n, 1, x, n, y, n, 0, z, n, y.AsSpan(0, n)));
            AssertNothing($"affine {n}", () => Gemm.Affine<double>(false, false, n, n, n, 1, x, n, y, n, 0, z, n, y.AsSpan(0, n)));
            AssertNothing($"syrk {n}", () => Gemm.Syrk<double>(true, false, n, n, 1, x, n, 0, z, n, mirror: true));
        }

        AssertNothing("strided batch", () => Gemm.StridedBatched<double>(4, false, false, 9, 9, 9, 1, x, 9, 81, y, 9, 81, 0, z, 9, 81));
        AssertNothing("batch", () => Gemm.Batched<double>(false, true, 9, 9, 9, 1, x, 9, starts, y, 9, starts, 0, z, 9, starts));
    }

    [Fact]
    public void Conversions_integers_and_booleans_allocate_nothing()
    {
        float[] x = Numbers.Uniform<float>(1, 1001), y = new float[1001];
        Half[] half = new Half[1001];
        BFloat16[] brain = new BFloat16[1001];
        int[] i = [.. Enumerable.Range(1, 1001)], j = new int[1001];
        long[] k = new long[1001];
        bool[] p = new bool[1001], q = new bool[1001];
        AssertNothing("float to half", () => Map.Convert<float, Half>(x, half));
        AssertNothing("half to float", () => Map.Convert<Half, float>(half, y));
        AssertNothing("float to bfloat16", () => Map.Convert<float, BFloat16>(x, brain));
        AssertNothing("bfloat16 to float", () => Map.Convert<BFloat16, float>(brain, y));
        AssertNothing("float to int", () => Map.Convert<float, int>(x, j));
        AssertNothing("float to long", () => Map.Convert<float, long>(x, k));
        AssertNothing("float to bool", () => Map.Convert<float, bool>(x, p));
        AssertNothing("bool to float", () => Map.Convert<bool, float>(p, y));
        AssertNothing("int to float", () => Map.Convert<int, float>(i, y));
        AssertNothing("less", () => Compare.Run<IsLess, float>(x, y, p));
        AssertNothing("equal", () => Compare.Run<IsEqual, int>(i, 7, p));
        AssertNothing("and", () => Booleans.And(p, q, q));
        AssertNothing("not", () => Booleans.Not(p, q));
        AssertNothing("count", () => Booleans.Count(p));
        AssertNothing("any", () => Booleans.Any(p));
        AssertNothing("select", () => Booleans.Select<float>(p, x, y, y));
        AssertNothing("integer add", () => Integers.Add<int>(i, i, j));
        AssertNothing("integer divide", () => Integers.Divide<int>(i, i, j));
        AssertNothing("integer abs", () => Integers.Abs<int>(i, j));
        AssertNothing("integer sign", () => Integers.Sign<int>(i, j));
        AssertNothing("integer shift", () => Integers.ShiftLeft<int>(i, 3, j));
        AssertNothing("integer sum", () => Integers.Sum(i));
        AssertNothing("integer max", () => Integers.Max<int>(i));
        AssertNothing("integer cumulative sum", () => Integers.CumulativeSum<int>(i, j));
    }

    [Fact]
    public void Every_distribution_allocates_nothing()
    {
        float[] y = new float[1002];
        int[] i = new int[1002];
        AliasTable table = AliasTable.Poisson(7);
        Fills<UniformDistribution>(default);
        Fills<NormalDistribution>(default);
        Fills<UniformBetweenDistribution>(DistributionParameters.UniformBetween<float>(-3, 0.7));
        Fills<ScaledNormalDistribution>(DistributionParameters.Normal<float>(0.3, 1.7));
        Fills<ExponentialDistribution>(DistributionParameters.Exponential<float>(1.3));
        Fills<RademacherDistribution>(default);
        Fills<BernoulliDistribution>(DistributionParameters.Bernoulli<float>(0.3));
        AssertNothing("integers", () => RandomFill.Integers(1, 2, 3, 10, i));
        AssertNothing("poisson", () => table.Fill(1, 2, 3, i));
        AssertNothing("shuffle", () => RandomFill.Shuffle<int>(1, 2, 3, i));
        AssertNothing("sphere", () => RandomFill.Sphere<float>(1, 2, 3, 3, y));
        AssertNothing("child", () => Philox.Child(1, 2, 3));

        void Fills<TDistribution>((float, float, float) parameters)
            where TDistribution : struct, IDistribution => AssertNothing(TDistribution.Name, () => RandomFill.Run<TDistribution, float>(parameters, 1, 2, 3, y));
    }

    [Fact]
    public void Outputs_around_the_caches_allocate_nothing()
    {
        float[] x = new float[(1 << 20) + 100], y = new float[x.Length];
        AssertNothing("long sqrt", () => Map.Unary<Sqrt, float>(x, y));
        AssertNothing("long add", () => Map.Binary<Add, float>(x, x, y));
    }

    private static void AssertNothing(string name, Action work)
    {
        for (int i = 0; i < 3; i++)
        {
            work();
        }

        // A collection on another thread may count this thread's unused 8 KiB as allocated: not in every window.
        long least = long.MaxValue;
        for (int window = 0; window < 3 && least > 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                work();
            }

            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least == 0, $"{name}: {least} bytes in 10 calls");
    }

    private sealed class OnOperators<T> : IOpVisitor
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        private readonly T[] x = Numbers.Uniform<T>(1, 1001), y = Numbers.Uniform<T>(2, 1001), z = Numbers.Uniform<T>(3, 1001);
        private readonly T[] result = new T[1001];

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp => AssertNothing(TOp.Name, () => Map.Unary<TOp, T>(x, result));

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            AssertNothing(TOp.Name, () => Map.Binary<TOp, T>(x.AsSpan(), y.AsSpan(), result));
            AssertNothing(TOp.Name, () => Map.Binary<TOp, T>(x, T.One, result));
            AssertNothing(TOp.Name, () => Map.Binary<TOp, T>(T.One, x, result));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => AssertNothing(TOp.Name, () => Map.Ternary<TOp, T>(x, y, z, result));
    }
}
