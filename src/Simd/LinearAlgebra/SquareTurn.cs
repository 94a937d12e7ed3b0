using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Matrices turned by squares of 8 x 8 elements, which lie within a few lines of a cache.</summary>
internal static unsafe class SquareTurn<T>
    where T : unmanaged
{
    private const int Side = 8;

    /// <summary>y [columns, rows] = the transpose of x [rows, columns]; y's rows are filled up with zeros to so many elements.</summary>
    [MethodImpl(Loop)]
    public static void Run(T* x, int ldx, T* y, int ldy, int rows, int columns, int filled)
    {
        for (int i = 0; i < rows; i += Side)
        {
            int end = int.Min(i + Side, rows);
            for (int j = 0; j < columns; j++)
            {
                T* to = y + ((long)j * ldy), from = x + ((long)i * ldx) + j;
                for (int c = i; c < end; c++, from += ldx)
                {
                    to[c] = *from;
                }
            }
        }

        for (int j = 0; j < columns; j++)
        {
            new Span<T>(y + ((long)j * ldy) + rows, filled - rows).Clear();
        }
    }

    /// <summary>Column i of y [columns, ldy] = row order[i] of x [rows, columns].</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    public static void Run<V>(T* x, int ldx, int* order, T* y, int ldy, int rows, int columns)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T** starts = stackalloc T*[V.Width];
        int i = 0;
        for (; Transpose.Has<V, T>() && i + V.Width <= rows; i += V.Width)
        {
            for (int r = 0; r < V.Width; r++)
            {
                starts[r] = x + ((long)order[i + r] * ldx);
            }

            Transpose.Rows<V, T>(starts, columns, y + i, ldy);
        }

        for (; i < rows; i += Side)
        {
            int end = int.Min(i + Side, rows);
            for (int j = 0; j < columns; j++)
            {
                T* to = y + ((long)j * ldy);
                for (int c = i; c < end; c++)
                {
                    to[c] = x[((long)order[c] * ldx) + j];
                }
            }
        }
    }
}

/// <summary>Symmetric matrices in rows and columns of whole registers, of which one triangle is there.</summary>
internal static unsafe class Mirror<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged
{
    /// <summary>The upper triangle from the lower one, of rows and columns from first on, a whole register.</summary>
    [MethodImpl(Loop)]
    public static void Upper(T* a, nint leading, int first, int whole)
    {
        for (int i = first; i < whole; i += V.Width)
        {
            Turn(a + (i * leading) + first, a + (first * leading) + i, leading, i - first);
            for (int r = 0; r < V.Width; r++)
            {
                for (int c = r + 1; c < V.Width; c++)
                {
                    a[((i + r) * leading) + i + c] = a[((i + c) * leading) + i + r];
                }
            }
        }
    }

    /// <summary>The lower triangle from the upper one.</summary>
    [MethodImpl(Loop)]
    public static void Lower(T* a, nint leading, int first, int whole)
    {
        for (int i = first; i < whole; i += V.Width)
        {
            int behind = i + V.Width;
            Turn(a + (i * leading) + behind, a + (behind * leading) + i, leading, whole - behind);
            for (int r = 0; r < V.Width; r++)
            {
                for (int c = r + 1; c < V.Width; c++)
                {
                    a[((i + c) * leading) + i + r] = a[((i + r) * leading) + i + c];
                }
            }
        }
    }

    /// <summary>target[p, j] = source[j, p] for so many p and a register's width of j.</summary>
    private static void Turn(T* source, T* target, nint leading, int depth)
    {
        if (Transpose.Has<V, T>())
        {
            Transpose.Strip<V, T>(source, leading, V.Width, depth, target, leading);
            return;
        }

        for (int p = 0; p < depth; p++)
        {
            for (int j = 0; j < V.Width; j++)
            {
                target[(p * leading) + j] = source[(j * leading) + p];
            }
        }
    }
}
