using Onsager.Models;
using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>
/// A Neural ODE that learns a spiral, y' = A^T y^3, from pieces of its path (the demonstration of Chen, Rubanova, Bettencourt and Duvenaud, "Neural ordinary
/// differential equations", 2018): a network 2-50-2 of the cubes, 20 pieces of ten times, a step of the classical method from each time to the next,
/// and derivatives through all of them.
/// </summary>
internal sealed class Spiral : TrainingStep
{
    public const int Batch = 20;
    private const int Times = 10;
    private const int Points = 1000;
    private const float Length = 0.025f;

    private readonly TrajectoryOde<Cubed, float> model;
    private readonly TorchSharp.Modules.Sequential network;
    private readonly ParameterBuffer<float> own;
    private readonly float[] byStates = new float[(Times - 1) * Batch * 2];
    private readonly float[] byFirst = new float[Batch * 2];
    private float[] values = [];
    private DiscreteAdjoint<CubedSpans, float>? adjoint;
    private readonly List<Tensor<float>> first = [];
    private readonly List<Tensor<float>> paths = [];

    public Spiral()
        : this(new ParameterBuffer<float>())
    {
        float[] path = Path();
        Random random = new(2);
        for (int i = 0; i < Batches; i++)
        {
            float[] starts = new float[Batch * 2], seen = new float[(Times - 1) * Batch * 2];
            for (int piece = 0; piece < Batch; piece++)
            {
                int at = random.Next(Points - Times);
                path.AsSpan(2 * at, 2).CopyTo(starts.AsSpan(2 * piece));
                for (int time = 1; time < Times; time++)
                {
                    path.AsSpan(2 * (at + time), 2).CopyTo(seen.AsSpan(2 * (((time - 1) * Batch) + piece)));
                }
            }

            first.Add(Tensors.Tensor.From<float>(starts, [Batch, 2]));
            paths.Add(Tensors.Tensor.From<float>(seen, [Times - 1, Batch, 2]));
            TorchX.Add(Libtorch.Of<float>(starts, Batch, 2));
            TorchTarget.Add(Libtorch.Of<float>(seen, Times - 1, Batch, 2));
        }
    }

    private Spiral(ParameterBuffer<float> parameters)
        : this(parameters, Layers(parameters), Sequential(Linear(2, 50), Tanh(), Linear(50, 2)))
    {
    }

    private Spiral(ParameterBuffer<float> parameters, Sequential<float> layers, TorchSharp.Modules.Sequential network)
        : base(parameters, network, "adam")
    {
        (this.network, own) = (network, parameters);
        model = new(new Cubed(layers), parameters, Tableaus.Rk4, [.. Enumerable.Range(0, Times).Select(i => i * Length)]);
    }

    public override void Dispose()
    {
        first.ForEach(static x => x.Dispose());
        paths.ForEach(static x => x.Dispose());
        base.Dispose();
    }

    /// <summary>From now on our gradients are those of the solver over spans, without a tape.</summary>
    public void OverSpans()
    {
        values = new float[own.Values.Size];
        adjoint = new(new CubedSpans(new(values, 2, 50, Batch)), Tableaus.Rk4, Times - 1);
    }

    protected override float Gradient(int batch) => adjoint is null ? model.Gradient(first[batch], paths[batch]) : SpanGradient(first[batch].AsSpan(), paths[batch].AsSpan());

    private float SpanGradient(ReadOnlySpan<float> start, ReadOnlySpan<float> seen)
    {
        own.Values.AsSpan().CopyTo(values);
        adjoint!.Integrate(0, start, (Times - 1) * Length, Times - 1);
        float sum = 0;
        for (int i = 0; i < Times - 1; i++)
        {
            ReadOnlySpan<float> state = adjoint.State(i + 1);
            for (int j = 0; j < state.Length; j++)
            {
                int at = (i * state.Length) + j;
                float difference = state[j] - seen[at];
                sum += difference * difference;
                byStates[at] = 2f / seen.Length * difference;
            }
        }

        Span<float> gradient = own.Gradients.AsSpan();
        gradient.Clear();
        adjoint.Backward(byStates, byFirst, gradient);
        return sum / seen.Length;
    }

    protected override (IDisposable Plan, Func<int, float> Run) Plan(IOptimizer optimizer)
    {
        Plan<(TrajectoryOde<Cubed, float> Model, IOptimizer Optimizer), float, float, float> plan = Tensors.Plan.Capture((Model: model, Optimizer: optimizer), static ((TrajectoryOde<Cubed, float> Model, IOptimizer Optimizer) step, Tensor<float> first, Tensor<float> paths) =>
        {
            float loss = step.Model.Gradient(first, paths);
            step.Optimizer.Step();
            return loss;
        });
        return (plan, batch => plan.Run(first[batch], paths[batch]));
    }

    /// <summary>The same method, with as few of libtorch's operations as it takes.</summary>
    protected override TorchTensor Predict(TorchTensor x)
    {
        using DisposeScope scope = NewDisposeScope();
        TorchTensor[] states = new TorchTensor[Times - 1];
        TorchTensor y = x;
        for (int i = 0; i < states.Length; i++)
        {
            TorchTensor k1 = Field(y), k2 = Field(y.add(k1, Length / 2)), k3 = Field(y.add(k2, Length / 2)), k4 = Field(y.add(k3, Length));
            y = y.add(k1.add(k2 + k3, 2) + k4, Length / 6);
            states[i] = y;
        }

        return stack(states).MoveToOuterDisposeScope();
    }

    protected override TorchTensor Loss(TorchTensor prediction, TorchTensor target) => functional.mse_loss(prediction, target);

    private TorchTensor Field(TorchTensor y) => network.forward(y.pow(3));

    private static Sequential<float> Layers(ParameterBuffer<float> parameters)
    {
        Sequential<float> layers = new(Models.Linear.Declare(parameters, "hidden", 2, 50), new Activation<Onsager.Simd.Tanh, float>(), Models.Linear.Declare(parameters, "output", 50, 2));
        parameters.Allocate();
        layers.Initialize(parameters, new RandomStream(1));
        foreach (Parameter part in parameters.Parts)
        {
            // Small weights, as the demonstration has them: cubes are up to 8.
            using Tensor<float> values = part.In(parameters.Values), small = values * 0.1f;
            small.CopyInto(values);
        }

        return layers;
    }

    private static float[] Path()
    {
        OdeSolver<True, double> solver = new(default, Tableaus.Dopri8, 2);
        solver.Start(0, [2, 0]);
        float[] path = new float[2 * Points];
        for (int i = 0; i < Points; i++)
        {
            (path[2 * i], path[(2 * i) + 1]) = ((float)solver.State[0], (float)solver.State[1]);
            solver.Integrate(solver.Time + Length, 4);
        }

        return path;
    }

    private readonly struct True : IVectorField<double>
    {
        public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
        {
            double x = y[0] * y[0] * y[0], z = y[1] * y[1] * y[1];
            (dy[0], dy[1]) = ((-0.1 * x) - (2 * z), (2 * x) - (0.1 * z));
        }
    }

    private readonly struct Cubed(Sequential<float> layers) : ITensorField<float>
    {
        public Tensor<float> Eval(float time, Tensor<float> y, Tensor<float> parameters)
        {
            using Tensor<float> square = y.Square(), cube = square * y;
            return layers.Apply(parameters, cube);
        }
    }

    /// <summary>The same field over spans: a network of the cubes, which stand behind what the network leaves.</summary>
    private readonly struct CubedSpans(TanhField<float> net) : IAdjointField<float>
    {
        public int Size => net.Size;

        public int Memory => net.Memory + net.Size;

        public int Parameters => net.Parameters;

        public void Eval(float t, ReadOnlySpan<float> y, Span<float> dy, Span<float> memory)
        {
            Span<float> cubes = memory[net.Memory..];
            for (int i = 0; i < cubes.Length; i++)
            {
                cubes[i] = y[i] * y[i] * y[i];
            }

            net.Eval(t, cubes, dy, memory[..net.Memory]);
        }

        public void Vjp(float t, ReadOnlySpan<float> y, ReadOnlySpan<float> memory, ReadOnlySpan<float> a, Span<float> dy, Span<float> gradient)
        {
            net.Vjp(t, memory[net.Memory..], memory[..net.Memory], a, dy, gradient);
            for (int i = 0; i < dy.Length; i++)
            {
                dy[i] *= 3 * y[i] * y[i];
            }
        }
    }
}
