using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Q^T A Q with zeros below the diagonal beside the main one, by a reflector for each column, and before that rows and columns scaled by powers of 2 so that their
/// lengths are near one another (Golub and Van Loan, Matrix Computations, 4th edition, sections 7.4 and 7.5; Parlett and Reinsch, Numer. Math. 13, 1969).
/// </summary>
internal static unsafe class Hessenberg<V>
    where V : unmanaged, IMemoryLanes<V, double>
{
    /// <summary>Scales rows and columns of a [n, leading]: a similarity, and exact. Scales [n], unless it is null, takes what columns were multiplied by.</summary>
    [MethodImpl(Loop)]
    public static void Balance(double* a, int leading, int n, double* scales = null)
    {
        new Span<double>(scales, scales is null ? 0 : n).Fill(1);
        bool hasChanged = true;
        for (int round = 0; round < 20 && hasChanged; round++)
        {
            hasChanged = false;
            for (int i = 0; i < n; i++)
            {
                double row = 0, column = 0;
                for (int j = 0; j < n; j++)
                {
                    row += j == i ? 0 : Math.Abs(a[((long)i * leading) + j]);
                    column += j == i ? 0 : Math.Abs(a[((long)j * leading) + i]);
                }

                double factor = Factor(row, column);
                if (factor == 1)
                {
                    continue;
                }

                hasChanged = true;
                if (scales is not null)
                {
                    scales[i] *= factor;
                }

                for (int j = 0; j < n; j++)
                {
                    a[((long)i * leading) + j] /= factor;
                }

                for (int j = 0; j < n; j++)
                {
                    a[((long)j * leading) + i] *= factor;
                }
            }
        }
    }

    /// <summary>Reduces a [n, leading], zeros behind its columns; what is left below is set to zero. work has 3 leading elements. Rows [n, leading], unless it is null, take Q^T.</summary>
    [MethodImpl(Loop)]
    public static void Reduce(double* a, int leading, int n, double* work, double* rows = null)
    {
        int whole = FixedLanes.Whole<double>(n);
        double* v = work, w = v + leading, products = w + leading;
        for (int k = 0; k < n - 2; k++)
        {
            int from = (k + 1) / V.Width * V.Width, length = whole - from;
            new Span<double>(v, leading).Clear();
            for (int i = k + 1; i < n; i++)
            {
                v[i] = a[((long)i * leading) + k];
            }

            double beta = Reflector<V, double>.Make(v + from, length, k + 1 - from, out double tau);
            VectorLoops<V, double>.Combine(a + ((long)(k + 1) * leading) + from, leading, n - k - 1, v + k + 1, 1, w + from, length, fromZero: true);
            for (int i = k + 1; i < n; i++)
            {
                VectorLoops<V, double>.Add(-tau * v[i], w + from, a + ((long)i * leading) + from, length);
            }

            VectorLoops<V, double>.Dots(a + from, leading, n, v + from, length, products);
            for (int i = 0; i < n; i++)
            {
                VectorLoops<V, double>.Add(-tau * products[i], v + from, a + ((long)i * leading) + from, length);
            }

            if (rows is not null)
            {
                VectorLoops<V, double>.Combine(rows + ((long)(k + 1) * leading), leading, n - k - 1, v + k + 1, 1, w, whole, fromZero: true);
                for (int i = k + 1; i < n; i++)
                {
                    VectorLoops<V, double>.Add(-tau * v[i], w, rows + ((long)i * leading), whole);
                }
            }

            a[((long)(k + 1) * leading) + k] = beta;
            for (int i = k + 2; i < n; i++)
            {
                a[((long)i * leading) + k] = 0;
            }
        }
    }

    /// <summary>What column i is multiplied by and row i divided by: a power of 2, or 1 where little is to be gained.</summary>
    private static double Factor(double row, double column)
    {
        double factor = 1, sum = row + column, scaled = column;
        if (!(row > 0 && column > 0))
        {
            return 1;
        }

        while (scaled < row / 2 && factor < 1e60)
        {
            (factor, scaled) = (factor * 2, scaled * 4);
        }

        while (scaled >= row * 2 && factor > 1e-60)
        {
            (factor, scaled) = (factor / 2, scaled / 4);
        }

        return (scaled + row) / factor < 0.95 * sum ? factor : 1;
    }
}
