using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/numerics.md shows: they stand here word by word, and do what it says.</summary>
public sealed class NumericsGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("numerics.md", "NumericsGuideTests.cs", 4);

    [Fact]
    public void Sparse_matrices()
    {
        using Scope scope = Scope.Begin();
        SparseMatrix<double> a = SparseMatrix.FromTriplets<double>(2, 3, [0, 1, 1], [2, 0, 2], [1, 2, 3]);
        Tensor<double> product = a.MatMul(Tensor.Ones<double>([3, 4]));
        Tensor<double> turned = a.TransposedMatMul(Tensor.Ones<double>([2]));
        SparseMatrix<double> gram = a.MatMul(a.Transpose()) + SparseMatrix.Identity<double>(2);
        Tensor<double> x = Tensor.Ones<double>([3]);
        Tensor<double> dv = Autodiff.Grad(a.Values, v => a.WithValues(v).MatMul(x).Square().Sum());
        Assert.Equal([1, 1, 1, 1, 5, 5, 5, 5], product.ToArray());
        Assert.Equal([2, 0, 4], turned.ToArray());
        Assert.Equal([2, 3, 3, 14], gram.ToDense().ToArray());
        Assert.Equal([2, 10, 10], dv.ToArray());
    }

    [Fact]
    public void Integrals()
    {
        GaussRule rule = GaussRule.Legendre(20, 0, Math.PI);
        double square = rule.Integrate(x => x * x);
        QuadratureResult tails = Quadrature.Integrate(x => 1 / (1 + (x * x)), double.NegativeInfinity, double.PositiveInfinity);
        double relu = Quadrature.NormalExpectation(z => Math.Max(z, 0)).Value;
        Assert.Equal(Math.Pow(Math.PI, 3) / 3, square, 1e-13);
        Assert.True(tails.Converged);
        Assert.Equal(Math.PI, tails.Value, 1e-8);
        Assert.Equal(1 / Math.Sqrt(2 * Math.PI), relu, 1e-10);
    }

    [Fact]
    public void Roots_minima_and_fixed_points()
    {
        using Scope scope = Scope.Begin();
        RootResult root = RootFinding.Brent(x => (x * x) - 2, 0, 2);
        MinimumResult lowest = Minimization.Brent(x => (x - 3) * (x - 3), 0, 10);
        (Tensor<double> q, FixedPointReport report) = FixedPoint.Solve(q => (q + 1).Sqrt(), Tensor.Scalar(0.0));
        Tensor<double> slope = Autodiff.Grad(Tensor.Scalar(2.0), p => FixedPoint.Implicit(p, Tensor.Scalar(1.0), (x, p) => (x + (p / x)) * 0.5));
        Assert.Equal(Math.Sqrt(2), root.Root, 1e-12);
        Assert.Equal(3, lowest.X, 1e-7);
        Assert.True(report.Converged);
        Assert.Equal((1 + Math.Sqrt(5)) / 2, q.Item(), 1e-9);
        Assert.Equal(0.5 / Math.Sqrt(2), slope.Item(), 1e-9);
    }

    [Fact]
    public void Polynomials_and_interpolation()
    {
        using Scope scope = Scope.Begin();
        Polynomial p = Polynomial.FromRoots(1, 2, 3);
        System.Numerics.Complex[] roots = p.Roots();
        ChebyshevSeries series = ChebyshevSeries.Interpolate(x => 1 / (2 + x), 30);
        PiecewisePolynomial spline = Interpolant.CubicSpline([0, 1, 2, 3], [0, 1, 8, 27]);
        Tensor<double> inner = Autodiff.Grad(Tensor.Scalar(1.5), x => spline.Evaluate(x));
        double area = spline.Integrate(0, 3);
        Assert.Equal([1, 2, 3], roots.Select(root => Math.Round(root.Real, 12)));
        Assert.Equal(1 / 2.3, series.Evaluate(0.3), 1e-14);
        Assert.Equal(6.75, inner.Item(), 1e-13);
        Assert.Equal(20.25, area, 1e-12);
    }
}
