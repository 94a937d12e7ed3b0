using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Models.Ode;

/// <summary>
/// A network with one hidden layer as a field over spans, y' = tanh(y W1 + b1) W2 + b2 for each row of a batch, with its derivative. Its parameters lie flat
/// as two <see cref="Linear"/> layers declare them: W1 [n, hidden], b1 [hidden], W2 [hidden, n], b2 [n].
/// </summary>
/// <remarks>
/// Every product is a combination of rows or an inner product: for states of few components that is faster than a matrix product's blocks. States, batch
/// and hidden layer of any size; one such field does not serve two threads.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct TanhField<T> : IAdjointField<T>
    where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
{
    private readonly Memory<T> values;
    private readonly int n;
    private readonly int hidden;
    private readonly int batch;

    // W2 by its columns, what goes back through tanh, a column of the state or of a cotangent, and ones.
    private readonly T[] turned;
    private readonly T[] back;
    private readonly T[] column;
    private readonly T[] ones;

    /// <summary>A field with these parameters, which are read at every evaluation.</summary>
    /// <param name="values">W1, b1, W2, b2.</param>
    /// <param name="n">Components of a row.</param>
    /// <param name="hidden">The hidden layer's width.</param>
    /// <param name="batch">Rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="ArgumentException">There are more parameters or fewer.</exception>
    public TanhField(Memory<T> values, int n, int hidden, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (this.values, this.n, this.hidden, this.batch) = (values, n, hidden, batch);
        if (values.Length != Parameters)
        {
            throw new ArgumentException($"ode: a field {n} - {hidden} - {n} has {Parameters} parameters; got {values.Length}.", nameof(values));
        }

        turned = new T[n * hidden];
        back = new T[batch * hidden];
        column = new T[batch];
        ones = new T[batch];
        ones.AsSpan().Fill(T.One);
    }

    /// <inheritdoc/>
    public int Size => batch * n;

    /// <summary>The hidden layer's values.</summary>
    public int Memory => batch * hidden;

    /// <inheritdoc/>
    public int Parameters => (2 * n * hidden) + hidden + n;

    /// <inheritdoc/>
    public void Eval(T t, ReadOnlySpan<T> y, Span<T> dy, Span<T> memory)
    {
        ReadOnlySpan<T> w1 = values.Span[..(n * hidden)], b1 = values.Span.Slice(n * hidden, hidden), b2 = values.Span[^n..];
        Turn();
        for (int row = 0; row < batch; row++)
        {
            Combination.Add(b1, T.One, y.Slice(row * n, n), w1, hidden, memory.Slice(row * hidden, hidden));
        }

        Map.Unary<Tanh, T>(memory, memory);
        for (int row = 0; row < batch; row++)
        {
            ReadOnlySpan<T> own = memory.Slice(row * hidden, hidden);
            for (int j = 0; j < n; j++)
            {
                dy[(row * n) + j] = Reduce.Dot(own, turned.AsSpan(j * hidden, hidden)) + b2[j];
            }
        }
    }

    /// <inheritdoc/>
    public void Vjp(T t, ReadOnlySpan<T> y, ReadOnlySpan<T> memory, ReadOnlySpan<T> a, Span<T> dy, Span<T> gradient)
    {
        ReadOnlySpan<T> w1 = values.Span[..(n * hidden)];
        Span<T> dw1 = gradient[..(n * hidden)], db1 = gradient.Slice(n * hidden, hidden), dw2 = gradient.Slice((n + 1) * hidden, n * hidden), db2 = gradient[^n..];
        Turn();
        back.AsSpan().Clear();
        for (int row = 0; row < batch; row++)
        {
            Span<T> own = back.AsSpan(row * hidden, hidden);
            Combination.Add(own, T.One, a.Slice(row * n, n), turned, hidden, own);
        }

        Map.Binary<TanhBack, T>(memory, back, back);
        for (int row = 0; row < batch; row++)
        {
            ReadOnlySpan<T> own = back.AsSpan(row * hidden, hidden);
            for (int j = 0; j < n; j++)
            {
                dy[(row * n) + j] = Reduce.Dot(own, w1.Slice(j * hidden, hidden));
            }
        }

        Combination.Add(db1, T.One, ones, back, hidden, db1);
        for (int j = 0; j < n; j++)
        {
            Span<T> row = dw1.Slice(j * hidden, hidden);
            Combination.Add(row, T.One, Column(y, j), back, hidden, row);
            row = turned.AsSpan(j * hidden, hidden);
            row.Clear();
            ReadOnlySpan<T> cotangent = Column(a, j);
            db2[j] += Reduce.Sum(cotangent);
            Combination.Add(row, T.One, cotangent, memory, hidden, row);
            for (int i = 0; i < hidden; i++)
            {
                dw2[(i * n) + j] += row[i];
            }
        }
    }

    private void Turn()
    {
        ReadOnlySpan<T> w2 = values.Span.Slice((n + 1) * hidden, n * hidden);
        for (int j = 0; j < n; j++)
        {
            Span<T> row = turned.AsSpan(j * hidden, hidden);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = w2[(i * n) + j];
            }
        }
    }

    private ReadOnlySpan<T> Column(ReadOnlySpan<T> rows, int j)
    {
        for (int row = 0; row < batch; row++)
        {
            column[row] = rows[(row * n) + j];
        }

        return column;
    }

    /// <summary>dy (1 - y^2), of y = tanh x.</summary>
    private readonly struct TanhBack : IBinaryOp
    {
        public static string Name => "tanh back";

        public static double MaxUlpSingle => 2;

        public static double MaxUlpDouble => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V y, V dy)
            where V : unmanaged, ILanes<V> => dy * V.Fma(-y, y, V.Of(1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V DerivativeX<V>(V y, V dy, V dx)
            where V : unmanaged, ILanes<V> => V.Of(-2) * y * dy;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V DerivativeY<V>(V y, V dy, V dx)
            where V : unmanaged, ILanes<V> => V.Fma(-y, y, V.Of(1));
    }
}
