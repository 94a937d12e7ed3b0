using ILGPU;
using Onsager.Gpu.Intrinsics;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>Where a block of rows of a triangle and the right sides beside it lie; strides may be negative.</summary>
internal struct SubstitutionShape
{
    /// <summary>Rows of the block, columns of a right side, and threads: columns of all right sides.</summary>
    public int N, Columns, Count;

    /// <summary>1 where the diagonal is 1 by agreement.</summary>
    public int IsUnit;

    public long StartT, RowT, ColumnT, BatchT;
    public long StartX, RowX, BatchX;
}

/// <summary>X in the place of -B for a block of a triangle, one thread for each column: <see cref="TriangularSolve"/> says the order.</summary>
internal readonly struct SubstitutionKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> t, ArrayView<V> x, SubstitutionShape shape)
    {
        int thread = Grid.GlobalIndex.X;
        if (thread >= shape.Count)
        {
            return;
        }

        int matrix = (int)Integer32.Divide((uint)thread, (uint)shape.Columns);
        long row = shape.StartT + (matrix * shape.BatchT);
        long column = shape.StartX + (matrix * shape.BatchX) + thread - (matrix * shape.Columns);
        for (int i = 0; i < shape.N; i++)
        {
            V y = x[column + (i * shape.RowX)];
            long at = row;
            for (int k = 0; k < i; k++)
            {
                y = V.Fma(t[at], x[column + (k * shape.RowX)], y);
                at += shape.ColumnT;
            }

            if (shape.IsUnit == 0)
            {
                y = y / t[at];
            }

            x[column + (i * shape.RowX)] = V.Of(0) - y;
            row += shape.RowT;
        }
    }
}

/// <summary>
/// The Cholesky factor of a block of up to 32 rows in the place of -A's upper triangle, a group of 32 threads for each matrix, a column each:
/// <see cref="CholeskyFactor"/> says the order. The first pivot of a matrix that is not a positive number is kept; what follows it means nothing.
/// </summary>
internal readonly struct CholeskyBlockKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    /// <summary>Rows of a block, and threads of a group.</summary>
    public const int Rows = 32;

    // Rows a bank apart: neighbouring threads read neighbouring banks along rows and columns.
    private const int Pitch = Rows + 1;

    public static void Run(ArrayView<V> u, ArrayView<int> failed, ArrayView<V> pivots, int n, int first, long start, long row, long batch)
    {
        ArrayView<V> block = SharedMemory.Allocate<V>(Rows * Pitch);
        int matrix = Grid.IdxX, column = Group.IdxX;
        long at = start + (matrix * batch) + column;
        for (int i = 0; i < n; i++)
        {
            if (column < n)
            {
                block[(i * Pitch) + column] = u[at + (i * row)];
            }
        }

        Group.Barrier();
        for (int j = 0; j < n; j++)
        {
            V pivot = V.Of(0) - block[(j * Pitch) + j];
            bool isGood = V.AllLess(V.Of(0), pivot) && V.AllLess(pivot, V.Of(double.PositiveInfinity));
            if (!isGood && column == 0 && failed[matrix] < 0)
            {
                failed[matrix] = first + j;
                pivots[matrix] = pivot;
            }

            Group.Barrier();
            V root = V.Sqrt(pivot);
            if (column == j)
            {
                block[(j * Pitch) + j] = root;
            }

            if (column > j && column < n)
            {
                block[(j * Pitch) + column] = V.Of(0) - (block[(j * Pitch) + column] / root);
            }

            Group.Barrier();
            if (column > j && column < n)
            {
                V mine = block[(j * Pitch) + column];
                for (int i = j + 1; i <= column; i++)
                {
                    block[(i * Pitch) + column] = V.Fma(block[(j * Pitch) + i], mine, block[(i * Pitch) + column]);
                }
            }

            Group.Barrier();
        }

        for (int i = 0; i < n; i++)
        {
            if (column < n && i <= column)
            {
                u[at + (i * row)] = block[(i * Pitch) + column];
            }
        }
    }
}

/// <summary>l[i, j] = u[j, i] up to the diagonal and 0 above it, one thread for each element of contiguous matrices.</summary>
internal readonly struct LowerKernel<V> : IKernel
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> u, ArrayView<V> l, int n, int count)
    {
        int element = Grid.GlobalIndex.X;
        if (element >= count)
        {
            return;
        }

        int row = (int)Integer32.Divide((uint)element, (uint)n), column = element - (row * n);
        int matrix = (int)Integer32.Divide((uint)row, (uint)n), i = row - (matrix * n);
        V value = V.Of(0);
        if (column <= i)
        {
            value = u[(((long)matrix * n) + column) * n + i];
        }

        l[element] = value;
    }
}
