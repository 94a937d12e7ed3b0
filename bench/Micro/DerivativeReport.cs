using Onsager.Models;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Micro;

/// <summary>
/// `bench/Micro derivatives`: what a gradient costs beside the value alone, and a Hessian-vector product beside a gradient, over the networks of
/// the tests; medians of interleaved rounds on one thread. Backward is a gradient without its forward run.
/// </summary>
internal static class DerivativeReport
{
    /// <summary>What is promised: backward at most so many times forward, and a Hessian-vector product so many times a gradient.</summary>
    private const double Backward = 2.5, HessianVector = 5;

    private const int Rounds = 21;

    /// <summary>Prints the table.</summary>
    public static int Run()
    {
        Device.Cpu.Threads = 1;
        Console.WriteLine($"{Lanes.InstructionSet}, one thread; medians of {Rounds} interleaved rounds, microseconds");
        Console.WriteLine($"{"network",-26}{"type",5}{"forward",10}{"gradient",10}{"hvp",10}{"backward/forward",18}{"hvp/gradient",14}");
        OfType<float>("f32");
        OfType<double>("f64");
        Console.WriteLine($"promised: backward at most {Backward} times forward, a Hessian-vector product at most {HessianVector} times a gradient");
        return 0;
    }

    private static void OfType<T>(string type)
        where T : unmanaged
    {
        TwoLayers<T, Tanh>("2-50-2 tanh b=32", type, 2, 50, 2, 32);
        foreach (int batch in (int[])[1, 32, 128])
        {
            TwoLayers<T, Relu>($"784-128-10 relu b={batch}", type, 784, 128, 10, batch);
        }

        RandomStream random = new(2);
        ParameterBuffer<T> parameters = new();
        Measure("28x28 conv b=32", type, parameters, random.Uniform<T>([32, 1, 28, 28]), random.Integers([32], 10), new Sequential<T>(
            new Conv2d<T>(parameters, "first", 1, 8, 3), new Activation<Relu, T>(), new MaxPool2d<T>(2),
            new Conv2d<T>(parameters, "second", 8, 16, 3), new Activation<Relu, T>(), new MaxPool2d<T>(2),
            new Flatten<T>(), (ILayer<T>)(object)Linear.Declare(parameters, "output", 16 * 5 * 5, 10)));
    }

    private static void TwoLayers<T, TActivation>(string name, string type, int inputs, int hidden, int outputs, int batch)
        where T : unmanaged
        where TActivation : struct, IUnaryOp
    {
        RandomStream random = new(2);
        ParameterBuffer<T> parameters = new();
        Measure(name, type, parameters, random.Normal<T>([batch, inputs]), random.Integers([batch], outputs), new Sequential<T>(
            (ILayer<T>)(object)Linear.Declare(parameters, "hidden", inputs, hidden), new Activation<TActivation, T>(),
            (ILayer<T>)(object)Linear.Declare(parameters, "output", hidden, outputs)));
    }

    private static void Measure<T>(string name, string type, ParameterBuffer<T> parameters, Tensor<T> x, Tensor<int> labels, Sequential<T> net)
        where T : unmanaged
    {
        parameters.Allocate();
        net.Initialize(parameters, new RandomStream(1));
        using Tensor<T> v = new RandomStream(3).Normal<T>(parameters.Values.Shape);
        (Sequential<T> Net, Tensor<T> X, Tensor<int> Labels) state = (net, x, labels);
        double[] seconds = SideBySide.Medians(
            Rounds, 0.004, TimeSpan.Zero,
            ("forward", () => Loss(parameters.Values, state).Dispose()),
            ("gradient", () => Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, state, Loss)),
            ("hvp", () => Autodiff.Hvp(parameters.Values, v, state, Loss).Dispose()));
        (double forward, double gradient, double hvp) = (seconds[0] * 1e6, seconds[1] * 1e6, seconds[2] * 1e6);
        double backward = (gradient - forward) / forward, ratio = hvp / gradient;
        Console.WriteLine(
            $"{name,-26}{type,5}{forward,10:F2}{gradient,10:F2}{hvp,10:F2}{backward,11:F2}{(backward <= Backward ? "   met " : " OVER  ")}{ratio,7:F2}{(ratio <= HessianVector ? "   met" : " OVER")}");
        parameters.Dispose();
        x.Dispose();
        labels.Dispose();

        static Tensor<T> Loss(Tensor<T> flat, (Sequential<T> Net, Tensor<T> X, Tensor<int> Labels) state)
        {
            using Tensor<T> scores = state.Net.Apply(flat, state.X);
            return scores.SoftmaxCrossEntropy(state.Labels);
        }
    }
}
