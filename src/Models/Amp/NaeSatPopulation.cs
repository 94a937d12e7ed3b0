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

    private readonly RandomStream random;
    private AliasTable degrees;
    private double[] biases;
    private double[] next;
    private readonly double[] partial;
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
        partial = new double[(population + Part - 1) / Part];
    }

    /// <summary>K.</summary>
    public int ClauseSize { get; }

    /// <summary>alpha.</summary>
    public double ClauseDensity { get; private set; }

    /// <summary>The strength of the side channel, not negative.</summary>
    public double GammaSquared { get; set; }

    /// <summary>The share of revealed variables, in [0, 1].</summary>
    public double Revealed { get; set; }

    /// <summary>The mean of Q: the overlap with the planted assignment.</summary>
    public double Overlap => Reduce.Sum<double>(biases) / biases.Length;

    /// <summary>The free entropy of a variable where nothing is known, ln 2 + alpha ln(1 - 2^(1 - K)).</summary>
    public double AnnealedEntropy => Map.Unary<Log>(2) + (ClauseDensity * Map.Unary<Log1p>(-2.0 / (1 << ClauseSize)));

    /// <summary>Begins at Q = value for all: 0 knows nothing, 1 knows the assignment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [-1, 1].</exception>
    public void Start(double value)
    {
        if (!(value >= -1 && value <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "NAE-SAT population: a bias must be in [-1, 1].");
        }

        biases.AsSpan().Fill(value);
        sweeps = 0;
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
    /// <exception cref="ArgumentOutOfRangeException">The side channel or the revealed share is out of its range.</exception>
    public void Sweep(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(GammaSquared >= 0) || !double.IsFinite(GammaSquared) || !(Revealed >= 0 && Revealed <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"NAE-SAT population: gamma^2 = {GammaSquared} and a revealed share of {Revealed}; needed: finite and not negative, in [0, 1].");
        }

        for (int sweep = 0; sweep < count; sweep++)
        {
            RandomStream own = random.Fork(sweeps++);
            Device.Cpu.InParts(partial.Length, part => partial[part] = Variables(part, own.Fork((ulong)part)));
            (biases, next) = (next, biases);
        }
    }

    /// <summary>
    /// Bethe's free entropy of a variable, ln of the number of solutions like the planted one over N, at the population as it stands: the mean of ln Z of a variable (from the last sweep's messages) less alpha (K - 1)
    /// times that of a clause. Where it is <see cref="AnnealedEntropy"/>, the planted cluster has as many solutions as all others. Without a side channel only.
    /// </summary>
    public double FreeEntropy()
    {
        RandomStream own = random.Fork(sweeps++);
        int parts = partial.Length;
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
        Span<uint> words = stackalloc uint[1024];
        degrees.Fill(own.Seed, own.Number, 0, clauses[..count]);
        ulong word = 2 * Part;
        RandomFill.Normal(own.Seed, own.Number, word, sides[..count]);
        RandomFill.Uniform(own.Seed, own.Number, word + Part, sides.Slice(Part, count));
        word += 2 * Part;
        int at = words.Length;
        double gamma = Math.Sqrt(GammaSquared), entropy = 0;
        ReadOnlySpan<double> from = biases;
        for (int v = 0; v < count; v++)
        {
            double field = 0, plus = 1, minus = 1;
            for (int c = clauses[v]; c > 0; c--)
            {
                if (at + others > words.Length)
                {
                    Philox.Words(own.Seed, own.Number, word, words);
                    word += (ulong)words.Length;
                    at = 0;
                }

                (double p, double m) = others == 4 ? Message(from, words[at], words[at + 1], words[at + 2], words[at + 3]) : Message(from, words.Slice(at, others));
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

    /// <summary>1 - P+ and 1 - P- of a clause with K - 1 other literals: a word chooses each variable, and what is left of the words, one of the patterns.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static (double Plus, double Minus) Message(ReadOnlySpan<double> from, ReadOnlySpan<uint> words)
    {
        uint rest = 0;
        double plus = 1, minus = 1;
        int patterns = (1 << words.Length) - 1;
        for (int j = 0; j < words.Length; j++)
        {
            rest += (uint)(words[j] * (ulong)(uint)from.Length);
        }

        // A pattern 1 .. 2^(K - 1) - 1: which literals are the other way round.
        uint pattern = 1 + (uint)((rest * (ulong)(uint)patterns) >> 32);
        for (int j = 0; j < words.Length; j++)
        {
            double q = from[(int)((words[j] * (ulong)(uint)from.Length) >> 32)], half = ((pattern >> j) & 1) == 0 ? 0.5 * q : -0.5 * q;
            (plus, minus) = (plus * (0.5 + half), minus * (0.5 - half));
        }

        return (Math.Max(1 - plus, Least), Math.Max(1 - minus, Least));
    }

    /// <summary>The same for K = 5, without loops.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static (double Plus, double Minus) Message(ReadOnlySpan<double> from, uint w0, uint w1, uint w2, uint w3)
    {
        ulong count = (uint)from.Length, p0 = w0 * count, p1 = w1 * count, p2 = w2 * count, p3 = w3 * count;
        uint rest = (uint)p0 + (uint)p1 + (uint)p2 + (uint)p3, pattern = 1 + (uint)((rest * 15UL) >> 32);
        double h0 = Half(from[(int)(p0 >> 32)], pattern), h1 = Half(from[(int)(p1 >> 32)], pattern >> 1);
        double h2 = Half(from[(int)(p2 >> 32)], pattern >> 2), h3 = Half(from[(int)(p3 >> 32)], pattern >> 3);
        double plus = (0.5 + h0) * (0.5 + h1) * ((0.5 + h2) * (0.5 + h3)), minus = (0.5 - h0) * (0.5 - h1) * ((0.5 - h2) * (0.5 - h3));
        return (Math.Max(1 - plus, Least), Math.Max(1 - minus, Least));

        // Half of q, its sign turned where the lowest bit says so.
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
        static double Half(double q, uint bits) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(0.5 * q) ^ ((long)bits << 63));
    }

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
                double q = biases[(int)((words[j] * (ulong)(uint)biases.Length) >> 32)], half = ((pattern >> j) & 1) == 0 ? 0.5 * q : -0.5 * q;
                (plus, minus) = (plus * (0.5 + half), minus * (0.5 - half));
            }

            sum += Map.Unary<Log>(Math.Max(1 - plus - minus, Least));
        }

        return sum;
    }
}
