using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// One matrix: brought to p rows and q columns, p at least q (wide ones by their transpose), to a triangle if p is larger, to a bidiagonal matrix, to its singular values, whose rotations
/// turn rows of both reflectors' products.
/// </summary>
internal readonly unsafe struct SvdLoop<T>(RowMatrix<T> a, T* values, int uColumns, T* u, int vRows, T* vt, T* work, bool* isDone) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool isWide = a.Columns > a.Rows, hasVectors = uColumns > 0 || vRows > 0;
        int p = int.Max(a.Rows, a.Columns), q = int.Min(a.Rows, a.Columns), leading = FixedLanes.Leading<T>(q), whole = FixedLanes.Whole<T>(q);
        T* b = work, left = b + ((long)p * leading), right = left + ((long)whole * leading), rest = right + ((long)whole * leading);
        T factor = Bring<V>(isWide, b, p, q, leading);
        if (T.IsNaN(factor))
        {
            new Span<T>(values, q).Fill(T.NaN);
            new Span<T>(u, a.Rows * uColumns).Fill(T.NaN);
            new Span<T>(vt, vRows * a.Columns).Fill(T.NaN);
            return;
        }

        T* taus = rest + BidiagonalMemory.Work<T>(leading), blocksQ = taus + (3 * whole), blocksLeft = blocksQ + Householder.ReflectorWork<T>(p, q, p);
        T* blocksRight = blocksLeft + Householder.ReflectorWork<T>(q, q, q), after = blocksRight + Householder.ReflectorWork<T>(q, q, q);
        double* d = (double*)(((nuint)after + 63) / 64 * 64), e = d + whole;
        long* signs = (long*)(e + whole);
        T* pairs = (T*)(signs + (2 * whole)), morePairs = pairs + (2L * FixedLanes.Whole<T>(SymmetricEigenvalues.Sweeps * q));
        T* columns = morePairs + (2L * FixedLanes.Whole<T>(SymmetricEigenvalues.Sweeps * q));
        int* ranges = (int*)(columns + SingularValues.Turned(a.Rows, a.Columns));

        HouseholderQr<V, T> tall = new(p, q, blocksQ), leftBlocks = new(q, q, blocksLeft), rightBlocks = new(int.Max(0, q - 1), int.Max(0, q - 1), blocksRight);
        if (p > q)
        {
            tall.Factor(b, leading, q, taus);
            Triangle(b, leading, q);
        }

        T* diagonal = left, beside = left + whole;
        new Bidiagonalization<V, T>(q, leading, b, rest).Run(
            diagonal, beside, taus + whole, taus + (2 * whole), hasVectors ? &leftBlocks : null, hasVectors ? &rightBlocks : null);
        for (int i = 0; i < q; i++)
        {
            d[i] = double.CreateTruncating(diagonal[i]);
            e[i] = i < q - 1 ? double.CreateTruncating(beside[i]) : 0;
        }

        RotationSweeps<V, T> ofLeft = new(hasVectors ? left : null, leading, whole, pairs, SymmetricEigenvalues.Sweeps * q, ranges, signs, areSquares: false);
        RotationSweeps<V, T> ofRight = new(hasVectors ? right : null, leading, whole, morePairs, SymmetricEigenvalues.Sweeps * q, ranges + (2 * RotationSweeps<V, T>.Most), signs + whole, areSquares: false);
        if (hasVectors)
        {
            ReflectorRows<V, T>.Form(leftBlocks, taus + whole, q, 0, left, leading);
            ReflectorRows<V, T>.Form(rightBlocks, taus + (2 * whole), q, 1, right, leading);
        }

        *isDone = BidiagonalQr<V, T>.Run(d, e, q, ref ofLeft, ref ofRight);
        int* order = (int*)e;
        Order(d, order, q, T.One / factor, signs, signs + whole, right, leading, whole, hasVectors);
        if (hasVectors)
        {
            Deliver(isWide, p, q, tall, order, left, right, leading, columns);
        }
    }

    /// <summary>The values in order, and rows of right vectors turned so that values and rows of left vectors need no signs.</summary>
    [MethodImpl(Jit.Loop)]
    private void Order(double* d, int* order, int q, T factor, long* ofLeft, long* ofRight, T* right, int leading, int whole, bool hasVectors)
    {
        for (int i = 0; i < q; i++)
        {
            order[i] = i;
            if ((BitConverter.DoubleToInt64Bits(d[i]) ^ ofLeft[i] ^ ofRight[i]) < 0)
            {
                for (int j = 0; j < whole && hasVectors; j++)
                {
                    right[((long)i * leading) + j] = -right[((long)i * leading) + j];
                }
            }

            // Ascending in its negative is descending.
            d[i] = -Math.Abs(d[i]);
        }

        new Span<double>(d, q).Sort(new Span<int>(order, q));
        for (int i = 0; i < q; i++)
        {
            values[i] = T.CreateTruncating(-d[i]) * factor;
        }
    }

    private T Bring<V>(bool isWide, T* b, int p, int q, int leading)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (!isWide)
        {
            return WorkingCopy<V, T>.Scaled(a.First, a.Leading, p, q, b, leading);
        }

        SquareTurn<T>.Run(a.First, a.Leading, b, leading, q, p, leading);
        return WorkingCopy<V, T>.Scale(b, (nint)p * leading);
    }

    private static void Triangle(T* b, int leading, int q)
    {
        for (int i = 1; i < q; i++)
        {
            new Span<T>(b + ((long)i * leading), i).Clear();
        }
    }

    /// <summary>U and V^T from their rows.</summary>
    private void Deliver<V>(bool isWide, int p, int q, HouseholderQr<V, T> tall, int* order, T* left, T* right, int leading, T* columns)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int count = isWide ? vRows : uColumns;
        T* target = isWide ? columns : u;
        if (p == q)
        {
            if (isWide)
            {
                Rows(left, leading, order, q, vt);
            }
            else
            {
                SquareTurn<T>.Run<V>(left, leading, order, u, q, q, q);
            }
        }
        else
        {
            new Span<T>(target, p * count).Clear();
            SquareTurn<T>.Run<V>(left, leading, order, target, count, q, q);
            for (int i = q; i < count; i++)
            {
                target[((long)i * count) + i] = T.One;
            }

            tall.Apply(transpose: false, q, target, count, count);
            if (isWide)
            {
                SquareTurn<T>.Run(columns, count, vt, p, p, count, p);
            }
        }

        if (isWide)
        {
            SquareTurn<T>.Run<V>(right, leading, order, u, q, q, q);
        }
        else
        {
            Rows(right, leading, order, q, vt);
        }
    }

    private static void Rows(T* x, int leading, int* order, int q, T* y)
    {
        for (int i = 0; i < q; i++)
        {
            new ReadOnlySpan<T>(x + ((long)order[i] * leading), q).CopyTo(new Span<T>(y + ((long)i * q), q));
        }
    }
}

/// <summary>Products of reflectors by rows of their transpose, as rotations take them.</summary>
internal static unsafe class ReflectorRows<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>rows [n, leading] = Q^T, whose reflectors leave the first so many (0 or 1) coordinates alone, filled up with zeros.</summary>
    public static void Form(HouseholderQr<V, T> reflectors, T* tau, int n, int first, T* rows, int leading)
    {
        if (n == 0)
        {
            return;
        }

        int count = n - first;
        for (int j = 0; j < count; j += BlockReflector<V, T>.Size)
        {
            reflectors.Take(j, int.Min(BlockReflector<V, T>.Size, count - j), tau);
        }

        new Span<T>(rows, n * leading).Clear();
        if (first == 1)
        {
            rows[0] = T.One;
        }

        reflectors.FormTransposed(count, rows + (first * (leading + 1)), leading);
    }
}
