using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/spectra.md shows: they stand here word by word, and do what it says.</summary>
public sealed class SpectralGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("spectra.md", "SpectralGuideTests.cs", 2);

    [Fact]
    public void The_programs_do_what_the_guide_says()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> points = new RandomStream(seed: 3).Normal<double>([100, 5]);
        (Tensor<double> u, Tensor<double> s, Tensor<double> vt) = Svd.Factor(points - points.Mean(0));
        Tensor<double> scores = u * s;
        (Tensor<double> values, Tensor<double> vectors) = SymmetricEigen.Factor(points.Transpose().MatMul(points));
        Assert.All((scores.MatMul(vt) - (points - points.Mean(0))).ToArray(), difference => Assert.Equal(0, difference, 1e-12));
        Assert.All((points.Transpose().MatMul(points).MatMul(vectors) - (vectors * values)).ToArray(), difference => Assert.Equal(0, difference, 1e-11));
        Line();
    }

    private static void Line()
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
}
