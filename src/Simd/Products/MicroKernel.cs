using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The product's innermost loop: a tile of up to 12 rows by one or two registers of columns stays in registers while k runs. One text for
/// every register type, number of rows and shape of columns: with 32 registers 12 rows fill 24 of them (BLIS calls this MR x NR = 12 x 32
/// for float32 under AVX-512), with 16 registers 6 rows fill 12.
/// </summary>
/// <remarks>A long method by design: written out, so that every accumulator is a local that the compiler keeps in a register.
/// Rows are addressed from four base pointers as base, base + stride, base + 2 stride, in bytes, which x86 addresses without extra arithmetic.</remarks>
internal static unsafe class MicroKernel
{
    /// <summary>
    /// The kernel for a number of rows, 1 to 12, and of columns, 1 to two registers. Columns that fit one 512-bit register go to
    /// kernels of 256 bits: with one register of columns every multiply-add waits for a broadcast of its own, and on a Zen 4 core such a
    /// kernel ran at little more than half of the ceiling.
    /// </summary>
    public static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> For<V, T>(int rows, int columns)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (columns == 2 * V.Width)
        {
            return Of<TwoFull, V, T>(rows);
        }

        if (columns > V.Width)
        {
            return Of<TwoPartial, V, T>(rows);
        }

        if (typeof(V) == typeof(F32x16))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)For<F32x8, float>(rows, columns);
        }

        if (typeof(V) == typeof(F64x8))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)For<F64x4, double>(rows, columns);
        }

        if (typeof(V) == typeof(F32x8) && columns <= 4 && V.Registers == 32)
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)For<F32x4, float>(rows, columns);
        }

        return columns == V.Width ? Of<OneFull, V, T>(rows) : Of<OnePartial, V, T>(rows);
    }

    /// <summary>The kernel for a lane type and a number of rows, 1 to 12.</summary>
    public static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> Of<C, V, T>(int rows)
        where C : struct, IColumns
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(V) == typeof(F32x16))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F32x16Register, Vector512<float>, float>(rows);
        }

        if (typeof(V) == typeof(F32x8))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F32x8Register, Vector256<float>, float>(rows);
        }

        if (typeof(V) == typeof(F32x4))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F32x4Register, Vector128<float>, float>(rows);
        }

        if (typeof(V) == typeof(F32x1))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F32x1Register, float, float>(rows);
        }

        if (typeof(V) == typeof(F64x8))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F64x8Register, Vector512<double>, double>(rows);
        }

        if (typeof(V) == typeof(F64x4))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F64x4Register, Vector256<double>, double>(rows);
        }

        if (typeof(V) == typeof(F64x2))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F64x2Register, Vector128<double>, double>(rows);
        }

        if (typeof(V) == typeof(F64x1))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void>)(void*)Of<C, F64x1Register, double, double>(rows);
        }

        throw new NotSupportedException($"gemm: no kernel for {typeof(V).Name}.");
    }

    [MethodImpl(Inline)]
    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, bool, void> Of<C, G, W, T>(int rows)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where T : unmanaged => rows switch
        {
            1 => &Run<Rows1, C, G, W, T>,
            2 => &Run<Rows2, C, G, W, T>,
            3 => &Run<Rows3, C, G, W, T>,
            4 => &Run<Rows4, C, G, W, T>,
            5 => &Run<Rows5, C, G, W, T>,
            6 => &Run<Rows6, C, G, W, T>,
            7 => &Run<Rows7, C, G, W, T>,
            8 => &Run<Rows8, C, G, W, T>,
            9 => &Run<Rows9, C, G, W, T>,
            10 => &Run<Rows10, C, G, W, T>,
            11 => &Run<Rows11, C, G, W, T>,
            _ => &Run<Rows12, C, G, W, T>,
        };

    /// <summary>
    /// c[i, j] = (accumulate ? c[i, j] : nothing) + the chain over p of fma(a[i, p], b[p, j], .) from +0.
    /// </summary>
    /// <param name="k">The length of the chain.</param>
    /// <param name="a">The tile's first row.</param>
    /// <param name="aRow">Elements from one row of a to the next.</param>
    /// <param name="aStep">Elements from one p to the next in a.</param>
    /// <param name="b">The panel's row of columns for p = 0.</param>
    /// <param name="bStep">Elements from one p to the next in b.</param>
    /// <param name="c">The tile of the result.</param>
    /// <param name="cRow">Elements from one row of c to the next.</param>
    /// <param name="columns">Columns of the tile: two full registers, or what C says.</param>
    /// <param name="accumulate">Whether the chain is added to c or replaces it.</param>
    /// <remarks>There is no call in here: one call would make the compiler keep every accumulator in memory, at a third of the speed. So
    /// partial columns are for registers that the processor itself can mask.</remarks>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<R, C, G, W, T>(nint k, T* a, nint aRow, nint aStep, T* b, nint bStep, T* c, nint cRow, int columns, bool accumulate)
        where R : struct, IRows
        where C : struct, IColumns
        where T : unmanaged
        where G : struct, IRegister<W, T>
        where W : struct
    {
        W c0x = G.Zero, c0y = G.Zero, c1x = G.Zero, c1y = G.Zero, c2x = G.Zero, c2y = G.Zero, c3x = G.Zero, c3y = G.Zero;
        W c4x = G.Zero, c4y = G.Zero, c5x = G.Zero, c5y = G.Zero, c6x = G.Zero, c6y = G.Zero, c7x = G.Zero, c7y = G.Zero;
        W c8x = G.Zero, c8y = G.Zero, c9x = G.Zero, c9y = G.Zero, c10x = G.Zero, c10y = G.Zero, c11x = G.Zero, c11y = G.Zero;
        nint stride = aRow * sizeof(T), step = aStep * sizeof(T);
        byte* a0 = (byte*)a, a3 = a0 + (3 * stride), a6 = a0 + (6 * stride), a9 = a0 + (9 * stride);
        int last = C.Two ? columns - G.Width : columns;
        // The rows of C lie far apart, and nothing else would fetch them in time.
        for (nint row = 0; row < R.Count; row++)
        {
            Pack.Prefetch(c + (row * cRow));
            if (C.Two)
            {
                Pack.Prefetch(c + (row * cRow) + G.Width);
            }
        }

        for (nint p = 0; p < k; p++)
        {
            W bx = C.Two || !C.Partial ? G.Load(b) : G.LoadPartial(b, last);
            W by = !C.Two ? bx : C.Partial ? G.LoadPartial(b + G.Width, last) : G.Load(b + G.Width);
            if (C.Two && !C.Partial)
            {
                // Rows of a B that is not packed lie too far apart for the hardware to foresee them.
                Pack.Prefetch(b + (16 * bStep));
                Pack.Prefetch(b + (16 * bStep) + G.Width);
            }

            b += bStep;
            W row0 = G.Broadcast((T*)a0);
            c0x = G.Fma(row0, bx, c0x);
            c0y = G.Fma(row0, by, c0y);

            if (R.Count > 1)
            {
                W row1 = G.Broadcast((T*)(a0 + stride));
                c1x = G.Fma(row1, bx, c1x);
                c1y = G.Fma(row1, by, c1y);
            }

            if (R.Count > 2)
            {
                W row2 = G.Broadcast((T*)(a0 + (2 * stride)));
                c2x = G.Fma(row2, bx, c2x);
                c2y = G.Fma(row2, by, c2y);
            }

            if (R.Count > 3)
            {
                W row3 = G.Broadcast((T*)a3);
                c3x = G.Fma(row3, bx, c3x);
                c3y = G.Fma(row3, by, c3y);
            }

            if (R.Count > 4)
            {
                W row4 = G.Broadcast((T*)(a3 + stride));
                c4x = G.Fma(row4, bx, c4x);
                c4y = G.Fma(row4, by, c4y);
            }

            if (R.Count > 5)
            {
                W row5 = G.Broadcast((T*)(a3 + (2 * stride)));
                c5x = G.Fma(row5, bx, c5x);
                c5y = G.Fma(row5, by, c5y);
            }

            if (R.Count > 6)
            {
                W row6 = G.Broadcast((T*)a6);
                c6x = G.Fma(row6, bx, c6x);
                c6y = G.Fma(row6, by, c6y);
            }

            if (R.Count > 7)
            {
                W row7 = G.Broadcast((T*)(a6 + stride));
                c7x = G.Fma(row7, bx, c7x);
                c7y = G.Fma(row7, by, c7y);
            }

            if (R.Count > 8)
            {
                W row8 = G.Broadcast((T*)(a6 + (2 * stride)));
                c8x = G.Fma(row8, bx, c8x);
                c8y = G.Fma(row8, by, c8y);
            }

            if (R.Count > 9)
            {
                W row9 = G.Broadcast((T*)a9);
                c9x = G.Fma(row9, bx, c9x);
                c9y = G.Fma(row9, by, c9y);
            }

            if (R.Count > 10)
            {
                W row10 = G.Broadcast((T*)(a9 + stride));
                c10x = G.Fma(row10, bx, c10x);
                c10y = G.Fma(row10, by, c10y);
            }

            if (R.Count > 11)
            {
                W row11 = G.Broadcast((T*)(a9 + (2 * stride)));
                c11x = G.Fma(row11, bx, c11x);
                c11y = G.Fma(row11, by, c11y);
            }

            a0 += step;
            a3 += step;
            a6 += step;
            a9 += step;
        }

        StoreRow<C, G, W, T>(c, last, accumulate, c0x, c0y);

        if (R.Count > 1)
        {
            StoreRow<C, G, W, T>(c + (1 * cRow), last, accumulate, c1x, c1y);
        }

        if (R.Count > 2)
        {
            StoreRow<C, G, W, T>(c + (2 * cRow), last, accumulate, c2x, c2y);
        }

        if (R.Count > 3)
        {
            StoreRow<C, G, W, T>(c + (3 * cRow), last, accumulate, c3x, c3y);
        }

        if (R.Count > 4)
        {
            StoreRow<C, G, W, T>(c + (4 * cRow), last, accumulate, c4x, c4y);
        }

        if (R.Count > 5)
        {
            StoreRow<C, G, W, T>(c + (5 * cRow), last, accumulate, c5x, c5y);
        }

        if (R.Count > 6)
        {
            StoreRow<C, G, W, T>(c + (6 * cRow), last, accumulate, c6x, c6y);
        }

        if (R.Count > 7)
        {
            StoreRow<C, G, W, T>(c + (7 * cRow), last, accumulate, c7x, c7y);
        }

        if (R.Count > 8)
        {
            StoreRow<C, G, W, T>(c + (8 * cRow), last, accumulate, c8x, c8y);
        }

        if (R.Count > 9)
        {
            StoreRow<C, G, W, T>(c + (9 * cRow), last, accumulate, c9x, c9y);
        }

        if (R.Count > 10)
        {
            StoreRow<C, G, W, T>(c + (10 * cRow), last, accumulate, c10x, c10y);
        }

        if (R.Count > 11)
        {
            StoreRow<C, G, W, T>(c + (11 * cRow), last, accumulate, c11x, c11y);
        }
    }

    [MethodImpl(Inline)]
    private static void StoreRow<C, G, W, T>(T* c, int last, bool accumulate, W x, W y)
        where C : struct, IColumns
        where T : unmanaged
        where G : struct, IRegister<W, T>
        where W : struct
    {
        if (!C.Two)
        {
            Store<C, G, W, T>(c, last, accumulate, x);
            return;
        }

        G.Store(c, accumulate ? G.Add(G.Load(c), x) : x);
        Store<C, G, W, T>(c + G.Width, last, accumulate, y);
    }

    [MethodImpl(Inline)]
    private static void Store<C, G, W, T>(T* c, int last, bool accumulate, W x)
        where C : struct, IColumns
        where T : unmanaged
        where G : struct, IRegister<W, T>
        where W : struct
    {
        if (C.Partial)
        {
            G.StorePartial(c, last, accumulate ? G.Add(G.LoadPartial(c, last), x) : x);
        }
        else
        {
            G.Store(c, accumulate ? G.Add(G.Load(c), x) : x);
        }
    }
}
