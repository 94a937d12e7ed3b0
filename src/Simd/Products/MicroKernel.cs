using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The product's innermost loop: a tile of rows by one to three registers of columns stays in registers while k runs. One text for every
/// register type, number of rows and shape of columns: with 32 registers a tile of 12 rows by two registers fills 24 of them (BLIS calls
/// this MR x NR = 12 x 32 for float32 under AVX-512), with 16 registers 6 rows fill 12; three registers of columns go with 8 and 4 rows.
/// <para>Columns that do not fill their registers need no masks: the last register ends where the columns end and overlaps the one before
/// it. What the two share is computed twice, to the same bits, and stored twice.</para>
/// </summary>
/// <remarks>A long method by design: written out, so that every accumulator is a local that the compiler keeps in a register.
/// Rows are addressed from four base pointers as base, base + stride, base + 2 stride, in bytes, which x86 addresses without extra arithmetic.</remarks>
internal static unsafe partial class MicroKernel
{
    /// <summary>
    /// c[i, j] = (old is null ? nothing : old[i, j]) + the chain over p of fma(a[i, p], b[p, j], .) from +0.
    /// </summary>
    /// <typeparam name="R">The number of rows.</typeparam>
    /// <typeparam name="C">The number of registers of columns.</typeparam>
    /// <typeparam name="G">How a register is used,</typeparam>
    /// <typeparam name="W">and its vector.</typeparam>
    /// <typeparam name="L">The same of the last register of columns, which may be of half the width,</typeparam>
    /// <typeparam name="H">and its vector.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="k">The length of the chain.</param>
    /// <param name="a">The tile's first row.</param>
    /// <param name="aRow">Elements from one row of a to the next.</param>
    /// <param name="aStep">Elements from one p to the next in a.</param>
    /// <param name="b">The panel's row of columns for p = 0.</param>
    /// <param name="bStep">Elements from one p to the next in b.</param>
    /// <param name="c">The tile of the result.</param>
    /// <param name="cRow">Elements from one row of c to the next.</param>
    /// <param name="columns">Columns of the tile: more than the registers before the last one hold, and at least the last one's width.</param>
    /// <param name="old">What the chains are added to: c itself, a bias for every row alike, or null.</param>
    /// <param name="oldRow">Elements from one row of it to the next: 0 for a bias.</param>
    /// <remarks>There is no call in here: one call would make the compiler keep every accumulator in memory, at a third of the speed.</remarks>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<R, C, G, W, L, H, T>(nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, int columns, T* old, nint oldRow)
        where R : struct, IRows
        where C : struct, IColumns
        where T : unmanaged
        where G : struct, IRegister<W, T>
        where W : struct
        where L : struct, IRegister<H, T>
        where H : struct
    {
        W c0x = G.Zero, c0y = G.Zero, c1x = G.Zero, c1y = G.Zero;
        W c2x = G.Zero, c2y = G.Zero, c3x = G.Zero, c3y = G.Zero;
        W c4x = G.Zero, c4y = G.Zero, c5x = G.Zero, c5y = G.Zero;
        W c6x = G.Zero, c6y = G.Zero, c7x = G.Zero, c7y = G.Zero;
        W c8x = G.Zero, c8y = G.Zero, c9x = G.Zero, c9y = G.Zero;
        W c10x = G.Zero, c10y = G.Zero, c11x = G.Zero, c11y = G.Zero;
        H c0z = L.Zero, c1z = L.Zero, c2z = L.Zero, c3z = L.Zero;
        H c4z = L.Zero, c5z = L.Zero, c6z = L.Zero, c7z = L.Zero;
        H c8z = L.Zero, c9z = L.Zero, c10z = L.Zero, c11z = L.Zero;
        nint stride = aRow * sizeof(T), step = aStep * sizeof(T), last = columns - L.Width;
        byte* a0 = (byte*)a, a3 = a0 + (3 * stride), a6 = a0 + (6 * stride), a9 = a0 + (9 * stride);
        if (C.Far)
        {
            // The rows of C lie far apart, and nothing else would fetch them in time.
            T* line = c;
            for (int row = 0; row < R.Count; row++, line += cRow)
            {
                Pack.Prefetch(line);
                Pack.Prefetch(line + G.Width);
            }
        }

        for (nint p = 0; p < k; p++)
        {
            W bx = C.Count > 1 ? G.Load(b) : G.Zero;
            W by = C.Count > 2 ? G.Load(b + G.Width) : G.Zero;
            H bz = L.Load(b + last);
            if (C.Far)
            {
                // Rows of a B that is not packed lie too far apart for the hardware to foresee them.
                Pack.Prefetch(b + (16 * bStep));
                Pack.Prefetch(b + (16 * bStep) + G.Width);
            }

            b += bStep;
            W row0 = G.Broadcast((T*)a0);
            c0x = C.Count > 1 ? G.Fma(row0, bx, c0x) : c0x;
            c0y = C.Count > 2 ? G.Fma(row0, by, c0y) : c0y;
            c0z = L.Fma(Low<W, H>(row0), bz, c0z);

            if (R.Count > 1)
            {
                W row1 = G.Broadcast((T*)(a0 + stride));
                c1x = C.Count > 1 ? G.Fma(row1, bx, c1x) : c1x;
                c1y = C.Count > 2 ? G.Fma(row1, by, c1y) : c1y;
                c1z = L.Fma(Low<W, H>(row1), bz, c1z);
            }

            if (R.Count > 2)
            {
                W row2 = G.Broadcast((T*)(a0 + (2 * stride)));
                c2x = C.Count > 1 ? G.Fma(row2, bx, c2x) : c2x;
                c2y = C.Count > 2 ? G.Fma(row2, by, c2y) : c2y;
                c2z = L.Fma(Low<W, H>(row2), bz, c2z);
            }

            if (R.Count > 3)
            {
                W row3 = G.Broadcast((T*)a3);
                c3x = C.Count > 1 ? G.Fma(row3, bx, c3x) : c3x;
                c3y = C.Count > 2 ? G.Fma(row3, by, c3y) : c3y;
                c3z = L.Fma(Low<W, H>(row3), bz, c3z);
            }

            if (R.Count > 4)
            {
                W row4 = G.Broadcast((T*)(a3 + stride));
                c4x = C.Count > 1 ? G.Fma(row4, bx, c4x) : c4x;
                c4y = C.Count > 2 ? G.Fma(row4, by, c4y) : c4y;
                c4z = L.Fma(Low<W, H>(row4), bz, c4z);
            }

            if (R.Count > 5)
            {
                W row5 = G.Broadcast((T*)(a3 + (2 * stride)));
                c5x = C.Count > 1 ? G.Fma(row5, bx, c5x) : c5x;
                c5y = C.Count > 2 ? G.Fma(row5, by, c5y) : c5y;
                c5z = L.Fma(Low<W, H>(row5), bz, c5z);
            }

            if (R.Count > 6)
            {
                W row6 = G.Broadcast((T*)a6);
                c6x = C.Count > 1 ? G.Fma(row6, bx, c6x) : c6x;
                c6y = C.Count > 2 ? G.Fma(row6, by, c6y) : c6y;
                c6z = L.Fma(Low<W, H>(row6), bz, c6z);
            }

            if (R.Count > 7)
            {
                W row7 = G.Broadcast((T*)(a6 + stride));
                c7x = C.Count > 1 ? G.Fma(row7, bx, c7x) : c7x;
                c7y = C.Count > 2 ? G.Fma(row7, by, c7y) : c7y;
                c7z = L.Fma(Low<W, H>(row7), bz, c7z);
            }

            if (R.Count > 8)
            {
                W row8 = G.Broadcast((T*)(a6 + (2 * stride)));
                c8x = C.Count > 1 ? G.Fma(row8, bx, c8x) : c8x;
                c8y = C.Count > 2 ? G.Fma(row8, by, c8y) : c8y;
                c8z = L.Fma(Low<W, H>(row8), bz, c8z);
            }

            if (R.Count > 9)
            {
                W row9 = G.Broadcast((T*)a9);
                c9x = C.Count > 1 ? G.Fma(row9, bx, c9x) : c9x;
                c9y = C.Count > 2 ? G.Fma(row9, by, c9y) : c9y;
                c9z = L.Fma(Low<W, H>(row9), bz, c9z);
            }

            if (R.Count > 10)
            {
                W row10 = G.Broadcast((T*)(a9 + stride));
                c10x = C.Count > 1 ? G.Fma(row10, bx, c10x) : c10x;
                c10y = C.Count > 2 ? G.Fma(row10, by, c10y) : c10y;
                c10z = L.Fma(Low<W, H>(row10), bz, c10z);
            }

            if (R.Count > 11)
            {
                W row11 = G.Broadcast((T*)(a9 + (2 * stride)));
                c11x = C.Count > 1 ? G.Fma(row11, bx, c11x) : c11x;
                c11y = C.Count > 2 ? G.Fma(row11, by, c11y) : c11y;
                c11z = L.Fma(Low<W, H>(row11), bz, c11z);
            }

            a0 += step;
            a3 += step;
            a6 += step;
            a9 += step;
        }

        if (old != null)
        {
            // All of a row before any of it is stored: registers that overlap must both see the old values.
            c0x = C.Count > 1 ? G.Add(G.Load(old), c0x) : c0x;
            c0y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c0y) : c0y;
            c0z = L.Add(L.Load(old + last), c0z);

            if (R.Count > 1)
            {
                old += oldRow;
                c1x = C.Count > 1 ? G.Add(G.Load(old), c1x) : c1x;
                c1y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c1y) : c1y;
                c1z = L.Add(L.Load(old + last), c1z);
            }

            if (R.Count > 2)
            {
                old += oldRow;
                c2x = C.Count > 1 ? G.Add(G.Load(old), c2x) : c2x;
                c2y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c2y) : c2y;
                c2z = L.Add(L.Load(old + last), c2z);
            }

            if (R.Count > 3)
            {
                old += oldRow;
                c3x = C.Count > 1 ? G.Add(G.Load(old), c3x) : c3x;
                c3y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c3y) : c3y;
                c3z = L.Add(L.Load(old + last), c3z);
            }

            if (R.Count > 4)
            {
                old += oldRow;
                c4x = C.Count > 1 ? G.Add(G.Load(old), c4x) : c4x;
                c4y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c4y) : c4y;
                c4z = L.Add(L.Load(old + last), c4z);
            }

            if (R.Count > 5)
            {
                old += oldRow;
                c5x = C.Count > 1 ? G.Add(G.Load(old), c5x) : c5x;
                c5y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c5y) : c5y;
                c5z = L.Add(L.Load(old + last), c5z);
            }

            if (R.Count > 6)
            {
                old += oldRow;
                c6x = C.Count > 1 ? G.Add(G.Load(old), c6x) : c6x;
                c6y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c6y) : c6y;
                c6z = L.Add(L.Load(old + last), c6z);
            }

            if (R.Count > 7)
            {
                old += oldRow;
                c7x = C.Count > 1 ? G.Add(G.Load(old), c7x) : c7x;
                c7y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c7y) : c7y;
                c7z = L.Add(L.Load(old + last), c7z);
            }

            if (R.Count > 8)
            {
                old += oldRow;
                c8x = C.Count > 1 ? G.Add(G.Load(old), c8x) : c8x;
                c8y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c8y) : c8y;
                c8z = L.Add(L.Load(old + last), c8z);
            }

            if (R.Count > 9)
            {
                old += oldRow;
                c9x = C.Count > 1 ? G.Add(G.Load(old), c9x) : c9x;
                c9y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c9y) : c9y;
                c9z = L.Add(L.Load(old + last), c9z);
            }

            if (R.Count > 10)
            {
                old += oldRow;
                c10x = C.Count > 1 ? G.Add(G.Load(old), c10x) : c10x;
                c10y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c10y) : c10y;
                c10z = L.Add(L.Load(old + last), c10z);
            }

            if (R.Count > 11)
            {
                old += oldRow;
                c11x = C.Count > 1 ? G.Add(G.Load(old), c11x) : c11x;
                c11y = C.Count > 2 ? G.Add(G.Load(old + G.Width), c11y) : c11y;
                c11z = L.Add(L.Load(old + last), c11z);
            }
        }

        Store<C, G, W, L, H, T>(c, last, c0x, c0y, c0z);
        if (R.Count > 1)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c1x, c1y, c1z);
        }

        if (R.Count > 2)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c2x, c2y, c2z);
        }

        if (R.Count > 3)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c3x, c3y, c3z);
        }

        if (R.Count > 4)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c4x, c4y, c4z);
        }

        if (R.Count > 5)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c5x, c5y, c5z);
        }

        if (R.Count > 6)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c6x, c6y, c6z);
        }

        if (R.Count > 7)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c7x, c7y, c7z);
        }

        if (R.Count > 8)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c8x, c8y, c8z);
        }

        if (R.Count > 9)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c9x, c9y, c9z);
        }

        if (R.Count > 10)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c10x, c10y, c10z);
        }

        if (R.Count > 11)
        {
            c += cRow;
            Store<C, G, W, L, H, T>(c, last, c11x, c11y, c11z);
        }
    }

    [MethodImpl(Inline)]
    private static void Store<C, G, W, L, H, T>(T* c, nint last, W x, W y, H z)
        where C : struct, IColumns
        where T : unmanaged
        where G : struct, IRegister<W, T>
        where W : struct
        where L : struct, IRegister<H, T>
        where H : struct
    {
        if (C.Count > 1)
        {
            G.Store(c, x);
        }

        if (C.Count > 2)
        {
            G.Store(c + G.Width, y);
        }

        L.Store(c + last, z);
    }

    /// <summary>The lower half of a vector, or all of it; no instruction either way.</summary>
    [MethodImpl(Inline)]
    private static H Low<W, H>(W x)
        where W : struct
        where H : struct
    {
        if (typeof(W) == typeof(H))
        {
            return Unsafe.BitCast<W, H>(x);
        }

        if (Unsafe.SizeOf<W>() == 64)
        {
            return Unsafe.BitCast<Vector256<float>, H>(Unsafe.BitCast<W, Vector512<float>>(x).GetLower());
        }

        return Unsafe.BitCast<Vector128<float>, H>(Unsafe.BitCast<W, Vector256<float>>(x).GetLower());
    }
}
