using System.Runtime.CompilerServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>
/// Triangular systems and Cholesky factors: the processor's halves and blocks of 32 rows, so that every element has the same chain; blocks by
/// kernels of their own, what lies between them by products, all matrices of a batch at once.
/// </summary>
public sealed partial class GpuDevice
{
    /// <inheritdoc/>
    /// <remarks>A pivot that is not positive is to be an exception and nothing written, so one number for each matrix comes back from the device.</remarks>
    internal override void Cholesky<T>(Operand a, Operand l)
    {
        if (l.Layout.Shape.Size == 0)
        {
            return;
        }

        if (IsSingle<T>("cholesky"))
        {
            RunCholesky<T, GpuF32>(a, l);
        }
        else
        {
            RunCholesky<T, GpuF64>(a, l);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A zero on a diagonal is to be an exception and nothing written, so the diagonals come back from the device first.</remarks>
    internal override void SolveTriangular<T>(TriangularForm form, Operand t, Operand b, Operand x)
    {
        bool isSingle = IsSingle<T>(Triangular.Name);
        if (x.Layout.Shape.Size == 0)
        {
            return;
        }

        if (!form.UnitDiagonal)
        {
            CheckDiagonals<T>(t);
        }

        if (isSingle)
        {
            RunTriangular<T, GpuF32>(form, t, b, x);
        }
        else
        {
            RunTriangular<T, GpuF64>(form, t, b, x);
        }
    }

    private void RunCholesky<T, V>(Operand a, Operand l)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        Shape shape = l.Layout.Shape;
        int n = (int)shape[-1], size = Unsafe.SizeOf<T>();
        int matrices = Count("cholesky", shape.Size / n / n), count = Count("cholesky", shape.Size);
        using LentMemory work = new(this, shape.Size * size), failed = new(this, (nint)matrices * sizeof(int)), pivots = new(this, (nint)matrices * size);
        Layout negated = Layout.Contiguous(shape), turned = Transposed(in a.Layout);
        Unary<Negate, T>(new Operand(a.Storage, in turned), new Operand(work.Storage!, in negated));
        int[] places = new int[matrices];
        Array.Fill(places, -1);
        CopyFromHost<int>(places, failed.Storage!, 0);
        CholeskyRun<V> run = new(this, View<V>(work.Storage!), View<int>(failed.Storage!), View<V>(pivots.Storage!), n, matrices);
        run.Factor(0, n);
        CopyToHost<int>(failed.Storage!, 0, places);
        int wrong = Array.FindIndex(places, static place => place >= 0);
        if (wrong >= 0)
        {
            T pivot = default;
            CopyToHost(pivots.Storage!, wrong, new Span<T>(ref pivot));
            throw Tensors.Cholesky.NotPositiveDefinite(wrong, matrices, n, places[wrong], pivot);
        }

        accelerator.Lower(View<V>(work.Storage!), Part<V>(l, 0, count), n, count);
    }

    private static Layout Transposed(in Layout matrices)
    {
        int rank = matrices.Shape.Rank;
        Span<int> axes = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            axes[axis] = axis;
        }

        (axes[^2], axes[^1]) = (rank - 1, rank - 2);
        return matrices.Permute(axes);
    }

    private void CheckDiagonals<T>(Operand t)
        where T : unmanaged
    {
        int rank = t.Layout.Shape.Rank;
        Layout diagonal = t.Layout.Diagonal(rank - 2, rank - 1, 0), line = Layout.Contiguous(diagonal.Shape);
        nint n = t.Layout.Shape[-1], matrices = diagonal.Shape.Size / n;
        using LentMemory packed = new(this, diagonal.Shape.Size * Unsafe.SizeOf<T>());
        Copy<T>(new Operand(t.Storage, in diagonal), new Operand(packed.Storage!, in line));
        T[] elements = new T[diagonal.Shape.Size];
        CopyToHost(packed.Storage!, 0, elements.AsSpan());
        int zero = Array.FindIndex(elements, Scalars.IsZero);
        if (zero >= 0)
        {
            throw Triangular.ZeroOnDiagonal(zero / n, matrices, zero % n);
        }
    }

    private void RunTriangular<T, V>(TriangularForm form, Operand t, Operand b, Operand x)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        Shape shape = x.Layout.Shape;
        nint n = shape[-2], columns = shape[-1];

        // Before anything is written.
        int matrices = Count(Triangular.Name, shape.Size / n) / (int)columns;
        Layout spread = t.Layout.Expand(SquareMatrices.Join(SquareMatrices.Batch(shape), n, n), Triangular.Name);
        bool isEven = TryBatchStride(in spread, out nint apart);
        using LentMemory laid = new(this, isEven ? 0 : spread.Shape.Size * Unsafe.SizeOf<T>());
        Operand triangle = new(t.Storage, in spread);
        Layout packed = Layout.Contiguous(spread.Shape);
        if (!isEven)
        {
            // Axes of the batch that lie unevenly: the matrices are laid one after the other.
            Copy<T>(triangle, new Operand(laid.Storage!, in packed));
            triangle = new Operand(laid.Storage!, in packed);
            apart = n * n;
        }

        Unary<Negate, T>(b, x);
        int row = spread.Shape.Rank - 2;
        Triangles<V> run = new(this, View<V>(triangle.Storage), View<V>(x.Storage), columns, apart, columns, n * columns, matrices, form.UnitDiagonal);
        nint down = triangle.Layout.Stride(row), across = triangle.Layout.Stride(row + 1);
        run.Solve(
            form.Upper == form.Transpose, n, triangle.Layout.Offset, form.Transpose ? across : down, form.Transpose ? down : across, x.Layout.Offset);
    }

    /// <summary>Elements from one matrix of a batch to the next, where they are the same everywhere.</summary>
    private static bool TryBatchStride(in Layout layout, out nint apart)
    {
        apart = 0;
        nint count = 1;
        for (int axis = layout.Shape.Rank - 3; axis >= 0; axis--)
        {
            if (layout.Shape[axis] == 1)
            {
                continue;
            }

            if (count > 1 && layout.Stride(axis) != apart * count)
            {
                return false;
            }

            apart = count == 1 ? layout.Stride(axis) : apart;
            count *= layout.Shape[axis];
        }

        return true;
    }

    /// <summary>
    /// X in the place of -B by halves, as <see cref="TriangularSolve"/> does; the strides of x, and from matrix to matrix, are the same throughout. All matrices'
    /// columns together are at most as many as an int counts.
    /// </summary>
    private readonly ref struct Triangles<V>(
        GpuDevice device, ArrayView<V> t, ArrayView<V> x, nint columns, nint batchT, nint rowX, nint batchX, int matrices, bool isUnit)
        where V : unmanaged, ILanes<V>
    {
        private readonly ArrayView<V> t = t;
        private readonly ArrayView<V> x = x;

        public void Solve(bool isLower, nint n, nint startT, nint rowT, nint columnT, nint startX)
        {
            if (n <= TriangularSolve.Block)
            {
                // An upper triangle is a lower one seen from its last row.
                nint last = isLower ? 0 : n - 1, sign = isLower ? 1 : -1;
                device.accelerator.Substitute(t, x, new SubstitutionShape
                {
                    N = (int)n,
                    Columns = (int)columns,
                    Count = (int)(columns * matrices),
                    IsUnit = isUnit ? 1 : 0,
                    StartT = startT + (last * (rowT + columnT)),
                    RowT = sign * rowT,
                    ColumnT = sign * columnT,
                    BatchT = batchT,
                    StartX = startX + (last * rowX),
                    RowX = sign * rowX,
                    BatchX = batchX,
                });
                return;
            }

            nint half = TriangularSolve.Half(n), rest = n - half, second = startT + (half * (rowT + columnT)), secondX = startX + (half * rowX);
            if (isLower)
            {
                Solve(isLower, half, startT, rowT, columnT, startX);
                Add(rest, half, startT + (half * rowT), rowT, columnT, startX, secondX);
                Solve(isLower, rest, second, rowT, columnT, secondX);
            }
            else
            {
                Solve(isLower, rest, second, rowT, columnT, secondX);
                Add(half, rest, startT + (half * columnT), rowT, columnT, secondX, startX);
                Solve(isLower, half, startT, rowT, columnT, startX);
            }
        }

        /// <summary>Adds to rows of X the product of a part of T with other rows, already solved.</summary>
        private void Add(nint m, nint k, nint startT, nint rowT, nint columnT, nint from, nint to)
        {
            ProductShape shape = new()
            {
                M = (int)m,
                N = (int)columns,
                K = Depth(k),
                RowA = rowT,
                ColumnA = columnT,
                BatchA = batchT,
                StartA = startT,
                RowB = rowX,
                ColumnB = 1,
                BatchB = batchX,
                StartB = from,
                RowC = rowX,
                ColumnC = 1,
                BatchC = batchX,
                StartC = to,
                Beta = 1,
            };
            device.accelerator.Product<Bare, V>(t, x, x, x, default, default, shape, matrices);
        }
    }

    /// <summary>U with U^T U = A in the place of -A's upper triangle, as <see cref="CholeskyFactor"/> does it.</summary>
    private readonly ref struct CholeskyRun<V>(GpuDevice device, ArrayView<V> u, ArrayView<int> failed, ArrayView<V> pivots, nint n, int matrices)
        where V : unmanaged, ILanes<V>
    {
        /// <summary>Columns of a triangle that is made as a square: a launch costs more than the half that nobody reads.</summary>
        private const int Square = 512;

        private readonly ArrayView<V> u = u;
        private readonly ArrayView<int> failed = failed;
        private readonly ArrayView<V> pivots = pivots;

        /// <summary>Rows and columns from a first one on.</summary>
        public void Factor(nint first, nint count)
        {
            nint start = first * (n + 1);
            if (count <= TriangularSolve.Block)
            {
                device.accelerator.CholeskyBlocks(u, failed, pivots, (int)count, (int)first, start, n, n * n, matrices);
                return;
            }

            nint half = TriangularSolve.Half(count), rest = count - half;
            Factor(first, half);
            Triangles<V> right = new(device, u, u, rest, n * n, n, n * n, matrices, isUnit: false);
            right.Solve(isLower: true, half, start, 1, n, start + half);
            AddSquare(rest, half, start + half, (first + half) * (n + 1));
            Factor(first + half, rest);
        }

        /// <summary>C += P^T P in the upper triangle; below it, too, near the diagonal.</summary>
        private void AddSquare(nint count, nint k, nint p, nint c)
        {
            if (count <= Square)
            {
                Add(count, count, k, p, p, c);
                return;
            }

            nint half = TriangularSolve.Half(count);
            AddSquare(half, k, p, c);
            Add(half, count - half, k, p, p + half, c + half);
            AddSquare(count - half, k, p + half, c + (half * (n + 1)));
        }

        private void Add(nint rows, nint columns, nint k, nint left, nint right, nint to)
        {
            ProductShape shape = new()
            {
                M = (int)rows,
                N = (int)columns,
                K = Depth(k),
                RowA = 1,
                ColumnA = n,
                BatchA = n * n,
                StartA = left,
                RowB = n,
                ColumnB = 1,
                BatchB = n * n,
                StartB = right,
                RowC = n,
                ColumnC = 1,
                BatchC = n * n,
                StartC = to,
                Beta = 1,
            };
            device.accelerator.Product<Bare, V>(u, u, u, u, default, default, shape, matrices);
        }
    }
}
