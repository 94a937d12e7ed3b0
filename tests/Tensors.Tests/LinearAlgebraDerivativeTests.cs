namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of decompositions, solves and the matrix exponential: forward, in reverse and of second order, by what differences say, for one matrix and for batches that broadcast.</summary>
public sealed class LinearAlgebraDerivativeTests
{
    public static TheoryData<string, nint[], Func<Tensor<double>, Tensor<double>>> Functions => new()
    {
        { "cholesky", [4, 4], x => Cholesky.Factor(Definite(x)) },
        { "cholesky of a batch", [2, 3, 3], x => Cholesky.Factor(Definite(x)) },
        { "cholesky of one element", [1, 1], x => Cholesky.Factor(Definite(x)) },
        { "cholesky solve by its matrix", [4, 4], x => Cholesky.Solve(Cholesky.Factor(Definite(x)), Ramp([4, 2])) },
        { "cholesky solve by its right side", [4], x => Cholesky.Solve(Cholesky.Factor(Definite(Ramp([4, 4]))), x) },
        { "cholesky inverse", [3, 3], x => Cholesky.Inverse(Cholesky.Factor(Definite(x))) },
        { "cholesky log determinant", [2, 3, 3], x => Cholesky.LogDeterminant(Cholesky.Factor(Definite(x))) },
        { "update by its factor", [3, 3], x => Cholesky.Update(Cholesky.Factor(Definite(x)), Ramp([3])) },
        { "update by its vector", [2, 3], x => Cholesky.Update(Cholesky.Factor(Definite(Ramp([2, 3, 3]))), x) },
        { "downdate by its factor", [3, 3], x => Cholesky.Downdate(Cholesky.Factor(Definite(x)), Ramp([3])) },
        { "downdate by its vector", [3], x => Cholesky.Downdate(Cholesky.Factor(Definite(Ramp([3, 3]))), x * 0.5) },
        { "lower triangular", [3, 3], x => Triangular.Solve(Shifted(x), Ramp([3, 2])) },
        { "lower triangular, transposed", [3, 3], x => Triangular.Solve(Shifted(x), Ramp([3, 2]), transpose: true) },
        { "upper triangular", [3, 3], x => Triangular.Solve(Shifted(x), Ramp([3, 2]), upper: true) },
        { "upper triangular, transposed", [3, 3], x => Triangular.Solve(Shifted(x), Ramp([3, 2]), transpose: true, upper: true) },
        { "unit triangular", [3, 3], x => Triangular.Solve(x, Ramp([3, 2]), unitDiagonal: true) },
        { "unit upper triangular, transposed", [3, 3], x => Triangular.Solve(x, Ramp([3, 2]), transpose: true, upper: true, unitDiagonal: true) },
        { "triangular from the right", [3, 3], x => Triangular.SolveRight(Shifted(x), x) },
        { "triangular right sides that broadcast", [2, 1, 3, 2], x => Triangular.Solve(Shifted(Ramp([4, 3, 3])), x) },
        { "triangular matrices that broadcast", [3, 3], x => Triangular.Solve(Shifted(x), Ramp([2, 3, 2]), upper: true) },
        { "triangular with a vector", [3], x => Triangular.Solve(Shifted(Ramp([3, 3])), x) },
        { "lu", [4, 4], x => Lu.Factor(Shifted(x)).Factors },
        { "lu with exchanges", [2, 4, 4], x => Lu.Factor(x.Transpose().Contiguous() + Turned(4)).Factors },
        { "lu parts", [3, 3], x => Lu.Upper(Lu.Factor(Shifted(x))) + Lu.Lower(Lu.Factor(Shifted(x))) },
        { "lu reconstruction", [3, 3], x => Lu.Reconstruct(Lu.Factor(x + Turned(3))).Square() },
        { "lu solve", [3, 3], x => Lu.Solve(Lu.Factor(x + Turned(3)), Ramp([3, 2])) },
        { "solve by its matrix", [2, 3, 3], x => LinearAlgebra.Solve(x + Turned(3), Ramp([3, 2])) },
        { "solve by its right side", [3], x => LinearAlgebra.Solve(Ramp([3, 3]) + Turned(3), x) },
        { "solve by both", [3, 3], x => LinearAlgebra.Solve(x + Turned(3), x) },
        { "inverse", [3, 3], x => LinearAlgebra.Inverse(x + Turned(3)) },
        { "determinant", [2, 3, 3], x => LinearAlgebra.Determinant(x + Turned(3)) },
        { "log determinant", [2, 3, 3], x => LinearAlgebra.SignedLogDeterminant(x + Turned(3)).Logarithm },
        { "norms", [2, 3, 4], x => Norms.One(x) + Norms.Infinity(x) + (Norms.Frobenius(x) * Norms.Max(x)) },
        { "vector norms", [3, 4], x => Norms.Vector(x, 1) + Norms.Vector(x) + Norms.Vector(x, 3) + Norms.Vector(x, double.PositiveInfinity) },
        { "matrix exponential", [3, 3], LinearAlgebra.MatrixExponential },
        { "matrix exponential of a small matrix", [2, 2], x => LinearAlgebra.MatrixExponential(x * 0.003) },
        { "matrix exponential of a large matrix", [2, 2, 2], x => LinearAlgebra.MatrixExponential(x * 4) * 0.01 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Derivatives_are_what_differences_say(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Tensor<double> point = new RandomStream(23).Normal<double>(Shape.Create(extents));
        bool isNamedTwice = name is "norms" or "vector norms";
        Differences.Check(point, Total, isExact: !isNamedTwice);
        Differences.CheckHigher(point, Total);

        Tensor<double> Total(Tensor<double> x)
        {
            Tensor<double> y = f(x);
            return ((y * 0.25).Tanh() * Ramp(y.Shape)).Sum();
        }
    }

    [Fact]
    public void A_symmetric_argument_has_a_symmetric_gradient()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Definite(Ramp([4, 4])), gradient = Autodiff.Grad(a, x => Cholesky.LogDeterminant(Cholesky.Factor(x)));
        double[] g = gradient.ToArray(), inverse = LinearAlgebra.Inverse(a).ToArray();
        for (int i = 0; i < g.Length; i++)
        {
            Assert.Equal(inverse[i], g[i], 1e-12);
            Assert.Equal(g[i], g[(i % 4 * 4) + (i / 4)], 1e-14);
        }
    }

    [Fact]
    public void Single_precision_gradients_are_those_of_double_precision()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Ramp([2, 3, 3]);
        double[] wide = Autodiff.Grad(x, Of).ToArray();
        float[] narrow = Autodiff.Grad(x.Cast<float>(), Of).ToArray();
        Assert.All(wide.Zip(narrow), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));

        static Tensor<T> Of<T>(Tensor<T> x)
            where T : unmanaged
        {
            Tensor<T> shift = Tensor.Identity<T>(3) * Tensor.Constant<T>(4), a = x + shift;
            Tensor<T> definite = x.MatMul(x.Transpose()) + shift;
            return LinearAlgebra.Solve(a, x).Sum() + LinearAlgebra.MatrixExponential(x * Tensor.Constant<T>(0.1)).Sum() + Cholesky.Factor(definite).Sum() + LinearAlgebra.SignedLogDeterminant(a).Logarithm.Sum();
        }
    }

    [Fact]
    public void Derivatives_that_need_the_inverse_of_a_singular_matrix_say_so()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.From(new[,] { { 1.0, 2 }, { 2, 4 } });
        Throws.Exactly<ArithmeticException>("determinant: a matrix is singular; the second derivative needs its inverse.", () => Autodiff.Hvp(a, Tensor.Ones<double>([2, 2]), LinearAlgebra.Determinant));
        Throws.Exactly<ArithmeticException>("solve: the matrix is singular: pivot 1 is 0.", () => Autodiff.Grad(a, x => LinearAlgebra.Solve(x, a).Sum()));
        Assert.Equal(0, LinearAlgebra.Determinant(a).Item());
    }

    [Fact]
    public void A_determinant_has_its_first_derivative_where_the_matrix_is_singular()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal([4.0, -2, -2, 1], Autodiff.Grad(Tensor.From(new[,] { { 1.0, 2 }, { 2, 4 } }), LinearAlgebra.Determinant).ToArray(), new Near(1e-14));
        Assert.Equal([0.0, 0, 0, 0], Autodiff.Grad(Tensor.Zeros<double>([2, 2]), LinearAlgebra.Determinant).ToArray());
        Assert.Equal([1.0], Autodiff.Grad(Tensor.Zeros<double>([1, 1]), x => LinearAlgebra.Determinant(x).Sum()).ToArray());

        // Ranks 4, 3, 2 and 1 of 4, in one batch, whose sparse factors have zero pivots: cofactors are determinants of what is left without a row and a column.
        Tensor<double> a = Tensor.Stack(0, Singular(4), Singular(3), Singular(2), Singular(1)), weights = Tensor.From([1.0, -2, 3, 4]);
        Assert.Equal(0, LinearAlgebra.Determinant(a).ToArray()[1]);
        double[] gradient = Autodiff.Grad(a, x => (LinearAlgebra.Determinant(x) * weights).Sum()).ToArray();
        for (int at = 0; at < gradient.Length; at++)
        {
            int matrix = at / 16, row = at / 4 % 4, column = at % 4;
            double[] rest = [.. Enumerable.Range(0, 16).Where(i => i / 4 != row && i % 4 != column).Select(i => (double)a.ToArray()[(matrix * 16) + i])];
            double cofactor = LinearAlgebra.Determinant(Tensor.From<double>(rest, [3, 3])).Item() * ((row + column) % 2 == 0 ? 1 : -1);
            Assert.Equal(weights[matrix] * cofactor, gradient[at], 1e-12);
        }

        // Forwards too, since nothing is differentiated twice.
        Tensor<double> dx = Ramp([4, 4, 4]);
        double[] expected = [.. Enumerable.Range(0, 4).Select(m => Enumerable.Range(16 * m, 16).Sum(i => gradient[i] / weights[m] * dx.ToArray()[i]))];
        Assert.Equal(expected, Autodiff.Jvp(a, dx, LinearAlgebra.Determinant).Tangent.ToArray(), new Near(1e-11));

        static Tensor<double> Singular(int rank)
        {
            // A permutation of a block triangular matrix, exactly of this rank.
            double[] x = new double[16];
            int[] order = [2, 0, 3, 1];
            for (int i = 0; i < rank; i++)
            {
                for (int j = i; j < 4; j++)
                {
                    x[(order[i] * 4) + j] = 1 + i + (j * j);
                }
            }

            return Tensor.From<double>(x, [4, 4]);
        }
    }

    private static Tensor<double> Ramp(Shape shape) =>
        Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], shape);

    /// <summary>A symmetric positive definite matrix made of any.</summary>
    private static Tensor<double> Definite(Tensor<double> x) => x.MatMul(x.Transpose()) + (Tensor.Identity<double>(x.Shape[-1]) * 5);

    /// <summary>A matrix whose diagonal dominates.</summary>
    private static Tensor<double> Shifted(Tensor<double> x) => x + (Tensor.Identity<double>(x.Shape[-1]) * 6);

    /// <summary>Large elements on the other diagonal, so that pivoting exchanges rows, and small steps change no pivot.</summary>
    private static Tensor<double> Turned(int n) => Tensor.From<double>([.. Enumerable.Range(0, n * n).Select(at => at / n == n - 1 - (at % n) ? 9.0 + (at % n) : 0)], [n, n]);
}
