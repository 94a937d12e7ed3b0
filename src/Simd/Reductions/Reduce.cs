using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Sums and extrema over spans. Sums follow the fixed order of <c>FixedOrder</c>: blocks of 4,096 elements, 64 (float32) or 32 (float64)
/// lanes, so that every register width, thread count and device gives the same bits.
/// </summary>
public static unsafe class Reduce
{
    /// <summary>Elements of one block of a sum: whoever splits a sum between threads splits at its multiples.</summary>
    public const int Block = FixedOrder.Block;

    /// <summary>The sum of the elements; +0 for none. NaN and infinities follow IEEE addition.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        fixed (T* px = x)
        {
            return Run<SumTerm, T>("sum", px, null, x.Length);
        }
    }

    /// <summary>The inner product, each term fused into its lane; +0 for empty spans.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"dot: x has {x.Length} elements, y has {y.Length}.", nameof(y));
        }

        fixed (T* px = x, py = y)
        {
            return Run<DotTerm, T>("dot", px, py, x.Length);
        }
    }

    /// <summary>results[j] = the sum of x's block j; <see cref="SumOfBlocks"/> completes them. For whoever splits a sum between threads.</summary>
    /// <exception cref="ArgumentException">results has not ceil(x.Length / 4,096) elements.</exception>
    public static void BlockSums<T>(ReadOnlySpan<T> x, Span<T> results)
        where T : unmanaged
    {
        int blocks = (int)(((long)x.Length + Block - 1) / Block);
        if (results.Length != blocks)
        {
            throw new ArgumentException($"block sums: {x.Length} elements have {blocks} blocks, results has {results.Length}.", nameof(results));
        }

        fixed (T* px = x)
        {
            for (int j = 0; j < blocks; j++)
            {
                nint start = (nint)j * Block;
                results[j] = RunBlock<SumTerm, T>("sum", px + start, null, nint.Min(Block, x.Length - start));
            }
        }
    }

    /// <summary>The sum of which these are the results of consecutive blocks.</summary>
    public static T SumOfBlocks<T>(ReadOnlySpan<T> blockSums)
        where T : unmanaged
    {
        FixedOrder.Tree<T> tree = default;
        foreach (T result in blockSums)
        {
            tree.Add(result);
        }

        return tree.Total();
    }

    /// <summary>The maximum by IEEE 754-2019 (NaN wins, +0 is above -0), hence the same in any order.</summary>
    /// <exception cref="ArgumentException">x is empty: there is no identity.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged
    {
        if (x.IsEmpty)
        {
            throw new ArgumentException("max: the input is empty, and an empty maximum has no value.", nameof(x));
        }

        T result = default;
        fixed (T* px = x)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new MaxLoop<float>((float*)px, x.Length, (float*)&result));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new MaxLoop<double>((double*)px, x.Length, (double*)&result));
            }
            else
            {
                throw Operands.NoLanes<T>("max");
            }
        }

        return result;
    }

    /// <summary>
    /// y[j] = the sum over i of x[i, j]: the columns of a matrix of rows x columns elements whose rows lie rowStride apart, each in the
    /// fixed order over i.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">rows or rowStride is negative.</exception>
    /// <exception cref="ArgumentException">x is shorter than the matrix, or y has not columns elements.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void SumColumns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        if (y.Length != columns || (rows > 0 && columns > 0 && (((long)rows - 1) * rowStride) + columns > x.Length))
        {
            throw new ArgumentException($"sum of columns: [{rows}, {columns}] with rows {rowStride} apart does not fit x with {x.Length} and y with {y.Length} elements.");
        }

        fixed (T* px = x, py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ColumnSumLoop<float>((float*)px, rows, columns, rowStride, (float*)py));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ColumnSumLoop<double>((double*)px, rows, columns, rowStride, (double*)py));
            }
            else
            {
                throw Operands.NoLanes<T>("sum of columns");
            }
        }
    }

    private static T Run<TTerm, T>(string name, T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
    {
        if (count <= Block)
        {
            return RunBlock<TTerm, T>(name, x, y, count);
        }

        FixedOrder.Tree<T> tree = default;
        for (nint start = 0; start < count; start += Block)
        {
            tree.Add(RunBlock<TTerm, T>(name, x + start, y + start, nint.Min(Block, count - start)));
        }

        return tree.Total();
    }

    private static T RunBlock<TTerm, T>(string name, T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
    {
        T result = default;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BlockLoop<TTerm, float>((float*)x, (float*)y, count, (float*)&result));
        }
        else if (Operands.Is<T, double>())
        {
            Lanes.Run64(new BlockLoop<TTerm, double>((double*)x, (double*)y, count, (double*)&result));
        }
        else
        {
            throw Operands.NoLanes<T>(name);
        }

        return result;
    }
}
