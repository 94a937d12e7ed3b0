using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Orthogonal decompositions in double precision, vectors included.</summary>
internal static class SpectralCases
{
    private static readonly int[] Sizes = [16, 64, 128, 512];

    public static IEnumerable<Case> All(Wanted wanted)
    {
        foreach (int n in Sizes.Where(n => wanted("qr", n, "f64")))
        {
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor x = Libtorch.Of(random, n, n);
            using Tensor<double> a = Tensor.From<double>(random.Span, [n, n]);
            yield return Case("qr", n, () => Qr.Factor(a).Dispose(), () => Discard(TorchSharp.torch.linalg.qr(x)));
        }

        foreach (int n in Sizes.Where(n => wanted("eigh", n, "f64")))
        {
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor b = Libtorch.Of(random, n, n), x = (b + b.t()) / 2;
            using Tensor<double> a = Tensor.From<double>(x.data<double>().ToArray(), [n, n]);
            yield return Case("eigh", n, () => SymmetricEigen.Factor(a).Dispose(), () => Discard(TorchSharp.torch.linalg.eigh(x)));
        }

        foreach (int n in Sizes.Where(n => wanted("svd", n, "f64")))
        {
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor x = Libtorch.Of(random, n, n);
            using Tensor<double> a = Tensor.From<double>(random.Span, [n, n]);
            yield return Case("svd", n, () => Svd.Factor(a).Dispose(), () =>
            {
                (TorchTensor u, TorchTensor s, TorchTensor vh) = TorchSharp.torch.linalg.svd(x, fullMatrices: false);
                u.Dispose();
                s.Dispose();
                vh.Dispose();
            });
        }
    }

    private static void Discard((TorchTensor First, TorchTensor Second) results)
    {
        results.First.Dispose();
        results.Second.Dispose();
    }

    private static Case Case(string name, int n, Action ours, Action theirs) =>
        new("linalg", name, n, "f64", Quantity.Microseconds, ours, [new(Libtorch.Name, theirs)]);
}
