using System.Text.Json;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Optimizers against plain loops over doubles and against the golden values of tests/golden/optimizers.py; clipping and schedules.</summary>
public sealed class OptimizerTests
{
    /// <summary>Each optimizer with its plain loop: parameter, gradient, two remembered numbers and the step's number to the new parameter.</summary>
    private static readonly Dictionary<string, (Func<ParameterBuffer<double>, IOptimizer> Make, Plain Loop)> Rules = new()
    {
        ["sgd"] = (p => new Sgd<double>(p, 0.1), (double p, double g, ref double a, ref double b, int t) => p - (0.1 * g)),
        ["sgd decay"] = (p => new Sgd<double>(p, 0.1, weightDecay: 0.05), (double p, double g, ref double a, ref double b, int t) => p - (0.1 * (g + (0.05 * p)))),
        ["momentum"] = (p => new Sgd<double>(p, 0.1, 0.9), (double p, double g, ref double a, ref double b, int t) => p - (0.1 * (a = (0.9 * a) + g))),
        ["momentum dampened decay"] = (
            p => new Sgd<double>(p, 0.1, 0.9, 0.3, 0.05),
            (double p, double g, ref double a, ref double b, int t) => p - (0.1 * (a = t == 1 ? g + (0.05 * p) : (0.9 * a) + (0.7 * (g + (0.05 * p)))))),
        ["nesterov"] = (
            p => new Sgd<double>(p, 0.1, 0.8, weightDecay: 0.02, isNesterov: true),
            (double p, double g, ref double a, ref double b, int t) => p - (0.1 * (g + (0.02 * p) + (0.8 * (a = (0.8 * a) + g + (0.02 * p)))))),
        ["adam"] = (p => new Adam<double>(p, 0.05, 0.8, 0.95, 1e-6), (double p, double g, ref double a, ref double b, int t) => Adam(p, g, ref a, ref b, t)),
        ["adamw"] = (
            p => new AdamW<double>(p, 0.05, 0.8, 0.95, 1e-6, 0.1),
            (double p, double g, ref double a, ref double b, int t) => Adam(p * (1 - (0.05 * 0.1)), g, ref a, ref b, t)),
        ["rmsprop"] = (
            p => new RmsProp<double>(p, 0.02, 0.9, 1e-6, 0.05),
            (double p, double g, ref double a, ref double b, int t) =>
            {
                g += 0.05 * p;
                a = (0.9 * a) + (0.1 * g * g);
                return p - (0.02 * g / (Math.Sqrt(a) + 1e-6));
            }
        ),
        ["rmsprop momentum"] = (
            p => new RmsProp<double>(p, 0.02, 0.9, 1e-6, momentum: 0.7),
            (double p, double g, ref double a, ref double b, int t) =>
            {
                a = (0.9 * a) + (0.1 * g * g);
                b = (0.7 * b) + (g / (Math.Sqrt(a) + 1e-6));
                return p - (0.02 * b);
            }
        ),
        ["optimistic sgd"] = (
            p => new OptimisticSgd<double>(p, 0.1),
            (double p, double g, ref double a, ref double b, int t) =>
            {
                p -= 0.1 * ((2 * g) - (t == 1 ? g : a));
                a = g;
                return p;
            }
        ),
        ["optimistic adam"] = (
            p => new OptimisticAdam<double>(p, 0.05, 0.5, 0.9, 1e-6),
            (double p, double g, ref double a, ref double b, int t) =>
            {
                double before = t == 1 ? 0 : Direction(a, b, t - 1);
                a = (0.5 * a) + (0.5 * g);
                b = (0.9 * b) + (0.1 * g * g);
                double now = Direction(a, b, t);
                return p - (0.05 * ((2 * now) - (t == 1 ? now : before)));

                static double Direction(double m, double v, int t) => m / (1 - Math.Pow(0.5, t)) / (Math.Sqrt(v / (1 - Math.Pow(0.9, t))) + 1e-6);
            }
        ),
        ["lion"] = (
            p => new Lion<double>(p, 0.01, 0.9, 0.99, 0.1),
            (double p, double g, ref double a, ref double b, int t) =>
            {
                p = (p * (1 - (0.01 * 0.1))) - (0.01 * Math.Sign((0.9 * a) + (0.1 * g)));
                a = (0.99 * a) + (0.01 * g);
                return p;
            }
        ),
    };

    private delegate double Plain(double parameter, double gradient, ref double first, ref double second, int step);

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_are_those_of_plain_loops(string name)
    {
        const int Count = 1003;
        using ParameterBuffer<double> buffer = Buffer<double>(Count);
        RandomStream stream = new(5);
        stream.NormalInto(buffer.Values);
        double[] p = buffer.Values.ToArray(), first = new double[Count], second = new double[Count];
        IOptimizer optimizer = Rules[name].Make(buffer);
        using IDisposable? owner = optimizer as IDisposable;
        for (int step = 1; step <= 30; step++)
        {
            stream.NormalInto(buffer.Gradients);
            double[] gradients = buffer.Gradients.ToArray();
            optimizer.Step();
            for (int i = 0; i < Count; i++)
            {
                p[i] = Rules[name].Loop(p[i], gradients[i], ref first[i], ref second[i], step);
            }
        }

        Assert.All(p.Zip(buffer.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_have_the_golden_values(string name)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "optimizers.json")));
        double[] expected = [.. golden.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
        using ParameterBuffer<double> buffer = Buffer<double>(5);
        buffer.Values.CopyFrom([0.5, -1.25, 2.0, 0.03125, -0.75]);
        IOptimizer optimizer = Rules[name].Make(buffer);
        using IDisposable? owner = optimizer as IDisposable;
        List<double> seen = [];
        for (int step = 1; step <= 25; step++)
        {
            double[] p = buffer.Values.ToArray();
            buffer.Gradients.CopyFrom([.. p.Select((x, i) => ((i + 1) / 4.0 * x) + (((((7 * step) + (3 * i)) % 11) - 5) / 10.0))]);
            optimizer.Step();
            if (step is 1 or 2 or 25)
            {
                seen.AddRange(buffer.Values.ToArray());
            }
        }

        Assert.Equal(expected.Length, seen.Count);
        Assert.All(expected.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_rate_of_zero_moves_nothing(string name)
    {
        using ParameterBuffer<double> buffer = Buffer<double>(40);
        new RandomStream(6).NormalInto(buffer.Values);
        new RandomStream(7).NormalInto(buffer.Gradients);
        double[] before = buffer.Values.ToArray();
        IOptimizer optimizer = Rules[name].Make(buffer);
        using IDisposable? owner = optimizer as IDisposable;
        optimizer.Rate = 0;
        optimizer.Step();
        Assert.Equal(before, buffer.Values.ToArray());
    }

    [Fact]
    public void Moments_of_parameters_without_gradients_decay_to_zero_and_not_into_subnormal_numbers()
    {
        using ParameterBuffer<float> buffer = Buffer<float>(70);
        using Tensor<float> first = Tensor.Full<float>([70], 1e-30f), second = Tensor.Full<float>([70], 1e-30f);
        for (int step = 0; step < 100; step++)
        {
            buffer.Values.Update(new Simd.AdamUpdate(0.1, 0.5, 0.5, 1, 1e-8), buffer.Gradients, first, second);
            Assert.All(first.ToArray().Concat(second.ToArray()), moment => Assert.False(float.IsSubnormal(moment)));
        }

        Assert.All(first.ToArray().Concat(second.ToArray()), moment => Assert.Equal(0f, moment));
    }

    [Fact]
    public void Norms_are_clipped_as_PyTorch_clips_them()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> g = Tensor.From<double>([3, -4, 12], [3]);
        Assert.Equal(13, Clipping.ClipNorm(g, 20));
        Assert.Equal([3.0, -4, 12], g.ToArray());
        Assert.Equal(13, Clipping.ClipNorm(g, 6.5));
        Assert.All(g.ToArray().Zip([1.5, -2, 6]), pair => Assert.Equal(pair.Second * 13 / 13.000001, pair.First, 1e-14));
        Tensor<float> withNaN = Tensor.From<float>([1, float.NaN], [2]);
        Assert.True(double.IsNaN(Clipping.ClipNorm(withNaN, 1)));
        Assert.All(withNaN.ToArray(), x => Assert.True(float.IsNaN(x)));
        Throws.Exactly<ArgumentOutOfRangeException>("clip norm: the largest norm must not be negative.", () => Clipping.ClipNorm(g, -1));
    }

    [Fact]
    public void Values_are_clipped_to_their_bounds()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> g = Tensor.From<float>([3, -4, 0.5f, float.NaN, float.NegativeInfinity], [5]);
        Clipping.ClipValue(g, 2);
        Assert.Equal([2f, -2, 0.5f, float.NaN, -2], g.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Clipping.ClipValue(g, double.NaN));
    }

    [Fact]
    public void Schedules_are_their_formulas()
    {
        ISchedule step = new StepSchedule(0.5, 10, 0.1), exponential = new ExponentialSchedule(0.5, 0.97), cosine = new CosineSchedule(0.5, 40, 0.1);
        ISchedule warm = new WarmUpSchedule(cosine, 5, 0.2), piecewise = new PiecewiseSchedule([3, 7], [1, 0.5, 0.25]);
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(0.5, new ConstantSchedule(0.5).Rate(i));
            Assert.Equal(0.5 * Math.Pow(0.1, i / 10), step.Rate(i), 1e-15);
            Assert.Equal(0.5 * Math.Pow(0.97, i), exponential.Rate(i), 1e-15);
            Assert.Equal(i >= 40 ? 0.1 : 0.1 + (0.4 * (1 + Math.Cos(Math.PI * i / 40)) / 2), cosine.Rate(i), 1e-15);
            Assert.Equal(i < 5 ? 0.5 * (0.2 + (0.8 * i / 5)) : cosine.Rate(i - 5), warm.Rate(i), 1e-15);
            Assert.Equal(i < 3 ? 1 : i < 7 ? 0.5 : 0.25, piecewise.Rate(i));
        }
    }

    [Fact]
    public void Constants_without_meaning_are_refused()
    {
        using ParameterBuffer<float> buffer = Buffer<float>(2);
        Throws.Exactly<ArgumentException>("sgd: Nesterov's form needs momentum and no dampening; got 0 and 0.", () => new Sgd<float>(buffer, 1, isNesterov: true).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>(
            "sgd: momentum 1.5, dampening 0, weight decay 0; needed: momentum and dampening in [0, 1], decay >= 0.", () => new Sgd<float>(buffer, 1, 1.5).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>(
            "adamw: rate 1, betas 0.9 and 0.999, epsilon 1E-08, weight decay -1; needed: rate and decay >= 0, betas in [0, 1), epsilon > 0.",
            () => new AdamW<float>(buffer, 1, weightDecay: -1).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>(
            "rmsprop: rate 1, alpha 1, epsilon 1E-08, weight decay 0, momentum 0; needed: alpha in [0, 1), epsilon > 0, the others >= 0.",
            () => new RmsProp<float>(buffer, 1, 1).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>(
            "lion: rate NaN, betas 0.9 and 0.99, weight decay 0; needed: rate and decay >= 0, betas in [0, 1).", () => new Lion<float>(buffer, double.NaN).Dispose());
        Throws.Exactly<ArgumentException>("piecewise schedule: 1 bounds need 2 rates; got 1.", () => _ = new PiecewiseSchedule([1], [1]));
        Throws.Exactly<ArgumentException>("piecewise schedule: bound 1 is 3, not above 3.", () => _ = new PiecewiseSchedule([3, 3], [1, 1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepSchedule(1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(1, 0));
        Assert.Equal((0.5, 0.3, 0.1, 0.1), (new LinearSchedule(0.5, 40, 0.1).Rate(0), new LinearSchedule(0.5, 40, 0.1).Rate(20), new LinearSchedule(0.5, 40, 0.1).Rate(40), new LinearSchedule(0.5, 40, 0.1).Rate(90)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUpSchedule(new ConstantSchedule(1), 0));
    }

    internal static ParameterBuffer<T> Buffer<T>(int count)
        where T : unmanaged
    {
        ParameterBuffer<T> buffer = new();
        buffer.Declare("all", [count]);
        buffer.Allocate();
        return buffer;
    }

    private static double Adam(double p, double g, ref double m, ref double v, int t)
    {
        m = (0.8 * m) + (0.2 * g);
        v = (0.95 * v) + (0.05 * g * g);
        return p - (0.05 * (m / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.95, t))) + 1e-6));
    }
}
