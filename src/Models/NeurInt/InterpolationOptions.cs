namespace Onsager.Models.NeurInt;

/// <summary>How a latent path goes from a source to a target.</summary>
public enum LatentPath
{
    /// <summary>z'' = f(z, z') from the source's place with a random velocity towards the target.</summary>
    SecondOrder,

    /// <summary>
    /// The same with a spring to the straight line, whose half period is the path's duration: z'' = f(z, z') + pi^2 (line(t) - z). A random first velocity bends the
    /// path and is gone at the target, so that ends can be hit by paths that differ between.
    /// </summary>
    Spring,

    /// <summary>The straight line between both: the ablation.</summary>
    Linear,
}

/// <summary>An interpolation model's sizes and weights; by default those of images of 16 x 16 with one object.</summary>
public sealed record InterpolationOptions
{
    /// <summary>Pixels of an image.</summary>
    public int Pixels { get; init; } = 256;

    /// <summary>d, the numbers that stand for an image.</summary>
    public int Latent { get; init; } = 8;

    /// <summary>Width of the hidden layers of encoder, generator, discriminator and velocity.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Width of the acceleration's hidden layer.</summary>
    public int FieldHidden { get; init; } = 64;

    /// <summary>Steps of RK4 in training.</summary>
    public int Steps { get; init; } = 8;

    /// <summary>How paths go.</summary>
    public LatentPath Path { get; init; } = LatentPath.SecondOrder;

    /// <summary>The weight of the squared error of both ends.</summary>
    public double Reconstruction { get; init; } = 200;

    /// <summary>The weight of the adversary's verdict on a frame between; 0 for none, which is an autoencoder with paths.</summary>
    public double Adversary { get; init; } = 0.3;

    /// <summary>
    /// The weight of the squared error with which the noise of the first velocity is read off a frame between and both ends, as InfoGAN reads its code (Chen et al.,
    /// 2016); 0 for none. Without it nothing asks for different paths between the same two images, and sigma shrinks to nothing.
    /// </summary>
    public double Recall { get; init; }

    /// <summary>How many of the noise's numbers are read off.</summary>
    public int Recalled { get; init; } = 2;

    /// <summary>The standard deviation of the noise on the frame that they are read off: what it hides is no difference, so that no code is hidden in faint pixels.</summary>
    public double RecallNoise { get; init; } = 0.3;

    /// <summary>The standard deviation of the noise on what the discriminator sees, at the start; it falls to zero in proportion to what is left.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Adam's rate for encoder, velocity, acceleration and generator.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Adam's rate for the discriminator.</summary>
    public double DiscriminatorRate { get; init; } = 4e-4;

    /// <summary>Training iterations, over which the noise falls.</summary>
    public int Iterations { get; init; } = 1200;

    internal void Check()
    {
        string? wrong = Pixels < 1 || Latent < 1 || Hidden < 1 || FieldHidden < 1 ? $"sizes {Pixels}, {Latent}, {Hidden} and {FieldHidden}"
            : Steps < 2 ? $"{Steps} steps; frames between both ends are needed"
            : Iterations < 1 ? $"{Iterations} iterations"
            : !(Reconstruction > 0 && Adversary >= 0 && Noise >= 0 && Recall >= 0 && RecallNoise >= 0) ? $"weights {Reconstruction}, {Adversary}, {Recall} and noises {Noise}, {RecallNoise}"
            : Recall > 0 && (Recalled < 1 || Recalled > Latent || Adversary == 0 || Path == LatentPath.Linear) ? $"{Recalled} recalled numbers of {Latent}; between 1 and all, an adversary and paths of second order are needed"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"interpolation: the options have {wrong}.", "options");
        }
    }
}
