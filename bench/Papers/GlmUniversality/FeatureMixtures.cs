using Onsager.Models.Glm;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.GlmExperiment;

namespace Onsager.Papers;

/// <summary>U5: random features of a Gaussian mixture against the Gaussian mixture with their class means and joint covariances, for one learner and for ensembles.</summary>
internal static class FeatureMixtures
{
    /// <summary>The regularisation of the sum over rows.</summary>
    public const double Ridge = 0.05;

    private static readonly string[] Numbers = ["train", "single", "ensemble", "correlation"];

    public static void Run(RunContext context)
    {
        context.Heading("U5: random features learn like the Gaussian mixture of their moments");
        Compare<Tanh>(context, GlmCheck.TanhFeatures, "tanh", 1.5);
        Compare<Relu>(context, GlmCheck.ReluFeatures, "relu", 1);
    }

    private static void Compare<TActivation>(RunContext context, GlmCheck check, string activation, double gain)
        where TActivation : struct, IUnaryOp
    {
        // Training sets for each draw of the maps: features of the pool cost more than all fits.
        const int Sets = 4;
        int p = context.Choose(80, 150, 150), poolRows = context.Choose(8000, 20000, 20000);
        Repeats repeats = new();
        foreach (ConvexLoss loss in Losses)
        {
            for (int k = 0; k < Numbers.Length; k++)
            {
                repeats.Judge($"{loss.Name} {Numbers[k]} difference", Tolerance(loss, k));
            }

            repeats.Judge($"{loss.Name} features gain", 0.01).Judge($"{loss.Name} surrogate gain", 0.01);
        }

        repeats.Run(context, $"U5 {activation} features", least: 16, most: 200, repetition =>
        {
            RandomStream random = Stream(context, check, repetition);
            using FeatureWorld<TActivation> world = new(p, poolRows, gain, random, context.Device);
            foreach (ConvexLoss loss in Losses)
            {
                Repeat(world, loss, 2 * p, Sets, random, repeats);
            }
        });
        string where = $"{activation} features, p = d = {p}, two learners, n = 2 p, lambda = 0.05, {Sets} training sets for each draw of the maps.";
        foreach (ConvexLoss loss in Losses)
        {
            for (int k = 0; k < Numbers.Length; k++)
            {
                string name = $"{loss.Name} {Numbers[k]}";
                repeats.Claim(
                    context, $"U5 {activation}, {name}", $"{name} difference", 0, Tolerance(loss, k),
                    $"Features less surrogate, {repeats.Mean($"{name} features"):F4} - {repeats.Mean($"{name} surrogate"):F4}. {where}");
            }

            repeats.Bound(context, $"U5 {activation}, {loss.Name}, gain of the ensemble, features", $"{loss.Name} features gain", 0.01, null, $"Error of one learner less that of the mean of two. {where}");
            repeats.Bound(context, $"U5 {activation}, {loss.Name}, gain of the ensemble, surrogate", $"{loss.Name} surrogate gain", 0.01, null, $"Error of one learner less that of the mean of two. {where}");
        }

        repeats.ClaimErrors(context, $"U5 {activation}");
        context.Table(
            $"{activation}: features and surrogate", ["loss", "number", "features", "surrogate", "difference", "s.e."],
            [.. Losses.SelectMany(loss => Numbers.Select(number => (IReadOnlyList<Cell>)[
                loss.Name, number, new(repeats.Mean($"{loss.Name} {number} features"), "F4"), new(repeats.Mean($"{loss.Name} {number} surrogate"), "F4"),
                new(repeats.Mean($"{loss.Name} {number} difference"), "F4"), new(repeats.Error($"{loss.Name} {number} difference"), "F4")]))]);
    }

    /// <summary>Adds means over training sets, so that repetitions are independent.</summary>
    private static void Repeat<TActivation>(FeatureWorld<TActivation> world, ConvexLoss loss, nint n, int sets, RandomStream random, Repeats repeats)
        where TActivation : struct, IUnaryOp
    {
        double[] features = new double[Numbers.Length], surrogate = new double[Numbers.Length];
        for (int set = 0; set < sets; set++)
        {
            (Ensemble first, Ensemble second) = Once(world, loss, n, random.Fork((ulong)set));
            for (int k = 0; k < Numbers.Length; k++)
            {
                features[k] += first.Numbers[k] / sets;
                surrogate[k] += second.Numbers[k] / sets;
            }
        }

        for (int k = 0; k < Numbers.Length; k++)
        {
            repeats.Add($"{loss.Name} {Numbers[k]} features", features[k]);
            repeats.Add($"{loss.Name} {Numbers[k]} surrogate", surrogate[k]);
            repeats.Add($"{loss.Name} {Numbers[k]} difference", features[k] - surrogate[k]);
        }

        repeats.Add($"{loss.Name} features gain", features[1] - features[2]);
        repeats.Add($"{loss.Name} surrogate gain", surrogate[1] - surrogate[2]);
    }

    /// <summary>One training set of features and one of the surrogate.</summary>
    public static (Ensemble Features, Ensemble Surrogate) Once<TActivation>(FeatureWorld<TActivation> world, ConvexLoss loss, nint n, RandomStream random)
        where TActivation : struct, IUnaryOp
    {
        using Scope scope = Scope.Begin();
        ((Tensor<double> w, double train), (Tensor<double> v, double trained)) = world.Train(loss, n, Ridge, random);
        return (world.OnPool(w, train), world.OnSurrogate(v, trained));
    }

    private static double Tolerance(ConvexLoss loss, int number) => number == 3 ? 0.04 : number == 0 && loss == ConvexLoss.Logistic ? 0.03 : 0.015;
}
