using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The product's innermost loop: a tile of up to 12 rows by two registers of columns stays in registers while k runs. One text for every
/// register type and number of rows: with 32 registers 12 rows fill 24 of them (BLIS calls this MR x NR = 12 x 32 for float32 under
/// AVX-512), with 16 registers 6 rows fill 12.
/// </summary>
/// <remarks>A long method by design: written out, so that every accumulator is a local that the compiler keeps in a register.
/// Rows are addressed from four base pointers as base, base + stride, base + 2 stride, which x86 addresses without extra arithmetic.</remarks>
internal static unsafe class MicroKernel
{
    /// <summary>
    /// c[i, j] = (accumulate ? c[i, j] : nothing) + the chain over p of fma(a[i, p], b[p, j], .) from +0.
    /// </summary>
    /// <param name="k">The length of the chain.</param>
    /// <param name="a">The tile's first row.</param>
    /// <param name="aRow">Elements from one row of a to the next.</param>
    /// <param name="aStep">Elements from one p to the next in a.</param>
    /// <param name="b">The panel: two full registers for each p.</param>
    /// <param name="bStep">Elements from one p to the next in b.</param>
    /// <param name="c">The tile of the result.</param>
    /// <param name="cRow">Elements from one row of c to the next.</param>
    /// <param name="accumulate">Whether the chain is added to c or replaces it.</param>
    /// <remarks>There is no call in here, not even for a last panel with fewer columns (the caller gives it a tile of its own): one call
    /// would make the compiler keep every accumulator in memory, at a third of the speed.</remarks>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<R, V, T>(nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, bool accumulate)
        where R : struct, IRows
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V c0x = V.Of(0), c0y = V.Of(0), c1x = V.Of(0), c1y = V.Of(0), c2x = V.Of(0), c2y = V.Of(0), c3x = V.Of(0), c3y = V.Of(0);
        V c4x = V.Of(0), c4y = V.Of(0), c5x = V.Of(0), c5y = V.Of(0), c6x = V.Of(0), c6y = V.Of(0), c7x = V.Of(0), c7y = V.Of(0);
        V c8x = V.Of(0), c8y = V.Of(0), c9x = V.Of(0), c9y = V.Of(0), c10x = V.Of(0), c10y = V.Of(0), c11x = V.Of(0), c11y = V.Of(0);
        T* a0 = a, a3 = a + (3 * aRow), a6 = a + (6 * aRow), a9 = a + (9 * aRow);
        for (nint row = 0; row < R.Count; row++)
        {
            Prefetch(c + (row * cRow));
            Prefetch(c + (row * cRow) + V.Width);
        }

        for (nint p = 0; p < k; p++)
        {
            V bx = V.Load(b), by = V.Load(b + V.Width);
            b += bStep;
            V row0 = V.Broadcast(*a0);
            c0x = V.Fma(row0, bx, c0x);
            c0y = V.Fma(row0, by, c0y);

            if (R.Count > 1)
            {
                V row1 = V.Broadcast(a0[aRow]);
                c1x = V.Fma(row1, bx, c1x);
                c1y = V.Fma(row1, by, c1y);
            }

            if (R.Count > 2)
            {
                V row2 = V.Broadcast(a0[2 * aRow]);
                c2x = V.Fma(row2, bx, c2x);
                c2y = V.Fma(row2, by, c2y);
            }

            if (R.Count > 3)
            {
                V row3 = V.Broadcast(*a3);
                c3x = V.Fma(row3, bx, c3x);
                c3y = V.Fma(row3, by, c3y);
            }

            if (R.Count > 4)
            {
                V row4 = V.Broadcast(a3[aRow]);
                c4x = V.Fma(row4, bx, c4x);
                c4y = V.Fma(row4, by, c4y);
            }

            if (R.Count > 5)
            {
                V row5 = V.Broadcast(a3[2 * aRow]);
                c5x = V.Fma(row5, bx, c5x);
                c5y = V.Fma(row5, by, c5y);
            }

            if (R.Count > 6)
            {
                V row6 = V.Broadcast(*a6);
                c6x = V.Fma(row6, bx, c6x);
                c6y = V.Fma(row6, by, c6y);
            }

            if (R.Count > 7)
            {
                V row7 = V.Broadcast(a6[aRow]);
                c7x = V.Fma(row7, bx, c7x);
                c7y = V.Fma(row7, by, c7y);
            }

            if (R.Count > 8)
            {
                V row8 = V.Broadcast(a6[2 * aRow]);
                c8x = V.Fma(row8, bx, c8x);
                c8y = V.Fma(row8, by, c8y);
            }

            if (R.Count > 9)
            {
                V row9 = V.Broadcast(*a9);
                c9x = V.Fma(row9, bx, c9x);
                c9y = V.Fma(row9, by, c9y);
            }

            if (R.Count > 10)
            {
                V row10 = V.Broadcast(a9[aRow]);
                c10x = V.Fma(row10, bx, c10x);
                c10y = V.Fma(row10, by, c10y);
            }

            if (R.Count > 11)
            {
                V row11 = V.Broadcast(a9[2 * aRow]);
                c11x = V.Fma(row11, bx, c11x);
                c11y = V.Fma(row11, by, c11y);
            }

            a0 += aStep;
            a3 += aStep;
            a6 += aStep;
            a9 += aStep;
        }

        StoreRow<V, T>(c, accumulate, c0x, c0y);

        if (R.Count > 1)
        {
            StoreRow<V, T>(c + (1 * cRow), accumulate, c1x, c1y);
        }

        if (R.Count > 2)
        {
            StoreRow<V, T>(c + (2 * cRow), accumulate, c2x, c2y);
        }

        if (R.Count > 3)
        {
            StoreRow<V, T>(c + (3 * cRow), accumulate, c3x, c3y);
        }

        if (R.Count > 4)
        {
            StoreRow<V, T>(c + (4 * cRow), accumulate, c4x, c4y);
        }

        if (R.Count > 5)
        {
            StoreRow<V, T>(c + (5 * cRow), accumulate, c5x, c5y);
        }

        if (R.Count > 6)
        {
            StoreRow<V, T>(c + (6 * cRow), accumulate, c6x, c6y);
        }

        if (R.Count > 7)
        {
            StoreRow<V, T>(c + (7 * cRow), accumulate, c7x, c7y);
        }

        if (R.Count > 8)
        {
            StoreRow<V, T>(c + (8 * cRow), accumulate, c8x, c8y);
        }

        if (R.Count > 9)
        {
            StoreRow<V, T>(c + (9 * cRow), accumulate, c9x, c9y);
        }

        if (R.Count > 10)
        {
            StoreRow<V, T>(c + (10 * cRow), accumulate, c10x, c10y);
        }

        if (R.Count > 11)
        {
            StoreRow<V, T>(c + (11 * cRow), accumulate, c11x, c11y);
        }
    }

    /// <summary>Asks for a line of C before the chain begins: its rows lie far apart, and nothing else would fetch them in time.</summary>
    [MethodImpl(Inline)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    [MethodImpl(Inline)]
    private static void StoreRow<V, T>(T* c, bool accumulate, V x, V y)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (accumulate)
        {
            x = V.Load(c) + x;
            y = V.Load(c + V.Width) + y;
        }

        V.Store(c, x);
        V.Store(c + V.Width, y);
    }
}
