using System.Runtime.CompilerServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// Population dynamics of belief propagation on planted random K-NAE-SAT: clauses of K literals, not all equal, over variables with a Poisson number alpha K of clauses each, in the gauge where the planted
/// assignment is 1. The side channel of strength gamma^2 is that of flows and diffusions, a revealed share that of decimation.
/// </summary>
/// <remarks>
/// The distributional equations are those of Ghio, Dandi, Krzakala and Zdeborova (arXiv:2308.14085): a clause's other literals have one of the 2^(K - 1) - 1 patterns of signs that are not all like the variable's own, and
/// its message is atanh u = ln[(1 - P+) / (1 - P-)] / 2 with P+- = product of (1 +- s_j Q_j) / 2. Every message of a sweep is drawn anew. float64; parts of 1,024 variables with streams of their own.
/// </remarks>
public sealed class NaeSatPopulation : ICheckpointed
{
    private const int Part = 1024;

    /// <summary>1 - P is kept above this: messages stay finite where a clause leaves no choice.</summary>
    private const double Least = 1e-12;

    /// <summary>Factors between logarithms: none of so many products can underflow.</summary>
    private const int Chunk = 16;

    /// <summary>Words that are drawn at a time.</summary>
    private const int Words = 1024;

    private readonly RandomStream random;
    private AliasTable degrees;
    private double[] biases;
    private double[] next;
    private ulong sweeps;

    /// <param name="clauseSize">K, 3 to 8.</param>
    /// <param name="clauseDensity">alpha, clauses for each variable.</param>
    /// <param name="population">How many variables stand for their distribution.</param>
    /// <param name="random">The random numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public NaeSatPopulation(int clauseSize, double clauseDensity, int population, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (clauseSize is < 3 or > 8 || !(clauseDensity > 0) || !double.IsFinite(clauseDensity) || population < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(clauseSize), $"NAE-SAT population: K = {clauseSize}, alpha = {clauseDensity}, {population} variables; needed: 3 <= K <= 8, a finite alpha above 0, at least one variable.");
        }

        (ClauseSize, ClauseDensity, this.random) = (clauseSize, clauseDensity, random);
        degrees = AliasTable.Poisson(clauseDensity * clauseSize);
        (biases, next) = (new double[population], new double[population]);
    }

    private int Parts => (biases.Length + Part - 1) / Part;

    /// <summary>K.</summary>
    public int ClauseSize { get; }

    /// <summary>alpha.</summary>
    public double ClauseDensity { get; private set; }

    /// <summary>The strength of the side channel, finite and not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public double GammaSquared
    {
        get;
        set => field = value is >= 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "NAE-SAT population: gamma^2 must be finite and not negative.");
    }

    /// <summary>The share of revealed variables, in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public double Revealed
    {
        get;
        set => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "NAE-SAT population: the revealed share must be in [0, 1].");
    }

    /// <summary>The mean of Q: the overlap with the planted assignment.</summary>
    public double Overlap => Reduce.Sum<double>(biases) / biases.Length;

    /// <summary>The free entropy of a variable where nothing is known, ln 2 + alpha ln(1 - 2^(1 - K)).</summary>
    public double AnnealedEntropy => Map.Unary<Log>(2) + (ClauseDensity * Map.Unary<Log1p>(-2.0 / (1 << ClauseSize)));

    /// <summary>Begins at Q = value for all: 0 knows nothing, 1 knows the assignment. The random numbers go on: two starts are independent runs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [-1, 1].</exception>
    public void Start(double value)
    {
        if (!(value >= -1 && value <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "NAE-SAT population: a bias must be in [-1, 1].");
        }

        biases.AsSpan().Fill(value);
    }

    /// <summary>Goes on at another alpha with the population as it stands: to follow a branch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not finite and above 0.</exception>
    public void Move(double clauseDensity)
    {
        if (!(clauseDensity > 0) || !double.IsFinite(clauseDensity))
        {
            throw new ArgumentOutOfRangeException(nameof(clauseDensity), clauseDensity, "NAE-SAT population: alpha must be finite and above 0.");
        }

        (ClauseDensity, degrees) = (clauseDensity, AliasTable.Poisson(clauseDensity * ClauseSize));
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (double density, double gammaSquared, double revealed, long count) = (ClauseDensity, GammaSquared, Revealed, (long)sweeps);
        state.Stream("random", random);
        state.Number("alpha", ref density);
        state.Number("gamma^2", ref gammaSquared);
        state.Number("revealed", ref revealed);
        state.Count("sweeps", ref count, 0, long.MaxValue);
        using Tensor<double> view = Tensor.FromBuffer(biases, [biases.Length]);
        state.Tensor("biases", view);
        Move(density);
        (GammaSquared, Revealed, sweeps) = (gammaSquared, revealed, (ulong)count);
    }

    /// <summary>Draws the whole population anew, so many times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public void Sweep(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        for (int sweep = 0; sweep < count; sweep++)
        {
            RandomStream own = random.Fork(sweeps++);
            Device.Cpu.InParts(Parts, part => Variables(part, own.Fork((ulong)part)));
            (biases, next) = (next, biases);
        }
    }

    /// <summary>
    /// Bethe's free entropy of a variable, ln of the number of solutions like the planted one over N: the mean of ln Z of a variable less alpha (K - 1) times that of a clause, both in the population as it stands. Where it is
    /// <see cref="AnnealedEntropy"/>, the planted cluster has as many solutions as all others. The variables that it draws are the next population: it counts as a sweep.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is a side channel or a revealed share, whose part of the entropy is not known here.</exception>
    public double FreeEntropy()
    {
        if (GammaSquared != 0 || Revealed != 0)
        {
            throw new InvalidOperationException($"NAE-SAT population: gamma^2 = {GammaSquared} and a revealed share of {Revealed}; the free entropy is known where both are 0.");
        }

        RandomStream own = random.Fork(sweeps++);
        int parts = Parts;
        double[] variables = new double[parts], clauses = new double[parts];
        Device.Cpu.InParts(parts, part =>
        {
            variables[part] = Variables(part, own.Fork((ulong)part));
            clauses[part] = Clauses(part, own.Fork((ulong)(parts + part)));
        });
        (biases, next) = (next, biases);
        return (Reduce.Sum<double>(variables) - (ClauseDensity * (ClauseSize - 1) * Reduce.Sum<double>(clauses))) / biases.Length;
    }

    /// <summary>Draws a part of the population from the one before; returns its sum of ln Z.</summary>
    private double Variables(int part, RandomStream own)
    {
        int first = part * Part, count = int.Min(Part, biases.Length - first), others = ClauseSize - 1;
        Span<int> clauses = stackalloc int[Part];
        Span<float> sides = stackalloc float[2 * Part];
        Span<uint> words = stackalloc uint[Words];
        Span<double> halves = stackalloc double[Words];
        degrees.Fill(own.Seed, own.Number, 0, clauses[..count]);
        ulong word = 2 * Part;
        RandomFill.Normal(own.Seed, own.Number, word, sides[..count]);
        RandomFill.Uniform(own.Seed, own.Number, word + Part, sides.Slice(Part, count));
        word += 2 * Part;
        int at = Words;
        double gamma = Math.Sqrt(GammaSquared), entropy = 0;
        for (int v = 0; v < count; v++)
        {
            double field = 0, plus = 1, minus = 1;
            for (int c = clauses[v]; c > 0; c--)
            {
                if (at + others > Words)
                {
                    Philox.Words(own.Seed, own.Number, word, words);
                    Choose(words, halves);
                    word += Words;
                    at = 0;
                }

                (double p, double m) = others == 4 ? Message(halves.Slice(at, 4), words.Slice(at, 4)) : Message(halves.Slice(at, others), words.Slice(at, others), others);
                at += others;
                (plus, minus) = (plus * p, minus * m);
                if (c % Chunk == 0)
                {
                    (double lnPlus, double lnMinus) = (Map.Unary<Log>(plus), Map.Unary<Log>(minus));
                    (field, entropy, plus, minus) = (field + ((lnPlus - lnMinus) / 2), entropy + ((lnPlus + lnMinus) / 2), 1, 1);
                }
            }

            double lastPlus = Map.Unary<Log>(plus), lastMinus = Map.Unary<Log>(minus);
            field += ((lastPlus - lastMinus) / 2) + Math.FusedMultiplyAdd(gamma, sides[v], GammaSquared);

            // ln (A e^H + B e^-H) = ln(A B) / 2 + ln(2 cosh(field)).
            entropy += ((lastPlus + lastMinus) / 2) + Map.Unary<Softplus>(2 * field) - field;
            next[first + v] = sides[Part + v] < Revealed ? 1 : Map.Unary<Tanh>(field);
        }

        return entropy;
    }

    /// <summary>
    /// Chooses a variable with each word and puts half of its bias at the word's place; what is left of the word stays. All reads of a large population, which no cache holds, follow one another here, so that
    /// many are under way at a time.
    /// </summary>
    private void Choose(Span<uint> words, Span<double> halves)
    {
        ReadOnlySpan<double> from = biases;
        halves = halves[..words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            ulong product = words[i] * (ulong)(uint)from.Length;
            halves[i] = 0.5 * from[(int)(product >> 32)];
            words[i] = (uint)product;
        }
    }

    /// <summary>1 - P+ and 1 - P- of a clause with K - 1 other literals, from half the biases of its variables; what is left of their words chooses one of the patterns.</summary>
    private static (double Plus, double Minus) Message(ReadOnlySpan<double> halves, ReadOnlySpan<uint> rests, int others)
    {
        uint rest = 0;
        foreach (uint left in rests)
        {
            rest += left;
        }

        // A pattern 1 .. 2^(K - 1) - 1: which literals are the other way round.
        uint pattern = 1 + (uint)((rest * (ulong)((1U << others) - 1)) >> 32);
        double plus = 1, minus = 1;
        foreach (double half in halves)
        {
            double signed = Turned(half, pattern);
            (plus, minus, pattern) = (plus * (0.5 + signed), minus * (0.5 - signed), pattern >> 1);
        }

        return (Math.Max(1 - plus, Least), Math.Max(1 - minus, Least));
    }

    /// <summary>The same for K = 5, without loops.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Plus, double Minus) Message(ReadOnlySpan<double> halves, ReadOnlySpan<uint> rests)
    {
        uint rest = rests[0] + rests[1] + rests[2] + rests[3], pattern = 1 + (uint)((rest * 15UL) >> 32);
        double h0 = Turned(halves[0], pattern), h1 = Turned(halves[1], pattern >> 1), h2 = Turned(halves[2], pattern >> 2), h3 = Turned(halves[3], pattern >> 3);
        double plus = (0.5 + h0) * (0.5 + h1) * ((0.5 + h2) * (0.5 + h3)), minus = (0.5 - h0) * (0.5 - h1) * ((0.5 - h2) * (0.5 - h3));
        return (Math.Max(1 - plus, Least), Math.Max(1 - minus, Least));
    }

    /// <summary>A number whose sign is turned where the lowest bit says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Turned(double x, uint bits) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) ^ ((long)bits << 63));

    /// <summary>The sum of ln Z over as many clauses as there are variables in a part: 1 less the chances that all K literals are equal.</summary>
    private double Clauses(int part, RandomStream own)
    {
        int count = int.Min(Part, biases.Length - (part * Part));
        Span<uint> words = stackalloc uint[ClauseSize + 1];
        int patterns = (1 << ClauseSize) - 2;
        double sum = 0;
        ulong stride = (ulong)((words.Length + 3) / 4 * 4);
        for (int c = 0; c < count; c++)
        {
            Philox.Words(own.Seed, own.Number, (ulong)c * stride, words);
            uint pattern = 1 + (uint)((words[ClauseSize] * (ulong)(uint)patterns) >> 32);
            double plus = 1, minus = 1;
            for (int j = 0; j < ClauseSize; j++)
            {
                double half = Turned(0.5 * biases[(int)((words[j] * (ulong)(uint)biases.Length) >> 32)], pattern >> j);
                (plus, minus) = (plus * (0.5 + half), minus * (0.5 - half));
            }

            sum += Map.Unary<Log>(Math.Max(1 - plus - minus, Least));
        }

        return sum;
    }
}
