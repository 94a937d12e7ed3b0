using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// Eigenvalues and eigenvectors of symmetric matrices, row-major, on one thread; A has a leading dimension, results have no gaps. Bits: dot products fold 64-byte registers, the rest is
/// products by the contract and operations in one order; blocks are constants. A matrix that holds a NaN or an infinity gives NaN everywhere.
/// </summary>
public static unsafe class SymmetricEigenvalues
{
    /// <summary>Elements of working memory that <see cref="Run"/> needs.</summary>
    public static long Work<T>(int n)
        where T : unmanaged
    {
        long leading = FixedLanes.Leading<T>(n), whole = FixedLanes.Whole<T>(n);
        int doubles = sizeof(double) / sizeof(T);
        return (2 * whole * leading) + TridiagonalMemory.Work<T>((int)leading) + whole + Householder.ReflectorWork<T>(n, n, n)
            + (doubles * ((3 * whole) + 64)) + (2L * Sweeps * n) + 128 + (2 * RotationSweeps<F64x8, double>.Most * sizeof(int) / sizeof(T));
    }

    /// <summary>Lengths of rows of rotations that are collected before they are applied.</summary>
    internal const int Sweeps = 32;

    /// <summary>
    /// Eigenvalues [n] in ascending order and, unless the span is empty, orthonormal eigenvectors [n, n] in columns, of the symmetric matrix whose lower
    /// (or upper) triangle a [n, n] holds; the other triangle is not read.
    /// </summary>
    /// <returns>False where the iteration did not end; the results are then undefined.</returns>
    /// <exception cref="ArgumentException">A span is shorter than its matrix.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static bool Run<T>(int n, ReadOnlySpan<T> a, int lda, bool lower, Span<T> values, Span<T> vectors, Span<T> work)
        where T : unmanaged
    {
        if (!Householder.Reaches(a.Length, n, n, lda) || values.Length < n || (!vectors.IsEmpty && vectors.Length < (long)n * n) || work.Length < Work<T>(n))
        {
            throw new ArgumentException($"symmetric eigenvalues: a span is shorter than its matrix: {a.Length}, {values.Length}, {vectors.Length} and {work.Length} elements for n = {n}.");
        }

        bool isDone = true;
        fixed (T* pa = a, pd = values, pv = vectors, pw = work)
        {
            if (Operands.Is<T, float>())
            {
                FixedLanes.Run32(new SymmetricEigenLoop<float>(n, (float*)pa, lda, lower, (float*)pd, (float*)pv, (float*)pw, &isDone));
            }
            else if (Operands.Is<T, double>())
            {
                FixedLanes.Run64(new SymmetricEigenLoop<double>(n, (double*)pa, lda, lower, (double*)pd, (double*)pv, (double*)pw, &isDone));
            }
            else
            {
                throw Operands.NoLanes<T>("symmetric eigenvalues");
            }
        }

        return isDone;
    }
}

/// <summary>One symmetric matrix.</summary>
internal readonly unsafe struct SymmetricEigenLoop<T>(int n, T* a, int lda, bool lower, T* values, T* vectors, T* work, bool* isDone) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int leading = FixedLanes.Leading<T>(n), whole = FixedLanes.Whole<T>(n);
        T* b = work, rows = b + ((long)whole * leading), rest = rows + ((long)whole * leading);
        T factor = Bring<V>(b, leading, whole);
        if (T.IsNaN(factor))
        {
            new Span<T>(values, n).Fill(T.NaN);
            new Span<T>(vectors, vectors is null ? 0 : n * n).Fill(T.NaN);
            return;
        }

        T* tau = rest + TridiagonalMemory.Work<T>(leading), blocks = tau + whole;
        T* after = blocks + Householder.ReflectorWork<T>(n, n, n);
        double* d = (double*)(((nuint)after + 63) / 64 * 64), e = d + whole;
        long* signs = (long*)(e + whole);
        T* pairs = (T*)(signs + whole);
        int* ranges = (int*)(pairs + (2L * SymmetricEigenvalues.Sweeps * n));

        // The reflectors leave the first coordinate alone.
        HouseholderQr<V, T> reflectors = new(int.Max(0, n - 1), int.Max(0, n - 1), blocks);
        T* diagonal = rows, beside = rows + whole;
        new Tridiagonalization<V, T>(n, leading, b, rest).Run(diagonal, beside, tau, vectors is null ? null : &reflectors);
        for (int i = 0; i < n; i++)
        {
            d[i] = double.CreateTruncating(diagonal[i]);
            e[i] = i < n - 1 ? double.CreateTruncating(beside[i]) : 0;
        }

        RotationSweeps<V, T> sweeps = new(vectors is null ? null : rows, leading, whole, pairs, SymmetricEigenvalues.Sweeps * n, ranges, signs, areSquares: true);
        if (vectors is not null)
        {
            ReflectorRows<V, T>.Form(reflectors, tau, n, 1, rows, leading);
        }

        *isDone = TridiagonalQl<V, T>.Run(d, e, n, ref sweeps);
        Finish<V>(d, (int*)e, rows, leading, T.One / factor);
    }

    /// <summary>Both triangles from the one that is read.</summary>
    private T Bring<V>(T* b, int leading, int whole)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        new Span<T>(b, whole * leading).Clear();
        for (int i = 0; i < n; i++)
        {
            int from = lower ? 0 : i, count = lower ? i + 1 : n - i;
            new ReadOnlySpan<T>(a + ((long)i * lda) + from, count).CopyTo(new Span<T>(b + ((long)i * leading) + from, count));
        }

        if (lower)
        {
            Mirror<V, T>.Upper(b, leading, 0, whole);
        }
        else
        {
            Mirror<V, T>.Lower(b, leading, 0, whole);
        }

        return WorkingCopy<V, T>.Scale(b, (nint)whole * leading);
    }

    /// <summary>The eigenvalues in order, and the rows as columns in the same order.</summary>
    [MethodImpl(Jit.Loop)]
    private void Finish<V>(double* d, int* order, T* rows, int leading, T factor)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (int i = 0; i < n; i++)
        {
            order[i] = i;
        }

        new Span<double>(d, n).Sort(new Span<int>(order, n));
        for (int i = 0; i < n; i++)
        {
            values[i] = T.CreateTruncating(d[i]) * factor;
        }

        if (vectors is not null)
        {
            SquareTurn<T>.Run<V>(rows, leading, order, vectors, n, n, n);
        }
    }
}
