using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Small products of two or three columns of float32, whose rows would leave most of even the narrowest register empty: lanes are rows of C here. A chain with its
/// factors exchanged has the same bits.
/// </summary>
internal static unsafe class NarrowProduct
{
    /// <summary>Columns from which on a row fills a register.</summary>
    public const int Columns = 4;

    /// <summary>C = old + A B for at most <paramref name="m"/> = 96 rows and at least a register of them; A has contiguous rows or columns. Old is C, a bias for every row alike (oldRow 0), or null.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Run<V>(
        nint m, nint n, nint k, float* a, nint aRow, nint aColumn, float* b, nint bRow, nint bColumn, float* c, nint ldc, float* old, nint oldRow)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        float* wide = stackalloc float[(Columns - 1) * Gemm.SmallSize];
        if (aRow == 1)
        {
            // The columns of A are rows of memory: the turned product is one like any other.
            PanelLoop.Small<V, float>(n, m, k, b, bColumn, bRow, a, aColumn, aRow, wide, m, null, 0);
        }
        else
        {
            for (nint i = 0; i < m; i += V.Width)
            {
                // The last strip overlaps the one before, with the same elements.
                nint first = nint.Min(i, m - V.Width);
                Strip<V>(a + (first * aRow), aRow, k, b, bRow, bColumn, n, wide + first, m);
            }
        }

        for (nint j = 0; j < n; j++, wide += m)
        {
            float* to = c + j, from = old + j;
            for (nint i = 0; i < m; i++, to += ldc, from += oldRow)
            {
                *to = old == null ? wide[i] : *from + wide[i];
            }
        }
    }

    /// <summary>As many rows of A as a register has lanes, turned as they are read.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private static void Strip<V>(float* a, nint aRow, nint k, float* b, nint bRow, nint bColumn, nint n, float* c, nint step)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        V c0 = V.Of(0), c1 = V.Of(0), c2 = V.Of(0);
        float* b1 = b + bColumn, b2 = n > 2 ? b1 + bColumn : b1;
        nint p = 0, stride = aRow * sizeof(float);
        for (; p + 4 <= k; p += 4)
        {
            Transpose.Columns<V, float>((byte*)(a + p), stride, out V x0, out V x1, out V x2, out V x3);
            Add(x0, ref b, ref b1, ref b2, bRow, ref c0, ref c1, ref c2);
            Add(x1, ref b, ref b1, ref b2, bRow, ref c0, ref c1, ref c2);
            Add(x2, ref b, ref b1, ref b2, bRow, ref c0, ref c1, ref c2);
            Add(x3, ref b, ref b1, ref b2, bRow, ref c0, ref c1, ref c2);
        }

        float* column = stackalloc float[V.Width];
        for (; p < k; p++)
        {
            for (int i = 0; i < V.Width; i++)
            {
                column[i] = a[(i * aRow) + p];
            }

            Add(V.Load(column), ref b, ref b1, ref b2, bRow, ref c0, ref c1, ref c2);
        }

        V.Store(c, c0);
        V.Store(c + step, c1);
        if (n > 2)
        {
            V.Store(c + (2 * step), c2);
        }
    }

    [MethodImpl(Inline)]
    private static void Add<V>(V x, ref float* b, ref float* b1, ref float* b2, nint bRow, ref V c0, ref V c1, ref V c2)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        c0 = V.Fma(x, V.Broadcast(*b), c0);
        c1 = V.Fma(x, V.Broadcast(*b1), c1);
        c2 = V.Fma(x, V.Broadcast(*b2), c2);
        b += bRow;
        b1 += bRow;
        b2 += bRow;
    }
}
