using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Sums and extrema over spans, rows and columns. Sums follow the fixed order of <c>FixedOrder</c>: blocks of 4,096 elements, 64 (float32)
/// or 32 (float64) lanes, so that every register width, thread count and device gives the same bits.
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
            return Run<SumTerm, T>("sum", px, px, x.Length);
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
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void BlockSums<T>(ReadOnlySpan<T> x, Span<T> results)
        where T : unmanaged
    {
        int blocks = (int)(((long)x.Length + Block - 1) / Block);
        if (results.Length != blocks)
        {
            throw new ArgumentException($"block sums: {x.Length} elements have {blocks} blocks, results has {results.Length}.", nameof(results));
        }

        fixed (T* px = x, pr = results)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new BlockSumsLoop<SumTerm, float>((float*)px, (float*)px, x.Length, (float*)pr));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new BlockSumsLoop<SumTerm, double>((double*)px, (double*)px, x.Length, (double*)pr));
            }
            else
            {
                throw Operands.NoLanes<T>("block sums");
            }
        }
    }

    /// <summary>The sum of which these are the results of consecutive blocks: they are summed by the same rule.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T SumOfBlocks<T>(ReadOnlySpan<T> blockSums)
        where T : unmanaged => blockSums.Length == 1 ? blockSums[0] : Sum(blockSums);

    /// <summary>The maximum by IEEE 754-2019 (NaN wins, +0 is above -0), hence the same in any order.</summary>
    /// <exception cref="ArgumentException">x is empty: there is no identity.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged => Extreme<MaximumOf, T>("max", x);

    /// <summary>The minimum by IEEE 754-2019 (NaN wins, -0 is below +0), hence the same in any order.</summary>
    /// <exception cref="ArgumentException">x is empty: there is no identity.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T Min<T>(ReadOnlySpan<T> x)
        where T : unmanaged => Extreme<MinimumOf, T>("min", x);

    /// <summary>The reduction of all elements; NaN, infinities and no elements: see the reduction.</summary>
    /// <exception cref="ArgumentException">x is empty and the reduction of no elements has no value.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static T All<TReduction, T>(TReduction reduction, ReadOnlySpan<T> x)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        T y = default;
        if (x.IsEmpty)
        {
            FillEmpty<TReduction, T>(new Span<T>(ref y), "input is");
            return y;
        }

        fixed (T* px = x)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new AllLoop<TReduction, float>(reduction, (float*)px, x.Length, (float*)&y));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new AllLoop<TReduction, double>(reduction, (double*)px, x.Length, (double*)&y));
            }
            else
            {
                throw Operands.NoLanes<T>(TReduction.Name);
            }
        }

        return y;
    }

    /// <summary>y[i] = the reduction of row i of a matrix of rows x columns elements whose rows lie rowStride apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rows, columns or rowStride is negative.</exception>
    /// <exception cref="ArgumentException">x is shorter than the matrix, y has not one element per row, they overlap, or rows are empty and have no value.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Rows<TReduction, T>(TReduction reduction, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        Matrices.Check(TReduction.Name, x, rows, columns, rowStride);
        Matrices.CheckResults<T, T>(TReduction.Name, x, rows, y, "rows");
        if (columns == 0 || rows == 0)
        {
            FillEmpty<TReduction, T>(y, "rows are");
            return;
        }

        fixed (T* px = x, py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new RowReductionLoop<TReduction, float>(reduction, (float*)px, rows, columns, rowStride, (float*)py));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new RowReductionLoop<TReduction, double>(reduction, (double*)px, rows, columns, rowStride, (double*)py));
            }
            else
            {
                throw Operands.NoLanes<T>(TReduction.Name);
            }
        }
    }

    /// <summary>y[j] = the reduction of column j, over i, of a matrix of rows x columns elements whose rows lie rowStride apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rows, columns or rowStride is negative.</exception>
    /// <exception cref="ArgumentException">x is shorter than the matrix, y has not one element per column, they overlap, or columns are empty and have no value.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Columns<TReduction, T>(TReduction reduction, ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        Matrices.Check(TReduction.Name, x, rows, columns, rowStride);
        Matrices.CheckResults<T, T>(TReduction.Name, x, columns, y, "columns");
        if (rows == 0 || columns == 0)
        {
            FillEmpty<TReduction, T>(y, "columns are");
            return;
        }

        fixed (T* px = x, py = y)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ColumnReductionLoop<TReduction, float>(reduction, (float*)px, rows, columns, rowStride, (float*)py));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ColumnReductionLoop<TReduction, double>(reduction, (double*)px, rows, columns, rowStride, (double*)py));
            }
            else
            {
                throw Operands.NoLanes<T>(TReduction.Name);
            }
        }
    }

    /// <summary>y[j] = the sum over i of x[i, j], each in the fixed order over i; +0 where there are no rows.</summary>
    /// <inheritdoc cref="Columns{TReduction, T}"/>
    public static void SumColumns<T>(ReadOnlySpan<T> x, int rows, int columns, int rowStride, Span<T> y)
        where T : unmanaged => Columns<Total, T>(default, x, rows, columns, rowStride, y);

    private static void FillEmpty<TReduction, T>(Span<T> y, string lines)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (y.IsEmpty)
        {
            return;
        }

        double empty = TReduction.Empty ?? throw new ArgumentException($"{TReduction.Name}: the {lines} empty, and the {TReduction.Name} of no elements has no value.");
        float single = (float)empty;
        y.Fill(Operands.Is<T, float>() ? *(T*)&single : Operands.Is<T, double>() ? *(T*)&empty : throw Operands.NoLanes<T>(TReduction.Name));
    }

    private static T Extreme<TExtreme, T>(string name, ReadOnlySpan<T> x)
        where TExtreme : struct, IExtreme
        where T : unmanaged
    {
        if (x.IsEmpty)
        {
            throw new ArgumentException($"{name}: the input is empty, and the {name} of no elements has no value.", nameof(x));
        }

        T result = default;
        fixed (T* px = x)
        {
            if (Operands.Is<T, float>())
            {
                Lanes.Run32(new ExtremeLoop<TExtreme, float>((float*)px, x.Length, (float*)&result));
            }
            else if (Operands.Is<T, double>())
            {
                Lanes.Run64(new ExtremeLoop<TExtreme, double>((double*)px, x.Length, (double*)&result));
            }
            else
            {
                throw Operands.NoLanes<T>(name);
            }
        }

        return result;
    }

    [MethodImpl(Inline)]
    private static T Run<TTerm, T>(string name, T* x, T* y, nint count)
        where TTerm : struct, ITerm
        where T : unmanaged
    {
        T result = default;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new TotalLoop<TTerm, float>((float*)x, (float*)y, count, (float*)&result));
        }
        else if (Operands.Is<T, double>())
        {
            Lanes.Run64(new TotalLoop<TTerm, double>((double*)x, (double*)y, count, (double*)&result));
        }
        else
        {
            throw Operands.NoLanes<T>(name);
        }

        return result;
    }
}
