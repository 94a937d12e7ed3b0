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

    /// <summary>Column j of y [columns, ldy] = row order[j] of x [rows, columns].</summary>
    [MethodImpl(Loop)]
    public static void Run(T* x, int ldx, int* order, T* y, int ldy, int rows, int columns)
    {
        for (int i = 0; i < rows; i += Side)
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
