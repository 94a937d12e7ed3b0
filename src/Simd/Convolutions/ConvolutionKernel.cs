using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The innermost loop of a convolution: the micro-kernel of a product (see <see cref="MicroKernel"/>) whose second operand is never written out.
/// Its row p, what one element of the kernel meets at neighbouring places, lies in the image itself, at an offset of its own: a tile of up to
/// eight output channels by one to three registers of places stays in registers while p runs.
/// </summary>
/// <remarks>A long method by design: written out, so that every accumulator is a local that the compiler keeps in a register. There is no
/// call in it. Offsets are in bytes. Places that do not fill their registers are met as in a product: the last register ends where they end.</remarks>
internal static unsafe partial class ConvolutionKernel
{
    /// <summary>c[i, j] = (accumulate ? c[i, j] : nothing) + the chain over p of fma(a[i, p], b[offsets[p] + j], .) from +0.</summary>
    /// <typeparam name="R">The number of rows, 1 to 8.</typeparam>
    /// <typeparam name="C">The number of registers of places.</typeparam>
    /// <typeparam name="G">How a register is used,</typeparam>
    /// <typeparam name="W">and its vector.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="k">The length of the chain.</param>
    /// <param name="a">The first channel's weights, contiguous.</param>
    /// <param name="aRow">Elements from one channel's weights to the next one's.</param>
    /// <param name="b">The first place in the image.</param>
    /// <param name="offsets">What to add to it for each p.</param>
    /// <param name="c">The tile of the result.</param>
    /// <param name="cRow">Elements from one row of c to the next.</param>
    /// <param name="places">Places of the tile: more than the registers before the last one hold, and at least a register's width.</param>
    /// <param name="accumulate">Whether the chain is added to c or replaces it.</param>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<R, C, G, W, T>(nint k, T* a, nint aRow, T* b, nint* offsets, T* c, nint cRow, int places, bool accumulate)
        where R : struct, IRows
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        W c0x = G.Zero, c0y = G.Zero, c0z = G.Zero;
        W c1x = G.Zero, c1y = G.Zero, c1z = G.Zero;
        W c2x = G.Zero, c2y = G.Zero, c2z = G.Zero;
        W c3x = G.Zero, c3y = G.Zero, c3z = G.Zero;
        W c4x = G.Zero, c4y = G.Zero, c4z = G.Zero;
        W c5x = G.Zero, c5y = G.Zero, c5z = G.Zero;
        W c6x = G.Zero, c6y = G.Zero, c6z = G.Zero;
        W c7x = G.Zero, c7y = G.Zero, c7z = G.Zero;
        nint stride = aRow * sizeof(T), last = places - G.Width;
        byte* a0 = (byte*)a, a3 = a0 + (3 * stride), a6 = a0 + (6 * stride);
        for (nint* end = offsets + k; offsets < end; offsets++)
        {
            T* row = (T*)((byte*)b + *offsets);
            W bx = C.Count > 1 ? G.Load(row) : G.Zero;
            W by = C.Count > 2 ? G.Load(row + G.Width) : G.Zero;
            W bz = G.Load(row + last);
            W row0 = G.Broadcast((T*)a0);
            c0x = C.Count > 1 ? G.Fma(row0, bx, c0x) : c0x;
            c0y = C.Count > 2 ? G.Fma(row0, by, c0y) : c0y;
            c0z = G.Fma(row0, bz, c0z);

            if (R.Count > 1)
            {
                W row1 = G.Broadcast((T*)(a0 + stride));
                c1x = C.Count > 1 ? G.Fma(row1, bx, c1x) : c1x;
                c1y = C.Count > 2 ? G.Fma(row1, by, c1y) : c1y;
                c1z = G.Fma(row1, bz, c1z);
            }

            if (R.Count > 2)
            {
                W row2 = G.Broadcast((T*)(a0 + (2 * stride)));
                c2x = C.Count > 1 ? G.Fma(row2, bx, c2x) : c2x;
                c2y = C.Count > 2 ? G.Fma(row2, by, c2y) : c2y;
                c2z = G.Fma(row2, bz, c2z);
            }

            if (R.Count > 3)
            {
                W row3 = G.Broadcast((T*)a3);
                c3x = C.Count > 1 ? G.Fma(row3, bx, c3x) : c3x;
                c3y = C.Count > 2 ? G.Fma(row3, by, c3y) : c3y;
                c3z = G.Fma(row3, bz, c3z);
            }

            if (R.Count > 4)
            {
                W row4 = G.Broadcast((T*)(a3 + stride));
                c4x = C.Count > 1 ? G.Fma(row4, bx, c4x) : c4x;
                c4y = C.Count > 2 ? G.Fma(row4, by, c4y) : c4y;
                c4z = G.Fma(row4, bz, c4z);
            }

            if (R.Count > 5)
            {
                W row5 = G.Broadcast((T*)(a3 + (2 * stride)));
                c5x = C.Count > 1 ? G.Fma(row5, bx, c5x) : c5x;
                c5y = C.Count > 2 ? G.Fma(row5, by, c5y) : c5y;
                c5z = G.Fma(row5, bz, c5z);
            }

            if (R.Count > 6)
            {
                W row6 = G.Broadcast((T*)a6);
                c6x = C.Count > 1 ? G.Fma(row6, bx, c6x) : c6x;
                c6y = C.Count > 2 ? G.Fma(row6, by, c6y) : c6y;
                c6z = G.Fma(row6, bz, c6z);
            }

            if (R.Count > 7)
            {
                W row7 = G.Broadcast((T*)(a6 + stride));
                c7x = C.Count > 1 ? G.Fma(row7, bx, c7x) : c7x;
                c7y = C.Count > 2 ? G.Fma(row7, by, c7y) : c7y;
                c7z = G.Fma(row7, bz, c7z);
            }

            a0 += sizeof(T);
            a3 += sizeof(T);
            a6 += sizeof(T);
        }

        Store<C, G, W, T>(c, last, c0x, c0y, c0z, accumulate);
        if (R.Count > 1)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c1x, c1y, c1z, accumulate);
        }

        if (R.Count > 2)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c2x, c2y, c2z, accumulate);
        }

        if (R.Count > 3)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c3x, c3y, c3z, accumulate);
        }

        if (R.Count > 4)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c4x, c4y, c4z, accumulate);
        }

        if (R.Count > 5)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c5x, c5y, c5z, accumulate);
        }

        if (R.Count > 6)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c6x, c6y, c6z, accumulate);
        }

        if (R.Count > 7)
        {
            c += cRow;
            Store<C, G, W, T>(c, last, c7x, c7y, c7z, accumulate);
        }
    }

    /// <summary>All of a row is read before any of it is stored: registers that overlap must both see the old values.</summary>
    [MethodImpl(Inline)]
    private static void Store<C, G, W, T>(T* c, nint last, W x, W y, W z, bool accumulate)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged
    {
        if (accumulate)
        {
            x = C.Count > 1 ? G.Add(G.Load(c), x) : x;
            y = C.Count > 2 ? G.Add(G.Load(c + G.Width), y) : y;
            z = G.Add(G.Load(c + last), z);
        }

        if (C.Count > 1)
        {
            G.Store(c, x);
        }

        if (C.Count > 2)
        {
            G.Store(c + G.Width, y);
        }

        G.Store(c + last, z);
    }
}
