namespace Onsager.Tensors.Tests;

/// <summary>Factors multiply back to their matrices, and solutions solve, with LAPACK's residual ratios below 30, for its testers' kinds of matrices and sizes.</summary>
public sealed class FactorizationTests
{
    private const double Limit = 30;

    public static TheoryData<MatrixKind> Kinds => [.. TestMatrices.All];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lu_factors_multiply_back_and_solve(MatrixKind kind)
    {
        LuOf<double>(kind);
        LuOf<float>(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cholesky_factors_multiply_back_and_solve(MatrixKind kind)
    {
        CholeskyOf<double>(kind);
        CholeskyOf<float>(kind);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Triangular_systems_are_solved_in_every_form(MatrixKind kind)
    {
        TriangularOf<double>(kind);
        TriangularOf<float>(kind);
    }

    private static void LuOf<T>(MatrixKind kind)
        where T : unmanaged
    {
        double epsilon = TestMatrices.Epsilon<T>();
        foreach (int n in TestMatrices.Sizes)
        {
            using Scope scope = Scope.Begin();
            double[] a = TestMatrices.Make<T>(kind, n, n);
            Tensor<T> matrix = TestMatrices.Tensor<T>(a, n, n);
            LuFactors<T> factors = Lu.Factor(matrix);
            double[] lower = TestMatrices.Elements(Lu.Lower(factors)), upper = TestMatrices.Elements(Lu.Upper(factors));
            int[] rows = Lu.Permutation(factors.Pivots).ToArray();
            Assert.Equal(Enumerable.Range(0, n), rows.Order());
            if (kind == MatrixKind.NaN)
            {
                Assert.Equal(n > 0, upper.Concat(lower).Any(double.IsNaN));
                continue;
            }

            // |l| <= 1, since the pivot was the largest of its column.
            Assert.All(lower, x => Assert.InRange(x, -1, 1));
            double[] product = TestMatrices.Product(lower, upper, n, n, n);
            double[] moved = [.. rows.SelectMany(row => a.Skip(row * n).Take(n))];
            Small(Difference(moved, product, n, n), n * TestMatrices.Norm1(a, n, n) * epsilon, $"lu {kind} {n} {typeof(T).Name}");
            double[] whole = TestMatrices.Elements(Lu.Reconstruct(factors));
            Small(Difference(a, whole, n, n), n * TestMatrices.Norm1(a, n, n) * epsilon, $"reconstruct {kind} {n} {typeof(T).Name}");
            if (TestMatrices.IsSingular(kind) && n > 0)
            {
                Assert.Contains(0.0, Enumerable.Range(0, n).Select(i => upper[i * (n + 1)]));
                Assert.Throws<ArithmeticException>(() => Lu.Solve(factors, matrix));
                Assert.Throws<ArithmeticException>(() => LinearAlgebra.Solve(matrix, matrix));
                Assert.Throws<ArithmeticException>(() => LinearAlgebra.Inverse(matrix));
                Assert.Equal(0, TestMatrices.Elements(LinearAlgebra.Determinant(matrix))[0]);
                (Tensor<T> sign, Tensor<T> logarithm) = LinearAlgebra.SignedLogDeterminant(matrix);
                Assert.Equal((0, double.NegativeInfinity), (TestMatrices.Elements(sign)[0], TestMatrices.Elements(logarithm)[0]));
                continue;
            }

            foreach (int columns in (int[])[1, 3, 40])
            {
                double[] b = TestMatrices.Product(a, TestMatrices.Make<T>(MatrixKind.Random, n, columns, 5), n, n, columns);
                Tensor<T> right = TestMatrices.Tensor<T>(b, n, columns), x = Lu.Solve(factors, right);
                Solved(a, TestMatrices.Elements(right), TestMatrices.Elements(x), n, columns, epsilon, $"solve {kind} {n}x{columns} {typeof(T).Name}");
                Same.Bits(x, LinearAlgebra.Solve(matrix, right));
            }
        }
    }

    private static void CholeskyOf<T>(MatrixKind kind)
        where T : unmanaged
    {
        double epsilon = TestMatrices.Epsilon<T>();
        foreach (int n in TestMatrices.Sizes)
        {
            using Scope scope = Scope.Begin();
            double[] a = TestMatrices.MakeSymmetric<T>(kind, n);
            Tensor<T> matrix = TestMatrices.Tensor<T>(a, n, n);
            if (n > 0 && (TestMatrices.IsSingular(kind) || kind == MatrixKind.NaN))
            {
                ArithmeticException exception = Assert.Throws<ArithmeticException>(() => Cholesky.Factor(matrix));
                Assert.StartsWith("cholesky: the matrix is not positive definite: pivot ", exception.Message, StringComparison.Ordinal);
                continue;
            }

            Tensor<T> factor = Cholesky.Factor(matrix);
            double[] l = TestMatrices.Elements(factor), product = TestMatrices.Product(l, TestMatrices.Transposed(l, n, n), n, n, n);
            Small(Difference(a, product, n, n), n * TestMatrices.Norm1(a, n, n) * epsilon, $"cholesky {kind} {n} {typeof(T).Name}");
            foreach (int columns in (int[])[1, 40])
            {
                double[] b = TestMatrices.Product(a, TestMatrices.Make<T>(MatrixKind.Random, n, columns, 5), n, n, columns);
                Tensor<T> right = TestMatrices.Tensor<T>(b, n, columns);
                Solved(
                    a, TestMatrices.Elements(right), TestMatrices.Elements(Cholesky.Solve(factor, right)), n, columns, epsilon, $"cholesky solve {kind} {n}x{columns} {typeof(T).Name}");
            }
        }
    }

    private static void TriangularOf<T>(MatrixKind kind)
        where T : unmanaged
    {
        if (TestMatrices.IsSingular(kind) || kind == MatrixKind.NaN)
        {
            return;
        }

        double epsilon = TestMatrices.Epsilon<T>();
        foreach (int n in TestMatrices.Sizes)
        {
            using Scope scope = Scope.Begin();

            // A factor is a triangle that is hard as its matrix is.
            double[] l = TestMatrices.Elements(Cholesky.Factor(TestMatrices.Tensor<T>(TestMatrices.MakeSymmetric<T>(kind, n), n, n)));
            double[] unit = TestMatrices.Elements(Lu.Lower(Lu.Factor(TestMatrices.Tensor<T>(TestMatrices.Make<T>(kind, n, n), n, n))));
            for (int form = 0; form < 8; form++)
            {
                TriangularForm say = TriangularForm.At(form);
                double[] lower = say.UnitDiagonal ? unit : l, stored = say.Upper ? TestMatrices.Transposed(lower, n, n) : lower;
                double[] seen = say.Transpose ? TestMatrices.Transposed(stored, n, n) : stored;
                foreach (int columns in (int[])[1, 7, 33])
                {
                    double[] b = TestMatrices.Product(seen, TestMatrices.Make<T>(MatrixKind.Random, n, columns, 5), n, n, columns);
                    Tensor<T> right = TestMatrices.Tensor<T>(b, n, columns), matrix = TestMatrices.Tensor<T>(stored, n, n);
                    Tensor<T> x = Triangular.Solve(matrix, right, say.Transpose, say.Upper, say.UnitDiagonal);
                    Solved(seen, TestMatrices.Elements(right), TestMatrices.Elements(x), n, columns, epsilon, $"triangular {kind} {n}x{columns} {say} {typeof(T).Name}");
                    Tensor<T> other = matrix.Transpose().Contiguous().Transpose();
                    Same.Bits(x, Triangular.Solve(other, right, say.Transpose, say.Upper, say.UnitDiagonal));
                    Tensor<T> fromRight = Triangular.SolveRight(matrix, right.Transpose(), !say.Transpose, say.Upper, say.UnitDiagonal);
                    Same.Bits(x, fromRight.Transpose());
                }
            }
        }
    }

    private static void Solved(double[] a, double[] b, double[] x, int n, int columns, double epsilon, string what)
    {
        double[] rest = TestMatrices.Product(a, x, n, n, columns);
        for (int j = 0; j < columns; j++)
        {
            double residual = 0, size = 0;
            for (int i = 0; i < n; i++)
            {
                residual += Math.Abs(b[(i * columns) + j] - rest[(i * columns) + j]);
                size += Math.Abs(x[(i * columns) + j]);
            }

            Small(residual, TestMatrices.Norm1(a, n, n) * size * epsilon * n, what);
        }
    }

    /// <summary>A residual in units of rounding; none is fine, whatever the unit.</summary>
    private static void Small(double residual, double unit, string what) => Assert.True(residual == 0 || residual / unit < Limit, $"{what}: {residual / unit}");

    private static double Difference(double[] x, double[] y, int rows, int columns) =>
        TestMatrices.Norm1([.. x.Zip(y, (p, q) => p - q)], rows, columns);
}
