using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>
/// Optimizers of two models that play against each other. The GAN is the one of Daskalakis et al. (2018), section 2.1: the generator shifts noise by a vector, the critic
/// is linear, and the game of the means is bilinear: gradient steps circle outwards around its solution.
/// </summary>
public sealed class GanTests
{
    private static readonly double[] Mean = [3, -2];

    /// <summary>Names of optimizers, with whether the generator's shift comes to the data's mean and stays there.</summary>
    private static readonly Dictionary<string, (Func<ParameterBuffer<double>, IOptimizer> Make, bool Converges)> Optimizers = new()
    {
        ["sgd"] = (p => new Sgd<double>(p, 0.1), false),
        ["momentum"] = (p => new Sgd<double>(p, 0.05, 0.5), false),
        ["adam"] = (p => new Adam<double>(p, 0.02, 0.5, 0.9), false),
        ["optimistic sgd"] = (p => new OptimisticSgd<double>(p, 0.1), true),
        ["extra sgd"] = (p => new ExtraGradient<double>(p, new Sgd<double>(p, 0.1)), true),
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Looking_ahead_decides_whether_the_means_are_learned(string name)
    {
        (Func<ParameterBuffer<double>, IOptimizer> make, bool converges) = Optimizers[name];
        double distance = Play(make, 3000, noise: 0);
        Assert.True(converges ? distance < 1e-3 : distance > 0.3, $"{name}: {distance}");
    }

    /// <summary>Adam's steps have the length of its rate, so that all of its forms go on moving; those that look ahead stay closer to the mean.</summary>
    [Fact]
    public void Adam_that_looks_ahead_stays_closer_to_the_means_of_noisy_batches()
    {
        double adam = Play(p => new Adam<double>(p, 0.02, 0.5, 0.9), 4000, 0.1);
        double optimistic = Play(p => new OptimisticAdam<double>(p, 0.02, 0.5, 0.9), 4000, 0.1);
        double extra = Play(p => new ExtraGradient<double>(p, new Adam<double>(p, 0.02, 0.5, 0.9)), 4000, 0.1);
        Assert.True(optimistic < 0.7 * adam, $"adam {adam}, optimistic {optimistic}");
        Assert.True(extra < 0.5 * adam, $"adam {adam}, extra {extra}");
    }

    [Fact]
    public void Optimistic_and_extragradient_steps_are_those_of_the_variational_inequality()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> start = Tensor.From<double>([1, 0.5], [2]);
        Models.Games.VariationalProblem rotation = new(new Models.Games.BilinearGame(Tensor.Ones<double>([1, 1])));
        foreach (bool isExtra in (bool[])[false, true])
        {
            using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(2);
            start.CopyInto(buffer.Values);
            using Models.Games.Iteration run = new(rotation, isExtra ? new Models.Games.ExtraGradient(0.3) : new Models.Games.OptimisticGradient(0.3), start);
            using Sgd<double> rule = new(buffer, 0.3);
            using ExtraGradient<double> extra = new(buffer, rule);
            using OptimisticSgd<double> optimistic = new(buffer, 0.3);
            for (int k = 0; k < 30; k++)
            {
                rotation.F.ApplyInto(buffer.Values, buffer.Gradients);
                if (isExtra)
                {
                    extra.Extrapolate();
                    rotation.F.ApplyInto(buffer.Values, buffer.Gradients);
                    extra.Step();
                }
                else
                {
                    optimistic.Step();
                }

                run.Step();
                OperatorTests.AssertClose(run.Point, buffer.Values, 1e-14);
            }
        }
    }

    [Fact]
    public void Steps_out_of_order_are_named()
    {
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(2);
        using Sgd<double> rule = new(buffer, 0.3);
        using ExtraGradient<double> extra = new(buffer, rule);
        Throws.Exactly<InvalidOperationException>("extragradient: Extrapolate comes first, then the gradients there, then Step.", extra.Step);
        extra.Extrapolate();
        Throws.Exactly<InvalidOperationException>("extragradient: the parameters are ahead already; Step comes next, with the gradients there.", extra.Extrapolate);
        extra.Step();
        extra.Rate = 0.1;
        Assert.Equal(0.1, rule.Rate);
    }

    /// <summary>The generator's root mean square distance to the mean over the last fifth of the steps.</summary>
    private static double Play(Func<ParameterBuffer<double>, IOptimizer> make, int steps, double noise)
    {
        using ParameterBuffer<double> generator = OptimizerTests.Buffer<double>(2), critic = OptimizerTests.Buffer<double>(2);
        IOptimizer[] players = [make(generator), make(critic)];
        RandomStream random = new(7);
        double square = 0;
        for (int step = 0; step < steps; step++)
        {
            foreach (ExtraGradient<double> player in players.OfType<ExtraGradient<double>>())
            {
                if (player == players[0])
                {
                    Gradients();
                }

                player.Extrapolate();
            }

            Gradients();
            foreach (IOptimizer player in players)
            {
                player.Step();
            }

            if (step >= steps * 4 / 5)
            {
                square += generator.Values.ToArray().Zip(Mean).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)) / (steps / 5);
            }
        }

        foreach (IDisposable player in players.OfType<IDisposable>())
        {
            player.Dispose();
        }

        return Math.Sqrt(square);

        // The generator minimises, the critic maximises mean(critic . data) - mean(critic . generated).
        void Gradients()
        {
            using Scope scope = Scope.Begin();
            Tensor<double> real = (random.Normal<double>([16, 2]) * noise) + Tensor.From<double>(Mean, [2]), latent = random.Normal<double>([16, 2]) * noise;
            (Tensor<double> shift, Tensor<double> slope) = Autodiff.Grad(
                generator.Values, critic.Values,
                (g, c) => real.MatMul(c).Mean() - (latent + g).MatMul(c).Mean());
            shift.CopyInto(generator.Gradients);
            slope.NegateInto(critic.Gradients);
        }
    }
}
