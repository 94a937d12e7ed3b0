using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>Which single-spin dynamics.</summary>
public enum SpinDynamics
{
    /// <summary>Heat bath.</summary>
    Glauber,

    /// <summary>Accept or reject a turned spin.</summary>
    Metropolis,
}

/// <summary>
/// Markov chains over spins with the couplings of a model, all chains side by side, each at its own temperature: sequential sweeps, H = -sum of J over pairs or triples. With a spike, J is the
/// posterior's at Delta = 2 T^2 / p, so all temperatures must then be one.
/// </summary>
public sealed class SpinChains : ICheckpointed
{
    private readonly SpinDynamics dynamics;
    private readonly RandomStream random;
    private readonly float[] couplings;
    private readonly float[] triangle;
    private readonly float[][] spins;
    private readonly float[][] fields;
    private readonly float[][] uniforms;
    private readonly float[][] slopes;

    /// <param name="model">The couplings; they are expanded, N^2 or N^3 / 2 floats.</param>
    /// <param name="temperatures">One for each chain.</param>
    /// <param name="random">The chains' random numbers.</param>
    /// <param name="dynamics">How a spin is drawn.</param>
    /// <exception cref="ArgumentException">There are no chains, a temperature is not finite and above 0, or temperatures differ although the model has a spike.</exception>
    public SpinChains(SpikedModel model, ReadOnlySpan<double> temperatures, RandomStream random, SpinDynamics dynamics = SpinDynamics.Glauber)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        if (temperatures.IsEmpty)
        {
            throw new ArgumentException("spin chains: there are none; one temperature is needed for each.", nameof(temperatures));
        }

        foreach (double temperature in temperatures)
        {
            if (!(temperature > 0) || !double.IsFinite(temperature) || (!model.Spike.IsEmpty && temperature != temperatures[0]))
            {
                throw new ArgumentException($"spin chains: a temperature of {temperature}; it must be finite and above 0, and with a spike the same for all chains.", nameof(temperatures));
            }
        }

        (Model, Chains, this.random, this.dynamics) = (model, temperatures.Length, random, dynamics);
        double delta = SpikedModel.DeltaOf(model.Order, temperatures[0]), strength = model.Spike.IsEmpty ? 0 : Unit(model, delta);
        triangle = model.Order == 2 ? model.Triangle(strength) : [];
        couplings = model.Order == 2 ? SpikedModel.Symmetric(triangle, model.Size) : model.SlicesOfAll(strength);
        int groups = (Chains + SpinSweeps.Chains - 1) / SpinSweeps.Chains, elements = model.Size * SpinSweeps.Chains;
        (spins, fields, uniforms, slopes) = (new float[groups][], new float[groups][], new float[groups][], new float[groups][]);
        for (int g = 0; g < groups; g++)
        {
            (spins[g], fields[g], uniforms[g], slopes[g]) = (new float[elements], new float[elements], new float[elements], new float[SpinSweeps.Chains]);
            for (int c = 0; c < SpinSweeps.Chains; c++)
            {
                double temperature = temperatures[int.Min((g * SpinSweeps.Chains) + c, Chains - 1)];
                slopes[g][c] = (float)(2 * Unit(model, SpikedModel.DeltaOf(model.Order, temperature)));
            }
        }

        Draw();
    }

    /// <summary>The model.</summary>
    public SpikedModel Model { get; }

    /// <summary>How many chains.</summary>
    public int Chains { get; }

    /// <summary>Draws all spins anew, each 1 or -1 alike.</summary>
    public void Draw()
    {
        for (int g = 0; g < spins.Length; g++)
        {
            Batch.Uniform(random, uniforms[g]);
            for (int i = 0; i < spins[g].Length; i++)
            {
                spins[g][i] = uniforms[g][i] < 0.5f ? -1 : 1;
            }
        }
    }

    /// <summary>Puts every chain at the same spins, -1 or 1: [N].</summary>
    /// <exception cref="ArgumentException">Their number is not N, or one is neither -1 nor 1.</exception>
    public void Set(ReadOnlySpan<float> configuration)
    {
        if (configuration.Length != Model.Size || configuration.ContainsAnyExcept(1f, -1f))
        {
            throw new ArgumentException($"spin chains: {configuration.Length} spins; {Model.Size} are needed, each -1 or 1.", nameof(configuration));
        }

        foreach (float[] group in spins)
        {
            for (int i = 0; i < group.Length; i++)
            {
                group[i] = configuration[i / SpinSweeps.Chains];
            }
        }
    }

    /// <summary>Runs sweeps: every spin of every chain is drawn once in each, in order.</summary>
    public void Sweep(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        for (int sweep = 0; sweep < count; sweep++)
        {
            foreach (float[] group in uniforms)
            {
                Batch.Uniform(random, group);
            }

            Device.Cpu.InParts(spins.Length, dynamics == SpinDynamics.Glauber ? Sweep<HeatBath> : Sweep<MetropolisRule>);
        }
    }

    /// <summary>The spins as a tensor [N, chains].</summary>
    public Tensor<float> ToTensor()
    {
        int n = Model.Size, width = spins.Length * SpinSweeps.Chains;
        float[] all = new float[n * width];
        for (int g = 0; g < spins.Length; g++)
        {
            for (int i = 0; i < n; i++)
            {
                spins[g].AsSpan(i * SpinSweeps.Chains, SpinSweeps.Chains).CopyTo(all.AsSpan((i * width) + (g * SpinSweeps.Chains)));
            }
        }

        return Batch.ToTensor(all, n, width, Chains);
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Stream("random", random);
        for (int g = 0; g < spins.Length; g++)
        {
            using Tensor<float> view = Tensor.FromBuffer(spins[g], [Model.Size, SpinSweeps.Chains]);
            state.Tensor($"spins {g}", view);
        }
    }

    /// <summary>beta J in units of the noise: 1 / sqrt(N Delta), or sqrt(2 / Delta) / N.</summary>
    private static double Unit(SpikedModel model, double delta) => model.Order == 2 ? 1 / Math.Sqrt(model.Size * delta) : Math.Sqrt(2 / delta) / model.Size;

    private void Sweep<TRule>(int group)
        where TRule : struct, IFlipRule
    {
        int n = Model.Size;
        if (Model.Order == 3)
        {
            SpinSweeps.Triples<TRule>(couplings, n, slopes[group], uniforms[group], spins[group]);
            return;
        }

        // Fields anew for each sweep, so that rounding errors of their updates do not add up.
        fields[group].AsSpan().Clear();
        TriangleProduct.Accumulate(triangle, n, 0, n, spins[group], SpinSweeps.Chains, fields[group]);
        SpinSweeps.Pairs<TRule>(couplings, n, slopes[group], uniforms[group], spins[group], fields[group]);
    }
}
