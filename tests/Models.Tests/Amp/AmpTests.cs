using Onsager.Models.Amp;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Amp;

/// <summary>Message passing and the samplers on it: against the formula in doubles, against state evolution, and what happens when it diverges.</summary>
public sealed class AmpTests
{
    /// <summary>Six damped steps of two columns with different Delta against plain loops in doubles.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Steps_are_the_formula(int order)
    {
        const int N = 40, Steps = 6;
        const double Damping = 0.3;
        double[] deltas = [0.8, 0.45];
        using Scope scope = Scope.Begin();
        Tensor<float> spike = new RandomStream(8).Rademacher<float>([N]);
        SpikedModel model = SpikedModel.Stored(order, N, new RandomStream(3), spike);
        AmpIteration<Rademacher> amp = new(model, default, deltas) { Damping = Damping };
        double[] h = new RandomStream(5).Normal<double>([N]).ToArray(), start = new RandomStream(6).Uniform<double>([N], -0.5, 0.5).ToArray();
        for (int c = 0; c < 2; c++)
        {
            amp.GammaSquared[c] = 0.2;
            for (int i = 0; i < N; i++)
            {
                amp.External[(i * amp.Width) + c] = (float)h[i];
                amp.Means[(i * amp.Width) + c] = (float)start[i];
            }
        }

        amp.Begin();
        Assert.Equal(AmpStatus.StepLimit, amp.Run(Steps).Status);
        using Tensor<float> means = amp.ToTensor();
        for (int c = 0; c < 2; c++)
        {
            double[] a = Reference(model, spike.ToArray(), h, start, deltas[c], Damping, Steps);
            for (int i = 0; i < N; i++)
            {
                Assert.Equal(a[i], means[i, c], 2e-4);
            }

            Assert.Equal(a.Zip(spike.ToArray(), (m, x) => m * x).Sum() / N, amp.Overlap(c), 1e-4);
            Assert.Equal(a.Sum(m => m * m) / N, amp.MeanSquare(c), 1e-4);
        }
    }

    /// <summary>A sparse spike of N = 3,000, streamed, deep in the easy phase: the overlap is state evolution's.</summary>
    [Fact]
    public void A_streamed_sparse_spike_is_found_as_state_evolution_says()
    {
        const int N = 3000;
        const double Density = 0.2, Delta = 0.02;
        using Scope scope = Scope.Begin();
        Tensor<float> spike = new RandomStream(1, 1).Bernoulli<float>([N], Density) * new RandomStream(1, 2).Rademacher<float>([N]);
        AmpIteration<SparseRademacher> amp = new(SpikedModel.Streamed(2, N, new RandomStream(1, 3), spike), new(Density), Delta);
        float[] start = new RandomStream(1, 4).Normal<float>([N]).ToArray();
        for (int i = 0; i < N; i++)
        {
            amp.Means[i * amp.Width] = 0.05f * start[i];
        }

        amp.Begin();
        AmpReport report = amp.Run(60, 1e-5).OrThrow();
        double expected = new StateEvolution<SparseRademacher>(new(Density), 2).FixedPoint(Delta, 0, 1e-6);

        // Fluctuations are of the order of sqrt(density / N) = 0.008.
        Assert.Equal(expected, Math.Abs(amp.Overlap(0)), 0.03);
        Assert.Equal(AmpStatus.Converged, report.Status);
    }

    [Fact]
    public void Divergence_is_a_status_and_an_exception_of_its_own()
    {
        AmpIteration<StandardNormal> amp = new(SpikedModel.Stored(2, 50, new RandomStream(3)), default, 1.0, 1.0);
        amp.External.AsSpan().Fill(1);
        amp.Means[1] = float.NaN;
        amp.Begin();
        AmpReport report = amp.Run(5);
        Assert.Equal(AmpStatus.Diverged, report.Status);
        Assert.Equal(1, report.Column);
        Assert.Contains("column 1 diverged after 1 steps", Assert.Throws<AmpDivergedException>(report.OrThrow).Message, StringComparison.Ordinal);
        amp.Start();
        amp.External.AsSpan().Fill(1e6f);
        Assert.Equal(AmpStatus.Diverged, amp.Run(20).Status);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        SpikedModel model = SpikedModel.Stored(2, 20, new RandomStream(3));
        Assert.Throws<ArgumentException>(() => new AmpIteration<Rademacher>(model, default));
        Assert.Throws<ArgumentException>(() => new AmpIteration<Rademacher>(model, default, 1, double.NaN));
        AmpIteration<Rademacher> amp = new(model, default, 1.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => amp.Run(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => amp.Overlap(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => amp.Run(1, -1e-3));
        amp.GammaSquared[0] = -1;
        Assert.Throws<InvalidOperationException>(() => amp.Run(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => amp.Damping = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => amp.Damping = double.NaN);
        Assert.Throws<ArgumentException>(() => AmpSamplers.Flow(model, [1], new RandomStream(1), new SamplerOptions { Steps = 1 }));
        Assert.Throws<ArgumentException>(() => AmpSamplers.Decimation(model, [1], new RandomStream(1), new SamplerOptions { Damping = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => AmpSamplers.Diffusion(model, [1], new RandomStream(1), new SamplerOptions(), gamma: 0));
    }

    /// <summary>N = 200 at a high temperature: every sampler's energy is the theory's -beta / 2, and overlaps are those of independent samples.</summary>
    [Theory]
    [InlineData("flow")]
    [InlineData("diffusion")]
    [InlineData("localization")]
    [InlineData("decimation")]
    public void Samplers_reach_the_high_temperature_phase(string sampler)
    {
        const int N = 200, Samples = 128;
        const double Beta = 0.4;
        SpikedModel model = SpikedModel.Stored(2, N, new RandomStream(11));
        double[] delta = [.. Enumerable.Repeat(1 / (Beta * Beta), Samples)];
        RandomStream random = new(12);
        SamplerOptions options = new() { Steps = 60, Iterations = 5 };
        using Scope scope = Scope.Begin();
        Tensor<float> spins = sampler switch
        {
            "flow" => AmpSamplers.Flow(model, delta, random, options),
            "diffusion" => AmpSamplers.Diffusion(model, delta, random, options),
            "localization" => AmpSamplers.Localization(model, delta, random, options),
            _ => AmpSamplers.Decimation(model, delta, random, options),
        };
        Assert.All(spins.ToArray(), spin => Assert.Equal(1, Math.Abs(spin)));

        // A sample's energy has a deviation of sqrt(1 / 2N) = 0.05, the disorder one of about as much over N: 4 sigma, and a bias of steps of 0.01.
        Assert.Equal(-Beta / 2, SpinStatistics.Energies(model, spins).Average(), 0.028);
        Assert.Equal(1 / (1 - (Beta * Beta)), SpinStatistics.ScaledOverlap(spins), 0.25);
    }

    private static double[] Reference(SpikedModel model, float[] spike, double[] h, double[] start, double delta, double damping, int steps)
    {
        int n = model.Size, p = model.Order;
        double scale = p == 2 ? Math.Sqrt(1.0 / n) : Math.Sqrt(2) / n, v = 0;
        float[] couplings = p == 2 ? model.Matrix(scale / Math.Sqrt(delta)) : model.SlicesOfAll(scale / Math.Sqrt(delta));
        double[] a = [.. start.Select(x => (double)(float)x)], before = new double[n];
        for (int step = 0; step < steps; step++)
        {
            double overlap = a.Zip(before, (x, y) => x * y).Sum() / n;
            double[] next = new double[n];
            double variance = 0;
            for (int i = 0; i < n; i++)
            {
                double field = 0;
                if (p == 2)
                {
                    field = Enumerable.Range(0, n).Sum(j => couplings[(i * n) + j] * a[j]);
                }
                else
                {
                    int at = i * n * (n - 1) / 2;
                    for (int j = 0; j < n; j++)
                    {
                        for (int k = j + 1; k < n; k++)
                        {
                            field += couplings[at++] * a[j] * a[k];
                        }
                    }
                }

                double b = (scale / Math.Sqrt(delta) * field) - ((p - 1) / delta * v * (p == 2 ? 1 : overlap) * before[i]) + h[i], m = Math.Tanh(b);
                variance += (1 - (m * m)) / n;
                next[i] = (damping * a[i]) + ((1 - damping) * m);
            }

            v = (damping * v) + ((1 - damping) * variance);
            (before, a) = (a, next);
        }

        Assert.Equal(spike.Length, n);
        return a;
    }
}
