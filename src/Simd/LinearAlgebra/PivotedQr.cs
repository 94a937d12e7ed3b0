using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// A P = Q R with the longest remaining column first (Businger and Golub, Numer. Math. 7, 1965), its lengths carried along as in LAPACK's geqp3 and computed anew where too much of one
/// has cancelled (Drmac and Bujanovic, ACM Trans. Math. Softw. 35, 2008).
/// </summary>
internal readonly unsafe struct PivotedQrLoop<T>(RowMatrix<T> a, int qColumns, T* q, T* r, int* permutation, T* work) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = 32;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int m = a.Rows, n = a.Columns, k = int.Min(m, n), leading = FixedLanes.Leading<T>(n);
        T* b = work, tau = b + ((long)m * leading), lengths = tau + FixedLanes.Whole<T>(k), first = lengths + leading, products = first + leading;
        T factor = WorkingCopy<V, T>.Scaled(a.First, a.Leading, m, n, b, leading);
        for (int j = 0; j < n; j++)
        {
            permutation[j] = j;
        }

        if (T.IsNaN(factor))
        {
            new Span<T>(q, m * qColumns).Fill(T.NaN);
            new Span<T>(r, qColumns * n).Fill(T.NaN);
            return;
        }

        HouseholderQr<V, T> reflectors = new(m, k, products + leading);
        for (int j = 0; j < n; j++)
        {
            lengths[j] = first[j] = Length(b + j, leading, m);
        }

        for (int i = 0; i < k; i++)
        {
            if (i % Block == 0)
            {
                new Span<T>(reflectors.Vectors(i), Block * reflectors.Leading).Clear();
            }

            Exchange(b, leading, m, i, Longest(lengths, i, n), lengths, first);
            Step<V>(b, leading, i, reflectors.Vectors(i / Block * Block) + ((i % Block) * reflectors.Leading), reflectors.Leading, tau, products);
            Shorten(b, leading, i, lengths, first);
            if (i % Block == Block - 1 || i == k - 1)
            {
                reflectors.Take(i / Block * Block, (i % Block) + 1, tau);
            }
        }

        for (int i = 0; i < qColumns; i++)
        {
            Span<T> row = new(r + ((long)i * n), n);
            int zeros = int.Min(i, n);
            row[..zeros].Clear();
            new ReadOnlySpan<T>(b + ((long)i * leading) + zeros, n - zeros).CopyTo(row[zeros..]);
        }

        WorkingCopy<V, T>.Multiply(T.One / factor, r, (long)qColumns * n);
        reflectors.Form(k, q, qColumns, qColumns);
    }

    private static T Length(T* column, int leading, int rows)
    {
        T sum = T.Zero;
        for (int i = 0; i < rows; i++)
        {
            sum = T.FusedMultiplyAdd(column[(long)i * leading], column[(long)i * leading], sum);
        }

        return T.Sqrt(sum);
    }

    /// <summary>The first of the longest columns that are left.</summary>
    private static int Longest(T* lengths, int from, int n)
    {
        int best = from;
        for (int j = from + 1; j < n; j++)
        {
            best = lengths[j] > lengths[best] ? j : best;
        }

        return best;
    }

    [MethodImpl(Jit.Loop)]
    private void Exchange(T* b, int leading, int rows, int i, int j, T* lengths, T* first)
    {
        if (i == j)
        {
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            T* own = b + ((long)row * leading);
            (own[i], own[j]) = (own[j], own[i]);
        }

        (permutation[i], permutation[j]) = (permutation[j], permutation[i]);
        (lengths[j], first[j]) = (lengths[i], first[i]);
    }

    /// <summary>The reflector of column i, in a row of zeros, and what it makes of the columns behind.</summary>
    [MethodImpl(Jit.Loop)]
    private void Step<V>(T* b, int leading, int i, T* block, int leadingVector, T* tau, T* products)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // The block's rows begin at its first pivot, so this one's is its number within the block.
        int rows = a.Rows - i, pivot = i % Block, from = (i + 1) / V.Width * V.Width, length = FixedLanes.Whole<T>(a.Columns) - from;
        for (int row = 0; row < rows; row++)
        {
            block[pivot + row] = b[((long)(i + row) * leading) + i];
        }

        T beta = Reflector<V, T>.Make(block, leadingVector, pivot, out tau[i]);
        if (length > 0)
        {
            VectorLoops<V, T>.Combine(b + ((long)i * leading) + from, leading, rows, block + pivot, 1, products, length, fromZero: true);
            VectorLoops<V, T>.Scale(tau[i], products, products, length);
            for (int row = 0; row < rows; row++)
            {
                VectorLoops<V, T>.Add(-block[pivot + row], products, b + ((long)(i + row) * leading) + from, length);
            }
        }

        b[((long)i * leading) + i] = beta;
    }

    [MethodImpl(Jit.Loop)]
    private void Shorten(T* b, int leading, int i, T* lengths, T* first)
    {
        T least = T.CreateTruncating(typeof(T) == typeof(double) ? 1.4901161193847656e-8 : 3.4526698300124393e-4);
        for (int j = i + 1; j < a.Columns; j++)
        {
            if (lengths[j] == T.Zero)
            {
                continue;
            }

            T part = T.Abs(b[((long)i * leading) + j]) / lengths[j], left = T.Max(T.Zero, (T.One - part) * (T.One + part)), ratio = lengths[j] / first[j];
            if (left * ratio * ratio > least)
            {
                lengths[j] *= T.Sqrt(left);
            }
            else
            {
                lengths[j] = first[j] = Length(b + ((long)(i + 1) * leading) + j, leading, a.Rows - i - 1);
            }
        }
    }
}
