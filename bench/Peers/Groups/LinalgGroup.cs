using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Decompositions in double precision, whose results are new tensors on both sides; products with sparse matrices.</summary>
internal sealed class LinalgGroup : IGroup
{
    private static readonly int[] Sizes = [64, 512];

    public string Name => "linalg";

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        foreach (int n in Sizes.Where(n => wanted("cholesky", n, "f64")))
        {
            // B B^T / n + I is well conditioned whatever B is.
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor b = Libtorch.Of(random, n, n), x = (b.mm(b.t()) / n) + TorchSharp.torch.eye(n, dtype: TorchSharp.torch.float64);
            using Tensor<double> a = Tensor.From<double>(x.data<double>().ToArray(), [n, n]);
            yield return new Case(
                "linalg", "cholesky", n, "f64", Quantity.Microseconds, () => Cholesky.Factor(a).Dispose(),
                [new(Libtorch.Name, Libtorch.Discard(() => TorchSharp.torch.linalg.cholesky(x)))]);
        }

        foreach (Case sparse in SparseCases.Of<float>("f32", wanted).Concat(SparseCases.Of<double>("f64", wanted)))
        {
            yield return sparse;
        }
    }
}
