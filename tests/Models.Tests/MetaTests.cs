using Onsager.Models.Meta;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Meta-learning against loops over tasks, finite differences and Hessians; what it refuses.</summary>
[Collection(Alone.Name)]
public sealed class MetaTests : IClassFixture<Settled>
{
    private const double Alpha = 0.05;
    private const double Beta = 0.1;

    private static readonly RegressionLearner<Tanh, double> Learner = new(new FunctionalMlp<Tanh, double>(1, 4, 3, 1));

    public static TheoryData<string> Rules => ["MAML", "MAML, two steps", "MALTML", "MALTML, two meta-steps", "MALTML, inner first order"];

    [Fact]
    public void A_functional_net_is_the_layers_one_after_the_other_for_each_row_of_parameters()
    {
        using Scope scope = Scope.Begin();
        FunctionalMlp<Tanh, double> net = new(2, 3, 2);
        Assert.Equal((17, 2, 2), (net.Parameters, net.Inputs, net.Outputs));
        RandomStream random = new(1);
        Tensor<double> parameters = random.Normal<double>([2, 3, 17]), x = random.Normal<double>([2, 1, 5, 2]), y = net.Apply(parameters, x);
        Assert.Equal([2, 3, 5, 2], y.Shape);
        for (int i = 0; i < 6; i++)
        {
            Tensor<double> p = parameters[i / 3, i % 3, ..], own = x.Select(0, i / 3).Select(0, 0);
            Tensor<double> hidden = own.Linear(p.Slice(0, 0, 6).Reshape(2, 3), p.Slice(0, 6, 9)).Tanh(), expected = hidden.Linear(p.Slice(0, 9, 15).Reshape(3, 2), p.Slice(0, 15, 17));
            Assert.Equal(expected.ToArray(), y[i / 3, i % 3, .., ..].Contiguous().ToArray());
        }

        Differences.Check(parameters, p => net.Apply(p, x).Square().Mean());
        Tensor<double> start = new FunctionalMlp<Relu, double>(50, 80, 60, 1).Start(20, random, gain: 2, lastGain: 0.1);
        Assert.Equal(2 / Math.Sqrt(50), start.Slice(1, 0, 4000).StandardDeviation().Item(), 0.01);
        Assert.Equal(0, start.Slice(1, 4000, 4080).Norm().Item());
        Assert.Equal(0.1 / Math.Sqrt(60), start.Slice(1, 4080 + 4860, 4080 + 4920).StandardDeviation().Item(), 0.002);
    }

    /// <summary>Every exact gradient, of every parameter, in double precision.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Exact_gradients_are_those_of_differences(string name)
    {
        using Scope scope = Scope.Begin();
        Func<Tensor<double>, Tensor<double>, Tensor<double>> rule = Rule(name, isFirstOrder: false);
        Tensor<double> theta = Start(), gradient = Tensor.ZerosLike(theta), unused = Tensor.ZerosLike(theta);
        double[] losses = rule(theta, gradient).ToArray(), found = gradient.ToArray();
        Assert.Equal(losses, rule(theta, unused).ToArray());
        double scale = found.Max(Math.Abs);
        for (int i = 0; i < found.Length; i++)
        {
            // Of fourth order: the third derivatives of what two meta-steps do are large.
            const double Step = 1e-4;
            double slope = ((8 * (At(i, Step) - At(i, -Step))) - (At(i, 2 * Step) - At(i, -2 * Step))) / (12 * Step);
            Assert.InRange(Math.Abs(slope - found[i]), 0, 1e-7 * scale);
        }

        double At(int i, double step)
        {
            using Tensor<double> moved = theta.Clone();
            moved.AsSpan()[i] += step;
            return rule(moved, unused).Sum().Item();
        }
    }

    /// <summary>The exact mode is not silently first order, and a first-order gradient is that of the query loss at the adapted parameters.</summary>
    [Theory]
    [InlineData("MAML")]
    [InlineData("MAML, two steps")]
    [InlineData("MALTML")]
    [InlineData("MALTML, two meta-steps")]
    public void First_order_gradients_are_query_gradients_at_adapted_parameters(string name)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> theta = Start(), exact = Tensor.ZerosLike(theta), first = Tensor.ZerosLike(theta);
        double[] losses = Rule(name, isFirstOrder: false)(theta, exact).ToArray(), same = Rule(name, isFirstOrder: true)(theta, first).ToArray();
        Assert.All(losses.Zip(same), static pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        Assert.True((first - exact).Norm().Item() > 1e-2 * exact.Norm().Item());
        Episodes<double> episodes = Tasks();
        Tensor<double> adapted = name.StartsWith("MAML", StringComparison.Ordinal)
            ? Inner(name).Adapt(Learner, theta, episodes.Goals.Support)
            : Outer(name).Adapt(Learner, theta, episodes.Related, episodes.Goals.Support);
        Assert.True(Learner.Gradients(adapted, episodes.Goals.Query).Mean([1, 2]).AllClose(first, 1e-12, 1e-13));
    }

    [Fact]
    public void One_step_of_MAML_has_the_gradient_I_minus_alpha_H_times_g()
    {
        using Scope scope = Scope.Begin();
        Episodes<double> episodes = Tasks();
        TaskSet<double> task = new(One(episodes.Goals.Support), One(episodes.Goals.Query));
        Tensor<double> theta = Start().Slice(0, 0, 1).Clone(), gradient = Tensor.ZerosLike(theta);
        new Maml(Alpha).GradientInto(Learner, theta, gradient, task);
        Tensor<double> g = Learner.Gradients(new Maml(Alpha).Adapt(Learner, theta, task.Support), task.Query).Reshape(1, -1);
        Tensor<double> hessian = Autodiff.Hessian(theta, p => Learner.Losses(p.Reshape(1, 1, 1, -1), task.Support).Sum()).Reshape(Learner.Parameters, Learner.Parameters);
        Tensor<double> expected = g - (g.MatMul(hessian) * Alpha);
        Assert.InRange((gradient - expected).NormInfinity().Item(), 0, 1e-14);
    }

    /// <summary>All three ways of finetuning by their definitions, one task after the other.</summary>
    [Fact]
    public void Finetuning_is_that_of_a_loop_over_tasks()
    {
        using Scope scope = Scope.Begin();
        Episodes<double> episodes = Tasks();
        Tensor<double> theta = Start();
        Tensor<double> plain = Finetuning.Plain(Learner, theta, episodes.Goals.Support, Alpha, 3), meta = Finetuning.Meta(Learner, theta, episodes.Related, new Maml(Alpha), Beta, 2);
        Tensor<double> pooled = Finetuning.Pooled(Learner, theta, episodes.Related, Alpha, 2);
        for (int r = 0; r < 2; r++)
        {
            for (int d = 0; d < 2; d++)
            {
                Tensor<double> p = theta.Slice(0, r, r + 1), q = p, all = p;
                for (int step = 0; step < 3; step++)
                {
                    p -= Autodiff.Grad(p, x => Loss(x, episodes.Goals.Support, r, d, 1)) * Alpha;
                }

                for (int step = 0; step < 2; step++)
                {
                    q -= Autodiff.Grad(q, x => Mean(Enumerable.Range(0, 3).Select(t => Loss(x - (Autodiff.Grad(x, y => Loss(y, episodes.Related.Support, r, d, t)) * Alpha), episodes.Related.Query, r, d, t)))) * Beta;
                    all -= Autodiff.Grad(all, x => Mean(Enumerable.Range(0, 3).SelectMany(t => new[] { Loss(x, episodes.Related.Support, r, d, t), Loss(x, episodes.Related.Query, r, d, t) }))) * Alpha;
                }

                Assert.True(plain[r, d, 1, ..].AllClose(p.Flatten(), 1e-11, 1e-12));
                Assert.True(meta[r, d, ..].AllClose(q.Flatten(), 1e-11, 1e-12));
                Assert.True(pooled[r, d, ..].AllClose(all.Flatten(), 1e-11, 1e-12));
            }
        }

        Assert.Equal(theta.ToArray(), Finetuning.Meta(Learner, theta, episodes.Related, new Maml(Alpha), Beta, 0).Select(1, 1).Contiguous().ToArray());
    }

    [Fact]
    public void Reptile_goes_towards_adapted_parameters()
    {
        using Scope scope = Scope.Begin();
        TaskSet<double> tasks = Tasks().Goals;
        Tensor<double> theta = Start(), gradient = Tensor.ZerosLike(theta);
        Reptile rule = new(Alpha) { Steps = 3 };
        Tensor<double> losses = rule.GradientInto(Learner, theta, gradient, tasks), adapted = Finetuning.Plain(Learner, theta, tasks.Support, Alpha, 3);
        Assert.True(((theta - adapted.Mean([1, 2])) / Alpha).AllClose(gradient, 1e-12, 1e-13));
        Assert.True(Learner.Losses(adapted, tasks.Query).Mean([1, 2]).AllClose(losses, 1e-13, 1e-14));
    }

    /// <summary>Recorded steps with replicas have the bits of eager ones; replicas know nothing of each other, clipping included.</summary>
    [Fact]
    public void Training_is_the_gradient_clipped_and_Adam_replica_by_replica()
    {
        using Scope scope = Scope.Begin();
        Episodes<double> episodes = Tasks();
        Maltml rule = Outer("MALTML");
        using MetaTraining<double> run = new(Start(), (theta, gradients) => rule.GradientInto(Learner, theta, gradients, episodes), rate: 0.01, clipNorm: 0.1);
        using ParameterBuffer<double> buffer = new();
        Parameter part = buffer.Declare("theta", Start().Shape);
        buffer.Allocate();
        Start().CopyInto(part.In(buffer.Values));
        using Adam<double> adam = new(buffer, 0.01);
        for (int step = 0; step < 4; step++)
        {
            (run.Rate, adam.Rate) = (0.01 / (step + 1), 0.01 / (step + 1));
            double[] losses = run.Step().ToArray();
            Tensor<double> gradients = part.In(buffer.Gradients);
            Assert.Equal(rule.GradientInto(Learner, part.In(buffer.Values), gradients, episodes).ToArray(), losses);
            double[] norms = gradients.Norm(-1).ToArray();
            Clipping.ClipRowNorms(gradients, 0.1);
            Assert.All(norms.Zip(gradients.Norm(-1).ToArray()), static pair => Assert.Equal(Math.Min(pair.First, 0.1), pair.Second, 1e-6));
            adam.Step();
        }

        Assert.Equal(part.In(buffer.Values).ToArray(), run.Parameters.ToArray());
    }

    /// <summary>As nets really train: ReLUs in float32, and tasks drawn inside the step, by which a plan moves the stream.</summary>
    [Theory]
    [InlineData("MAML")]
    [InlineData("MALTML")]
    [InlineData("MALTML, first order")]
    public void Recorded_steps_that_draw_their_tasks_have_the_bits_of_eager_ones(string name)
    {
        using Scope scope = Scope.Begin();
        RegressionLearner<Relu, float> learner = new(new FunctionalMlp<Relu, float>(1, 16, 12, 1));
        SinusoidFamily<float> family = new();
        Maml maml = new(0.01);
        Maltml maltml = new(maml, 0.02) { IsFirstOrder = name.EndsWith("first order", StringComparison.Ordinal) };
        RandomStream recorded = new(11), eager = new(11);
        Tensor<float> start = learner.Net.Start(2, new RandomStream(12), lastGain: 0.1);
        using MetaTraining<float> run = new(start, (theta, gradients) => Gradient(theta, gradients, recorded), rate: 2e-3, clipNorm: 2);
        using ParameterBuffer<float> buffer = new();
        Parameter part = buffer.Declare("theta", start.Shape);
        buffer.Allocate();
        start.CopyInto(part.In(buffer.Values));
        using Adam<float> adam = new(buffer, 2e-3);
        List<float[]> seen = [];
        for (int step = 0; step < 5; step++)
        {
            (run.Rate, adam.Rate) = (2e-3 / (step + 1), 2e-3 / (step + 1));
            seen.Add(run.Step().ToArray());
            Tensor<float> gradients = part.In(buffer.Gradients);
            Assert.Equal(Gradient(part.In(buffer.Values), gradients, eager).ToArray(), seen[^1]);
            Clipping.ClipRowNorms(gradients, 2);
            adam.Step();
            Assert.Equal(part.In(buffer.Values).ToArray(), run.Parameters.ToArray());
            Assert.Equal(eager.Position, recorded.Position);
        }

        // Other tasks at each step, and others for each replica.
        Assert.Equal(10, seen.SelectMany(static losses => losses).Distinct().Count());

        Tensor<float> Gradient(Tensor<float> theta, Tensor<float> gradients, RandomStream random)
        {
            TaskSet<float> tasks = family.Draw(2, 2, 5, 6, 7, random);
            return name == "MAML" ? maml.GradientInto(learner, theta, gradients, tasks) : maltml.GradientInto(learner, theta, gradients, Episodes<float>.Of(tasks, related: 3));
        }
    }

    [Fact]
    public void Training_goes_on_from_a_checkpoint_with_the_same_bits()
    {
        using Folder folder = new();
        string path = folder.File("meta.safetensors");
        using Scope scope = Scope.Begin();
        SinusoidFamily<double> family = new();
        RandomStream one = new(3), two = new(3);
        using MetaTraining<double> straight = Begin(one, 1), other = Begin(two, 0.5);
        for (int step = 0; step < 6; step++)
        {
            straight.Step();
            if (step == 2)
            {
                other.Step();
                new Checkpoint().Add("run", straight).Add("tasks", one).Save(path);
                new Checkpoint().Add("run", other).Add("tasks", two).Load(path);
            }
            else if (step > 2)
            {
                other.Step();
            }
        }

        Assert.Equal(straight.Parameters.ToArray(), other.Parameters.ToArray());

        MetaTraining<double> Begin(RandomStream random, double scale) =>
            new(Start() * scale, (theta, gradients) => new Maml(Alpha).GradientInto(Learner, theta, gradients, family.Draw(2, 2, 2, 3, 3, random)), rate: 0.01);
    }

    [Fact]
    public void Sine_curves_are_in_their_ranges_and_share_what_their_distribution_has()
    {
        using Scope scope = Scope.Begin();
        TaskSet<double> tasks = new SinusoidFamily<double> { Amplitudes = (2, 2.5), HalfWidth = 3 }.Draw(2, 3, 4, 50, 7, new RandomStream(5));
        Assert.Equal([2, 3, 4, 50, 1], tasks.Support.X.Shape);
        Assert.Equal([2, 3, 4, 7, 1], tasks.Query.Y.Shape);
        Assert.InRange(tasks.Support.X.Abs().Max().Item(), 2.9, 3);
        Assert.InRange(tasks.Support.Y.Abs().Max().Item(), 2, 2.5);

        // Any three values a sine of known frequency has at x determine it: the query lies on the support's curve.
        double[] x = tasks.Support.X[1, 2, 3, .., 0].ToArray(), y = tasks.Support.Y[1, 2, 3, .., 0].ToArray(), other = tasks.Query.X[1, 2, 3, .., 0].ToArray(), value = tasks.Query.Y[1, 2, 3, .., 0].ToArray();
        double best = Enumerable.Range(0, 100_001).Select(i => 0.5 + (i * 1e-5)).Min(w => Misfit(w, x, y, other, value));
        Assert.InRange(best, 0, 1e-4);
        Assert.Equal([2, 3, 1, 4 * 57, 1], tasks.Pooled().X.Shape);

        static double Misfit(double w, double[] x, double[] y, double[] other, double[] value)
        {
            double ss = 0, sc = 0, cc = 0, sy = 0, cy = 0;
            for (int i = 0; i < x.Length; i++)
            {
                (double s, double c) = Math.SinCos(w * x[i]);
                (ss, sc, cc, sy, cy) = (ss + (s * s), sc + (s * c), cc + (c * c), sy + (s * y[i]), cy + (c * y[i]));
            }

            double a = ((sy * cc) - (cy * sc)) / ((ss * cc) - (sc * sc)), b = ((cy * ss) - (sy * sc)) / ((ss * cc) - (sc * sc));
            return other.Zip(value, (at, found) => Math.Abs((a * Math.Sin(w * at)) + (b * Math.Cos(w * at)) - found)).Max();
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using Scope scope = Scope.Begin();
        Episodes<double> episodes = Tasks();
        Tensor<double> theta = Start(), gradients = Tensor.ZerosLike(theta);
        Maml maml = new(Alpha);
        Throws.Exactly<ArgumentException>("functional mlp: at least two widths are needed, all positive; got [3].", () => _ = new FunctionalMlp<Relu, float>(3));
        Throws.Exactly<ArgumentException>(
            "functional mlp: parameters [..., 27] and inputs [..., n, 1] are needed; got [2, 27] and [2, 5, 3].", () => Learner.Net.Apply(theta, Tensor.Ones<double>([2, 5, 3])));
        Throws.Exactly<ArgumentOutOfRangeException>("functional mlp: gains must be finite; got NaN and 1.", () => Learner.Net.Start(1, new RandomStream(1), double.NaN));
        Throws.Exactly<ArgumentException>(
            "meta-learning: parameters [2, 27], or of each distribution or task of [2, 2, 2, 4, 1], are needed; got [3, 27].", () => maml.Adapt(Learner, Tensor.Ones<double>([3, 27]), episodes.Goals.Support));
        Throws.Exactly<ArgumentException>(
            "meta-learning: examples [replicas, distributions, tasks, n, ...] are needed; got [2, 4, 1] with targets [2, 4, 1].",
            () => maml.Adapt(Learner, theta, new(Tensor.Ones<double>([2, 4, 1]), Tensor.Ones<double>([2, 4, 1]))));
        Throws.Exactly<ArgumentException>(
            "regression learner: the outputs have shape [2, 2, 2, 4, 1], the targets [2, 2, 2, 4, 2].",
            () => maml.Adapt(Learner, theta, episodes.Goals.Support with { Y = Tensor.Ones<double>([2, 2, 2, 4, 2]) }));
        Throws.Exactly<ArgumentException>("meta-learning: parameters [replicas, p] are needed; got [2, 2, 27].", () => maml.GradientInto(Learner, Tensor.Ones<double>([2, 2, 27]), gradients, episodes.Goals));
        Throws.Exactly<ArgumentException>(
            "meta-learning: losses [replicas, distributions, tasks] of at least one task are needed; got [2, 2, 0].", () => maml.GradientInto(Learner, theta, gradients, episodes.Goals.OfTasks(0, 0)));
        Throws.Exactly<ArgumentException>(
            "meta-finetuning: at least one related task is needed; got examples [2, 2, 0, 4, 1].", () => Outer("MALTML").GradientInto(Learner, theta, gradients, new(episodes.Related.OfTasks(0, 0), episodes.Goals)));
        Throws.Exactly<ArgumentOutOfRangeException>("episodes: there are 3 tasks of each distribution, and at least one is a goal.", () => Episodes<double>.Of(episodes.Related, 3));
        Throws.Exactly<ArgumentOutOfRangeException>("meta-learning: a rate must be finite.", () => _ = new Maml(double.NaN));
        Throws.Exactly<ArgumentOutOfRangeException>("maml: at least one step is needed.", () => _ = new Maml(1) { Steps = 0 });
        Throws.Exactly<ArgumentOutOfRangeException>("maltml: at least one step is needed.", () => _ = new Maltml(maml, 1) { MetaSteps = 0 });
        Throws.Exactly<ArgumentOutOfRangeException>("reptile: the rate must be positive and finite.", () => _ = new Reptile(0));
        Throws.Exactly<ArgumentOutOfRangeException>("sinusoids: a finite range that rises is needed; got 2 to 1.", () => _ = new SinusoidFamily<float> { Frequencies = (2, 1) });
        Throws.Exactly<ArgumentOutOfRangeException>("sinusoids: a positive number is needed.", () => _ = new SinusoidFamily<float> { HalfWidth = -1 });
        Throws.Exactly<ArgumentException>("meta-training: parameters [replicas, p] are needed; got [4].", () => _ = new MetaTraining<double>(Tensor.Ones<double>([4]), static (theta, gradients) => theta, 0.1));
        Throws.Exactly<ArgumentOutOfRangeException>(
            "meta-training: the largest norm must not be negative.", () => _ = new MetaTraining<double>(theta, static (theta, gradients) => theta, 0.1, clipNorm: -1));
        Throws.Exactly<ArgumentOutOfRangeException>("clip row norms: the largest norm must not be negative.", () => Clipping.ClipRowNorms(gradients, -1));
        Assert.Equal(0, gradients.Norm().Item());
    }

    /// <summary>Two replicas, two distributions of three related tasks and two goals, four points each.</summary>
    private static Episodes<double> Tasks() => Episodes<double>.Of(new SinusoidFamily<double> { Amplitudes = (0.5, 1.5) }.Draw(2, 2, 5, 4, 4, new RandomStream(2)), related: 3);

    private static Tensor<double> Start() => Learner.Net.Start(2, new RandomStream(7), gain: 1);

    private static Maml Inner(string name) => new(Alpha) { Steps = name.EndsWith("two steps", StringComparison.Ordinal) ? 2 : 1, IsFirstOrder = name.EndsWith("first order", StringComparison.Ordinal) };

    private static Maltml Outer(string name) => new(Inner(name), Beta) { MetaSteps = name.EndsWith("meta-steps", StringComparison.Ordinal) ? 2 : 1 };

    private static Func<Tensor<double>, Tensor<double>, Tensor<double>> Rule(string name, bool isFirstOrder)
    {
        Episodes<double> episodes = Tasks();
        return name.StartsWith("MAML", StringComparison.Ordinal)
            ? (theta, gradients) => (Inner(name) with { IsFirstOrder = isFirstOrder }).GradientInto(Learner, theta, gradients, episodes.Goals)
            : (theta, gradients) => (Outer(name) with { IsFirstOrder = isFirstOrder }).GradientInto(Learner, theta, gradients, episodes);
    }

    private static Examples<double> One(Examples<double> examples) => new(First(examples.X), First(examples.Y));

    private static Tensor<double> First(Tensor<double> x) => x.Slice(0, 0, 1).Slice(1, 0, 1).Slice(2, 0, 1);

    private static Tensor<double> Loss(Tensor<double> p, Examples<double> examples, int r, int d, int t) =>
        (Learner.Net.Apply(p, examples.X[r, d, t, .., ..]) - examples.Y[r, d, t, .., ..]).Square().Mean();

    private static Tensor<double> Mean(IEnumerable<Tensor<double>> values)
    {
        Tensor<double>[] all = [.. values];
        return all.Aggregate(static (x, y) => x + y) / (double)all.Length;
    }
}
