using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What softmax does to each element, in its two forms.</summary>
internal interface ISoftmax
{
    /// <summary>True for the logarithm of softmax, which keeps no exponentials.</summary>
    static abstract bool IsLogarithm { get; }
}

/// <summary>exp(x - max) / sum.</summary>
internal readonly struct PlainSoftmax : ISoftmax
{
    public static bool IsLogarithm => false;
}

/// <summary>(x - max) - log(sum).</summary>
internal readonly struct LogarithmOfSoftmax : ISoftmax
{
    public static bool IsLogarithm => true;
}

/// <summary>lane + exp(x - y).</summary>
internal readonly struct ExponentialTerm : ITerm
{
    public static SecondOperand Second => SecondOperand.Scalar;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => lane + Exp.Apply(x - y);
}

/// <summary>exp(x - y), as an operator of a row and its maximum.</summary>
internal readonly struct ExponentialOfDifference : IBinaryOp
{
    public static string Name => "softmax";

    public static double MaxUlpSingle => Exp.MaxUlpSingle;

    public static double MaxUlpDouble => Exp.MaxUlpDouble;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => Exp.Apply(x - y);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => z;

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => -z;
}

/// <summary>Softmax of each row: its maximum, the exponentials with it subtracted, their sum in the fixed order, the quotients.</summary>
internal readonly unsafe struct SoftmaxRowsLoop<TForm, T>(T* x, nint rows, nint columns, nint rowStride, T* y, nint yStride) : ILaneLoop<T>
    where TForm : struct, ISoftmax
    where T : unmanaged
{
    private const int Tile = 64;

    private const int TileElements = 2048;

    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;
    private readonly nint yStride = yStride;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (TForm.IsLogarithm && RowTiles.Take<V, T>(columns))
        {
            Tiles<V>();
        }
        else
        {
            OneByOne<V>();
        }
    }

    /// <summary>The logarithm along short rows, so many at a time that they stay in the first-level cache between the passes.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Tiles<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* max = stackalloc T[Tile], totals = stackalloc T[Tile];
        nint tile = nint.Clamp(TileElements / columns, 1, Tile);
        for (nint row = 0; row < rows; row += tile)
        {
            nint own = nint.Min(tile, rows - row);
            T* from = x + (row * rowStride), to = y + (row * yStride);
            RowTiles.Extremes<MaximumOf, V, T>(from, own, columns, rowStride, max);
            RowTiles.Totals<ExponentialTerm, V, T>(from, own, columns, rowStride, max, totals);
            for (nint i = 0; i < own; i += V.Width)
            {
                V.Store(totals + i, Log.Apply(V.Load(totals + i)));
            }

            RowTiles.Differences<V, T>(from, own, columns, rowStride, max, totals, to, yStride);
        }
    }

    [MethodImpl(Loop)]
    private void OneByOne<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint row = 0; row < rows; row++)
        {
            T* from = x + (row * rowStride), to = y + (row * yStride);
            T max = Extremes.Of<MaximumOf, V, T>(from, columns);
            if (TForm.IsLogarithm)
            {
                T logarithm = V.First(Log.Apply(V.Broadcast(FixedOrder.Reduce<ExponentialTerm, V, T>(from, &max, columns))));
                Subtract<V>(from, max, logarithm, to);
            }
            else
            {
                new BinaryScalarLoop<ExponentialOfDifference, T>(from, max, to, columns).Run<V>();
                T sum = FixedOrder.Reduce<SumTerm, V, T>(to, to, columns);
                new BinaryScalarLoop<Divide, T>(to, sum, to, columns).Run<V>();
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Subtract<V>(T* x, T max, T logarithm, T* y)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V m = V.Broadcast(max), l = V.Broadcast(logarithm);
        nint count = columns, i = 0;
        for (; i + V.Width <= count; i += V.Width)
        {
            V.Store(y + i, V.Load(x + i) - m - l);
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            V.StorePartial(y + i, rest, V.LoadPartial(x + i, rest) - m - l);
        }
    }
}

/// <summary>Softmax of each column of a matrix with at least one row.</summary>
internal readonly unsafe struct SoftmaxColumnsLoop<TForm, T>(T* x, nint rows, nint columns, nint rowStride, T* y, nint yStride) : ILaneLoop<T>
    where TForm : struct, ISoftmax
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly nint rowStride = rowStride;
    private readonly T* y = y;
    private readonly nint yStride = yStride;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V* memory = stackalloc V[Columns.Registers<T>(Columns.Wide)], max = stackalloc V[Columns.Wide], sums = stackalloc V[Columns.Wide];
        for (nint j = 0; j < columns;)
        {
            int width = Columns.StripWidth<V, T>(j, columns), present = (int)nint.Min(V.Width, columns - j);
            Columns.Extreme<MaximumOf, V, T>(x + j, rows, rowStride, width, present, max);
            if (TForm.IsLogarithm)
            {
                Columns.Total<ExponentialTerm, V, T>(x + j, rows, rowStride, width, present, max, sums, memory);
                for (int k = 0; k < width; k++)
                {
                    sums[k] = Log.Apply(sums[k]);
                }

                Subtract(x + j, y + j, width, present, max, sums);
            }
            else
            {
                Exponentials(x + j, y + j, width, present, max);
                Columns.Total<SumTerm, V, T>(y + j, rows, yStride, width, present, sums, sums, memory);
                Divide(y + j, width, present, sums);
            }

            j += width * V.Width;
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Exponentials<V>(T* x, T* y, int width, int present, V* max)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < rows; i++, x += rowStride, y += yStride)
        {
            for (int k = 0; k < width; k++)
            {
                V.StorePartial(y + (k * V.Width), present, Exp.Apply(V.LoadPartial(x + (k * V.Width), present) - max[k]));
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Divide<V>(T* y, int width, int present, V* sums)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < rows; i++, y += yStride)
        {
            for (int k = 0; k < width; k++)
            {
                V.StorePartial(y + (k * V.Width), present, V.LoadPartial(y + (k * V.Width), present) / sums[k]);
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Subtract<V>(T* x, T* y, int width, int present, V* max, V* logarithms)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        for (nint i = 0; i < rows; i++, x += rowStride, y += yStride)
        {
            for (int k = 0; k < width; k++)
            {
                V.StorePartial(y + (k * V.Width), present, V.LoadPartial(x + (k * V.Width), present) - max[k] - logarithms[k]);
            }
        }
    }
}
