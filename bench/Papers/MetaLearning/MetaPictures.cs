using Onsager.Models.Meta;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The pictures of the card: fits, errors along the goal's steps, along the number of related tasks, losses of training, and exact against first-order gradients.</summary>
internal static class MetaPictures
{
    /// <param name="context">The run.</param>
    /// <param name="learner">What was trained.</param>
    /// <param name="test">Unseen distributions.</param>
    /// <param name="results">MALTML and MAML at equal settings first.</param>
    public static void Draw(RunContext context, RegressionLearner<Relu, float> learner, MetaEvaluation test, List<MethodResult> results)
    {
        foreach (MethodResult result in results[..2])
        {
            Fits(context, learner, test, result);
        }

        Steps(context, results[..2]);
        Losses(context, results);
        Figure exact = new("seconds to train", "error after 5 goal steps, mf");
        foreach (MethodResult result in results)
        {
            MetaRun[] runs = result.Runs;
            exact.Points(result.Method.Name, [.. runs.Select(static run => run.Net.Seconds)], result.Errors(Use.Meta));
        }

        context.Plot("5-exact.svg", exact, "What exact and first-order gradients cost and give, a point for each training.");
    }

    /// <summary>Errors by the number of related tasks.</summary>
    /// <param name="context">The run.</param>
    /// <param name="results">The methods.</param>
    /// <param name="uses">What is done with the tasks.</param>
    /// <param name="related">Numbers of related tasks; the last one is that of training.</param>
    /// <param name="trainings">How many of each method's were tried, the first ones.</param>
    /// <param name="errors">Of each training: [method, use, number but the last, training].</param>
    public static void Related(RunContext context, MethodResult[] results, Use[] uses, int[] related, int trainings, double[] errors)
    {
        int at = 0;
        Figure figure = new("related tasks", "error after 5 goal steps") { LogX = true };
        List<IReadOnlyList<Cell>> rows = [];
        foreach (MethodResult result in results)
        {
            foreach (Use use in uses)
            {
                double[][] all = new double[related.Length][];
                for (int m = 0; m < related.Length - 1; m++, at += trainings)
                {
                    all[m] = errors[at..(at + trainings)];
                }

                all[^1] = result.Errors(use)[..trainings];
                string name = $"{result.Method.Name}, {MethodResult.Name(use)}";
                Estimate[] medians = [.. all.Select(static values => Estimate.OfMedian(values))];
                figure.Line(name, [.. related.Select(static m => (double)m)], [.. medians.Select(static median => median.Mean)], [.. medians.Select(static median => median.Error)]);
                rows.Add([name, .. medians.Select(static median => new Cell(median.Mean, "F3"))]);
            }
        }

        context.Table($"Error after 5 goal steps by the number of related tasks, median of {trainings} trainings", ["", .. related.Select(static m => $"{m}")], rows);
        context.Plot("3-related.svg", figure, "What related tasks are worth; bars are standard errors.");
    }

    /// <summary>One goal of one unseen distribution.</summary>
    private static void Fits(RunContext context, RegressionLearner<Relu, float> learner, MetaEvaluation test, MethodResult result)
    {
        using Scope scope = Scope.Begin();
        MetaRun run = result.Runs[0];
        Protocol protocol = run.Curves[(int)Use.Meta].Protocol;
        TaskSet<float> related = OfFirst(test.First.Related), goal = OfFirst(test.First.Goals.OfTasks(0, 1));
        Tensor<float> theta = run.Net.On(context.Device), prepared = protocol.Prepare(learner, theta, related);
        float[] x = goal.Query.X.ToArray(), y = goal.Query.Y.ToArray();
        int[] order = [.. Enumerable.Range(0, x.Length).OrderBy(i => x[i])];
        double[] axis = Ordered(x);
        Figure figure = new Figure("x", "y") { Title = result.Method.Name }.Curve("the goal", axis, Ordered(y)).Points("support", [.. goal.Support.X.ToArray()], [.. goal.Support.Y.ToArray()]);
        figure.Curve("before", axis, Outputs(theta, 0)).Curve("after related tasks", axis, Outputs(prepared, 0));
        foreach (int steps in (ReadOnlySpan<int>)[1, 5, 10])
        {
            figure.Curve(steps == 1 ? "1 goal step" : $"{steps} goal steps", axis, Outputs(prepared, steps));
        }

        context.Plot($"1-fits-{result.Method.Name.ToLowerInvariant()}.svg", figure, $"A goal task of an unseen distribution, {result.Method.Name}: before and after {protocol} on the related tasks, and after steps on its own ten points.");

        double[] Outputs(Tensor<float> parameters, int steps) => Ordered(learner.Net.Apply(Finetuning.Plain(learner, parameters, goal.Support, protocol.Alpha, steps), goal.Query.X).ToArray());

        double[] Ordered(float[] values) => [.. order.Select(i => (double)values[i])];
    }

    private static TaskSet<float> OfFirst(TaskSet<float> tasks) => new(OfFirst(tasks.Support), OfFirst(tasks.Query));

    private static Examples<float> OfFirst(Examples<float> examples) => new(examples.X.Slice(1, 0, 1), examples.Y.Slice(1, 0, 1));

    private static void Steps(RunContext context, List<MethodResult> results)
    {
        double[] axis = [.. Enumerable.Range(0, MetaEvaluation.Last + 1).Select(static i => (double)i)];
        Figure figure = new("goal steps", "mean squared error");
        foreach (MethodResult result in results)
        {
            foreach (Use use in (ReadOnlySpan<Use>)[Use.None, Use.Meta, Use.Pool])
            {
                string name = $"{result.Method.Name}, {MethodResult.Name(use)}";
                figure.Line(name, axis, Quantiles(0.5));
                figure.Band(name, axis, Quantiles(0.25), Quantiles(0.75));

                double[] Quantiles(double share) => [.. axis.Select(at => Quantile(result.Errors(use, (int)at), share))];
            }
        }

        context.Plot("2-steps.svg", figure, "Error of goals along their own steps, with related tasks used not at all, by meta-finetuning, or pooled: medians of trainings, and bands from a quarter of them to three.");
    }

    private static void Losses(RunContext context, List<MethodResult> results)
    {
        Figure figure = new("iteration", "loss of training") { LogY = true };
        foreach (MethodResult result in results)
        {
            double[][] losses = [.. result.Runs.Select(static run => run.Net.Losses)];
            double[] axis = [.. losses[0].Select(static (_, i) => (double)TrainedNet.Window * (i + 1))];
            figure.Curve(result.Method.Name, axis, Quantiles(0.5));
            figure.Band(result.Method.Name, axis, Quantiles(0.25), Quantiles(0.75));

            double[] Quantiles(double share) => [.. axis.Select((_, i) => Quantile([.. losses.Select(run => run[i])], share))];
        }

        context.Plot("4-training.svg", figure, "Each method's own loss: MALTML's is that of a goal after related tasks, MAML's of a task after one step. Means of 20 iterations, of which the median of trainings and a band from a quarter of them to three.");
    }
}
