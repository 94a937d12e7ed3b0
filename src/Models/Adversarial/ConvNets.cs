using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>Sizes of convolutional nets for images 32 x 32, by default those of the authors' code for SVHN.</summary>
public sealed record ConvNetOptions
{
    /// <summary>Pixels on a side.</summary>
    public const int Side = 32;

    /// <summary>Channels of an image.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Numbers of a code.</summary>
    public int Latent { get; init; } = 256;

    /// <summary>Channels of the layer next to the image; the others have 2, 4, 8 and 16 times as many.</summary>
    public int Width { get; init; } = 32;

    /// <summary>The slope of the leaky ReLU.</summary>
    public double Slope { get; init; } = 0.01;

    /// <summary>The standard deviation of the weights.</summary>
    public double Deviation { get; init; } = 0.01;

    /// <summary>The mean image [channels, 32, 32], where the generator's last bias starts; none for zeros.</summary>
    public IReadOnlyList<float>? MeanImage { get; init; }

    /// <summary>M, from images to features [batch, ...], for games that have them.</summary>
    public Func<Tensor<float>, Tensor<float>>? Features { get; init; }

    /// <summary>Numbers that M gives.</summary>
    public int FeatureCount { get; init; }
}

/// <summary>
/// Convolutional encoder, generator and joint discriminator for images [batch, channels, 32, 32] in [-1, 1]: batch normalisation in the first two, spectral
/// normalisation in the third, whose towers of images and codes all places of a tuple share.
/// </summary>
/// <remarks>Kernels and strides of the code of Dandi and others (2021) for SVHN.</remarks>
public static class ConvNets
{
    private const int Side = ConvNetOptions.Side;

    private static readonly (int Kernel, int Stride)[] Shrinking = [(5, 1), (4, 2), (4, 1), (4, 2), (4, 1)];

    /// <summary>Nets for a game with normal random weights.</summary>
    /// <exception cref="ArgumentException">The mean image has another number of pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static AdversarialNets Create(TupleGame game, ConvNetOptions options, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        using NetBuilder builder = new(random, options.Slope, device);
        int top = 16 * options.Width;
        Sequential<float> encoder = new(
            [.. Tower(builder, builder.Players, "encoder", options, false), new Flatten<float>(), .. builder.Dense(builder.Players, "encoder.codes", [top, top, 2 * options.Latent], true, false)]);
        OutputBias<float> output = new(builder.Players, "generator.output", [options.Channels, Side, Side]);
        Sequential<float> generator = new([.. Growing(builder, options), output, new Activation<Tanh, float>()]);
        int images = game.Domains.Count(static domain => domain == TupleDomain.Image), codes = game.Domains.Count(static domain => domain == TupleDomain.Latent);
        int seen = ((images + codes) * top) + ((game.Domains.Count - images - codes) * options.FeatureCount);
        Sequential<float> image = new([.. Tower(builder, builder.Critics, "discriminator.image", options, true), new Flatten<float>()]);
        Sequential<float> latent = new([.. builder.Dense(builder.Critics, "discriminator.latent", [options.Latent, top, top], false, true), builder.Leak]);
        Sequential<float> joint = new([.. builder.Dense(builder.Critics, "discriminator.joint", [seen, 2 * top, 2 * top, game.Classes.Count], false, true)]);
        builder.Allocate();
        Initialize(builder.Players, options.Deviation, random.Fork("players"), encoder, generator);
        Initialize(builder.Critics, options.Deviation, random.Fork("critics"), image, latent, joint);
        if (options.MeanImage is not null)
        {
            NetBuilder.SetOutput(builder.Players, output, [.. options.MeanImage]);
        }

        builder.IsDone = true;
        return new AdversarialNets(builder.Players, encoder, generator, builder.Critics, new(joint, image, latent), options.Latent, options.Features);
    }

    /// <summary>From an image to [batch, 16 width, 1, 1].</summary>
    private static List<ILayer<float>> Tower(NetBuilder builder, ParameterBuffer<float> buffer, string name, ConvNetOptions options, bool isSpectral)
    {
        List<ILayer<float>> layers = [];
        int channels = options.Channels;
        for (int i = 0; i < Shrinking.Length; i++)
        {
            int wider = options.Width << i;
            layers.Add(builder.Spectral(new Conv2d<float>(buffer, $"{name}.{i}", channels, wider, Shrinking[i].Kernel, Shrinking[i].Stride), isSpectral));
            if (!isSpectral)
            {
                layers.Add(builder.Norm($"{name}.{i}.norm", wider));
            }

            layers.Add(builder.Leak);
            channels = wider;
        }

        return layers;
    }

    /// <summary>From codes to [batch, channels, 32, 32], before the last bias and tanh.</summary>
    private static List<ILayer<float>> Growing(NetBuilder builder, ConvNetOptions options)
    {
        int w = options.Width, channels = options.Latent;
        List<ILayer<float>> layers = [new Unfold()];
        (int Kernel, int Stride, int Channels)[] steps = [(4, 1, 8 * w), (4, 2, 4 * w), (4, 1, 2 * w), (4, 2, w), (5, 1, w)];
        for (int i = 0; i < steps.Length; i++)
        {
            layers.AddRange(
                [new ConvTranspose2d<float>(builder.Players, $"generator.{i}", channels, steps[i].Channels, steps[i].Kernel, steps[i].Stride), builder.Norm($"generator.{i}.norm", steps[i].Channels), builder.Leak]);
            channels = steps[i].Channels;
        }

        layers.AddRange([new Conv2d<float>(builder.Players, "generator.5", w, w, 1), builder.Norm("generator.5.norm", w), builder.Leak]);
        layers.Add(new Conv2d<float>(builder.Players, "generator.6", w, options.Channels, 1, hasBias: false));
        return layers;
    }

    private static void Initialize(ParameterBuffer<float> buffer, double deviation, RandomStream random, params ReadOnlySpan<Sequential<float>> nets)
    {
        foreach (Sequential<float> net in nets)
        {
            net.Initialize(buffer, random);
        }

        // He's rule is for nets without normalisation.
        for (int i = 0; i < buffer.Parts.Count; i++)
        {
            if (buffer.Parts[i].Shape.Rank > 1 && buffer.Parts[i].Name.EndsWith(".weight", StringComparison.Ordinal))
            {
                using Tensor<float> weight = buffer.Parts[i].In(buffer.Values);
                Initializers.Normal(weight, random.Fork((ulong)i), 0, deviation);
            }
        }
    }

    /// <summary>Codes [batch, latent] as images [batch, latent, 1, 1].</summary>
    private sealed class Unfold : ILayer<float>
    {
        public Tensor<float> Apply(Tensor<float> flat, Tensor<float> x) => x.Reshape(x.Shape[0], x.Shape[1], 1, 1);

        public void Initialize(ParameterBuffer<float> parameters, RandomStream random)
        {
        }
    }
}
