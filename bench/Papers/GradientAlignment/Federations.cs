using Onsager.Models.Federated;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GradientAlignmentPaper;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Claim 5: ten clients with one class each, of glyphs, and of real digits where --data has them.</summary>
internal static class Federations
{
    private const int Classes = 10;
    private const int Pixels = 14 * 14;
    private const int PerClient = 60;
    private const int LocalSteps = 10;
    private const double Rate = 0.05;

    /// <param name="context">The run.</param>
    /// <param name="digits">Real digits, or null.</param>
    public static void Run(RunContext context, FederatedData? digits)
    {
        int seeds = context.Choose(2, 6, 12), rounds = context.Choose(80, 80, 150);
        context.Heading("5: with clients unlike each other, displaced starts align their gradients");
        using Scope scope = Scope.Begin();
        Judge(context, Train(context, "5 glyphs", Glyphs(context, seeds), AlignmentCheck.Federation, rounds), seeds);
        if (digits is not null)
        {
            context.Heading("5: the same with real digits");
            ReportDigits(context, Train(context, "5 digits", digits, AlignmentCheck.Digits, rounds));
        }
        else
        {
            context.Text("With MNIST's t10k files in the folder that --data names, the same is done with real digits.");
        }
    }

    /// <summary>Every rule on the same data from the same start.</summary>
    private static List<Curves> Train(RunContext context, string stage, FederatedData data, AlignmentCheck check, int rounds)
    {
        double critical = FederatedRule.CriticalDisplacement(Rate, LocalSteps);
        (string Name, FederatedRule Rule)[] rules =
        [
            ("FedAvg, rate .05", FederatedRule.FedAvg(Rate, LocalSteps)), ("FedAvg, rate .1", FederatedRule.FedAvg(2 * Rate, LocalSteps)),
            ("SCAFFOLD, rate .05", FederatedRule.Scaffold(Rate, LocalSteps)), ("FedGA, beta .225", FederatedRule.FedGA(Rate, LocalSteps, critical)),
            ("FedGA, beta .45", FederatedRule.FedGA(Rate, LocalSteps, 2 * critical)), ("FedProx, rate .1", FederatedRule.FedProx(2 * Rate, LocalSteps, 0.5)),
            ("large batch, rate .2", FederatedRule.LargeBatch(0.2)),
        ];
        rules = context.Size == RunSize.Quick ? rules[..^2] : rules;
        ClassifierClients<Relu, float> clients = new([Pixels, 32, Classes], data.X, data.Labels);
        Tensor<float> start = clients.Start(Stream(context, check, 1), Math.Sqrt(2));
        List<Curves> all = [];
        foreach ((string name, FederatedRule rule) in rules)
        {
            Curves curves = new(name, rule.Communications, rounds);
            using Federation<float> run = new(clients, start);
            for (int round = 1; round <= rounds; round++)
            {
                run.Round(rule);
                curves.Add(round, clients, run.Parameters, data);
                context.Progress(stage, (all.Count + ((double)round / rounds)) / rules.Length);
            }

            context.Record(name, run.Parameters.ToArray());
            all.Add(curves);
        }

        return all;
    }

    private static void Judge(RunContext context, List<Curves> all, int seeds)
    {
        Curves average = Of(all, "FedAvg, rate .05"), faster = Of(all, "FedAvg, rate .1"), scaffold = Of(all, "SCAFFOLD, rate .05"), aligned = Of(all, "FedGA, beta .225"), strong = Of(all, "FedGA, beta .45");
        double[] gain = aligned.Less(average, 80), gainOnFaster = aligned.Less(faster, 80), gainOnScaffold = aligned.Less(scaffold, 80);
        string where = $"Test accuracy after 80 rounds, {seeds} seeds, paired.";
        context.Claim("5 seeds with FedGA > FedAvg at the same rate", gain.Count(value => value > 0), low: seeds, explanation: where);
        context.Claim("5 FedGA - FedAvg at the same rate", Mean(gain), low: 0.02, explanation: where);
        context.Claim("5 seeds with FedGA >= FedAvg at twice the rate", gainOnFaster.Count(value => value >= 0), low: 5.0 * seeds / 6, explanation: where);
        context.Report("5 FedGA - FedAvg at twice the rate", Mean(gainOnFaster), where);
        context.Claim("5 FedGA - SCAFFOLD", Mean(gainOnScaffold), low: -0.005, explanation: where);
        context.Claim(
            "5 V / g^2 of FedGA over FedAvg's", aligned.Misalignment / average.Misalignment, low: 0, high: 0.6,
            explanation: "Mean of the last 10 rounds: gradients of clients are closer to each other.");
        context.Claim("5 accuracy lost by twice the critical beta, round 40", Mean(aligned.Less(strong, 40)), low: 0.1, explanation: "Too much alignment is slow.");
        context.Report("5 FedGA, accuracy after 80 rounds", aligned.Accuracy(80), $"Mean of {seeds} seeds.");
        int budget = 80;
        context.Report("5 FedGA - FedAvg at twice the rate, equal communication", aligned.Accuracy(budget / 2) - faster.Accuracy(budget), $"After {budget} reductions over clients: {budget / 2} rounds against {budget}.");
        Tables(context, "glyphs", all);
        Plots(context, "5", all);
    }

    private static void ReportDigits(RunContext context, List<Curves> all)
    {
        Curves average = Of(all, "FedAvg, rate .05"), aligned = Of(all, "FedGA, beta .225");
        double[] gain = aligned.Less(average, 80);
        context.Report("5 digits, FedGA, accuracy after 80 rounds", aligned.Accuracy(80), $"Mean of {gain.Length} replicas.");
        context.Report("5 digits, FedGA - FedAvg at the same rate", Mean(gain), "After 80 rounds, paired.");
        context.Report("5 digits, V / g^2 of FedGA over FedAvg's", aligned.Misalignment / average.Misalignment, "Mean of the last 10 rounds.");
        Tables(context, "digits", all);
        Plots(context, "5-digits", all);
    }

    private static Curves Of(List<Curves> all, string name) => all.First(curves => curves.Name == name);

    private static void Tables(RunContext context, string what, List<Curves> all) => context.Table(
        $"Test accuracy of {what}, and V / |g|^2 of the last 10 rounds", ["method", "round 20", "round 40", "round 80", "V / g^2"],
        [.. all.Select(curves => (IReadOnlyList<Cell>)[curves.Name, new(curves.Accuracy(20), "F3"), new(curves.Accuracy(40), "F3"), new(curves.Accuracy(80), "F3"), new(curves.Misalignment, "F0")])]);

    private static void Plots(RunContext context, string prefix, List<Curves> all)
    {
        Figure accuracy = new("reductions over clients", "test accuracy"), misalignment = new("round", "V / |g|^{2}") { LogY = true };
        foreach (Curves curves in all)
        {
            accuracy.Curve(curves.Name, [.. curves.Rounds.Select(round => round * curves.Communications)], curves.Accuracies);
            misalignment.Curve(curves.Name, curves.Rounds, curves.Misalignments);
        }

        context.Plot($"{prefix}-accuracy.svg", accuracy, "Test accuracy against communication; FedGA and SCAFFOLD reduce twice in a round.");
        context.Plot($"{prefix}-misalignment.svg", misalignment, "The variance of the clients' gradients over their mean's square, at the server's parameters.");
        double[] betas = [0, FederatedRule.CriticalDisplacement(Rate, LocalSteps), 2 * FederatedRule.CriticalDisplacement(Rate, LocalSteps)];
        Figure final = new("β", "test accuracy");
        foreach (int round in (ReadOnlySpan<int>)[20, 40, 80])
        {
            final.Line($"round {round}", betas, [.. ((string[])["FedAvg, rate .05", "FedGA, beta .225", "FedGA, beta .45"]).Select(name => Of(all, name).Accuracy(round))]);
        }

        context.Plot($"{prefix}-beta.svg", final, "Accuracy against the displacement at rate .05; 0 is FedAvg.");
    }

    private static FederatedData Glyphs(RunContext context, int seeds)
    {
        const int Tests = 200;
        Tensor<float>[] train = new Tensor<float>[seeds], test = new Tensor<float>[seeds];
        for (int s = 0; s < seeds; s++)
        {
            RandomStream random = Stream(context, AlignmentCheck.Federation, 2).Fork((ulong)s);
            Glyphs glyphs = new(Classes, random);
            train[s] = glyphs.Draw(PerClient, random);
            test[s] = glyphs.Draw(Tests, random).Reshape(Classes * Tests, -1);
        }

        Tensor<int> classes = Tensor.Arange(Classes).Reshape(1, Classes, 1);
        return new FederatedData(
            Tensor.Stack(0, train), classes.Expand([seeds, Classes, PerClient]).Contiguous(), Tensor.Stack(0, test), classes.Expand([1, Classes, Tests]).Contiguous().Reshape(1, -1)).To(context.Device);
    }

    /// <summary>Real digits halved to 14 by 14, six disjoint federations; the rest of each class is the test. Null where there are no files.</summary>
    public static FederatedData? Digits(RunContext context)
    {
        const int Replicas = 6, Tests = 300, Side = 28, Half = Side / 2;
        if (!context.HasDataFile("t10k-images-idx3-ubyte") || !context.HasDataFile("t10k-labels-idx1-ubyte"))
        {
            return null;
        }

        (float[] pixels, int[] labels) = Papers.Digits.Read(context);
        float[] train = new float[Replicas * Classes * PerClient * Half * Half], test = new float[Classes * Tests * Half * Half];
        for (int c = 0; c < Classes; c++)
        {
            int[] own = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == c)];
            if (own.Length < (Replicas * PerClient) + Tests)
            {
                throw new InvalidDataException($"t10k-labels-idx1-ubyte: digit {c} is there {own.Length} times; {(Replicas * PerClient) + Tests} are needed.");
            }

            for (int i = 0; i < (Replicas * PerClient) + Tests; i++)
            {
                ReadOnlySpan<float> image = pixels.AsSpan(own[i] * Side * Side, Side * Side);
                bool isTest = i >= Replicas * PerClient;
                int row = isTest ? (c * Tests) + i - (Replicas * PerClient) : (((i / PerClient * Classes) + c) * PerClient) + (i % PerClient);
                Halve(image, (isTest ? test : train).AsSpan(row * Half * Half, Half * Half));
            }
        }

        Tensor<int> classes = Tensor.Arange(Classes).Reshape(1, Classes, 1);
        return new FederatedData(
            Tensor.From<float>(train, [Replicas, Classes, PerClient, Half * Half]), classes.Expand([Replicas, Classes, PerClient]).Contiguous(),
            Tensor.From<float>(test, [1, Classes * Tests, Half * Half]), classes.Expand([1, Classes, Tests]).Contiguous().Reshape(1, -1)).To(context.Device);
    }

    /// <summary>Means of two by two pixels, (mean - 0.2) / 0.5 as the glyphs have it.</summary>
    private static void Halve(ReadOnlySpan<float> image, Span<float> half)
    {
        const int Side = 28;
        for (int j = 0; j < half.Length; j++)
        {
            int at = (j / (Side / 2) * 2 * Side) + (j % (Side / 2) * 2);
            half[j] = (((image[at] + image[at + 1] + image[at + Side] + image[at + Side + 1]) / 4) - 0.2f) * 2;
        }
    }
}

/// <summary>Examples of clients [replicas, clients, n, pixels] with their classes, and tests [replicas or 1, n, pixels] with theirs.</summary>
internal sealed record FederatedData(Tensor<float> X, Tensor<int> Labels, Tensor<float> Tests, Tensor<int> TestLabels)
{
    public FederatedData To(Device device) => new(X.To(device), Labels.To(device), Tests.To(device), TestLabels.To(device));
}

/// <summary>What is measured of one rule's rounds: accuracies of every replica at some rounds, misalignment at those and in the last ten.</summary>
internal sealed class Curves(string name, int communications, int last)
{
    private const int Every = 5;
    private readonly List<(int Round, double[] Accuracies, double Misalignment)> points = [];
    private readonly List<double> final = [];

    public string Name => name;

    public int Communications => communications;

    public double[] Rounds => [.. points.Select(point => (double)point.Round)];

    public double[] Accuracies => [.. points.Select(point => Mean(point.Accuracies))];

    public double[] Misalignments => [.. points.Select(point => point.Misalignment)];

    /// <summary>The mean of the last ten rounds.</summary>
    public double Misalignment => Mean(final.ToArray());

    public void Add(int round, ClassifierClients<Relu, float> clients, Tensor<float> parameters, FederatedData data)
    {
        bool isFinal = round > last - 10, isPoint = round % Every == 0;
        double misalignment = isFinal || isPoint ? Mean(Alignment.Misalignment(clients, parameters)) : 0;
        if (isFinal)
        {
            final.Add(misalignment);
        }

        if (isPoint)
        {
            points.Add((round, clients.Accuracies(parameters, data.Tests, data.TestLabels), misalignment));
        }
    }

    public double Accuracy(int round) => Mean(At(round));

    /// <summary>This rule's accuracies at a round less another's, replica by replica.</summary>
    public double[] Less(Curves other, int round) => [.. At(round).Zip(other.At(round), (mine, theirs) => mine - theirs)];

    private double[] At(int round) => points.First(point => point.Round == round).Accuracies;
}
