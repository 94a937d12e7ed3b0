using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>After their first calls the drivers allocate nothing.</summary>
public class AllocationTests
{
    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Operators_allocate_nothing(string name) => OpTable.Row(name).Accept(new OnOperators());

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

    private static void AssertNothing(string name, Action work)
    {
        for (int i = 0; i < 3; i++)
        {
            work();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            work();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"{name}: {allocated} bytes in 10 calls");
    }

    private sealed class OnOperators : IOpVisitor
    {
        private readonly float[] x = Numbers.Uniform<float>(1, 1001), y = Numbers.Uniform<float>(2, 1001), z = Numbers.Uniform<float>(3, 1001);
        private readonly float[] result = new float[1001];

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp => AssertNothing(TOp.Name, () => Map.Unary<TOp, float>(x, result));

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            AssertNothing(TOp.Name, () => Map.Binary<TOp, float>(x.AsSpan(), y.AsSpan(), result));
            AssertNothing(TOp.Name, () => Map.Binary<TOp, float>(x, 2, result));
            AssertNothing(TOp.Name, () => Map.Binary<TOp, float>(2, x, result));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => AssertNothing(TOp.Name, () => Map.Ternary<TOp, float>(x, y, z, result));
    }
}
