using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>What rows of gradients or weights [p, d] share with the teachers, which are the first coordinate axes.</summary>
internal static class Teachers
{
    /// <summary>The cosine of each row with a unit vector in the plane of the first two axes.</summary>
    public static double[] Cosines(Tensor<double> rows, ReadOnlySpan<double> direction)
    {
        using Tensor<double> here = rows.To(Device.Cpu);
        double[] cosines = new double[rows.Shape[0]];
        for (int i = 0; i < cosines.Length; i++)
        {
            ReadOnlySpan<double> row = Row(here, i);
            cosines[i] = ((row[0] * direction[0]) + (row[1] * direction[1])) / Math.Sqrt(Reduce.Dot(row, row));
        }

        return cosines;
    }

    /// <summary>The share of each row's squared norm in the plane of the first two axes.</summary>
    public static double[] Shares(Tensor<double> rows)
    {
        using Tensor<double> here = rows.To(Device.Cpu);
        double[] shares = new double[rows.Shape[0]];
        for (int i = 0; i < shares.Length; i++)
        {
            ReadOnlySpan<double> row = Row(here, i);
            shares[i] = Reduce.Dot(row[..2], row[..2]) / Reduce.Dot(row, row);
        }

        return shares;
    }

    /// <summary>The cosines of each row with the first two axes.</summary>
    public static (double X, double Y)[] Plane(Tensor<double> rows) => [.. Cosines(rows, [1, 0]).Zip(Cosines(rows, [0, 1]))];

    /// <summary>
    /// The specialisation ratio: the smallest over the largest eigenvalue of the sum of c c^T, c the part of a normalised row in the plane
    /// of the first two axes. Near 0: one direction; of order 1: both.
    /// </summary>
    public static double Specialisation(Tensor<double> rows)
    {
        double xx = 0, xy = 0, yy = 0;
        foreach ((double x, double y) in Plane(rows))
        {
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }

        double half = (xx + yy) / 2, difference = (xx - yy) / 2, radius = Math.Sqrt((difference * difference) + (xy * xy));

        // The smaller eigenvalue from the determinant: half - radius would cancel where one direction dominates.
        return ((xx * yy) - (xy * xy)) / ((half + radius) * (half + radius));
    }

    private static ReadOnlySpan<double> Row(Tensor<double> rows, int i)
    {
        int width = (int)rows.Shape[1];
        return rows.AsSpan().Slice(i * width, width);
    }
}
