using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>Sizes of fully connected nets, by default those of points in the plane.</summary>
public sealed record DenseNetOptions
{
    /// <summary>Numbers of an image.</summary>
    public int Pixels { get; init; } = 2;

    /// <summary>Numbers of a code.</summary>
    public int Latent { get; init; } = 2;

    /// <summary>Widths of the hidden layers of encoder and discriminator; the generator has them in reverse order.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128, 128];

    /// <summary>The slope of the leaky ReLU.</summary>
    public double Slope { get; init; } = 0.2;

    /// <summary>Whether encoder and generator have batch normalisation.</summary>
    public bool HasBatchNorm { get; init; }

    /// <summary>Whether the discriminator's weights are divided by their largest singular values.</summary>
    public bool HasSpectralNorm { get; init; }

    /// <summary>Whether the generator ends in a bias for each pixel and tanh, for images in [-1, 1].</summary>
    public bool HasTanh { get; init; }

    /// <summary>The mean image, where that bias starts; none for zeros.</summary>
    public IReadOnlyList<float>? MeanImage { get; init; }

    /// <summary>M, from images [batch, pixels] to features, for games that have them.</summary>
    public Func<Tensor<float>, Tensor<float>>? Features { get; init; }

    /// <summary>Numbers that M gives.</summary>
    public int FeatureCount { get; init; }
}

/// <summary>Fully connected encoder, generator and joint discriminator.</summary>
public static class DenseNets
{
    /// <summary>Nets for a game with random weights by He's rule.</summary>
    /// <exception cref="ArgumentException">The mean image has another number of pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static AdversarialNets Create(TupleGame game, DenseNetOptions options, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        using NetBuilder builder = new(random, options.Slope, device);
        int[] hidden = [.. options.Hidden];
        int seen = game.Domains.Sum(domain => domain switch
        {
            TupleDomain.Image => options.Pixels,
            TupleDomain.Latent => options.Latent,
            _ => options.FeatureCount,
        });
        List<ILayer<float>> encoder = builder.Dense(builder.Players, "encoder", [options.Pixels, .. hidden, 2 * options.Latent], options.HasBatchNorm, false);
        List<ILayer<float>> generator = builder.Dense(builder.Players, "generator", [options.Latent, .. hidden.Reverse(), options.Pixels], options.HasBatchNorm, false);
        OutputBias<float>? output = options.HasTanh ? new(builder.Players, "generator.output", [options.Pixels]) : null;
        if (output is not null)
        {
            generator.AddRange([output, new Activation<Tanh, float>()]);
        }

        List<ILayer<float>> discriminator = builder.Dense(builder.Critics, "discriminator", [seen, .. hidden, game.Classes.Count], false, options.HasSpectralNorm);
        builder.Allocate();
        Sequential<float> encoding = new([.. encoder]), generating = new([.. generator]), judging = new([.. discriminator]);
        encoding.Initialize(builder.Players, random.Fork("encoder"));
        generating.Initialize(builder.Players, random.Fork("generator"));
        judging.Initialize(builder.Critics, random.Fork("discriminator"));
        if (output is not null && options.MeanImage is not null)
        {
            NetBuilder.SetOutput(builder.Players, output, [.. options.MeanImage]);
        }

        builder.IsDone = true;
        return new AdversarialNets(builder.Players, encoding, generating, builder.Critics, new(judging), options.Latent, options.Features);
    }
}
