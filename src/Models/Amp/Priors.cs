using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Models.Amp;

/// <summary>1 or -1, each with probability 1/2: the spins of a spin glass.</summary>
public readonly struct Rademacher : IPrior
{
    private const double Ln2 = 0.6931471805599453;

    /// <inheritdoc/>
    public string Name => "Rademacher";

    /// <inheritdoc/>
    public IReadOnlyList<PriorComponent> Components => [new(0.5, 1), new(0.5, -1)];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Call<Softplus>(b + b) - b - V.Fma(a, V.Of(0.5), V.Of(Ln2));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Call<Tanh>(b);
}

/// <summary>0 with probability 1 - density, else 1 or -1 alike.</summary>
public readonly struct SparseRademacher : IPrior
{
    private const double Ln2 = 0.6931471805599453;

    private readonly double logOdds;
    private readonly double logZero;

    /// <param name="density">The probability of not being 0, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The density is outside; for 1 there is <see cref="Rademacher"/>.</exception>
    public SparseRademacher(double density)
    {
        if (!(density > 0 && density < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(density), density, "sparse Rademacher: the density must be in (0, 1).");
        }

        Density = density;
        logZero = Map.Unary<Log1p>(-density);
        logOdds = Map.Unary<Log>(density) - logZero;
    }

    /// <summary>The probability of not being 0.</summary>
    public double Density { get; }

    /// <inheritdoc/>
    public string Name => $"sparse Rademacher of density {Density}";

    /// <inheritdoc/>
    public IReadOnlyList<PriorComponent> Components => [new(1 - Density, 0), new(Density / 2, 1), new(Density / 2, -1)];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Of(logZero) + V.Call<Softplus>(LogOdds(a, b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Call<Tanh>(b) * V.Call<Sigmoid>(LogOdds(a, b));

    /// <summary>The log of the odds of not being 0: ln (rho / (1 - rho)) - a / 2 + ln cosh b, without overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V LogOdds<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Call<Softplus>(b + b) - b + V.Fma(a, V.Of(-0.5), V.Of(logOdds - Ln2));
}

/// <summary>The standard normal distribution; for large sizes also the uniform one on the sphere |x|^2 = n.</summary>
public readonly struct StandardNormal : IPrior
{
    /// <inheritdoc/>
    public string Name => "standard normal";

    /// <inheritdoc/>
    public IReadOnlyList<PriorComponent> Components => [new(1, 0, 1)];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Of(0.5) * ((b * b / (V.Of(1) + a)) - V.Call<Log1p>(a));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V> => b / (V.Of(1) + a);
}

/// <summary>0 with probability 1 - density, else normal with mean 0.</summary>
public readonly struct GaussBernoulli : IPrior
{
    private readonly double logOdds;
    private readonly double logZero;

    /// <param name="density">The probability of not being 0, in (0, 1).</param>
    /// <param name="variance">The variance where it is not 0, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside.</exception>
    public GaussBernoulli(double density, double variance = 1)
    {
        if (!(density > 0 && density < 1) || !(variance > 0 && double.IsFinite(variance)))
        {
            throw new ArgumentOutOfRangeException(nameof(density), $"Gauss-Bernoulli: density {density} and variance {variance}; needed: in (0, 1), and finite and above 0.");
        }

        Density = density;
        Variance = variance;
        logZero = Map.Unary<Log1p>(-density);
        logOdds = Map.Unary<Log>(density) - logZero;
    }

    /// <summary>The probability of not being 0.</summary>
    public double Density { get; }

    /// <summary>The variance where it is not 0.</summary>
    public double Variance { get; }

    /// <inheritdoc/>
    public string Name => $"Gauss-Bernoulli of density {Density} and variance {Variance}";

    /// <inheritdoc/>
    public IReadOnlyList<PriorComponent> Components => [new(1 - Density, 0), new(Density, 0, Variance)];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V> => V.Of(logZero) + V.Call<Softplus>(LogOdds(a, b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V> => b * V.Of(Variance) / V.Fma(a, V.Of(Variance), V.Of(1)) * V.Call<Sigmoid>(LogOdds(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V LogOdds<V>(V a, V b)
        where V : unmanaged, ILanes<V>
    {
        V load = a * V.Of(Variance);
        return V.Fma(V.Of(0.5), (b * b * V.Of(Variance) / (V.Of(1) + load)) - V.Call<Log1p>(load), V.Of(logOdds));
    }
}

/// <summary>Finitely many values with given probabilities; the mean comes from differentiating the partition function.</summary>
public readonly struct DiscretePrior : IPrior
{
    private readonly double[] values;
    private readonly double[] logWeights;
    private readonly PriorComponent[] components;

    /// <param name="atoms">Values and their probabilities, which sum to 1.</param>
    /// <exception cref="PriorException">There are none, one is not finite or has a probability that is not positive, or the sum is not 1.</exception>
    public DiscretePrior(params ReadOnlySpan<(double Value, double Weight)> atoms)
    {
        values = new double[atoms.Length];
        logWeights = new double[atoms.Length];
        components = new PriorComponent[atoms.Length];
        double total = 0;
        for (int i = 0; i < atoms.Length; i++)
        {
            (double value, double weight) = atoms[i];
            if (!double.IsFinite(value) || !(weight > 0 && double.IsFinite(weight)))
            {
                throw new PriorException($"discrete prior: the value {value} has the weight {weight}; both must be finite, the weight above 0.");
            }

            (values[i], logWeights[i], components[i]) = (value, Map.Unary<Log>(weight), new(weight, value));
            total += weight;
        }

        if (!(Math.Abs(total - 1) <= 1e-9))
        {
            throw new PriorException($"discrete prior: the weights of {atoms.Length} values sum to {total}, not to 1.");
        }
    }

    /// <inheritdoc/>
    public string Name => $"discrete prior of {Components.Count} values";

    /// <inheritdoc/>
    public IReadOnlyList<PriorComponent> Components => components ?? [];

    /// <inheritdoc/>
    public V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V>
    {
        V largest = Exponent(0, a, b);
        for (int i = 1; i < values.Length; i++)
        {
            largest = V.Max(largest, Exponent(i, a, b));
        }

        V sum = V.Of(0);
        for (int i = 0; i < values.Length; i++)
        {
            sum += V.Call<Exp>(Exponent(i, a, b) - largest);
        }

        return largest + V.Call<Log>(sum);
    }

    /// <inheritdoc/>
    public V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V> => ScalarChannel.Mean(this, a, b);

    private V Exponent<V>(int i, V a, V b)
        where V : unmanaged, ILanes<V> => V.Fma(b, V.Of(values[i]), V.Fma(a, V.Of(-0.5 * values[i] * values[i]), V.Of(logWeights[i])));
}
