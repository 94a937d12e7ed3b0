using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that README.md shows do what it says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_first_program_learns()
    {
        using Scope scope = Scope.Begin();
        using var net = new TwoLayerNet<Tanh, float>(inputs: 2, hidden: 50, outputs: 1, new RandomStream(seed: 1));
        using var adam = new Adam<float>(net.Parameters, rate: 1e-2);
        RandomStream data = new(seed: 2);
        float first = 0, last = 0;
        for (int step = 0; step < 500; step++)
        {
            using Scope inner = Scope.Begin();
            Tensor<float> x = data.Normal<float>([32, 2]);
            Tensor<float> y = (x.Slice(1, 0, 1) * x.Slice(1, 1, 2)).Tanh();
            float loss = net.SquaredErrorGradient(x, y);
            adam.Step();
            first += step < 20 ? loss / 20 : 0;
            last += step >= 480 ? loss / 20 : 0;
        }

        Assert.True(last < first / 5, $"the loss went from {first} to {last}");
    }

    [Fact]
    public void The_gradient_of_x_tanh_x_is_right()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([-1, 0, 0.5], [3]);
        Tensor<double> gradient = Autodiff.Grad(x, x => (x.Tanh() * x).Sum());
        foreach ((double at, double slope) in x.ToArray().Zip(gradient.ToArray()))
        {
            double tanh = Math.Tanh(at);
            Assert.Equal(tanh + (at * (1 - (tanh * tanh))), slope, 12);
        }
    }
}
