using Onsager.Simd;
using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Random numbers into existing memory, one line for each distribution.</summary>
internal sealed class RandomGroup : IGroup
{
    private static readonly int[] Sizes = [10_000, 1_000_000];

    public string Name => "random";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) =>
        Cases<float>("f32", threads, wanted).Concat(Cases<double>("f64", threads, wanted)).Concat(threads == 1 ? Integers(wanted) : []);

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
            Of<RademacherDistribution>("rademacher", default, () => tx.bernoulli_(0.5).mul_(2).sub_(1)),
            new("sphere d=3", () => RandomFill.Sphere(1, 0, 0, 3, x.Span[..(x.Count / 3 * 3)]), null, () => Sphere(tx)),
        ];

        static void Sphere(TorchTensor tx)
        {
            using TorchTensor points = tx.narrow(0, 0, tx.NumberOfElements / 3 * 3).view(-1, 3);
            points.normal_(0, 1);
            using TorchTensor norms = points.norm(1, true, 2);
            points.div_(norms);
        }

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

    /// <summary>Draws of integers. libtorch's are 64 bits wide, and those of Poisson's distribution floating-point numbers.</summary>
    private static IEnumerable<Case> Integers(Wanted wanted)
    {
        const int categories = 1000;
        foreach (int size in Sizes)
        {
            int[] y = new int[size];
            double[] weights = new double[categories];
            RandomFill.Uniform<double>(1, 5, 0, weights);
            AliasTable poisson = AliasTable.Poisson(7), categorical = AliasTable.FromWeights(weights);
            using TorchTensor integers = TorchSharp.torch.zeros(size, TorchSharp.torch.int64), rates = TorchSharp.torch.full(size, 7.0f);
            using TorchTensor probabilities = Libtorch.Of<double>(weights, categories);
            (string Name, Action Ours, Action Torch)[] lines =
            [
                ("integers", () => RandomFill.Integers(1, 0, 0, 1000, y), () => integers.random_(0, 1000)),
                ("poisson", () => poisson.Fill(1, 0, 0, y), Libtorch.Discard(() => TorchSharp.torch.poisson(rates))),
                ("categorical", () => categorical.Fill(1, 0, 0, y), Libtorch.Discard(() => TorchSharp.torch.multinomial(probabilities, size, true))),
                ("permutation", () => Permute(y), Libtorch.Discard(() => TorchSharp.torch.randperm(size))),
            ];
            foreach ((string name, Action ours, Action torch) in lines.Where(line => wanted(line.Name, size, "i32")))
            {
                yield return new Case("random", name, size, "i32", Quantity.Elements(size), ours, [new(Libtorch.Name, torch)]);
            }
        }
    }

    private static void Permute(int[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = i;
        }

        RandomFill.Shuffle<int>(1, 0, 0, y);
    }
}
