namespace Onsager.Tensors.Tests;

/// <summary>The matrices that others are tried on are what they are called.</summary>
public sealed class TestMatricesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Reflections_make_orthogonal_matrices(int n)
    {
        double[] q = TestMatrices.Orthogonal(n, 3), square = TestMatrices.Product(TestMatrices.Transposed(q, n, n), q, n, n, n);
        for (int i = 0; i < square.Length; i++)
        {
            Assert.Equal(i % (n + 1) == 0 ? 1 : 0, square[i], 1e-14);
        }
    }

    [Fact]
    public void Kinds_have_their_zeros_their_NaN_and_their_scale()
    {
        foreach (MatrixKind kind in TestMatrices.All)
        {
            double[] wide = TestMatrices.Make<double>(kind, 5, 9), symmetric = TestMatrices.MakeSymmetric<double>(kind, 9);
            Assert.Equal(kind == MatrixKind.NaN, wide.Any(double.IsNaN));
            Assert.Equal(TestMatrices.Transposed(symmetric, 9, 9), symmetric);
            Assert.Equal(TestMatrices.IsSingular(kind), Enumerable.Range(0, 9).Any(j => wide.Where((_, at) => at % 9 == j).All(x => x == 0)) && kind is not (MatrixKind.Diagonal or MatrixKind.LowerTriangular));
            Assert.Empty(TestMatrices.Make<float>(kind, 0, 0));
        }

        Assert.InRange(TestMatrices.Norm1(TestMatrices.Make<double>(MatrixKind.NearUnderflow, 9, 9), 9, 9), 1e-293, 1e-291);
        Assert.InRange(TestMatrices.Norm1(TestMatrices.Make<double>(MatrixKind.NearOverflow, 9, 9), 9, 9), 1e291, 1e293);
        Assert.InRange(TestMatrices.Norm1(TestMatrices.Make<float>(MatrixKind.NearOverflow, 9, 9), 9, 9), 1e30, 1e32);
    }
}
