using Onsager.Models.Amp;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Amp;

/// <summary>Symmetric couplings: products against naive loops, stored against streamed, and sweeps against single chains.</summary>
public sealed class SpikedModelTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 5)]
    [InlineData(2, 37)]
    [InlineData(2, 301)]
    [InlineData(2, 1031)]
    [InlineData(3, 3)]
    [InlineData(3, 4)]
    [InlineData(3, 11)]
    [InlineData(3, 130)]
    public void Products_are_those_of_the_full_couplings_stored_or_streamed(int order, int n)
    {
        const int Columns = 32;
        SpikedModel stored = SpikedModel.Stored(order, n, new RandomStream(7, 3)), streamed = SpikedModel.Streamed(order, n, new RandomStream(7, 3));
        float[] x = new float[n * Columns], y = new float[x.Length], again = new float[x.Length];
        RandomFill.Normal(5, 1, 0, x.AsSpan());
        stored.Contract(x, Columns, y);
        streamed.Contract(x, Columns, again);
        Assert.Equal(y, again);
        foreach (int column in (ReadOnlySpan<int>)[0, 17, 31])
        {
            double[] exact = Naive(stored, x, Columns, column);
            double scale = exact.Max(Math.Abs);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(exact[i], y[(i * Columns) + column], 2e-5 * scale);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_model_serves_many_at_a_time(int order)
    {
        const int N = 140, Columns = 16, Callers = 6;
        SpikedModel model = SpikedModel.Stored(order, N, new RandomStream(2));
        float[][] x = [.. Enumerable.Range(0, Callers).Select(_ => new float[N * Columns])], y = [.. x.Select(_ => new float[N * Columns])];
        for (int caller = 0; caller < Callers; caller++)
        {
            RandomFill.Normal(5, (ulong)caller, 0, x[caller].AsSpan());
        }

        Parallel.For(0, Callers, caller =>
        {
            for (int round = 0; round < 20; round++)
            {
                model.Contract(x[caller], Columns, y[caller]);
            }
        });
        for (int caller = 0; caller < Callers; caller++)
        {
            float[] alone = new float[N * Columns];
            SpikedModel.Stored(order, N, new RandomStream(2)).Contract(x[caller], Columns, alone);
            Assert.Equal(alone, y[caller]);
        }
    }

    [Fact]
    public void A_column_does_not_depend_on_its_neighbours()
    {
        const int N = 140;
        SpikedModel model = SpikedModel.Stored(3, N, new RandomStream(1));
        float[] wide = new float[N * 48], narrow = new float[N * 16], y = new float[wide.Length], z = new float[narrow.Length];
        RandomFill.Normal(5, 1, 0, wide.AsSpan());
        for (int i = 0; i < N; i++)
        {
            wide.AsSpan((i * 48) + 16, 16).CopyTo(narrow.AsSpan(i * 16));
        }

        model.Contract(wide, 48, y);
        model.Contract(narrow, 16, z);
        for (int i = 0; i < N; i++)
        {
            Assert.Equal(z.AsSpan(i * 16, 16).ToArray(), y.AsSpan((i * 48) + 16, 16).ToArray());
        }
    }

    [Fact]
    public void Energies_are_the_Hamiltonian()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> spins = new RandomStream(9).Rademacher<float>([12, 5]);
        foreach (int order in (ReadOnlySpan<int>)[2, 3])
        {
            SpikedModel model = SpikedModel.Stored(order, 12, new RandomStream(4));
            double[] energies = SpinStatistics.Energies(model, spins);
            for (int c = 0; c < 5; c++)
            {
                float[] s = [.. Enumerable.Range(0, 12).Select(i => spins[i, c])];
                double sum = 0;
                if (order == 2)
                {
                    float[] matrix = model.Matrix();
                    sum = -Enumerable.Range(0, 12).Sum(i => Enumerable.Range(0, i).Sum(j => (double)matrix[(i * 12) + j] * s[i] * s[j])) / Math.Sqrt(12);
                }
                else
                {
                    double[] fields = Naive(model, s, 1, 0);
                    sum = -fields.Select((field, i) => field * s[i]).Sum() / 3 * Math.Sqrt(3) / 12;
                }

                Assert.Equal(sum / 12, energies[c], 1e-5);
            }
        }
    }

    /// <summary>One sweep of 40 chains at different temperatures against single spins, drawn one after the other in doubles.</summary>
    [Theory]
    [InlineData(2, SpinDynamics.Glauber)]
    [InlineData(3, SpinDynamics.Glauber)]
    [InlineData(2, SpinDynamics.Metropolis)]
    [InlineData(3, SpinDynamics.Metropolis)]
    public void Sweeps_draw_spins_by_their_fields(int order, SpinDynamics dynamics)
    {
        const int N = 13, Chains = 40;
        SpikedModel model = SpikedModel.Stored(order, N, new RandomStream(4));
        double[] temperatures = [.. Enumerable.Range(0, Chains).Select(c => 0.5 + (0.05 * c))];
        SpinChains chains = new(model, temperatures, new RandomStream(6), dynamics);
        using Scope scope = Scope.Begin();
        float[] spins = chains.ToTensor().ToArray();

        // The stream of the chains: a draw of start spins and one of a sweep, for each group of 16 chains in turn.
        float[][] uniforms = [.. Enumerable.Range(0, 3).Select(_ => new float[N * 16])];
        for (int g = 0; g < 3; g++)
        {
            RandomFill.Uniform(6, 0, (ulong)((3 + g) * N * 16), uniforms[g].AsSpan());
        }

        chains.Sweep();
        float[] swept = chains.ToTensor().ToArray();
        double unit = order == 2 ? 1 / Math.Sqrt(N) : Math.Sqrt(3) / N;
        for (int c = 0; c < Chains; c++)
        {
            float[] s = [.. Enumerable.Range(0, N).Select(i => spins[(i * Chains) + c])];
            for (int i = 0; i < N; i++)
            {
                double slope = 2 / temperatures[c] * unit * Naive(model, s, 1, 0)[i], u = uniforms[c / 16][(i * 16) + (c % 16)];
                double bound = dynamics == SpinDynamics.Glauber ? 1 / (1 + Math.Exp(-slope)) : Math.Exp(-s[i] * slope);
                if (Math.Abs(u - bound) > 1e-4)
                {
                    s[i] = dynamics == SpinDynamics.Glauber ? (u < bound ? 1 : -1) : u < bound ? -s[i] : s[i];
                }
                else
                {
                    s[i] = swept[(i * Chains) + c];
                }

                Assert.Equal(s[i], swept[(i * Chains) + c]);
            }
        }
    }

    /// <summary>Five spins: long runs visit configurations as often as Gibbs' weights say.</summary>
    [Theory]
    [InlineData(2, SpinDynamics.Glauber)]
    [InlineData(3, SpinDynamics.Metropolis)]
    public void Chains_reach_the_Gibbs_measure(int order, SpinDynamics dynamics)
    {
        const int N = 5, Chains = 160, Sweeps = 400;
        const double Temperature = 1.1;
        SpikedModel model = SpikedModel.Stored(order, N, new RandomStream(2));
        SpinChains chains = new(model, [.. Enumerable.Repeat(Temperature, Chains)], new RandomStream(3), dynamics);
        double[] weights = new double[1 << N], seen = new double[1 << N];
        double unit = order == 2 ? 1 / Math.Sqrt(N) : Math.Sqrt(3) / N;
        for (int state = 0; state < weights.Length; state++)
        {
            float[] s = [.. Enumerable.Range(0, N).Select(i => ((state >> i) & 1) == 0 ? -1f : 1f)];
            weights[state] = Math.Exp(unit / Temperature / order * Naive(model, s, 1, 0).Select((field, i) => field * s[i]).Sum());
        }

        chains.Sweep(50);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            chains.Sweep();
            using Tensor<float> spins = chains.ToTensor();
            float[] all = spins.ToArray();
            for (int c = 0; c < Chains; c++)
            {
                seen[Enumerable.Range(0, N).Sum(i => all[(i * Chains) + c] > 0 ? 1 << i : 0)] += 1.0 / (Chains * Sweeps);
            }
        }

        double total = weights.Sum();
        for (int state = 0; state < weights.Length; state++)
        {
            // 64,000 visits, correlated over a few sweeps: a tenth of them at least count.
            double p = weights[state] / total;
            Assert.Equal(p, seen[state], 5 * Math.Sqrt(p / 6400));
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikedModel.Stored(4, 10, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikedModel.Stored(3, 2, new RandomStream(1)));
        using Tensor<float> spike = Tensor.Ones<float>([5]);
        Assert.Contains("[5]", Assert.Throws<ArgumentException>(() => SpikedModel.Stored(2, 10, new RandomStream(1), spike)).Message, StringComparison.Ordinal);
        Assert.Throws<OverflowException>(() => SpikedModel.Stored(2, 100_000, new RandomStream(1)));
        SpikedModel model = SpikedModel.Stored(2, 10, new RandomStream(1)), planted = SpikedModel.Stored(2, 5, new RandomStream(1), spike);
        Assert.Throws<ArgumentException>(() => model.Contract(new float[100], 10, new float[100]));
        Assert.Throws<InvalidOperationException>(() => model.SlicesOfAll());
        Assert.Throws<ArgumentException>(() => new SpinChains(model, [], new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => new SpinChains(model, [1, 0], new RandomStream(1)));
        Assert.Throws<ArgumentException>(() => new SpinChains(planted, [1, 2], new RandomStream(1)));
        SpinChains chains = new(planted, [1, 1], new RandomStream(1));
        Assert.Throws<ArgumentException>(() => chains.Set([1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => chains.Set([1, 1, 1, 1, 0]));
    }

    /// <summary>The contraction of a column by all pairs or triples of indices.</summary>
    private static double[] Naive(SpikedModel model, float[] x, int columns, int column)
    {
        int n = model.Size;
        double[] y = new double[n];
        if (model.Order == 2)
        {
            float[] matrix = model.Matrix();
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    y[i] += (double)matrix[(i * n) + j] * x[(j * columns) + column];
                }
            }

            return y;
        }

        float[] slices = model.SlicesOfAll();
        int at = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = j + 1; k < n; k++, at++)
                {
                    y[i] += (double)slices[at] * x[(j * columns) + column] * x[(k * columns) + column];
                }
            }
        }

        return y;
    }
}
