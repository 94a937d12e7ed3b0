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
        RandomFill.Normal<double>(5, 9, 100, normal);
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
        Assert.Equal(6UL, stream.Position);
        stream.Uniform<float>([0]);
        Assert.Equal(6UL, stream.Position);
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
    [InlineData(2, 2)]
    [InlineData(256, 256)]
    [InlineData(257, 256)]
    [InlineData(258, 258)]
    [InlineData(10_000, 10_000)]
    public void A_permutation_has_every_number_once_and_moves_the_stream_by_an_even_count(int count, ulong position)
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
