using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Eigenvectors of a matrix in real Schur form, upper triangular but for blocks of two rows with complex pairs, by substitution from below (Golub and Van Loan, Matrix Computations,
/// 4th edition, section 7.6.4; LAPACK's trevc). Where a pivot is smaller than rounding leaves it, rounding stands in for it, and what grows too large is scaled down as a whole.
/// </summary>
internal readonly unsafe struct SchurVectors(double* t, int leading, int n, double* real, double* imaginary)
{
    private const double Epsilon = 1.1102230246251565e-16;

    private const double Large = 1e100;

    private readonly double* t = t;
    private readonly int leading = leading;
    private readonly int n = n;
    private readonly double* real = real;
    private readonly double* imaginary = imaginary;

    /// <summary>Row k of re and im, [n, leading] and zero behind their rows' vectors, is an eigenvector in the form's own coordinates for value k; the second of a pair is the first one's conjugate and left alone.</summary>
    [MethodImpl(Loop)]
    public void Run(double* re, double* im)
    {
        double norm = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = int.Max(0, i - 1); j < n; j++)
            {
                norm = Math.Max(norm, Math.Abs(At(i, j)));
            }
        }

        double least = Math.Max(Epsilon * norm, 1e-290);
        for (int k = n - 1; k >= 0; k--)
        {
            bool isPair = imaginary[k] < 0;
            int first = isPair ? k - 1 : k;
            double* x = re + ((long)first * leading), y = im + ((long)first * leading);
            if (isPair)
            {
                Pair(first, x, y, least);
            }
            else
            {
                x[k] = 1;
            }

            Substitute(first, isPair ? k : first, x, y, least);
            k = first;
        }
    }

    [MethodImpl(Inline)]
    private double At(int i, int j) => t[((long)i * leading) + j];

    /// <summary>The vector of a block of two for its value with the positive imaginary part: from the row with the larger element beside the diagonal.</summary>
    private void Pair(int i, double* x, double* y, double least)
    {
        double a = At(i, i) - real[i], b = At(i, i + 1), c = At(i + 1, i), d = At(i + 1, i + 1) - real[i], w = imaginary[i];
        if (Math.Abs(b) >= Math.Abs(c))
        {
            // (a - i w) x + b y = 0
            double pivot = Math.Abs(b) < least ? least : b;
            (x[i], y[i], x[i + 1], y[i + 1]) = (1, 0, -a / pivot, w / pivot);
        }
        else
        {
            (x[i + 1], y[i + 1], x[i], y[i]) = (1, 0, -d / c, w / c);
        }
    }

    /// <summary>The elements above a block, (T - value) (x + i y) = 0, from its rows upwards.</summary>
    [MethodImpl(Loop)]
    private void Substitute(int first, int last, double* x, double* y, double least)
    {
        double wr = real[first], wi = imaginary[first];
        for (int i = first - 1; i >= 0; i--)
        {
            (double p, double q) = Row(i, i + 1, last, x, y);
            if (imaginary[i] == 0)
            {
                (x[i], y[i]) = Divide(-p, -q, At(i, i) - wr, -wi, least);
            }
            else
            {
                // Rows i - 1 and i: (a b; c d) (x, y) = -(r, s), by the determinant.
                (double r, double s) = Row(i - 1, i + 1, last, x, y);
                double a = At(i - 1, i - 1) - wr, b = At(i - 1, i), c = At(i, i - 1), d = At(i, i) - wr;
                double re = (a * d) - (wi * wi) - (b * c), im = -wi * (a + d);
                (x[i], y[i]) = Divide(-((a * p) + (wi * q) - (c * r)), -((a * q) - (wi * p) - (c * s)), re, im, least * least);
                (x[i - 1], y[i - 1]) = Divide(-((d * r) + (wi * s) - (b * p)), -((d * s) - (wi * r) - (b * q)), re, im, least * least);
                i--;
            }

            double size = Math.Max(Math.Abs(x[i]), Math.Abs(y[i]));
            size = i + 1 < first ? Math.Max(size, Math.Max(Math.Abs(x[i + 1]), Math.Abs(y[i + 1]))) : size;
            if (size > Large)
            {
                for (int j = i; j <= last; j++)
                {
                    x[j] /= size;
                    y[j] /= size;
                }
            }
        }
    }

    /// <summary>The sum of row i over columns from j to last.</summary>
    [MethodImpl(Loop)]
    private (double Real, double Imaginary) Row(int i, int j, int last, double* x, double* y)
    {
        double* row = t + ((long)i * leading);
        double p = 0, q = 0;
        for (; j <= last; j++)
        {
            p = Math.FusedMultiplyAdd(row[j], x[j], p);
            q = Math.FusedMultiplyAdd(row[j], y[j], q);
        }

        return (p, q);
    }

    /// <summary>(p + i q) / (a + i b), where what is smaller than the least counts as that.</summary>
    private static (double Real, double Imaginary) Divide(double p, double q, double a, double b, double least)
    {
        double size = Math.Max(Math.Abs(a), Math.Abs(b));
        if (size < least)
        {
            (a, b, size) = (least, 0, least);
        }

        (a, b) = (a / size, b / size);
        double square = (a * a) + (b * b);
        return (((p * a) + (q * b)) / square / size, ((q * a) - (p * b)) / square / size);
    }
}
