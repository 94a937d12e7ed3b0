using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/spectral.md shows: they stand here word by word, and do what they say.</summary>
public sealed class SpectralGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("spectral.md", "SpectralGuideTests.cs", 3);

    [Fact]
    public void Kernels()
    {
        using Scope scope = Scope.Begin();
        double[] infinite = LayerwiseKernels.Infinite(DualActivation.Relu, layers: 3, t: 0.5);
        double share = infinite[0] / infinite.Sum();
        RandomStream random = new(seed: 1);
        Tensor<double>[] weights = [random.Normal<double>([1000, 4]), random.Normal<double>([1000, 1000]), random.Normal<double>([1, 1000])];
        Tensor<double> x = random.Sphere<double>([8, 4]) * 2.0;
        Tensor<double>[] finite = LayerwiseKernels.Finite<Relu>(weights, x, x, gain: Math.Sqrt(2));
        Tensor<double> tangent = finite[0] + finite[1] + finite[2];
        Assert.InRange(share, 0.1, 0.5);
        Assert.Equal("[8, 8]", tangent.Shape.ToString());

        // 3 at infinite width. All three kernels share factors that are means of 1,000 terms with variance 5: a standard deviation of about 0.35.
        Assert.InRange(tangent[0, 0], 3 - (4 * 0.35), 3 + (4 * 0.35));
    }
    [Fact]
    public void Spectra()
    {
        LayerwiseSpectrum wide = LayerwiseSpectrum.Infinite(DualActivation.Relu, layers: 3, dimension: 3, degrees: 4);
        double low = wide.Share(3, 0), high = wide.Share(1, 4);
        RandomStream random = new(seed: 2);
        using Scope scope = Scope.Begin();
        Tensor<double>[] weights = [random.Normal<double>([256, 3]), random.Normal<double>([256, 256]), random.Normal<double>([1, 256])];
        Tensor<double> points = random.Sphere<double>([2000, 3]) * Math.Sqrt(3);
        LayerwiseSpectrum narrow = LayerwiseSpectrum.Finite<Relu>(weights, points, degrees: 4, gain: Math.Sqrt(2));
        double found = narrow.Share(3, 0);
        Assert.Equal(0.585, low, 5e-4);
        Assert.Equal(0.614, high, 5e-4);

        // A network of this width has a standard deviation of 0.034 (bench/results/layerwise-spectrum-full.md).
        Assert.Equal(low, found, 4 * 0.034);
    }

    [Fact]
    public void Training()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(seed: 3);
        Tensor<double>[] weights = [random.Normal<double>([2, 128, 3]), random.Normal<double>([2, 128, 128]), random.Normal<double>([2, 1, 128])];
        (Tensor<double> sphere, Tensor<double> importance) = SphereGrid.Product(14, 28);
        Tensor<double>[] harmonics = Gegenbauer.Evaluate(3, sphere.Select(1, 0), count: 5);
        Tensor<double> targets = Tensor.Stack(0, harmonics[0], harmonics[4] * 3.0);
        using LayerwiseTraining<Relu> run = new(weights, sphere * Math.Sqrt(3), targets, importance, Math.Sqrt(2));
        double[,] fall = run.Step(0.5);
        double first = fall[0, 1] / (fall[0, 1] + fall[1, 1] + fall[2, 1]);
        double[] losses = run.Losses();
        Assert.Equal(0.614, first, 0.12);
        Assert.All(losses, static loss => Assert.InRange(loss, 0, 0.5));
    }
}
