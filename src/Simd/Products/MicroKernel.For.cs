using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Which kernel serves a tile.</summary>
internal static unsafe partial class MicroKernel
{
    /// <summary>Rows of the tallest tile with so many columns.</summary>
    [MethodImpl(Inline)]
    public static int Tallest<V, T>(nint columns)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // Columns below a register's width are a narrower register's, three of them at worst.
        bool three = columns > 2 * V.Width || columns == 3;
        return V.Registers == 32 ? (three ? 8 : 12) : three ? 4 : 6;
    }

    /// <summary>Columns of the next panel where so many are left: two registers, or at the end all that three can hold, so that none is left alone.</summary>
    [MethodImpl(Inline)]
    public static nint Panel<V, T>(nint left)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T> => left <= 3 * V.Width ? left : 2 * V.Width;

    /// <summary>
    /// The kernel for a number of rows, 1 to <see cref="Tallest"/>, and of columns, 1 to three registers. Columns below a register's width go
    /// to narrower ones, two or more of them. So do those that fill one register of 512 bits where the core has units of 256: there every
    /// multiply-add waits for a broadcast of its own, which takes a turn of one of the units that multiply, and such a kernel runs at three
    /// quarters of the ceiling. Cores with whole units run it a quarter faster than the narrow one (n = 16, Zen 5).
    /// </summary>
    [MethodImpl(Inline)]
    public static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> For<V, T>(int rows, int columns, bool far)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // One load: the choice itself is a chain of calls and jumps, as long as a small product.
        nint* found = Kernels<V, T>.Table + (((columns * 2) + (far ? 1 : 0)) * Kernels<V, T>.Rows) + rows;
        return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(*found != 0 ? *found : *found = (nint)Choose<V, T>(rows, columns, far));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> Choose<V, T>(int rows, int columns, bool far)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (typeof(V) == typeof(F32x16))
        {
            return columns < F32x16.Width + (HalfUnits.V512 ? 1 : 0) ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F32x8, float>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F32x16Register, Vector512<float>, F32x8Register, Vector256<float>, float>(rows, columns, far);
        }

        if (typeof(V) == typeof(F32x8))
        {
            return columns < F32x8.Width ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F32x4, float>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F32x8Register, Vector256<float>, F32x4Register, Vector128<float>, float>(rows, columns, far);
        }

        if (typeof(V) == typeof(F32x4))
        {
            return columns < F32x4.Width ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F32x1, float>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F32x4Register, Vector128<float>, F32x4Register, Vector128<float>, float>(rows, columns, far);
        }

        if (typeof(V) == typeof(F32x1))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F32x1Register, float, F32x1Register, float, float>(rows, columns, far);
        }

        if (typeof(V) == typeof(F64x8))
        {
            return columns < F64x8.Width + (HalfUnits.V512 ? 1 : 0) ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F64x4, double>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F64x8Register, Vector512<double>, F64x4Register, Vector256<double>, double>(rows, columns, far);
        }

        if (typeof(V) == typeof(F64x4))
        {
            return columns < F64x4.Width ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F64x2, double>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F64x4Register, Vector256<double>, F64x2Register, Vector128<double>, double>(rows, columns, far);
        }

        if (typeof(V) == typeof(F64x2))
        {
            return columns < F64x2.Width ? (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Choose<F64x1, double>(rows, columns, far)
                : (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F64x2Register, Vector128<double>, F64x2Register, Vector128<double>, double>(rows, columns, far);
        }

        if (typeof(V) == typeof(F64x1))
        {
            return (delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void>)(void*)Of<F64x1Register, double, F64x1Register, double, double>(rows, columns, far);
        }

        throw new NotSupportedException($"gemm: no kernel for {typeof(V).Name}.");
    }

    /// <summary>The kernel of one register type; L is the one that may be last, of half the width where there is one.</summary>
    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> Of<G, W, L, H, T>(int rows, int columns, bool far)
        where G : struct, IRegister<W, T>
        where W : struct
        where L : struct, IRegister<H, T>
        where H : struct
        where T : unmanaged
    {
        bool half = L.Width < G.Width && columns % G.Width != 0 && columns % G.Width <= L.Width;
        return columns <= G.Width ? Of<One, G, W, G, W, T>(rows)
            : columns <= 2 * G.Width ? (half ? Of<Two, G, W, L, H, T>(rows) : far ? Of<TwoFar, G, W, G, W, T>(rows) : Of<Two, G, W, G, W, T>(rows))
            : half ? Of<Three, G, W, L, H, T>(rows)
            : Of<Three, G, W, G, W, T>(rows);
    }

    [MethodImpl(Inline)]
    private static delegate*<nint, T*, nint, nint, T*, nint, T*, nint, int, T*, nint, void> Of<C, G, W, L, H, T>(int rows)
        where C : struct, IColumns
        where G : struct, IRegister<W, T>
        where W : struct
        where L : struct, IRegister<H, T>
        where H : struct
        where T : unmanaged => rows switch
        {
            1 => &Run<Rows1, C, G, W, L, H, T>,
            2 => &Run<Rows2, C, G, W, L, H, T>,
            3 => &Run<Rows3, C, G, W, L, H, T>,
            4 => &Run<Rows4, C, G, W, L, H, T>,
            5 => &Run<Rows5, C, G, W, L, H, T>,
            6 => &Run<Rows6, C, G, W, L, H, T>,
            7 => &Run<Rows7, C, G, W, L, H, T>,
            8 => &Run<Rows8, C, G, W, L, H, T>,
            9 => &Run<Rows9, C, G, W, L, H, T>,
            10 => &Run<Rows10, C, G, W, L, H, T>,
            11 => &Run<Rows11, C, G, W, L, H, T>,
            _ => &Run<Rows12, C, G, W, L, H, T>,
        };

    /// <summary>Kernels chosen before, by columns, distance and rows; 0 where none has been. Who writes an entry writes what everyone would.</summary>
    private static class Kernels<V, T>
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        public const int Rows = 13;

        public static readonly nint* Table = (nint*)NativeMemory.AllocZeroed((nuint)((3 * V.Width) + 1) * 2 * Rows, (nuint)sizeof(nint));
    }
}
