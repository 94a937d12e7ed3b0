namespace Onsager.Simd.Tests;

/// <summary>Bad parameters of distributions: the exact exception and message, and nothing written.</summary>
public class RandomRefusalTests
{
    [Fact]
    public void Parameters_that_are_no_distribution_are_refused()
    {
        const string width = "uniform: high must be finite, above low = 1 and not so far above that the width overflows.";
        Out("low", double.NaN, "uniform: low must be finite.", () => DistributionParameters.UniformBetween<float>(double.NaN, 1));
        Out("low", 1e39, "uniform: low must be finite.", () => DistributionParameters.UniformBetween<float>(1e39, 1e40));
        Out("high", 1, width, () => DistributionParameters.UniformBetween<double>(1, 1));
        Out("high", 0, width, () => DistributionParameters.UniformBetween<double>(1, 0));
        Out("high", double.NaN, width, () => DistributionParameters.UniformBetween<double>(1, double.NaN));
        Out("high", 1.00000001, width, () => DistributionParameters.UniformBetween<float>(1, 1.00000001));
        Out("high", 1.7e308, width.Replace("= 1 ", "= -1.7E+308 "), () => DistributionParameters.UniformBetween<double>(-1.7e308, 1.7e308));
        Out("mean", double.PositiveInfinity, "normal: the mean must be finite.", () => DistributionParameters.Normal<double>(double.PositiveInfinity, 1));
        Out("std", -1, "normal: the standard deviation must be finite and not negative.", () => DistributionParameters.Normal<double>(0, -1));
        Out("std", double.NaN, "normal: the standard deviation must be finite and not negative.", () => DistributionParameters.Normal<float>(0, double.NaN));
        const string rate = "exponential: the rate must be positive and finite, and so must its reciprocal.";
        Out("rate", 0, rate, () => DistributionParameters.Exponential<float>(0));
        Out("rate", -1, rate, () => DistributionParameters.Exponential<double>(-1));
        Out("rate", 1e-300, rate, () => DistributionParameters.Exponential<float>(1e-300));
        Out("rate", double.NaN, rate, () => DistributionParameters.Exponential<double>(double.NaN));
        const string probability = "bernoulli: the probability must be in [0, 1].";
        Out("p", -0.1, probability, () => DistributionParameters.Bernoulli<float>(-0.1));
        Out("p", 1.1, probability, () => DistributionParameters.Bernoulli<double>(1.1));
        Out("p", double.NaN, probability, () => DistributionParameters.Bernoulli<double>(double.NaN));
        RefusalTests.Refused<NotSupportedException>(
            "normal: the element type is Int32; float (Single) and double (Double) are supported.", () => DistributionParameters.Normal<int>(0, 1));
    }

    [Fact]
    public void Tables_without_probabilities_are_refused()
    {
        Out("weights", -1, "categorical: weights must be finite and not negative; weight 1 is -1.", () => AliasTable.FromWeights([1, -1]));
        Out("weights", double.NaN, "categorical: weights must be finite and not negative; weight 0 is NaN.", () => AliasTable.FromWeights([double.NaN]));
        Out("weights", 0, "categorical: 2 weights with the sum 0; at least one must be positive and the sum finite.", () => AliasTable.FromWeights([0, 0]));
        Out("weights", 0, "categorical: 0 weights with the sum 0; at least one must be positive and the sum finite.", () => AliasTable.FromWeights([]));
        Out(
            "weights", double.PositiveInfinity, "categorical: 2 weights with the sum Infinity; at least one must be positive and the sum finite.",
            () => AliasTable.FromWeights([1.7e308, 1.7e308]));
        Out("logits", double.NaN, "categorical: logits must be finite or -infinity; logit 1 is NaN.", () => AliasTable.FromLogits([0, double.NaN]));
        Out("logits", double.NegativeInfinity, "categorical: 1 logits, of which none is above -infinity.", () => AliasTable.FromLogits([double.NegativeInfinity]));
        Out("rate", -1, "poisson: the rate must be in [0, 2^30].", () => AliasTable.Poisson(-1));
        Out("rate", 1.1e9, "poisson: the rate must be in [0, 2^30].", () => AliasTable.Poisson(1.1e9));
        Out("rate", double.NaN, "poisson: the rate must be in [0, 2^30].", () => AliasTable.Poisson(double.NaN));
    }

    [Fact]
    public void Draws_refuse_and_write_nothing()
    {
        int[] y = [7, 7];
        short[] small = [7, 7];
        float[] points = [7, 7, 7];
        Out("n", 0, "integers: n must be at least 1.", () => RandomFill.Integers(1, 2, 0, 0, y));
        Out("dimension", 0, "sphere: the dimension must be at least 1.", () => RandomFill.Sphere<float>(1, 2, 0, 0, points));
        RefusalTests.Refused<ArgumentException>(
            "sphere: 3 elements are no whole number of points of 2 coordinates. (Parameter 'y')", () => RandomFill.Sphere<float>(1, 2, 0, 2, points));
        RefusalTests.Refused<NotSupportedException>(
            "uniform: the element type is Int16; float (Single) and double (Double) are supported.", () => RandomFill.Uniform<short>(1, 2, 0, small));
        RefusalTests.Refused<NotSupportedException>(
            "normal: the element type is Int32; float (Single) and double (Double) are supported.", () => RandomFill.Normal<int>(1, 2, 0, y));
        RefusalTests.Refused<ArgumentOutOfRangeException>(
            $"child stream: the index must be below 2^63. (Parameter 'index')\nActual value was {1UL << 63}.", () => Philox.Child(1, 2, 1UL << 63));
        Assert.Equal([7, 7], y);
        Assert.Equal([7, 7], small);
        Assert.Equal([7, 7, 7], points);
    }

    /// <summary>Parents, children and grandchildren: the correlation of any two of their streams is that of independent numbers.</summary>
    [Fact]
    public void Streams_and_their_children_are_not_correlated()
    {
        const int count = 1 << 16;
        List<(ulong Seed, ulong Stream)> streams = [(2024, 1), (2024, 2)];
        for (ulong index = 0; index < 5; index++)
        {
            (ulong seed, ulong stream) = Philox.Child(2024, 1, index);
            streams.Add((seed, stream));
            streams.Add(Philox.Child(seed, stream, index));
        }

        double[][] numbers = [.. streams.Select(Numbers)];
        for (int i = 0; i < numbers.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // The product of two centred uniforms has the variance 1/144.
                double mean = numbers[i].Zip(numbers[j], (x, y) => x * y).Average();
                Assert.True(Math.Abs(mean) < 5 / 12.0 / Math.Sqrt(count), $"streams {i} and {j}: {mean}");
            }
        }

        static double[] Numbers((ulong Seed, ulong Stream) stream)
        {
            double[] x = new double[count];
            RandomFill.Uniform<double>(stream.Seed, stream.Stream, 0, x);
            return [.. x.Select(u => u - 0.5)];
        }
    }

    private static void Out(string parameter, double value, string message, Action work) =>
        RefusalTests.Refused<ArgumentOutOfRangeException>($"{message} (Parameter '{parameter}')\nActual value was {value}.", work);
}
