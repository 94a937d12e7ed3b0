using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Blas;

/// <summary>
/// Products of matrices stored by columns. A matrix by columns is its transpose by rows, so that C by columns is the engine's product with
/// its operands exchanged: C^T = op(B)^T op(A)^T.
/// </summary>
internal static unsafe class Level3<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>C [m, n] = alpha op(A) op(B) + beta C.</summary>
    public static void Gemm(bool transA, bool transB, nint m, nint n, nint k, T alpha, T* a, nint lda, T* b, nint ldb, T beta, T* c, nint ldc) =>
        Team.Multiply(n, m, k, alpha, Turned(b, ldb, transB), Turned(a, lda, transA), beta, c, ldc);

    /// <summary>C [m, n] = alpha A B + beta C, or alpha B A + beta C, with a symmetric A of which one triangle is stored.</summary>
    public static void Symm(bool left, bool upper, nint m, nint n, T alpha, T* a, nint lda, T* b, nint ldb, T beta, T* c, nint ldc)
    {
        nint order = left ? m : n;
        T* whole = null;
        if (alpha != T.Zero)
        {
            whole = (T*)Scratch.RentOuter(order * order * sizeof(T));
            Mirror(upper, order, a, lda, whole);
        }

        Matrix<T> symmetric = new(whole, order, 1), other = new(b, ldb, 1);
        Team.Multiply(n, m, order, alpha, left ? other : symmetric, left ? symmetric : other, beta, c, ldc);
    }

    /// <summary>One triangle of C [n, n] = alpha op(A) op(B) + beta C.</summary>
    public static void Gemmtr(bool upper, bool transA, bool transB, nint n, nint k, T alpha, T* a, nint lda, T* b, nint ldb, T beta, T* c, nint ldc) =>
        Triangle(upper, n, k, alpha, Turned(b, ldb, transB), Turned(a, lda, transA), beta, c, ldc);

    /// <summary>One triangle of C [n, n] = alpha op(A) op(A)^T + beta C, with op(A) [n, k].</summary>
    public static void Syrk(bool upper, bool trans, nint n, nint k, T alpha, T* a, nint lda, T beta, T* c, nint ldc) =>
        Triangle(upper, n, k, alpha, Turned(a, lda, !trans), Turned(a, lda, trans), beta, c, ldc);

    /// <summary>One triangle of C [n, n] = alpha op(A) op(B)^T + alpha op(B) op(A)^T + beta C, with op(A) and op(B) [n, k].</summary>
    public static void Syr2k(bool upper, bool trans, nint n, nint k, T alpha, T* a, nint lda, T* b, nint ldb, T beta, T* c, nint ldc)
    {
        Triangle(upper, n, k, alpha, Turned(a, lda, !trans), Turned(b, ldb, trans), beta, c, ldc);
        if (alpha != T.Zero && k > 0)
        {
            Triangle(upper, n, k, alpha, Turned(b, ldb, !trans), Turned(a, lda, trans), T.One, c, ldc);
        }
    }

    /// <summary>op(X)^T by rows, of an X that is stored by columns.</summary>
    private static Matrix<T> Turned(T* x, nint leading, bool transposed) => transposed ? new(x, 1, leading) : new(x, leading, 1);

    /// <summary>The triangle by rows, which is the other one than by columns, in parts of nearly the same area.</summary>
    private static void Triangle(bool lower, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc)
    {
        double operations = (double)n * n * k;
        int parts = Team.Parts(operations);
        if (parts == 1)
        {
            Simd.Gemm.Triangle(lower, n, k, alpha, a, b, beta, c, ldc);
            return;
        }

        Team.Run(new TriangleParts(lower, n, k, alpha, a, b, beta, c, ldc, parts), parts, operations);
    }

    /// <summary>Both triangles of a symmetric matrix, side by side in small squares that stay in the cache.</summary>
    private static void Mirror(bool upper, nint n, T* a, nint lda, T* whole)
    {
        const int Square = 16;
        for (nint left = 0; left < n; left += Square)
        {
            nint right = nint.Min(left + Square, n);
            for (nint top = upper ? 0 : left; top < (upper ? right : n); top += Square)
            {
                for (nint j = left; j < right; j++)
                {
                    nint first = upper ? top : nint.Max(top, j), end = upper ? nint.Min(top + Square, j + 1) : nint.Min(top + Square, n);
                    for (nint i = first; i < end; i++)
                    {
                        whole[(i * n) + j] = whole[(j * n) + i] = a[(j * lda) + i];
                    }
                }
            }
        }
    }

    private readonly struct TriangleParts(
        bool lower, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc, int parts) : IParts
    {
        private readonly bool lower = lower;
        private readonly nint n = n;
        private readonly nint k = k;
        private readonly T alpha = alpha;
        private readonly Matrix<T> a = a;
        private readonly Matrix<T> b = b;
        private readonly T beta = beta;
        private readonly T* c = c;
        private readonly nint ldc = ldc;
        private readonly int parts = parts;

        public void Run(int part)
        {
            nint first = Cut(part), rows = Cut(part + 1) - first, next = first + rows;
            if (rows == 0)
            {
                return;
            }

            Matrix<T> own = new(a.First + (first * a.Row), a.Row, a.Column);
            T* to = c + (first * ldc);
            Simd.Gemm.Triangle(lower, rows, k, alpha, own, new(b.First + (first * b.Column), b.Row, b.Column), beta, to + first, ldc);
            if (lower && first > 0)
            {
                Simd.Gemm.Multiply(rows, first, k, alpha, own, b, beta, to, ldc);
            }
            else if (!lower && next < n)
            {
                Simd.Gemm.Multiply(rows, n - next, k, alpha, own, new(b.First + (next * b.Column), b.Row, b.Column), beta, to + next, ldc);
            }
        }

        /// <summary>The first row of a part; rows of an upper triangle are those of a lower one from its end.</summary>
        private nint Cut(int part)
        {
            nint row = (nint)(n * double.Sqrt((double)(lower ? part : parts - part) / parts));
            return lower ? row : n - row;
        }
    }
}
