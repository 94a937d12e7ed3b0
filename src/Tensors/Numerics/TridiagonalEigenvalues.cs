using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Eigenvalues of a symmetric tridiagonal matrix by QL steps with implicit Wilkinson shifts (Golub and Van Loan, Matrix Computations, 4th edition, section 8.3):
/// absolute errors of a few rounding errors of the matrix's norm.
/// </summary>
internal static class TridiagonalEigenvalues
{
    private const int MaxSweeps = 60;

    /// <summary>The diagonal becomes the eigenvalues, rising; offDiagonal[i] stands between i and i + 1, its last element is not read. It is destroyed.</summary>
    /// <exception cref="ArithmeticException">An eigenvalue is not found.</exception>
    public static void Find(string operation, double[] diagonal, double[] offDiagonal)
    {
        int n = diagonal.Length;
        for (int low = 0; low < n; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int end = low;
                while (end < n - 1 && Math.Abs(offDiagonal[end]) > 0.5 * HostScalar.Epsilon * (Math.Abs(diagonal[end]) + Math.Abs(diagonal[end + 1])))
                {
                    end++;
                }

                if (end == low)
                {
                    break;
                }

                if (sweep == MaxSweeps)
                {
                    throw new ArithmeticException($"{operation}: eigenvalue {low} is not found in {MaxSweeps} sweeps.");
                }

                Sweep(diagonal, offDiagonal, low, end);
            }
        }

        Array.Sort(diagonal);
    }

    /// <summary>One QL sweep over the block from low to end, from its lower end upwards.</summary>
    private static void Sweep(double[] d, double[] e, int low, int end)
    {
        double half = (d[low + 1] - d[low]) / (2 * e[low]), root = Map.Binary<Hypot>(half, 1);
        double shifted = d[end] - d[low] + (e[low] / (half + (half < 0 ? -root : root)));
        double sine = 1, cosine = 1, moved = 0;
        for (int i = end - 1; i >= low; i--)
        {
            double f = sine * e[i], b = cosine * e[i], r = Map.Binary<Hypot>(f, shifted);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix has split here: what was moved goes back, and the sweep begins anew.
                d[i + 1] -= moved;
                e[end] = 0;
                return;
            }

            (sine, cosine) = (f / r, shifted / r);
            double g = d[i + 1] - moved, turned = ((d[i] - g) * sine) + (2 * cosine * b);
            moved = sine * turned;
            d[i + 1] = g + moved;
            shifted = (cosine * turned) - b;
        }

        d[low] -= moved;
        e[low] = shifted;
        e[end] = 0;
    }
}
