using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Blas;

/// <summary>
/// Products and systems with a triangular matrix from the left, X = op(T) X and op(T) X = B, over X by rows, in strips of columns that threads share.
/// A matrix by columns on the right of T is such an X as it lies; on the left, each strip is turned into working memory and back.
/// </summary>
internal static unsafe class Triangular<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns of a strip.</summary>
    private const int Strip = 128;

    /// <summary>Elements from one row of a turned strip to the next: not a multiple of the cache's period.</summary>
    private const int StripLeading = Strip + 16;

    /// <summary>B [m, n] = alpha op(A) B or alpha B op(A), or, to solve, B becomes alpha op(A)^-1 B or alpha B op(A)^-1.</summary>
    public static void Run(bool solve, bool left, bool upper, bool trans, bool unit, nint m, nint n, T alpha, T* a, nint lda, T* b, nint ldb)
    {
        if (alpha == T.Zero)
        {
            for (nint j = 0; j < n; j++)
            {
                new Span<T>(b + (j * ldb), (int)m).Clear();
            }

            return;
        }

        // On the left T is op(A). On the right the rows are those of B^T, and T is op(A)^T.
        bool turned = left == trans;
        nint order = left ? m : n, columns = left ? n : m;
        Matrix<T> triangle = turned ? new(a, lda, 1) : new(a, 1, lda);
        Strips strips = new(solve, left, turned == upper, unit, order, columns, alpha, triangle, b, ldb);
        Team.Run(in strips, (int)((columns + Strip - 1) / Strip), (double)order * order * columns);
    }

    /// <summary>X [n, columns] = T X in its place: halves of the triangle with a product between them, as <see cref="TriangularSolve"/> cuts them.</summary>
    private static void Multiply(bool lower, bool unit, nint n, nint columns, Matrix<T> t, T* x, nint ldx)
    {
        if (n <= TriangularSolve.Block)
        {
            MultiplyBlock(lower, unit, n, columns, t, x, ldx);
            return;
        }

        nint half = TriangularSolve.Half(n), rest = n - half;
        Matrix<T> second = new(t.First + (half * (t.Row + t.Column)), t.Row, t.Column);
        T* behind = x + (half * ldx);
        if (lower)
        {
            Multiply(lower, unit, rest, columns, second, behind, ldx);
            Gemm.Multiply(rest, columns, half, T.One, new(t.First + (half * t.Row), t.Row, t.Column), new(x, ldx, 1), T.One, behind, ldx);
            Multiply(lower, unit, half, columns, t, x, ldx);
        }
        else
        {
            Multiply(lower, unit, half, columns, t, x, ldx);
            Gemm.Multiply(half, columns, rest, T.One, new(t.First + (half * t.Column), t.Row, t.Column), new(behind, ldx, 1), T.One, x, ldx);
            Multiply(lower, unit, rest, columns, second, behind, ldx);
        }
    }

    /// <summary>Row by row, of which each takes only rows that are still those of before.</summary>
    private static void MultiplyBlock(bool lower, bool unit, nint n, nint columns, Matrix<T> t, T* x, nint ldx)
    {
        for (nint step = 0; step < n; step++)
        {
            nint i = lower ? n - 1 - step : step, first = lower ? 0 : i + 1, count = lower ? i : n - 1 - i;
            T* row = x + (i * ldx), coefficients = t.First + (i * t.Row);
            if (!unit)
            {
                Vectors.Scale(columns, coefficients[i * t.Column], row);
            }

            if (count > 0)
            {
                Gemm.Multiply(1, columns, count, T.One, new(coefficients + (first * t.Column), t.Row, t.Column), new(x + (first * ldx), ldx, 1), T.One, row, ldx);
            }
        }
    }

    private readonly struct Strips(
        bool solve, bool isTurned, bool lower, bool unit, nint order, nint columns, T alpha, Matrix<T> t, T* b, nint ldb) : IParts
    {
        private readonly bool solve = solve;
        private readonly bool isTurned = isTurned;
        private readonly bool lower = lower;
        private readonly bool unit = unit;
        private readonly nint order = order;
        private readonly nint columns = columns;
        private readonly T alpha = alpha;
        private readonly Matrix<T> t = t;
        private readonly T* b = b;
        private readonly nint ldb = ldb;

        public void Run(int part)
        {
            nint first = (nint)part * Strip, width = nint.Min(Strip, columns - first);
            if (!isTurned)
            {
                Run(width, b + first, ldb);
                return;
            }

            T* strip = b + (first * ldb), x = (T*)Scratch.RentOuter(order * StripLeading * sizeof(T));
            Vectors.Transpose(width, order, strip, ldb, x, StripLeading);
            Run(width, x, StripLeading);
            Vectors.Transpose(order, width, x, StripLeading, strip, ldb);
        }

        private void Run(nint width, T* x, nint ldx)
        {
            for (nint i = 0; i < order && alpha != T.One; i++)
            {
                Vectors.Scale(width, alpha, x + (i * ldx));
            }

            if (solve)
            {
                TriangularSolve.Left(lower, unit, order, width, t, x, ldx);
            }
            else
            {
                Multiply(lower, unit, order, width, t, x, ldx);
            }
        }
    }
}
