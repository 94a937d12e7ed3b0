using Onsager.Models.Glm;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The card's checks, each with random streams of its own.</summary>
internal enum GlmCheck
{
    Noise = 1,
    Overlap = 3,
    SquareGibbs,
    LogisticGibbs,
    TanhFeatures,
    ReluFeatures,
    Pictures,
    Large,
}

/// <summary>What the checks share: the card's mixture, its losses and laws, and what is measured of an estimator.</summary>
internal static class GlmExperiment
{
    /// <summary>|mu|^2.</summary>
    public const double MeanSquare = 1.5;

    /// <summary>The regularisation of the sum over rows.</summary>
    public const double Lambda = 0.1;

    /// <summary>Rows for each feature.</summary>
    public const double Alpha = 2;

    public static readonly Mixture Classes = Mixture.TwoClusters(MeanSquare);

    public static readonly Mixture FineClasses = Mixture.Elliptical(MeanSquare, 0.2, 1.8);

    public static readonly NoiseLaw Elliptical = NoiseLaw.Elliptical(0.2, 1.8);

    /// <summary>Laws whose projections are Gaussian in the limit.</summary>
    public static readonly NoiseLaw[] Laws = [NoiseLaw.Gaussian, NoiseLaw.Rademacher, NoiseLaw.Exponential];

    public static readonly ConvexLoss[] Losses = [ConvexLoss.Square, ConvexLoss.Logistic];

    /// <summary>The card's tolerances of U1 and U2, for p = 400: training loss, Phi(-m / sqrt q) and test error, and those of elliptical noise against the finer mixture.</summary>
    public const double TrainTolerance = 0.012, FormulaTolerance = 0.008, TestTolerance = 0.012, EllipticalTrainTolerance = 0.008, EllipticalTestTolerance = 0.010;

    /// <summary>Asks for the standard errors that the tolerances of U1 and U2 need, over a factor.</summary>
    public static void JudgeLaws(Repeats repeats, double shrink = 1)
    {
        foreach (ConvexLoss loss in Losses)
        {
            foreach (NoiseLaw law in Laws)
            {
                string name = $"{loss.Name} {law.Name}";
                repeats.Judge($"{name} train", TrainTolerance / shrink).Judge($"{name} formula", FormulaTolerance / shrink).Judge($"{name} test", TestTolerance / shrink);
            }

            repeats.Judge($"{loss.Name} elliptical train", EllipticalTrainTolerance / shrink).Judge($"{loss.Name} elliptical test", EllipticalTestTolerance / shrink);
        }
    }

    /// <summary>The claims of U1 for one loss: every law has the errors of state evolution.</summary>
    public static void ClaimLaws(RunContext context, Repeats repeats, string label, ConvexLoss loss, string train, string formula, string test, double shrink = 1)
    {
        OrderParameters theory = new StateEvolution(loss, Classes, Alpha, Lambda).Solve();
        foreach (NoiseLaw law in Laws)
        {
            string name = $"{loss.Name} {law.Name}", claim = $"{label} {loss.Name}, {law.Name}";
            repeats.Claim(context, $"{claim}, train", $"{name} train", theory.TrainLoss, TrainTolerance / shrink, train);
            repeats.Claim(context, $"{claim}, Phi(-m / sqrt q)", $"{name} formula", theory.TestError, FormulaTolerance / shrink, formula);
            repeats.Claim(context, $"{claim}, test", $"{name} test", theory.TestError, TestTolerance / shrink, test);
        }
    }

    /// <summary>The claims of U2 that elliptical noise has the errors of the finer mixture.</summary>
    public static void ClaimElliptical(RunContext context, Repeats repeats, string label, ConvexLoss loss, string train, string test, double shrink = 1)
    {
        OrderParameters fine = new StateEvolution(loss, FineClasses, Alpha, Lambda).Solve();
        repeats.Claim(context, $"{label} {loss.Name}, train", $"{loss.Name} elliptical train", fine.TrainLoss, EllipticalTrainTolerance / shrink, train);
        repeats.Claim(context, $"{label} {loss.Name}, test", $"{loss.Name} elliptical test", fine.TestError, EllipticalTestTolerance / shrink, test);
    }

    /// <summary>The stream of a repetition; laws that share it share mean, labels and the normal numbers behind their noise.</summary>
    public static RandomStream Stream(RunContext context, GlmCheck check, int repetition) => new(context.Seed, ((ulong)check << 32) + (ulong)repetition);

    /// <summary>n rows at the scale 1 / sqrt p around a mean.</summary>
    public static LabelledRows Rows(Tensor<double> mu, nint n, NoiseLaw law, RandomStream random) => Mixture.Draw(mu, n, law, random, 1 / Math.Sqrt(mu.Shape[0]));

    /// <summary>A mean [p] of the same length on the first axis, which is not generic.</summary>
    public static Tensor<double> AxisMean(int p, Device device)
    {
        double[] mean = new double[p];
        mean[0] = Math.Sqrt(MeanSquare);
        return Tensor.From<double>(mean, [p], device);
    }

    /// <summary>m = w . mu / sqrt p and q = |w|^2 / p.</summary>
    public static (double M, double Q) Overlaps(Tensor<double> w, Tensor<double> mu)
    {
        using Tensor<double> m = w.MatMul(mu), q = w.MatMul(w);
        return (m.Item() / Math.Sqrt(mu.Shape[0]), q.Item() / mu.Shape[0]);
    }

    /// <summary>The share of rows whose score has the wrong sign.</summary>
    public static double Error(Tensor<double> w, in LabelledRows test)
    {
        using Tensor<double> h = test.X.MatMul(w), margins = h * test.Y, zero = Tensor.Scalar(0.0, h.Device), wrong = margins.Less(zero), share = wrong.Mean();
        return share.Item();
    }

    public static double Cosine(Tensor<double> x, Tensor<double> y)
    {
        using Tensor<double> xy = x.MatMul(y), xx = x.MatMul(x), yy = y.MatMul(y);
        return xy.Item() / Math.Sqrt(xx.Item() * yy.Item());
    }

    /// <summary>The normal distribution function.</summary>
    public static double NormalCdf(double x) => Map.Unary<NormalCdf>(x);
}
