using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Products against the contract's own words, to the bit.</summary>
public class GemmTests
{
    [Cases(Arbitrary = [typeof(Products)])]
    public void Float32_products_are_the_contract_to_the_bit(Product product) => Check<float>(product);

    [Cases(Arbitrary = [typeof(Products)])]
    public void Float64_products_are_the_contract_to_the_bit(Product product) => Check<double>(product);

    /// <summary>Sizes that FsCheck's cases do not reach: k over 1024 with many tiles, n over the block of columns, pages between rows.</summary>
    [Theory]
    [InlineData(20, 40, 2600)]
    [InlineData(3, 2100, 5)]
    [InlineData(100, 1060, 3)]
    [InlineData(26, 65, 1024)]
    [InlineData(13, 33, 2048)]
    public void Larger_products_are_the_contract_to_the_bit(int m, int n, int k)
    {
        for (int form = 0; form < 4; form++)
        {
            Product product = new(m, n, k, form % 2 != 0, form / 2 != 0, 0, 0, 0, 1, 1, form);
            Check<float>(product);
            Check<double>(product);
        }
    }

    /// <summary>Transposed, broadcast, reversed and spread operands, by the strides of views.</summary>
    [Theory, EveryPairOfStrides]
    public void Matrices_with_any_strides_are_multiplied_to_the_bit(int aRow, int aColumn, int bRow, int bColumn)
    {
        Check<float>();
        Check<double>();

        unsafe void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            const int m = 27, n = 37, k = 530, middle = 1 << 17;
            T[] a = Numbers.Uniform<T>(1, 2 * middle), b = Numbers.Uniform<T>(2, 2 * middle), c = new T[m * n], expected = new T[m * n];
            T[] denseA = [.. Enumerable.Range(0, m * k).Select(i => a[middle + (i / k * aRow) + (i % k * aColumn)])];
            T[] denseB = [.. Enumerable.Range(0, k * n).Select(i => b[middle + (i / n * bRow) + (i % n * bColumn)])];
            foreach (double alpha in (double[])[1, 0.3])
            {
                Reference.Gemm<T>(false, false, m, n, k, T.CreateChecked(alpha), denseA, k, denseB, n, T.Zero, expected, n);
                fixed (T* pa = a, pb = b, pc = c)
                {
                    Matrix<T> viewA = new(pa + middle, aRow, aColumn), viewB = new(pb + middle, bRow, bColumn);
                    Gemm.Multiply(m, n, k, T.CreateChecked(alpha), viewA, viewB, T.Zero, pc, n);
                }

                Bits.AssertSame<T>(expected, c, $"alpha {alpha}");
            }
        }
    }

    [Fact]
    public void A_row_of_a_batch_has_the_same_bits_whatever_the_batch()
    {
        RowsOfBatches<float>();
        RowsOfBatches<double>();

        static void RowsOfBatches<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            const int batch = 131, n = 50, k = 784;
            T[] x = Numbers.Uniform<T>(1, batch * k), w = Numbers.Uniform<T>(2, k * n), whole = new T[batch * n];
            Gemm.Multiply<T>(false, false, batch, n, k, T.One, x, k, w, n, T.Zero, whole, n);
            foreach (int size in (int[])[1, 2, 3, 5, 7, 12, 13, 32, 37, 64, 100])
            {
                foreach (int first in (int[])[0, 1, 29, batch - size])
                {
                    T[] part = new T[size * n];
                    Gemm.Multiply<T>(false, false, size, n, k, T.One, x.AsSpan(first * k, size * k), k, w, n, T.Zero, part, n);
                    Bits.AssertSame<T>(whole.AsSpan(first * n, size * n), part, $"batch of {size} from row {first}");
                }
            }
        }
    }

    [Fact]
    public void What_must_not_be_read_is_not_read()
    {
        foreach (int k in (int[])[0, 1, 600])
        {
            foreach ((double alpha, double beta) in ((double, double)[])[(0, 0), (0, 1), (0, 0.5), (1, 0)])
            {
                double[] a = Filled(k * 5, alpha == 0 ? double.NaN : 1), b = Filled(k * 7, alpha == 0 ? double.NaN : 1);
                double[] c = Filled(35, beta == 0 ? double.NaN : 3);
                Gemm.Multiply(false, false, 5, 7, k, alpha, a, int.Max(1, k), b, 7, beta, c, 7);
                Assert.All(c, x => Assert.Equal((alpha * k) + (beta * 3), x));
            }
        }

        static double[] Filled(int count, double value)
        {
            double[] x = new double[count];
            Array.Fill(x, value);
            return x;
        }
    }

    [Fact]
    public void NaN_and_infinity_reach_exactly_the_elements_that_they_belong_to()
    {
        const int n = 40;
        float[] a = Numbers.Uniform<float>(1, n * n), b = Numbers.Uniform<float>(2, n * n), c = new float[n * n];
        a[(3 * n) + 11] = float.NaN;
        b[(5 * n) + 17] = float.PositiveInfinity;
        Gemm.Multiply(false, false, n, n, n, 1, a, n, b, n, 0, c, n);
        for (int i = 0; i < n * n; i++)
        {
            Assert.Equal((i / n == 3, i % n == 17), (float.IsNaN(c[i]), float.IsInfinity(c[i]) || (i / n == 3 && i % n == 17)));
        }
    }

    private static void Check<T>(Product p)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int rowsA, int columnsA) = p.TransposeA ? (p.K, p.M) : (p.M, p.K);
        (int rowsB, int columnsB) = p.TransposeB ? (p.N, p.K) : (p.K, p.N);
        int lda = int.Max(1, columnsA) + p.PadA, ldb = int.Max(1, columnsB) + p.PadB, ldc = int.Max(1, p.N) + p.PadC;
        T alpha = T.CreateChecked(p.Alpha), beta = T.CreateChecked(p.Beta);
        T[] a = Stored(p.Seed, rowsA, columnsA, lda), b = Stored(p.Seed + 1, rowsB, columnsB, ldb), c = Stored(p.Seed + 2, p.M, p.N, ldc);
        if (p.Beta == 0)
        {
            Array.Fill(c, T.NaN);
        }

        T[] expected = [.. c];
        Reference.Gemm(p.TransposeA, p.TransposeB, p.M, p.N, p.K, alpha, a, lda, b, ldb, beta, expected, ldc);
        Gemm.Multiply(p.TransposeA, p.TransposeB, p.M, p.N, p.K, alpha, a, lda, b, ldb, beta, c, ldc);
        Bits.AssertSame<T>(expected, c, p.ToString());

        // What lies between the rows is NaN: whatever reads it shows.
        static T[] Stored(int seed, int rows, int columns, int leading)
        {
            T[] x = new T[rows == 0 ? 0 : ((rows - 1) * leading) + columns];
            Array.Fill(x, T.NaN);
            T[] numbers = Numbers.Uniform<T>(seed, rows * columns);
            for (int i = 0; i < rows; i++)
            {
                numbers.AsSpan(i * columns, columns).CopyTo(x.AsSpan(i * leading));
            }

            return x;
        }
    }

    private sealed class EveryPairOfStridesAttribute : Xunit.Sdk.DataAttribute
    {
        private static readonly (int Row, int Column)[] Strides = [(40, 1), (1, 40), (-40, 1), (0, 1), (1, 0), (2, -150), (60, -1), (1, 1), (0, 0), (200, 3)];

        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from a in Strides from b in Strides select new object[] { a.Row, a.Column, b.Row, b.Column };
    }

    /// <summary>A product's shape, storage and scalars.</summary>
    public sealed record Product(int M, int N, int K, bool TransposeA, bool TransposeB, int PadA, int PadB, int PadC, double Alpha, double Beta, int Seed);

    /// <summary>Random products, and smaller ones of a failing one.</summary>
    private static class Products
    {
        public static Arbitrary<Product> Product() =>
            Arb.From(
                from m in Gen.Choose(0, 70)
                from n in Gen.Choose(0, 70)
                from k in Gen.OneOf(Gen.Choose(0, 70), Gen.Choose(0, 1100), Gen.Choose(510, 514), Gen.Choose(1022, 1026))
                from form in Gen.Choose(0, 3)
                from padA in Gen.Choose(0, 5)
                from padB in Gen.Choose(0, 5)
                from padC in Gen.Choose(0, 5)
                from alpha in Gen.Elements(1, 1, 1, 0, -0.7)
                from beta in Gen.Elements(0, 0, 1, 0.3)
                from seed in Gen.Choose(0, 1_000_000)
                select new Product(m, n, k, form % 2 != 0, form / 2 != 0, padA, padB, padC, alpha, beta, seed),
                Shrink);

        private static IEnumerable<Product> Shrink(Product p) =>
            ((Product[])
            [
                p with { M = p.M / 2 }, p with { M = p.M - 1 }, p with { N = p.N / 2 }, p with { N = p.N - 1 }, p with { K = p.K / 2 }, p with { K = p.K - 1 },
                p with { TransposeA = false }, p with { TransposeB = false }, p with { PadA = 0 }, p with { PadB = 0 }, p with { PadC = 0 },
                p with { Alpha = 1 }, p with { Beta = 0 },
            ]).Where(smaller => smaller != p && smaller is { M: >= 0, N: >= 0, K: >= 0 });
    }
}
