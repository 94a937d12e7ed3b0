using System.Diagnostics;
using Onsager.Models.Adversarial;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>One game that is trained: what, with which nets, for how long, and what it is told along the way.</summary>
internal sealed record TupleRun(TupleGame Game, AdversarialOptions Options)
{
    /// <summary>Iterations between two points of a curve.</summary>
    public int Every => Math.Max(1, Options.Iterations / 50);

    /// <summary>D's loss where it cannot tell.</summary>
    public double Even => Game.Classes.Count * HostMath.Ln(Game.Classes.Count);

    /// <summary>Trains the nets on batches.</summary>
    /// <param name="model">The game and its nets.</param>
    /// <param name="next">A batch, on the device of the nets.</param>
    /// <param name="error">The reconstruction error so far, a point of a curve.</param>
    /// <param name="progress">From 0 to 1.</param>
    public TupleTraining Train(AdversarialModel model, Func<Tensor<float>> next, Func<double> error, Action<double> progress)
    {
        long start = Stopwatch.GetTimestamp();
        int n = Game.Classes.Count, tail = Math.Max(1, Options.Iterations / 20), measured = 0;
        List<double> losses = [], errors = [];
        double[,] chances = new double[n, n];
        double sum = 0, last = 0;
        for (int i = 1; i <= Options.Iterations; i++)
        {
            using Scope scope = Scope.Begin();
            _ = model.Train(next());
            double loss = model.DiscriminatorLoss;
            sum += loss;
            if (i > Options.Iterations - tail)
            {
                last += loss / tail;
                if (i % 5 == 0 || i == Options.Iterations)
                {
                    measured++;
                    double[,] now = model.Probabilities();
                    for (int at = 0; at < n * n; at++)
                    {
                        chances[at / n, at % n] += now[at / n, at % n];
                    }
                }
            }

            if (i % Every == 0)
            {
                losses.Add(sum / Every);
                errors.Add(error());
                sum = 0;
                progress((double)i / Options.Iterations);
            }
        }

        double[] table = new double[n * n];
        for (int at = 0; at < table.Length; at++)
        {
            table[at] = chances[at / n, at % n] / measured;
        }

        return new TupleTraining(last, [.. losses], [.. errors], table, Trainings.Seconds(start));
    }
}

/// <summary>What a training left beside the nets.</summary>
/// <param name="Loss">D's loss, the mean over the last twentieth of all iterations.</param>
/// <param name="Losses">D's loss along training.</param>
/// <param name="Errors">The reconstruction error along training.</param>
/// <param name="Chances">Mean probabilities [class of the tuple, class] at the end.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record TupleTraining(double Loss, double[] Losses, double[] Errors, double[] Chances, double Seconds);
