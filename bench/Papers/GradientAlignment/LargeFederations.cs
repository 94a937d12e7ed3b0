using Onsager.Models.Federated;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GradientAlignmentPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The full run: like clients, where the gain is within noise at the card's size, and the paper's federation of 47 classes of which ten are drawn each round.</summary>
internal static class LargeFederations
{
    public static void Run(RunContext context)
    {
        context.Heading("Beyond the card's sizes");
        Identical(context);
        Sampled(context);
    }

    /// <summary>Glyphs of all classes in 20 batches: gradient descent, stochastic gradient descent and GradAlign, paired over many seeds.</summary>
    private static void Identical(RunContext context)
    {
        const int Classes = 10, Batches = 20, PerBatch = 20, Tests = 300, Updates = 600, Seeds = 24;
        using Scope scope = Scope.Begin();
        (Tensor<float> x, Tensor<int> y, Tensor<float> tests) = Shuffled(context, Classes, Batches, PerBatch, Tests, Seeds);
        Tensor<int> classes = Tensor.Arange(Classes).Reshape(1, Classes, 1).Expand([1, Classes, Tests]).Contiguous().Reshape(1, -1).To(context.Device);
        ClassifierClients<Relu, float> clients = new([196, 32, Classes], x, y);
        Tensor<float> start = clients.Start(Stream(context, AlignmentCheck.Identical, 1), Math.Sqrt(2));
        List<IReadOnlyList<Cell>> rows = [];
        double[] descent = [];
        foreach ((string name, double beta, double rate) in (ReadOnlySpan<(string, double, double)>)
            [("GD", 0, 0.1), ("GradAlign, beta .05", 0.05, 0.1), ("GradAlign, beta .1", 0.1, 0.1), ("GradAlign, beta .2", 0.2, 0.1), ("SGD, rate .1", -1, 0.1), ("SGD, rate .3", -1, 0.3)])
        {
            using Federation<float> run = new(clients, start);
            Advance(context, run, beta, rate, Updates, Seeds, Batches);
            double[] accuracies = clients.Accuracies(run.Parameters, tests, classes);
            descent = beta == 0 ? accuracies : descent;
            double[] gain = [.. accuracies.Zip(descent, static (mine, theirs) => mine - theirs)];
            rows.Add([name, new(Mean(accuracies), "F4"), new(Mean(gain), "F4"), new(Deviation(gain) / Math.Sqrt(Seeds), "F4")]);
            context.Report($"full like batches, {name}, accuracy", Mean(accuracies), $"After {Updates} updates, {Seeds} seeds; paired gain on GD {Mean(gain):F4} +- {Deviation(gain) / Math.Sqrt(Seeds):F4}.");
        }

        context.Table($"Like batches: test accuracy after {Updates} updates, {Seeds} seeds", ["method", "accuracy", "gain on GD", "standard error"], rows);
    }

    private static void Advance(RunContext context, Federation<float> run, double beta, double rate, int updates, int seeds, int batches)
    {
        RandomStream random = Stream(context, AlignmentCheck.Identical, 2);
        int[] order = new int[seeds * batches];
        for (int done = 0; done < updates; done += beta < 0 ? batches : 1)
        {
            if (beta >= 0)
            {
                run.Round(FederatedRule.GradAlign(rate, beta));
            }
            else
            {
                for (int s = 0; s < seeds; s++)
                {
                    random.Permutation(order.AsSpan(s * batches, batches));
                }

                run.Epoch(rate, order);
            }

            context.Progress("like batches", (double)done / updates);
        }
    }

    /// <summary>Every batch has all classes alike: pictures are dealt out in turn.</summary>
    private static (Tensor<float> X, Tensor<int> Y, Tensor<float> Tests) Shuffled(RunContext context, int classes, int batches, int perBatch, int tests, int seeds)
    {
        int perClass = batches * perBatch / classes, each = perBatch / classes;
        Tensor<float>[] train = new Tensor<float>[seeds], test = new Tensor<float>[seeds];
        for (int s = 0; s < seeds; s++)
        {
            RandomStream random = Stream(context, AlignmentCheck.Identical).Fork((ulong)s);
            Glyphs glyphs = new(classes, random);
            train[s] = glyphs.Draw(perClass, random).Unflatten(1, batches, each).SwapAxes(0, 1).Contiguous().Reshape(batches, perBatch, -1);
            test[s] = glyphs.Draw(tests, random).Reshape(classes * tests, -1);
        }

        Tensor<int> labels = Tensor.Arange(classes).Reshape(1, 1, classes, 1).Expand([seeds, batches, classes, each]).Contiguous().Reshape(seeds, batches, perBatch);
        return (Tensor.Stack(0, train).To(context.Device), labels.To(context.Device), Tensor.Stack(0, test).To(context.Device));
    }

    /// <summary>47 clients with one class each, ten drawn for each round, gradients clipped at norm 10, weights decaying: the paper's setup with glyphs in place of letters.</summary>
    private static void Sampled(RunContext context)
    {
        const int Classes = 47, PerClient = 300, Tests = 60, Rounds = 200, Drawn = 10, LocalSteps = 10, Seeds = 2, Every = 10;
        using Scope scope = Scope.Begin();
        Tensor<float>[] train = new Tensor<float>[Seeds], test = new Tensor<float>[Seeds];
        for (int s = 0; s < Seeds; s++)
        {
            RandomStream random = Stream(context, AlignmentCheck.Sampled).Fork((ulong)s);
            Glyphs glyphs = new(Classes, random);
            train[s] = glyphs.Draw(PerClient, random);
            test[s] = glyphs.Draw(Tests, random).Reshape(Classes * Tests, -1);
        }

        Tensor<int> classes = Tensor.Arange(Classes).Reshape(1, Classes, 1);
        FederatedData data = new FederatedData(
            Tensor.Stack(0, train), classes.Expand([Seeds, Classes, PerClient]).Contiguous(), Tensor.Stack(0, test), classes.Expand([1, Classes, Tests]).Contiguous().Reshape(1, -1)).To(context.Device);
        ClassifierClients<Relu, float> clients = new([196, 64, Classes], data.X, data.Labels);
        Tensor<float> start = clients.Start(Stream(context, AlignmentCheck.Sampled, 1), Math.Sqrt(2));
        Figure figure = new("reductions over clients", "test accuracy");
        (string Name, FederatedRule Rule)[] rules =
        [
            ("FedAvg, rate .05", FederatedRule.FedAvg(0.05, LocalSteps)), ("FedAvg, rate .1", FederatedRule.FedAvg(0.1, LocalSteps)), ("SCAFFOLD, rate .05", FederatedRule.Scaffold(0.05, LocalSteps)),
            ("FedGA, beta .025", FederatedRule.FedGA(0.05, LocalSteps, 0.025)), ("FedGA, beta .1", FederatedRule.FedGA(0.05, LocalSteps, 0.1)), ("FedGA, beta .225", FederatedRule.FedGA(0.05, LocalSteps, 0.225)),
            ("large batch, rate .2", FederatedRule.LargeBatch(0.2)),
        ];
        int done = 0;
        foreach ((string name, FederatedRule rule) in rules)
        {
            FederatedRule bounded = rule with { ClipNorm = 10, WeightDecay = 1e-3 };
            using Federation<float> run = new(clients, start, Drawn, Stream(context, AlignmentCheck.Sampled, 2));
            List<double> axis = [], accuracies = [];
            for (int round = 1; round <= Rounds; round++)
            {
                run.Round(bounded);
                if (round % Every == 0)
                {
                    axis.Add(run.Communications);
                    accuracies.Add(Mean(clients.Accuracies(run.Parameters, data.Tests, data.TestLabels)));
                    context.Progress("47 classes", (done + ((double)round / Rounds)) / rules.Length);
                }
            }

            done++;
            context.Report($"full {Classes} classes, {name}, accuracy", Mean(accuracies.ToArray().AsSpan(accuracies.Count - 5)), $"Mean of the last five measured of {Rounds} rounds, {Seeds} seeds, {Drawn} of {Classes} clients each round.");
            context.Report($"full {Classes} classes, {name}, MB sent", run.BytesSent / 1e6, "Both ways, of one seed.");
            figure.Curve(name, [.. axis], [.. accuracies]);
        }

        context.Plot("full-sampled.svg", figure, $"{Classes} clients with one class each, {Drawn} of them in each round: test accuracy against communication.");
    }
}
