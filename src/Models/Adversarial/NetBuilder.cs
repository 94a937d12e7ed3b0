using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>Both buffers and the layers so far, all of which go if a net cannot be made.</summary>
internal sealed class NetBuilder(RandomStream random, double slope, Device? device) : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private int made;

    public ParameterBuffer<float> Players { get; } = new();

    public ParameterBuffer<float> Critics { get; } = new();

    public bool IsDone { get; set; }

    public ILayer<float> Leak { get; } = new LeakyActivation<float>(slope);

    public ILayer<float> Norm(string name, int channels) => Own(new BatchNorm<float>(Players, name, channels, device: device));

    public ILayer<float> Spectral(IWeighted<float> layer, bool isSpectral) => isSpectral ? Own(new SpectralLayer<float>(layer, random.Fork($"spectral {made++}"), device)) : layer;

    public void Allocate()
    {
        Players.Allocate(device);
        Critics.Allocate(device);
    }

    /// <summary>Linear layers of these widths, with what stands after each but the last.</summary>
    public List<ILayer<float>> Dense(ParameterBuffer<float> buffer, string name, ReadOnlySpan<int> widths, bool hasNorm, bool isSpectral)
    {
        List<ILayer<float>> layers = [];
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            layers.Add(Spectral(Linear.Declare(buffer, $"{name}.{i}", widths[i], widths[i + 1]), isSpectral));
            if (i + 2 < widths.Length)
            {
                if (hasNorm)
                {
                    layers.Add(Norm($"{name}.{i}.norm", widths[i + 1]));
                }

                layers.Add(Leak);
            }
        }

        return layers;
    }

    /// <summary>The inverse of tanh, so that a generator without other output starts at the mean image.</summary>
    public static void SetOutput(ParameterBuffer<float> buffer, OutputBias<float> bias, ReadOnlySpan<float> meanImage)
    {
        if (meanImage.IsEmpty)
        {
            return;
        }

        if (meanImage.Length != bias.Bias.Shape.Size)
        {
            throw new ArgumentException($"adversarial nets: a mean image of {bias.Bias.Shape.Size} pixels is needed; got {meanImage.Length}.", nameof(meanImage));
        }

        using Scope scope = Scope.Begin();
        Tensor<float> mean = Tensor.From(meanImage, bias.Bias.Shape).Clamp(Tensor.Scalar(-0.99f), Tensor.Scalar(0.99f));
        Tensor<float> inverse = ((mean + 1f).Log() - (-mean + 1f).Log()) * 0.5f;
        inverse.To(buffer.Values.Device).CopyInto(bias.Bias.In(buffer.Values));
    }

    /// <summary>What was made goes, if nobody has it.</summary>
    public void Dispose()
    {
        if (!IsDone)
        {
            owned.ForEach(static layer => layer.Dispose());
            Players.Dispose();
            Critics.Dispose();
        }
    }

    private TLayer Own<TLayer>(TLayer layer)
        where TLayer : IDisposable
    {
        owned.Add(layer);
        return layer;
    }
}
