using Onsager.Models.TwoLayer;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The giant step against loops over doubles.</summary>
public sealed class GiantStepTests
{
    private const int N = 40, D = 7, P = 5;

    private readonly Tensor<float> z = new RandomStream(1).Normal<float>([N, D]), y = new RandomStream(2).Normal<float>([N]);
    private readonly Tensor<float> w = new RandomStream(3).Normal<float>([P, D]), a = new RandomStream(4).Normal<float>([P]);

    [Fact]
    public void Features_are_scaled_activations()
    {
        using Scope scope = Scope.Begin();
        Close(Loop(N, P, (n, i) => Math.Max(0, Field(n, i)) / Math.Sqrt(P)), GiantStep.Features(z, w).ToArray(), 1e-6);
        Close(Loop(N, P, Field), GiantStep.PreActivations(z, w).ToArray(), 1e-6);
    }

    [Fact]
    public void Gradients_are_sums_over_the_active_rows()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> sums = Tensor.Full<double>([P, D], 10);
        GiantStep.AccumulateGradient(z, y, w, a, sums);
        Close(Loop(P, D, (i, j) => 10 + Gradient(i, j)), sums.ToArray().Select(x => (float)x), 1e-5);
    }

    [Fact]
    public void Chunks_give_what_the_whole_gives()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> sums = Tensor.Zeros<double>([P, D]);
        foreach ((int start, int end) in ((int, int)[])[(0, 17), (17, 18), (18, 40)])
        {
            GiantStep.AccumulateGradient(z.Slice(0, start, end), y.Slice(0, start, end), w, a, sums);
        }

        Close(Loop(P, D, Gradient), sums.ToArray().Select(x => (float)x), 1e-5);
    }

    [Fact]
    public void A_step_adds_the_scaled_gradient()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> h = new RandomStream(5).Normal<double>([P, D]);
        Tensor<float> moved = GiantStep.Step(w, a, h, 30);
        Close(Loop(P, D, (i, j) => w[i, j] + (30 / Math.Sqrt(P) * a[i] * h[i, j])), moved.ToArray(), 1e-7);
    }

    private double Field(int n, int i) => Enumerable.Range(0, D).Sum(j => (double)z[n, j] * w[i, j]);

    private double Gradient(int i, int j) => Enumerable.Range(0, N).Sum(n =>
    {
        double f = Enumerable.Range(0, P).Sum(k => a[k] * Math.Max(0, Field(n, k))) / Math.Sqrt(P);
        return Field(n, i) > 0 ? (y[n] - f) * z[n, j] : 0;
    });

    private static double[] Loop(int rows, int columns, Func<int, int, double> element) =>
        [.. Enumerable.Range(0, rows * columns).Select(at => element(at / columns, at % columns))];

    private static void Close(double[] expected, IEnumerable<float> actual, double tolerance)
    {
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * scale, $"{pair.Second}, expected {pair.First}"));
    }
}
