using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/performance.md shows: they stand here word by word, and do what it says.</summary>
[Collection(Alone.Name)]
public sealed class PerformanceGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("performance.md", "PerformanceGuideTests.cs", 5);

    [Fact]
    public void The_programs_do_what_the_guide_says()
    {
        int before = Device.Cpu.Threads;
        try
        {
            using Scope scope = Scope.Begin();
            using TwoLayerNet<Relu, float> net = new(2, 50, 4, new RandomStream(1));
            using Sgd<float> optimizer = new(net.Parameters, 0.1);
            ParameterBuffer<float> parameters = net.Parameters;
            Tensor<float> x = new RandomStream(2).Normal<float>([32, 2]), weights = new RandomStream(3).Normal<float>([2, 50]);
            Tensor<int> labels = new RandomStream(4).Integers([32], 4);
            float first = net.CrossEntropyGradient(x, labels);
            optimizer.Step();
            float loss = Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (net, x, labels), static (flat, step) =>
            {
                using Tensor<float> scores = step.net.Apply(flat, step.x);
                return scores.SoftmaxCrossEntropy(step.labels);
            });
            optimizer.Step();
            Assert.True(loss < first);

            Tensor<float> hidden = Tensor.Empty<float>([32, 50]);
            x.MatMulInto(weights, hidden);
            hidden.TanhInto(hidden);
            Assert.Equal(x.MatMul(weights).Tanh().ToArray(), hidden.ToArray());

            using var plan = Plan.Capture((net, optimizer), static ((TwoLayerNet<Relu, float> Net, Sgd<float> Optimizer) step, Tensor<float> x, Tensor<int> labels) =>
            {
                float loss = step.Net.CrossEntropyGradient(x, labels);
                step.Optimizer.Step();
                return loss;
            });
            float recorded = plan.Run(x, labels);
            Assert.True(recorded < loss);
            Assert.True(plan.Run(x, labels) < recorded);
            Assert.Equal(1, plan.Recordings);

            OfChains(parameters.Values);

            Device.Cpu.Threads = 1;
            Assert.Equal(1, Device.Cpu.Threads);
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        static void OfChains(Tensor<float> x)
        {
            Tensor<float> y = x.Unary<Chain<Tanh, Exp>>();
            Tensor<float> z = x.Binary<BinaryChain<Multiply, Relu>>(y);
            Assert.Equal(x.Tanh().Exp().ToArray(), y.ToArray());
            Assert.Equal((x * y).Relu().ToArray(), z.ToArray());
        }
    }
}
