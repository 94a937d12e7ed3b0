using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Streams of random numbers: element i is the same however the stream is cut, and draws begin at even places.</summary>
public sealed class RandomStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32_767)]
    [InlineData(32_768)]
    [InlineData(70_001)]
    public void A_draw_is_the_stream_from_its_position_on(int count)
    {
        using Scope scope = Scope.Begin();
        float[] uniform = new float[count];
        double[] normal = new double[count];
        RandomFill.Uniform<float>(5, 9, 100, uniform);
        RandomFill.Normal<double>(5, 9, 50, normal);
        Assert.Equal(uniform, new RandomStream(5, 9) { Position = 100 }.Uniform<float>([count]).ToArray());
        Assert.Equal(normal, new RandomStream(5, 9) { Position = 100 }.Normal<double>([count]).ToArray());
    }

    [Fact]
    public void A_stream_gives_the_same_numbers_however_it_is_cut()
    {
        using Scope scope = Scope.Begin();
        float[] whole = new RandomStream(3).Normal<float>([90_000]).ToArray();
        RandomStream parts = new(3);
        Assert.Equal(whole, (float[])[.. parts.Normal<float>([2]).ToArray(), .. parts.Normal<float>([300, 200]).ToArray(), .. parts.Normal<float>([29_998]).ToArray()]);
        Assert.Equal(90_000UL, parts.Position);

        // Any place of the stream, odd ones too.
        Assert.Equal(whole.AsSpan(777, 5), new RandomStream(3) { Position = 777 }.Normal<float>([5]).AsSpan());
    }

    [Fact]
    public void Draws_begin_at_even_places()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(1);
        stream.Uniform<float>([3]);
        Assert.Equal(4UL, stream.Position);
        stream.Normal<double>([]);
        Assert.Equal(8UL, stream.Position);
        stream.Uniform<float>([0]);
        Assert.Equal(8UL, stream.Position);
        stream.Uniform<float>([1]);
        stream.Integers([3], 5);
        Assert.Equal(20UL, stream.Position);
    }

    /// <summary>Every draw's words, in 32-bit places of the stream: no two draws share one.</summary>
    [Fact]
    public void Draws_of_different_types_share_no_word()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(12);
        ulong end = 0;
        for (int i = 0; i < 40; i++)
        {
            int count = (i * 7) % 11;
            ulong before = stream.Position, begin, words;
            switch (i % 5)
            {
                case 0:
                    float[] singles = stream.Uniform<float>([count]).ToArray(), same = new float[count];
                    RandomFill.Uniform<float>(12, 0, before, same);
                    Assert.Equal(same, singles);
                    (begin, words) = (before, (ulong)count);
                    break;
                case 1:
                    double[] doubles = stream.Uniform<double>([count]).ToArray(), again = new double[count];
                    (begin, words) = ((before + 3) / 4 * 4, 2 * (ulong)count);
                    RandomFill.Uniform<double>(12, 0, begin / 2, again);
                    Assert.Equal(again, doubles);
                    break;
                case 2:
                    int[] integers = stream.Integers([count], 1000).ToArray(), more = new int[count];
                    (begin, words) = ((before + 3) / 4 * 4, 2 * (ulong)count);
                    RandomFill.Integers(12, 0, begin / 2, 1000, more);
                    Assert.Equal(more, integers);
                    break;
                case 3:
                    int[] order = [.. Enumerable.Range(0, count)], shuffled = [.. order];
                    stream.Shuffle<int>(order);
                    (begin, words) = ((before + 3) / 4 * 4, 2 * (ulong)int.Max(0, count - 1));
                    RandomFill.Shuffle<int>(12, 0, begin / 2, shuffled);
                    Assert.Equal(shuffled, order);
                    break;
                default:
                    float[] points = stream.Sphere<float>([count, 3]).ToArray(), others = new float[3 * count];
                    (begin, words) = (before, 3 * (ulong)count);
                    RandomFill.Sphere<float>(12, 0, begin, 3, others);
                    Assert.Equal(others, points);
                    break;
            }

            Assert.True(begin >= end, $"draw {i} begins at word {begin}, before {end}");
            end = begin + words;
            Assert.True(stream.Position >= end);
            Assert.True(stream.Position <= end + 3);
        }
    }

    [Fact]
    public void Children_depend_on_seed_number_and_index_alone_and_differ()
    {
        RandomStream parent = new(7, 3);
        RandomStream first = parent.Fork(0);
        parent.Position = 1000;
        (ulong Seed, ulong Number) Key(RandomStream stream) => (stream.Seed, stream.Number);
        Assert.Equal(Key(first), Key(parent.Fork(0)));
        Assert.Equal(0UL, first.Position);
        Assert.Equal([Key(parent.Fork(0)), Key(parent.Fork(1)), Key(parent.Fork(2))], parent.Split(3).Select(Key));
        List<(ulong, ulong)> keys =
        [
            .. parent.Split(1000).Select(Key), .. new RandomStream(7, 4).Split(1000).Select(Key), .. new RandomStream(8, 3).Split(1000).Select(Key),
            .. new[] { "", "a", "b", "ab", "abcdefg", "abcdefgh", "abcdefgi", "abcdefghabcdefg", "\u00e9", "a\0" }.Select(name => Key(parent.Fork(name))),
            Key(parent.Fork("abcdefg").Fork("h")), Key(parent.Fork((1UL << 62) - 1)),
        ];
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => parent.Fork(1UL << 62));
        Assert.Throws<ArgumentOutOfRangeException>(() => parent.Split(0));
        Assert.Throws<ArgumentNullException>(() => parent.Fork(null!));
    }

    /// <summary>Neighbouring children, and a child and its parent, as pairs of uniforms: correlations within five standard deviations.</summary>
    [Fact]
    public void Children_are_not_correlated_with_one_another_or_the_parent()
    {
        using Scope scope = Scope.Begin();
        RandomStream parent = new(1);
        RandomStream[] streams = [parent, .. parent.Split(4), parent.Fork("weights")];
        const int count = 100_000;
        double[][] x = [.. streams.Select(stream => stream.Uniform<double>([count]).ToArray())];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double correlation = 12 * x[i].Zip(x[j], (a, b) => (a - 0.5) * (b - 0.5)).Average();
                Assert.True(Math.Abs(correlation) < 5 / Math.Sqrt(count), $"streams {i} and {j}: {correlation}");
            }
        }
    }

    [Fact]
    public void Bad_arguments_are_refused_and_nothing_is_written_or_moved()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(3) { Position = 8 };
        Tensor<float> x = Tensor.Full([5], 7f);
        Tensor<int> k = Tensor.Full([5], 7);
        Action[] bad =
        [
            () => stream.UniformInto(x, 1, 1), () => stream.UniformInto(x, 2, 1), () => stream.UniformInto(x, double.NaN, 1), () => stream.UniformInto(x, 0, 1e300),
            () => stream.UniformInto(x, -3e38, 3e38), () => stream.NormalInto(x, 0, -1), () => stream.NormalInto(x, double.NaN, 1), () => stream.NormalInto(x, 0, 1e300),
            () => stream.ExponentialInto(x, 0), () => stream.ExponentialInto(x, -2), () => stream.ExponentialInto(x, double.NaN), () => stream.ExponentialInto(x, 1e300),
            () => stream.BernoulliInto(x, -0.1), () => stream.BernoulliInto(x, 1.1), () => stream.BernoulliInto(x, double.NaN),
            () => stream.PoissonInto(k, -1), () => stream.PoissonInto(k, double.NaN), () => stream.PoissonInto(k, 2e9), () => stream.IntegersInto(k, 0),
            () => stream.Integers([2], -3), () => stream.Categorical([2], []), () => stream.Categorical([2], (double[])[0, 0]), () => stream.Categorical([2], (double[])[1, -1]),
            () => stream.Categorical([2], (double[])[1, double.NaN]), () => AliasTable.FromLogits([]), () => AliasTable.FromLogits([double.NegativeInfinity]),
            () => AliasTable.FromLogits([0, double.NaN]), () => stream.Sphere<float>([]), () => stream.Sphere<float>([3, 0]),
        ];
        foreach ((Action action, int i) in bad.Select((action, i) => (action, i)))
        {
            Exception? thrown = Record.Exception(action);
            Assert.True(thrown is ArgumentOutOfRangeException, $"case {i}: {thrown}");
        }

        Assert.Equal(8UL, stream.Position);
        Assert.All(x.ToArray(), value => Assert.Equal(7, value));
        Assert.All(k.ToArray(), value => Assert.Equal(7, value));
        Assert.StartsWith("bernoulli: the probability must be in [0, 1].", Assert.Throws<ArgumentOutOfRangeException>(() => stream.BernoulliInto(x, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => stream.Exponential<int>([3]));
    }

    [Fact]
    public void Every_draw_fills_strided_destinations_in_logical_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> target = Tensor.Zeros<float>([6, 8]);
        Tensor<float> view = target.Slice(1, 0, 8, 2).Transpose();
        new RandomStream(4).ExponentialInto(view, 3);
        Assert.Equal(new RandomStream(4).Exponential<float>([4, 6], 3).ToArray(), view.ToArray());
        new RandomStream(4).SphereInto(view);
        Assert.Equal(new RandomStream(4).Sphere<float>([4, 6]).ToArray(), view.ToArray());
        Tensor<int> counts = Tensor.Full([6, 8], -1);
        new RandomStream(4).PoissonInto(counts.Slice(1, 0, 8, 2), 5);
        Assert.Equal(new RandomStream(4).Poisson([6, 4], 5).ToArray(), counts.Slice(1, 0, 8, 2).ToArray());
        Assert.All(counts.Slice(1, 1, 8, 2).ToArray(), gap => Assert.Equal(-1, gap));
    }

    [Fact]
    public void A_strided_destination_gets_the_numbers_in_logical_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> target = Tensor.Zeros<float>([6, 8]);
        new RandomStream(4).UniformInto(target.Slice(1, 0, 8, 2).Transpose());
        Assert.Equal(new RandomStream(4).Uniform<float>([4, 6]).ToArray(), target.Slice(1, 0, 8, 2).Transpose().ToArray());
        Assert.All(target.Slice(1, 1, 8, 2).ToArray(), gap => Assert.Equal(0f, gap));
    }

    [Fact]
    public void Seeds_and_numbers_make_different_streams()
    {
        using Scope scope = Scope.Begin();
        (ulong Seed, ulong Number)[] keys = [(0, 0), (1, 0), (0, 1), (ulong.MaxValue, 7)];
        float[][] streams = [.. keys.Select(key => new RandomStream(key.Seed, key.Number).Uniform<float>([64]).ToArray())];
        Assert.All(streams, x => Assert.Single(streams, y => x.AsSpan().SequenceEqual(y)));
    }

    [Fact]
    public void Uniform_numbers_lie_in_0_to_1_and_have_the_mean_of_a_half()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(6).Uniform<double>([100_000]), z = new RandomStream(6).Normal<double>([100_000]);
        Assert.All(x.ToArray(), u => Assert.True(u is >= 0 and < 1));
        Assert.Equal(0.5, x.Mean().Item(), 0.005);
        Assert.Equal(0, z.Mean().Item(), 0.02);
        Assert.Equal(1, z.Square().Mean().Item(), 0.03);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 4)]
    [InlineData(256, 512)]
    [InlineData(257, 512)]
    [InlineData(258, 516)]
    [InlineData(10_000, 20_000)]
    public void A_permutation_has_every_number_once_and_moves_the_stream_by_whole_blocks(int count, ulong position)
    {
        int[] first = new int[count], again = new int[count], next = new int[count];
        RandomStream stream = new(8);
        stream.Permutation(first);
        Assert.Equal(position, stream.Position);
        stream.Permutation(next);
        new RandomStream(8).Permutation(again);
        Assert.Equal(Enumerable.Range(0, count), first.Order());
        Assert.Equal(first, again);
        Assert.True(count < 256 || !next.SequenceEqual(first));
    }

    [Fact]
    public void Every_permutation_of_four_comes_equally_often()
    {
        RandomStream stream = new(2);
        Dictionary<string, int> seen = [];
        int[] order = new int[4];
        for (int i = 0; i < 24_000; i++)
        {
            stream.Permutation(order);
            string key = string.Concat(order);
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(24, seen.Count);
        double chi = seen.Values.Sum(n => (n - 1000.0) * (n - 1000.0) / 1000);
        Assert.True(chi < 50, $"chi square {chi} of 23 degrees of freedom");
    }
}
