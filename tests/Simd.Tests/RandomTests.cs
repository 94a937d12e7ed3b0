using System.Numerics;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Philox's known answers, streams cut anywhere, and the distributions' moments and tails.</summary>
public class RandomTests
{
    private const int Count = 1 << 21;

    /// <summary>philox4x32-10 in Random123's tests/kat_vectors (release 1.14.0): counter, key, result.</summary>
    [Theory]
    [InlineData("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void A_block_is_the_known_answer(string counter, string key, string answer)
    {
        uint[] x = Words(counter), k = Words(key);
        Philox.Block(ref x[0], ref x[1], ref x[2], ref x[3], k[0], k[1]);
        Assert.Equal(Words(answer), x);

        static uint[] Words(string text) => [.. text.Split(' ').Select(word => Convert.ToUInt32(word, 16))];
    }

    [Fact]
    public void Words_are_the_blocks_of_consecutive_counters()
    {
        ulong seed = 0x299f31d0a4093822, stream = 0x0370734413198a2e, first = 0xFFFF_FFF0UL * 4;
        uint[] words = new uint[4 * 64];
        Philox.Words(seed, stream, first, words);
        for (ulong block = 0; block < 64; block++)
        {
            // The low counter word overflows on the way.
            ulong counter = (first / 4) + block;
            uint x0 = (uint)counter, x1 = (uint)(counter >> 32), x2 = (uint)stream, x3 = (uint)(stream >> 32);
            Philox.Block(ref x0, ref x1, ref x2, ref x3, (uint)seed, (uint)(seed >> 32));
            Assert.Equal([x0, x1, x2, x3], words.AsSpan((int)block * 4, 4).ToArray());
        }
    }

    [Cases]
    public void Any_part_of_a_stream_is_the_slice_of_the_whole(ulong seed, ulong stream, uint origin, ushort start, ushort length)
    {
        (int first, int count) = (start % 3000, length % 6000);
        uint[] words = new uint[9000], part = new uint[count];
        Philox.Words(seed, stream, origin, words);
        Philox.Words(seed, stream, origin + (ulong)first, part);
        Assert.True(words.AsSpan(first, count).SequenceEqual(part));
        Slices<float>();
        Slices<double>();

        void Slices<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] whole = new T[9000], part = new T[count];
            RandomFill.Uniform(seed, stream, origin, whole.AsSpan());
            RandomFill.Uniform(seed, stream, origin + (ulong)first, part.AsSpan());
            Assert.True(whole.AsSpan(first, count).SequenceEqual(part));
            RandomFill.Normal(seed, stream, origin, whole.AsSpan());
            RandomFill.Normal(seed, stream, origin + (ulong)first, part.AsSpan());
            Assert.True(whole.AsSpan(first, count).SequenceEqual(part));
        }
    }

    [Fact]
    public void Uniform_numbers_are_the_words_top_bits()
    {
        float[] singles = new float[1000];
        double[] doubles = new double[1000];
        uint[] words = new uint[2000];
        Philox.Words(3, 4, 0, words);
        RandomFill.Uniform<float>(3, 4, 0, singles);
        RandomFill.Uniform<double>(3, 4, 0, doubles);
        Assert.Equal([.. words.Take(1000).Select(word => (word >> 8) / 16777216f)], singles);
        Assert.Equal([.. Enumerable.Range(0, 1000).Select(i => ((((ulong)words[(2 * i) + 1] << 32) | words[2 * i]) >> 11) / 9007199254740992.0)], doubles);
    }

    [Fact]
    public void Normal_numbers_are_Box_and_Mullers()
    {
        float[] normals = new float[100_000];
        uint[] words = new uint[100_000];
        Philox.Words(5, 6, 0, words);
        RandomFill.Normal<float>(5, 6, 0, normals);
        for (int i = 0; i < words.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log((float)((words[i] + 0.5) / 4294967296.0))), angle = 2 * Math.PI * ((words[i + 1] >> 8) / 16777216.0);
            Assert.True(Math.Abs(normals[i] - (radius * Math.Cos(angle))) <= 3e-7 * radius, $"normal {i}: {normals[i]:R}");
            Assert.True(Math.Abs(normals[i + 1] - (radius * Math.Sin(angle))) <= 3e-7 * radius, $"normal {i + 1}: {normals[i + 1]:R}");
        }
    }

    /// <summary>Five standard deviations of each estimator; the stream is fixed, so a pass stays a pass.</summary>
    [Fact]
    public void Uniform_numbers_have_the_moments_of_the_distribution()
    {
        double[] x = Stream<float>(RandomFill.Uniform), y = Stream<double>(RandomFill.Uniform);
        foreach (double[] numbers in (double[][])[x, y])
        {
            Assert.All(numbers.Chunk(4096), chunk => Assert.True(chunk.Min() >= 0 && chunk.Max() < 1));
            AssertMean(0.5, 1 / 12.0, numbers);
            AssertMean(1 / 12.0, 1 / 180.0, numbers.Select(u => (u - 0.5) * (u - 0.5)));
            AssertMean(0, 1 / 144.0, numbers.Zip(numbers.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)));
            for (int bin = 0; bin < 64; bin++)
            {
                AssertMean(1 / 64.0, 63 / 4096.0, numbers.Select(u => (int)(u * 64) == bin ? 1.0 : 0));
            }
        }
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_distribution()
    {
        double[] x = Stream<float>(RandomFill.Normal), y = Stream<double>(RandomFill.Normal);
        foreach (double[] numbers in (double[][])[x, y])
        {
            AssertMean(0, 1, numbers);
            AssertMean(1, 2, numbers.Select(z => z * z));
            AssertMean(0, 15, numbers.Select(z => z * z * z));
            AssertMean(3, 96, numbers.Select(z => z * z * z * z));
            AssertMean(0, 1, numbers.Chunk(2).Select(pair => pair[0] * pair[1]));
            AssertMean(0, 1, numbers.Zip(numbers.Skip(2), (a, b) => a * b));

            // P(|z| > t) = erfc(t / sqrt 2).
            foreach ((double t, double p) in ((double, double)[])
                [(1, 0.31731050786291415), (2, 0.04550026389635842), (3, 0.0026997960632601866), (4, 6.334248366623993e-5)])
            {
                AssertMean(p, p * (1 - p), numbers.Select(z => Math.Abs(z) > t ? 1.0 : 0));
            }

            Assert.InRange(numbers.Max(Math.Abs), 4.5, 6.8);
        }
    }

    private delegate void Fill<T>(ulong seed, ulong stream, ulong first, Span<T> y);

    private static double[] Stream<T>(Fill<T> fill)
        where T : unmanaged, INumber<T>
    {
        T[] y = new T[Count];
        fill(2024, 1, 0, y);
        return Array.ConvertAll(y, double.CreateChecked);
    }

    private static void AssertMean(double mean, double variance, IEnumerable<double> numbers)
    {
        double sum = 0;
        int count = 0;
        foreach (double x in numbers)
        {
            sum += x;
            count++;
        }

        double allowed = 5 * Math.Sqrt(variance / count);
        Assert.True(Math.Abs((sum / count) - mean) <= allowed, $"mean {sum / count:R} of {count}, expected {mean} +- {allowed:G3}");
    }
}
