using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The QR factorisation of a panel of 32 columns in rows of 32 elements. A step is one pass: it takes the last reflector out of each row and adds
/// that row, times the next column's element, to the dot products that the next reflector needs, its own length among them.
/// </summary>
internal static unsafe class PanelQr<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Columns = 32;

    /// <summary>
    /// Factors p [rows, 32], of which the first columns count. R is left in p's upper triangle; reflector k in row k of v, which is zero
    /// elsewhere; what lies below R in p is used up.
    /// </summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Factor(T* p, nint rows, int columns, T* v, nint leading, T* tau)
    {
        // Aligned to a register by hand: the stack is not.
        T* memory = stackalloc T[(3 * Columns) + V.Width], w = (T*)(((nuint)memory + 63) / 64 * 64), dots = w + Columns;
        int steps = (int)nint.Min(rows, columns);
        for (nint i = 0; i < rows; i++)
        {
            v[i] = p[i * Columns];
        }

        Clear(w, Columns);
        Clear(dots, Columns);
        Pass(p + Columns, rows - 1, v + 1, v + 1, w, dots, 0, isFirst: true);
        for (int k = 0; k < steps; k++)
        {
            T* row = p + (k * Columns), x = v + (k * leading);
            T alpha = row[k];
            if (Reflector<V, T>.TryFind(alpha, dots[k], out T beta, out tau[k], out T scale))
            {
                Scale(scale, x, k + 1, rows);
            }
            else
            {
                x[k] = T.Zero;
                beta = Reflector<V, T>.MakeScaled(alpha, x, leading, out tau[k]);
                Clear(w, Columns);
                Pass(row + Columns, rows - k - 1, x + k + 1, x + k + 1, w, dots, 0, isFirst: true);
                scale = T.One;
            }

            x[k] = T.One;
            Weigh(row, dots, w, tau[k], scale, (k + 1) / V.Width * V.Width);
            row[k] = beta;
            if (k + 1 < steps)
            {
                Next(p, rows, x, w[k + 1], v + ((k + 1) * leading), k + 1);
                Pass(row + Columns, rows - k - 1, x + k + 1, v + ((k + 1) * leading) + k + 1, w, dots, k + 1, isFirst: false);
            }
        }
    }

    private static void Clear(T* x, int count) => new Span<T>(x, count).Clear();

    [MethodImpl(Loop)]
    private static void Scale(T scale, T* x, nint from, nint to)
    {
        for (nint i = from; i < to; i++)
        {
            x[i] *= scale;
        }
    }

    /// <summary>w = tau (row + scale dots), the reflector's row times the panel, and what it leaves of its own row; columns before the pivot are not needed any more.</summary>
    [MethodImpl(Loop)]
    private static void Weigh(T* row, T* dots, T* w, T tau, T scale, int from)
    {
        V t = V.Broadcast(tau), s = V.Broadcast(scale);
        for (int j = from; j < Columns; j += V.Width)
        {
            V x = V.Load(row + j), y = t * V.Fma(V.Load(dots + j), s, x);
            V.Store(w + j, y);
            V.Store(row + j, x - y);
        }
    }

    /// <summary>The next column as the last reflector leaves it; zeros stand before its pivot.</summary>
    [MethodImpl(Loop)]
    private static void Next(T* p, nint rows, T* v, T w, T* x, int k)
    {
        for (nint i = k; i < rows; i++)
        {
            x[i] = T.FusedMultiplyAdd(-v[i], w, p[(i * Columns) + k]);
        }
    }

    /// <summary>
    /// Row i -= v[i] w, and dots = the sum over the rows of x[i] times that; in a pass that is not the first the top row is left out of the dots.
    /// Columns before the first that counts are not needed any more.
    /// </summary>
    private static void Pass(T* p, nint rows, T* v, T* x, T* w, T* dots, int first, bool isFirst)
    {
        int strip = 2 * V.Width;
        for (int j = first / strip * strip; j < Columns; j += strip)
        {
            if (isFirst)
            {
                Sum(p + j, rows, x, dots + j);
            }
            else
            {
                Update(p + j, rows, v, x, w + j, dots + j);
            }
        }
    }

    /// <summary>Even rows and odd rows are two chains.</summary>
    [MethodImpl(Loop)]
    private static void Sum(T* p, nint rows, T* x, T* dots)
    {
        V a0 = V.Of(0), a1 = a0, b0 = a0, b1 = a0;
        nint i = 0;
        for (; i + 2 <= rows; i += 2)
        {
            V even = V.Broadcast(x[i]), odd = V.Broadcast(x[i + 1]);
            a0 = V.Fma(even, V.Load(p), a0);
            a1 = V.Fma(even, V.Load(p + V.Width), a1);
            b0 = V.Fma(odd, V.Load(p + Columns), b0);
            b1 = V.Fma(odd, V.Load(p + Columns + V.Width), b1);
            p += 2 * Columns;
        }

        if (i < rows)
        {
            V even = V.Broadcast(x[i]);
            a0 = V.Fma(even, V.Load(p), a0);
            a1 = V.Fma(even, V.Load(p + V.Width), a1);
        }

        V.Store(dots, a0 + b0);
        V.Store(dots + V.Width, a1 + b1);
    }

    [MethodImpl(Loop)]
    private static void Update(T* p, nint rows, T* v, T* x, T* w, T* dots)
    {
        V a0 = V.Of(0), a1 = a0, b0 = a0, b1 = a0, w0 = -V.Load(w), w1 = -V.Load(w + V.Width);
        if (rows > 0)
        {
            V top = V.Broadcast(v[0]);
            V.Store(p, V.Fma(top, w0, V.Load(p)));
            V.Store(p + V.Width, V.Fma(top, w1, V.Load(p + V.Width)));
            p += Columns;
        }

        nint i = 1;
        for (; i + 2 <= rows; i += 2)
        {
            V even = V.Broadcast(v[i]), odd = V.Broadcast(v[i + 1]);
            V e0 = V.Fma(even, w0, V.Load(p)), e1 = V.Fma(even, w1, V.Load(p + V.Width));
            V o0 = V.Fma(odd, w0, V.Load(p + Columns)), o1 = V.Fma(odd, w1, V.Load(p + Columns + V.Width));
            V.Store(p, e0);
            V.Store(p + V.Width, e1);
            V.Store(p + Columns, o0);
            V.Store(p + Columns + V.Width, o1);
            even = V.Broadcast(x[i]);
            odd = V.Broadcast(x[i + 1]);
            a0 = V.Fma(even, e0, a0);
            a1 = V.Fma(even, e1, a1);
            b0 = V.Fma(odd, o0, b0);
            b1 = V.Fma(odd, o1, b1);
            p += 2 * Columns;
        }

        if (i < rows)
        {
            V even = V.Broadcast(v[i]), e0 = V.Fma(even, w0, V.Load(p)), e1 = V.Fma(even, w1, V.Load(p + V.Width));
            V.Store(p, e0);
            V.Store(p + V.Width, e1);
            even = V.Broadcast(x[i]);
            a0 = V.Fma(even, e0, a0);
            a1 = V.Fma(even, e1, a1);
        }

        V.Store(dots, a0 + b0);
        V.Store(dots + V.Width, a1 + b1);
    }
}
