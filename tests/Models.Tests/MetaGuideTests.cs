using Onsager.Models;
using Onsager.Models.Meta;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

internal sealed class LineLearner() : MetaLearner<double>(parameters: 2)
{
    public override Tensor<double> Losses(Tensor<double> parameters, Examples<double> examples)
    {
        using Tensor<double> offset = parameters.Slice(-1, 0, 1).Unsqueeze(-1), slope = parameters.Slice(-1, 1, 2).Unsqueeze(-1);
        using Tensor<double> steep = examples.X * slope, line = steep + offset, error = line - examples.Y, squares = error.Square();
        return squares.Mean([-2, -1]);
    }
}

internal sealed class Lines : ITaskFamily<double>
{
    public TaskSet<double> Draw(int replicas, int distributions, int tasks, int support, int query, RandomStream random, Device? device = null)
    {
        Tensor<double> slope = random.Normal<double>([replicas, distributions, 1, 1, 1], device), offset = random.Normal<double>([replicas, distributions, tasks, 1, 1], device);
        return new(Examples(support), Examples(query));

        Examples<double> Examples(int n)
        {
            Tensor<double> x = random.Normal<double>([replicas, distributions, tasks, n, 1], device);
            return new(x, (x * slope) + offset);
        }
    }
}

/// <summary>The programs that docs/meta.md shows: they stand here word by word, and do what it says.</summary>
public sealed class MetaGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("meta.md", "MetaGuideTests.cs", 3);

    [Fact]
    public void Sines()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(seed: 1);
        SinusoidFamily<float> family = new();
        RegressionLearner<Relu, float> learner = new(new FunctionalMlp<Relu, float>(1, 40, 40, 1));
        Maltml rule = new(new Maml(0.01), metaRate: 0.02);
        using MetaTraining<float> run = new(
            learner.Net.Start(1, random, lastGain: 0.1),
            (theta, gradients) => rule.GradientInto(learner, theta, gradients, Episodes<float>.Of(family.Draw(1, 4, 12, 10, 10, random), related: 8)),
            rate: 2e-3,
            clipNorm: 2);
        for (int i = 0; i < 1000; i++)
        {
            run.Rate = 2e-3 * (1 - (i / 1000.0));
            run.Step();
        }

        Episodes<float> unseen = Episodes<float>.Of(family.Draw(1, 50, 9, 10, 100, random), related: 8);
        Tensor<float> prepared = Finetuning.Meta(learner, run.Parameters, unseen.Related, rule.Inner, rate: 0.02, steps: 3);
        Tensor<float> adapted = Finetuning.Plain(learner, prepared, unseen.Goals.Support, rate: 0.01, steps: 5);
        float error = learner.Losses(adapted, unseen.Goals.Query).Mean().Item();
        Assert.InRange(error, 1.2, 2.7);
    }

    [Fact]
    public void Own_tasks_and_learners()
    {
        using Scope scope = Scope.Begin();
        Lines family = new();
        LineLearner learner = new();
        TaskSet<double> tasks = family.Draw(2, 3, 4, 5, 6, new RandomStream(2));
        Tensor<double> start = new RandomStream(3).Normal<double>([2, 2]), fitted = Finetuning.Plain(learner, start, tasks.Support, rate: 0.1, steps: 200);
        Assert.Equal([2, 3, 4, 2], fitted.Shape);
        Assert.InRange(learner.Losses(fitted, tasks.Query).Max().Item(), 0, 1e-3);
    }
}
