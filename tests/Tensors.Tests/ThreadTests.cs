using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>The number of threads decides who does the work, never a bit of the result.</summary>
[Collection(Alone.Name)]
public sealed class ThreadTests
{
    private static readonly int[] Counts = [1, 2, 3, 7, 16];

    [Fact]
    public void Elementwise_operators_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([700, 301]), y = new RandomStream(2).Normal<float>([301]);
        Tensor<float> strided = x.Transpose().Slice(0, 0, 301, 2);
        return [.. (x.Tanh() * y).ToArray(), .. strided.Exp().ToArray(), .. x.FusedMultiplyAdd(y, x).ToArray()];
    });

    [Fact]
    public void Sums_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(3).Normal<float>([700, 301]);
        return [.. x.Sum().ToArray(), .. x.Sum(0).ToArray(), .. x.Sum(1).ToArray(), .. x.Transpose().Sum().ToArray(), .. x.Mean(0).ToArray()];
    });

    [Fact]
    public void Reductions_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(3).Normal<float>([70, 301, 6]), t = x.Permute(1, 2, 0), s = t.Slice(0, 0, 301, 2);
        return
        [
            .. x.Variance().ToArray(), .. x.StandardDeviation(0, 1).ToArray(), .. t.Norm(1).ToArray(), .. s.Norm1([0, 2]).ToArray(), .. x.LogSumExp([0, 1]).ToArray(),
            .. t.Max(0).ToArray(), .. s.Min(2).ToArray(), .. t.ArgMax(0).ToArray().Select(i => (float)i), .. x.ArgMin(2).ToArray().Select(i => (float)i),
            .. x.Softmax(0).ToArray(), .. s.Softmax(1).ToArray(), .. t.LogSoftmax(2).ToArray(), .. x.CumulativeSum(1).ToArray(), .. s.CumulativeSum(0).ToArray(),
        ];
    });

    [Fact]
    public void Products_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> a = new RandomStream(4).Normal<float>([90, 600]), b = new RandomStream(5).Normal<float>([600, 2100]), bias = new RandomStream(6).Normal<float>([2100]);
        return [.. a.Linear(b, bias).ToArray(), .. b.Transpose().MatMul(a.Transpose()).ToArray(), .. a.MatMul(b.Slice(1, 0, 40)).ToArray()];
    });

    [Fact]
    public void Random_numbers_and_updates_are_the_same_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(8, 3);
        Tensor<float> p = stream.Normal<float>([100_001]), g = stream.Uniform<float>([100_001]), m = Tensor.Zeros<float>([100_001]), v = Tensor.Zeros<float>([100_001]);
        p.Update(new AdamUpdate(0.01, 0.9, 0.99, 3, 1e-8), g, m, v);
        return [.. p.ToArray(), .. m.ToArray(), .. v.ToArray(), .. p.Cast<double>().Cast<float>().ToArray()];
    });

    [Fact]
    public void Every_distribution_has_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(8, 4);
        const int count = 50_001;
        return
        [
            .. stream.Uniform<float>([count], -2, 5).ToArray(), .. stream.Normal<float>([count], 1, 3).ToArray(), .. stream.Exponential<float>([count], 2).ToArray(),
            .. stream.Rademacher<float>([count]).ToArray(), .. stream.Bernoulli<float>([count], 0.3).ToArray(), .. stream.Sphere<float>([count / 3, 3]).ToArray(),
            .. stream.Integers([count], 1 << 20).ToArray().Select(k => (float)k), .. stream.Poisson([count], 40).ToArray().Select(k => (float)k),
            .. stream.Categorical([count], (double[])[1, 2, 3]).ToArray().Select(k => (float)k),
        ];
    });

    [Fact]
    public void Gradients_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> w = new RandomStream(9).Normal<float>([300, 400]), x = new RandomStream(10).Normal<float>([128, 300]);
        return Autodiff.Grad(w, weights => x.MatMul(weights).Tanh().Square().Mean()).ToArray();
    });

    [Fact]
    public void Empty_work_is_done_by_any_number_of_threads() => OnThreads(3, () =>
    {
        using Scope scope = Scope.Begin();
        Thread.Sleep(50); // the workers fall asleep
        Assert.Empty(new RandomStream(1).Uniform<float>([0]).ToArray());
        Assert.Empty(Tensor.Zeros<float>([0]).Cast<double>().ToArray());
        Tensor.Zeros<float>([0]).Update(new SgdUpdate(1), Tensor.Zeros<float>([0]));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Numbers_of_threads_outside_1_to_256_are_refused(int threads)
    {
        int before = Device.Cpu.Threads;
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cpu.Threads = threads);
        Assert.Equal(before, Device.Cpu.Threads);
    }

    private static void Same(Func<float[]> work)
    {
        float[]? first = null;
        foreach (int threads in Counts)
        {
            OnThreads(threads, () =>
            {
                float[] result = work();
                first ??= result;
                Simd.Tests.Bits.AssertSame<float>(first, result, $"{threads} threads");
            });
        }
    }

    private static void OnThreads(int threads, Action work)
    {
        int before = Device.Cpu.Threads;
        try
        {
            Device.Cpu.Threads = threads;
            work();
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }
}
