using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that the packages' readmes show: they stand here word by word, and run.</summary>
public sealed class PackageReadmeTests
{
    [Theory, Trait("Needs", "repository")]
    [InlineData("Simd", "PackageReadmeTests.cs", "Models.Tests")]
    [InlineData("Tensors", "PackageReadmeTests.cs", "Models.Tests")]
    [InlineData("Models", "PackageReadmeTests.cs", "Models.Tests")]
    [InlineData("Gpu", "GuideTests.cs", "Gpu.Tests")]
    public void The_programs_stand_in_a_test(string package, string testFile, string project) => Guide.AssertTested($"../src/{package}/README.md", testFile, 1, project);

    [Fact]
    public void Spans_are_mapped_and_summed()
    {
        float[] x = [0.5f, 1, 2], y = new float[3];
        Map.Unary<Exp, float>(x, y);
        float sum = Reduce.Sum<float>(y);
        Assert.Equal(Math.Exp(0.5) + Math.E + Math.Exp(2), sum, 1e-5);
    }

    [Fact]
    public void A_gradient_is_taken()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(seed: 1).Normal<double>([4, 3]);
        Tensor<double> gradient = Autodiff.Grad(x, static x => (x.Tanh() * x).Sum());
        double first = x[0, 0], tanh = Math.Tanh(first);
        Assert.Equal(tanh + (first * (1 - (tanh * tanh))), gradient[0, 0], 1e-14);
    }

    [Fact]
    public void A_net_is_trained()
    {
        using var net = new TwoLayerNet<Tanh, float>(inputs: 2, hidden: 50, outputs: 1, new RandomStream(seed: 1));
        using var adam = new Adam<float>(net.Parameters, rate: 1e-2);
        RandomStream data = new(seed: 2);
        for (int step = 0; step < 500; step++)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> x = data.Normal<float>([32, 2]);
            Tensor<float> y = (x.Slice(1, 0, 1) * x.Slice(1, 1, 2)).Tanh();
            float loss = net.SquaredErrorGradient(x, y);
            adam.Step();
        }

        using Scope after = Scope.Begin();
        Tensor<float> fresh = data.Normal<float>([256, 2]);
        Assert.True(net.SquaredErrorGradient(fresh, (fresh.Slice(1, 0, 1) * fresh.Slice(1, 1, 2)).Tanh()) < 0.01f);
    }
}
