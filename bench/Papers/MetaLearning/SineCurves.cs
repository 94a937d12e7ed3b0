using Onsager.Models;
using Onsager.Models.Meta;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.MetaLearningPaper;

namespace Onsager.Papers;

/// <summary>
/// Criteria 1 to 3, M1 to M4: MALTML and MAML on sine curves in the card's CPU configuration, a training for each seed. Trainings differ much from each other, since the loss stays on a
/// plateau for some hundred iterations at first: the full run shows how much, over twelve seeds. Each thread has nets of its own.
/// </summary>
internal sealed class SineCurves
{
    private readonly RunContext context;
    private readonly MetaSizes sizes;
    private readonly int seeds;
    private readonly RegressionLearner<Relu, float> learner;
    private readonly List<MethodResult> results = [];

    private SineCurves(RunContext context)
    {
        this.context = context;
        seeds = context.Choose(1, 3, 12);
        sizes = new MetaSizes(
            Hidden: 40, Distributions: 4, Related: 8, Goals: 4, MetaSteps: 1, Iterations: context.Choose(200, 1000, 1000), Validation: context.Choose(10, 40, 40), Test: context.Choose(20, 100, 100), Part: 5);
        learner = new(new FunctionalMlp<Relu, float>(1, sizes.Hidden, sizes.Hidden, 1));
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("M1 to M4: related tasks of an unseen distribution, then a goal");
        SineCurves curves = new(context);
        curves.Measure(MetaMethod.Maltml);
        curves.Measure(MetaMethod.Maml);
        if (context.Size != RunSize.Quick)
        {
            curves.Measure(MetaMethod.FastMaml);
            curves.Measure(MetaMethod.FastMaltml);
            curves.Measure(MetaMethod.FirstOrder);
        }

        curves.Judge();
        curves.Report();
        context.Table("Mean squared error of goals after so many goal steps, by seed", ["method", "seed", "related tasks", "chosen", "0", "1", "5", "10"], [.. curves.results.SelectMany(static result => result.Rows())]);
        MetaPictures.Draw(context, curves.learner, curves.Evaluation(MetaCheck.Test, 1), curves.results);
        curves.Related();
    }

    private MetaEvaluation Evaluation(MetaCheck check, int distributions) => new(learner, sizes, distributions, Stream(context, check), context.Device);

    /// <summary>Trains and judges all runs of a method.</summary>
    private void Measure(MetaMethod method)
    {
        MetaRun[] runs = new MetaRun[seeds];
        context.Progress(method.Name, 0);
        Share(context, seeds, seed => runs[seed] = Train(method, seed));
        context.Progress(method.Name, 1);
        foreach (MetaRun run in runs)
        {
            context.Record(method.Name, run.Net.Theta);
        }

        results.Add(new MethodResult(method, runs));
        context.Timing($"seconds to train {method.Name}", Mean([.. runs.Select(static run => run.Net.Seconds)]), $"Mean of {seeds} runs of {sizes.Iterations} iterations, each on one thread.");
    }

    private MetaRun Train(MetaMethod method, int seed)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> start = learner.Net.Start(1, Stream(context, MetaCheck.Start, seed), lastGain: 0.1, device: context.Device);
        TrainedNet net = method.Train(learner, start, sizes, Stream(context, MetaCheck.Training, seed));
        MetaEvaluation validation = Evaluation(MetaCheck.Validation, sizes.Validation), test = Evaluation(MetaCheck.Test, sizes.Test);
        Tensor<float> theta = net.On(context.Device);
        return new MetaRun(net, [.. Enum.GetValues<Use>().Select(use =>
            test.Measure(theta, use == Use.Trained ? Protocol.Trained(method, sizes) : validation.Choose(theta, (Preparation)use, sizes.Related).Protocol, sizes.Related))]);
    }

    /// <summary>Runs jobs on as many threads as the run has. The engine's own threads, which nets so small would only wait for, rest meanwhile; another device has one program at a time.</summary>
    private static void Share(RunContext context, int jobs, Action<int> job)
    {
        Device.Cpu.Threads = 1;
        try
        {
            Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = context.Device == Device.Cpu ? context.Threads : 1 }, job);
        }
        finally
        {
            Device.Cpu.Threads = context.Threads;
        }
    }

    private MethodResult? Of(MetaMethod method) => results.Find(result => result.Method == method);

    private void Judge()
    {
        MethodResult maltml = Of(MetaMethod.Maltml)!, maml = Of(MetaMethod.Maml)!;
        double[] gain = maltml.Over(Use.Meta, maltml, Use.None), ahead = maltml.Over(Use.Meta, maml, Use.Meta), aheadAsTrained = maltml.Over(Use.Trained, maml, Use.Trained), errors = maltml.Errors(Use.Meta);
        string where = $"Mean squared error of goals after 5 steps on {sizes.Test} unseen distributions of {sizes.Goals} goals; the largest of {seeds} seeds. "
            + $"Rates and steps are chosen on {sizes.Validation} other distributions.";
        Claim("1 M1 MALTML, mf / none", gain.Max(), 0.8, where + $" Meta-finetuning on {sizes.Related} related tasks (mf) against none: {MethodResult.Text(gain)}.");
        Claim("2 M2 mf, MALTML / MAML at equal settings", ahead.Max(), 0.9, where + $" Training for meta-finetuning against training for finetuning: {MethodResult.Text(ahead)}.");
        Claim(
            "2 M2 trained protocol, MALTML / MAML at equal settings", aheadAsTrained.Max(), 0.85,
            where + $" Here both take one meta-step of rate .02 and goal steps of rate .01, as MALTML was trained: {MethodResult.Text(aheadAsTrained)}.");
        Claim("3 MALTML, mf", errors.Max(), 2, where + $" To predict zero costs 4.6. Seeds: {MethodResult.Text(errors)}.");
        const string First = "3 MALTML, mf of the first seed", Reference = "The same of the first seed; 15% around the reference's 1.6.";
        if (context.Size == RunSize.Quick)
        {
            context.Report(First, errors[0], Reference);
        }
        else
        {
            context.Claim(First, errors[0], 1.6, 0.24, explanation: Reference);
        }

        // A smoke run trains too little to be judged.
        void Claim(string name, double value, double high, string explanation)
        {
            if (context.Size == RunSize.Quick)
            {
                context.Report(name, value, explanation);
            }
            else
            {
                context.Claim(name, value, low: 0, high: high, explanation: explanation);
            }
        }
    }

    /// <summary>What has no verdict, and what the card says does not show.</summary>
    private void Report()
    {
        MethodResult maltml = Of(MetaMethod.Maltml)!, maml = Of(MetaMethod.Maml)!;
        string mean = $"After 5 goal steps, mean of {seeds} seeds.";
        context.Report("M3 MALTML, none", maltml.Error(Use.None), mean + " Without related tasks MALTML need not be ahead.");
        context.Report("M3 MAML, none", maml.Error(Use.None), mean);
        foreach (MethodResult result in results)
        {
            string label = result.Method.IsFirstOrder ? "M4" : "M2";
            context.Report($"{label} {result.Method.Name}, mf", result.Error(Use.Meta), mean + (result == maltml ? string.Empty : $" Over that of MALTML, seed by seed: {MethodResult.Text(result.Over(Use.Meta, maltml, Use.Meta))}."));
        }

        if (Of(MetaMethod.FastMaml) is { } tuned && Of(MetaMethod.FastMaltml) is { } fast)
        {
            double[] ratios = maltml.Over(Use.Meta, tuned, Use.Meta);
            context.Report("M2 mf, MALTML alpha .01 / MAML alpha .02", Mean(ratios), $"Mean of seeds: {MethodResult.Text(ratios)}. Near 1: the advantage of claim 2 is not robust to MAML's own tuning.");
            ratios = fast.Over(Use.Meta, tuned, Use.Meta);
            context.Report("M2 mf, MALTML / MAML, both alpha .02", Mean(ratios), $"Mean of seeds: {MethodResult.Text(ratios)}. The step that suits MAML better.");
        }

        foreach (MethodResult result in results)
        {
            double[] ratios = result.Over(Use.Pool, result, Use.Meta);
            context.Report($"pool / mf of {result.Method.Name}", Mean(ratios), $"Mean of seeds: {MethodResult.Text(ratios)}. Below 1, plain finetuning on the pooled related points beats meta-finetuning.");
            context.Report($"no step at all, {result.Method.Name}", result.Errors(Use.None, 0).Max(), "Error of theta itself, largest of all seeds. Far above 4.6, training has blown up early.");
        }
    }

    /// <summary>Errors with other numbers of related tasks, rates and steps chosen for each.</summary>
    private void Related()
    {
        int[] related = context.Choose((int[])[2], [1, 2, 4], [1, 2, 4]);
        MethodResult[] both = [Of(MetaMethod.Maltml)!, Of(MetaMethod.Maml)!];
        Use[] uses = [Use.Meta, Use.Pool];
        double[] errors = new double[both.Length * uses.Length * related.Length * seeds];
        context.Progress("related tasks", 0);
        Share(context, both.Length * seeds, job =>
        {
            using Scope scope = Scope.Begin();
            MetaEvaluation validation = Evaluation(MetaCheck.Validation, sizes.Validation), test = Evaluation(MetaCheck.Test, sizes.Test);
            int method = job / seeds, seed = job % seeds;
            Tensor<float> theta = both[method].Seeds[seed].Net.On(context.Device);
            for (int use = 0; use < uses.Length; use++)
            {
                for (int m = 0; m < related.Length; m++)
                {
                    Protocol protocol = validation.Choose(theta, (Preparation)uses[use], related[m]).Protocol;
                    errors[(((((method * uses.Length) + use) * related.Length) + m) * seeds) + seed] = test.Measure(theta, protocol, related[m]).Errors[5];
                }
            }
        });
        context.Progress("related tasks", 1);
        MetaPictures.Related(context, both, uses, [.. related, sizes.Related], errors);
    }
}
