using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Eigenvalues and eigenvectors of row-major square matrices by balancing, reduction to Hessenberg form, Francis's QR steps and substitution in the Schur form, on one thread and in double
/// precision whatever the elements.
/// A matrix that holds a NaN or an infinity gives NaN everywhere.
/// </summary>
public static unsafe class GeneralEigenvalues
{
    /// <summary>Numbers of working memory that <see cref="Run"/> needs.</summary>
    public static long Work(int n) => ((FixedLanes.Whole<double>(n) + 3L) * FixedLanes.Leading<double>(n)) + (2L * n) + 16;

    /// <summary>Real and imaginary parts [n] of a's eigenvalues, in the order in which they come out, pairs of complex ones next to each other with the positive imaginary part first.</summary>
    /// <returns>False where the iteration did not end; the results are then undefined.</returns>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    public static bool Run(int n, ReadOnlySpan<double> a, int lda, Span<double> real, Span<double> imaginary, Span<double> work)
    {
        if (!Householder.Reaches(a.Length, n, n, lda) || real.Length < n || imaginary.Length < n || work.Length < Work(n))
        {
            throw new ArgumentException($"general eigenvalues: a span is shorter than its matrix: {a.Length}, {real.Length}, {imaginary.Length} and {work.Length} elements for n = {n}.");
        }

        bool isDone = true;
        fixed (double* pa = a, pr = real, pi = imaginary, pw = work)
        {
            FixedLanes.Run64(new GeneralEigenLoop(new(pa, n, n, lda), pr, pi, pw, &isDone));
        }

        return isDone;
    }

    /// <summary>Numbers of working memory that <see cref="RunVectors"/> needs.</summary>
    public static long VectorWork(int n) => Work(n) + (((3L * FixedLanes.Whole<double>(n)) + 2) * FixedLanes.Leading<double>(n));

    /// <summary>
    /// The same eigenvalues, and real and imaginary parts [n, n] of eigenvectors in columns: each has length 1 and its largest component, the first of the largest, is positive and real.
    /// </summary>
    /// <returns>False where the iteration did not end; the results are then undefined.</returns>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    public static bool RunVectors(int n, ReadOnlySpan<double> a, int lda, Span<double> real, Span<double> imaginary, Span<double> vectorsReal, Span<double> vectorsImaginary, Span<double> work)
    {
        if (!Householder.Reaches(a.Length, n, n, lda) || real.Length < n || imaginary.Length < n || vectorsReal.Length < (long)n * n || vectorsImaginary.Length < (long)n * n
            || work.Length < VectorWork(n))
        {
            throw new ArgumentException(
                $"general eigenvectors: a span is shorter than its matrix: {a.Length}, {real.Length}, {imaginary.Length}, {vectorsReal.Length}, {vectorsImaginary.Length} and {work.Length} elements for n = {n}.");
        }

        bool isDone = true;
        fixed (double* pa = a, pr = real, pi = imaginary, vr = vectorsReal, vi = vectorsImaginary, pw = work)
        {
            FixedLanes.Run64(new GeneralEigenLoop(new(pa, n, n, lda), pr, pi, pw, &isDone, vr, vi));
        }

        return isDone;
    }
}

/// <summary>One matrix; vectors are null where nobody wants them.</summary>
internal readonly unsafe struct GeneralEigenLoop(RowMatrix<double> a, double* real, double* imaginary, double* work, bool* isDone, double* vectorsReal = null, double* vectorsImaginary = null)
    : ILaneLoop<double>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, double>
    {
        int n = a.Rows, leading = FixedLanes.Leading<double>(n), whole = FixedLanes.Whole<double>(n);
        double factor = WorkingCopy<V, double>.Scaled(a.First, a.Leading, n, n, work, leading);
        if (double.IsNaN(factor))
        {
            new Span<double>(real, n).Fill(double.NaN);
            new Span<double>(imaginary, n).Fill(double.NaN);
            new Span<double>(vectorsReal, vectorsReal is null ? 0 : n * n).Fill(double.NaN);
            new Span<double>(vectorsImaginary, vectorsReal is null ? 0 : n * n).Fill(double.NaN);
            return;
        }

        double* rest = work + ((long)whole * leading), rows = null, scales = null;
        if (vectorsReal is not null)
        {
            scales = rest + (3L * leading);
            rows = scales + (2L * leading);
            new Span<double>(rows, 3 * whole * leading).Clear();
            for (int i = 0; i < n; i++)
            {
                rows[((long)i * leading) + i] = 1;
            }
        }

        Hessenberg<V>.Balance(work, leading, n, scales);
        Hessenberg<V>.Reduce(work, leading, n, rest, rows);
        *isDone = new FrancisQr(work, leading, n, real, imaginary, rows).Run();
        if (*isDone && vectorsReal is not null)
        {
            double* re = rows + ((long)whole * leading), im = re + ((long)whole * leading);
            new SchurVectors(work, leading, n, real, imaginary).Run(re, im);
            for (int k = 0; k < n; k++)
            {
                Vector<V>(k, leading, whole, rows, re + ((long)k * leading), im + ((long)k * leading), scales, rest);
            }
        }

        for (int i = 0; i < n; i++)
        {
            real[i] /= factor;
            imaginary[i] /= factor;
        }
    }

    /// <summary>Vector k in the matrix's own coordinates, with its length and its phase.</summary>
    [MethodImpl(Jit.Loop)]
    private void Vector<V>(int k, int leading, int whole, double* rows, double* re, double* im, double* scales, double* work)
        where V : unmanaged, IMemoryLanes<V, double>
    {
        int n = a.Rows;
        double* x = work, y = x + leading;
        if (imaginary[k] < 0)
        {
            for (int i = 0; i < n; i++)
            {
                vectorsReal[((long)i * n) + k] = vectorsReal[((long)i * n) + k - 1];
                vectorsImaginary[((long)i * n) + k] = -vectorsImaginary[((long)i * n) + k - 1];
            }

            return;
        }

        int count = imaginary[k] > 0 ? k + 2 : k + 1;
        VectorLoops<V, double>.Combine(rows, leading, count, re, 1, x, whole, fromZero: true);
        VectorLoops<V, double>.Combine(rows, leading, count, im, 1, y, whole, fromZero: true);
        double most = 0;
        for (int i = 0; i < n; i++)
        {
            (x[i], y[i]) = (x[i] * scales[i], y[i] * scales[i]);
            most = Math.Max(most, Math.Max(Math.Abs(x[i]), Math.Abs(y[i])));
        }

        double square = 0, largest = 0, c = 1, s = 0;
        for (int i = 0; i < n; i++)
        {
            (x[i], y[i]) = (x[i] / most, y[i] / most);
            double size = (x[i] * x[i]) + (y[i] * y[i]);
            square += size;
            if (size > largest)
            {
                (largest, c, s) = (size, x[i], y[i]);
            }
        }

        double length = Math.Sqrt(square) * Math.Sqrt(largest);
        (c, s) = (c / length, s / length);
        for (int i = 0; i < n; i++)
        {
            vectorsReal[((long)i * n) + k] = (x[i] * c) + (y[i] * s);
            vectorsImaginary[((long)i * n) + k] = imaginary[k] == 0 ? 0 : (y[i] * c) - (x[i] * s);
        }
    }
}
