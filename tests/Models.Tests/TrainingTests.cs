using System.Numerics;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>Training the two-layer network against loops over doubles: the same losses, step for step, on fresh data.</summary>
public sealed class TrainingTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tanh_network_in_double_learns_as_plain_loops_do(bool adam) =>
        Compare<Tanh, double>(adam, Math.Tanh, (_, y) => 1 - (y * y), 1e-10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_relu_network_in_float_learns_as_plain_loops_do(bool adam) =>
        Compare<Relu, float>(adam, x => Math.Max(x, 0), (x, _) => x > 0 ? 1 : 0, 1e-4);

    private static void Compare<TActivation, T>(bool adam, Func<double, double> activation, Func<double, double, double> slope, double tolerance)
        where TActivation : struct, IUnaryOp
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RandomStream data = new(21, 1);
        using TwoLayerNet<TActivation, T> net = new(3, 16, 2, new RandomStream(20));
        NaiveNet naive = new(3, 16, 2, activation, slope, Wide(net.Parameters.Values));
        using Adam<T> fast = new(net.Parameters, 0.01);
        Sgd<T> plain = new(net.Parameters, 0.05);
        double[] losses = new double[Steps];
        for (int step = 0; step < Steps; step++)
        {
            using Scope scope = Scope.Begin();
            Tensor<T> x = data.Normal<T>([32, 3]), target = Teacher(x);
            losses[step] = naive.Loss(Wide(x), Wide(target));
            double loss = double.CreateChecked(net.SquaredErrorGradient(x, target));
            Assert.True(Math.Abs(loss - losses[step]) <= tolerance * losses[step], $"step {step}: {loss:R}, plain loops {losses[step]:R}");
            if (adam)
            {
                fast.Step();
                naive.Adam(0.01);
            }
            else
            {
                plain.Step();
                naive.Sgd(0.05);
            }
        }

        Assert.True(losses[^5..].Average() < 0.8 * losses[..5].Average(), "nothing was learned");
    }

    /// <summary>Two smooth functions of the inputs.</summary>
    private static Tensor<T> Teacher<T>(Tensor<T> x)
        where T : unmanaged
    {
        Tensor<T> w = Tensor.From<T>([Tensor.Constant<T>(1), Tensor.Constant<T>(-0.5), Tensor.Constant<T>(0.25), Tensor.Constant<T>(1), Tensor.Constant<T>(0), Tensor.Constant<T>(-1)], [3, 2]);
        return x.MatMul(w).Tanh();
    }

    private static double[] Wide<T>(Tensor<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => [.. x.ToArray().Select(double.CreateChecked)];
}
