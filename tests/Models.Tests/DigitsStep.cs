using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>A network of the digits' shape, 784 inputs and 10 classes, with Adam on a fixed random batch of 64.</summary>
internal sealed class DigitsStep : IDisposable
{
    private readonly TwoLayerNet<Relu, float> net;
    private readonly Adam<float> adam;
    private readonly Tensor<float> images;
    private readonly Tensor<int> labels;

    public DigitsStep(int hidden)
    {
        RandomStream random = new(12_345);
        net = new TwoLayerNet<Relu, float>(784, hidden, 10, random);
        adam = new Adam<float>(net.Parameters, 1e-3);
        images = random.Uniform<float>([64, 784]);
        labels = Tensor.From<int>([.. Enumerable.Range(0, 64).Select(i => i * 7 % 10)], [64]);
    }

    public float Run()
    {
        float loss = net.CrossEntropyGradient(images, labels);
        adam.Step();
        return loss;
    }

    /// <summary>The SHA-256 of all parameters after so many steps, little-endian.</summary>
    public string Hash(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            Run();
        }

        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(net.Parameters.Values.AsSpan())));
    }

    public void Dispose()
    {
        net.Dispose();
        adam.Dispose();
        images.Dispose();
        labels.Dispose();
    }
}
