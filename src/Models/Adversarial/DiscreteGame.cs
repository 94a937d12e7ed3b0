using Onsager.Simd;

namespace Onsager.Models.Adversarial;

/// <summary>
/// The game on a finite alphabet, where everything is exact: n distributions p_i and a discriminator D that sees one letter. What GALI's theorems say is computed here in double precision.
/// </summary>
public sealed class DiscreteGame
{
    private readonly double[][] classes;

    /// <summary>A game of these distributions.</summary>
    /// <param name="classes">n distributions over the same letters: positive numbers that sum to 1.</param>
    /// <exception cref="ArgumentException">There are fewer than two, or one is no distribution over the same letters.</exception>
    public DiscreteGame(IReadOnlyList<double[]> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        this.classes = [.. classes];
        if (this.classes.Length < 2 || Array.Exists(this.classes, p => p.Length != this.classes[0].Length || p.Length == 0 || Array.Exists(p, static x => !(x > 0)) || !(Math.Abs(Reduce.Sum<double>(p) - 1) < 1e-9)))
        {
            throw new ArgumentException($"discrete game: two or more distributions over the same letters, positive and of sum 1, are needed; got {this.classes.Length} of lengths {string.Join(", ", this.classes.Select(p => p.Length))}.", nameof(classes));
        }
    }

    /// <summary>n.</summary>
    public int Classes => classes.Length;

    /// <summary>Letters.</summary>
    public int Letters => classes[0].Length;

    /// <summary>D*: [class][letter], p_i / sum_j p_j.</summary>
    public double[][] OptimalDiscriminator()
    {
        double[] total = Total();
        return [.. classes.Select(p => p.Select((x, a) => x / total[a]).ToArray())];
    }

    /// <summary>V(D) = sum over i of E_{p_i} log D_i, minus the discriminator's loss.</summary>
    /// <exception cref="ArgumentException">D is not [class][letter].</exception>
    public double DiscriminatorValue(double[][] discriminator)
    {
        Check(discriminator);
        return Sum((i, a) => classes[i][a] * Ln(discriminator[i][a]));
    }

    /// <summary>C(D) = sum over i of E_{p_i} of sum over j != i of log D_j, what the product objective makes large.</summary>
    /// <exception cref="ArgumentException">D is not [class][letter].</exception>
    public double ProductValue(double[][] discriminator)
    {
        Check(discriminator);
        return Sum((i, a) => classes[i][a] * Others(discriminator, i, a));
    }

    /// <summary>The value of log(1 - D_i) in place of the product, which classes matched in pairs satisfy nearly as well.</summary>
    /// <exception cref="ArgumentException">D is not [class][letter].</exception>
    public double ComplementValue(double[][] discriminator)
    {
        Check(discriminator);
        return Sum((i, a) => classes[i][a] * Ln(1 - discriminator[i][a]));
    }

    /// <summary>JSD: the mean over i of KL(p_i || mean).</summary>
    public double JensenShannon()
    {
        double[] total = Total();
        return Sum((i, a) => classes[i][a] * Ln(classes[i][a] * Classes / total[a])) / Classes;
    }

    /// <summary>The sum over i != j of KL(p_i || p_j).</summary>
    public double Divergences() => Sum((i, a) => classes.Sum(other => classes[i][a] * Ln(classes[i][a] / other[a])));

    /// <summary>What V(D*) is: -n log n + n JSD.</summary>
    public double DiscriminatorIdentity() => (-Classes * Ln(Classes)) + (Classes * JensenShannon());

    /// <summary>What C(D*) is: -n (n - 1) log n - sum of KL + n (n - 1) JSD.</summary>
    public double ProductIdentity() => (Classes * (Classes - 1.0) * (JensenShannon() - Ln(Classes))) - Divergences();

    /// <summary>What C(D*) is at most, since n JSD is at most the sum of KL over n: -n (n - 1) log n - (sum of KL) / n, equal only where all p_i are.</summary>
    public double ProductBound() => (-Classes * (Classes - 1.0) * Ln(Classes)) - (Divergences() / Classes);

    /// <summary>
    /// The norm over all classes of the gradient of what encoder and generator make large, by the logits of the p_i as softmax, with the discriminator held fixed: p_i (f_i - E_{p_i} f_i), where f_i is
    /// the sum over j != i of log D_j, or -log D_i.
    /// </summary>
    /// <exception cref="ArgumentException">D is not [class][letter].</exception>
    public double GradientNorm(double[][] discriminator, AdversarialObjective objective)
    {
        Check(discriminator);
        double squares = 0;
        for (int i = 0; i < Classes; i++)
        {
            double[] values = new double[Letters];
            double mean = 0;
            for (int a = 0; a < Letters; a++)
            {
                values[a] = objective == AdversarialObjective.Product ? Others(discriminator, i, a) : -Ln(discriminator[i][a]);
                mean += classes[i][a] * values[a];
            }

            for (int a = 0; a < Letters; a++)
            {
                double slope = classes[i][a] * (values[a] - mean);
                squares += slope * slope;
            }
        }

        return Math.Sqrt(squares);
    }

    private double[] Total() => [.. Enumerable.Range(0, Letters).Select(a => classes.Sum(p => p[a]))];

    private static double Others(double[][] discriminator, int i, int a)
    {
        double sum = 0;
        for (int j = 0; j < discriminator.Length; j++)
        {
            sum += j == i ? 0 : Ln(discriminator[j][a]);
        }

        return sum;
    }

    private double Sum(Func<int, int, double> term)
    {
        double[] terms = new double[Classes * Letters];
        for (int at = 0; at < terms.Length; at++)
        {
            terms[at] = term(at / Letters, at % Letters);
        }

        return Reduce.Sum<double>(terms);
    }

    private void Check(double[][] discriminator)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        if (discriminator.Length != Classes || Array.Exists(discriminator, row => row.Length != Letters))
        {
            throw new ArgumentException($"discrete game: a discriminator of {Classes} classes and {Letters} letters is needed; got {discriminator.Length} of lengths {string.Join(", ", discriminator.Select(row => row.Length))}.", nameof(discriminator));
        }
    }

    private static double Ln(double x) => Map.Unary<Log>(x);
}
