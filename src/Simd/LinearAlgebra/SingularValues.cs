using System.Numerics;

namespace Onsager.Simd;

/// <summary>
/// Singular values and vectors of row-major matrices, on one thread; A has a leading dimension, results have no gaps. A matrix that is not square is factored to a triangle
/// first. Bits: dot products fold 64-byte registers, the rest is products by the contract and operations in one order; blocks are constants. A matrix that holds a
/// NaN or an infinity gives NaN everywhere.
/// </summary>
public static unsafe class SingularValues
{
    /// <summary>Elements of working memory that <see cref="Run"/> needs.</summary>
    public static long Work<T>(int m, int n)
        where T : unmanaged
    {
        int p = int.Max(m, n), q = int.Min(m, n);
        long leading = FixedLanes.Leading<T>(q), whole = FixedLanes.Whole<T>(q);
        int doubles = sizeof(double) / sizeof(T);
        return ((long)p * leading) + (2 * whole * leading) + BidiagonalMemory.Work<T>((int)leading) + (3 * whole) + Householder.ReflectorWork<T>(p, q, p)
            + (2 * Householder.ReflectorWork<T>(q, q, q)) + (doubles * ((4 * whole) + 64)) + (4L * FixedLanes.Whole<T>(SymmetricEigenvalues.Sweeps * q)) + Turned(m, n) + 256
            + (4 * RotationSweeps<F64x8, double>.Most * sizeof(int) / sizeof(T));
    }

    /// <summary>Elements for the left vectors of a wide matrix's transpose, which are turned in the end.</summary>
    internal static long Turned(int m, int n) => m < n ? (long)n * n : 0;

    /// <summary>
    /// A [m, n] = U diag(values) V^T: values [min(m, n)] in descending order, and unless uColumns is 0, U [m, uColumns] and V^T [vRows, n], where uColumns and vRows are
    /// min(m, n), or m and n.
    /// </summary>
    /// <returns>False where the iteration did not end; the results are then undefined.</returns>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static bool Run<T>(int m, int n, ReadOnlySpan<T> a, int lda, Span<T> values, int uColumns, Span<T> u, int vRows, Span<T> vt, Span<T> work)
        where T : unmanaged
    {
        if (!Householder.Reaches(a.Length, m, n, lda) || values.Length < int.Min(m, n) || u.Length < (long)m * uColumns || vt.Length < (long)vRows * n || work.Length < Work<T>(m, n))
        {
            throw new ArgumentException($"singular values: a span is shorter than its matrix: {a.Length}, {values.Length}, {u.Length}, {vt.Length} and {work.Length} elements for m = {m}, n = {n}.");
        }

        bool isDone = true;
        fixed (T* pa = a, ps = values, pu = u, pv = vt, pw = work)
        {
            if (Operands.Is<T, float>())
            {
                FixedLanes.Run32(new SvdLoop<float>(new((float*)pa, m, n, lda), (float*)ps, uColumns, (float*)pu, vRows, (float*)pv, (float*)pw, &isDone));
            }
            else if (Operands.Is<T, double>())
            {
                FixedLanes.Run64(new SvdLoop<double>(new((double*)pa, m, n, lda), (double*)ps, uColumns, (double*)pu, vRows, (double*)pv, (double*)pw, &isDone));
            }
            else
            {
                throw Operands.NoLanes<T>("singular values");
            }
        }

        return isDone;
    }
}

/// <summary>A matrix in rows.</summary>
internal readonly unsafe struct RowMatrix<T>(T* first, int rows, int columns, int leading)
    where T : unmanaged
{
    public readonly T* First = first;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int Leading = leading;
}
