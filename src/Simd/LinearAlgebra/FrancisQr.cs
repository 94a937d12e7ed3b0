using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Eigenvalues of a Hessenberg matrix by QR steps with two shifts at once, which need no complex numbers (J. Francis, Computer Journal 4, 1961 and 1962; Golub and Van Loan,
/// Matrix Computations, 4th edition, section 7.5; the shifts of steps that do not converge are EISPACK's). With rows [n, leading] what is done to columns of the matrix is done to them, and
/// the matrix becomes its real Schur form; the eigenvalues have the same bits either way.
/// </summary>
internal readonly unsafe struct FrancisQr(double* h, int leading, int n, double* real, double* imaginary, double* rows = null)
{
    private const double Epsilon = 1.1102230246251565e-16;

    /// <summary>Steps for an eigenvalue at the most.</summary>
    private const int MostSteps = 60;

    private readonly double* h = h;
    private readonly int leading = leading;
    private readonly int n = n;
    private readonly double* real = real;
    private readonly double* imaginary = imaginary;
    private readonly double* rows = rows;

    /// <summary>Uses up the matrix. False where an eigenvalue did not come out.</summary>
    [MethodImpl(Loop)]
    public bool Run()
    {
        double norm = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = int.Max(0, i - 1); j < n; j++)
            {
                norm = Math.Max(norm, Math.Abs(At(i, j)));
            }
        }

        int last = n - 1, steps = 0;
        while (last >= 0)
        {
            int first = Split(last, norm);
            if (first == last)
            {
                (real[last], imaginary[last]) = (At(last, last), 0);
                (last, steps) = (last - 1, 0);
            }
            else if (first == last - 1)
            {
                Pair(last);
                (last, steps) = (last - 2, 0);
            }
            else if (steps++ == MostSteps)
            {
                return false;
            }
            else
            {
                Step(first, last, steps % 10 == 0);
            }
        }

        return true;
    }

    [MethodImpl(Inline)]
    private ref double At(int i, int j) => ref h[((long)i * leading) + j];

    /// <summary>The first row of the last block that hangs together; what is negligible becomes zero.</summary>
    private int Split(int last, double norm)
    {
        for (int l = last; l > 0; l--)
        {
            double size = Math.Abs(At(l - 1, l - 1)) + Math.Abs(At(l, l));
            if (Math.Abs(At(l, l - 1)) <= Epsilon * (size == 0 ? norm : size))
            {
                At(l, l - 1) = 0;
                return l;
            }
        }

        return 0;
    }

    /// <summary>Both eigenvalues of the block of two that ends in this row.</summary>
    private void Pair(int last)
    {
        double x = At(last, last), y = At(last - 1, last - 1), w = At(last, last - 1) * At(last - 1, last), p = (y - x) / 2, q = (p * p) + w, z = Math.Sqrt(Math.Abs(q));
        if (q >= 0)
        {
            z = p + (p >= 0 ? z : -z);
            if (rows is not null)
            {
                Triangle(last, z);
            }

            (real[last - 1], real[last]) = (x + z, z == 0 ? x : x - (w / z));
            (imaginary[last - 1], imaginary[last]) = (0, 0);
            return;
        }

        (real[last - 1], real[last]) = (x + p, x + p);
        (imaginary[last - 1], imaginary[last]) = (z, -z);
    }

    /// <summary>The rotation that makes a block with two real eigenvalues triangular; the upper one lies z above the last diagonal element.</summary>
    private void Triangle(int last, double z)
    {
        // The first column of the rotation is the eigenvector (z, below).
        Rotation.Of(z, At(last, last - 1), out double c, out double s, out _);
        double* upper = h + ((long)(last - 1) * leading), lower = upper + leading;
        for (int j = last - 1; j < n; j++)
        {
            (upper[j], lower[j]) = ((c * upper[j]) + (s * lower[j]), (c * lower[j]) - (s * upper[j]));
        }

        for (int i = 0; i <= last; i++)
        {
            double* row = h + ((long)i * leading) + last - 1;
            (row[0], row[1]) = ((c * row[0]) + (s * row[1]), (c * row[1]) - (s * row[0]));
        }

        At(last, last - 1) = 0;
        double* x = rows + ((long)(last - 1) * leading), y = x + leading;
        for (int j = 0; j < n; j++)
        {
            (x[j], y[j]) = ((c * x[j]) + (s * y[j]), (c * y[j]) - (s * x[j]));
        }
    }

    /// <summary>One step on the block from first to last: a bulge of two is made at the top and chased out at the bottom.</summary>
    private void Step(int first, int last, bool isUnusual)
    {
        double x = At(last, last), y = At(last - 1, last - 1), w = At(last, last - 1) * At(last - 1, last);
        if (isUnusual)
        {
            double size = Math.Abs(At(last, last - 1)) + Math.Abs(At(last - 1, last - 2));
            x = y = At(last, last) + (0.75 * size);
            w = -0.4375 * size * size;
        }

        double sum = x + y, product = (x * y) - w;
        for (int k = first; k < last; k++)
        {
            double a, b, c = 0;
            if (k == first)
            {
                // The first column of (H - shift) (H - other shift), divided by the element below its diagonal.
                double top = At(k, k), below = At(k + 1, k);
                a = (((top * (top - sum)) + product) / below) + At(k, k + 1);
                b = top + At(k + 1, k + 1) - sum;
                c = k + 2 <= last ? At(k + 2, k + 1) : 0;
            }
            else
            {
                (a, b) = (At(k, k - 1), At(k + 1, k - 1));
                c = k + 2 <= last ? At(k + 2, k - 1) : 0;
            }

            Reflect(first, last, k, a, b, c);
        }
    }

    /// <summary>The reflector that brings (a, b, c) to a multiple of the first unit vector, on rows and columns k to k + 2.</summary>
    private void Reflect(int first, int last, int k, double a, double b, double c)
    {
        double size = Math.Abs(a) + Math.Abs(b) + Math.Abs(c);
        if (size == 0)
        {
            return;
        }

        (a, b, c) = (a / size, b / size, c / size);
        double length = Math.Sqrt((a * a) + (b * b) + (c * c)), beta = a > 0 ? -length : length, tau = (beta - a) / beta;
        (b, c) = (b / (a - beta), c / (a - beta));
        bool isThree = k + 2 <= last;
        if (k > first)
        {
            At(k, k - 1) = beta * size;
            At(k + 1, k - 1) = 0;
            if (isThree)
            {
                At(k + 2, k - 1) = 0;
            }
        }

        double* r0 = h + ((long)k * leading), r1 = r0 + leading, r2 = isThree ? r1 + leading : r1;
        int end = rows is null ? last : n - 1, start = rows is null ? first : 0;
        for (int j = k; j <= end; j++)
        {
            double dot = tau * (r0[j] + (b * r1[j]) + (isThree ? c * r2[j] : 0));
            r0[j] -= dot;
            r1[j] -= dot * b;
            if (isThree)
            {
                r2[j] -= dot * c;
            }
        }

        for (int i = start; i <= int.Min(last, k + 3); i++)
        {
            double* row = h + ((long)i * leading) + k;
            double dot = tau * (row[0] + (b * row[1]) + (isThree ? c * row[2] : 0));
            row[0] -= dot;
            row[1] -= dot * b;
            if (isThree)
            {
                row[2] -= dot * c;
            }
        }

        if (rows is not null)
        {
            Turn(rows + ((long)k * leading), b, c, tau, isThree);
        }
    }

    /// <summary>The same reflector on rows that stand for columns.</summary>
    [MethodImpl(Loop)]
    private void Turn(double* r0, double b, double c, double tau, bool isThree)
    {
        double* r1 = r0 + leading, r2 = isThree ? r1 + leading : r1;
        for (int j = 0; j < n; j++)
        {
            double dot = tau * (r0[j] + (b * r1[j]) + (isThree ? c * r2[j] : 0));
            r0[j] -= dot;
            r1[j] -= dot * b;
            if (isThree)
            {
                r2[j] -= dot * c;
            }
        }
    }
}
