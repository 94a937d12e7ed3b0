using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>Matrix and vector. A vector with a stride is copied to where its elements are neighbours, so its stride changes no bit.</summary>
internal static unsafe class Level2<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>y = alpha op(A) x + beta y with A [m, n]: the engine's product with one row.</summary>
    public static void Gemv(bool trans, nint m, nint n, T alpha, T* a, nint lda, T* x, nint incx, T beta, T* y, nint incy)
    {
        nint depth = trans ? m : n, length = trans ? n : m;
        if (alpha == T.Zero)
        {
            Level1<T>.Multiply(length, beta, y, incy);
            return;
        }

        // alpha is the vector's, which is shorter than the matrix.
        T* memory = (T*)Scratch.RentOuter((depth + length) * sizeof(T));
        if (alpha != T.One || incx != 1)
        {
            Vectors.Gather(depth, x, incx, memory);
            x = memory;
            if (alpha != T.One)
            {
                Vectors.Scale(depth, alpha, x);
            }
        }

        Level1<T>.Multiply(length, beta, y, incy);
        T* result = Vectors.Contiguous(length, y, incy, memory + depth);
        Matrix<T> matrix = trans ? new(a, 1, lda) : new(a, lda, 1);
        Team.Multiply(1, length, depth, T.One, new(x, depth, 1), matrix, beta == T.Zero ? T.Zero : T.One, result, length);
        PutBack(length, result, y, incy);
    }

    /// <summary>y = alpha op(A) x + beta y with a banded A [m, n].</summary>
    public static void Gbmv(bool trans, nint m, nint n, Columns<T> a, T alpha, T* x, nint incx, T beta, T* y, nint incy)
    {
        nint lengthX = trans ? m : n, lengthY = trans ? n : m;
        Level1<T>.Multiply(lengthY, beta, y, incy);
        if (alpha == T.Zero)
        {
            return;
        }

        T* memory = (T*)Scratch.RentOuter((lengthX + lengthY) * sizeof(T));
        x = Vectors.Contiguous(lengthX, x, incx, memory);
        T* sum = Vectors.Contiguous(lengthY, y, incy, memory + lengthX);
        for (nint j = 0; j < n; j++)
        {
            nint from = a.From(j), count = a.To(j) - from;
            if (count > 0 && trans)
            {
                sum[j] = T.FusedMultiplyAdd(alpha, Vectors.Dot(count, a.At(j) + from, x + from), sum[j]);
            }
            else if (count > 0)
            {
                Vectors.Add(count, alpha * x[j], a.At(j) + from, sum + from);
            }
        }

        PutBack(lengthY, sum, y, incy);
    }

    /// <summary>y = alpha A x + beta y with a symmetric A [n, n] of which one triangle is stored: each column serves as a row too.</summary>
    public static void Symv(bool upper, nint n, Columns<T> a, T alpha, T* x, nint incx, T beta, T* y, nint incy)
    {
        Level1<T>.Multiply(n, beta, y, incy);
        if (alpha == T.Zero)
        {
            return;
        }

        T* memory = (T*)Scratch.RentOuter(2 * n * sizeof(T));
        x = Vectors.Contiguous(n, x, incx, memory);
        T* sum = Vectors.Contiguous(n, y, incy, memory + n);
        for (nint j = 0; j < n; j++)
        {
            (nint from, nint count) = Beside(upper, a, j);
            T* column = a.At(j);
            T own = alpha * x[j], others = column[j] * x[j];
            if (count > 0)
            {
                others += Vectors.Dot(count, column + from, x + from);
                Vectors.Add(count, own, column + from, sum + from);
            }

            sum[j] = T.FusedMultiplyAdd(alpha, others, sum[j]);
        }

        PutBack(n, sum, y, incy);
    }

    /// <summary>x = op(A) x with a triangular A [n, n].</summary>
    public static void Trmv(bool upper, bool trans, bool unit, nint n, Columns<T> a, T* x, nint incx)
    {
        T* own = Vectors.Contiguous(n, x, incx, (T*)Scratch.RentOuter(n * sizeof(T)));
        for (nint step = 0; step < n; step++)
        {
            // Columns are taken so that what they read of x is still what it was.
            nint j = upper != trans ? step : n - 1 - step;
            (nint from, nint count) = Beside(upper, a, j);
            T* column = a.At(j);
            if (trans)
            {
                T scaled = unit ? own[j] : own[j] * column[j];
                own[j] = count > 0 ? scaled + Vectors.Dot(count, column + from, own + from) : scaled;
            }
            else if (own[j] != T.Zero)
            {
                Vectors.Add(count, own[j], column + from, own + from);
                own[j] = unit ? own[j] : own[j] * column[j];
            }
        }

        PutBack(n, own, x, incx);
    }

    /// <summary>x with op(A) x = b in the place of b, with a triangular A [n, n]; a zero on the diagonal gives infinities, as the division does.</summary>
    public static void Trsv(bool upper, bool trans, bool unit, nint n, Columns<T> a, T* x, nint incx)
    {
        T* own = Vectors.Contiguous(n, x, incx, (T*)Scratch.RentOuter(n * sizeof(T)));
        for (nint step = 0; step < n; step++)
        {
            nint j = upper == trans ? step : n - 1 - step;
            (nint from, nint count) = Beside(upper, a, j);
            T* column = a.At(j);
            if (trans)
            {
                T rest = count > 0 ? own[j] - Vectors.Dot(count, column + from, own + from) : own[j];
                own[j] = unit ? rest : rest / column[j];
            }
            else if (own[j] != T.Zero)
            {
                own[j] = unit ? own[j] : own[j] / column[j];
                Vectors.Add(count, -own[j], column + from, own + from);
            }
        }

        PutBack(n, own, x, incx);
    }

    /// <summary>A [m, n] += alpha x y^T.</summary>
    public static void Ger(nint m, nint n, T alpha, T* x, nint incx, T* y, nint incy, T* a, nint lda)
    {
        x = Vectors.Contiguous(m, x, incx, (T*)Scratch.RentOuter(m * sizeof(T)));
        T* factor = Vectors.First(n, y, incy);
        for (nint j = 0; j < n; j++, factor += incy)
        {
            if (*factor != T.Zero)
            {
                Vectors.Add(m, alpha * *factor, x, a + (j * lda));
            }
        }
    }

    /// <summary>One triangle of A [n, n] += alpha x x^T.</summary>
    public static void Syr(nint n, T alpha, T* x, nint incx, Columns<T> a)
    {
        x = Vectors.Contiguous(n, x, incx, (T*)Scratch.RentOuter(n * sizeof(T)));
        for (nint j = 0; j < n; j++)
        {
            if (x[j] != T.Zero)
            {
                nint from = a.From(j);
                Vectors.Add(a.To(j) - from, alpha * x[j], x + from, a.At(j) + from);
            }
        }
    }

    /// <summary>One triangle of A [n, n] += alpha x y^T + alpha y x^T.</summary>
    public static void Syr2(nint n, T alpha, T* x, nint incx, T* y, nint incy, Columns<T> a)
    {
        T* memory = (T*)Scratch.RentOuter(2 * n * sizeof(T));
        x = Vectors.Contiguous(n, x, incx, memory);
        y = Vectors.Contiguous(n, y, incy, memory + n);
        for (nint j = 0; j < n; j++)
        {
            if (x[j] != T.Zero || y[j] != T.Zero)
            {
                nint from = a.From(j), count = a.To(j) - from;
                Vectors.Add(count, alpha * y[j], x + from, a.At(j) + from);
                Vectors.Add(count, alpha * x[j], y + from, a.At(j) + from);
            }
        }
    }

    /// <summary>The rows of column j without the diagonal's.</summary>
    private static (nint From, nint Count) Beside(bool upper, Columns<T> a, nint j)
    {
        nint from = upper ? a.From(j) : j + 1;
        return (from, (upper ? j : a.To(j)) - from);
    }

    private static void PutBack(nint n, T* from, T* y, nint incy)
    {
        if (incy != 1)
        {
            Vectors.Scatter(n, from, y, incy);
        }
    }
}
