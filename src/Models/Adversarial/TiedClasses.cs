using Onsager.Simd;

namespace Onsager.Models.Adversarial;

/// <summary>
/// What real training does, where the discriminator is recomputed but not differentiated: of n classes, half are fixed at p, and half are one distribution q that follows the product
/// objective. A letter with r = q / p changes its weight by the slope f(r) - f(1) with f(r) = (n / 2 - 1) log r - (n - 1) log(1 + r), beside letters whose r is near 1: a rare
/// one may die, although the best q is p.
/// </summary>
public static class TiedClasses
{
    /// <summary>f(r) - f(1): below 0 the letter loses mass.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is not even, or below 2, or r not positive.</exception>
    public static double Slope(int classes, double r)
    {
        Check(classes, r);
        return (((classes / 2) - 1) * Map.Unary<Log>(r)) - ((classes - 1) * Map.Unary<Log>((1 + r) / 2));
    }

    /// <summary>The r below 1 at which a letter neither gains nor loses; 0 for n = 2, where every letter recovers. For n = 4 it is sqrt(5) - 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is not even, or below 2.</exception>
    public static double Threshold(int classes)
    {
        Check(classes, 1);
        if (classes == 2)
        {
            return 0;
        }

        // The slope rises from -infinity at r = 0 up to r = (n - 2) / n and then falls to 0 at r = 1.
        double low = 1e-12, high = (classes - 2.0) / classes;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Slope(classes, middle) < 0 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>q / p of the first of many letters along time, all others sharing the rest in proportion to p, which is uniform: d log q / dt = f - E_q f by Euler steps.</summary>
    /// <param name="classes">n.</param>
    /// <param name="r">q / p of the first letter at the start.</param>
    /// <param name="letters">Letters.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="step">Their length.</param>
    /// <returns>q / p at the start and after each step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">n is not even, or below 2, or another number not positive.</exception>
    public static double[] Run(int classes, double r, int letters = 200, int steps = 4000, double step = 0.05)
    {
        Check(classes, r);
        if (letters < 2 || !(r < letters) || steps < 1 || !(step > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(letters), $"tied classes: {letters} letters, {steps} steps of {step} from {r}; needed: two letters or more, r below their number, steps >= 1, positive.");
        }

        double[] path = new double[steps + 1];
        double p = 1.0 / letters, q = r * p;
        path[0] = r;
        for (int k = 1; k <= steps; k++)
        {
            // By the log-odds of the letter against the rest, which share one ratio: softmax keeps q in (0, 1).
            double mine = q / p, rest = (1 - q) / (1 - p), drift = step * (Slope(classes, Math.Max(mine, double.Epsilon)) - Slope(classes, rest));
            double weight = q * Map.Unary<Exp>(Math.Clamp(drift, -50, 50));
            q = weight / (weight + (1 - q));
            path[k] = q / p;
        }

        return path;
    }

    private static void Check(int classes, double r)
    {
        if (classes < 2 || classes % 2 != 0 || !(r > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(classes), $"tied classes: {classes} classes and a ratio {r}; needed: an even number of classes and a positive ratio.");
        }
    }
}
