using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Training in the tangent kernel's scaling: gradients against automatic differentiation, falls against losses, checkpoints and refusals.</summary>
[Collection(Alone.Name)]
public sealed class LayerwiseTrainingTests : IClassFixture<Settled>
{
    private const double Gain = 1.4;

    [Fact]
    public void A_step_is_that_of_automatic_gradients()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, Tensor<double> importance) = Problem(2);
        using LayerwiseTraining<Tanh> run = new(weights, x, targets, importance, Gain);
        double[] before = run.Losses();
        double[,] falls = run.Step(0.3);
        for (int b = 0; b < 2; b++)
        {
            Tensor<double>[] own = [.. weights.Select(w => w.Select(0, b))];
            Tensor<double> start = Output(own, x), target = targets.Select(0, b);
            Assert.Equal((target.Square() * importance).Sum().Item() / 2, before[b], 1e-14);
            for (int l = 0; l < 3; l++)
            {
                Tensor<double> gradient = Autodiff.Grad(own[l], w =>
                {
                    Tensor<double>[] changed = [.. own];
                    changed[l] = w;
                    return ((Output(changed, x) - start - target).Square() * importance).Sum() / 2;
                });
                Assert.Equal(0.3 * gradient.Square().Sum().Item(), falls[l, b], 1e-13);
                Tensor<double> expected = own[l] - (gradient * 0.3), moved = run.Weights(l + 1).Select(0, b);
                Assert.True(expected.AllClose(moved, 1e-12, 1e-13));
            }
        }

        Assert.Equal((3, 2, 1L), (run.Layers, run.Batch, run.Steps));
    }

    [Fact]
    public void Falls_are_those_of_the_loss_to_first_order()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, _) = Problem(1);
        double[] errors = new double[2];
        for (int i = 0; i < 2; i++)
        {
            double rate = i == 0 ? 1e-3 : 5e-4;
            using LayerwiseTraining<Tanh> run = new(weights, x, targets, gain: Gain);
            double before = run.Losses()[0];
            double[,] falls = run.Step(rate);
            errors[i] = Math.Abs(before - run.Losses()[0] - (falls[0, 0] + falls[1, 0] + falls[2, 0]));
        }

        Assert.InRange(errors[0] / errors[1], 3.8, 4.2);
    }

    [Fact]
    public void A_network_of_a_batch_has_the_bits_of_one_alone()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, Tensor<double> importance) = Problem(3);
        using LayerwiseTraining<Tanh> all = new(weights, x, targets, importance, Gain), one = new([.. weights.Select(w => w.Slice(0, 1, 2))], x, targets.Slice(0, 1, 2), importance, Gain);
        for (int step = 0; step < 4; step++)
        {
            double[,] falls = all.Step(0.2), own = one.Step(0.2);
            Assert.Equal(own[0, 0], falls[0, 1]);
        }

        Assert.Equal(one.Weights(2).ToArray(), all.Weights(2).Slice(0, 1, 2).ToArray());
    }

    [Fact]
    public void It_goes_on_from_a_checkpoint_with_the_same_bits()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, Tensor<double> importance) = Problem(2);
        using LayerwiseTraining<Tanh> straight = new(weights, x, targets, importance, Gain), other = new([.. weights.Select(w => w * 0.5)], x, targets, importance, Gain);
        straight.Step(0.2);
        new Checkpoint().Add("run", straight).Save(path);
        new Checkpoint().Add("run", other).Load(path);
        straight.Step(0.2);
        other.Step(0.2);
        Assert.Equal(straight.Weights(1).ToArray(), other.Weights(1).ToArray());
        Assert.Equal(2, other.Steps);
        Assert.Equal(straight.Losses(), other.Losses());
    }

    [Fact]
    public void A_rate_that_is_too_large_is_named()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, _) = Problem(1);
        using LayerwiseTraining<Tanh> run = new(weights, x, targets);
        ArithmeticException exception = Assert.Throws<ArithmeticException>(() =>
        {
            for (int step = 0; step < 100; step++)
            {
                run.Step(1e6);
            }
        });
        Assert.StartsWith("layer-wise training: the loss of network 0 is ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith($" after {run.Steps} steps; a smaller rate could help.", exception.Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentOutOfRangeException>("layer-wise training: the rate must be finite.", () => run.Step(double.NaN));
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, Tensor<double> importance) = Problem(2);
        Throws.Exactly<ArgumentException>(
            "layer-wise training: at least one weight, points [n, d] and targets [batch, n] are needed; got 0 weights, [7, 3] and [2, 7].", () => new LayerwiseTraining<Tanh>([], x, targets).Dispose());
        Throws.Exactly<ArgumentException>(
            "layer-wise training: at least one weight, points [n, d] and targets [batch, n] are needed; got 3 weights, [7, 3] and [2, 6].", () => new LayerwiseTraining<Tanh>(weights, x, targets.Slice(1, 0, 6)).Dispose());
        Throws.Exactly<ArgumentException>(
            "layer-wise training: weight 1 of 3 must be [1, out, 3]; got [2, 5, 3].", () => new LayerwiseTraining<Tanh>(weights, x, targets.Slice(0, 0, 1)).Dispose());
        Throws.Exactly<ArgumentException>(
            "layer-wise training: weight 2 of 2 must be [2, 1, 5]; got [2, 4, 5].", () => new LayerwiseTraining<Tanh>(weights.AsSpan(0, 2), x, targets).Dispose());
        Throws.Exactly<ArgumentException>(
            "layer-wise training: the weights of 7 points must be as many numbers, none negative; got [7].", () => new LayerwiseTraining<Tanh>(weights, x, targets, -importance).Dispose());
        using LayerwiseTraining<Tanh> run = new(weights, x, targets, importance);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Weights(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Weights(4));
    }

    [Fact]
    public void A_step_that_runs_out_of_memory_changes_nothing()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double>[] weights, Tensor<double> x, Tensor<double> targets, _) = Problem(2);
        using LayerwiseTraining<Tanh> run = new(weights, x, targets, gain: Gain);
        double[] before = run.Weights(2).ToArray();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        for (int request = 1; ; request++)
        {
            Device.Cpu.RefuseAllocation(request);
            Exception? exception = Record.Exception(() => run.Step(0.1));
            Device.Cpu.RefuseAllocation(0);
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            if (exception is null)
            {
                break;
            }

            Assert.IsType<OutOfMemoryException>(exception);
            Assert.Equal(before, run.Weights(2).ToArray());
            Assert.InRange(request, 1, 100);
        }

        Assert.Equal(1, run.Steps);
    }

    private static (Tensor<double>[] Weights, Tensor<double> X, Tensor<double> Targets, Tensor<double> Importance) Problem(int batch)
    {
        RandomStream random = new(3);
        Tensor<double>[] weights = [random.Normal<double>([batch, 5, 3]), random.Normal<double>([batch, 4, 5]), random.Normal<double>([batch, 1, 4])];
        return (weights, random.Normal<double>([7, 3]), random.Normal<double>([batch, 7]), random.Uniform<double>([7], 0.1, 0.3));
    }

    private static Tensor<double> Output(Tensor<double>[] weights, Tensor<double> x)
    {
        for (int l = 0; l < weights.Length; l++)
        {
            x = x.MatMul(weights[l].Transpose()) / Math.Sqrt(weights[l].Shape[1]);
            x = l < weights.Length - 1 ? x.Tanh() * Gain : x;
        }

        return x.Squeeze(1);
    }
}
