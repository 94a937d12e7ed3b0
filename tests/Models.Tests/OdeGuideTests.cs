using Onsager.Models.NeurInt;
using Onsager.Models.Ode;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/ode.md shows: they stand here word by word, and do what it says.</summary>
public sealed class OdeGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("ode.md", "OdeGuideTests.cs", 5);

    [Fact]
    public void Training()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<float> parameters = new();
        Sequential<float> field = new(Linear.Declare(parameters, "in", 2, 50), new Activation<Tanh, float>(), Linear.Declare(parameters, "out", 50, 2));
        parameters.Allocate();
        field.Initialize(parameters, new RandomStream(seed: 1));
        TrajectoryOde<LayerField<float>, float> model = new(new(field), parameters, Tableaus.Rk4, times: [0, 0.5f, 1]);
        Tensor<float> first = new RandomStream(2).Normal<float>([20, 2]), paths = Tensor.Stack(0, first * 0.5f, first * 0.25f);
        using Adam<float> adam = new(parameters, rate: 0.01);
        float loss = model.Gradient(first, paths);
        adam.Step();
        Assert.True(model.Gradient(first, paths) < loss);
    }

    [Fact]
    public void Equations()
    {
        OdeSolver<Lorenz, double> solver = new(default, Tableaus.Dopri5, size: 3);
        solver.Start(0, [1, 1, 1]);
        solver.Integrate(10, StepControl.Within(1e-8));
        double x = solver.State[0];
        Assert.InRange(x, -20, 20);
    }

    [Fact]
    public void Derivatives()
    {
        using Scope scope = Scope.Begin();
        FunctionField<double> pendulum = new((t, y, p) => Tensor.Concatenate(1, y.Slice(1, 1, 2), y.Slice(1, 0, 1).Sin() * p * -1.0));
        Tensor<double> start = Tensor.From<double>([1, 0, 2, 0], [2, 2]), gravity = Tensor.From<double>([9.81], [1]);
        Tensor<double> end = TensorOde.Integrate(pendulum, Tableaus.Rk4, start, gravity, 0, 1, steps: 100);
        Tensor<double> byGravity = Autodiff.Grad(gravity, p => TensorOde.Integrate(pendulum, Tableaus.Rk4, start, p, 0, 1, 100).Sum());
        Tensor<double> frugal = Autodiff.Grad(gravity, p => TensorOde.Integrate(pendulum, Tableaus.Rk4, start, p, 0, 1, 100, OdeGradient.Adjoint).Sum());
        Assert.Equal("[2, 2]", end.Shape.ToString());
        Assert.Equal(byGravity[0], frugal[0], 1e-6);
    }

    [Fact]
    public void Noise()
    {
        BrownianPath<double> path = new(new RandomStream(seed: 3), size: 1000, start: 0, end: 1, cells: 256);
        SdeSolver<Reverting, double> paths = new(default, SdeMethod.EulerMaruyama, size: 1000);
        paths.Start(new double[1000]);
        paths.Integrate(path, steps: 64);
        Assert.InRange(paths.State.ToArray().Select(y => y * y).Average(), 0.3, 0.56);
    }

    [Fact]
    public void Images()
    {
        using Scope scope = Scope.Begin();
        using InterpolationModel between = new(new InterpolationOptions { Iterations = 200 }, new RandomStream(seed: 4));
        RandomStream data = new(seed: 5);
        for (int i = 0; i < 200; i++)
        {
            using Scope step = Scope.Begin();
            between.Train(BlobScenes.Draw(data, 64).Images, BlobScenes.Draw(data, 64).Images);
        }

        Tensor<float> source = BlobScenes.Draw(data, 8).Images, target = BlobScenes.Draw(data, 8).Images;
        Tensor<float> frames = between.Interpolate(source, target, Tensor.Zeros<float>([8, 8]), frames: 11);
        (double[] off, _) = FrameMetrics.ToBank(frames.Reshape(88, 256), BlobScenes.Bank().Images);
        Assert.Equal("[11, 8, 256]", frames.Shape.ToString());

        // Ends are nearly images already.
        Assert.True(off[..8].Average() < 1, $"{off[..8].Average()}");
    }

    private readonly struct Reverting : ISdeField<double>
    {
        public void Drift(double t, ReadOnlySpan<double> y, Span<double> drift)
        {
            for (int i = 0; i < drift.Length; i++)
            {
                drift[i] = -y[i];
            }
        }

        public void Diffusion(double t, ReadOnlySpan<double> y, Span<double> diffusion) => diffusion.Fill(1);
    }
}
