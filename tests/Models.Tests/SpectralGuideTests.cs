using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The program that docs/spectral.md shows: it stands here word by word, and does what it says.</summary>
public sealed class SpectralGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("spectral.md", "SpectralGuideTests.cs", 1);

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
}
