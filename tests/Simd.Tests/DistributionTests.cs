using System.Numerics;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>
/// Distributions against their laws: Kolmogorov and Smirnov's distance, chi square and moments, at fixed seeds, so that a pass stays a pass. A bound is
/// passed by chance once in some 10^5 seeds.
/// </summary>
public class DistributionTests
{
    private const int Count = 1 << 20;

    [Fact]
    public void Uniform_numbers_between_bounds_follow_the_law_and_stay_below_the_upper()
    {
        Between<float>(-3, 0.7);
        Between<double>(-3, 0.7);
        Between<float>(1e6, 1e6 + 1);
        float[] narrow = Draw<UniformBetweenDistribution, float>(DistributionParameters.UniformBetween<float>(1, 1.0000001));
        Assert.All(narrow.Chunk(4096), chunk => Assert.True(chunk.All(x => x == 1)));

        static void Between<T>(double low, double high)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] y = Draw<UniformBetweenDistribution, T>(DistributionParameters.UniformBetween<T>(low, high));
            Assert.True(y.All(x => x >= T.CreateChecked(low) && x < T.CreateChecked(high)));
            if (high - low > 2)
            {
                AssertLaw(y, x => (x - low) / (high - low));
            }
        }
    }

    [Fact]
    public void Normal_and_scaled_normal_numbers_follow_the_law()
    {
        AssertLaw(Draw<NormalDistribution, float>(default), Phi);
        AssertLaw(Draw<NormalDistribution, double>(default), Phi);
        AssertLaw(Draw<ScaledNormalDistribution, float>(DistributionParameters.Normal<float>(-2, 3)), x => Phi((x + 2) / 3));
        AssertLaw(Draw<ScaledNormalDistribution, double>(DistributionParameters.Normal<double>(-2, 3)), x => Phi((x + 2) / 3));
        Assert.All(Draw<ScaledNormalDistribution, float>(DistributionParameters.Normal<float>(5, 0))[..100], x => Assert.Equal(5, x));

        static double Phi(double x) => 0.5 * (1 + Erf.Apply(new F64x1(x / Math.Sqrt(2))).Value);
    }

    [Fact]
    public void Exponential_numbers_follow_the_law_and_are_the_logarithms_of_their_words()
    {
        AssertLaw(Draw<ExponentialDistribution, float>(DistributionParameters.Exponential<float>(2)), x => -Math.Exp(-2 * x) + 1);
        AssertLaw(Draw<ExponentialDistribution, double>(DistributionParameters.Exponential<double>(0.1)), x => -Math.Exp(-0.1 * x) + 1);
        float[] y = Draw<ExponentialDistribution, float>(DistributionParameters.Exponential<float>(1));
        uint[] words = new uint[Count];
        Philox.Words(2024, 1, 0, words);
        for (int i = 0; i < Count; i++)
        {
            double exact = -Math.Log((float)((words[i] + 0.5) / 4294967296.0));
            Assert.True(Math.Abs(y[i] - exact) <= 1.2e-7 * exact, $"exponential {i}: {y[i]:R} for {exact:R}");
            Assert.False(float.IsNegative(y[i]));
        }
    }

    [Fact]
    public void Signs_are_the_words_top_bits()
    {
        uint[] words = new uint[2 * Count];
        Philox.Words(2024, 1, 0, words);
        Assert.Equal(words.Take(Count).Select(word => word >> 31 == 0 ? 1f : -1), Draw<RademacherDistribution, float>(default));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => words[(2 * i) + 1] >> 31 == 0 ? 1.0 : -1), Draw<RademacherDistribution, double>(default));
    }

    /// <summary>The exact comparison of words, probabilities below a float32 uniform's resolution among them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.3)]
    [InlineData(0.9999999999)]
    [InlineData(1e-6)]
    [InlineData(2e-9)]
    [InlineData(0.00390624976)]
    public void Bernoulli_numbers_are_the_words_below_p(double p)
    {
        uint[] words = new uint[2 * Count];
        Philox.Words(2024, 1, 0, words);
        double bound = Math.Round(p * 4294967296);
        Assert.Equal(words.Take(Count).Select(word => word < bound ? 1f : 0), Draw<BernoulliDistribution, float>(DistributionParameters.Bernoulli<float>(p)));
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => ((((ulong)words[(2 * i) + 1] << 32) | words[2 * i]) >> 11) / 9007199254740992.0 < p ? 1.0 : 0),
            Draw<BernoulliDistribution, double>(DistributionParameters.Bernoulli<double>(p)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(97)]
    [InlineData(1000)]
    public void Integers_come_equally_often(int n)
    {
        int[] y = new int[Count];
        RandomFill.Integers(5, 1, 0, n, y);
        AssertChiSquare([.. Enumerable.Repeat((double)Count / n, n)], Frequencies(y, n));
    }

    [Fact]
    public void Integers_are_the_upper_halves_of_products()
    {
        int[] y = new int[3001];
        long[] wide = new long[3001];
        uint[] words = new uint[2 * 3008];
        Philox.Words(5, 1, 0, words);
        RandomFill.Integers(5, 1, 7, int.MaxValue, y);
        RandomFill.Integers(5, 1, 7, 1L << 62, wide);
        for (int i = 0; i < y.Length; i++)
        {
            UInt128 word = ((ulong)words[(2 * (i + 7)) + 1] << 32) | words[2 * (i + 7)];
            Assert.Equal((int)((word * int.MaxValue) >> 64), y[i]);
            Assert.Equal((long)((word * (1UL << 62)) >> 64), wide[i]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RandomFill.Integers(5, 1, 0, 0, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomFill.Integers(5, 1, 0, -1L, wide));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(500)]
    public void Categories_come_as_often_as_their_weights_say(int n)
    {
        double[] weights = [.. Enumerable.Range(0, n).Select(i => i % 7 == 3 ? 0 : (i * 37 % 101) + 0.5)];
        AliasTable table = AliasTable.FromWeights(weights), logits = AliasTable.FromLogits([.. weights.Select(w => 3 + Math.Log(w))]);
        int[] y = new int[Count];
        double[] expected = [.. weights.Select(w => w / weights.Sum() * Count)];
        table.Fill(9, 2, 0, y);
        AssertChiSquare(expected, Frequencies(y, n));
        Assert.All(y.Chunk(4096), chunk => Assert.All(chunk.Distinct(), k => Assert.True(weights[k] > 0)));
        logits.Fill(10, 2, 0, y);
        AssertChiSquare(expected, Frequencies(y, n));
    }

    /// <summary>Weights of every size, and so many that rounding leaves columns over: what has no weight never comes.</summary>
    [Fact]
    public void Extreme_weights_keep_their_probabilities()
    {
        int[] y = new int[Count];
        AliasTable.FromWeights([1e-300, 0, 1e300, 1e300, 0, 5e-324]).Fill(1, 1, 0, y);
        Assert.All(y.Distinct(), k => Assert.InRange(k, 2, 3));
        AssertChiSquare([Count / 2, Count / 2], [y.Count(k => k == 2), y.Count(k => k == 3)]);
        double[] many = [.. Enumerable.Range(0, 100_000).Select(i => i % 3 == 0 ? 0 : 0.1)];
        AliasTable.FromWeights(many).Fill(1, 1, 0, y);
        Assert.DoesNotContain(y, k => k % 3 == 0);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(11.7)]
    [InlineData(200)]
    [InlineData(5000.3)]
    public void Poisson_numbers_follow_the_law(double rate)
    {
        int[] y = new int[Count];
        AliasTable.Poisson(rate).Fill(4, 5, 0, y);
        int largest = (int)(rate + (8 * Math.Sqrt(rate)) + 20);
        double[] expected = new double[largest];
        double logFactorial = 0;
        for (int k = 0; k < largest; k++)
        {
            logFactorial += k > 0 ? Math.Log(k) : 0;
            expected[k] = Count * Math.Exp((k * Math.Log(rate)) - rate - logFactorial);
        }

        AssertChiSquare(expected, Frequencies(y, largest));
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1 << 30)]
    public void Large_Poisson_numbers_have_the_moments_of_the_distribution(double rate)
    {
        int[] y = new int[Count];
        AliasTable table = AliasTable.Poisson(rate);
        table.Fill(4, 5, 0, y);
        double mean = y.Average(), variance = y.Average(k => (k - rate) * (k - rate)), third = y.Average(k => Math.Pow((k - rate) / Math.Sqrt(rate), 3));
        Assert.Equal(rate, mean, 5 * Math.Sqrt(rate / Count));
        Assert.Equal(1, variance / rate, 5 * Math.Sqrt(2.0 / Count));
        Assert.Equal(1 / Math.Sqrt(rate), third, 5 * Math.Sqrt(15.0 / Count));
        Assert.InRange(table.Count, 20 * Math.Sqrt(rate), 22 * Math.Sqrt(rate));
    }

    [Fact]
    public void A_Poisson_number_of_rate_0_is_0()
    {
        int[] y = [5, 5, 5];
        AliasTable.Poisson(0).Fill(1, 1, 0, y);
        Assert.Equal([0, 0, 0], y);
    }

    [Cases]
    public void Any_part_of_a_draw_is_the_slice_of_the_whole(ulong seed, ulong stream, uint origin, ushort start, ushort length)
    {
        (int first, int count) = (start % 3000, length % 3000);
        int[] whole = new int[6000], part = new int[count];
        AliasTable table = AliasTable.Poisson(3);
        table.Fill(seed, stream, origin, whole);
        table.Fill(seed, stream, origin + (ulong)first, part);
        Assert.True(whole.AsSpan(first, count).SequenceEqual(part));
        RandomFill.Integers(seed, stream, origin, 1000, whole);
        RandomFill.Integers(seed, stream, origin + (ulong)first, 1000, part);
        Assert.True(whole.AsSpan(first, count).SequenceEqual(part));
        Slices<ExponentialDistribution, float>((0.5f, 0, 0));
        Slices<BernoulliDistribution, double>((0.5, 0, 0));

        void Slices<TDistribution, T>((T, T, T) parameters)
            where TDistribution : struct, IDistribution
            where T : unmanaged, IEquatable<T>
        {
            T[] whole = new T[6000], part = new T[count];
            RandomFill.Run<TDistribution, T>(parameters, seed, stream, origin, whole);
            RandomFill.Run<TDistribution, T>(parameters, seed, stream, origin + (ulong)first, part);
            Assert.True(whole.AsSpan(first, count).SequenceEqual(part));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(200)]
    public void Points_lie_on_the_sphere_and_favour_no_direction(int dimension)
    {
        int points = Count / dimension;
        double[] y = new double[points * dimension];
        float[] singles = new float[y.Length];
        RandomFill.Sphere<double>(3, 3, 0, dimension, y);
        RandomFill.Sphere<float>(3, 3, 0, dimension, singles);
        for (int i = 0; i < points; i++)
        {
            Assert.Equal(1, y.AsSpan(i * dimension, dimension).ToArray().Sum(x => x * x), 1e-14);
            Assert.Equal(1, singles.AsSpan(i * dimension, dimension).ToArray().Sum(x => (double)x * x), 1e-6);
        }

        // A coordinate's square has the mean 1/d and the variance 2 (d - 1) / (d^2 (d + 2)).
        for (int axis = 0; axis < int.Min(dimension, 3); axis++)
        {
            double[] x = [.. Enumerable.Range(0, points).Select(i => y[(i * dimension) + axis])];
            Assert.Equal(0, x.Average(), 5 / Math.Sqrt((double)dimension * points));
            Assert.Equal(1.0 / dimension, x.Average(c => c * c), (5 * Math.Sqrt(2.0 * (dimension - 1) / (dimension + 2) / points) / dimension) + 1e-15);
        }

        if (dimension == 3)
        {
            // Archimedes: a coordinate is uniform in [-1, 1].
            AssertLaw([.. Enumerable.Range(0, points).Select(i => y[3 * i])], z => (z + 1) / 2);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RandomFill.Sphere<float>(1, 1, 0, 0, singles));
        Assert.Throws<ArgumentException>(() => RandomFill.Sphere<float>(1, 1, 0, 2, singles.AsSpan(0, 3)));
    }

    [Fact]
    public void Every_order_of_four_comes_equally_often()
    {
        Dictionary<string, double> seen = [];
        for (int i = 0; i < 24_000; i++)
        {
            char[] order = ['a', 'b', 'c', 'd'];
            RandomFill.Shuffle<char>(2, 3, (ulong)i * 4, order);
            string key = new(order);
            seen[key] = seen.GetValueOrDefault(key) + 1;
        }

        AssertChiSquare([.. Enumerable.Repeat(1000.0, 24)], [.. seen.Values]);
    }

    [Fact]
    public void Children_come_from_counters_that_no_draw_reaches()
    {
        HashSet<(ulong, ulong)> children = [];
        for (ulong index = 0; index < 1000; index++)
        {
            Assert.True(children.Add(Philox.Child(1, 2, index)));
        }

        // The child's key is the block of the counter with the top bit: word by word.
        uint x0 = 5, x1 = 0x80000000, x2 = 2, x3 = 0;
        Philox.Block(ref x0, ref x1, ref x2, ref x3, 1, 0);
        Assert.Equal((x0 | ((ulong)x1 << 32), x2 | ((ulong)x3 << 32)), Philox.Child(1, 2, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.Child(1, 2, 1UL << 63));
    }

    private static T[] Draw<TDistribution, T>((T, T, T) parameters)
        where TDistribution : struct, IDistribution
        where T : unmanaged
    {
        T[] y = new T[Count];
        RandomFill.Run<TDistribution, T>(parameters, 2024, 1, 0, y);
        return y;
    }

    /// <summary>Kolmogorov and Smirnov: P(sqrt(n) D > 2.47) = 2 exp(-2 * 2.47^2) = 10^-5.</summary>
    private static void AssertLaw<T>(T[] numbers, Func<double, double> cumulative)
        where T : INumber<T>
    {
        double[] x = Array.ConvertAll(numbers, double.CreateChecked);
        Array.Sort(x);
        double distance = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double p = cumulative(x[i]);
            distance = Math.Max(distance, Math.Max(p - ((double)i / x.Length), ((i + 1.0) / x.Length) - p));
        }

        Assert.True(distance * Math.Sqrt(x.Length) < 2.47, $"Kolmogorov-Smirnov: sqrt(n) D = {distance * Math.Sqrt(x.Length)}");
    }

    private static double[] Frequencies(int[] y, int n)
    {
        double[] seen = new double[n];
        foreach (int k in y)
        {
            seen[k]++;
        }

        return seen;
    }

    /// <summary>Cells that expect fewer than 10 are joined; the bound is the mean plus 4.5 standard deviations and a little for the skew of few cells.</summary>
    private static void AssertChiSquare(double[] expected, double[] seen)
    {
        Assert.Equal(expected.Length, seen.Length);
        double chi = 0, rareExpected = 0, rareSeen = 0;
        int cells = 0;
        for (int k = 0; k < expected.Length; k++)
        {
            if (expected[k] < 10)
            {
                (rareExpected, rareSeen) = (rareExpected + expected[k], rareSeen + seen[k]);
                continue;
            }

            chi += (seen[k] - expected[k]) * (seen[k] - expected[k]) / expected[k];
            cells++;
        }

        if (rareExpected >= 10)
        {
            chi += (rareSeen - rareExpected) * (rareSeen - rareExpected) / rareExpected;
            cells++;
        }
        else
        {
            Assert.InRange(rareSeen, 0, rareExpected + 20);
        }

        double freedom = cells - 1, bound = freedom + (4.5 * Math.Sqrt(2 * freedom)) + 10;
        Assert.True(chi <= bound, $"chi square {chi} of {freedom} degrees of freedom, bound {bound}");
    }
}
