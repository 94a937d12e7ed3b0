namespace Onsager.Simd;

/// <summary>
/// The elementwise half of a step of approximate message passing, for a batch of columns: fields from products, Onsager's reaction and the external field;
/// means from fields; and the sums over rows that the next step needs.
/// </summary>
public static unsafe class MessageStep
{
    /// <summary>Rows of the parameters, [<see cref="Parameters"/>, columns], in the order of <see cref="MessageParameter"/>.</summary>
    public const int Parameters = 7;

    /// <summary>Rows of the sums, [<see cref="Sums"/>, columns], in the order of <see cref="MessageSum"/>.</summary>
    public const int Sums = 6;

    /// <summary>
    /// For every row i: b = noise y[i] + signal (spike's part) - reaction before[i] + external[i]; m = mean(precision, b); the new mean is m + damping (mean[i] - m), and before[i] becomes the old one.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="parameters">What a column depends on, [7, columns].</param>
    /// <param name="order">2 for matrices, 3 for tensors: how the spike enters, x[i] (S - u[i]) or x[i] ((S - u[i])^2 - (Q - u[i]^2)) / 2 with u = x mean, S its sum, Q its squares'.</param>
    /// <param name="spike">x, one for each row, or empty for none.</param>
    /// <param name="products">y, [rows, columns].</param>
    /// <param name="external">[rows, columns].</param>
    /// <param name="mean">[rows, columns].</param>
    /// <param name="before">[rows, columns].</param>
    /// <param name="columns">A multiple of <see cref="TriangleProduct.ColumnUnit"/>.</param>
    /// <param name="sums">Receives the sums over these rows, [6, columns].</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static void Run<TChannel>(
        TChannel channel,
        ReadOnlySpan<float> parameters,
        int order,
        ReadOnlySpan<float> spike,
        ReadOnlySpan<float> products,
        ReadOnlySpan<float> external,
        Span<float> mean,
        Span<float> before,
        int columns,
        Span<float> sums)
        where TChannel : struct, IScalarChannel
    {
        int rows = columns > 0 ? mean.Length / columns : 0;
        if (columns < 1 || columns % TriangleProduct.ColumnUnit != 0 || mean.Length != (long)rows * columns || products.Length != mean.Length || external.Length != mean.Length
            || before.Length != mean.Length || parameters.Length != Parameters * columns || sums.Length != Sums * columns || (!spike.IsEmpty && spike.Length != rows))
        {
            throw new ArgumentException($"message step: operands do not fit {rows} rows of {columns} columns, a multiple of {TriangleProduct.ColumnUnit}.", nameof(mean));
        }

        if (order is not (2 or 3))
        {
            throw new ArgumentException($"message step: the order is {order}; 2 and 3 are known.", nameof(order));
        }

        fixed (float* p = parameters, s = spike, y = products, h = external, m = mean, b = before, t = sums)
        {
            Lanes.Run32(new MessageLoop<TChannel>(channel, p, order, s, y, h, m, b, rows, columns, t));
        }
    }
}

/// <summary>The rows of a message step's parameters.</summary>
public enum MessageParameter
{
    /// <summary>a of the channel.</summary>
    Precision,

    /// <summary>The factor of the products.</summary>
    Noise,

    /// <summary>The factor of the spike's part.</summary>
    Signal,

    /// <summary>The factor of Onsager's term.</summary>
    Reaction,

    /// <summary>The sum of spike times mean.</summary>
    SpikeSum,

    /// <summary>The sum of its squares.</summary>
    SpikeSquares,

    /// <summary>The share of the old mean that stays.</summary>
    Damping,
}

/// <summary>The rows of a message step's sums.</summary>
public enum MessageSum
{
    /// <summary>The variances, before damping.</summary>
    Variance,

    /// <summary>The squares of the new means.</summary>
    Square,

    /// <summary>New times old mean.</summary>
    Overlap,

    /// <summary>The squares of new minus old mean.</summary>
    Change,

    /// <summary>Spike times new mean.</summary>
    Spike,

    /// <summary>The squares of that.</summary>
    SpikeSquares,
}
