using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>L-BFGS: its directions against the BFGS matrix written out, its line searches against their conditions, and that it finds minima.</summary>
[Collection(Alone.Name)]
public sealed class LBfgsTests
{
    [Theory]
    [InlineData(LineSearch.StrongWolfe, 45)]
    [InlineData(LineSearch.Armijo, 60)]
    public void It_finds_the_minimum_of_Rosenbrocks_valley(LineSearch search, int most)
    {
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(2);
        buffer.Values.CopyFrom([-1.2, 1]);
        using LBfgs<double> lbfgs = new(buffer, lineSearch: search);
        double loss = double.NaN;
        for (int step = 0; step < most; step++)
        {
            double now = lbfgs.Step(buffer, Rosenbrock);
            Assert.False(now > loss, $"step {step}: {now:R} after {loss:R}");
            loss = now;
        }

        Assert.All(buffer.Values.ToArray(), x => Assert.Equal(1, x, 1e-8));
    }

    [Fact]
    public void A_quadratic_in_few_dimensions_is_solved_in_few_steps()
    {
        const int Count = 8;
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(Count);
        using LBfgs<double> lbfgs = new(buffer, history: 20);
        for (int step = 0; step < 30; step++)
        {
            lbfgs.Step(buffer, Quadratic);
        }

        Assert.All(buffer.Values.ToArray(), x => Assert.Equal(1, x, 1e-9));
        Assert.All(buffer.Gradients.ToArray(), x => Assert.Equal(0, x, 1e-8));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public void Steps_are_those_of_the_matrix_written_out(int history)
    {
        const int Count = 6;
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(Count);
        using LBfgs<double> lbfgs = new(buffer, rate: 0.3, history, LineSearch.None);
        List<(double[] S, double[] Y)> pairs = [];
        double[] x = new double[Count];
        for (int step = 0; step < 12; step++)
        {
            double[] g = Gradient(x), direction = Direction([.. pairs.TakeLast(history)], g);
            double length = pairs.Count > 0 ? 0.3 : 0.3 * Math.Min(1, 1 / g.Sum(Math.Abs));
            double[] next = [.. x.Zip(direction, (a, d) => a + (length * d))], after = Gradient(next);
            pairs.Add(([.. direction.Select(d => length * d)], [.. after.Zip(g, (a, b) => a - b)]));
            x = next;
            lbfgs.Step(buffer, Quadratic);
            Assert.All(x.Zip(buffer.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(300)]
    public void A_step_meets_the_strong_Wolfe_conditions(double rate)
    {
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(2);
        buffer.Values.CopyFrom([-1.2, 1]);
        using LBfgs<double> lbfgs = new(buffer, rate);
        for (int step = 0; step < 10; step++)
        {
            double[] before = buffer.Values.ToArray();
            double loss = Rosenbrock(buffer);
            double[] slope = buffer.Gradients.ToArray();
            lbfgs.Step(buffer, Rosenbrock);
            double[] move = [.. buffer.Values.ToArray().Zip(before, (a, b) => a - b)], now = buffer.Gradients.ToArray();
            double first = move.Zip(slope, (a, b) => a * b).Sum(), last = move.Zip(now, (a, b) => a * b).Sum(), reached = Rosenbrock(buffer);
            Assert.Equal(now, buffer.Gradients.ToArray());
            Assert.True(first < 0 && reached <= loss + (1e-4 * first * (1 - 1e-9)), $"step {step}: {loss:R} became {reached:R}, slope {first:R}");
            Assert.True(Math.Abs(last) <= 0.9 * Math.Abs(first) * (1 + 1e-9), $"step {step}: slope {first:R} became {last:R}");
        }
    }

    [Fact]
    public void Where_nothing_is_lower_the_parameters_stay()
    {
        using ParameterBuffer<float> buffer = OptimizerTests.Buffer<float>(3);
        buffer.Values.CopyFrom([1, 2, 3]);
        using LBfgs<float> lbfgs = new(buffer);
        float loss = 0;

        // The gradient lies: the loss grows with every look.
        Assert.Equal(1, lbfgs.Step(buffer, p =>
        {
            p.Gradients.Fill(1);
            return ++loss;
        }));
        Assert.Equal([1f, 2, 3], buffer.Values.ToArray());
        Assert.Equal(2, lbfgs.Step(buffer, p =>
        {
            p.Gradients.Fill(0);
            return 2;
        }));
        Assert.Equal([1f, 2, 3], buffer.Values.ToArray());
        Throws.Exactly<ArgumentOutOfRangeException>("l-bfgs: rate 0, history 10; needed: rate > 0, history >= 1.", () => new LBfgs<float>(buffer, 0).Dispose());
    }

    [Fact(Skip = Optimized.Skip)]
    public void A_step_allocates_nothing_once_it_is_warm()
    {
        using ParameterBuffer<double> buffer = OptimizerTests.Buffer<double>(1000);
        using LBfgs<double> lbfgs = new(buffer, rate: 0.01, history: 5);
        for (int i = 0; i < 50; i++)
        {
            lbfgs.Step(buffer, Quartic);
        }

        long blocks = Device.Cpu.NativeBlocks, own = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            lbfgs.Step(buffer, Quartic);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);

        static double Quartic(ParameterBuffer<double> buffer) => Autodiff.ValueAndGradInto(buffer.Values, buffer.Gradients, 0, static (x, _) =>
        {
            using Tensor<double> away = x - 1, square = away.Square(), fourth = square.Square();
            return fourth.Sum();
        });
    }

    private static double Rosenbrock(ParameterBuffer<double> buffer) => Autodiff.ValueAndGradInto(buffer.Values, buffer.Gradients, 0, static (x, _) =>
    {
        Tensor<double> a = x.Slice(0, 0, 1), b = x.Slice(0, 1, 2);
        return ((b - a.Square()).Square() * 100) + (a - 1).Square();
    });

    /// <summary>sum of c_i (x_i - 1)^2 / 2 plus half the square of the sum of all x_i - 1.</summary>
    private static double Quadratic(ParameterBuffer<double> buffer)
    {
        double[] x = buffer.Values.ToArray(), g = Gradient(x);
        buffer.Gradients.CopyFrom(g);
        return x.Zip(g, (a, b) => (a - 1) * b).Sum() / 2;
    }

    private static double[] Gradient(double[] x)
    {
        double all = x.Sum(a => a - 1);
        return [.. x.Select((a, i) => ((1 + (i * i)) * (a - 1)) + all)];
    }

    /// <summary>-H g with the matrix H of Nocedal and Wright, equation 7.16, written out, from H0 = (s y / y y) I of the newest pair.</summary>
    private static double[] Direction((double[] S, double[] Y)[] pairs, double[] g)
    {
        int n = g.Length;
        double scale = pairs.Length == 0 ? 1 : Dot(pairs[^1].S, pairs[^1].Y) / Dot(pairs[^1].Y, pairs[^1].Y);
        double[,] h = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            h[i, i] = scale;
        }

        foreach ((double[] s, double[] y) in pairs)
        {
            double rho = 1 / Dot(s, y);
            double[,] v = new double[n, n], next = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    v[i, j] = (i == j ? 1 : 0) - (rho * y[i] * s[j]);
                }
            }

            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    next[i, j] = rho * s[i] * s[j];
                    for (int k = 0; k < n; k++)
                    {
                        for (int l = 0; l < n; l++)
                        {
                            next[i, j] += v[k, i] * h[k, l] * v[l, j];
                        }
                    }
                }
            }

            h = next;
        }

        return [.. Enumerable.Range(0, n).Select(i => -Enumerable.Range(0, n).Sum(j => h[i, j] * g[j]))];

        static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }
}
