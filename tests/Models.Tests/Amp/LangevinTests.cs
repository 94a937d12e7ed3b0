using Onsager.Models.Amp;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Amp;

/// <summary>Langevin chains against posteriors whose moments are known: in closed form without couplings, by integration over a grid for two and three coordinates.</summary>
public sealed class LangevinTests
{
    private const int Chains = 512;

    [Fact]
    public void Without_couplings_the_measure_is_the_side_channels()
    {
        // Couplings of 10^-4: normal with mean h / (1 + gamma^2) and variance 1 / (1 + gamma^2).
        const double Gamma2 = 1.5;
        LangevinChains chains = New(SpikedModel.Stored(2, 3, new RandomStream(1)), 1e8, 0.6);
        chains.GammaSquared.AsSpan().Fill(Gamma2);
        double[] h = [0.8, -2, 0];
        for (int i = 0; i < chains.External.Length; i++)
        {
            chains.External[i] = (float)h[i / chains.Width];
        }

        double[,] moments = Moments(chains);
        for (int i = 0; i < 3; i++)
        {
            double mean = h[i] / (1 + Gamma2);
            Assert.Equal(mean, moments[i, 3], 0.02);
            Assert.Equal((mean * mean) + (1 / (1 + Gamma2)), moments[i, i], 0.03);
        }

        Assert.InRange(chains.Acceptance, 0.7, 1);
    }

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, false)]
    [InlineData(3, 3, true)]
    public void Moments_are_the_posteriors(int order, int n, bool isPlanted)
    {
        const double Delta = 0.3, Gamma2 = 0.2;
        using Scope scope = Scope.Begin();
        Tensor<float>? spike = isPlanted ? Tensor.From<float>([.. new float[] { 1.5f, -1, 0.7f }.AsSpan(0, n)], [n]) : null;
        SpikedModel model = SpikedModel.Stored(order, n, new RandomStream(11), spike);
        LangevinChains chains = New(model, Delta, 0.5);
        chains.GammaSquared.AsSpan().Fill(Gamma2);
        double[] h = [0.3, -0.4, 0.5];
        for (int i = 0; i < chains.External.Length; i++)
        {
            chains.External[i] = (float)h[i / chains.Width];
        }

        double[,] moments = Moments(chains), exact = Integrate(model, Delta, Gamma2, h);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= n; j++)
            {
                Assert.Equal(exact[i, j], moments[i, j == n ? n : j], 0.03);
            }
        }

        Assert.InRange(chains.Acceptance, 0.6, 1);
    }

    /// <summary>A gradient that is not ln P's would not lead to so few refusals: they are of the order epsilon^3.</summary>
    [Fact]
    public void Small_steps_are_hardly_ever_refused()
    {
        using Scope scope = Scope.Begin();
        foreach (int order in (ReadOnlySpan<int>)[2, 3])
        {
            SpikedModel model = SpikedModel.Stored(order, 20, new RandomStream(5), new RandomStream(6).Normal<float>([20]));
            LangevinChains chains = New(model, 0.4, 0.05);
            chains.Run(200);
            Assert.InRange(chains.Acceptance, 0.995, 1);
        }
    }

    [Fact]
    public void Saved_chains_go_on_as_if_nothing_had_happened()
    {
        using Folder folder = new();
        string path = folder.File("langevin.safetensors");
        SpikedModel model = SpikedModel.Stored(3, 9, new RandomStream(1));
        LangevinChains chains = New(model, 0.5, 0.3), other = New(model, 0.5, 0.1);
        chains.Run(3);
        new Checkpoint().Add("chains", chains).Save(path);
        new Checkpoint().Add("chains", other).Load(path);
        chains.Run(4);
        other.Run(4);
        using Tensor<float> points = chains.ToTensor(), again = other.ToTensor();
        Assert.Equal(points.ToArray(), again.ToArray());
        Assert.Equal(chains.Acceptance, other.Acceptance);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        SpikedModel model = SpikedModel.Stored(2, 4, new RandomStream(1));
        Assert.Throws<ArgumentException>(() => new LangevinChains(model, [], 0.1, new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => new LangevinChains(model, [double.NaN], 0.1, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LangevinChains(model, [1], 0, new RandomStream(1)));
        LangevinChains chains = new(model, [1], 0.1, new RandomStream(1));
        Assert.True(double.IsNaN(chains.Acceptance));
        Assert.Throws<ArgumentException>(() => chains.Set([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => chains.Set([1, 2, 3, float.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => chains.Run(-1));
        chains.GammaSquared[0] = -1;
        Assert.Throws<InvalidOperationException>(() => chains.Run(1));
    }

    private static LangevinChains New(SpikedModel model, double delta, double step) => new(model, [.. Enumerable.Repeat(delta, Chains)], step, new RandomStream(3));

    /// <summary>Means of x_i x_j, and in the last column of x_i, over the chains at many times.</summary>
    private static double[,] Moments(LangevinChains chains)
    {
        int n = chains.Model.Size;
        const int Looks = 60;
        double[,] moments = new double[n, n + 1];
        chains.Run(200);
        for (int look = 0; look < Looks; look++)
        {
            chains.Run(15);
            using Tensor<float> points = chains.ToTensor();
            for (int i = 0; i < n; i++)
            {
                for (int c = 0; c < Chains; c++)
                {
                    moments[i, n] += points[i, c] / (double)(Looks * Chains);
                    for (int j = 0; j < n; j++)
                    {
                        moments[i, j] += (double)points[i, c] * points[j, c] / (Looks * Chains);
                    }
                }
            }
        }

        return moments;
    }

    /// <summary>The same moments by the trapezoidal rule, from the likelihood of the observed couplings and the prior as they are written down.</summary>
    private static double[,] Integrate(SpikedModel model, double delta, double gammaSquared, double[] h)
    {
        const int Points = 81;
        const double End = 6;
        int n = model.Size;
        double c = model.Order == 2 ? Math.Sqrt(1.0 / n) : Math.Sqrt(2.0) / n;
        List<(int[] Indices, double Y)> observed = [];
        ReadOnlySpan<float> spike = model.Spike;
        float[] couplings = model.Order == 2 ? model.Matrix() : model.SlicesOfAll();
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                if (model.Order == 2)
                {
                    observed.Add(([i, j], (Math.Sqrt(delta) * couplings[(i * n) + j]) + (spike.IsEmpty ? 0 : c * spike[i] * spike[j])));
                }
                else if (j == i + 1 && n == 3 && i == 0)
                {
                    // The one triple (0, 1, 2): of slice 0, the element (1, 2), the last of a triangle of three.
                    observed.Add(([0, 1, 2], (Math.Sqrt(delta) * couplings[2]) + (spike.IsEmpty ? 0 : c * spike[0] * spike[1] * spike[2])));
                }
            }
        }

        double[,] moments = new double[n, n + 1];
        double[] x = new double[n];
        double total = 0;
        Visit(0);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= n; j++)
            {
                moments[i, j] /= total;
            }
        }

        return moments;

        void Visit(int axis)
        {
            for (int k = 0; k < Points; k++)
            {
                x[axis] = End * ((2.0 * k / (Points - 1)) - 1);
                if (axis + 1 < n)
                {
                    Visit(axis + 1);
                    continue;
                }

                double logarithm = 0;
                foreach ((int[] indices, double y) in observed)
                {
                    double signal = indices.Aggregate(c, (product, i) => product * x[i]);
                    logarithm -= (y - signal) * (y - signal) / (2 * delta);
                }

                for (int i = 0; i < n; i++)
                {
                    logarithm += (h[i] * x[i]) - (0.5 * (1 + gammaSquared) * x[i] * x[i]);
                }

                double weight = Math.Exp(logarithm);
                total += weight;
                for (int i = 0; i < n; i++)
                {
                    moments[i, n] += weight * x[i];
                    for (int j = 0; j < n; j++)
                    {
                        moments[i, j] += weight * x[i] * x[j];
                    }
                }
            }
        }
    }
}
