using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// Hamiltonian Monte Carlo (Duane and others, "Hybrid Monte Carlo", 1987; Neal, "MCMC using Hamiltonian dynamics", 2011) for a batch of chains at once: momenta are drawn anew,
/// leapfrog steps follow the dynamics, and each chain's proposal is accepted with probability min(1, exp(-change of energy)). With one leap it is MALA. Chains with different
/// places in the batch are independent; the length of a leap is drawn once for all.
/// <code>
/// using HamiltonianMonteCarlo chains = new(potential, start, new RandomStream(1), step: 0.1, leaps: 12);
/// chains.Run(100);
/// </code>
/// </summary>
public sealed class HamiltonianMonteCarlo : ICheckpointed, IDisposable
{
    private readonly Potential potential;
    private readonly RandomStream random;
    private readonly int leaps;
    private readonly Tensor<double> position;
    private readonly Tensor<double> energies;
    private readonly Tensor<double> gradient;
    private readonly Tensor<double> accepted;
    private long steps;

    /// <summary>Begins at a start [..., chains, p], which is copied.</summary>
    /// <param name="potential">What is sampled, exp(-U).</param>
    /// <param name="start">Where the chains begin.</param>
    /// <param name="random">Draws momenta, lengths and decisions.</param>
    /// <param name="step">A leap's length in time.</param>
    /// <param name="leaps">Leaps before a decision.</param>
    /// <param name="jitter">Each iteration's leaps are longer or shorter by up to this share, so that no period of the motion is met again and again.</param>
    /// <exception cref="ArgumentException">The start has fewer than two axes, or a number is out of its range.</exception>
    /// <exception cref="GlmException">U is not finite at the start.</exception>
    public HamiltonianMonteCarlo(Potential potential, Tensor<double> start, RandomStream random, double step, int leaps, double jitter = 0.2)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(random);
        if (start.Rank < 2 || !(step > 0) || !double.IsFinite(step) || leaps < 1 || !(jitter is >= 0 and < 1))
        {
            throw new ArgumentException($"hmc: a start [..., chains, p], a finite step above 0, at least one leap and a jitter in [0, 1) are needed; got {start.Shape}, {step}, {leaps} and {jitter}.");
        }

        this.potential = potential;
        this.random = random;
        this.leaps = leaps;
        StepLength = step;
        Jitter = jitter;
        using Scope scope = Scope.Begin();
        Shape chains = Shape.Create(start.Shape.AsSpan()[..^1]);
        Tensor<double> copy = start.Clone(), slopes = Tensor.ZerosLike(start), values = Tensor.Zeros<double>(chains, start.Device), counts = Tensor.Zeros<double>(chains, start.Device);
        potential.Evaluate(copy, values, slopes);
        using Tensor<double> finite = values.IsFinite(), all = finite.Min();
        if (values.Size > 0 && all.Item() == 0)
        {
            throw new GlmException(GlmFailure.NotFinite, "hmc: the potential is not finite at the start of a chain.");
        }

        position = scope.Keep(copy);
        gradient = scope.Keep(slopes);
        energies = scope.Keep(values);
        accepted = scope.Keep(counts);
    }

    /// <summary>A leap's length in time, before the jitter.</summary>
    public double StepLength { get; set; }

    /// <summary>The share by which lengths vary.</summary>
    public double Jitter { get; }

    /// <summary>Iterations so far.</summary>
    public long Steps => steps;

    /// <summary>Where the chains are [..., chains, p]; it changes with every step.</summary>
    public Tensor<double> Position => position;

    /// <summary>U of each chain [..., chains]; it changes with every step.</summary>
    public Tensor<double> Energies => energies;

    /// <summary>The share of accepted proposals over all chains and steps; NaN before the first. Far below 0.6 the step is too long.</summary>
    public double Acceptance
    {
        get
        {
            using Tensor<double> mean = accepted.Mean();
            return mean.Item() / steps;
        }
    }

    /// <summary>Takes this many iterations.</summary>
    public void Run(int iterations)
    {
        for (int i = 0; i < iterations; i++)
        {
            Step();
        }
    }

    /// <summary>One iteration of all chains.</summary>
    public void Step()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> momentum = random.Normal<double>(position.Shape, position.Device), uniform = random.Uniform<double>(energies.Shape, position.Device);
        double length = StepLength * (1 + (Jitter * ((2 * random.Uniform<double>([1]).Item()) - 1)));
        Tensor<double> moved = position.Clone(), slopes = gradient.Clone(), values = energies.Clone(), before = Total(energies, momentum);
        SgdUpdate kick = new(length), half = new(length / 2), drift = new(-length);
        momentum.Update(half, slopes);
        for (int i = 1; i <= leaps; i++)
        {
            moved.Update(drift, momentum);
            potential.Evaluate(moved, values, slopes);
            momentum.Update(i < leaps ? kick : half, slopes);
        }

        // An energy that is not a number is not above anything: such a proposal is refused.
        Tensor<double> choice = uniform.Log().Less(before - Total(values, momentum)), chains = choice.Unsqueeze(-1);
        choice.TernaryInto<Select>(values, energies, energies);
        chains.TernaryInto<Select>(moved, position, position);
        chains.TernaryInto<Select>(slopes, gradient, gradient);
        accepted.AddInto(choice, accepted);
        steps++;
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double step = StepLength;
        state.Number("step", ref step);
        StepLength = step;
        state.Count("steps", ref steps, 0, long.MaxValue);
        state.Stream("random", random);
        state.Tensor("position", position);
        state.Tensor("energies", energies);
        state.Tensor("gradient", gradient);
        state.Tensor("accepted", accepted);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        position.Dispose();
        energies.Dispose();
        gradient.Dispose();
        accepted.Dispose();
    }

    /// <summary>U + |momentum|^2 / 2 of each chain.</summary>
    private static Tensor<double> Total(Tensor<double> values, Tensor<double> momentum) => (momentum.Square().Sum(-1) * 0.5) + values;
}
