using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Small least-squares problems on the host: Gram-Schmidt orthogonalisation, done twice, which leaves the columns orthogonal to rounding (Giraud, Langou and
/// Rozloznik, 2005). Inner products in the order of sums.
/// </summary>
internal static class ColumnFit
{
    /// <summary>A column of which less than this part is independent of those before it is left out.</summary>
    private const double Dependent = 1e-13;

    /// <summary>The coefficients that make the norm of target - columns x coefficients least; those of columns that depend on earlier ones are 0.</summary>
    /// <returns>The coefficients, and whether all columns were independent.</returns>
    public static (double[] Coefficients, bool IsFull) Solve(double[][] columns, ReadOnlySpan<double> target)
    {
        int count = columns.Length;
        double[][] basis = new double[count][];
        double[,] triangle = new double[count, count];
        double[] rest = target.ToArray(), parts = new double[count], coefficients = new double[count];
        bool isFull = true;
        for (int j = 0; j < count; j++)
        {
            double[] own = [.. columns[j]];
            double before = HostScalar.Norm(own);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < j; i++)
                {
                    triangle[i, j] += basis[i] is { } direction ? Remove(direction, own) : 0;
                }
            }

            double norm = HostScalar.Norm(own);
            if (!(norm > Dependent * before))
            {
                isFull = false;
                continue;
            }

            triangle[j, j] = norm;
            for (int k = 0; k < own.Length; k++)
            {
                own[k] /= norm;
            }

            basis[j] = own;
            parts[j] = Remove(own, rest);
        }

        for (int j = count - 1; j >= 0; j--)
        {
            if (basis[j] is null)
            {
                continue;
            }

            double sum = parts[j];
            for (int k = j + 1; k < count; k++)
            {
                sum = Math.FusedMultiplyAdd(-triangle[j, k], coefficients[k], sum);
            }

            coefficients[j] = sum / triangle[j, j];
        }

        return (coefficients, isFull);
    }

    /// <summary>Takes x's part along a direction of length 1 out of it, and returns that part.</summary>
    private static double Remove(double[] direction, double[] x)
    {
        double part = Reduce.Dot<double>(direction, x);
        for (int k = 0; k < x.Length; k++)
        {
            x[k] = Math.FusedMultiplyAdd(-part, direction[k], x[k]);
        }

        return part;
    }
}
