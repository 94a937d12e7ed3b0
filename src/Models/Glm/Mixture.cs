using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>A component of a <see cref="Mixture"/>: x = mean mu + scale g with g standard normal, and the label that its points have.</summary>
/// <param name="Weight">Its probability.</param>
/// <param name="Label">y of its points.</param>
/// <param name="Mean">What mu is multiplied by.</param>
/// <param name="Scale">The noise's standard deviation.</param>
public readonly record struct MixtureComponent(double Weight, double Label, double Mean, double Scale);

/// <summary>Rows and their labels.</summary>
/// <param name="X">Rows [n, p].</param>
/// <param name="Y">Labels [n].</param>
public readonly record struct LabelledRows(Tensor<double> X, Tensor<double> Y) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        X.Dispose();
        Y.Dispose();
    }
}

/// <summary>
/// A Gaussian mixture along one direction mu in high dimension: components mean mu + scale g whose labels are known. With <see cref="TwoClusters"/> labels are the classes; a finer
/// mixture, as <see cref="Elliptical"/>, has several components for one label.
/// </summary>
public sealed class Mixture
{
    private readonly MixtureComponent[] components;

    /// <summary>A mixture of these components.</summary>
    /// <param name="meanSquare">|mu|^2, at least 0.</param>
    /// <param name="components">Weights are at least 0 and sum to 1, scales at least 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public Mixture(double meanSquare, params ReadOnlySpan<MixtureComponent> components)
    {
        double sum = 0;
        bool isFit = meanSquare >= 0 && double.IsFinite(meanSquare);
        foreach (MixtureComponent component in components)
        {
            sum += component.Weight;
            isFit &= component.Weight >= 0 && component.Scale >= 0 && double.IsFinite(component.Scale) && double.IsFinite(component.Mean) && double.IsFinite(component.Label);
        }

        if (!isFit || !(Math.Abs(sum - 1) <= 1e-12))
        {
            throw new ArgumentException($"mixture: |mu|^2, weights and scales must not be negative, all numbers finite, and the weights' sum 1; got |mu|^2 = {meanSquare} and [{string.Join(", ", components.ToArray())}].");
        }

        MeanSquare = meanSquare;
        this.components = components.ToArray();
    }

    /// <summary>|mu|^2.</summary>
    public double MeanSquare { get; }

    /// <summary>The components.</summary>
    public ReadOnlySpan<MixtureComponent> Components => components;

    /// <summary>Labels 1 and -1, equally likely, at mu and -mu with covariance I.</summary>
    public static Mixture TwoClusters(double meanSquare) => Elliptical(meanSquare, 1);

    /// <summary>Labels 1 and -1, equally likely, at mu and -mu; the covariance is each of these variances times I with equal probability.</summary>
    /// <exception cref="ArgumentException">There is no variance, or one is negative or not finite.</exception>
    public static Mixture Elliptical(double meanSquare, params ReadOnlySpan<double> variances)
    {
        MixtureComponent[] components = new MixtureComponent[2 * variances.Length];
        for (int i = 0; i < variances.Length; i++)
        {
            double weight = 0.5 / variances.Length, scale = Math.Sqrt(variances[i]);
            components[2 * i] = new(weight, 1, 1, scale);
            components[(2 * i) + 1] = new(weight, -1, -1, scale);
        }

        return new Mixture(meanSquare, components);
    }

    /// <summary>The probability that the sign of the score w . x / sqrt p is not the label's, for m = w . mu / sqrt p and q = |w|^2 / p.</summary>
    public double Error(double m, double q)
    {
        double error = 0;
        foreach (MixtureComponent component in components)
        {
            double side = component.Label < 0 ? -component.Mean * m : component.Mean * m;
            error += component.Weight * Map.Unary<NormalCdf>(-side / (component.Scale * Math.Sqrt(q)));
        }

        return error;
    }

    /// <summary>A mean mu [p] in a generic direction: uniform on the sphere of radius sqrt(meanSquare).</summary>
    public static Tensor<double> GenericMean(nint p, double meanSquare, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        using Tensor<double> normal = random.Normal<double>([p], device), norm = normal.Norm();
        return normal * (Math.Sqrt(meanSquare) / norm.Item());
    }

    /// <summary>Rows x = y mu + noise [n, p] with labels y = 1 or -1 [n], equally likely, whose noise is Gaussian or not; on mu's device.</summary>
    /// <param name="mu">The mean of the class 1 [p].</param>
    /// <param name="n">Rows.</param>
    /// <param name="law">The noise.</param>
    /// <param name="random">Labels are drawn first, then the noise.</param>
    /// <param name="factor">What the rows are multiplied by, such as 1 / sqrt p.</param>
    /// <exception cref="ArgumentException">mu is not a vector.</exception>
    public static LabelledRows Draw(Tensor<double> mu, nint n, NoiseLaw law, RandomStream random, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(random);
        if (mu.Rank != 1)
        {
            throw new ArgumentException($"mixture: mu must be a vector [p]; got {mu.Shape}.", nameof(mu));
        }

        using Scope scope = Scope.Begin();
        Tensor<double> y = random.Rademacher<double>([n], mu.Device), x = law.Draw(n, mu.Shape[0], random, mu.Device);
        y.Unsqueeze(1).TernaryInto<FusedMultiplyAdd>(mu, x, x);
        if (factor != 1)
        {
            x.MultiplyInto(Tensor.Scalar(factor, mu.Device), x);
        }

        scope.Keep(y);
        return new(scope.Keep(x), y);
    }
}
