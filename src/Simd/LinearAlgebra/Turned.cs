using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A lower triangle stored by rows as the upper triangle of working memory, whose rows decompositions pass with whole registers: every row
/// has room behind its end for a register, and rows do not lie a multiple of 2 KiB apart.
/// </summary>
internal static unsafe class Turned
{
    /// <summary>Elements that rows of working memory are multiples of: the widest register.</summary>
    private const int Unit = 16;

    /// <summary>Elements from one row of working memory for n columns to the next.</summary>
    public static nint Leading<T>(nint n)
        where T : unmanaged
    {
        nint leading = (n + Unit - 1) / Unit * Unit;
        return n > Unit && leading * sizeof(T) % 2048 == 0 ? leading + Unit : leading;
    }

    /// <summary>u[j, i] = l[i, j] for j up to i; what lies below u's diagonal and behind its columns is undefined.</summary>
    public static void Upper<V, T>(nint n, T* l, nint ldl, T* u, nint ldu)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (!Transpose.Has<V, T>())
        {
            for (nint i = 0; i < n; i++)
            {
                for (nint j = 0; j <= i; j++)
                {
                    u[(j * ldu) + i] = l[(i * ldl) + j];
                }
            }

            return;
        }

        for (nint i = 0; i < n; i += V.Width)
        {
            int rows = (int)nint.Min(V.Width, n - i);
            Transpose.Strip<V, T>(l + (i * ldl), ldl, rows, i + rows, u + i, ldu);
        }
    }

    /// <summary>l[i, j] = u[j, i] for j up to i, and zeros above l's diagonal.</summary>
    public static void Lower<V, T>(nint n, T* u, nint ldu, T* l, nint ldl)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint j = 0;
        for (; j + V.Width <= n && Transpose.Has<V, T>(); j += V.Width)
        {
            Transpose.Strip<V, T>(u + (j * ldu) + j, ldu, V.Width, n - j, l + (j * ldl) + j, ldl);
        }

        for (; j < n; j++)
        {
            for (nint i = j; i < n; i++)
            {
                l[(i * ldl) + j] = u[(j * ldu) + i];
            }
        }

        for (nint i = 0; i < n; i++)
        {
            new Span<T>(l + (i * ldl) + i + 1, (int)(n - i - 1)).Clear();
        }
    }

    /// <summary>y = -x over rows.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Negate<V, T>(nint rows, nint columns, T* x, nint ldx, T* y, nint ldy)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < rows; i++, x += ldx, y += ldy)
        {
            nint j = 0;
            for (; j + V.Width <= columns; j += V.Width)
            {
                V.Store(y + j, -V.Load(x + j));
            }

            if (j < columns)
            {
                int rest = (int)(columns - j);
                V.StorePartial(y + j, rest, -V.LoadPartial(x + j, rest));
            }
        }
    }

    /// <summary>Negates an upper triangle, from whole registers on.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void NegateUpper<V, T>(nint n, T* u, nint ldu)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < n; i++, u += ldu)
        {
            for (nint j = i & -(nint)V.Width; j < n; j += V.Width)
            {
                V.Store(u + j, -V.Load(u + j));
            }
        }
    }

    /// <summary>Exchanges two rows.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Swap<V, T>(T* x, T* y, nint count)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            V mine = V.Load(x + i);
            V.Store(x + i, V.Load(y + i));
            V.Store(y + i, mine);
        }

        for (; i < count; i++)
        {
            (x[i], y[i]) = (y[i], x[i]);
        }
    }
}
