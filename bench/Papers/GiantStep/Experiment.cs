using Onsager.Models.Glm;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>The claims of the paper, each with random streams of its own.</summary>
internal enum Check
{
    OneDirection = 1,
    ManyDirections,
    Staircase,
    QuadraticSamples,
    Separation,
}

/// <summary>One network and one target: random weights, fresh batches that are streamed and never stored whole, and test errors.</summary>
internal sealed class Experiment
{
    private const int TestRows = 20_000;
    private const int ValidationRows = 4_000;

    private readonly Device device;
    private readonly int d;
    private readonly int p;
    private readonly Target target;
    private readonly Tensor<float> a;
    private readonly RandomStream batches;
    private readonly RandomStream held;

    /// <summary>Rows of W uniform on the sphere; a_i = +-1 / sqrt p, or N(0, 1 / p).</summary>
    /// <param name="context">Gives the seed and the device.</param>
    /// <param name="check">Which claim this is for.</param>
    /// <param name="repetition">Its number: each has its own streams.</param>
    /// <param name="d">Input dimension.</param>
    /// <param name="p">Neurons.</param>
    /// <param name="target">What is to be learned.</param>
    /// <param name="symmetric">Pairs of equal rows with opposite a, so that the network is 0 at the start.</param>
    /// <param name="gaussian">Gaussian a.</param>
    public Experiment(RunContext context, Check check, int repetition, int d, int p, Target target, bool symmetric, bool gaussian = false)
    {
        device = context.Device;
        this.d = d;
        this.p = p;
        this.target = target;
        ulong stream = (((ulong)check << 32) + (ulong)repetition) * 4;
        batches = new RandomStream(context.Seed, stream + 2);
        held = new RandomStream(context.Seed, stream + 3);
        W = FirstLayer(new RandomStream(context.Seed, stream), symmetric);
        a = SecondLayer(new RandomStream(context.Seed, stream + 1), symmetric, gaussian);
    }

    /// <summary>The first layer [p, d].</summary>
    public Tensor<float> W { get; private set; }

    /// <summary>The mean gradient h [p, d] over n fresh samples; the caller disposes it.</summary>
    public Tensor<double> Gradient(int n) => Gradient(n, default, default);

    /// <summary>W moves by (rate / sqrt p) a_i h_i.</summary>
    public void Step(Tensor<double> h, double rate)
    {
        Tensor<float> moved = GiantStep.Step(W, a, h, rate);
        W.Dispose();
        W = moved;
    }

    /// <summary>
    /// Test error of ridge regression on the features of W, fitted on n fresh samples; lambda is the best of 10^-3 .. 10^2 on 4,000 samples
    /// held out for the choice.
    /// </summary>
    public double RidgeError(int n)
    {
        using Ridge ridge = new(p, device);
        foreach ((Tensor<float> z, Tensor<float> y) in Chunks(batches, n))
        {
            using Tensor<float> features = GiantStep.Features(z, W);
            ridge.Add(features, y);
        }

        ulong validation = held.Position;
        double best = double.PositiveInfinity;
        Tensor<float> chosen = default;
        foreach (double lambda in (ReadOnlySpan<double>)[1e-3, 1e-2, 1e-1, 1, 10, 100])
        {
            using Tensor<double> solution = ridge.Solve(lambda);
            Tensor<float> coefficients = OnDevice(solution);
            held.Position = validation;
            double error = Error(coefficients, ValidationRows, 0, default);
            if (error < best)
            {
                chosen.Dispose();
                (best, chosen) = (error, coefficients);
            }
            else
            {
                coefficients.Dispose();
            }
        }

        double result = Error(chosen, TestRows, 0, default);
        chosen.Dispose();
        return result;
    }

    /// <summary>
    /// The authors' protocol for leap 2: the mean A and the linear part B are estimated and removed, one giant step of rate 10 sqrt(n p) is
    /// taken, and ridge regression with lambda = 1 fits the rest on the same batch. Gives the test error after the step and, on the same
    /// data, that of the features before it.
    /// </summary>
    public (double After, double Before) OneStepAndRidge(int n)
    {
        ulong start = batches.Position;
        (double mean, Tensor<float> linear) = LinearPart(n);
        batches.Position = start;
        using Tensor<double> h = Gradient(n, mean, linear);
        double before = FitAndTest(n, start, mean, linear);
        Step(h, 10 * Math.Sqrt((double)n * p));
        double after = FitAndTest(n, start, mean, linear);
        linear.Dispose();
        return (after, before);
    }

    private double FitAndTest(int n, ulong start, double mean, Tensor<float> linear)
    {
        batches.Position = start;
        using Ridge ridge = new(p, device);
        foreach ((Tensor<float> z, Tensor<float> y) in Chunks(batches, n))
        {
            using Scope scope = Scope.Begin();
            ridge.Add(GiantStep.Features(z, W), Remainder(z, y, mean, linear));
        }

        held.Position = 0;
        using Tensor<double> solution = ridge.Solve(1);
        using Tensor<float> coefficients = OnDevice(solution);
        return Error(coefficients, TestRows, mean, linear);
    }

    private (double Mean, Tensor<float> Linear) LinearPart(int n)
    {
        double mean = 0;
        using Tensor<double> sums = Tensor.Zeros<double>([d], device);
        foreach ((Tensor<float> z, Tensor<float> y) in Chunks(batches, n))
        {
            using Scope scope = Scope.Begin();
            mean += y.Cast<double>().Sum().Item() / n;
            sums.AddInto(y.MatMul(z).Cast<double>(), sums);
        }

        using Tensor<double> linear = sums / n;
        return (mean, linear.Cast<float>());
    }

    private Tensor<double> Gradient(int n, double mean, Tensor<float> linear)
    {
        using Tensor<double> sums = Tensor.Zeros<double>([p, d], device);
        foreach ((Tensor<float> z, Tensor<float> y) in Chunks(batches, n))
        {
            using Tensor<float> rest = Remainder(z, y, mean, linear);
            GiantStep.AccumulateGradient(z, rest, W, a, sums);
        }

        return sums / n;
    }

    /// <summary>y - A - B z, or y itself where no linear part is given.</summary>
    private static Tensor<float> Remainder(Tensor<float> z, Tensor<float> y, double mean, Tensor<float> linear)
    {
        if (linear.IsDisposed)
        {
            return y.Share();
        }

        using Tensor<float> part = z.MatMul(linear), centred = y - (float)mean;
        return centred - part;
    }

    /// <summary>Mean squared error of features times coefficients plus the linear part on held-out rows.</summary>
    private double Error(Tensor<float> coefficients, int rows, double mean, Tensor<float> linear)
    {
        double sum = 0;
        foreach ((Tensor<float> z, Tensor<float> y) in Chunks(held, rows))
        {
            using Scope scope = Scope.Begin();
            Tensor<float> error = Remainder(z, y, mean, linear) - GiantStep.Features(z, W).MatMul(coefficients);
            sum += error.Cast<double>().Square().Sum().Item();
        }

        return sum / rows;
    }

    /// <summary>Fresh rows z [chunk, d] with their targets [chunk]; a chunk is released when the next one is asked for.</summary>
    private IEnumerable<(Tensor<float> Z, Tensor<float> Y)> Chunks(RandomStream stream, int n)
    {
        for (int done = 0; done < n; done += GiantStep.ChunkRows)
        {
            int rows = int.Min(GiantStep.ChunkRows, n - done);
            using Tensor<float> z = stream.Normal<float>([rows, d], device), y = Label(z);
            yield return (z, y);
        }
    }

    /// <summary>The targets of a chunk, from its first two columns.</summary>
    private Tensor<float> Label(Tensor<float> z)
    {
        using Tensor<float> plane = z.Slice(1, 0, 2);
        float[] coordinates = plane.ToArray(), y = new float[z.Shape[0]];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)target(coordinates[2 * i], coordinates[(2 * i) + 1]);
        }

        return Tensor.From<float>(y, [y.Length], device);
    }

    private Tensor<float> OnDevice(Tensor<double> values)
    {
        using Tensor<float> narrow = values.Cast<float>();
        return narrow.To(device);
    }

    private Tensor<float> FirstLayer(RandomStream random, bool symmetric)
    {
        using Tensor<float> w = random.Normal<float>([p, d]);
        Span<float> all = w.AsSpan();
        for (int i = 0; i < p; i++)
        {
            Span<float> row = all.Slice(i * d, d);
            if (symmetric && i >= p / 2)
            {
                all.Slice((i - (p / 2)) * d, d).CopyTo(row);
            }
            else
            {
                Map.Binary<Divide, float>(row, MathF.Sqrt(Reduce.Dot<float>(row, row)), row);
            }
        }

        return w.To(device);
    }

    private Tensor<float> SecondLayer(RandomStream random, bool symmetric, bool gaussian)
    {
        using Tensor<float> weights = gaussian ? random.Normal<float>([p]) : random.Uniform<float>([p]);
        Span<float> all = weights.AsSpan();
        float scale = 1 / MathF.Sqrt(p);
        for (int i = 0; i < p; i++)
        {
            all[i] = symmetric && i >= p / 2 ? -all[i - (p / 2)] : scale * (gaussian ? all[i] : all[i] < 0.5f ? -1 : 1);
        }

        return weights.To(device);
    }
}
