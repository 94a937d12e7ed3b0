using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// Where finished pieces go. Between two pieces a sum rests in C itself: registers for it beside the chain's would halve the threads that a
/// multiprocessor holds, and one visit of C in 512 steps of k costs nothing.
/// </summary>
internal struct ProductResult<V>
    where V : unmanaged, ILanes<V>
{
    public ArrayView<V> C, Bias;
    public V Beta;
    public long Start, Row, Column, BiasStart, BiasRow, BiasColumn;
    public int M, N;

    /// <summary>Whether C is written by fours.</summary>
    public int Form;

    /// <summary>0: a chain begins the sum; 1: it is added to C; 2: it is added to beta C.</summary>
    public int Before;

    /// <summary>1 after the last piece.</summary>
    public int IsLast;

    /// <summary>Adds four chains, neighbours in a row, to what was there before.</summary>
    public readonly void Add<TEnd>(int row, int column, Quad<V> chain)
        where TEnd : struct, IProductEnd
    {
        if (row >= M || column >= N)
        {
            return;
        }

        long at = Start + (row * Row) + (column * Column);
        if ((Form & ProductForm.Vector) != 0 && column + 4 <= N)
        {
            ArrayView<Quad<V>> fours = C.Cast<Quad<V>>();
            Quad<V> x = chain;
            if (Before != 0)
            {
                Quad<V> old = fours[at >> 2];
                x = new Quad<V>(Sum(old.A, x.A), Sum(old.B, x.B), Sum(old.C, x.C), Sum(old.D, x.D));
            }

            if (IsLast != 0)
            {
                x = new Quad<V>(
                    End<TEnd>(row, column, x.A), End<TEnd>(row, column + 1, x.B), End<TEnd>(row, column + 2, x.C), End<TEnd>(row, column + 3, x.D));
            }

            fours[at >> 2] = x;
            return;
        }

        AddOne<TEnd>(row, column, at, chain.A);
        AddOne<TEnd>(row, column + 1, at + Column, chain.B);
        AddOne<TEnd>(row, column + 2, at + (2 * Column), chain.C);
        AddOne<TEnd>(row, column + 3, at + (3 * Column), chain.D);
    }

    /// <summary>Adds one chain.</summary>
    public readonly void AddOne<TEnd>(int row, int column, long at, V chain)
        where TEnd : struct, IProductEnd
    {
        if (column >= N)
        {
            return;
        }

        V x = chain;
        if (Before != 0)
        {
            x = Sum(C[at], x);
        }

        C[at] = IsLast != 0 ? End<TEnd>(row, column, x) : x;
    }

    private readonly V Sum(V old, V chain)
    {
        V before = old;
        if (Before == 2)
        {
            before = Beta * old;
        }

        return before + chain;
    }

    private readonly V End<TEnd>(int row, int column, V x)
        where TEnd : struct, IProductEnd
    {
        V sum = x;
        if (TEnd.HasBias)
        {
            sum = x + Bias[BiasStart + (row * BiasRow) + (column * BiasColumn)];
        }

        return TEnd.Then(sum);
    }
}
