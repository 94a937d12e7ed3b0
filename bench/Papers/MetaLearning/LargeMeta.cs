using System.Globalization;
using Onsager.Models;
using Onsager.Models.Meta;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.MetaLearningPaper;

namespace Onsager.Papers;

/// <summary>
/// The full run: nets 1-128-128-1, 32 distributions of 16 related tasks at a time, five meta-steps inside the objective, 60,000 iterations. Hours: every thousand iterations a checkpoint and the course so far are
/// written beside the results, and a run that broke off goes on from there with the same bits.
/// </summary>
internal sealed class LargeMeta : IDisposable
{
    private static readonly MetaSizes Sizes = new(Hidden: 128, Distributions: 32, Related: 16, Goals: 4, MetaSteps: 5, Iterations: 60_000, Validation: 40, Test: 100, Part: 20);

    private readonly RunContext context;
    private readonly MetaSizes sizes;
    private readonly int every;
    private readonly RegressionLearner<Relu, float> learner;
    private readonly MetaEvaluation validation;
    private readonly MetaEvaluation test;
    private readonly PartSteps partSteps;

    private LargeMeta(RunContext context, MetaSizes sizes, int every)
    {
        (this.context, this.sizes, this.every) = (context, sizes, every);
        learner = new(new FunctionalMlp<Relu, float>(1, sizes.Hidden, sizes.Hidden, 1));
        validation = new(sizes, sizes.Validation, Stream(context, MetaCheck.Large, 1), context.Device);
        test = new(sizes, sizes.Test, Stream(context, MetaCheck.Large, 2), context.Device);
        partSteps = new(learner, sizes, sizes.Related, context.Device);
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("Beyond the card's sizes");
        using LargeMeta large = new(context, Sizes, every: 1000);
        large.Train();
    }

    /// <inheritdoc/>
    public void Dispose() => partSteps.Dispose();

    private void Train()
    {
        Figure figure = new("iteration", "error after 5 goal steps, trained protocol") { LogY = true };
        List<IReadOnlyList<Cell>> rows = [];
        foreach (MetaMethod method in (ReadOnlySpan<MetaMethod>)[MetaMethod.Maltml, MetaMethod.Maml, MetaMethod.FastMaltml, MetaMethod.FastMaml])
        {
            using Scope scope = Scope.Begin();
            (Tensor<float> theta, List<(int Iteration, double Error)> course) = Train(method);
            context.Record(method.Name, theta.ToArray());
            figure.Curve(method.Name, [.. course.Select(static point => (double)point.Iteration)], [.. course.Select(static point => point.Error)]);
            foreach (Preparation kind in Enum.GetValues<Preparation>())
            {
                GoalCurve curve = test.Measure(partSteps, theta, validation.Choose(partSteps, theta, kind).Protocol);
                string name = MethodResult.Name((Use)kind);
                context.Report($"large, {method.Name}, {name}", curve.Errors[5], $"Mean squared error after 5 goal steps; {curve.Protocol}.");
                rows.Add([method.Name, name, curve.Protocol.ToString(), .. ((int[])[0, 1, 5, 10]).Select(at => new Cell(curve.Errors[at], "F3"))]);
            }
        }

        context.Table($"Nets of width {sizes.Hidden}, {sizes.MetaSteps} meta-steps in training, {sizes.Iterations} iterations: mean squared error after so many goal steps", ["method", "related tasks", "chosen", "0", "1", "5", "10"], rows);
        context.Plot("full-course.svg", figure, "Validation along the training, with as many meta-steps as in training.");
    }

    /// <summary>Parameters [1, p], and the error on the distributions for validation along the way.</summary>
    private (Tensor<float> Theta, List<(int Iteration, double Error)> Course) Train(MetaMethod method)
    {
        using Scope scope = Scope.Begin();
        string name = string.Create(CultureInfo.InvariantCulture, $"large-{method.Name.ToLowerInvariant().Replace(", alpha .", "-", StringComparison.Ordinal)}-seed-{context.Seed}");
        string checkpointFile = context.PartialFile($"{name}.safetensors"), courseFile = context.PartialFile($"{name}.csv");
        RandomStream tasks = Stream(context, MetaCheck.Large, 3);
        StepCounter steps = new();
        Tensor<float> start = learner.Net.Start(1, Stream(context, MetaCheck.Large), lastGain: 0.1, device: context.Device);
        using MetaTraining<float> run = method.Begin(learner, start, sizes, tasks);
        Checkpoint checkpoint = new Checkpoint().Add("run", run).Add("tasks", tasks).Add("steps", steps);
        List<(int Iteration, double Error)> course = [];
        if (File.Exists(checkpointFile))
        {
            checkpoint.Load(checkpointFile);
            course = [.. Read(courseFile).Where(point => point.Iteration <= steps.Step)];
        }

        Protocol trained = Protocol.Trained(method, sizes);
        while (steps.Step < sizes.Iterations)
        {
            using Scope inner = Scope.Begin();
            run.Rate = MetaSizes.Rate * (sizes.Iterations - steps.Next()) / sizes.Iterations;
            run.Step();
            if (steps.Step % every == 0)
            {
                course.Add(((int)steps.Step, validation.Measure(partSteps, run.Parameters, trained).Errors[5]));
                Files.WriteAtomically(courseFile, string.Join('\n', ["iteration,error", .. course.Select(static point => string.Create(CultureInfo.InvariantCulture, $"{point.Iteration},{point.Error:R}"))]));
                checkpoint.Save(checkpointFile);
            }

            context.Progress($"large {method.Name}", (double)steps.Step / sizes.Iterations);
        }

        return (scope.Keep(run.Parameters.Clone()), course);
    }

    private static IEnumerable<(int Iteration, double Error)> Read(string file) => (File.Exists(file) ? File.ReadAllLines(file) : []).Skip(1).Select(static line => line.Split(','))
        .Select(static parts => (int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture)));
}
