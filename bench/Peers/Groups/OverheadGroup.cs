using Onsager.Simd;
using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Whole operations on tensors so small that the engine is all there is to measure: ours into an existing tensor, libtorch's in the faster of its forms.</summary>
internal sealed class OverheadGroup : IGroup
{
    public string Name => "overhead";

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        if (wanted("add 64", 64, "f32"))
        {
            using Memory<float> numbers = Memory<float>.Random(64, 1), zeros = new(64);
            using TorchTensor x = Libtorch.Of(numbers, 64), y = Libtorch.Of(zeros, 64);
            using Tensor<float> a = Tensor.From<float>(numbers.Span, [64]), b = Tensor.From<float>(zeros.Span, [64]), c = Tensor.Empty<float>([64]);
            yield return Of("add 64", 64, () => a.BinaryInto<Add>(b, c), Libtorch.Discard(() => x.add(y)), () => x.add_(y));
        }

        if (wanted("mm 4x4", 4, "f32"))
        {
            using Memory<float> numbers = Memory<float>.Random(16, 1);
            using TorchTensor x = Libtorch.Of(numbers, 4, 4), y = Libtorch.Of(numbers, 4, 4), z = Libtorch.Of(numbers, 4, 4);
            using Tensor<float> a = Tensor.From<float>(numbers.Span, [4, 4]), b = Tensor.From<float>(numbers.Span, [4, 4]), c = Tensor.Empty<float>([4, 4]);
            yield return Of("mm 4x4", 4, () => a.MatMulInto(b, c), Libtorch.Discard(() => x.mm(y)), () => z.addmm_(x, y, 0, 1));
        }
    }

    private static Case Of(string name, int size, Action ours, params Action[] torch) =>
        new("overhead", name, size, "f32", Quantity.Nanoseconds, ours, [new(Libtorch.Name, torch)]);
}
