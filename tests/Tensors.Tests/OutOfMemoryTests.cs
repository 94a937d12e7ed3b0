using Onsager.Simd;
using Onsager.Simd.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>A training step in which the n-th request for memory fails, for every n: a clean exception, nothing leaked, and the next step is right.</summary>
[Collection(Alone.Name)]
public sealed class OutOfMemoryTests : IClassFixture<Settled>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_may_run_out_of_memory_at_any_request(int threads)
    {
        int before = Device.Cpu.Threads;
        try
        {
            Device.Cpu.Threads = threads;
            Run();
        }
        finally
        {
            Device.Cpu.Threads = before;
            Device.Cpu.RefuseAllocation(0);
        }
    }

    private static void Run()
    {
        RandomStream stream = new(3);
        using Tensor<float> start = stream.Normal<float>([300 * 40]), x = stream.Normal<float>([300, 300]), w = start.Clone();
        using Tensor<float> m = Tensor.Zeros<float>([300 * 40]), v = Tensor.Zeros<float>([300 * 40]), gradient = Tensor.Zeros<float>([300 * 40]), strided = x.Transpose();
        using Tensor<int> labels = Tensor.Zeros<int>([300]);
        float[] expected = Fresh();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        int requests = 0;
        for (bool fails = true; fails;)
        {
            requests++;
            Device.Cpu.RefuseAllocation(requests);
            fails = Record.Exception(() => Step()) is { } exception && Assert.IsType<OutOfMemoryException>(exception) is not null;
            Device.Cpu.RefuseAllocation(0);
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            Assert.InRange(requests, 1, 500);
            Bits.AssertSame<float>(expected, Fresh(), $"after request {requests} failed");
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
        }

        Assert.InRange(requests, 10, 500);

        // Two steps from the beginning: all that a step changes.
        float[] Fresh()
        {
            start.CopyInto(w);
            m.Fill(0);
            v.Fill(0);
            return [.. Step(), .. Step(), .. w.ToArray()];
        }

        float[] Step()
        {
            using Scope scope = Scope.Begin();
            float loss = Autodiff.ValueAndGradInto(w, gradient, (strided, labels), static (w, state) =>
            {
                Tensor<float> weights = w.Reshape(300, 40), hidden = state.strided.MatMul(weights).Tanh();
                Tensor<float> scores = hidden.Slice(1, 0, 20).Linear(weights.Slice(0, 0, 20), weights.Select(0, 3)).Gelu() + hidden.Max(1, keepDimension: true);
                return scores.SoftmaxCrossEntropy(state.labels) + hidden.Softmax(0).Variance() + hidden.Transpose().LogSumExp(0).Mean();
            });
            w.Update(new AdamUpdate(0.01, 0.9, 0.99, 3, 1e-8), gradient, m, v);
            return [loss];
        }
    }
}
