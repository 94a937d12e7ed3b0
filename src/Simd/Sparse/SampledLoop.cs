using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Inner products of rows, one for each entry of a pattern, in the fixed order of sums. The rows of U are where a product has its values, those of W where it has X.</summary>
internal readonly unsafe struct SampledLoop<T>(SparseRows<T> rows) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly SparseRows<T> rows = rows;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (rows.N == 1)
        {
            if (typeof(T) == typeof(float))
            {
                new SampledLoop<float>(rows.As<float>()).Single<F32x1>();
            }
            else
            {
                new SampledLoop<double>(rows.As<double>()).Single<F64x1>();
            }
        }
        else
        {
            Several<V>();
        }
    }

    /// <summary>One product each. The other lanes of the sum are +0, and so is their sum with a product of -0.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Single<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* u = rows.Values, w = rows.X, results = rows.Y;
        for (nint row = rows.First; row < rows.End; row++)
        {
            V left = V.Broadcast(u[row]);
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                results[order is null ? k : order[k]] = V.First(V.Fma(left, V.Broadcast(w[columns[k]]), V.Of(0)) + V.Of(0));
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Several<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        int* starts = rows.Starts, columns = rows.Columns, order = rows.Order;
        T* u = rows.Values, w = rows.X, results = rows.Y;
        nint n = rows.N;
        for (nint row = rows.First; row < rows.End; row++)
        {
            for (nint k = starts[row], end = starts[row + 1]; k < end; k++)
            {
                results[order is null ? k : order[k]] = FixedOrder.Reduce<DotTerm, V, T>(u + (row * n), w + (columns[k] * n), n);
            }
        }
    }
}
