using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>Vectors without negative elements whose sum is fixed: mixed strategies.</summary>
public sealed class Simplex : FeasibleSet
{
    private readonly nint length;

    /// <summary>The simplex of vectors of this length with this sum.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1, or the sum not positive and finite.</exception>
    public Simplex(nint length, double total = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        this.length = length;
        Total = total is > 0 and < double.PositiveInfinity
            ? total
            : throw new ArgumentOutOfRangeException(nameof(total), total, "simplex: the sum is positive and finite.");
    }

    /// <summary>The sum of a vector's elements.</summary>
    public double Total { get; }

    /// <inheritdoc/>
    public override string Name => $"simplex of {length} elements";

    /// <inheritdoc/>
    public override string? Misfit(Shape shape) => shape == [length] ? null : $"it holds vectors [{length}]";

    /// <summary>
    /// The projection by sorting: the elements above a threshold are lowered by it, the others become 0 (Held, Wolfe and Crowder, "Validation
    /// of subgradient optimization", 1974). Done on the processor.
    /// </summary>
    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
        double[] values = z.ToArray(), sorted = (double[])values.Clone();
        Array.Sort(sorted);
        double sum = 0, threshold = double.NaN;
        for (int i = sorted.Length - 1, count = 1; i >= 0; i--, count++)
        {
            sum += sorted[i];
            double candidate = (sum - Total) / count;

            // NaN sorts first and, met last, ends up in the threshold: it stays visible.
            if (!(candidate >= sorted[i]))
            {
                threshold = candidate;
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Max(values[i] - threshold, 0);
        }

        z.CopyFrom(values);
    }

    /// <summary>The sum times the largest element.</summary>
    /// <inheritdoc/>
    public override double Support(Tensor<double> direction)
    {
        using Tensor<double> largest = direction.Max();
        return Total * largest.Item();
    }
}
