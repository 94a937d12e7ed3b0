using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.NeurInt;

/// <summary>
/// Paths between two images through a latent ordinary differential equation of second order (Bose, Das, Dandi and Rai, "NeurInt: Learning to interpolate through
/// neural ODEs", 2021). Source and target are encoded to z_s and z_t; the path starts at z_s with velocity (z_t - z_s) + mu + sigma e for a standard
/// normal e, (mu, log sigma) a function of both, and follows z'' = f(z, z'); each place on it is decoded to a frame. Only places are decoded,
/// not velocities.
/// </summary>
/// <remarks>
/// Encoder, generator and discriminator are networks of two hidden layers (leaky ReLU 0.2), velocity and acceleration of one (tanh in the latter). Training makes
/// the squared error of both ends small, and frames between them such that a discriminator takes them for images (non-saturating). With f = 0 and
/// mu = 0 a path is the straight line, near which training starts.
/// </remarks>
public sealed class InterpolationModel : ICheckpointed, IDisposable
{
    private const float Offset = -2;

    private readonly ParameterBuffer<float> parameters = new();
    private readonly ParameterBuffer<float> critics = new();
    private readonly Sequential<float> encoder;
    private readonly Sequential<float> generator;
    private readonly Sequential<float> discriminator;
    private readonly Sequential<float> velocity;
    private readonly SecondOrderField<LayerField<float>, float> field;
    private readonly Adam<float> adam;
    private readonly Adam<float> critic;
    private readonly RandomStream random;
    private long iteration;

    /// <summary>A model with random weights of a stream, which training also draws from.</summary>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public InterpolationModel(InterpolationOptions options, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        (Options, this.random) = (options, random);
        (int d, int h) = (options.Latent, options.Hidden);
        encoder = Net(parameters, "encoder", options.Pixels, h, h, d);
        generator = Net(parameters, "generator", d, h, h, options.Pixels);
        velocity = Net(parameters, "velocity", 2 * d, h, 2 * d);
        Linear first = Linear.Declare(parameters, "acceleration.0", 2 * d, options.FieldHidden), last = Linear.Declare(parameters, "acceleration.1", options.FieldHidden, d);
        field = new(new(new Sequential<float>(first, new Activation<Tanh, float>(), last)));
        discriminator = Net(critics, "discriminator", options.Pixels, h, h, 1);
        parameters.Allocate();
        try
        {
            critics.Allocate();
            encoder.Initialize(parameters, random.Fork("encoder"));
            generator.Initialize(parameters, random.Fork("generator"));
            discriminator.Initialize(critics, random.Fork("discriminator"));
            velocity.Initialize(parameters, random.Fork("velocity"));
            ((Linear)velocity.Layers[^1]).Initialize(parameters, random.Fork("velocity end"), 0.1);
            first.Initialize(parameters, random.Fork("acceleration"), 1);
            last.Initialize(parameters, random.Fork("acceleration end"), 0.1);
            adam = new(parameters, options.Rate, 0.5);
            critic = new(critics, options.DiscriminatorRate, 0.5);
        }
        catch
        {
            adam?.Dispose();
            critics.Dispose();
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Sizes and weights.</summary>
    public InterpolationOptions Options { get; }

    /// <summary>Parameters of encoder, generator, velocity and acceleration.</summary>
    public ParameterBuffer<float> Parameters => parameters;

    /// <summary>Training iterations so far.</summary>
    public long Iteration => iteration;

    /// <summary>One iteration on pairs of images [batch, pixels], each pixel in [0, 1].</summary>
    /// <returns>The squared error of both ends, and, with an adversary, its loss and the frames' against it; zeros without.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite; parameters are those before.</exception>
    public (double Reconstruction, double Discriminator, double Generator) Train(Tensor<float> source, Tensor<float> target)
    {
        Check(source, target);
        using Scope scope = Scope.Begin();
        Batch batch = new(
            this, source, target, random.Normal<float>([source.Shape[0], Options.Latent]), Choose(source.Shape[0]), Sharpness(source.Shape), Tensor.Empty<float>(source.Shape), new double[2]);
        double loss = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, batch, static (flat, batch) => batch.Model.Loss(flat, batch));
        if (!double.IsFinite(loss))
        {
            throw new ArithmeticException($"interpolation: the loss is {loss} at iteration {iteration}.");
        }

        double verdict = 0;
        if (Options.Adversary > 0)
        {
            Tensor<float> real = source + Sharpness(source.Shape);
            verdict = Autodiff.ValueAndGradInto(critics.Values, critics.Gradients, (Model: this, Real: real, Fake: batch.Seen), static (flat, pair) =>
            {
                using Tensor<float> onReal = pair.Model.discriminator.Apply(flat, pair.Real), onFake = pair.Model.discriminator.Apply(flat, pair.Fake);
                using Tensor<float> turned = -onReal, first = turned.Softplus(), second = onFake.Softplus(), sum = first + second;
                return sum.Mean();
            });
            if (!double.IsFinite(verdict))
            {
                throw new ArithmeticException($"interpolation: the discriminator's loss is {verdict} at iteration {iteration}.");
            }

            critic.Step();
        }

        adam.Step();
        iteration++;
        return (batch.Losses[0], verdict, batch.Losses[1]);
    }

    /// <summary>Frames [frames, batch, pixels] at even times from source to target, for given velocities' noise [batch, latent].</summary>
    /// <param name="source">Images [batch, pixels].</param>
    /// <param name="target">As many.</param>
    /// <param name="noise">Standard normal numbers [batch, latent]; zeros give the middle path.</param>
    /// <param name="frames">Frames, both ends among them.</param>
    /// <param name="tableau">The method, with a step from each frame to the next; RK4 by default.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer frames than 2.</exception>
    public Tensor<float> Interpolate(Tensor<float> source, Tensor<float> target, Tensor<float> noise, int frames, Tableau? tableau = null)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> places = Places(source, target, noise, frames, tableau ?? Tableaus.Rk4);
        Tensor<float> flat = places.Reshape(places.Shape[0] * places.Shape[1], Options.Latent);
        return scope.Keep(Decode(parameters.Values, flat).Reshape(frames, source.Shape[0], Options.Pixels));
    }

    /// <summary>The latent places [frames, batch, latent] of the same path.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer frames than 2.</exception>
    public Tensor<float> Places(Tensor<float> source, Tensor<float> target, Tensor<float> noise, int frames, Tableau tableau)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        Check(source, target);
        if (noise.Rank != 2 || noise.Shape[0] != source.Shape[0] || noise.Shape[1] != Options.Latent)
        {
            throw new ArgumentException($"interpolation: noise [{source.Shape[0]}, {Options.Latent}] is needed; got {noise.Shape}.", nameof(noise));
        }

        using Scope scope = Scope.Begin();
        Tensor<float>[] places = new Tensor<float>[frames];
        Path(parameters.Values, source, target, noise, tableau, places);
        return scope.Keep(Tensor.Stack(0, places));
    }

    /// <summary>The mean of sigma over pairs, which shrinks silently where nothing asks for different paths.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public double MeanSigma(Tensor<float> source, Tensor<float> target)
    {
        Check(source, target);
        using Scope scope = Scope.Begin();
        Tensor<float> both = Tensor.Concatenate(1, encoder.Apply(parameters.Values, source), encoder.Apply(parameters.Values, target));
        return Sigma(velocity.Apply(parameters.Values, both)).Mean().Item();
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("parameters", parameters);
        state.Part("critics", critics);
        state.Part("adam", adam);
        state.Part("critic", critic);
        state.Stream("random", random);
        state.Count("iteration", ref iteration, 0, long.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        adam.Dispose();
        critic.Dispose();
        parameters.Dispose();
        critics.Dispose();
    }

    private static Sequential<float> Net(ParameterBuffer<float> parameters, string name, params ReadOnlySpan<int> widths)
    {
        List<ILayer<float>> layers = [];
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            if (i > 0)
            {
                layers.Add(new Leak());
            }

            layers.Add(Linear.Declare(parameters, $"{name}.{i}", widths[i], widths[i + 1]));
        }

        return new Sequential<float>([.. layers]);
    }

    /// <summary>The loss of encoder, velocity, acceleration and generator; the frame that the discriminator is shown goes into the batch.</summary>
    private Tensor<float> Loss(Tensor<float> flat, Batch batch)
    {
        using Scope scope = Scope.Begin();
        int last = Options.Steps;
        bool isJudged = Options.Adversary > 0;
        Tensor<float>[] places = new Tensor<float>[last + 1];
        Path(flat, batch.Source, batch.Target, batch.Noise, Tableaus.Rk4, places);
        nint pairs = batch.Source.Shape[0];

        // One decoding for both ends and the chosen frame of each pair.
        Tensor<float> chosen = places[0];
        if (isJudged)
        {
            chosen = places[1] * batch.Chosen.Select(0, 0);
            for (int k = 2; k < last; k++)
            {
                chosen = places[k].FusedMultiplyAdd(batch.Chosen.Select(0, k - 1), chosen);
            }
        }

        Tensor<float> images = Decode(flat, isJudged ? Tensor.Concatenate(0, places[0], places[last], chosen) : Tensor.Concatenate(0, places[0], places[last]));
        Tensor<float> ends = Tensor.Concatenate(0, batch.Source, batch.Target);

        // The mean over both ends is half the sum of their means.
        Tensor<float> reconstruction = Losses.MeanSquaredError(images.Slice(0, 0, 2 * pairs), ends) * 2f, loss = reconstruction * (float)Options.Reconstruction;
        batch.Losses[0] = reconstruction.Item();
        if (isJudged)
        {
            Tensor<float> shown = images.Slice(0, 2 * pairs, 3 * pairs) + batch.Sharpness;
            Autodiff.StopGradient(shown).CopyInto(batch.Seen);
            Tensor<float> judged = (-discriminator.Apply(critics.Values, shown)).Softplus().Mean();
            batch.Losses[1] = judged.Item();
            loss += judged * (float)Options.Adversary;
        }

        return scope.Keep(loss);
    }

    /// <summary>z at even times.</summary>
    private void Path(Tensor<float> flat, Tensor<float> source, Tensor<float> target, Tensor<float> noise, Tableau tableau, Span<Tensor<float>> places)
    {
        int d = Options.Latent, last = places.Length - 1;
        Tensor<float> both = encoder.Apply(flat, Tensor.Concatenate(0, source, target));
        nint pairs = source.Shape[0];
        Tensor<float> from = both.Slice(0, 0, pairs), to = both.Slice(0, pairs, 2 * pairs), straight = to - from;
        if (Options.Path == LatentPath.Linear)
        {
            for (int k = 0; k <= last; k++)
            {
                places[k] = straight * ((float)k / last) + from;
            }

            return;
        }

        Tensor<float> drawn = velocity.Apply(flat, Tensor.Concatenate(1, from, to));
        Tensor<float> first = Sigma(drawn).FusedMultiplyAdd(noise, straight + drawn.Slice(1, 0, d));
        float[] times = new float[last + 1];
        for (int k = 0; k <= last; k++)
        {
            times[k] = (float)k / last;
        }

        Tensor<float>[] states = new Tensor<float>[last];
        TensorOde.Integrate(field, tableau, Tensor.Concatenate(1, from, first), flat, times, 1, states);
        places[0] = from;
        for (int k = 1; k <= last; k++)
        {
            places[k] = states[k - 1].Slice(1, 0, d);
        }
    }

    private Tensor<float> Sigma(Tensor<float> drawn) =>
        drawn.Slice(1, Options.Latent, 2 * Options.Latent).Clamp(Tensor.Scalar(-5f), Tensor.Scalar(1f)).Exp();

    private Tensor<float> Decode(Tensor<float> flat, Tensor<float> places) => (generator.Apply(flat, places) + Offset).Sigmoid();

    /// <summary>The noise on what the discriminator sees.</summary>
    private Tensor<float> Sharpness(Shape shape)
    {
        double left = Math.Max(0, 1 - ((double)iteration / Options.Iterations));
        return Options.Adversary > 0 ? random.Normal<float>(shape, 0, Options.Noise * left) : Tensor.Zeros<float>([0]);
    }

    /// <summary>A frame between the ends for each pair, as weights [frame, batch, 1], one of which is 1.</summary>
    private Tensor<float> Choose(nint pairs)
    {
        if (Options.Adversary == 0)
        {
            return Tensor.Zeros<float>([0]);
        }

        Tensor<float> chosen = Tensor.Zeros<float>([Options.Steps - 1, pairs, 1]);
        using Tensor<int> frames = random.Integers([pairs], Options.Steps - 1);
        Span<float> weights = chosen.AsSpan();
        ReadOnlySpan<int> which = frames.AsSpan();
        for (int pair = 0; pair < which.Length; pair++)
        {
            weights[(which[pair] * which.Length) + pair] = 1;
        }

        return chosen;
    }

    private void Check(Tensor<float> source, Tensor<float> target)
    {
        if (source.Rank != 2 || source.Shape[0] < 1 || source.Shape[1] != Options.Pixels || target.Shape != source.Shape)
        {
            throw new ArgumentException($"interpolation: pairs of images [batch, {Options.Pixels}] are needed; got {source.Shape} and {target.Shape}.", nameof(source));
        }
    }

    private sealed record Batch(
        InterpolationModel Model, Tensor<float> Source, Tensor<float> Target, Tensor<float> Noise, Tensor<float> Chosen, Tensor<float> Sharpness, Tensor<float> Seen, double[] Losses);

    /// <summary>Leaky ReLU of slope 0.2.</summary>
    private sealed class Leak : ILayer<float>
    {
        public Tensor<float> Apply(Tensor<float> flat, Tensor<float> x) => x.LeakyRelu(0.2f);

        public void Initialize(ParameterBuffer<float> parameters, RandomStream random)
        {
        }
    }
}
