using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Planes inside a margin: each is filled while it is near, and then takes its rows, the last register ending where the row does.</summary>
internal readonly unsafe struct PadLoop<T>(T* x, int planes, int rows, int columns, nint xPlane, nint xRow, T value, T* y, int height, int width, nint first) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint planes = planes;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint xPlane = xPlane;
    private readonly nint xRow = xRow;
    private readonly T value = value;
    private readonly T* y = y;
    private readonly nint size = (nint)height * width;
    private readonly nint width = width;
    private readonly nint first = first;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V margin = V.Broadcast(value);
        T* plane = y;
        for (nint p = 0; p < planes; p++, plane += size)
        {
            // A plane has at least a register's elements, since a row has.
            for (nint at = 0; at < size; at += V.Width)
            {
                V.Store(plane + nint.Min(at, size - V.Width), margin);
            }

            T* from = x + (p * xPlane), to = plane + first;
            for (nint row = rows; row > 0; row--, from += xRow, to += width)
            {
                for (nint at = 0; at < columns; at += V.Width)
                {
                    nint column = nint.Min(at, columns - V.Width);
                    V.Store(to + column, V.Load(from + column));
                }
            }
        }
    }
}
