using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Matrices turned by squares of 8 x 8 elements, which lie within a few lines of a cache.</summary>
internal static unsafe class SquareTurn<T>
    where T : unmanaged
{
    private const int Side = 8;

    /// <summary>y [n, n] = the transpose of x [n, n]; y's rows are filled up with zeros.</summary>
    [MethodImpl(Loop)]
    public static void Run(T* x, int ldx, T* y, int ldy, int n, int filled)
    {
        for (int i = 0; i < n; i += Side)
        {
            for (int j = 0; j < n; j += Side)
            {
                for (int r = j; r < int.Min(j + Side, n); r++)
                {
                    for (int c = i; c < int.Min(i + Side, n); c++)
                    {
                        y[((long)r * ldy) + c] = x[((long)c * ldx) + r];
                    }
                }
            }
        }

        for (int r = 0; r < n; r++)
        {
            new Span<T>(y + ((long)r * ldy) + n, filled - n).Clear();
        }
    }

    /// <summary>Column j of y [columns, rows] = row order[j] of x.</summary>
    [MethodImpl(Loop)]
    public static void Run(T* x, int ldx, int* order, T* y, int rows, int columns)
    {
        for (int i = 0; i < rows; i += Side)
        {
            for (int j = 0; j < columns; j += Side)
            {
                for (int r = i; r < int.Min(i + Side, rows); r++)
                {
                    for (int c = j; c < int.Min(j + Side, columns); c++)
                    {
                        y[((long)r * columns) + c] = x[((long)order[c] * ldx) + r];
                    }
                }
            }
        }
    }
}
