namespace Onsager.Simd.Tests;

/// <summary>Bad input to every form of the product: the exact exception and message, nothing written; and products of no extent.</summary>
public class GemmRefusalTests
{
    private const float Untouched = 7;

    private readonly float[] a = Numbers.Uniform<float>(1, 60), b = Numbers.Uniform<float>(2, 60), c = Filled(60);

    /// <summary>A product on operands that fit 3 x 5 = 3 x 4 times 4 x 5 in every form.</summary>
    private delegate void Form(int m, int n, int k, ReadOnlySpan<float> a, int lda, ReadOnlySpan<float> b, int ldb, Span<float> c, int ldc);

    [Fact]
    public void Every_form_refuses_what_does_not_fit_and_writes_nothing()
    {
        Refuse((m, n, k, a, lda, b, ldb, c, ldc) => Gemm.Multiply(false, false, m, n, k, 1, a, lda, b, ldb, 0, c, ldc));
        Refuse((m, n, k, a, lda, b, ldb, c, ldc) => Gemm.Affine<float>(false, false, m, n, k, 1, a, lda, b, ldb, 0, c, ldc, new float[int.Max(n, 0)]));
        Refuse((m, n, k, a, lda, b, ldb, c, ldc) => Gemm.Affine<Relu, float>(false, false, m, n, k, 1, a, lda, b, ldb, 0, c, ldc, []));
        Refuse((m, n, k, a, lda, b, ldb, c, ldc) => Gemm.StridedBatched(1, false, false, m, n, k, 1, a, lda, 0, b, ldb, 0, 0, c, ldc, 0));
        Refuse((m, n, k, a, lda, b, ldb, c, ldc) => Gemm.Batched(false, false, m, n, k, 1, a, lda, [0], b, ldb, [0], 0, c, ldc, [0]));
        Assert.All(c, x => Assert.Equal(Untouched, x));

        void Refuse(Form form)
        {
            RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("m", -1), () => form(-1, 5, 4, a, 4, b, 5, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("n", -2), () => form(3, -2, 4, a, 4, b, 5, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("k", int.MinValue), () => form(3, 5, int.MinValue, a, 4, b, 5, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("a", 3, 4, 3), () => form(3, 5, 4, a, 3, b, 5, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("a", 3, 4, -4), () => form(3, 5, 4, a, -4, b, 5, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("b", 4, 5, 4), () => form(3, 5, 4, a, 4, b, 4, c, 5));
            RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("c", 3, 5, 4), () => form(3, 5, 4, a, 4, b, 5, c, 4));
            RefusalTests.Refused<ArgumentException>(Short("a", 3, 4, 4, 12, 11), () => form(3, 5, 4, a.AsSpan(0, 11), 4, b, 5, c, 5));
            RefusalTests.Refused<ArgumentException>(Short("b", 4, 5, 6, 23, 22), () => form(3, 5, 4, a, 4, b.AsSpan(0, 22), 6, c, 5));
            RefusalTests.Refused<ArgumentException>(Short("c", 3, 5, 5, 15, 14), () => form(3, 5, 4, a, 4, b, 5, c.AsSpan(0, 14), 5));
            RefusalTests.Refused<ArgumentException>(
                Short("a", 3, 4, int.MaxValue, (2L * int.MaxValue) + 4, 60), () => form(3, 5, 4, a, int.MaxValue, b, 5, c, 5));
            const string overlaps = "gemm: c overlaps a or b; the product needs memory of its own. (Parameter 'c')";
            RefusalTests.Refused<ArgumentException>(overlaps, () => form(3, 5, 4, c.AsSpan(0, 20), 4, b, 5, c.AsSpan(19), 5));
            RefusalTests.Refused<ArgumentException>(overlaps, () => form(3, 5, 4, a, 4, c, 5, c, 5));
        }
    }

    [Fact]
    public void Transposed_operands_are_checked_as_they_are_stored()
    {
        RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("a", 4, 3, 2), () => Gemm.Multiply(true, false, 3, 5, 4, 1, a, 2, b, 5, 0, c, 5));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("b", 5, 4, 3), () => Gemm.Multiply(false, true, 3, 5, 4, 1, a, 4, b, 3, 0, c, 5));
        RefusalTests.Refused<ArgumentException>(Short("a", 4, 3, 3, 12, 11), () => Gemm.Multiply(true, false, 3, 5, 4, 1, a.AsSpan(0, 11), 3, b, 5, 0, c, 5));
        RefusalTests.Refused<ArgumentException>(Short("b", 5, 4, 4, 20, 19), () => Gemm.Multiply(false, true, 3, 5, 4, 1, a, 4, b.AsSpan(0, 19), 4, 0, c, 5));
        Assert.All(c, x => Assert.Equal(Untouched, x));
    }

    [Fact]
    public void Biases_of_other_lengths_or_inside_the_result_are_refused()
    {
        const string length = "gemm: the bias has 4 elements; c has 5 columns. (Parameter 'bias')", overlaps = "gemm: c overlaps the bias; the product needs memory of its own. (Parameter 'c')";
        RefusalTests.Refused<ArgumentException>(length, () => Gemm.Affine<float>(false, false, 3, 5, 4, 1, a, 4, b, 5, 0, c, 5, new float[4]));
        RefusalTests.Refused<ArgumentException>(length, () => Gemm.Affine<Tanh, float>(false, false, 3, 5, 4, 1, a, 4, b, 5, 0, c, 5, new float[4]));
        RefusalTests.Refused<ArgumentException>(overlaps, () => Gemm.Affine<float>(false, false, 3, 5, 4, 1, a, 4, b, 5, 0, c, 5, c.AsSpan(2, 5)));
        RefusalTests.Refused<ArgumentException>(overlaps, () => Gemm.Affine<Tanh, float>(false, false, 3, 5, 4, 1, a, 4, b, 5, 0, c, 5, c.AsSpan(2, 5)));
        Assert.All(c, x => Assert.Equal(Untouched, x));
    }

    [Fact]
    public void Batches_refuse_strides_and_starts_that_do_not_fit()
    {
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("batch", -1), () => Strided(-1, 12, 20, 15));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("strideA", -1), () => Strided(2, -1, 20, 15));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("strideB", -1), () => Strided(2, 12, -1, 15));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("strideC", -1), () => Strided(2, 12, 20, -1));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("strideC", -15), () => Strided(2, 12, 20, -15, m: 0));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("m", -3), () => Strided(0, 12, 20, 15, m: -3));
        RefusalTests.Refused<ArgumentOutOfRangeException>(
            "gemm: the results take 15 elements each and must not overlap. (Parameter 'strideC')\nActual value was 14.", () => Strided(2, 12, 20, 14));
        RefusalTests.Refused<ArgumentException>("gemm: 4 matrices 25 apart do not fit into the 60 elements of a. (Parameter 'a')", () => Strided(4, 25, 0, 15));
        RefusalTests.Refused<ArgumentException>("gemm: 4 matrices 25 apart do not fit into the 60 elements of b. (Parameter 'b')", () => Strided(4, 0, 25, 15));
        RefusalTests.Refused<ArgumentException>("gemm: 5 matrices 16 apart do not fit into the 60 elements of c. (Parameter 'c')", () => Strided(5, 0, 0, 16));
        RefusalTests.Refused<ArgumentException>(
            "gemm: 1048577 matrices 1048576 apart do not fit into the 60 elements of c. (Parameter 'c')", () => Strided((1 << 20) + 1, 0, 0, 1 << 20));
        RefusalTests.Refused<ArgumentException>(Short("c", 3, 5, 5, 15, 12), () => Strided(4, 0, 0, 16));
        const string starts = "gemm: 1 starts of a, 2 of b and 1 of c; their numbers must agree. (Parameter 'startsC')";
        RefusalTests.Refused<ArgumentException>(starts, () => Gemm.Batched<float>(false, false, 3, 5, 4, 1, a, 4, [0], b, 5, [0, 1], 0, c, 5, [0]));
        RefusalTests.Refused<ArgumentOutOfRangeException>(
            "gemm: a start lies outside the 60 elements. (Parameter 'startsB')\nActual value was 61.",
            () => Gemm.Batched<float>(false, false, 3, 5, 4, 1, a, 4, [0, 0], b, 5, [0, 61], 0, c, 5, [0, 15]));
        RefusalTests.Refused<ArgumentException>(
            Short("c", 3, 5, 5, 15, 14), () => Gemm.Batched<float>(false, false, 3, 5, 4, 1, a, 4, [0, 0], b, 5, [0, 0], 0, c, 5, [0, 46]));
        Assert.All(c, x => Assert.Equal(Untouched, x));

        void Strided(int batch, int strideA, int strideB, int strideC, int m = 3) =>
            Gemm.StridedBatched(batch, false, false, m, 5, 4, 1, a, 4, strideA, b, 5, strideB, 0, c, 5, strideC);
    }

    [Fact]
    public void Triangles_refuse_what_does_not_fit()
    {
        RefusalTests.Refused<ArgumentOutOfRangeException>(Negative("n", -1), () => Gemm.Syrk(true, false, -1, 4, 1, a, 4, 0, c, 5));
        RefusalTests.Refused<ArgumentOutOfRangeException>(Leading("a", 5, 4, 3), () => Gemm.Syrk(true, false, 5, 4, 1, a, 3, 0, c, 5));
        RefusalTests.Refused<ArgumentException>(Short("a", 5, 4, 4, 20, 19), () => Gemm.Syrk(true, false, 5, 4, 1, a.AsSpan(0, 19), 4, 0, c, 5));
        RefusalTests.Refused<ArgumentException>(Short("c", 5, 5, 5, 25, 24), () => Gemm.Syrk(true, false, 5, 4, 1, a, 4, 0, c.AsSpan(0, 24), 5));
        RefusalTests.Refused<ArgumentException>(
            "gemm: c overlaps a or b; the product needs memory of its own. (Parameter 'c')", () => Gemm.Syrk(true, false, 5, 4, 1, c.AsSpan(0, 20), 4, 0, c.AsSpan(10), 5));
        Assert.All(c, x => Assert.Equal(Untouched, x));
    }

    [Fact]
    public void Other_element_types_are_refused()
    {
        const string message = "gemm: the element type is Int32; float (Single) and double (Double) are supported.";
        int[] x = new int[4], y = [7, 7, 7, 7];
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.Multiply(false, false, 2, 2, 2, 1, x, 2, x, 2, 0, y, 2));
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.Affine<int>(false, false, 2, 2, 2, 1, x, 2, x, 2, 0, y, 2, new int[2]));
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.Affine<Relu, int>(false, false, 2, 2, 2, 1, x, 2, x, 2, 0, y, 2, []));
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.StridedBatched(1, false, false, 2, 2, 2, 1, x, 2, 0, x, 2, 0, 0, y, 2, 0));
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.Batched(false, false, 2, 2, 2, 1, x, 2, [0], x, 2, [0], 0, y, 2, [0]));
        RefusalTests.Refused<NotSupportedException>(message, () => Gemm.Syrk(true, false, 2, 2, 1, x, 2, 0, y, 2));
        Assert.Equal([7, 7, 7, 7], y);
    }

    [Theory]
    [InlineData(0, 5, 4)]
    [InlineData(3, 0, 4)]
    [InlineData(0, 0, 4)]
    [InlineData(0, 5, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(0, 0, 0)]
    public void Products_without_elements_write_nothing(int m, int n, int k)
    {
        Gemm.Multiply(false, false, m, n, k, 1, a, 4, b, 5, 0, c, 5);
        Gemm.Multiply(true, true, m, n, k, 2, a, 5, b, 5, 3, c, 5);
        Gemm.Affine<Exp, float>(false, false, m, n, k, 1, a, 4, b, 5, 0, c, 5, b.AsSpan(0, n));
        Gemm.Affine<float>(false, false, m, n, k, 1, a, 4, b, 5, 0, c, 5, b.AsSpan(0, n));
        Gemm.StridedBatched(3, false, false, m, n, k, 1, a, 4, 0, b, 5, 0, 0, c, 5, 0);
        Gemm.Batched(false, false, m, n, k, 1, a, 4, [0, 1], b, 5, [2, 3], 0, c, 5, [0, 60]);
        Gemm.Syrk(true, false, 0, k, 1, a, 4, 0, c, 5, mirror: true);
        Gemm.Multiply<float>(false, false, m, n, k, 1, m * k == 0 ? [] : a, 4, k * n == 0 ? [] : b, 5, 0, [], 5);
        Assert.All(c, x => Assert.Equal(Untouched, x));
    }

    [Fact]
    public void Without_inner_elements_the_result_is_what_beta_leaves_and_the_layers_operator_follows()
    {
        Gemm.Multiply<float>(false, false, 3, 5, 0, 1, [], 1, [], 5, 0.5f, c.AsSpan(0, 15), 5);
        Assert.All(c[..15], x => Assert.Equal(3.5f, x));
        Gemm.Affine<Square, float>(false, false, 3, 5, 0, 1, [], 1, [], 5, 0, c.AsSpan(0, 15), 5, [1, 2, 3, 4, 5]);
        Assert.Equal([1, 4, 9, 16, 25, 1, 4, 9, 16, 25, 1, 4, 9, 16, 25], c[..15]);
        Gemm.StridedBatched<float>(0, false, false, 3, 5, 4, 1, [], 4, 0, [], 5, 0, 0, [], 5, 0);
        Assert.All(c[15..], x => Assert.Equal(Untouched, x));
    }

    private static string Negative(string name, int value) => $"{name} ('{value}') must be a non-negative value. (Parameter '{name}')\nActual value was {value}.";

    private static string Leading(string name, int rows, int columns, int leading) =>
        $"gemm: {name} is stored as [{rows}, {columns}]; its leading dimension must be at least {columns}. (Parameter '{name}')\nActual value was {leading}.";

    private static string Short(string name, int rows, int columns, int leading, long needed, int length) =>
        $"gemm: {name} is stored as [{rows}, {columns}] with leading dimension {leading} and needs {needed} elements, but has {length}. (Parameter '{name}')";

    private static float[] Filled(int count)
    {
        float[] x = new float[count];
        Array.Fill(x, Untouched);
        return x;
    }
}
