using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Eigenvalues of a symmetric tridiagonal matrix by rational QL steps with Wilkinson's shift, after Pal, Walker and Kahan (Parlett, The
/// Symmetric Eigenvalue Problem, section 8.15; LAPACK's sterf): squares of sines and cosines need two divisions side by side where the usual
/// form needs a root and a division behind one another. The roots that rotations of vectors need are taken afterwards, many at once. In double
/// precision whatever the element type, since the work is in the rotations.
/// </summary>
internal static unsafe class TridiagonalQl<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Steps for each eigenvalue at the most, as in LAPACK; they average less than two.</summary>
    private const int MostSteps = 30;

    /// <summary>
    /// Leaves the eigenvalues, in no order, in d [n], and uses up e [n], the elements beside the diagonal and one more. Rows of vectors are rotated
    /// along; they belong to elements that are not negative (<see cref="Signs"/>). False where an eigenvalue did not come out, which has not been seen.
    /// </summary>
    [MethodImpl(Loop)]
    public static bool Run(double* d, double* e, int n, ref RotationSweeps<V, T> sweeps)
    {
        if (n == 0)
        {
            return true;
        }

        double epsilon = V.IsDouble ? 1.1102230246251565e-16 : 5.9604644775390625e-8, norm = 0;
        e[n - 1] = 0;
        for (int i = 0; i < n; i++)
        {
            norm = Math.Max(norm, Math.Max(Math.Abs(d[i]), Math.Abs(e[i])));
        }

        // Far below what rounding leaves, and far above where squares vanish: 2^-90 of the norm.
        double negligible = norm * norm * 6.5253043998506862e-55, square = epsilon * epsilon;
        for (int i = 0; i < n; i++)
        {
            e[i] *= e[i];
        }

        long steps = (long)MostSteps * n;
        for (int l = 0; l < n; l++)
        {
            // What stands beside the first row of a block can become negative, the rest cannot.
            long sign = 0;
            while (true)
            {
                int m = l;
                while (e[m] > negligible && e[m] > square * Math.Abs(d[m] * d[m + 1]))
                {
                    m++;
                }

                e[m] = 0;
                if (m == l)
                {
                    break;
                }

                if (steps-- == 0)
                {
                    return false;
                }

                sign = Step(d, e, l, m, sign, sweeps.Begin(l, m - l, isUpwards: true));
            }
        }

        sweeps.Finish();
        return true;
    }

    /// <summary>Changes the signs of rows so that they belong to the matrix with these elements' magnitudes beside its diagonal.</summary>
    public static void Signs(double* e, T* rows, int leading, int n, int length)
    {
        bool isNegative = false;
        for (int i = 1; i < n; i++)
        {
            isNegative ^= e[i - 1] < 0;
            if (isNegative)
            {
                T* row = rows + ((long)i * leading);
                VectorLoops<V, T>.Scale(-T.One, row, row, length);
            }
        }
    }

    /// <summary>One QL step on rows l to m, from below, where first is the sign of the element beside row l, and its new sign is returned; pairs take the squares of cosines, with the cosines' signs, and of sines.</summary>
    [MethodImpl(Loop)]
    private static long Step(double* d, double* e, int l, int m, long first, T* pairs)
    {
        const double Vanishing = 1e-280;
        double root = Math.Sqrt(e[l]), shift = (d[l + 1] - d[l]) / (2 * root), length = Math.Sqrt((shift * shift) + 1);
        shift = d[l] - (root / (shift + (shift >= 0 ? length : -length)));
        double gamma = d[m] - shift, p = gamma * gamma, cosine = 1, sine = 0;
        long sign = BitConverter.DoubleToInt64Bits(gamma) & long.MinValue;
        for (int i = m - 1; i >= l; i--)
        {
            double beside = e[i], r = p + beside, own = d[i], before = gamma, last = cosine;
            e[i + 1] = sine * r;
            if (p > Vanishing)
            {
                double inverse = 1 / r, ratio = r / p;
                cosine = p * inverse;
                sine = beside * inverse;
                gamma = Math.FusedMultiplyAdd(cosine, own - shift, -(sine * before));
                p = gamma * gamma * ratio;
            }
            else
            {
                (cosine, sine, p) = (0, 1, last * beside);
                gamma = -before;
            }

            d[i + 1] = before + (own - gamma);
            pairs[0] = T.CreateTruncating(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(cosine) | sign));
            pairs[1] = T.CreateTruncating(sine);
            pairs += 2;
            sign ^= BitConverter.DoubleToInt64Bits(gamma) & long.MinValue;
        }

        pairs[-1] = T.CreateTruncating(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(sine) | first));
        e[l] = sine * p;
        d[l] = shift + gamma;
        return sign ^ first;
    }
}
