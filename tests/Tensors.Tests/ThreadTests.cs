using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>The number of threads decides who does the work, never a bit of the result.</summary>
[Collection(Alone.Name)]
public sealed class ThreadTests
{
    private static readonly int[] Counts = [1, 2, 3, 7, 16];

    [Fact]
    public void A_thread_that_releases_what_others_make_does_not_hoard_it()
    {
        using Tensor<float> x = Tensor.Zeros<float>([1]);
        long before = GC.GetTotalMemory(forceFullCollection: true), after = 0;
        Tensor<float>[] views = [.. Enumerable.Range(0, 300_000).Select(_ => x.Share())];
        Thread other = new(() =>
        {
            foreach (Tensor<float> view in views)
            {
                view.Dispose();
            }

            views = [];
            after = GC.GetTotalMemory(forceFullCollection: true);
        });
        other.Start();
        other.Join();
        Assert.InRange(after - before, long.MinValue, 30_000_000);
    }

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

    [Theory]
    [InlineData(64)]
    [InlineData(97)]
    [InlineData(129)]
    [InlineData(256)]
    public void Products_of_every_form_have_the_same_bits_for_every_number_of_threads(int n) => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> a = new RandomStream(4).Normal<float>([n, n]), b = new RandomStream(5).Normal<float>([n, n]);
        Tensor<float> p = a.Transpose(), q = b.Transpose(), tall = a.Slice(1, 0, 1).Contiguous(), wide = b.Slice(0, 0, 1).Contiguous();
        return
        [
            .. a.MatMul(b).ToArray(), .. a.MatMul(q).ToArray(), .. p.MatMul(b).ToArray(), .. p.MatMul(q).ToArray(), .. wide.MatMul(b).ToArray(), .. a.MatMul(tall).ToArray(),
            .. a.Cast<double>().MatMul(q.Contiguous().Cast<double>()).Cast<float>().ToArray(),
        ];
    });

    [Theory]
    [InlineData(1, 50, 40, 30)]
    [InlineData(2, 20, 100, 90)]
    [InlineData(7, 60, 50, 70)]
    [InlineData(500, 8, 8, 8)]
    [InlineData(3, 260, 250, 255)]
    public void Batches_of_products_have_the_bits_of_each_product_for_every_number_of_threads(int batch, int m, int n, int k) => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> a = new RandomStream(4).Normal<float>([2, batch, m, k]), b = new RandomStream(5).Normal<float>([batch, n, k]).Permute(0, 2, 1);
        Tensor<float> c = a.MatMul(b), gaps = Tensor.Zeros<float>([2, batch, m, 2 * n]), spaced = gaps.Slice(3, 0, 2 * n, 2);
        a.MatMulInto(b, spaced);
        for (int i = 0; i < 2 * batch; i += int.Max(1, batch / 3))
        {
            Tensor<float> one = a.Slice(0, i / batch, (i / batch) + 1).Slice(1, i % batch, (i % batch) + 1).Reshape(m, k).MatMul(b.Slice(0, i % batch, (i % batch) + 1).Squeeze(0));
            Simd.Tests.Bits.AssertSame<float>(one.ToArray(), c.Slice(0, i / batch, (i / batch) + 1).Slice(1, i % batch, (i % batch) + 1).ToArray(), $"product {i}");
        }

        return [.. c.ToArray(), .. spaced.ToArray()];
    });

    [Fact]
    public void Long_work_has_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(3).Normal<float>([3, 400_001]), row = x.Slice(1, 0, 1), flat = x.Reshape(-1);
        Tensor<float> longest = Tensor.Full<float>([(1 << 23) + 12_345], 0.5f) + 0.25f;
        return
        [
            .. (x * row).Slice(1, 399_000, 400_001).ToArray(), .. flat.Sum().ToArray(), .. flat.Max().ToArray(), .. flat.Min().ToArray(), .. flat.Norm().ToArray(),
            .. x.Max(1).ToArray(), .. x.LogSoftmax(1).Slice(1, 399_000, 400_001).ToArray(), .. x.CumulativeSum(0).Slice(1, 5, 999).ToArray(), .. longest.Sum().ToArray(),
        ];
    });

    [Fact]
    public void Extrema_of_long_tensors_keep_their_rules_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        float[] values = new float[200_001];
        values.AsSpan().Fill(-0.0f);
        values[150_000] = 0;
        float largest = Tensor.From<float>(values, [values.Length]).Max().Item(), smallest = Tensor.From<float>(values, [values.Length]).Min().Item();
        Assert.True(!float.IsNegative(largest) && float.IsNegative(smallest));
        values[77_777] = float.NaN;
        float nan = Tensor.From<float>(values, [values.Length]).Max().Item(), other = Tensor.From<float>(values, [values.Length]).Min().Item();
        Assert.True(float.IsNaN(nan) && float.IsNaN(other));
        return [largest, smallest, nan, other];
    });

    [Fact(Skip = Optimized.Skip)]
    public void Two_threads_allocate_nothing() => OnThreads(2, () =>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1);
        Tensor<float> x = stream.Normal<float>([128, 1024]), w = stream.Normal<float>([1024, 128]), y = Tensor.Empty<float>([128, 1024]), z = Tensor.Empty<float>([128, 128]);
        Tensor<float> batch = stream.Normal<float>([16, 32, 32]), products = Tensor.Empty<float>([16, 32, 32]);
        for (int i = 0; i < 50; i++)
        {
            Step();
        }

        Steady.AllocatesNothing(Step, windows: 100, repetitions: 20);

        void Step()
        {
            using Scope inner = Scope.Begin();
            x.TanhInto(y);
            x.MatMulInto(w, z);
            batch.MatMulInto(batch, products);
            _ = (x + y).Sum();
            _ = x.Max();
            _ = x.Softmax(1).CumulativeSum(0);
            _ = stream.Uniform<float>([50_000]);
        }
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
    public void Second_derivatives_have_the_same_bits_for_every_number_of_threads() => Same(() =>
    {
        using Scope scope = Scope.Begin();
        Tensor<float> w = new RandomStream(9).Normal<float>([300, 400]), v = new RandomStream(11).Normal<float>([300, 400]), x = new RandomStream(10).Normal<float>([128, 300]);
        return Autodiff.Hvp(w, v, weights => x.MatMul(weights).Tanh().Square().Mean()).ToArray();
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
