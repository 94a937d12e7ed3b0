using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Decompositions in double precision, Fourier transforms and products with sparse matrices; results are new tensors on both sides.</summary>
internal sealed class LinalgGroup : IGroup
{
    private static readonly int[] Sizes = [16, 64, 128, 512, 1024];

    public string Name => "linalg";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) => Systems(wanted).Concat(SpectralCases.All(wanted));

    /// <summary>Factors, and a system with one right side.</summary>
    private static IEnumerable<Case> Systems(Wanted wanted)
    {
        foreach (int n in Sizes.Where(n => wanted("cholesky", n, "f64")))
        {
            // B B^T / n + I is well conditioned whatever B is.
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor b = Libtorch.Of(random, n, n), x = (b.mm(b.t()) / n) + TorchSharp.torch.eye(n, dtype: TorchSharp.torch.float64);
            using Tensor<double> a = Tensor.From<double>(x.data<double>().ToArray(), [n, n]);
            yield return Case("cholesky", n, () => Cholesky.Factor(a).Dispose(), Libtorch.Discard(() => TorchSharp.torch.linalg.cholesky(x)));
        }

        foreach (int n in Sizes.Where(n => wanted("lu", n, "f64")))
        {
            using Memory<double> random = Memory<double>.Random(n * n, 1);
            using TorchTensor x = Libtorch.Of(random, n, n);
            using Tensor<double> a = Tensor.From<double>(random.Span, [n, n]);
            yield return Case("lu", n, () => Lu.Factor(a).Dispose(), () =>
            {
                (TorchTensor factors, TorchTensor? pivots) = TorchSharp.torch.linalg.lu_factor(x);
                factors.Dispose();
                pivots?.Dispose();
            });
        }

        foreach (int n in Sizes.Where(n => wanted("solve", n, "f64")))
        {
            using Memory<double> random = Memory<double>.Random(n * n, 1), right = Memory<double>.Random(n, 2);
            using TorchTensor x = Libtorch.Of(random, n, n), y = Libtorch.Of(right, n);
            using Tensor<double> a = Tensor.From<double>(random.Span, [n, n]), b = Tensor.From<double>(right.Span, [n]);
            yield return Case("solve", n, () => LinearAlgebra.Solve(a, b).Dispose(), Libtorch.Discard(() => TorchSharp.torch.linalg.solve(x, y)));
        }

        foreach (Case fft in FourierCases.All(wanted))
        {
            yield return fft;
        }

        foreach (Case sparse in SparseCases.Of<float>("f32", wanted).Concat(SparseCases.Of<double>("f64", wanted)))
        {
            yield return sparse;
        }
    }

    private static Case Case(string name, int n, Action ours, Action theirs) =>
        new("linalg", name, n, "f64", Quantity.Microseconds, ours, [new(Libtorch.Name, theirs)]);
}
