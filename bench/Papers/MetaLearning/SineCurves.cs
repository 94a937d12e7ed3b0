using System.Collections.Concurrent;
using Onsager.Models;
using Onsager.Models.Meta;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.MetaLearningPaper;

namespace Onsager.Papers;

/// <summary>
/// Criteria 1 to 3, M1 to M4: MALTML and MAML on sine curves in the card's CPU configuration. What a single training gives is a matter of chance: its loss stays on a plateau at first, some hundred iterations long
/// and now and then almost as long as the training, and on now and then one of a test's goals a step diverges. So each method is trained many times, with a start and tasks of its own each time, and medians are
/// judged. Each thread has nets of its own.
/// </summary>
internal sealed class SineCurves
{
    private readonly RunContext context;
    private readonly MetaSizes sizes;
    private readonly RegressionLearner<Relu, float> learner;
    private readonly List<MethodResult> results = [];

    private SineCurves(RunContext context)
    {
        this.context = context;
        sizes = new MetaSizes(
            Hidden: 40, Distributions: 4, Related: 8, Goals: 4, MetaSteps: 1, Iterations: context.Choose(200, 1000, 1000), Validation: context.Choose(10, 40, 40), Test: context.Choose(20, 100, 100), Part: 5);
        learner = new(new FunctionalMlp<Relu, float>(1, sizes.Hidden, sizes.Hidden, 1));
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("M1 to M4: related tasks of an unseen distribution, then a goal");
        SineCurves curves = new(context);
        int trainings = context.Choose(2, 12, 40), others = context.Choose(0, 3, 12);
        curves.Measure(MetaMethod.Maltml, trainings);
        curves.Measure(MetaMethod.Maml, trainings);
        if (others > 0)
        {
            curves.Measure(MetaMethod.FastMaml, others);
            curves.Measure(MetaMethod.FastMaltml, others);
            curves.Measure(MetaMethod.FirstOrder, others);
        }

        curves.Judge();
        curves.Report();
        context.Table(
            "Mean squared error of goals after so many goal steps: the median of trainings; after 5 steps also a quarter, three quarters, and the worst",
            ["method", "related tasks", "0", "1", "5", "10", "a quarter", "three quarters", "worst"], [.. curves.results.SelectMany(static result => result.Rows())]);
        context.Table(
            "Each training: the iterations of its plateau, and its mean squared error after 5 goal steps",
            ["method", "training", "plateau", "none", "mf", "pool", "trained protocol", "chosen for mf"], [.. curves.results[..2].SelectMany(static result => result.RunRows())]);
        MetaPictures.Draw(context, curves.learner, curves.Evaluation(MetaCheck.Test, 1, 0), curves.results);
        curves.Related(context.Choose(2, 3, 12));
    }

    /// <summary>Unseen distributions; those of a training are the same for all methods.</summary>
    private MetaEvaluation Evaluation(MetaCheck check, int parts, int training) => new(sizes, parts * sizes.Part, Stream(context, check, training), context.Device);

    /// <summary>Trains and judges all runs of a method.</summary>
    private void Measure(MetaMethod method, int trainings)
    {
        MetaRun[] runs = new MetaRun[trainings];
        context.Progress(method.Name, 0);
        Share(trainings, sizes.Related, (training, steps) => runs[training] = Train(method, training, steps));
        context.Progress(method.Name, 1);
        foreach (MetaRun run in runs)
        {
            context.Record(method.Name, run.Net.Theta);
        }

        results.Add(new MethodResult(method, runs));
        context.Timing($"seconds to train {method.Name}", Mean([.. runs.Select(static run => run.Net.Seconds)]), $"Mean of {trainings} runs of {sizes.Iterations} iterations, each on one thread.");
    }

    private MetaRun Train(MetaMethod method, int training, PartSteps steps)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> start = learner.Net.Start(1, Stream(context, MetaCheck.Start, training), lastGain: 0.1, device: context.Device);
        TrainedNet net = method.Train(learner, start, sizes, Stream(context, MetaCheck.Training, training));
        (MetaEvaluation validation, MetaEvaluation test) = Evaluations(training);
        Tensor<float> theta = net.On(context.Device);
        return new MetaRun(net, [.. Enum.GetValues<Use>().Select(use =>
            test.Measure(steps, theta, use == Use.Trained ? Protocol.Trained(method, sizes) : validation.Choose(steps, theta, (Preparation)use).Protocol))]);
    }

    /// <summary>What protocols are chosen on, and what they are judged on.</summary>
    private (MetaEvaluation Validation, MetaEvaluation Test) Evaluations(int training) =>
        (Evaluation(MetaCheck.Validation, sizes.Validation / sizes.Part, training), Evaluation(MetaCheck.Test, sizes.Test / sizes.Part, training));

    /// <summary>
    /// Runs jobs on as many threads as the run has, each with steps of its own. The engine's own threads, which nets so small would only wait for, rest meanwhile; another device has one program at a time.
    /// </summary>
    private void Share(int jobs, int related, Action<int, PartSteps> job)
    {
        using Scope scope = Scope.Begin();
        int threads = context.Device == Device.Cpu ? context.Threads : 1;
        ConcurrentBag<PartSteps> free = [.. Enumerable.Range(0, threads).Select(_ => new PartSteps(learner, sizes, related, context.Device))];
        Device.Cpu.Threads = 1;
        try
        {
            Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                PartSteps steps = free.TryTake(out PartSteps? taken) ? taken : throw new InvalidOperationException("meta-learning: more jobs run than there are threads.");
                job(i, steps);
                free.Add(steps);
            });
        }
        finally
        {
            Device.Cpu.Threads = context.Threads;
            foreach (PartSteps steps in free)
            {
                steps.Dispose();
            }
        }
    }

    private MethodResult? Of(MetaMethod method) => results.Find(result => result.Method == method);

    private void Judge()
    {
        MethodResult maltml = Of(MetaMethod.Maltml)!, maml = Of(MetaMethod.Maml)!;
        string where = $"Mean squared error of goals after 5 steps on {sizes.Test} unseen distributions of {sizes.Goals} goals. Rates and steps are chosen on {sizes.Validation} other distributions.";
        Claim("1 M1 MALTML, mf / none", maltml.Over(Use.Meta, maltml, Use.None), 0, 0.8, where + $" Meta-finetuning on {sizes.Related} related tasks (mf) against none.");
        Claim("2 M2 mf, MALTML / MAML at equal settings", maltml.Over(Use.Meta, maml, Use.Meta), 0, 0.9, where + " Training for meta-finetuning against training for finetuning.");
        Claim(
            "2 M2 trained protocol, MALTML / MAML at equal settings", maltml.Over(Use.Trained, maml, Use.Trained), 0, 0.85,
            where + " Here both take one meta-step of rate .02 and goal steps of rate .01, as MALTML was trained.");
        Claim("3 MALTML, mf", maltml.Errors(Use.Meta), 0, 2, where + " To predict zero costs 4.6.");
        Claim("3 MALTML, mf beside the reference", maltml.Errors(Use.Meta), 1.6 - 0.24, 1.6 + 0.24, "The same, 15% around the reference's 1.6.");

        // A smoke run trains too little to be judged.
        void Claim(string name, double[] values, double low, double high, string explanation)
        {
            Estimate median = Estimate.OfMedian(values);
            explanation += $" Median of {values.Length} trainings, standard error {median.Error:G2}; {values.Count(value => low <= value && value <= high)} of them are within these bounds by themselves.";
            if (context.Size == RunSize.Quick)
            {
                context.Report(name, median.Mean, explanation);
            }
            else
            {
                context.Claim(name, median.Mean, low: low, high: high, explanation: explanation);
            }
        }
    }

    /// <summary>What has no verdict, and what the card says does not show.</summary>
    private void Report()
    {
        MethodResult maltml = Of(MetaMethod.Maltml)!, maml = Of(MetaMethod.Maml)!;
        Median("M3 MALTML, none", maltml.Errors(Use.None), "After 5 goal steps. Without related tasks MALTML need not be ahead.");
        Median("M3 MAML, none", maml.Errors(Use.None), "After 5 goal steps.");
        foreach (MethodResult result in results)
        {
            Median($"{(result.Method.IsFirstOrder ? "M4" : "M2")} {result.Method.Name}, mf", result.Errors(Use.Meta), "After 5 goal steps.");
        }

        foreach (MethodResult result in results[2..])
        {
            Median($"mf, {result.Method.Name} / MALTML", result.Over(Use.Meta, maltml, Use.Meta), "After 5 goal steps, training by training.");
        }

        if (Of(MetaMethod.FastMaml) is { } tuned && Of(MetaMethod.FastMaltml) is { } fast)
        {
            Median("M2 mf, MALTML alpha .01 / MAML alpha .02", maltml.Over(Use.Meta, tuned, Use.Meta), "Near 1: the advantage of claim 2 is not robust to MAML's own tuning.");
            Median("M2 mf, MALTML / MAML, both alpha .02", fast.Over(Use.Meta, tuned, Use.Meta), "The step that suits MAML better.");
        }

        foreach (MethodResult result in results)
        {
            Median($"pool / mf of {result.Method.Name}", result.Over(Use.Pool, result, Use.Meta), "Below 1, plain finetuning on the pooled related points beats meta-finetuning.");
            context.Report($"no step at all, {result.Method.Name}", result.Errors(Use.None, 0).Max(), "Error of theta itself, largest of all trainings. Far above 4.6, training has blown up early.");
        }

        void Median(string name, double[] values, string explanation)
        {
            Estimate median = Estimate.OfMedian(values);
            context.Report(name, median.Mean, $"{explanation} Median of {values.Length} trainings, standard error {median.Error:G2}.");
        }
    }

    /// <summary>Errors of the first trainings with other numbers of related tasks, rates and steps chosen for each.</summary>
    private void Related(int trainings)
    {
        int[] related = context.Choose((int[])[2], [1, 2, 4], [1, 2, 4]);
        MethodResult[] both = [Of(MetaMethod.Maltml)!, Of(MetaMethod.Maml)!];
        Use[] uses = [Use.Meta, Use.Pool];
        double[] errors = new double[both.Length * uses.Length * related.Length * trainings];
        context.Progress("related tasks", 0);
        for (int m = 0; m < related.Length; m++)
        {
            int number = m;
            Share(both.Length * trainings, related[m], (job, steps) =>
            {
                using Scope scope = Scope.Begin();
                int method = job / trainings, training = job % trainings;
                (MetaEvaluation validation, MetaEvaluation test) = Evaluations(training);
                Tensor<float> theta = both[method].Runs[training].Net.On(context.Device);
                for (int use = 0; use < uses.Length; use++)
                {
                    Protocol protocol = validation.Choose(steps, theta, (Preparation)uses[use]).Protocol;
                    errors[(((((method * uses.Length) + use) * related.Length) + number) * trainings) + training] = test.Measure(steps, theta, protocol).Errors[5];
                }
            });
        }

        context.Progress("related tasks", 1);
        MetaPictures.Related(context, both, uses, [.. related, sizes.Related], trainings, errors);
    }
}
