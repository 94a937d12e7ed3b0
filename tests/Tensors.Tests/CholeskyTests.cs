namespace Onsager.Tensors.Tests;

/// <summary>Cholesky and triangular systems: LAPACK's residual ratios on friendly and hostile matrices, and exact exceptions.</summary>
public sealed class CholeskyTests
{
    private const double Epsilon = 2.220446049250313e-16;

    public static TheoryData<string, Func<int, int, int, double>> Matrices => new()
    {
        { "random", (i, j, n) => (i == j ? n : 0) + Math.Sin((i * j) + i + j) },
        { "graded", (i, j, n) => (i == j ? 2 : 1.0 / n) * Math.ScaleB(1, -(i % 30) - (j % 30)) },
        { "Hilbert and a shift", (i, j, _) => (1.0 / (i + j + 1)) + (i == j ? 1e-10 : 0) },
        { "second differences", (i, j, _) => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0 },
        { "minima", (i, j, _) => Math.Min(i, j) + 1 },
    };

    [Theory]
    [MemberData(nameof(Matrices))]
    public void A_factor_multiplies_back_to_its_matrix(string name, Func<int, int, int, double> element)
    {
        for (int n = 1; n <= 200; n += n < 20 || n is > 60 and < 70 or > 125 and < 132 ? 1 : 11)
        {
            using Scope scope = Scope.Begin();
            Tensor<double> a = Make(n, element), factor = Cholesky.Factor(a);
            double residual = Norm(a - factor.MatMul(factor.Transpose())), ratio = residual / (n * Epsilon * Norm(a));
            Assert.True(ratio < 30, $"{name} {n}: {ratio}");
            double[] l = factor.ToArray();
            Assert.All(Enumerable.Range(0, n * n).Where(at => at % n > at / n), at => Assert.Equal(0, l[at]));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(64, 2)]
    [InlineData(65, 70)]
    [InlineData(150, 1)]
    [InlineData(7, 0)]
    public void Systems_are_solved_for_any_number_of_right_sides(int n, int columns)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Make(n, (i, j, size) => (i == j ? size : 0) + Math.Sin((i * j) + i + j)), l = Cholesky.Factor(a);
        Tensor<double> b = new RandomStream(1).Normal<double>([columns, n]).Transpose();
        foreach ((Tensor<double> matrix, Tensor<double> x) in ((Tensor<double>, Tensor<double>)[])
            [(a, Cholesky.Solve(l, b)), (l, Triangular.Solve(l, b)), (l.Transpose(), Triangular.Solve(l, b, transpose: true))])
        {
            double ratio = Norm(b - matrix.MatMul(x)) / (n * Epsilon * ((Norm(matrix) * Norm(x)) + 1e-300));
            Assert.True(ratio < 30, $"{n}: {ratio}");
        }

        if (columns > 0)
        {
            Tensor<double> vector = Cholesky.Solve(l, b.Select(1, 0));
            Assert.Equal("[" + n + "]", vector.Shape.ToString());
            Assert.True(Norm((b.Select(1, 0) - a.MatMul(vector)).Unsqueeze(1)) < 30 * n * Epsilon * Norm(a) * Norm(vector.Unsqueeze(1)));
        }
    }

    [Fact]
    public void Only_the_lower_triangle_is_read_in_any_layout()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Make(70, (i, j, n) => (i == j ? n : 0) + Math.Cos(i + j)), spoiled = a.Transpose().Clone().Transpose();
        for (int i = 0; i < 69; i++)
        {
            spoiled[i, i + 1] = double.NaN;
        }

        Assert.Equal(Cholesky.Factor(a).ToArray(), Cholesky.Factor(spoiled).ToArray());
        Tensor<double> l = Cholesky.Factor(a), b = Tensor.Ones<double>([70]), dirty = l.Clone();
        dirty[3, 60] = double.NaN;
        Assert.Equal(Triangular.Solve(l, b).ToArray(), Triangular.Solve(dirty, b).ToArray());
        Assert.Equal(Triangular.Solve(l, b, transpose: true).ToArray(), Triangular.Solve(dirty, b, transpose: true).ToArray());
    }

    [Fact]
    public void The_logarithm_of_the_determinant_is_that_of_the_diagonal()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> l = Cholesky.Factor(Tensor.From<double>([4, 2, 2, 10], [2, 2]));
        Assert.Equal(Math.Log(36), Cholesky.LogDeterminant(l).Item(), 1e-14);
        Assert.Equal(0, Cholesky.LogDeterminant(Cholesky.Factor(Tensor.Zeros<double>([0, 0]))).Item());
    }

    [Theory]
    [InlineData(0, -1.0, "cholesky: the matrix is not positive definite: pivot 0 is -1.")]
    [InlineData(3, 0.0, "cholesky: the matrix is not positive definite: pivot 3 is 0.")]
    [InlineData(69, double.NaN, "cholesky: the matrix is not positive definite: pivot 69 is NaN.")]
    [InlineData(2, double.PositiveInfinity, "cholesky: the matrix is not positive definite: pivot 2 is Infinity.")]
    public void A_matrix_that_is_not_positive_definite_is_named_by_its_pivot(int at, double value, string message)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.Identity<double>(70);
        a[at, at] = value;
        Throws.Exactly<ArithmeticException>(message, () => Cholesky.Factor(a));
        Assert.Equal(value, a[at, at]);
    }

    [Fact]
    public void A_NaN_below_the_diagonal_is_found()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.Identity<double>(70);
        a[68, 1] = double.NaN;
        Throws.Exactly<ArithmeticException>("cholesky: the matrix is not positive definite: pivot 68 is NaN.", () => Cholesky.Factor(a));
    }

    [Fact]
    public void Wrong_shapes_and_zero_diagonals_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> wide = Tensor.Zeros<double>([2, 3]), square = Tensor.Identity<double>(3);
        Throws.Exactly<ArgumentException>("cholesky: a square matrix is needed; got [2, 3].", () => Cholesky.Factor(wide));
        Throws.Exactly<ArgumentException>("cholesky: a square matrix is needed; got [3].", () => Cholesky.Factor(square.Select(0, 0)));
        Throws.Exactly<ArgumentException>("log determinant: a square matrix is needed; got [2, 3].", () => Cholesky.LogDeterminant(wide));
        Throws.Exactly<ArgumentException>("triangular solve: a square matrix is needed; got [2, 3].", () => Triangular.Solve(wide, square));
        Throws.Exactly<ArgumentException>(
            "triangular solve: the matrix has shape [3, 3]; the right side [2, 3] must be [3] or [..., 3, columns].", () => Triangular.Solve(square, wide));
        Throws.Exactly<ArgumentException>(
            "triangular solve: the matrix has shape [3, 3]; the right side [] must be [3] or [..., 3, columns].", () => Triangular.Solve(square, Tensor.Scalar(1.0)));
        square[1, 1] = 0;
        Throws.Exactly<DivideByZeroException>("triangular solve: element [1, 1] of the diagonal is zero.", () => Triangular.Solve(square, wide.Transpose()));
    }

    private static Tensor<double> Make(int n, Func<int, int, int, double> element) =>
        Tensor.From<double>([.. Enumerable.Range(0, n * n).Select(at => element(at / n, at % n, n))], [n, n]);

    /// <summary>The largest column sum.</summary>
    private static double Norm(Tensor<double> a) => a.Size == 0 ? 0 : a.Abs().Sum(0).Max().Item();
}
