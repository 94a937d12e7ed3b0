using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The loop of <see cref="TriangleProduct"/>: tiles of the triangle's columns, and in each four rows at a time, whose sums and factors stay in registers while
/// rows of x and y pass by. An element of y is a chain of fused multiply-adds over the tiles, and inside a tile over the fours of rows; the sum of a row over a tile is a chain of its own.
/// </summary>
internal readonly unsafe struct TriangleLoop(
    float* triangle, ulong seed, ulong stream, ulong origin, int n, int first, int end, float* x, int columns, float* y) : ILaneLoop<float>
{
    /// <summary>Columns of the triangle in a tile: with 16 columns of x and y, 128 KiB of the second cache.</summary>
    private const int Tile = 1024;

    private const int Rows = 4;

    private readonly float* triangle = triangle;
    private readonly float* x = x;
    private readonly float* y = y;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, float>
    {
        byte* memory = stackalloc byte[(Rows * Tile * sizeof(float)) + 64];
        float* made = (float*)(((nuint)memory + 63) & ~(nuint)63);
        for (int from = first + 1; from < n;)
        {
            int to = int.Min(n, ((from / Tile) + 1) * Tile);
            for (int row = first; row < end && row + 1 < to; row += Rows)
            {
                Four<V>(row, int.Min(Rows, end - row), from, to, made);
            }

            from = to;
        }
    }

    /// <summary>Up to four rows over the columns from .. to - 1, as far as they are above the diagonal.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Four<V>(int row, int count, int from, int to, float* made)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        int body = int.Max(from, row + count);
        bool isWhole = count == Rows && body < to;
        float** w = stackalloc float*[Rows];
        for (int t = 0; t < count; t++)
        {
            int begin = int.Max(from, row + t + 1);
            if (begin >= to)
            {
                continue;
            }

            float* elements = Elements(row + t, begin, to - begin, made + (t * Tile));
            int tip = isWhole ? int.Min(body, to) : to;
            if (begin < tip)
            {
                One<V>(elements, tip - begin, x + ((nint)begin * columns), y + ((nint)begin * columns), x + ((nint)(row + t) * columns), y + ((nint)(row + t) * columns), columns);
            }

            w[t] = elements + (body - begin);
        }

        if (isWhole)
        {
            Body<V>(w[0], w[1], w[2], w[3], to - body, x + ((nint)body * columns), y + ((nint)body * columns), x + ((nint)row * columns), y + ((nint)row * columns), columns);
        }
    }

    /// <summary>Elements (row, column), (row, column + 1), ...: where they are stored, or made into a tile.</summary>
    private float* Elements(int row, int column, int count, float* made)
    {
        long start = TriangleProduct.RowStart(n, row) + (column - row - 1);
        if (triangle is not null)
        {
            return triangle + start;
        }

        RandomFill.Normal(seed, stream, origin + (ulong)start, new Span<float>(made, count));
        return made;
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void Body<V>(float* w0, float* w1, float* w2, float* w3, nint count, float* x, float* y, float* rowsX, float* rowsY, nint columns)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        for (nint c = 0; c < columns; c += V.Width)
        {
            V a0 = V.Load(rowsX + c), a1 = V.Load(rowsX + columns + c), a2 = V.Load(rowsX + (2 * columns) + c), a3 = V.Load(rowsX + (3 * columns) + c);
            V s0 = V.Of(0), s1 = V.Of(0), s2 = V.Of(0), s3 = V.Of(0);
            float* px = x + c, py = y + c;
            for (nint j = 0; j < count; j++, px += columns, py += columns)
            {
                V xj = V.Load(px), yj = V.Load(py);
                V f = V.Broadcast(w0[j]);
                s0 = V.Fma(f, xj, s0);
                yj = V.Fma(f, a0, yj);
                f = V.Broadcast(w1[j]);
                s1 = V.Fma(f, xj, s1);
                yj = V.Fma(f, a1, yj);
                f = V.Broadcast(w2[j]);
                s2 = V.Fma(f, xj, s2);
                yj = V.Fma(f, a2, yj);
                f = V.Broadcast(w3[j]);
                s3 = V.Fma(f, xj, s3);
                V.Store(py, V.Fma(f, a3, yj));
            }

            V.Store(rowsY + c, V.Load(rowsY + c) + s0);
            V.Store(rowsY + columns + c, V.Load(rowsY + columns + c) + s1);
            V.Store(rowsY + (2 * columns) + c, V.Load(rowsY + (2 * columns) + c) + s2);
            V.Store(rowsY + (3 * columns) + c, V.Load(rowsY + (3 * columns) + c) + s3);
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private static void One<V>(float* w, nint count, float* x, float* y, float* rowX, float* rowY, nint columns)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        for (nint c = 0; c < columns; c += V.Width)
        {
            V a = V.Load(rowX + c), s = V.Of(0);
            float* px = x + c, py = y + c;
            for (nint j = 0; j < count; j++, px += columns, py += columns)
            {
                V f = V.Broadcast(w[j]);
                s = V.Fma(f, V.Load(px), s);
                V.Store(py, V.Fma(f, a, V.Load(py)));
            }

            V.Store(rowY + c, V.Load(rowY + c) + s);
        }
    }
}

/// <summary>The loop of <see cref="TriangleProduct.Fold"/>.</summary>
internal readonly unsafe struct TriangleFoldLoop(float* x0, float* x, float* t, nint count, nint columns, float* y0, float* y) : ILaneLoop<float>
{
    private readonly float* x0 = x0;
    private readonly float* x = x;
    private readonly float* t = t;
    private readonly float* y0 = y0;
    private readonly float* y = y;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, float>
    {
        for (nint c = 0; c < columns; c += V.Width)
        {
            V a = V.Load(x0 + c), sum = V.Of(0);
            float* px = x + c, pt = t + c, py = y + c;
            for (nint j = 0; j < count; j++, px += columns, pt += columns, py += columns)
            {
                V tj = V.Load(pt);
                sum = V.Fma(V.Load(px), tj, sum);
                V.Store(py, V.Fma(a, tj, V.Load(py)));
            }

            V.Store(y0 + c, V.Fma(sum, V.Of(0.5), V.Load(y0 + c)));
        }
    }
}
