using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>What is measured of batches of spins [N, samples].</summary>
public static class SpinStatistics
{
    /// <summary>H / N of every sample, H = -sum over pairs or triples of J s .. s with J of variance p! / (2 N^(p - 1)); a spike's part is left out.</summary>
    /// <exception cref="ArgumentException">The spins' shape does not fit the model.</exception>
    public static double[] Energies(SpikedModel model, Tensor<float> spins)
    {
        ArgumentNullException.ThrowIfNull(model);
        int n = model.Size, columns = Columns("energies", spins, n), width = Batch.Width(columns);
        float[] dense = spins.ToArray(), x = new float[n * width], y = new float[n * width];
        for (int i = 0; i < n; i++)
        {
            dense.AsSpan(i * columns, columns).CopyTo(x.AsSpan(i * width));
        }

        model.Contract(x, width, y);
        double unit = model.Order == 2 ? Math.Sqrt(1.0 / n) : Math.Sqrt(3.0) / n;
        double[] energies = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                sum += (double)x[(i * width) + c] * y[(i * width) + c];
            }

            energies[c] = -unit * sum / model.Order / n;
        }

        return energies;
    }

    /// <summary>N times the mean square of the overlap s . s' / N over all pairs of different samples.</summary>
    /// <exception cref="ArgumentException">There are fewer than two samples.</exception>
    public static double ScaledOverlap(Tensor<float> spins)
    {
        int n = (int)spins.Shape[0], columns = Columns("overlaps", spins, n);
        if (columns < 2)
        {
            throw new ArgumentException("overlaps: two samples at least are needed.", nameof(spins));
        }

        // Samples as rows, so that inner products run along memory.
        float[] dense = spins.ToArray(), rows = new float[dense.Length];
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < columns; c++)
            {
                rows[(c * n) + i] = dense[(i * columns) + c];
            }
        }

        double sum = 0;
        for (int a = 0; a < columns; a++)
        {
            for (int b = 0; b < a; b++)
            {
                double overlap = Reduce.Dot<float>(rows.AsSpan(a * n, n), rows.AsSpan(b * n, n));
                sum += overlap * overlap;
            }
        }

        return sum / n / (columns * (columns - 1.0) / 2);
    }

    /// <summary>s . x / N of every sample and one configuration [N].</summary>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static double[] OverlapsWith(Tensor<float> spins, ReadOnlySpan<float> configuration)
    {
        int n = configuration.Length, columns = Columns("overlaps", spins, n);
        float[] dense = spins.ToArray();
        double[] overlaps = new double[columns];
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < columns; c++)
            {
                overlaps[c] += dense[(i * columns) + c] * (double)configuration[i] / n;
            }
        }

        return overlaps;
    }

    private static int Columns(string operation, Tensor<float> spins, int n) => spins.Rank == 2 && spins.Shape[0] == n && spins.Shape[1] > 0
        ? (int)spins.Shape[1]
        : throw new ArgumentException($"{operation}: the spins have shape {spins.Shape}, expected [{n}, samples].", nameof(spins));
}
