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
    /// along, up to their signs. False where an eigenvalue did not come out, which has not been seen.
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

        // Products of four elements stand in a step: the matrix is brought near 1, which is exact.
        double factor = norm == 0 ? 1 : Math.ScaleB(1, -Math.ILogB(norm)), inverse = 1 / factor;
        Square(d, e, n, factor, sweeps.Signs);

        // Far below what rounding leaves, and far above where squares vanish: 2^-90 of the norm.
        double negligible = 6.5253043998506862e-55, square = epsilon * epsilon;
        long steps = (long)MostSteps * n;
        int m = -1;
        for (int l = 0; l < n; l++)
        {
            // Row m is the last of the block that begins with row l: a step finds it, where none has been the block is gone through.
            m = int.Max(l, m);
            while (e[m] > negligible && e[m] > square * Math.Abs(d[m] * d[m + 1]))
            {
                m++;
            }

            e[m] = 0;

            // What stands beside the first row of a block can become negative, the rest cannot.
            long sign = 0;
            while (e[l] != 0)
            {
                if (steps-- == 0)
                {
                    return false;
                }

                T* place = sweeps.Begin(l, m - l, isUpwards: true);
                sign = Step(d, e, l, m, sign, place, sweeps.Plane, sweeps.Signs, negligible, square, &m);
            }

            d[l] *= inverse;
        }

        sweeps.Finish();
        return true;
    }

    /// <summary>The matrix times a factor with squares beside the diagonal, which belongs to rows with these signs.</summary>
    private static void Square(double* d, double* e, int n, double factor, long* signs)
    {
        long sign = 0;
        for (int i = 0; i < n; i++)
        {
            signs[i] = sign;
            sign ^= BitConverter.DoubleToInt64Bits(e[i]) & long.MinValue;
            d[i] *= factor;
            e[i] = e[i] * factor * (e[i] * factor);
        }
    }

    /// <summary>
    /// One QL step on rows l to m, from below, where first is the sign of the element beside row l, and its new sign is returned; place takes the squares of cosines and of sines.
    /// Of the two divisions, 1 / (p + beside) and the next p, only the second stands in the way of the next row, and gamma stands in no way: beside gamma is beside pivot times what it is divided by. What is left beside a row and negligible becomes zero; split takes the first such row behind row l.
    /// </summary>
    [MethodImpl(Loop)]
    private static long Step(double* d, double* e, int l, int m, long first, T* place, nint plane, long* signs, double negligible, double square, int* split)
    {
        // Of a matrix near 1: a pivot of its root's size is nothing, and what is larger does not vanish in products with elements that are not negligible.
        const double Vanishing = 1e-140;
        double root = Math.Sqrt(e[l]), shift = (d[l + 1] - d[l]) / (2 * root), length = Math.Sqrt((shift * shift) + 1);
        shift = d[l] - (root / (shift + (shift >= 0 ? length : -length)));
        double gamma = d[m] - shift, p = gamma * gamma, cosine = 1, sine = 0, pivot = gamma, inverse = 1;
        long sign = BitConverter.DoubleToInt64Bits(gamma) & long.MinValue, last = 0;
        double behind = 0, left;
        int end = m;
        for (int i = m - 1; i >= l; i--)
        {
            double beside = e[i], r = p + beside, own = d[i], before = gamma;
            left = sine * r;
            e[i + 1] = left;
            if (p > Vanishing)
            {
                pivot = Math.FusedMultiplyAdd(p, own - shift, -(beside * pivot * inverse));
                inverse = 1 / r;
                cosine = p * inverse;
                p = pivot * pivot / (r * p);
                sine = beside * inverse;
                gamma = pivot * inverse;
            }
            else
            {
                (cosine, sine, p) = (0, 1, cosine * beside);
                gamma = pivot = -before;
                inverse = 1;
            }

            own = before + (own - gamma);
            d[i + 1] = own;
            if (!(left > negligible && left > square * Math.Abs(own * behind)))
            {
                end = i + 1;
                e[end] = 0;
            }

            behind = own;
            long both = sign ^ last;
            place[0] = T.CreateTruncating(cosine);
            place[plane] = T.CreateTruncating(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(sine) ^ both ^ signs[i] ^ signs[i + 1]));
            signs[i + 1] ^= both;
            last = sign;
            place++;
            sign ^= BitConverter.DoubleToInt64Bits(gamma) & long.MinValue;
        }

        if (first != 0)
        {
            place[plane - 1] = -place[plane - 1];
        }

        signs[l] ^= last;
        left = sine * p;
        d[l] = shift + gamma;
        e[l] = left > negligible && left > square * Math.Abs(d[l] * behind) ? left : 0;
        *split = end;
        return sign ^ first;
    }
}
