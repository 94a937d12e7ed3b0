using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>A = Q R in blocks of 32 reflectors (Golub and Van Loan, Matrix Computations, 4th edition, section 5.2), and what is done with Q.</summary>
internal static unsafe class Qr<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = Reflectors<T>.Block;

    /// <summary>Exponents up to which squares and products of elements are safe.</summary>
    private static int Bound => typeof(T) == typeof(float) ? 50 : 450;

    /// <summary>Columns up to which each is factored by itself, where it lies: a panel would be many times as large as the matrix.</summary>
    private const int Few = 8;

    /// <summary>Elements of memory to factor a matrix [m, n], and to apply its reflectors to so many columns.</summary>
    public static nint FactorWork(int m, int n, nint columns) => Reflectors<T>.Work(m, int.Min(m, n), columns, factors: n > Few);

    /// <summary>Elements of memory to apply k reflectors of so many rows to so many columns or rows, or to form as many columns of Q.</summary>
    public static nint ApplyWork(int rows, int k, nint columns) => Reflectors<T>.Work(rows, k, columns, factors: false);

    /// <summary>R on and above the diagonal of A [m, n], reflectors below it with their factors tau [min(m, n)].</summary>
    public static void Factor(int m, int n, T* a, nint lda, T* tau, T* memory)
    {
        int exponent = Shift(Systems<T>.Largest(m, n, a, lda)), k = int.Min(m, n);
        Systems<T>.Scale(m, n, exponent, a, lda);
        Reflectors<T> block = new(m, k, n, memory);
        for (int j = 0; j < k && n <= Few; j++)
        {
            T* column = a + (j * (lda + 1));
            tau[j] = MakeReflector(m - j, column);
            for (int c = 1; c < n - j; c++)
            {
                Reflect(m - j, column, tau[j], column + (c * lda));
            }
        }

        for (int j = 0; j < k && n > Few; j += Block)
        {
            int width = int.Min(Block, n - j), rows = m - j;
            T* corner = a + (j * (lda + 1));
            block.Factor(rows, width, corner, lda, tau + j);
            block.ApplyLeft(trans: true, rows, int.Min(width, rows), n - j - width, corner + (width * lda), lda);
        }

        for (int j = 0; j < n && exponent != 0; j++)
        {
            Systems<T>.Scale(int.Min(j + 1, m), 1, -exponent, a + (j * lda), lda);
        }
    }

    /// <summary>The first n columns of Q in the place of A [m, n], whose first k hold the reflectors; from the last reflector on, so that they work on what is not yet zero or one alone.</summary>
    public static void Form(int m, int n, int k, T* a, nint lda, T* tau, T* memory)
    {
        Identity(m, k, n, a, lda);
        Reflectors<T> block = new(m, k, n, memory);
        for (int j = (k - 1) / Block * Block; j >= 0 && k > 0; j -= Block)
        {
            int count = int.Min(Block, k - j);
            T* corner = a + (j * (lda + 1));
            block.Take(m - j, count, corner, lda, tau + j);
            Identity(m, j, j + count, a, lda);
            block.Form(m - j, count, n - j, corner, lda);
        }
    }

    /// <summary>C [m, n] = Q C, Q^T C, C Q or C Q^T with the first k reflectors that A's columns hold.</summary>
    public static void Apply(bool left, bool trans, int m, int n, int k, T* a, nint lda, T* tau, T* c, nint ldc, T* memory)
    {
        int order = left ? m : n, blocks = (k + Block - 1) / Block;
        Reflectors<T> block = new(order, k, left ? n : m, memory);
        for (int step = 0; step < blocks; step++)
        {
            int j = (left == trans ? step : blocks - 1 - step) * Block, count = int.Min(Block, k - j);
            block.Take(order - j, count, a + (j * (lda + 1)), lda, tau + j);
            if (left)
            {
                block.ApplyLeft(trans, order - j, count, n, c + j, ldc);
            }
            else
            {
                block.ApplyRight(trans, order - j, count, m, c + (j * ldc), ldc);
            }
        }
    }

    /// <summary>
    /// x [rows] becomes beta and the rest of v = (1, ...), for H = I - tau v v^T with H x = beta e; tau is returned (LAPACK's larfg). A short x is
    /// multiplied up before, which is exact.
    /// </summary>
    private static T MakeReflector(int rows, T* x)
    {
        int exponent = 0;
        T rest = Level1<T>.Nrm2(rows - 1, x + 1, 1), length = T.Hypot(*x, rest);
        if (rest == T.Zero)
        {
            return T.Zero;
        }

        if (length < T.ScaleB(T.One, -2 * Bound))
        {
            exponent = -T.ILogB(length);
            Systems<T>.Scale(rows, 1, exponent, x, rows);
            length = T.Hypot(*x, Level1<T>.Nrm2(rows - 1, x + 1, 1));
        }

        T beta = *x >= T.Zero ? -length : length, difference = beta - *x, tau = difference / beta;
        Vectors.Scale(rows - 1, -(T.One / difference), x + 1);
        *x = T.ScaleB(beta, -exponent);
        return tau;
    }

    /// <summary>y [rows] = H y, whose v lies behind a 1 that is not stored.</summary>
    private static void Reflect(int rows, T* v, T tau, T* y)
    {
        if (tau != T.Zero)
        {
            T part = -(tau * (*y + (rows > 1 ? Vectors.Dot(rows - 1, v + 1, y + 1) : T.Zero)));
            *y += part;
            if (rows > 1)
            {
                Vectors.Add(rows - 1, part, v + 1, y + 1);
            }
        }
    }

    /// <summary>The exponent that brings the largest element to where squares are safe: no further than that, so that small columns keep their digits.</summary>
    private static int Shift(T largest)
    {
        if (largest == T.Zero || !T.IsFinite(largest))
        {
            return 0;
        }

        int exponent = T.ILogB(largest);
        return exponent > Bound ? Bound - exponent : exponent < -Bound ? -exponent : 0;
    }

    /// <summary>Columns of the identity.</summary>
    private static void Identity(int m, int from, int to, T* a, nint lda)
    {
        Systems<T>.Clear(m, to - from, a + (from * lda), lda);
        for (int j = from; j < to; j++)
        {
            a[j * (lda + 1)] = T.One;
        }
    }
}
