using Onsager.Models;
using Onsager.Models.Meta;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.MetaLearningPaper;

namespace Onsager.Papers;

/// <summary>Criterion 4, M5: derivatives of objectives that differentiate themselves, in double precision, against central differences.</summary>
internal sealed class MetaDerivatives
{
    private const double Alpha = 0.1;
    private const double Beta = 0.1;

    private readonly RegressionLearner<Tanh, double> learner = new(new FunctionalMlp<Tanh, double>(1, 8, 8, 1));
    private readonly Tensor<double> theta;
    private readonly Tensor<double> direction;
    private readonly Episodes<double> episodes;

    private MetaDerivatives(RunContext context)
    {
        RandomStream random = Stream(context, MetaCheck.Derivatives);
        theta = learner.Net.Start(1, random.Fork(0), gain: 1);
        direction = random.Normal<double>(theta.Shape);
        direction /= direction.Norm();
        episodes = Episodes<double>.Of(new SinusoidFamily<double> { Amplitudes = (0.5, 1.5) }.Draw(1, 2, 6, 5, 5, random), related: 4);
    }

    public static void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        context.Heading("M5: second and third derivatives are exact");
        MetaDerivatives checks = new(context);
        Maml maml = new(Alpha);
        Maltml maltml = new(maml, Beta);
        List<IReadOnlyList<Cell>> rows = [];
        checks.Along(
            context, rows, "MAML", (p, g) => maml.GradientInto(checks.learner, p, g, checks.episodes.Goals), (p, g) => (maml with { IsFirstOrder = true }).GradientInto(checks.learner, p, g, checks.episodes.Goals));
        checks.Along(
            context, rows, "MALTML", (p, g) => maltml.GradientInto(checks.learner, p, g, checks.episodes), (p, g) => (maltml with { IsFirstOrder = true }).GradientInto(checks.learner, p, g, checks.episodes));
        context.Table("Derivative of the objective along a random direction", ["objective", "exact", "differences", "first order", "cosine of first order with exact"], rows);
        checks.OneStep(context);
        context.Progress("M5 derivatives", 1);
    }

    /// <summary>Each gradient along a direction, next to the central difference with step 1e-5.</summary>
    private void Along(
        RunContext context, List<IReadOnlyList<Cell>> rows, string name,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> exact, Func<Tensor<double>, Tensor<double>, Tensor<double>> firstOrder)
    {
        const double Step = 1e-5;
        Tensor<double> gradient = Tensor.ZerosLike(theta), other = Tensor.ZerosLike(theta), unused = Tensor.ZerosLike(theta);
        exact(theta, gradient);
        firstOrder(theta, other);
        double along = Dot(gradient, direction), approximate = Dot(other, direction);
        double difference = (exact(theta + (direction * Step), unused).Item() - exact(theta - (direction * Step), unused).Item()) / (2 * Step);
        double cosine = Dot(gradient, other) / Math.Sqrt(Dot(gradient, gradient) * Dot(other, other)), gap = Math.Sqrt(Dot(gradient - other, gradient - other) / Dot(gradient, gradient));
        context.Claim(
            $"4 M5 exact {name}, relative error of the derivative along a direction", Math.Abs((along - difference) / difference), low: 0, high: 1e-7,
            explanation: $"Against the central difference of the objective with step {Step}; a tanh net 1-8-8-1 in float64.");
        context.Claim(
            $"4 M5 first-order {name}, distance from the exact gradient", gap, low: 1e-3,
            explanation: "Relative to the exact one's norm: a thousand times what would pass for rounding, so that the exact mode is not silently first order. The bound is ours.");
        rows.Add([name, new(along, "F6"), new(difference, "F6"), new(approximate, "F6"), new(cosine, "F6")]);
    }

    /// <summary>One step of MAML on one task: the gradient is (I - alpha H) g.</summary>
    private void OneStep(RunContext context)
    {
        TaskSet<double> task = new(OfOne(episodes.Goals.Support), OfOne(episodes.Goals.Query));
        Maml maml = new(Alpha);
        Tensor<double> gradient = Tensor.ZerosLike(theta);
        maml.GradientInto(learner, theta, gradient, task);
        Tensor<double> adapted = maml.Adapt(learner, theta, task.Support), query = learner.Gradients(adapted, task.Query).Reshape(1, -1);
        Tensor<double> curvature = Autodiff.Hvp(theta, query, p => learner.Losses(p.Reshape(1, 1, 1, -1), task.Support).Sum());
        double error = (gradient - (query - (curvature * Alpha))).NormInfinity().Item();
        context.Claim(
            "4 M5 one-step MAML less (I - alpha H) g", error, low: 0, high: 1e-14,
            explanation: "Largest element of the difference; H is the support loss's Hessian at theta, g the query loss's gradient at the adapted parameters.");
    }

    private static Examples<double> OfOne(Examples<double> examples) => new(examples.X.Slice(1, 0, 1).Slice(2, 0, 1), examples.Y.Slice(1, 0, 1).Slice(2, 0, 1));

    private static double Dot(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> products = x * y, sum = products.Sum();
        return sum.Item();
    }
}
