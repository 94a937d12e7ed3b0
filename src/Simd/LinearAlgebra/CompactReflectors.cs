using System.Numerics;

namespace Onsager.Simd;

/// <summary>A = Q R with Q as its reflectors: R from the diagonal on, and each reflector behind its leading 1 below it (LAPACK's geqrf).</summary>
internal readonly unsafe struct CompactQrLoop<T>(RowMatrix<T> a, T* compact, T* tau, T* work) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int m = a.Rows, n = a.Columns, k = int.Min(m, n), leading = FixedLanes.Leading<T>(n);
        T* b = work;
        T factor = WorkingCopy<V, T>.Scaled(a.First, a.Leading, m, n, b, leading);
        if (T.IsNaN(factor))
        {
            new Span<T>(compact, m * n).Fill(T.NaN);
            new Span<T>(tau, k).Fill(T.NaN);
            return;
        }

        HouseholderQr<V, T> reflectors = new(m, k, b + ((long)m * leading));
        reflectors.Factor(b, leading, n, tau);
        T inverse = T.One / factor;
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                int block = j / BlockReflector<V, T>.Size * BlockReflector<V, T>.Size;
                compact[((long)i * n) + j] = j >= i ? b[((long)i * leading) + j] * inverse : reflectors.Vectors(block)[((long)(j - block) * reflectors.Leading) + i - block];
            }
        }
    }
}

/// <summary>C = Q C or Q^T C, Q as reflectors that stand behind their leading 1 in columns of a matrix (LAPACK's ormqr).</summary>
internal readonly unsafe struct ApplyReflectorsLoop<T>(bool transpose, RowMatrix<T> vectors, int reflectors, T* tau, T* c, int columns, T* work) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int m = vectors.Rows, size = BlockReflector<V, T>.Size;
        HouseholderQr<V, T> all = new(m, reflectors, work);
        for (int block = 0; block < reflectors; block += size)
        {
            int count = int.Min(size, reflectors - block);
            T* rows = all.Vectors(block);
            new Span<T>(rows, size * all.Leading).Clear();
            for (int i = block; i < m; i++)
            {
                for (int j = block; j < int.Min(block + count, i + 1); j++)
                {
                    rows[((long)(j - block) * all.Leading) + i - block] = i == j ? T.One : vectors.First[((long)i * vectors.Leading) + j];
                }
            }

            all.Take(block, count, tau);
        }

        all.Apply(transpose, reflectors, c, columns, columns);
    }
}
