using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Q^T A P = B, upper bidiagonal, for square A: panels of 32 pairs of reflectors, whose products with A come from A as it was before the panel, so that half of the
/// work is a product of matrices (Dongarra, Hammarling and Sorensen, J. Comput. Appl. Math. 27, 1989; LAPACK's gebrd and labrd).
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
        for (int start = 0; start < n; start += Panel)
        {
            int end = int.Min(start + Panel, n);
            if (left is not null)
            {
                new Span<T>(left->Vectors(start), Panel * left->Leading).Clear();
                if (start < n - 1)
                {
                    new Span<T>(right->Vectors(start), Panel * right->Leading).Clear();
                }
            }

            for (int j = start; j < end; j++)
            {
                int i = j - start;
                Column(j, i, diagonal, tauLeft);
                Keep(left, start, i, line + j, n - j);
                if (j < n - 1)
                {
                    Row(j, i, tauLeft[j], beside, tauRight);
                    Keep(right, start, i, z + (((2 * i) + 1) * leading) + j + 1, n - j - 1);
                }
            }

            if (end < n)
            {
                int from = end / V.Width * V.Width;
                Gemm.Multiply(
                    n - end, n - from, 2 * (end - start), T.One, new Matrix<T>(negated + end, 1, leading), new Matrix<T>(z + from, leading, 1),
                    T.One, a + ((long)end * leading) + from, leading);
            }
        }
    }

    private static void Keep(HouseholderQr<V, T>* reflectors, int start, int i, T* v, int count)
    {
        if (reflectors is not null)
        {
            new ReadOnlySpan<T>(v, count).CopyTo(new Span<T>(reflectors->Vectors(start) + (i * reflectors->Leading) + i, count));
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
