using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// Least squares and shortest solutions with a matrix of full rank (LAPACK's gels): by Q R of A [m, n], or, where it has fewer rows than columns, of its transpose, which is L Q of A.
/// </summary>
internal static unsafe class LeastSquares<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Largest elements outside 2^-Bound to 2^Bound are brought near 1.</summary>
    private static int Bound => typeof(T) == typeof(float) ? 103 : 970;

    /// <summary>X in the place of B [max(m, n), columns]; A holds its factors. 0, or the number of the first zero on the triangle's diagonal, and there is no solution.</summary>
    public static int Solve(bool trans, int m, int n, int columns, T* a, nint lda, T* b, nint ldb)
    {
        int p = int.Max(m, n), q = int.Min(m, n), rows = trans ? n : m;
        T largest = Systems<T>.Largest(m, n, a, lda);
        if (largest == T.Zero)
        {
            Systems<T>.Clear(p, columns, b, ldb);
            return 0;
        }

        int ofA = Shift(largest), ofB = Shift(Systems<T>.Largest(rows, columns, b, ldb));
        Systems<T>.Scale(m, n, ofA, a, lda);
        Systems<T>.Scale(rows, columns, ofB, b, ldb);

        bool isWide = m < n;
        nint turned = isWide ? (nint)n * m : 0;
        nint needed = Qr<T>.FactorWork(p, q, nint.Max(q, columns));
        T* memory = (T*)Scratch.RentOutermost((needed + FixedLanes.Whole<T>(q) + turned) * sizeof(T));
        T* tau = memory, work = tau + FixedLanes.Whole<T>(q), factors = isWide ? work + needed : a;
        nint leading = isWide ? n : lda;
        if (isWide)
        {
            Vectors.Transpose(n, m, a, lda, factors, leading);
        }

        Qr<T>.Factor(p, q, factors, leading, tau, work);
        if (isWide)
        {
            Vectors.Transpose(m, n, factors, leading, a, lda);
        }

        // The tall matrix is Q R: as many equations as unknowns or more, unless it is asked for transposed.
        int zero = Systems<T>.FirstZero(q, factors, leading);
        bool isOver = isWide == trans;
        if (isOver)
        {
            Qr<T>.Apply(left: true, trans: true, p, columns, q, factors, leading, tau, b, ldb, work);
        }

        if (zero != 0)
        {
            return zero;
        }

        Systems<T>.Solve(upper: true, trans: !isOver, unit: false, q, columns, factors, leading, b, ldb);
        if (!isOver)
        {
            Systems<T>.Clear(p - q, columns, b + q, ldb);
            Qr<T>.Apply(left: true, trans: false, p, columns, q, factors, leading, tau, b, ldb, work);
        }

        Systems<T>.Scale(isOver ? q : p, columns, ofA - ofB, b, ldb);
        return 0;
    }

    private static int Shift(T largest) =>
        largest == T.Zero || !T.IsFinite(largest) || int.Abs(T.ILogB(largest)) <= Bound ? 0 : -T.ILogB(largest);
}
