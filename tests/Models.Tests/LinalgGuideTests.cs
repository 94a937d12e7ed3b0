using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/linalg.md shows: they stand here word by word, and do what it says.</summary>
public sealed class LinalgGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("linalg.md", "LinalgGuideTests.cs", 7);

    [Fact]
    public void Systems()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> a, _, Tensor<double> b) = Operands();
        Tensor<double> x = LinearAlgebra.Solve(a, b);
        Tensor<double> inverse = LinearAlgebra.Inverse(a);
        Tensor<double> determinant = LinearAlgebra.Determinant(a);
        (Tensor<double> sign, Tensor<double> logarithm) = LinearAlgebra.SignedLogDeterminant(a);
        AssertClose(b, a.MatMul(x));
        AssertClose(x, inverse.MatMul(b));
        AssertClose(determinant, sign * logarithm.Exp());
    }

    [Fact]
    public void Factors()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> a, Tensor<double> covariance, Tensor<double> b) = Operands();
        using LuFactors<double> lu = Lu.Factor(a);
        Tensor<double> again = Lu.Solve(lu, b);
        Tensor<double> whole = Lu.Reconstruct(lu);
        Tensor<double> l = Cholesky.Factor(covariance);
        Tensor<double> weights = Cholesky.Solve(l, b);
        Tensor<double> evidence = Cholesky.LogDeterminant(l);
        Tensor<double> more = Cholesky.Update(l, b);
        Tensor<double> y = Triangular.Solve(l, b);
        AssertClose(b, a.MatMul(again));
        AssertClose(a, whole);
        AssertClose(b, covariance.MatMul(weights));
        AssertClose(LinearAlgebra.SignedLogDeterminant(covariance).Logarithm, evidence);
        AssertClose(covariance + (b.Unsqueeze(1) * b), more.MatMul(more.Transpose()));
        AssertClose(b, l.MatMul(y));
    }

    [Fact]
    public void Derivatives()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> a, Tensor<double> covariance, Tensor<double> b) = Operands();
        Tensor<double> gradient = Autodiff.Grad(covariance, c => Cholesky.LogDeterminant(Cholesky.Factor(c)));
        Tensor<double> sensitivity = Autodiff.Grad(a, p => LinearAlgebra.Solve(p, b).Square().Sum());
        AssertClose(LinearAlgebra.Inverse(covariance), gradient);
        Tensor<double> x = LinearAlgebra.Solve(a, b), adjoint = LinearAlgebra.Solve(a.Transpose(), x * 2);
        AssertClose(-(adjoint.Unsqueeze(1) * x), sensitivity);
    }

    [Fact]
    public void The_exponential_and_norms()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> a, _, Tensor<double> b) = Operands();
        Tensor<double> flow = LinearAlgebra.MatrixExponential(a * 0.1);
        Tensor<double> frobenius = Norms.Frobenius(a);
        Tensor<double> length = Norms.Vector(b, p: 3);
        AssertClose(Tensor.Identity<double>(4), flow.MatMul(LinearAlgebra.MatrixExponential(a * -0.1)));
        AssertClose(a.Square().Sum().Sqrt(), frobenius);
        AssertClose((b.Abs() * b.Square()).Sum().Cbrt(), length);
    }

    [Fact]
    public void Iterations()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> a, Tensor<double> covariance, Tensor<double> b) = Operands();
        FunctionOperator<Tensor<double>, double> product = new(covariance, static (c, x, y) => c.MatMulInto(x, y));
        (Tensor<double> solution, IterativeReport report) = ConjugateGradients.Solve(product, b);
        report.ThrowIfFailed();
        (Tensor<double> general, _) = Gmres.Solve(new MatrixOperator<double>(a), b, restart: 20);
        using LanczosResult<double> spectrum = Lanczos.Run(product, b, steps: 3);
        double[] ritz = spectrum.RitzValues();
        (double largest, Tensor<double> direction, _) = PowerIteration.Run(product, b);
        AssertClose(b, covariance.MatMul(solution));
        AssertClose(b, a.MatMul(general));
        AssertClose(direction * largest, covariance.MatMul(direction));
        Assert.InRange(ritz[^1], 0.5 * largest, largest * 1.000001);
    }

    [Fact]
    public void Orthogonal_decompositions()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> points = new RandomStream(seed: 3).Normal<double>([100, 5]);
        (Tensor<double> u, Tensor<double> s, Tensor<double> vt) = Svd.Factor(points - points.Mean(0));
        Tensor<double> scores = u * s;
        (Tensor<double> values, Tensor<double> vectors) = SymmetricEigen.Factor(points.Transpose().MatMul(points));
        Assert.All((scores.MatMul(vt) - (points - points.Mean(0))).ToArray(), difference => Assert.Equal(0, difference, 1e-12));
        Assert.All((points.Transpose().MatMul(points).MatMul(vectors) - (vectors * values)).ToArray(), difference => Assert.Equal(0, difference, 1e-11));
        Fit();
    }

    private static void Fit()
    {
        Tensor<double> x = Tensor.Linspace(0.0, 1.0, 20), design = Tensor.Stack(1, Tensor.Ones<double>([20]), x);
        Tensor<double> y = (x * 3.0 + 0.5).Unsqueeze(1);
        LeastSquaresSolution<double> line = LeastSquares.SolveFullRank(design, y);
        Tensor<double> influence = Autodiff.Grad(y, y => LeastSquares.SolveFullRank(design, y).X.Slice(0, 1, 2).Sum());
        Assert.Equal(0.5, line.X[0, 0], 1e-14);
        Assert.Equal(3, line.X[1, 0], 1e-14);
        Assert.Equal(0, influence.Sum().Item(), 1e-14);
        Assert.Equal(1, (influence * x.Unsqueeze(1)).Sum().Item(), 1e-14);
    }

    /// <summary>A matrix far from singular, a covariance, and a vector.</summary>
    private static (Tensor<double> A, Tensor<double> Covariance, Tensor<double> B) Operands()
    {
        RandomStream random = new(1);
        Tensor<double> a = random.Normal<double>([4, 4]) + (Tensor.Identity<double>(4) * 4);
        return (a, a.MatMul(a.Transpose()), random.Normal<double>([4]));
    }

    private static void AssertClose(Tensor<double> expected, Tensor<double> actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * (1 + Math.Abs(pair.First))));
    }
}
