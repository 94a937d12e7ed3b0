using System.Numerics;

namespace Onsager.Simd;

/// <summary>
/// The QR factorisation by Householder reflectors in blocks of 32, on one thread, over row-major matrices; A has a leading dimension, the distance of its rows, and results have no gaps. Bits: reflectors' dot
/// products fold 64-byte registers, the rest is products by the contract; the blocks are constants. A matrix that holds a NaN or an infinity gives NaN everywhere.
/// </summary>
public static unsafe class Householder
{
    /// <summary>Elements of working memory that <see cref="Qr"/> needs.</summary>
    public static long QrWork<T>(int m, int n)
        where T : unmanaged => ((long)m * FixedLanes.Leading<T>(n)) + FixedLanes.Whole<T>(int.Min(m, n))
            + ReflectorWork<T>(m, int.Min(m, n), int.Max(m, n));

    /// <summary>Elements of working memory that <see cref="PivotedQr"/> needs.</summary>
    public static long PivotedQrWork<T>(int m, int n)
        where T : unmanaged => (((long)m + 3) * FixedLanes.Leading<T>(n)) + FixedLanes.Whole<T>(int.Min(m, n)) + ReflectorWork<T>(m, int.Min(m, n), int.Max(m, n));

    /// <summary>A [m, n] with its columns in the order of the permutation [n] = Q [m, k] R [k, n], k = min(m, n), where R's diagonal falls in magnitude.</summary>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void PivotedQr<T>(int m, int n, ReadOnlySpan<T> a, int lda, Span<T> q, Span<T> r, Span<int> permutation, Span<T> work)
        where T : unmanaged
    {
        int k = int.Min(m, n);
        if (!Reaches(a.Length, m, n, lda) || q.Length < (long)m * k || r.Length < (long)k * n || permutation.Length < n || work.Length < PivotedQrWork<T>(m, n))
        {
            throw new ArgumentException($"pivoted qr: a span is shorter than its matrix: {a.Length}, {q.Length}, {r.Length}, {permutation.Length} and {work.Length} elements for m = {m}, n = {n}.");
        }

        fixed (T* pa = a, pq = q, pr = r, pw = work)
        {
            fixed (int* pp = permutation)
            {
                if (Operands.Is<T, float>())
                {
                    FixedLanes.Run32(new PivotedQrLoop<float>(new((float*)pa, m, n, lda), k, (float*)pq, (float*)pr, pp, (float*)pw));
                }
                else if (Operands.Is<T, double>())
                {
                    FixedLanes.Run64(new PivotedQrLoop<double>(new((double*)pa, m, n, lda), k, (double*)pq, (double*)pr, pp, (double*)pw));
                }
                else
                {
                    throw Operands.NoLanes<T>("pivoted qr");
                }
            }
        }
    }

    /// <summary>A [m, n] = Q R with Q as reflectors: R from the diagonal of compact [m, n] on, reflector j below it in column j behind a 1 that is not stored, tau [min(m, n)]; needs <see cref="QrWork"/>.</summary>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Reflectors<T>(int m, int n, ReadOnlySpan<T> a, int lda, Span<T> compact, Span<T> tau, Span<T> work)
        where T : unmanaged
    {
        if (!Reaches(a.Length, m, n, lda) || compact.Length < (long)m * n || tau.Length < int.Min(m, n) || work.Length < QrWork<T>(m, n))
        {
            throw new ArgumentException($"reflectors: a span is shorter than its matrix: {a.Length}, {compact.Length}, {tau.Length} and {work.Length} elements for m = {m}, n = {n}.");
        }

        fixed (T* pa = a, pc = compact, pt = tau, pw = work)
        {
            if (Operands.Is<T, float>())
            {
                FixedLanes.Run32(new CompactQrLoop<float>(new((float*)pa, m, n, lda), (float*)pc, (float*)pt, (float*)pw));
            }
            else if (Operands.Is<T, double>())
            {
                FixedLanes.Run64(new CompactQrLoop<double>(new((double*)pa, m, n, lda), (double*)pc, (double*)pt, (double*)pw));
            }
            else
            {
                throw Operands.NoLanes<T>("reflectors");
            }
        }
    }

    /// <summary>Elements of working memory that <see cref="Apply"/> needs.</summary>
    public static long ApplyWork<T>(int m, int reflectors, int columns)
        where T : unmanaged => ReflectorWork<T>(m, reflectors, columns);

    /// <summary>C [m, columns] = Q C, or Q^T C, in its place, for Q as the reflectors that <see cref="Reflectors"/> leaves in compact [m, ldv].</summary>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Apply<T>(bool transpose, int m, int reflectors, ReadOnlySpan<T> compact, int ldv, ReadOnlySpan<T> tau, Span<T> c, int columns, Span<T> work)
        where T : unmanaged
    {
        if (reflectors > m || !Reaches(compact.Length, m, reflectors, ldv) || tau.Length < reflectors || c.Length < (long)m * columns || work.Length < ApplyWork<T>(m, reflectors, columns))
        {
            throw new ArgumentException(
                $"apply reflectors: a span is shorter than its matrix: {compact.Length}, {tau.Length}, {c.Length} and {work.Length} elements for m = {m}, {reflectors} reflectors and {columns} columns.");
        }

        fixed (T* pv = compact, pt = tau, pc = c, pw = work)
        {
            if (Operands.Is<T, float>())
            {
                FixedLanes.Run32(new ApplyReflectorsLoop<float>(transpose, new((float*)pv, m, reflectors, ldv), reflectors, (float*)pt, (float*)pc, columns, (float*)pw));
            }
            else if (Operands.Is<T, double>())
            {
                FixedLanes.Run64(new ApplyReflectorsLoop<double>(transpose, new((double*)pv, m, reflectors, ldv), reflectors, (double*)pt, (double*)pc, columns, (double*)pw));
            }
            else
            {
                throw Operands.NoLanes<T>("apply reflectors");
            }
        }
    }

    /// <summary>Whether a span of so many elements holds a matrix.</summary>
    internal static bool Reaches(int length, int rows, int columns, int leading) =>
        rows == 0 || columns == 0 || (leading >= columns && (((long)rows - 1) * leading) + columns <= length);

    /// <summary>Elements that blocks of reflectors of so many rows take, with what applying them to so many columns needs.</summary>
    internal static long ReflectorWork<T>(int rows, int reflectors, int columns)
        where T : unmanaged
    {
        const int Block = BlockReflector<F64x8, double>.Size;
        long blocks = (reflectors + Block - 1) / Block;
        return (blocks * Block * (FixedLanes.Whole<T>(rows) + Block)) + (Block * Block) + ((long)Block * rows) + (2L * Block * columns);
    }

    /// <summary>A [m, n] = Q R: Q [m, qColumns] with orthonormal columns and R [qColumns, n] upper triangular, where qColumns is min(m, n), or m for all of Q; 0 for R [min(m, n), n] alone.</summary>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Qr<T>(int m, int n, ReadOnlySpan<T> a, int lda, int qColumns, Span<T> q, Span<T> r, Span<T> work)
        where T : unmanaged
    {
        int rRows = qColumns == 0 ? int.Min(m, n) : qColumns;
        if (!Reaches(a.Length, m, n, lda) || q.Length < (long)m * qColumns || r.Length < (long)rRows * n || work.Length < QrWork<T>(m, n))
        {
            throw new ArgumentException($"qr: a span is shorter than its matrix: {a.Length}, {q.Length}, {r.Length} and {work.Length} elements for m = {m}, n = {n}.");
        }

        fixed (T* pa = a, pq = q, pr = r, pw = work)
        {
            if (Operands.Is<T, float>())
            {
                FixedLanes.Run32(new QrLoop<float>(m, n, (float*)pa, lda, qColumns, (float*)pq, (float*)pr, (float*)pw));
            }
            else if (Operands.Is<T, double>())
            {
                FixedLanes.Run64(new QrLoop<double>(m, n, (double*)pa, lda, qColumns, (double*)pq, (double*)pr, (double*)pw));
            }
            else
            {
                throw Operands.NoLanes<T>("qr");
            }
        }
    }
}

/// <summary>One factorisation with Q formed.</summary>
internal readonly unsafe struct QrLoop<T>(int m, int n, T* a, int lda, int qColumns, T* q, T* r, T* work) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int k = int.Min(m, n), ldb = FixedLanes.Leading<T>(n), rRows = qColumns == 0 ? k : qColumns;
        T* b = work, tau = b + ((long)m * ldb);
        T factor = WorkingCopy<V, T>.Scaled(a, lda, m, n, b, ldb);
        if (T.IsNaN(factor))
        {
            new Span<T>(q, m * qColumns).Fill(T.NaN);
            new Span<T>(r, rRows * n).Fill(T.NaN);
            return;
        }

        HouseholderQr<V, T> reflectors = new(m, k, tau + FixedLanes.Whole<T>(k));
        reflectors.Factor(b, ldb, n, tau);
        for (int i = 0; i < rRows; i++)
        {
            Span<T> row = new(r + ((long)i * n), n);
            int zeros = int.Min(i, n);
            row[..zeros].Clear();
            new ReadOnlySpan<T>(b + ((long)i * ldb) + zeros, n - zeros).CopyTo(row[zeros..]);
        }

        if (factor != T.One)
        {
            WorkingCopy<V, T>.Multiply(T.One / factor, r, (long)rRows * n);
        }

        if (qColumns > 0)
        {
            reflectors.Form(k, q, qColumns, qColumns);
        }
    }
}
