using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Onsager.Models.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Gauss rules: nodes and weights against 40 digits of tests/golden/gauss.py, exactness on polynomials, symmetry, refusals.</summary>
public sealed class GaussRuleTests
{
    private static readonly JsonElement[] Rows =
        [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "gauss.json"))).RootElement.EnumerateArray()];

    /// <summary>By the names of the golden file, with the ulp that nodes and weights may be off.</summary>
    private static readonly Dictionary<string, (Func<int, GaussRule> Make, double Nodes, double Weights)> Rules = new()
    {
        ["legendre"] = (n => GaussRule.Legendre(n), 0.51, 0.51),
        ["hermite"] = (GaussRule.Hermite, 0.51, 0.51),
        ["normal"] = (GaussRule.Normal, 0.51, 0.51),
        ["laguerre"] = (n => GaussRule.Laguerre(n), 0.51, 0.51),
        ["laguerre 2.5"] = (n => GaussRule.Laguerre(n, 2.5), 0.51, 6),
        ["jacobi 0.5 -0.25"] = (n => GaussRule.Jacobi(n, 0.5, -0.25), 0.51, 6),
        ["jacobi -0.5 -0.5"] = (n => GaussRule.Jacobi(n, -0.5, -0.5), 0.51, 6),
        ["jacobi 3 0"] = (n => GaussRule.Jacobi(n, 3, 0), 0.51, 6),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nodes_and_weights_are_those_of_forty_digits(string name)
    {
        (Func<int, GaussRule> make, double nodeLimit, double weightLimit) = Rules[name];
        JsonElement[] own = [.. Rows.Where(row => row.GetProperty("rule").GetString() == name)];
        Assert.True(own.Length > 20);
        foreach (IGrouping<int, JsonElement> group in own.GroupBy(row => row.GetProperty("n").GetInt32()))
        {
            GaussRule rule = make(group.Key);
            Assert.Equal(group.Key, rule.Count);
            foreach (JsonElement row in group)
            {
                int i = row.GetProperty("i").GetInt32();
                Check(rule.Nodes[i], row.GetProperty("node").GetString()!, nodeLimit, $"{name} {group.Key}: node {i}");
                Check(rule.Weights[i], row.GetProperty("weight").GetString()!, weightLimit, $"{name} {group.Key}: weight {i}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(301)]
    public void Polynomials_are_integrated_exactly(int n)
    {
        // Legendre polynomials up to degree 2n - 1 have the integral 0, but for the first; Chebyshev's likewise under their weights.
        GaussRule legendre = GaussRule.Legendre(n), first = GaussRule.ChebyshevFirst(n), second = GaussRule.ChebyshevSecond(n);
        Assert.Equal(2, legendre.Integrate(_ => 1), 1e-14);
        Assert.Equal(Math.PI, first.Integrate(_ => 1), 1e-13);
        Assert.Equal(Math.PI / 2, second.Integrate(_ => 1), 1e-13);
        for (int degree = 1; degree < 2 * n; degree += 1 + (degree / 5))
        {
            Assert.Equal(0, legendre.Integrate(x => Legendre(degree, x)), 1e-14);
            Assert.Equal(0, first.Integrate(x => Math.Cos(degree * Math.Acos(x))), 1e-12);
            Assert.Equal(0, second.Integrate(x => Math.Sin((degree + 1) * Math.Acos(x)) / Math.Sqrt((1 - x) * (1 + x))), 1e-11);
        }
    }

    [Fact]
    public void Moments_are_gamma_functions()
    {
        GaussRule normal = GaussRule.Normal(20), laguerre = GaussRule.Laguerre(20), hermite = GaussRule.Hermite(20);
        double factorial = 1, odd = 1;
        for (int k = 0; k < 20; k++)
        {
            Assert.Equal(1, laguerre.Integrate(x => Math.Pow(x, k)) / factorial, 1e-13);
            Assert.Equal(1, normal.Integrate(x => Math.Pow(x, 2 * k)) / odd, 1e-12);
            Assert.Equal(0, normal.Integrate(x => Math.Pow(x, (2 * k) + 1)) / odd, 1e-9);
            factorial *= k + 1;
            odd *= (2 * k) + 1;
        }

        Assert.Equal(Math.Sqrt(Math.PI) * Math.Exp(-0.25), hermite.Integrate(Math.Cos), 1e-14);
        Assert.Equal(Math.Exp(0.5), normal.Integrate(Math.Exp), 1e-13);
        Assert.Equal((Math.E * Math.E * Math.E) - Math.E, GaussRule.Legendre(12, 1, 3).Integrate(Math.Exp), 1e-13);
    }

    [Fact]
    public void Even_rules_are_symmetric_to_the_bit_and_all_rise()
    {
        foreach (Func<int, GaussRule> make in (Func<int, GaussRule>[])[n => GaussRule.Legendre(n), GaussRule.Hermite, GaussRule.Normal, n => GaussRule.Jacobi(n, 0.3, 0.3), GaussRule.ChebyshevFirst, GaussRule.ChebyshevSecond])
        {
            foreach (int n in (int[])[1, 2, 3, 8, 33, 120])
            {
                GaussRule rule = make(n);
                for (int i = 0; i < n; i++)
                {
                    Assert.Equal(rule.Nodes[i], -rule.Nodes[n - 1 - i]);
                    Assert.Equal(rule.Weights[i], rule.Weights[n - 1 - i]);
                    Assert.True(i == 0 || rule.Nodes[i] > rule.Nodes[i - 1]);
                }
            }
        }
    }

    [Fact]
    public void Weights_that_are_too_small_are_zero_and_the_rest_is_right()
    {
        GaussRule rule = GaussRule.Laguerre(400);
        Assert.Equal(0, rule.Weights[399]);
        Assert.Equal(1, rule.Integrate(_ => 1), 1e-13);
        Assert.Equal(0.5, rule.Integrate(Math.Sin), 1e-12);
    }

    [Fact]
    public void Refusals_name_what_is_wrong()
    {
        Assert.StartsWith("gauss legendre: at least one node is needed.", Assert.Throws<ArgumentOutOfRangeException>(() => GaussRule.Legendre(0)).Message, StringComparison.Ordinal);
        Assert.StartsWith("gauss laguerre: the exponent must be finite and above -1.", Assert.Throws<ArgumentOutOfRangeException>(() => GaussRule.Laguerre(3, -1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("gauss jacobi: the exponent must be finite and above -1.", Assert.Throws<ArgumentOutOfRangeException>(() => GaussRule.Jacobi(3, 0, double.NaN)).Message, StringComparison.Ordinal);
        Throws.Exactly<ArgumentException>("gauss legendre: finite bounds are needed; got 0 and Infinity.", () => GaussRule.Legendre(3, 0, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussRule.ChebyshevFirst(-1));
        Assert.Throws<ArgumentNullException>(() => GaussRule.Legendre(1).Integrate(null!));
    }

    private static double Legendre(int degree, double x)
    {
        (double before, double at) = (1, x);
        for (int k = 1; k < degree; k++)
        {
            (before, at) = (at, ((((2 * k) + 1) * x * at) - (k * before)) / (k + 1));
        }

        return at;
    }

    /// <summary>The difference from the true number in units of its last place, in whole numbers.</summary>
    private static void Check(double value, string digits, double limit, string what)
    {
        double nearest = double.Parse(digits, CultureInfo.InvariantCulture);
        if (nearest == 0 || Math.Abs(nearest) < 1e-300)
        {
            Assert.Equal(nearest, value, 1e-307);
            return;
        }

        // digits = whole / 10^places; value and ulp are whole multiples of 2^-1100.
        string[] parts = digits.Split('e');
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0, point = parts[0].IndexOf('.', StringComparison.Ordinal);
        BigInteger whole = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        int places = parts[0].Length - point - 1 - exponent;
        BigInteger truth = places >= 0 ? (whole << 1100) / BigInteger.Pow(10, places) : (whole << 1100) * BigInteger.Pow(10, -places);
        BigInteger error = BigInteger.Abs(Whole(value) - truth), ulp = Whole(Math.BitIncrement(Math.Abs(nearest)) - Math.Abs(nearest));
        double ulps = (double)(error * 1000 / ulp) / 1000;
        Assert.True(ulps <= limit, $"{what} is {value:R}, {ulps} ulp from {digits}");
    }

    private static BigInteger Whole(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger fraction = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        return (bits < 0 ? -fraction : fraction) << (int.Max(exponent, 1) - 1075 + 1100);
    }
}
