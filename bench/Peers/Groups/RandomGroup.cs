using Onsager.Simd;
using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Random numbers into existing memory, one line for each distribution.</summary>
internal sealed class RandomGroup : IGroup
{
    private static readonly int[] Sizes = [10_000, 1_000_000];

    public string Name => "random";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) => Cases<float>("f32", threads, wanted).Concat(Cases<double>("f64", threads, wanted));

    /// <param name="Name">The row's.</param>
    /// <param name="Bare">Ours over a span.</param>
    /// <param name="OnTensors">Ours over a tensor, for more than one thread; null where there is no such form.</param>
    /// <param name="Torch">libtorch's, in place.</param>
    private sealed record Line(string Name, Action Bare, Action? OnTensors, Action Torch);

    private static IEnumerable<Line> Lines<T>(Memory<T> x, TorchTensor tx, Tensor<T> ours, RandomStream stream)
        where T : unmanaged
    {
        return
        [
            new("uniform", () => RandomFill.Uniform(1, 0, 0, x.Span), () => stream.UniformInto(ours), () => tx.uniform_(0, 1)),
            new("normal", () => RandomFill.Normal(1, 0, 0, x.Span), () => stream.NormalInto(ours), () => tx.normal_(0, 1)),
            Of<ExponentialDistribution>("exponential", DistributionParameters.Exponential<T>(1), () => tx.exponential_(1)),
            Of<BernoulliDistribution>("bernoulli", DistributionParameters.Bernoulli<T>(0.3), () => tx.bernoulli_(0.3)),
        ];

        Line Of<TDistribution>(string name, (T A, T B, T C) parameters, Action torch)
            where TDistribution : struct, IDistribution =>
            new(name, () => RandomFill.Run<TDistribution, T>(parameters, 1, 0, 0, x.Span), null, torch);
    }

    private static IEnumerable<Case> Cases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged
    {
        foreach (int size in Sizes)
        {
            using Memory<T> x = new(size);
            using TorchTensor tx = Libtorch.Of(x, size);
            using Tensor<T> ours = Tensor.Empty<T>([size]);
            foreach (Line line in Lines(x, tx, ours, new RandomStream(1)).Where(line => wanted(line.Name, size, type)))
            {
                if ((threads == 1 ? line.Bare : line.OnTensors) is Action work)
                {
                    yield return new Case("random", line.Name, size, type, Quantity.Elements(size), work, [new(Libtorch.Name, line.Torch)]);
                }
            }
        }
    }
}
