using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Reductions of a vector and operations along it, one line for each.</summary>
internal sealed class ReductionGroup : IGroup
{
    private static readonly int[] Sizes = [1000, 4096, 10_000, 1_000_000, 10_000_000];

    public string Name => "reductions";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) => Cases<float>("f32", threads, wanted).Concat(Cases<double>("f64", threads, wanted));

    /// <param name="Name">The row's.</param>
    /// <param name="Bare">Ours over spans.</param>
    /// <param name="OnTensors">Ours over tensors, for more than one thread; null where it has no form into an existing tensor.</param>
    /// <param name="Primitive">TensorPrimitives', if it has it.</param>
    /// <param name="Torch">libtorch's.</param>
    private sealed record Line(string Name, Action Bare, Action? OnTensors, Action? Primitive, Func<TorchTensor> Torch);

    private static IEnumerable<Line> Lines<T>(
        Memory<T> x, Memory<T> y, Memory<T> px, Memory<T> py, TorchTensor tx, TorchTensor ty, Tensor<T> ours, Tensor<T> scalar)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        [
            new("sum", () => Reduce.Sum<T>(x.Span), () => ours.SumInto(scalar), () => TensorPrimitives.Sum<T>(px.Span), () => tx.sum()),
            new("dot", () => Reduce.Dot<T>(x.Span, y.Span), null, () => TensorPrimitives.Dot<T>(px.Span, py.Span), () => tx.dot(ty)),
            new("max", () => Reduce.Max<T>(x.Span), null, () => TensorPrimitives.Max<T>(px.Span), () => tx.max()),
        ];

    private static IEnumerable<Case> Cases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int size in Sizes)
        {
            using Memory<T> x = Memory<T>.Random(size, 1), y = Memory<T>.Random(size, 2);
            using Memory<T> px = Memory<T>.Random(size, 1), py = Memory<T>.Random(size, 2);
            using TorchTensor tx = Libtorch.Of(x, size), ty = Libtorch.Of(y, size);
            using Tensor<T> ours = Tensor.From<T>(x.Span, [size]), scalar = Tensor.Empty<T>([]);
            foreach (Line line in Lines(x, y, px, py, tx, ty, ours, scalar))
            {
                Action? work = threads == 1 ? line.Bare : line.OnTensors;
                if (work is null || !wanted(line.Name, size, type))
                {
                    continue;
                }

                List<Peer> peers = [new(Libtorch.Name, Libtorch.Discard(line.Torch))];
                if (line.Primitive is not null && threads == 1)
                {
                    peers.Insert(0, new(Primitives.Name, StackPadding.Forms(line.Primitive)));
                }

                yield return new Case("reductions", line.Name, size, type, Quantity.Elements(size), work, peers);
            }
        }
    }
}
