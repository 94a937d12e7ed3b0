using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// A distribution over finitely many integers, drawn from in constant time: Walker's alias method (1977) with the table built as by Vose, "A
/// linear algorithm for generating random numbers with a given distribution" (IEEE Trans. Software Eng. 17, 1991). Element i of a stream takes
/// one 64-bit word w (words 2i and 2i + 1, the low one first): of w * Count, the upper 64 bits choose a column, and the column gives its own
/// integer if the lower 64 bits are below its threshold, else its alias. Probabilities are those of the weights in float64 within a relative
/// 2^-51 and an absolute 2^-63; an integer of weight zero never comes. Immutable, so threads may share it.
/// </summary>
public sealed class AliasTable
{
    /// <summary>The largest rate of <see cref="Poisson"/>: results fit in an int and the table in 12 MB.</summary>
    public const double LargestRate = 1 << 30;

    private const double TwoTo64 = 18446744073709551616.0;

    private readonly ulong[] thresholds;
    private readonly int[] aliases;
    private readonly int offset;

    private AliasTable(ReadOnlySpan<double> weights, double sum, int offset)
    {
        this.offset = offset;
        int count = weights.Length, small = 0, large = count;
        thresholds = new ulong[count];
        aliases = new int[count];
        double[] shares = new double[count];

        // Columns that hold less than an average share wait at the front, the others at the back.
        int[] waiting = new int[count];
        int heaviest = 0;
        for (int i = 0; i < count; i++)
        {
            shares[i] = weights[i] / sum * count;
            heaviest = weights[i] > weights[heaviest] ? i : heaviest;
            waiting[shares[i] < 1 ? small++ : --large] = i;
        }

        while (small > 0 && large < count)
        {
            int less = waiting[--small], more = waiting[large];
            thresholds[less] = (ulong)(shares[less] * TwoTo64);
            aliases[less] = more;
            shares[more] -= 1 - shares[less];
            if (shares[more] < 1)
            {
                large++;
                waiting[small++] = more;
            }
        }

        // What rounding left over holds one share, up to rounding; nothing that has no weight may be among it.
        for (int i = 0; i < small; i++)
        {
            Settle(waiting[i], weights, heaviest);
        }

        for (int i = large; i < count; i++)
        {
            Settle(waiting[i], weights, heaviest);
        }
    }

    /// <summary>How many integers there are, those of weight zero included.</summary>
    public int Count => thresholds.Length;

    /// <summary>For each column, below which lower 64 bits its own integer comes.</summary>
    internal ReadOnlySpan<ulong> Thresholds => thresholds;

    /// <summary>For each column, which integer comes otherwise.</summary>
    internal ReadOnlySpan<int> Aliases => aliases;

    /// <summary>What is added to every integer.</summary>
    internal int Offset => offset;

    /// <summary>Integers 0, 1, ... with probabilities proportional to their weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no weights, one is negative or not finite, or their sum is 0 or overflows.</exception>
    public static AliasTable FromWeights(ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
            {
                throw DistributionParameters.Refused(nameof(weights), weights[i], $"categorical: weights must be finite and not negative; weight {i} is {weights[i]}");
            }
        }

        double sum = Reduce.Sum<double>(weights);
        if (!(sum > 0 && double.IsFinite(sum)))
        {
            throw DistributionParameters.Refused(nameof(weights), sum, $"categorical: {weights.Length} weights with the sum {sum}; at least one must be positive and the sum finite");
        }

        return new(weights, sum, 0);
    }

    /// <summary>Integers 0, 1, ... with probabilities proportional to e^logit, by <see cref="Exp"/> after the largest is subtracted; -infinity means never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no logits, one is NaN or +infinity, or all are -infinity.</exception>
    public static AliasTable FromLogits(ReadOnlySpan<double> logits)
    {
        double largest = double.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            if (double.IsNaN(logits[i]) || logits[i] == double.PositiveInfinity)
            {
                throw DistributionParameters.Refused(nameof(logits), logits[i], $"categorical: logits must be finite or -infinity; logit {i} is {logits[i]}");
            }

            largest = double.Max(largest, logits[i]);
        }

        if (largest == double.NegativeInfinity)
        {
            throw DistributionParameters.Refused(nameof(logits), largest, $"categorical: {logits.Length} logits, of which none is above -infinity");
        }

        double[] weights = new double[logits.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Map.Unary<Exp>(logits[i] - largest);
        }

        return FromWeights(weights);
    }

    /// <summary>
    /// Poisson's distribution. The weights go out from the mode by p(k + 1) = p(k) rate / (k + 1) until they are below 2^-80 of the mode's, at
    /// ten and a half standard deviations; a probability is right within a relative 2^-52 times its distance from the mode, below 10^-10 at
    /// the largest rate and 10^-13 at 10^4, where no number of draws that a computer can make would show it. Building costs time and memory
    /// in proportion to the square root of the rate.
    /// </summary>
    /// <param name="rate">The mean, in [0, 2^30].</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, NaN or above 2^30.</exception>
    public static AliasTable Poisson(double rate)
    {
        if (rate is not (>= 0 and <= LargestRate))
        {
            throw DistributionParameters.Refused(nameof(rate), rate, "poisson: the rate must be in [0, 2^30]");
        }

        const double negligible = 8.271806125530277e-25;
        int mode = (int)rate, first = mode, last = mode;
        for (double p = 1; first > 0 && (p *= first / rate) >= negligible;)
        {
            first--;
        }

        for (double p = 1; (p *= rate / (last + 1)) >= negligible;)
        {
            last++;
        }

        double[] weights = new double[last - first + 1];
        weights[mode - first] = 1;
        for (int k = mode; k > first; k--)
        {
            weights[k - 1 - first] = weights[k - first] * (k / rate);
        }

        for (int k = mode; k < last; k++)
        {
            weights[k + 1 - first] = weights[k - first] * (rate / (k + 1));
        }

        return new(weights, Reduce.Sum<double>(weights), first);
    }

    /// <summary>y[i] = element first + i of the stream: two words each.</summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The element that goes to y[0].</param>
    /// <param name="y">Receives the integers.</param>
    [SkipLocalsInit]
    public void Fill(ulong seed, ulong stream, ulong first, Span<int> y)
    {
        Span<ulong> tile = stackalloc ulong[RandomFill.WordTile];
        ulong count = (ulong)thresholds.Length;
        for (int done = 0; done < y.Length; done += tile.Length)
        {
            Span<int> part = y[done..int.Min(done + tile.Length, y.Length)];
            RandomFill.Words64(seed, stream, first + (ulong)done, tile[..part.Length]);
            for (int i = 0; i < part.Length; i++)
            {
                int column = (int)Math.BigMul(tile[i], count, out ulong fraction);
                part[i] = offset + (fraction < thresholds[column] ? column : aliases[column]);
            }
        }
    }

    private void Settle(int column, ReadOnlySpan<double> weights, int heaviest)
    {
        (thresholds[column], aliases[column]) = weights[column] > 0 ? (ulong.MaxValue, column) : (0, heaviest);
    }
}
