namespace Onsager.Tensors;

/// <summary>The last steps of an iteration, and the next one that Anderson's acceleration makes of them.</summary>
internal sealed class AndersonHistory(int length, FixedPointOptions options)
{
    /// <summary>Changes of x and of the residual, the newest first: what is linearly dependent is dropped from the older end.</summary>
    private readonly List<(double[] Point, double[] Residual)> changes = [];
    private double[]? point;
    private double[]? residual;

    /// <summary>Moves x, of which image is g(x), to the next point.</summary>
    public void Step(Span<double> x, ReadOnlySpan<double> image)
    {
        double[] own = x.ToArray(), rest = new double[length];
        for (int i = 0; i < length; i++)
        {
            rest[i] = image[i] - own[i];
        }

        if (options.History > 0 && point is not null)
        {
            if (changes.Count == options.History)
            {
                changes.RemoveAt(changes.Count - 1);
            }

            changes.Insert(0, (Difference(own, point), Difference(rest, residual!)));
        }

        (point, residual) = (own, rest);
        for (int i = 0; i < length; i++)
        {
            x[i] = Math.FusedMultiplyAdd(options.Damping, rest[i], own[i]);
        }

        if (changes.Count == 0)
        {
            return;
        }

        (double[] shares, _) = ColumnFit.Solve([.. changes.Select(static change => change.Residual)], rest);
        for (int j = 0; j < shares.Length; j++)
        {
            (double[] points, double[] residuals) = changes[j];
            for (int i = 0; i < length; i++)
            {
                x[i] = Math.FusedMultiplyAdd(-shares[j], Math.FusedMultiplyAdd(options.Damping, residuals[i], points[i]), x[i]);
            }
        }
    }

    private static double[] Difference(double[] x, double[] y)
    {
        double[] difference = new double[x.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = x[i] - y[i];
        }

        return difference;
    }
}
