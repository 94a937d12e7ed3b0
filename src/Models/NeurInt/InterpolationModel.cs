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
    private readonly Sequential<float>? recall;
    private readonly Sequential<float> acceleration;
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
        acceleration = new(
            Linear.Declare(parameters, "acceleration.0", 2 * d, options.FieldHidden), new Activation<Tanh, float>(), Linear.Declare(parameters, "acceleration.1", options.FieldHidden, d));
        recall = options.Recall > 0 ? Net(parameters, "recall", 3 * d, h, options.Recalled) : null;
        discriminator = Net(critics, "discriminator", options.Pixels, h, h, 1);
        parameters.Allocate();
        try
        {
            critics.Allocate();
            Initialize(parameters, random.Fork("weights"), encoder, generator, velocity, acceleration);
            if (recall is not null)
            {
                Initialize(parameters, random.Fork("recall"), recall);
            }

            Initialize(critics, random.Fork("critic"), discriminator);
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
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite; parameters are those before.</exception>
    public InterpolationLosses Train(Tensor<float> source, Tensor<float> target)
    {
        Check(source, target);
        using Scope scope = Scope.Begin();
        Batch batch = new(
            this, source, target, random.Normal<float>([source.Shape[0], Options.Latent]), Choose(source.Shape[0]), Sharpness(source.Shape),
            recall is null ? Tensor.Zeros<float>([0]) : random.Normal<float>(source.Shape, 0, Options.RecallNoise), new double[4]);
        _ = Finite("loss", Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, batch, static (flat, batch) => batch.Model.Loss(flat, batch)));
        adam.Step();
        iteration++;
        return new(batch.Losses[0], batch.Losses[2], batch.Losses[1], batch.Losses[3]);
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
                layers.Add(new LeakyActivation<float>(0.2));
            }

            layers.Add(Linear.Declare(parameters, $"{name}.{i}", widths[i], widths[i + 1]));
        }

        return new Sequential<float>([.. layers]);
    }

    /// <summary>
    /// Weights and biases uniform in +-1 / sqrt(in): smaller than by He's rule, which makes networks so steep that straight latent paths leave the images much
    /// farther (0.08 of an image's squared norm for the autoencoder, against 0.05).
    /// </summary>
    private static void Initialize(ParameterBuffer<float> buffer, RandomStream random, params ReadOnlySpan<Sequential<float>> nets)
    {
        foreach (Sequential<float> net in nets)
        {
            foreach (ILayer<float> layer in net.Layers)
            {
                if (layer is Linear linear)
                {
                    linear.InitializeSmall(buffer, random);
                }
            }
        }
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
        batch.Losses[0] = Finite("loss", reconstruction.Item());
        if (isJudged)
        {
            Tensor<float> frame = images.Slice(0, 2 * pairs, 3 * pairs), shown = frame + batch.Sharpness;
            batch.Losses[2] = TrainCritic(batch.Source, Autodiff.StopGradient(shown));
            Tensor<float> judged = (-discriminator.Apply(critics.Values, shown)).Softplus().Mean();
            batch.Losses[1] = judged.Item();
            loss += judged * (float)Options.Adversary;
            if (recall is not null)
            {
                // From the picture, not from the place: what only the place shows is no difference between frames.
                Tensor<float> seen = Tensor.Concatenate(1, places[0], places[last], encoder.Apply(flat, frame + batch.Blur));
                Tensor<float> error = Losses.MeanSquaredError(recall.Apply(flat, seen), batch.Noise.Slice(1, 0, Options.Recalled));
                batch.Losses[3] = error.Item();
                loss += error * (float)Options.Recall;
            }
        }

        return scope.Keep(loss);
    }

    /// <summary>A step of the discriminator before the frames are judged by it.</summary>
    private double TrainCritic(Tensor<float> images, Tensor<float> fake)
    {
        Tensor<float> real = images + Sharpness(images.Shape);
        double loss = Autodiff.ValueAndGradInto(critics.Values, critics.Gradients, (Model: this, Real: real, Fake: fake), static (flat, pair) =>
        {
            Tensor<float> onReal = pair.Model.discriminator.Apply(flat, pair.Real), onFake = pair.Model.discriminator.Apply(flat, pair.Fake);
            return ((-onReal).Softplus() + onFake.Softplus()).Mean();
        });
        _ = Finite("discriminator's loss", loss);
        critic.Step();
        return loss;
    }

    private double Finite(string what, double value) =>
        double.IsFinite(value) ? value : throw new ArithmeticException($"interpolation: the {what} is {value} at iteration {iteration}.");

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
        Tensor<float> start = Tensor.Concatenate(1, from, first);
        LayerField<float> field = new(acceleration);
        if (Options.Path == LatentPath.Spring)
        {
            TensorOde.Integrate(new SecondOrderField<SpringField, float>(new(field, from, straight)), tableau, start, flat, times, 1, states);
        }
        else
        {
            TensorOde.Integrate(new SecondOrderField<LayerField<float>, float>(field), tableau, start, flat, times, 1, states);
        }

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
        InterpolationModel Model, Tensor<float> Source, Tensor<float> Target, Tensor<float> Noise, Tensor<float> Chosen, Tensor<float> Sharpness, Tensor<float> Blur, double[] Losses);
}
