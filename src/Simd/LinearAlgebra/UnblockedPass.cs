using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// One pass over a small matrix that takes the last two rank-one terms out of it and multiplies what is left by the next vector: reductions of at most <see cref="Most"/> rows, which
/// a panel's many short products cost more than their arithmetic, go through the cache once for each of their steps (as LAPACK's gebd2 and sytd2 with the passes of G. Howell, J. Demmel,
/// C. Fulton, S. Hammarling and K. Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", ACM Trans. Math. Softw. 34, 2008).
/// </summary>
internal static unsafe class UnblockedPass<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Rows from which on a matrix is reduced so: a constant, since it decides bits.</summary>
    public const int Most = 64;

    /// <summary>A = A - p P - q Q of so many rows, for columns p and q and rows P and Q, and y = x A: each element is one chain over the rows.</summary>
    public static void Run(T* a, nint leading, nint rows, T* p, T* rowP, T* q, T* rowQ, T* x, T* y, nint length)
    {
        nint j = 0;
        for (; V.Registers >= 32 && j + (4 * V.Width) <= length; j += 4 * V.Width)
        {
            Four(a + j, leading, rows, p, rowP + j, q, rowQ + j, x, y + j);
        }

        for (; j < length; j += V.Width)
        {
            One(a + j, leading, rows, p, rowP + j, q, rowQ + j, x, y + j);
        }
    }

    /// <summary>y = y - f x - g z</summary>
    [MethodImpl(Loop)]
    public static void Line(T f, T* x, T g, T* z, T* y, nint length)
    {
        V first = V.Broadcast(-f), second = V.Broadcast(-g);
        for (nint j = 0; j < length; j += V.Width)
        {
            V.Store(y + j, V.Fma(second, V.Load(z + j), V.Fma(first, V.Load(x + j), V.Load(y + j))));
        }
    }

    [MethodImpl(Loop)]
    private static void Four(T* a, nint leading, nint rows, T* p, T* rowP, T* q, T* rowQ, T* x, T* y)
    {
        V p0 = -V.Load(rowP), p1 = -V.Load(rowP + V.Width), p2 = -V.Load(rowP + (2 * V.Width)), p3 = -V.Load(rowP + (3 * V.Width));
        V q0 = -V.Load(rowQ), q1 = -V.Load(rowQ + V.Width), q2 = -V.Load(rowQ + (2 * V.Width)), q3 = -V.Load(rowQ + (3 * V.Width));
        V y0 = V.Of(0), y1 = y0, y2 = y0, y3 = y0;
        for (nint i = 0; i < rows; i++)
        {
            V f = V.Broadcast(p[i]), g = V.Broadcast(q[i]), h = V.Broadcast(x[i]);
            V a0 = V.Fma(g, q0, V.Fma(f, p0, V.Load(a)));
            V a1 = V.Fma(g, q1, V.Fma(f, p1, V.Load(a + V.Width)));
            V a2 = V.Fma(g, q2, V.Fma(f, p2, V.Load(a + (2 * V.Width))));
            V a3 = V.Fma(g, q3, V.Fma(f, p3, V.Load(a + (3 * V.Width))));
            V.Store(a, a0);
            V.Store(a + V.Width, a1);
            V.Store(a + (2 * V.Width), a2);
            V.Store(a + (3 * V.Width), a3);
            y0 = V.Fma(h, a0, y0);
            y1 = V.Fma(h, a1, y1);
            y2 = V.Fma(h, a2, y2);
            y3 = V.Fma(h, a3, y3);
            a += leading;
        }

        V.Store(y, y0);
        V.Store(y + V.Width, y1);
        V.Store(y + (2 * V.Width), y2);
        V.Store(y + (3 * V.Width), y3);
    }

    [MethodImpl(Loop)]
    private static void One(T* a, nint leading, nint rows, T* p, T* rowP, T* q, T* rowQ, T* x, T* y)
    {
        V p0 = -V.Load(rowP), q0 = -V.Load(rowQ), y0 = V.Of(0);
        for (nint i = 0; i < rows; i++)
        {
            V a0 = V.Fma(V.Broadcast(q[i]), q0, V.Fma(V.Broadcast(p[i]), p0, V.Load(a)));
            V.Store(a, a0);
            y0 = V.Fma(V.Broadcast(x[i]), a0, y0);
            a += leading;
        }

        V.Store(y, y0);
    }
}
