using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// Langevin dynamics of the posterior of a spiked matrix or tensor under the standard normal prior, tilted by a side channel h: all chains side by side, each with its own Delta, gamma^2 and h. A step proposes
/// x + epsilon^2 / 2 grad ln P(x) + epsilon z and accepts it by Metropolis' rule, so that the chains' measure is P itself at every epsilon.
/// </summary>
/// <remarks>
/// The Metropolis-adjusted Langevin algorithm (Roberts and Tweedie, 1996; Besag, 1994). With c = sqrt((p - 1)! / N^(p - 1)), ln P(x) = sum over i &lt; .. &lt; k of [c Y(i .. k) x_i .. x_k - (c x_i .. x_k)^2 / 2] / Delta + h . x
/// - (1 + gamma^2) |x|^2 / 2, which is a density for every Y: without a spike, too. Gradient and density of all chains take one product with the couplings. float32, sums in float64.
/// </remarks>
public sealed class LangevinChains : ICheckpointed
{
    private readonly RandomStream random;
    private readonly double[] delta;
    private readonly float[] noise;
    private readonly float[] uniforms;
    private readonly double[] ratios;
    private Point now;
    private Point proposed;
    private long accepted;
    private long tried;

    /// <param name="model">The matrix or tensor.</param>
    /// <param name="delta">The noise's variance for each chain.</param>
    /// <param name="step">epsilon: the deviation of a proposal's noise.</param>
    /// <param name="random">The chains' random numbers.</param>
    /// <exception cref="ArgumentException">There are no chains, or a variance or the step is not finite and above 0.</exception>
    public LangevinChains(SpikedModel model, ReadOnlySpan<double> delta, double step, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        if (delta.IsEmpty)
        {
            throw new ArgumentException("langevin chains: there are none; one variance of the noise is needed for each.", nameof(delta));
        }

        foreach (double variance in delta)
        {
            if (!(variance > 0) || !double.IsFinite(variance))
            {
                throw new ArgumentException($"langevin chains: a noise of variance {variance}; it must be finite and above 0.", nameof(delta));
            }
        }

        (Model, Chains, Width, this.random, Step) = (model, delta.Length, Batch.Width(delta.Length), random, step);
        this.delta = new double[Width];
        this.delta.AsSpan().Fill(1);
        delta.CopyTo(this.delta);
        GammaSquared = new double[Width];
        int elements = checked(model.Size * Width);
        External = new float[elements];
        (noise, uniforms, ratios) = (new float[elements], new float[Width], new double[Width]);
        (now, proposed) = (new Point(elements, Width), new Point(elements, Width));
        Draw();
    }

    /// <summary>The model.</summary>
    public SpikedModel Model { get; }

    /// <summary>How many chains.</summary>
    public int Chains { get; }

    /// <summary>Chains in memory: a multiple of 16; those behind <see cref="Chains"/> are idle.</summary>
    public int Width { get; }

    /// <summary>epsilon, finite and above 0; of the order of N^(-1/6) for most proposals to be accepted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public double Step
    {
        get;
        set => field = value is > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "langevin chains: the step must be finite and above 0.");
    }

    /// <summary>gamma^2 of each chain, [Width]; to be set by the caller, not negative.</summary>
    public double[] GammaSquared { get; }

    /// <summary>The side channel h, [N, Width]; to be set by the caller.</summary>
    public float[] External { get; }

    /// <summary>The share of proposals that were accepted so far; NaN before the first.</summary>
    public double Acceptance => (double)accepted / tried;

    /// <summary>Draws all chains anew from the prior.</summary>
    public void Draw() => Batch.Normal(random, now.X);

    /// <summary>Puts every chain at the same point [N].</summary>
    /// <exception cref="ArgumentException">Its length is not N, or a coordinate is not finite.</exception>
    public void Set(ReadOnlySpan<float> point)
    {
        bool isFinite = true;
        foreach (float x in point)
        {
            isFinite &= float.IsFinite(x);
        }

        if (point.Length != Model.Size || !isFinite)
        {
            throw new ArgumentException($"langevin chains: a point of {point.Length} coordinates; {Model.Size} are needed, all finite.", nameof(point));
        }

        for (int i = 0; i < now.X.Length; i++)
        {
            now.X[i] = point[i / Width];
        }
    }

    /// <summary>Runs steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Their number is negative.</exception>
    /// <exception cref="InvalidOperationException">A gamma^2 is negative or not finite.</exception>
    public void Run(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (int c = 0; c < Chains; c++)
        {
            if (!(GammaSquared[c] >= 0) || !double.IsFinite(GammaSquared[c]))
            {
                throw new InvalidOperationException($"langevin chains: gamma^2 of chain {c} is {GammaSquared[c]}; it must be finite and not negative.");
            }
        }

        Evaluate(now);
        for (int step = 0; step < steps; step++)
        {
            Propose();
        }
    }

    /// <summary>The chains' points as a tensor [N, chains].</summary>
    public Tensor<float> ToTensor() => Batch.ToTensor(now.X, Model.Size, Width, Chains);

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double step = Step;
        state.Stream("random", random);
        state.Number("step", ref step);
        state.Count("accepted", ref accepted, 0, long.MaxValue);
        state.Count("tried", ref tried, 0, long.MaxValue);
        using Tensor<float> points = Tensor.FromBuffer(now.X, [Model.Size, Width]);
        state.Tensor("points", points);
        Step = step;
    }

    private void Propose()
    {
        Batch.Normal(random, noise);
        Batch.Uniform(random, uniforms);
        float[] x = now.X, next = proposed.X;
        float drift = (float)(0.5 * Step * Step), size = (float)Step;
        for (int i = 0; i < x.Length; i++)
        {
            next[i] = x[i] + MathF.FusedMultiplyAdd(drift, now.Gradient[i], size * noise[i]);
        }

        Evaluate(proposed);

        // ln of P(x') q(x | x') / (P(x) q(x' | x)): the noises that lead there and back.
        for (int c = 0; c < Width; c++)
        {
            ratios[c] = proposed.LogDensity[c] - now.LogDensity[c];
        }

        for (int i = 0, c = 0; i < x.Length; i++, c = c + 1 == Width ? 0 : c + 1)
        {
            double back = (x[i] - next[i] - (drift * proposed.Gradient[i])) / Step;
            ratios[c] += 0.5 * (((double)noise[i] * noise[i]) - (back * back));
        }

        for (int c = 0; c < Width; c++)
        {
            // False for NaN: a proposal beyond all numbers is refused.
            bool accepts = Map.Unary<Log>(Math.Max(uniforms[c], float.Epsilon)) < ratios[c];
            (tried, accepted) = c < Chains ? (tried + 1, accepted + (accepts ? 1 : 0)) : (tried, accepted);
            if (!accepts)
            {
                proposed.TakeColumn(c, now);
            }
        }

        (now, proposed) = (proposed, now);
    }

    /// <summary>ln P and its gradient at a point's x.</summary>
    private void Evaluate(Point at)
    {
        int n = Model.Size, p = Model.Order;
        ReadOnlySpan<float> spike = Model.Spike;
        float[] x = at.X;
        Model.Contract(x, Width, at.Gradient);
        double c = p == 2 ? Math.Sqrt(1.0 / n) : Math.Sqrt(2.0) / n;
        for (int column = 0; column < Width; column++)
        {
            // Power sums of x^2 and of u = spike x, of which elementary symmetric polynomials are made.
            PowerSums squares = default, along = default;
            double linear = 0, coupled = 0;
            for (int i = column; i < x.Length; i += Width)
            {
                squares.Add((double)x[i] * x[i]);
                along.Add(spike.IsEmpty ? 0 : (double)spike[i / Width] * x[i]);
                linear += (double)External[i] * x[i];
                coupled += (double)x[i] * at.Gradient[i];
            }

            double variance = delta[column], inverse = 1 / variance, unit = c / Math.Sqrt(variance), precision = 1 + GammaSquared[column];
            at.LogDensity[column] = (unit * coupled / p) + (c * c * inverse * (along.Elementary(p) - (0.5 * squares.Elementary(p)))) + linear - (0.5 * precision * squares.First);
            for (int i = column; i < x.Length; i += Width)
            {
                double s = spike.IsEmpty ? 0 : spike[i / Width], own = x[i];
                double planted = (s * along.Without(s * own, p - 1)) - (own * squares.Without(own * own, p - 1));
                at.Gradient[i] = (float)((unit * at.Gradient[i]) + (c * c * inverse * planted) + External[i] - (precision * own));
            }
        }
    }

    /// <summary>Sums of powers of numbers.</summary>
    private struct PowerSums
    {
        private double second;
        private double third;

        public double First { get; private set; }

        public void Add(double v) => (First, second, third) = (First + v, second + (v * v), third + (v * v * v));

        /// <summary>The sum over all products of so many different numbers, by Newton's identities.</summary>
        public readonly double Elementary(int order) => order == 2
            ? ((First * First) - second) / 2
            : ((First * First * First) - (3 * First * second) + (2 * third)) / 6;

        /// <summary>The same over all numbers but v, of order 1 or 2.</summary>
        public readonly double Without(double v, int order) => order == 1 ? First - v : (((First - v) * (First - v)) - (second - (v * v))) / 2;
    }

    /// <summary>Points of all chains, ln P and its gradient there.</summary>
    private sealed class Point(int elements, int width)
    {
        public float[] X { get; } = new float[elements];

        public float[] Gradient { get; } = new float[elements];

        public double[] LogDensity { get; } = new double[width];

        public void TakeColumn(int column, Point from)
        {
            for (int i = column; i < X.Length; i += LogDensity.Length)
            {
                (X[i], Gradient[i]) = (from.X[i], from.Gradient[i]);
            }

            LogDensity[column] = from.LogDensity[column];
        }
    }
}
