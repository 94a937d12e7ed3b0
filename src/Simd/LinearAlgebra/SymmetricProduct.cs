using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A symmetric matrix times a vector, from the blocks of a register's width on the diagonal and above: each element above is read once
/// and serves both its row and its column, which halves the memory that this product waits for.
/// </summary>
internal static unsafe class SymmetricProduct<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>y = A x from element first on, a multiple of the width as n is; before it x is zero and y is not written.</summary>
    [MethodImpl(Loop)]
    public static void Run(T* a, nint leading, nint first, nint n, T* x, T* y)
    {
        for (nint i = first; i < n; i += V.Width)
        {
            V.Store(y + i, V.Of(0));
        }

        for (nint i = first; i < n; i += V.Width)
        {
            T* row = a + (i * leading) + i;
            V sum = V.Load(y + i);
            for (nint r = 0; r < V.Width; r++)
            {
                sum = V.Fma(V.Broadcast(x[i + r]), V.Load(row + (r * leading)), sum);
            }

            V.Store(y + i, sum);
            for (nint r = 0; r < V.Width; r += 8)
            {
                Eight(row + (r * leading) + V.Width, leading, n - i - V.Width, x + i + r, x + i + V.Width, y + i + r, y + i + V.Width);
            }
        }
    }

    /// <summary>Eight rows beside their diagonal block: what they give to the columns' results, and what the columns give to theirs.</summary>
    [MethodImpl(Loop)]
    private static void Eight(T* a, nint leading, nint length, T* own, T* x, T* result, T* y)
    {
        T* r0 = a, r1 = r0 + leading, r2 = r1 + leading, r3 = r2 + leading;
        T* r4 = r3 + leading, r5 = r4 + leading, r6 = r5 + leading, r7 = r6 + leading;
        V f0 = V.Broadcast(own[0]), f1 = V.Broadcast(own[1]), f2 = V.Broadcast(own[2]), f3 = V.Broadcast(own[3]);
        V f4 = V.Broadcast(own[4]), f5 = V.Broadcast(own[5]), f6 = V.Broadcast(own[6]), f7 = V.Broadcast(own[7]);
        V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint j = 0; j < length; j += V.Width)
        {
            V v = V.Load(x + j), sum = V.Load(y + j), e = V.Load(r0 + j);
            s0 = V.Fma(e, v, s0);
            sum = V.Fma(e, f0, sum);
            e = V.Load(r1 + j);
            s1 = V.Fma(e, v, s1);
            sum = V.Fma(e, f1, sum);
            e = V.Load(r2 + j);
            s2 = V.Fma(e, v, s2);
            sum = V.Fma(e, f2, sum);
            e = V.Load(r3 + j);
            s3 = V.Fma(e, v, s3);
            sum = V.Fma(e, f3, sum);
            e = V.Load(r4 + j);
            s4 = V.Fma(e, v, s4);
            sum = V.Fma(e, f4, sum);
            e = V.Load(r5 + j);
            s5 = V.Fma(e, v, s5);
            sum = V.Fma(e, f5, sum);
            e = V.Load(r6 + j);
            s6 = V.Fma(e, v, s6);
            sum = V.Fma(e, f6, sum);
            e = V.Load(r7 + j);
            s7 = V.Fma(e, v, s7);
            V.Store(y + j, V.Fma(e, f7, sum));
        }

        result[0] += VectorLoops<V, T>.Fold(s0);
        result[1] += VectorLoops<V, T>.Fold(s1);
        result[2] += VectorLoops<V, T>.Fold(s2);
        result[3] += VectorLoops<V, T>.Fold(s3);
        result[4] += VectorLoops<V, T>.Fold(s4);
        result[5] += VectorLoops<V, T>.Fold(s5);
        result[6] += VectorLoops<V, T>.Fold(s6);
        result[7] += VectorLoops<V, T>.Fold(s7);
    }
}
