using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Q^T A P = B, upper bidiagonal, for square A: panels of 32 pairs of reflectors, whose products with A come from A as it was before the panel, so that half of the
/// work is a product of matrices (Dongarra, Hammarling and Sorensen, J. Comput. Appl. Math. 27, 1989; LAPACK's gebrd and labrd), and for the last 64 rows steps of one pass for columns and one
/// for rows (<see cref="UnblockedPass{V, T}"/>).
/// </summary>
/// <remarks>A panel is A + N^T Z with rows n = -u, -x and z = y, v for each of its pairs of reflectors u of columns and v of rows.</remarks>
internal readonly unsafe struct Bidiagonalization<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Panel = 32;

    private readonly int n;
    private readonly int whole;
    private readonly int leading;
    private readonly T* a;
    private readonly T* z;
    private readonly T* negated;
    private readonly T* line;
    private readonly T* dots;

    /// <summary>A [n, leading] with zeros behind its columns, in memory of <see cref="BidiagonalMemory.Work{T}"/> elements.</summary>
    public Bidiagonalization(int n, int leading, T* a, T* work)
    {
        this.n = n;
        this.leading = leading;
        this.a = a;
        whole = FixedLanes.Whole<T>(n);
        z = work;
        negated = z + (2 * Panel * leading);
        line = negated + (2 * Panel * leading);
        dots = line + (2 * leading);
    }

    /// <summary>The diagonal [n], what stands above it [n - 1], and, where vectors are wanted, reflectors of n and of n - 1 rows.</summary>
    public void Run(T* diagonal, T* beside, T* tauLeft, T* tauRight, HouseholderQr<V, T>* left, HouseholderQr<V, T>* right)
    {
        if (left is not null)
        {
            for (int block = 0; block < n; block += Panel)
            {
                new Span<T>(left->Vectors(block), Panel * left->Leading).Clear();
                if (block < n - 1)
                {
                    new Span<T>(right->Vectors(block), Panel * right->Leading).Clear();
                }
            }
        }

        int start = 0;
        for (; n - start > UnblockedPass<V, T>.Most; start += Panel)
        {
            for (int i = 0; i < Panel; i++)
            {
                int j = start + i;
                Column(j, i, diagonal, tauLeft);
                Keep(left, j, line + j, n - j);
                Row(j, i, tauLeft[j], beside, tauRight);
                Keep(right, j, z + (((2 * i) + 1) * leading) + j + 1, n - j - 1);
            }

            int end = start + Panel, from = end / V.Width * V.Width;
            Gemm.Multiply(
                n - end, n - from, 2 * Panel, T.One, new Matrix<T>(negated + end, 1, leading), new Matrix<T>(z + from, leading, 1),
                T.One, a + ((long)end * leading) + from, leading);
        }

        Rest(start, diagonal, beside, tauLeft, tauRight, left, right);
    }

    private static void Keep(HouseholderQr<V, T>* reflectors, int j, T* v, int count)
    {
        if (reflectors is not null)
        {
            int i = j % Panel;
            new ReadOnlySpan<T>(v, count).CopyTo(new Span<T>(reflectors->Vectors(j - i) + (i * reflectors->Leading) + i, count));
        }
    }

    /// <summary>What is left, a step at a time: A lacks the last step's u y^T + x v^T.</summary>
    [MethodImpl(Jit.Loop)]
    private void Rest(int start, T* diagonal, T* beside, T* tauLeft, T* tauRight, HouseholderQr<V, T>* left, HouseholderQr<V, T>* right)
    {
        new Span<T>(z, 6 * leading).Clear();
        for (int j = start; j < n; j++)
        {
            int from = j / V.Width * V.Width, length = whole - from, turn = (j - start) % 2 * 2;
            T* u = z + (turn * leading), y = u + leading, nextU = z + ((2 - turn) * leading), nextY = nextU + leading, x = z + (4 * leading), v = x + leading;
            for (int r = from; r < n; r++)
            {
                nextU[r] = a[((long)r * leading) + j];
            }

            UnblockedPass<V, T>.Line(y[j], u + from, v[j], x + from, nextU + from, length);
            new Span<T>(nextU + from, j - from).Clear();
            diagonal[j] = Reflector<V, T>.Make(nextU + from, length, j - from, out T factor);
            tauLeft[j] = factor;
            Keep(left, j, nextU + j, n - j);
            if (j == n - 1)
            {
                return;
            }

            from = (j + 1) / V.Width * V.Width;
            length = whole - from;
            UnblockedPass<V, T>.Run(a + ((long)j * leading) + from, leading, n - j, u + j, y + from, x + j, v + from, nextU + j, nextY + from, length);
            VectorLoops<V, T>.Scale(factor, nextY + from, nextY + from, length);
            new Span<T>(nextY + from, j + 1 - from).Clear();

            // What row j lacks is y, since u begins with 1.
            new ReadOnlySpan<T>(a + ((long)j * leading) + from, length).CopyTo(new Span<T>(v + from, length));
            VectorLoops<V, T>.Add(-T.One, nextY + from, v + from, length);
            new Span<T>(v + from, j + 1 - from).Clear();
            beside[j] = Reflector<V, T>.Make(v + from, length, j + 1 - from, out factor);
            tauRight[j] = factor;
            Keep(right, j, v + j + 1, n - j - 1);
            VectorLoops<V, T>.Dots(a + ((long)(j + 1) * leading) + from, leading, n - j - 1, v + from, length, x + j + 1);
            VectorLoops<V, T>.Add(-VectorLoops<V, T>.Dot(nextY + from, v + from, length), nextU + from, x + from, length);
            VectorLoops<V, T>.Scale(factor, x + from, x + from, length);
        }
    }

    /// <summary>Column j as the panel leaves it, and the reflector u that clears it below the diagonal, in the line and negated.</summary>
    [MethodImpl(Jit.Loop)]
    private void Column(int j, int i, T* diagonal, T* tau)
    {
        int from = j / V.Width * V.Width, length = whole - from;
        for (int r = from; r < n; r++)
        {
            line[r] = a[((long)r * leading) + j];
        }

        new Span<T>(line + n, whole - n).Clear();
        VectorLoops<V, T>.Combine(negated + from, leading, 2 * i, z + j, leading, line + from, length);
        new Span<T>(line + from, j - from).Clear();
        diagonal[j] = Reflector<V, T>.Make(line + from, length, j - from, out tau[j]);
        VectorLoops<V, T>.Scale(-T.One, line + from, negated + (2 * i * leading) + from, length);
    }

    /// <summary>y of the column's reflector, row j as the panel then leaves it, the reflector v that clears it, and x.</summary>
    [MethodImpl(Jit.Loop)]
    private void Row(int j, int i, T tauLeft, T* beside, T* tau)
    {
        T* y = z + (2 * i * leading), v = y + leading, x = negated + (((2 * i) + 1) * leading);
        int own = j / V.Width * V.Width, from = (j + 1) / V.Width * V.Width, length = whole - from;
        VectorLoops<V, T>.Combine(a + ((long)j * leading) + from, leading, n - j, line + j, 1, y + from, length, fromZero: true);
        VectorLoops<V, T>.Dots(negated + own, leading, 2 * i, line + own, whole - own, dots);
        VectorLoops<V, T>.Combine(z + from, leading, 2 * i, dots, 1, y + from, length);
        VectorLoops<V, T>.Scale(tauLeft, y + from, y + from, length);
        new Span<T>(y + from, j + 1 - from).Clear();

        new ReadOnlySpan<T>(a + ((long)j * leading) + from, length).CopyTo(new Span<T>(v + from, length));
        VectorLoops<V, T>.Combine(z + from, leading, (2 * i) + 1, negated + j, leading, v + from, length);
        new Span<T>(v + from, j + 1 - from).Clear();
        beside[j] = Reflector<V, T>.Make(v + from, length, j + 1 - from, out tau[j]);

        new Span<T>(x + from, length).Clear();
        VectorLoops<V, T>.Dots(a + ((long)(j + 1) * leading) + from, leading, n - j - 1, v + from, length, x + j + 1);
        VectorLoops<V, T>.Dots(z + from, leading, (2 * i) + 1, v + from, length, dots);
        VectorLoops<V, T>.Combine(negated + from, leading, (2 * i) + 1, dots, 1, x + from, length);
        VectorLoops<V, T>.Scale(-tau[j], x + from, x + from, length);
        new Span<T>(x + from, j + 1 - from).Clear();
    }
}

/// <summary>The memory that a bidiagonalisation works in.</summary>
internal static class BidiagonalMemory
{
    /// <summary>Elements beside A, for rows of so many elements.</summary>
    public static long Work<T>(int leading)
        where T : unmanaged => (130L * leading) + 64;
}
