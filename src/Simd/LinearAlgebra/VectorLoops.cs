using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Products of matrices and vectors that decompositions are made of, over rows of whole registers of 64 bytes: lengths are multiples of the
/// width, and what fills a row up is zero. Each dot product is one chain of fused multiply-adds in each lane, folded by halving; each element of a
/// combination of rows is a chain over the even rows and one over the odd ones. So how many rows or columns go together changes no bit.
/// </summary>
internal static unsafe class VectorLoops<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The sum of all lanes.</summary>
    [MethodImpl(Inline)]
    public static T Fold(V x)
    {
        if (V.Width == 16)
        {
            x += V.MoveDown(x, 8);
        }

        x += V.MoveDown(x, 4);
        x += V.MoveDown(x, 2);
        x += V.MoveDown(x, 1);
        return V.First(x);
    }

    /// <summary>x . y</summary>
    [MethodImpl(Loop)]
    public static T Dot(T* x, T* y, nint length)
    {
        V sum = V.Of(0);
        for (nint j = 0; j < length; j += V.Width)
        {
            sum = V.Fma(V.Load(x + j), V.Load(y + j), sum);
        }

        return Fold(sum);
    }

    /// <summary>y += c x</summary>
    [MethodImpl(Loop)]
    public static void Add(T c, T* x, T* y, nint length)
    {
        V factor = V.Broadcast(c);
        for (nint j = 0; j < length; j += V.Width)
        {
            V.Store(y + j, V.Fma(factor, V.Load(x + j), V.Load(y + j)));
        }
    }

    /// <summary>y = c x; y may be x.</summary>
    [MethodImpl(Loop)]
    public static void Scale(T c, T* x, T* y, nint length)
    {
        V factor = V.Broadcast(c);
        for (nint j = 0; j < length; j += V.Width)
        {
            V.Store(y + j, factor * V.Load(x + j));
        }
    }

    /// <summary>The largest magnitude; NaN if there is one.</summary>
    [MethodImpl(Loop)]
    public static T Largest(T* x, nint length)
    {
        V most = V.Of(0);
        for (nint j = 0; j < length; j += V.Width)
        {
            most = V.Max(most, V.Abs(V.Load(x + j)));
        }

        if (V.Width == 16)
        {
            most = V.Max(most, V.MoveDown(most, 8));
        }

        most = V.Max(most, V.MoveDown(most, 4));
        most = V.Max(most, V.MoveDown(most, 2));
        return V.First(V.Max(most, V.MoveDown(most, 1)));
    }

    /// <summary>y[i yStride] = row i of a . x</summary>
    [MethodImpl(Loop)]
    public static void Dots(T* a, nint leading, nint rows, T* x, nint length, T* y, nint yStride = 1)
    {
        nint i = 0;
        for (; i + 8 <= rows; i += 8)
        {
            T* r0 = a + (i * leading), r1 = r0 + leading, r2 = r1 + leading, r3 = r2 + leading;
            T* r4 = r3 + leading, r5 = r4 + leading, r6 = r5 + leading, r7 = r6 + leading;
            V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
            for (nint j = 0; j < length; j += V.Width)
            {
                V v = V.Load(x + j);
                s0 = V.Fma(V.Load(r0 + j), v, s0);
                s1 = V.Fma(V.Load(r1 + j), v, s1);
                s2 = V.Fma(V.Load(r2 + j), v, s2);
                s3 = V.Fma(V.Load(r3 + j), v, s3);
                s4 = V.Fma(V.Load(r4 + j), v, s4);
                s5 = V.Fma(V.Load(r5 + j), v, s5);
                s6 = V.Fma(V.Load(r6 + j), v, s6);
                s7 = V.Fma(V.Load(r7 + j), v, s7);
            }

            T* to = y + (i * yStride);
            (to[0], to[yStride], to[2 * yStride], to[3 * yStride]) = (Fold(s0), Fold(s1), Fold(s2), Fold(s3));
            (to[4 * yStride], to[5 * yStride], to[6 * yStride], to[7 * yStride]) = (Fold(s4), Fold(s5), Fold(s6), Fold(s7));
        }

        for (; i + 2 <= rows; i += 2)
        {
            T* r0 = a + (i * leading), r1 = r0 + leading;
            V s0 = V.Of(0), s1 = s0;
            for (nint j = 0; j < length; j += V.Width)
            {
                V v = V.Load(x + j);
                s0 = V.Fma(V.Load(r0 + j), v, s0);
                s1 = V.Fma(V.Load(r1 + j), v, s1);
            }

            (y[i * yStride], y[(i + 1) * yStride]) = (Fold(s0), Fold(s1));
        }

        if (i < rows)
        {
            y[i * yStride] = Dot(a + (i * leading), x, length);
        }
    }

    /// <summary>y += the sum of c[i cStride] times row i of a, or y = that sum: even rows and odd rows are two chains.</summary>
    [MethodImpl(Loop)]
    public static void Combine(T* a, nint leading, nint rows, T* c, nint cStride, T* y, nint length, bool fromZero = false)
    {
        nint j = 0;
        for (; j + (4 * V.Width) <= length; j += 4 * V.Width)
        {
            T* to = y + j, row = a + j, factor = c;
            V s0 = V.Of(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
            nint i = 1;
            for (; i < rows; i += 2)
            {
                V f = V.Broadcast(*factor), g = V.Broadcast(factor[cStride]);
                T* next = row + leading;
                s0 = V.Fma(f, V.Load(row), s0);
                s1 = V.Fma(f, V.Load(row + V.Width), s1);
                s2 = V.Fma(f, V.Load(row + (2 * V.Width)), s2);
                s3 = V.Fma(f, V.Load(row + (3 * V.Width)), s3);
                t0 = V.Fma(g, V.Load(next), t0);
                t1 = V.Fma(g, V.Load(next + V.Width), t1);
                t2 = V.Fma(g, V.Load(next + (2 * V.Width)), t2);
                t3 = V.Fma(g, V.Load(next + (3 * V.Width)), t3);
                row = next + leading;
                factor += 2 * cStride;
            }

            if (i == rows)
            {
                V f = V.Broadcast(*factor);
                s0 = V.Fma(f, V.Load(row), s0);
                s1 = V.Fma(f, V.Load(row + V.Width), s1);
                s2 = V.Fma(f, V.Load(row + (2 * V.Width)), s2);
                s3 = V.Fma(f, V.Load(row + (3 * V.Width)), s3);
            }

            Put(to, s0 + t0, fromZero);
            Put(to + V.Width, s1 + t1, fromZero);
            Put(to + (2 * V.Width), s2 + t2, fromZero);
            Put(to + (3 * V.Width), s3 + t3, fromZero);
        }

        CombineRest(a, leading, rows, c, cStride, y, j, length, fromZero);
    }

    /// <summary>The last columns, two registers at a time and one: apart, so that neither loop costs the other its registers.</summary>
    [MethodImpl(Loop)]
    private static void CombineRest(T* a, nint leading, nint rows, T* c, nint cStride, T* y, nint j, nint length, bool fromZero)
    {
        for (; j < length; j += 2 * V.Width)
        {
            // A single register is read twice: its twin costs nothing, and is not stored.
            nint twin = j + V.Width < length ? V.Width : 0;
            T* row = a + j, factor = c;
            V s0 = V.Of(0), s1 = s0, t0 = s0, t1 = s0;
            nint i = 1;
            for (; i < rows; i += 2)
            {
                V f = V.Broadcast(*factor), g = V.Broadcast(factor[cStride]);
                T* next = row + leading;
                s0 = V.Fma(f, V.Load(row), s0);
                s1 = V.Fma(f, V.Load(row + twin), s1);
                t0 = V.Fma(g, V.Load(next), t0);
                t1 = V.Fma(g, V.Load(next + twin), t1);
                row = next + leading;
                factor += 2 * cStride;
            }

            if (i == rows)
            {
                V f = V.Broadcast(*factor);
                s0 = V.Fma(f, V.Load(row), s0);
                s1 = V.Fma(f, V.Load(row + twin), s1);
            }

            Put(y + j, s0 + t0, fromZero);
            if (twin != 0)
            {
                Put(y + j + V.Width, s1 + t1, fromZero);
            }
        }
    }

    [MethodImpl(Inline)]
    private static void Put(T* y, V x, bool fromZero) => V.Store(y, fromZero ? x : V.Load(y) + x);
}
