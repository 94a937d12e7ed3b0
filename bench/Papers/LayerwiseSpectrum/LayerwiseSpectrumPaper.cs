using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims: each repetition of each has its own.</summary>
internal enum SpectralCheck
{
    Kernels = 4,
    Training,
    Noise,
    Large,
}

/// <summary>
/// Claims S1 to S6 of the card layerwise-spectrum: what each layer of a network contributes to its tangent kernel, degree by degree on the sphere. In double precision;
/// networks run where --device says.
/// </summary>
internal sealed class LayerwiseSpectrumPaper : IPaper
{
    public string Name => "layerwise-spectrum";

    public string Title => "Understanding Layer-wise Contributions in Deep Neural Networks through Spectral Analysis";

    public string Citation => "Dandi and Jacot, arXiv:2111.03972, 2021";

    public string Abstract =>
        "Of a network's tangent kernel, the first layers' parts weigh high frequencies most and the last layer's low ones: their shares of each eigenvalue on the sphere, for "
        + "infinitely wide layers, for networks of finite width, and in training, where white noise is shared equally.";

    public void Run(RunContext context)
    {
        Spectra.TwoLayers(context);
        Spectra.Bias(context);
        Spectra.Asymptotics(context);
        WideNetworks.Eigenvalues(context);
        TrainingShares.Run(context);
        WideNetworks.Noise(context);
        if (context.Size == RunSize.Full)
        {
            LargeSpectra.Run(context);
        }
    }

    public static RandomStream Stream(RunContext context, SpectralCheck check, int repetition = 0) => new(context.Seed, ((ulong)check << 32) + (ulong)repetition);

    /// <summary>W_1 [width, d], hidden layers [width, width], W_L [1, width], all normal.</summary>
    public static Tensor<double>[] Weights(RandomStream random, int layers, int dimension, int width, Device device)
    {
        Tensor<double>[] weights = new Tensor<double>[layers];
        for (int l = 0; l < layers; l++)
        {
            weights[l] = random.Normal<double>([l == layers - 1 ? 1 : width, l == 0 ? dimension : width], device);
        }

        return weights;
    }
}
