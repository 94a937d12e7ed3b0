using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Q^T A Q = T, tridiagonal, for symmetric A: panels of 32 reflectors, whose products with A come from A as it was before the panel, so that
/// the other half of the work is a product of matrices (Dongarra, Hammarling and Sorensen, J. Comput. Appl. Math. 27, 1989; LAPACK's sytrd and latrd), and for the last 64 rows
/// steps of one pass each (<see cref="UnblockedPass{V, T}"/>).
/// </summary>
/// <remarks>
/// A lives in whole blocks of a register's width on the diagonal and above. A panel is A + N^T Z with rows z = w, v and n = -v, -w for each of
/// its reflectors.
/// </remarks>
internal readonly unsafe struct Tridiagonalization<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Panel = 32;

    /// <summary>Rows of A that are updated by one product.</summary>
    private const int Slab = 64;

    private readonly int n;
    private readonly int leading;
    private readonly int whole;
    private readonly T* a;
    private readonly T* z;
    private readonly T* negated;
    private readonly T* line;
    private readonly T* dots;

    /// <summary>A [n filled up to whole registers, leading], in memory of <see cref="TridiagonalMemory.Work{T}"/> elements.</summary>
    public Tridiagonalization(int n, int leading, T* a, T* work)
    {
        this.n = n;
        this.leading = leading;
        whole = FixedLanes.Whole<T>(n);
        this.a = a;
        z = work;
        negated = z + (2 * Panel * leading);
        line = negated + (2 * Panel * leading);
        dots = line + (2 * leading);
    }

    /// <summary>The diagonal [n], what stands beside it [n - 1], and, where vectors are wanted, reflectors of n - 1 rows.</summary>
    public void Run(T* diagonal, T* beside, T* tau, HouseholderQr<V, T>* reflectors)
    {
        if (reflectors is not null)
        {
            for (int block = 0; block < n - 1; block += Panel)
            {
                new Span<T>(reflectors->Vectors(block), Panel * reflectors->Leading).Clear();
            }
        }

        int start = 0;
        for (; n - start > UnblockedPass<V, T>.Most; start += Panel)
        {
            for (int i = 0; i < Panel; i++)
            {
                Step(start + i, i, diagonal, beside, tau);
                Keep(reflectors, start + i, z + (((2 * i) + 1) * leading));
            }

            Update(start + Panel, 2 * Panel);
        }

        Rest(start, diagonal, beside, tau, reflectors);
    }

    private void Keep(HouseholderQr<V, T>* reflectors, int j, T* v)
    {
        if (reflectors is not null && j < n - 1)
        {
            int i = j % Panel;
            new ReadOnlySpan<T>(v + j + 1, n - j - 1).CopyTo(new Span<T>(reflectors->Vectors(j - i) + (i * reflectors->Leading) + i, n - j - 1));
        }
    }

    /// <summary>What is left, a step at a time: A stands in a whole square, and lacks the last step's v w^T + w v^T.</summary>
    [MethodImpl(Jit.Loop)]
    private void Rest(int start, T* diagonal, T* beside, T* tau, HouseholderQr<V, T>* reflectors)
    {
        int from = start / V.Width * V.Width, length = whole - from;
        if (start > 0)
        {
            Mirror<V, T>.Lower(a, leading, from, whole);
        }

        new Span<T>(z, 2 * leading).Clear();
        for (int j = start; j < n; j++)
        {
            from = j / V.Width * V.Width;
            length = whole - from;
            int turn = (j - start) % 2 * 2;
            T* v = z + (turn * leading), w = v + leading, nextV = z + ((2 - turn) * leading), nextW = nextV + leading;
            new ReadOnlySpan<T>(a + ((long)j * leading) + from, length).CopyTo(new Span<T>(nextV + from, length));
            UnblockedPass<V, T>.Line(v[j], w + from, w[j], v + from, nextV + from, length);
            diagonal[j] = nextV[j];
            if (j == n - 1)
            {
                return;
            }

            from = (j + 1) / V.Width * V.Width;
            length = whole - from;
            new Span<T>(nextV + from, j + 1 - from).Clear();
            beside[j] = Reflector<V, T>.Make(nextV + from, length, j + 1 - from, out T factor);
            tau[j] = factor;
            Keep(reflectors, j, nextV);
            UnblockedPass<V, T>.Run(
                a + ((long)(j + 1) * leading) + from, leading, n - j - 1, v + j + 1, w + from, w + j + 1, v + from, nextV + j + 1, nextW + from, length);
            new Span<T>(nextW + from, j + 1 - from).Clear();
            VectorLoops<V, T>.Scale(factor, nextW + from, nextW + from, length);
            T half = -(factor * VectorLoops<V, T>.Dot(nextV + from, nextW + from, length)) / T.CreateChecked(2);
            VectorLoops<V, T>.Add(half, nextV + from, nextW + from, length);
        }
    }

    /// <summary>Row j as the panel's reflectors leave it, and the reflector that clears it.</summary>
    [MethodImpl(Jit.Loop)]
    private void Step(int j, int i, T* diagonal, T* beside, T* tau)
    {
        int from = j / V.Width * V.Width, length = whole - from;
        new ReadOnlySpan<T>(a + ((long)j * leading) + from, length).CopyTo(new Span<T>(line + from, length));
        VectorLoops<V, T>.Combine(z + from, leading, 2 * i, negated + j, leading, line + from, length);
        diagonal[j] = line[j];
        if (j == n - 1)
        {
            return;
        }

        T* w = z + (2 * i * leading), v = w + leading;
        from = (j + 1) / V.Width * V.Width;
        length = whole - from;
        new Span<T>(v + from, j + 1 - from).Clear();
        new ReadOnlySpan<T>(line + j + 1, whole - j - 1).CopyTo(new Span<T>(v + j + 1, whole - j - 1));
        beside[j] = Reflector<V, T>.Make(v + from, length, j + 1 - from, out tau[j]);
        Product(j, i, from, tau[j], v, w);
        VectorLoops<V, T>.Scale(-T.One, v + from, negated + (2 * i * leading) + from, length);
        VectorLoops<V, T>.Scale(-T.One, w + from, negated + (((2 * i) + 1) * leading) + from, length);
    }

    /// <summary>w = tau (A + N^T Z) v - tau / 2 (that . v) v</summary>
    private void Product(int j, int i, int from, T tau, T* v, T* w)
    {
        int length = whole - from;
        SymmetricProduct<V, T>.Run(a, leading, from, whole, v, w);
        VectorLoops<V, T>.Dots(z + from, leading, 2 * i, v + from, length, dots);
        VectorLoops<V, T>.Combine(negated + from, leading, 2 * i, dots, 1, w + from, length);
        new Span<T>(w + from, j + 1 - from).Clear();
        VectorLoops<V, T>.Scale(tau, w + from, w + from, length);
        T half = -(tau * VectorLoops<V, T>.Dot(v + from, w + from, length)) / T.CreateChecked(2);
        VectorLoops<V, T>.Add(half, v + from, w + from, length);
    }

    /// <summary>A += N^T Z behind the panel, on the blocks that are kept.</summary>
    private void Update(int end, int count)
    {
        for (int i = end / V.Width * V.Width; i < n; i += Slab)
        {
            Gemm.Multiply(
                int.Min(Slab, n - i), n - i, count, T.One, new Matrix<T>(negated + i, 1, leading), new Matrix<T>(z + i, leading, 1),
                T.One, a + ((long)i * leading) + i, leading);
        }
    }
}

/// <summary>The memory that a tridiagonalisation works in.</summary>
internal static class TridiagonalMemory
{
    /// <summary>Elements beside A, for rows of so many elements.</summary>
    public static long Work<T>(int leading)
        where T : unmanaged => (130L * leading) + 64;
}
