using Onsager.Simd;
using Onsager.Tensors;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>relu(x W + b) for a batch x [batch, in], with weights stored as [in, out] and, as PyTorch stores them, [out, in].</summary>
internal sealed class LinearGroup : IGroup
{
    private static readonly (int Inputs, int Outputs)[] Layers = [(784, 128), (256, 256), (1024, 1024)];

    private static readonly int[] Batches = [1, 8, 32, 128];

    public string Name => "linear";

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        foreach (bool transposed in new[] { false, true })
        {
            foreach ((int inputs, int outputs) in Layers)
            {
                foreach (int batch in Batches)
                {
                    string name = $"{inputs}x{outputs} relu b={batch}{(transposed ? " [out,in]" : "")}";
                    if (wanted(name, batch, "f32"))
                    {
                        using Layer layer = new(inputs, outputs, batch, transposed);
                        yield return layer.Case(name, threads);
                    }
                }
            }
        }
    }

    private sealed class Layer : IDisposable
    {
        private readonly int inputs;
        private readonly int outputs;
        private readonly int batch;
        private readonly bool transposed;
        private readonly Memory<float> x;
        private readonly Memory<float> weight;
        private readonly Memory<float> bias;
        private readonly Memory<float> y;
        private readonly TorchTensor torchX;
        private readonly TorchTensor torchWeight;
        private readonly TorchTensor torchColumns;
        private readonly TorchTensor torchBias;
        private readonly Tensor<float> ours;
        private readonly Tensor<float> ourWeight;
        private readonly Tensor<float> ourBias;

        public Layer(int inputs, int outputs, int batch, bool transposed)
        {
            this.inputs = inputs;
            this.outputs = outputs;
            this.batch = batch;
            this.transposed = transposed;
            x = Memory<float>.Random(batch * inputs, 1);
            weight = Memory<float>.Random(inputs * outputs, 2);
            bias = Memory<float>.Random(outputs, 3);
            y = new Memory<float>(batch * outputs);
            torchX = Libtorch.Of(x, batch, inputs);
            torchWeight = transposed ? Libtorch.Of(weight, outputs, inputs) : Libtorch.Of(weight, inputs, outputs).t();
            torchColumns = torchWeight.t();
            torchBias = Libtorch.Of(bias, outputs);
            ours = Tensor.From<float>(x.Span, [batch, inputs]);
            ourWeight = transposed ? Tensor.From<float>(weight.Span, [outputs, inputs]).Transpose() : Tensor.From<float>(weight.Span, [inputs, outputs]);
            ourBias = Tensor.From<float>(bias.Span, [outputs]);
        }

        public Case Case(string name, int threads)
        {
            Peer peer = new(
                Libtorch.Name,
                Libtorch.Discard(() => functional.linear(torchX, torchWeight, torchBias).relu_()),
                Libtorch.Discard(() => torchBias.addmm(torchX, torchColumns, 1, 1).relu_()));
            return new Case("linear", name, batch, "f32", Quantity.Microseconds, threads == 1 ? Bare : OnTensors, [peer]);
        }

        public void Dispose()
        {
            foreach (IDisposable memory in new IDisposable[] { x, weight, bias, y, torchX, torchWeight, torchColumns, torchBias, ours, ourWeight, ourBias })
            {
                memory.Dispose();
            }
        }

        private void Bare() =>
            Gemm.Affine<Relu, float>(
                false, transposed, batch, outputs, inputs, 1, x.Span, inputs, weight.Span, transposed ? inputs : outputs, 0, y.Span, outputs, bias.Span);

        /// <summary>A result of its own, as libtorch's has.</summary>
        private void OnTensors() => ours.Linear<Relu>(ourWeight, ourBias).Dispose();
    }
}
