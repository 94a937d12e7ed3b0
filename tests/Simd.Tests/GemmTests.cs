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

    /// <summary>Every tile of rows and every end of a panel: all sizes from 1 to 70, in all forms, with C read or not.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Small_products_of_every_size_are_the_contract_to_the_bit(bool transposeA, bool transposeB)
    {
        for (int n = 1; n <= 70; n++)
        {
            foreach (double beta in (double[])[0, 1])
            {
                Product square = new(n, n, n, transposeA, transposeB, 0, 0, 0, 1, beta, n);
                Check<float>(square);
                Check<double>(square);
                Product wide = new((n * 7 % 13) + 1, n, (n * 11 % 67) + 1, transposeA, transposeB, 1, 2, 3, 1, beta, n);
                Check<float>(wide);
                Check<double>(wide);
                Product tall = new(n, (n * 5 % 17) + 1, (n * 3 % 37) + 1, transposeA, transposeB, 0, 1, 2, 1, beta, n);
                Check<float>(tall);
                Check<double>(tall);

                // So few columns that lanes are rows.
                Product narrow = new(n + 8, 2 + (n % 2), (n * 3 % 29) + 1, transposeA, transposeB, 2, 1, n % 3, 1, beta, n);
                Check<float>(narrow);
                Check<double>(narrow);
            }
        }
    }

    /// <summary>Few rows or columns against much of the other, one among them; and what is packed, in blocks and chunks, with columns left over.</summary>
    [Theory]
    [InlineData(1, 300, 700)]
    [InlineData(1, 33, 1025)]
    [InlineData(1, 2100, 19)]
    [InlineData(300, 1, 700)]
    [InlineData(70, 1, 1030)]
    [InlineData(8, 130, 512)]
    [InlineData(8, 131, 515)]
    [InlineData(16, 200, 1030)]
    [InlineData(7, 100, 700)]
    [InlineData(32, 257, 600)]
    [InlineData(128, 127, 129)]
    [InlineData(127, 257, 67)]
    [InlineData(67, 1100, 64)]
    [InlineData(2300, 65, 5)]
    [InlineData(60, 1029, 1024)]
    public void Skinny_and_packed_products_are_the_contract_to_the_bit(int m, int n, int k)
    {
        for (int form = 0; form < 4; form++)
        {
            foreach ((double alpha, double beta) in ((double, double)[])[(1, 0), (1, 1), (1, 0.3), (-0.7, 1)])
            {
                Product product = new(m, n, k, form % 2 != 0, form / 2 != 0, 1, 0, 5, alpha, beta, form);
                Check<float>(product);
                Check<double>(product);
            }
        }
    }

    /// <summary>Rows of A a multiple of 4 KiB apart, of which more are copied than one chunk holds.</summary>
    [Fact]
    public void Chunks_of_copied_rows_are_the_contract_to_the_bit()
    {
        Check<double>(new(1300, 20, 1024, false, false, 0, 0, 0, 1, 1, 1));
        Check<float>(new(2300, 40, 515, true, false, 0, 0, 0, 1, 0, 2));
    }

    [Fact]
    public void A_bias_and_an_operator_have_the_bits_of_the_steps_one_after_the_other()
    {
        Layers<float>();
        Layers<double>();

        static void Layers<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 10, 784), (1, 128, 784), (7, 33, 20), (33, 10, 128), (100, 70, 600), (32, 2, 50), (32, 50, 2), (17, 3, 7), (96, 2, 96), (3, 5, 0), (0, 4, 3), (128, 257, 64)])
            {
                T[] a = Numbers.Uniform<T>(1, m * k), b = Numbers.Uniform<T>(2, k * n), bias = Numbers.Uniform<T>(3, n), c = Numbers.Uniform<T>(4, m * n);
                foreach (double beta in (double[])[0, 1, 0.3])
                {
                    T[] expected = [.. c], fused = [.. c], plain = [.. c], unbiased = [.. c];
                    Reference.Gemm<T>(false, false, m, n, k, T.One, a, int.Max(1, k), b, n, T.CreateChecked(beta), expected, n);
                    T[] product = [.. expected], mapped = new T[m * n];
                    for (int i = 0; i < m * n; i++)
                    {
                        expected[i] += bias[i % n];
                    }

                    Gemm.Affine<T>(false, false, m, n, k, T.One, a, int.Max(1, k), b, n, T.CreateChecked(beta), plain, n, bias);
                    Bits.AssertSame<T>(expected, plain, $"{m} x {n} x {k} with a bias, beta {beta}");
                    Map.Unary<Tanh, T>(expected, mapped);
                    Gemm.Affine<Tanh, T>(false, false, m, n, k, T.One, a, int.Max(1, k), b, n, T.CreateChecked(beta), fused, n, bias);
                    Bits.AssertSame<T>(mapped, fused, $"{m} x {n} x {k} with a bias and tanh, beta {beta}");
                    Map.Unary<Tanh, T>(product, mapped);
                    Gemm.Affine<Tanh, T>(false, false, m, n, k, T.One, a, int.Max(1, k), b, n, T.CreateChecked(beta), unbiased, n, []);
                    Bits.AssertSame<T>(mapped, unbiased, $"{m} x {n} x {k} with tanh, beta {beta}");
                }
            }
        }
    }

    [Fact]
    public void Products_of_a_batch_have_the_bits_that_they_have_alone()
    {
        const int batch = 5, m = 7, n = 19, k = 33;
        float[] a = Numbers.Uniform<float>(1, batch * m * k), b = Numbers.Uniform<float>(2, batch * k * n), c = new float[batch * m * n], alone = new float[batch * m * n];
        foreach ((int strideA, int strideB) in ((int, int)[])[(m * k, k * n), (0, k * n), (m * k, 0)])
        {
            for (int i = 0; i < batch; i++)
            {
                Gemm.Multiply(false, true, m, n, k, 0.7f, a.AsSpan(i * strideA), k, b.AsSpan(i * strideB), k, 0, alone.AsSpan(i * m * n), n);
            }

            Gemm.StridedBatched(batch, false, true, m, n, k, 0.7f, a, k, strideA, b, k, strideB, 0, c, n, m * n);
            Bits.AssertSame<float>(alone, c, $"strides {strideA} and {strideB}");
            Array.Clear(c);
            int[] starts = [.. Enumerable.Range(0, batch)];
            Gemm.Batched(
                false, true, m, n, k, 0.7f, a, k, [.. starts.Select(i => i * strideA)], b, k, [.. starts.Select(i => i * strideB)],
                0, c, n, [.. starts.Select(i => i * m * n)]);
            Bits.AssertSame<float>(alone, c, $"starts at strides {strideA} and {strideB}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.StridedBatched<float>(batch, false, false, m, n, k, 1, a, k, m * k, b, n, k * n, 0, c, n, (m * n) - 1));
        Assert.Throws<ArgumentException>(() => Gemm.StridedBatched<float>(batch + 1, false, false, m, n, k, 1, a, k, m * k, b, n, k * n, 0, c, n, m * n));
        Assert.Throws<ArgumentException>(() => Gemm.Batched<float>(false, false, m, n, k, 1, a, k, [0], b, n, [0, 1], 0, c, n, [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Batched<float>(false, false, m, n, k, 1, a, k, [-1], b, n, [0], 0, c, n, [0]));
    }

    [Fact]
    public void A_triangle_has_the_bits_of_the_product_and_leaves_the_other_alone()
    {
        Triangles<float>();
        Triangles<double>();

        static void Triangles<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach ((int n, int k) in ((int, int)[])[(1, 1), (5, 3), (48, 20), (49, 530), (130, 17), (3, 0)])
            {
                T[] a = Numbers.Uniform<T>(1, n * k), c = Numbers.Uniform<T>(2, n * n);
                foreach ((bool lower, bool transposed, double alpha, double beta) in
                    from lower in (bool[])[false, true]
                    from transposed in (bool[])[false, true]
                    from alpha in (double[])[1, 0.7]
                    from beta in (double[])[0, 1, 0.3]
                    select (lower, transposed, alpha, beta))
                {
                    T[] expected = [.. c], triangle = [.. c], both = [.. c];
                    int lda = int.Max(1, transposed ? n : k);
                    Reference.Gemm<T>(transposed, !transposed, n, n, k, T.CreateChecked(alpha), a, lda, a, lda, T.CreateChecked(beta), expected, n);
                    Gemm.Syrk<T>(lower, transposed, n, k, T.CreateChecked(alpha), a, lda, T.CreateChecked(beta), triangle, n);
                    Gemm.Syrk<T>(lower, transposed, n, k, T.CreateChecked(alpha), a, lda, T.CreateChecked(beta), both, n, mirror: true);
                    for (int i = 0; i < n; i++)
                    {
                        for (int j = 0; j < n; j++)
                        {
                            bool inside = lower ? j <= i : j >= i;
                            string where = $"n {n}, k {k}, lower {lower}, transposed {transposed}, alpha {alpha}, beta {beta}: ({i}, {j})";
                            Assert.True(triangle[(i * n) + j].Equals(inside ? expected[(i * n) + j] : c[(i * n) + j]), where);
                            Assert.True(both[(i * n) + j].Equals(inside ? expected[(i * n) + j] : expected[(j * n) + i]), where);
                        }
                    }
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
