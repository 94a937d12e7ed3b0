namespace Onsager.Simd;

/// <summary>
/// Eigenvalues of row-major square matrices by balancing, reduction to Hessenberg form and Francis's QR steps, on one thread and in double precision whatever the elements.
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
}

/// <summary>One matrix.</summary>
internal readonly unsafe struct GeneralEigenLoop(RowMatrix<double> a, double* real, double* imaginary, double* work, bool* isDone) : ILaneLoop<double>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, double>
    {
        int n = a.Rows, leading = FixedLanes.Leading<double>(n);
        double factor = WorkingCopy<V, double>.Scaled(a.First, a.Leading, n, n, work, leading);
        if (double.IsNaN(factor))
        {
            new Span<double>(real, n).Fill(double.NaN);
            new Span<double>(imaginary, n).Fill(double.NaN);
            return;
        }

        Hessenberg<V>.Balance(work, leading, n);
        Hessenberg<V>.Reduce(work, leading, n, work + ((long)FixedLanes.Whole<double>(n) * leading));
        *isDone = new FrancisQr(work, leading, n, real, imaginary).Run();
        for (int i = 0; i < n; i++)
        {
            real[i] /= factor;
            imaginary[i] /= factor;
        }
    }
}
