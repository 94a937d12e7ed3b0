using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Which rows of which triangles a launch takes, and where the parts begin that have sums of their own.</summary>
internal struct TriangleShape
{
    /// <summary>Order of the matrix, or of the tensor whose slices are the triangles.</summary>
    public int N;

    /// <summary>Columns of x and y.</summary>
    public int Columns;

    /// <summary>Parts, a power of two up to eight, and their first rows; the last row is N - 1.</summary>
    public int Parts, First1, First2, First3, First4, First5, First6, First7;

    /// <summary>1 for slices of a tensor: group z takes slice Slice + z whole.</summary>
    public int IsTensor, Slice;

    /// <summary>For a matrix group z takes part Part + z, of which the rows Row .. RowEnd - 1.</summary>
    public int Part, Row, RowEnd;

    /// <summary>1 where y holds what the part's rows before have given.</summary>
    public int Adds;

    /// <summary>Where the numbers of the first triangle begin; before the memory if the rows before are not there.</summary>
    public long Start;

    /// <summary>The first row that a part touches.</summary>
    public readonly int First(int part) =>
        part == 0 ? 0 : part >= Parts ? N : part == 1 ? First1 : part == 2 ? First2 : part == 3 ? First3 : part == 4 ? First4 : part == 5 ? First5 : part == 6 ? First6 : First7;
}

/// <summary>
/// y [parts, n, columns] = W x for the rows of each part of a triangle, or y [slices, n, columns] for triangles that are slices of a tensor, in the order of <see cref="TriangleProduct"/>: a row of y
/// is a chain over the triangle's rows above it, to which the chains over the tiles of its own row are added. A thread for each element; neighbours share numbers or read neighbouring ones.
/// </summary>
internal readonly struct TriangleKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    // The processor's tiles of columns, and its rows that are done together.
    private const int Tile = 1024, Rows = 4;

    public static void Run(ArrayView<V> w, ArrayView<V> x, ArrayView<V> y, TriangleShape shape)
    {
        int columns = shape.Columns, n = shape.N, part = shape.Part + Grid.IdxZ, first = shape.First(part), end = shape.First(part + 1);
        int row = first < shape.Row ? shape.Row : first, rowEnd = end < shape.RowEnd ? end : shape.RowEnd;
        long start = shape.Start, from = 0, to = (long)part * n * columns;
        if (shape.IsTensor != 0)
        {
            int slice = shape.Slice + Grid.IdxZ;
            for (int s = shape.Slice; s < slice; s++)
            {
                long above = shape.N - 1 - s;
                start += (above * (above - 1)) >> 1;
            }

            (n, row, first) = (shape.N - 1 - slice, 0, 0);
            (rowEnd, end) = (n, n);
            from = (slice + 1L) * columns;
            to = (long)Grid.IdxZ * shape.N * columns;
        }

        int element = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (element >= n * columns)
        {
            return;
        }

        int i = (int)Integer32.Divide((uint)element, (uint)columns);
        from += element - (i * columns);
        V sum = V.Of(0);
        if (shape.Adds != 0)
        {
            sum = y[to + element];
        }

        // As a column of the triangle: the rows above.
        int last = rowEnd < i ? rowEnd : i;
        long at = start + RowStart(n, row) + (i - row - 1);
        for (int r = row; r < last; r++)
        {
            sum = V.Fma(w[at], x[from + ((long)r * columns)], sum);
            at += n - r - 2;
        }

        // As a row of it, where it is one of ours. The fours that the diagonal crosses are cut where a whole four ends.
        if (i >= row && i < rowEnd)
        {
            int four = first + ((i - first) & ~(Rows - 1)), body = end - four >= Rows ? four + Rows : n;
            at = start + RowStart(n, i) - i - 1;
            for (int j = i + 1; j < n;)
            {
                int stop = (j & ~(Tile - 1)) + Tile;
                stop = body > j && body < stop ? body : stop;
                stop = n < stop ? n : stop;
                V chain = V.Of(0);
                for (; j < stop; j++)
                {
                    chain = V.Fma(w[at + j], x[from + ((long)j * columns)], chain);
                }

                sum = sum + chain;
            }
        }

        y[to + element] = sum;
    }

    private static long RowStart(int n, int row) => (row * ((2L * n) - row - 1)) >> 1;
}

/// <summary>
/// From the products t [slices, n, columns] of slices of a tensor of order three, of which the first n - 1 - i rows of slice i count, to what they add to the parts y [parts, n, columns] of the
/// contraction, as <see cref="TriangleProduct.Fold"/> does: a thread for each element takes the slices in order. Slice 0 begins at zero.
/// </summary>
internal readonly struct FoldKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> t, ArrayView<V> x, ArrayView<V> y, TriangleShape shape, int slices)
    {
        int element = Grid.GlobalIndex.X, columns = shape.Columns, size = shape.N * columns;
        if (element >= size)
        {
            return;
        }

        int row = (int)Integer32.Divide((uint)element, (uint)columns), column = element - (row * columns);
        for (int part = 0; part < shape.Parts; part++)
        {
            long target = ((long)part * size) + element;
            V sum = V.Of(0);
            if (shape.Slice != 0)
            {
                sum = y[target];
            }

            for (int s = (part - shape.Slice) & (shape.Parts - 1); s < slices; s += shape.Parts)
            {
                int i = shape.Slice + s;
                long products = ((long)s * size) + column;
                if (row > i)
                {
                    sum = V.Fma(x[((long)i * columns) + column], t[products + ((long)(row - i - 1) * columns)], sum);
                }

                if (row == i)
                {
                    V own = V.Of(0);
                    for (int j = 0; j < shape.N - 1 - i; j++)
                    {
                        own = V.Fma(x[((long)(i + 1 + j) * columns) + column], t[products + ((long)j * columns)], own);
                    }

                    sum = V.Fma(own, V.Of(0.5), sum);
                }
            }

            y[target] = sum;
        }
    }
}

/// <summary>y [n, columns] = the sum of parts [parts, n, columns] in their order, of each the rows that it touches.</summary>
internal readonly struct PartsKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> parts, ArrayView<V> y, TriangleShape shape)
    {
        int element = Grid.GlobalIndex.X, size = shape.N * shape.Columns;
        if (element >= size)
        {
            return;
        }

        int row = (int)Integer32.Divide((uint)element, (uint)shape.Columns);
        V sum = parts[element];
        for (int part = 1; part < shape.Parts; part++)
        {
            if (row >= shape.First(part))
            {
                sum = sum + parts[((long)part * size) + element];
            }
        }

        y[element] = sum;
    }
}
