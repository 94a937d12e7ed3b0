using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Hermite and zonal polynomials, their rules, power series of duals, and spectra against the card layerwise-spectrum, closed forms and stored kernels.</summary>
public sealed class SpectrumTests
{
    [Fact]
    public void Hermite_polynomials_are_the_known_ones()
    {
        foreach (double x in (ReadOnlySpan<double>)[-2.5, -1, 0, 0.3, 4])
        {
            double[] values = new double[6];
            Hermite.Evaluate(x, values);
            double[] expected =
            [
                1, x, ((x * x) - 1) / Math.Sqrt(2), ((x * x * x) - (3 * x)) / Math.Sqrt(6), ((x * x * x * x) - (6 * x * x) + 3) / Math.Sqrt(24),
                ((x * x * x * x * x) - (10 * x * x * x) + (15 * x)) / Math.Sqrt(120),
            ];
            Assert.All(values.Index(), pair => Assert.Equal(expected[pair.Index], pair.Item, 1e-14 * (1 + Math.Abs(expected[pair.Index]))));
        }

        Hermite.Evaluate(double.NaN, []);
        double[] broken = new double[2];
        Hermite.Evaluate(double.NaN, broken);
        Assert.Equal([1, double.NaN], broken);
    }

    /// <summary>E exp(g) h_k(g) = sqrt(e / k!); E |g| h_k(g) is 0 for odd k, and sqrt(2 / pi) for k = 0.</summary>
    [Fact]
    public void Coefficients_of_activations_are_those_in_closed_form()
    {
        double[] exponential = Hermite.Coefficients<Exp>(12), square = Hermite.Coefficients<Square>(4, nodes: 4), absolute = Hermite.Coefficients<Abs>(3, nodes: 400);
        double factorial = 1;
        for (int k = 0; k < exponential.Length; k++)
        {
            factorial *= int.Max(k, 1);
            Assert.Equal(Math.Sqrt(Math.E / factorial), exponential[k], 1e-12);
        }

        Assert.Equal([1, 0, Math.Sqrt(2), 0], square, static (x, y) => Math.Abs(x - y) < 1e-14);
        Assert.Equal(Math.Sqrt(2 / Math.PI), absolute[0], 2e-3);
        Assert.Equal(0, absolute[1], 1e-14);
        Assert.Throws<ArgumentOutOfRangeException>(() => Hermite.Coefficients<Exp>(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hermite.Coefficients<Exp>(5, nodes: 4));
    }

    [Fact]
    public void Duals_by_Hermite_coefficients_are_those_in_closed_form()
    {
        foreach ((DualActivation found, DualActivation expected) in new[] { (DualActivation.Of<Sin>(), DualActivation.Sine), (DualActivation.Of<Exp>(60), DualActivation.Exponential) })
        {
            foreach (double t in (ReadOnlySpan<double>)[-1, -0.4, 0, 0.7, 1])
            {
                Assert.Equal(expected.Value(t), found.Value(t), 1e-12);
                Assert.Equal(expected.Derivative(t), found.Derivative(t), 1e-10);
            }
        }
    }

    public static TheoryData<string> Names => ["relu", "leaky", "absolute", "linear", "erf", "sine", "exponential", "hermite"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Power_series_sum_to_the_dual(string name)
    {
        DualActivation dual = Named(name);
        double[] series = dual.PowerSeries(300);
        foreach (double t in (ReadOnlySpan<double>)[-0.8, -0.3, 0, 0.5, 0.9])
        {
            double sum = 0;
            for (int k = series.Length - 1; k >= 0; k--)
            {
                sum = (sum * t) + series[k];
            }

            Assert.Equal(dual.Value(t), sum, 1e-14);
        }

        Assert.All(series, static coefficient => Assert.True(coefficient >= 0));
        Assert.Equal(series[..1], dual.PowerSeries(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => dual.PowerSeries(0));
    }

    [Fact]
    public void Zonal_polynomials_are_those_of_Chebyshev_Legendre_and_the_fourth_dimension()
    {
        using Scope scope = Scope.Begin();
        double[] values = new double[9];
        foreach (double angle in (ReadOnlySpan<double>)[0.2, 1, 2, 3])
        {
            double t = Math.Cos(angle);
            Gegenbauer.Evaluate(2, t, values);
            Assert.All(values.Index(), pair => Assert.Equal(Math.Cos(pair.Index * angle), pair.Item, 1e-14));
            Gegenbauer.Evaluate(3, t, values);
            Assert.Equal(((35 * t * t * t * t) - (30 * t * t) + 3) / 8, values[4], 1e-14);

            // In four dimensions they are Chebyshev's of the second kind over k + 1.
            Gegenbauer.Evaluate(4, t, values);
            Assert.All(values.Index(), pair => Assert.Equal(Math.Sin((pair.Index + 1) * angle) / Math.Sin(angle) / (pair.Index + 1), pair.Item, 1e-14));
            Tensor<double>[] tensors = Gegenbauer.Evaluate(4, Tensor.From<double>([t, -t], [2]), 9);
            Assert.All(tensors.Index(), pair => Assert.Equal(values[pair.Index], pair.Item[0], 1e-14));
            Assert.All(tensors.Index(), pair => Assert.Equal(pair.Index % 2 == 0 ? pair.Item[0] : -pair.Item[0], pair.Item[1], 1e-15));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Gegenbauer.Evaluate(1, 0.5, new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gegenbauer.Evaluate(3, Tensor.Scalar(0.5), 0));
    }

    /// <summary>Harmonics: 2 k + 1 in three dimensions, (k + 1)^2 in four; those of degrees up to k span the polynomials on the sphere.</summary>
    [Fact]
    public void Multiplicities_and_rules_are_orthogonality()
    {
        for (int k = 0; k < 12; k++)
        {
            Assert.Equal(k == 0 ? 1 : 2, Gegenbauer.Multiplicity(2, k));
            Assert.Equal((2 * k) + 1, Gegenbauer.Multiplicity(3, k));
            Assert.Equal((k + 1) * (k + 1), Gegenbauer.Multiplicity(4, k));
        }

        foreach (int d in (ReadOnlySpan<int>)[2, 3, 5, 10, 300])
        {
            (double[] t, double[] weights) = Gegenbauer.Rule(d, 64);
            double[,] products = new double[6, 6];
            double[] values = new double[6];
            for (int i = 0; i < t.Length; i++)
            {
                Gegenbauer.Evaluate(d, t[i], values);
                for (int j = 0; j < 36; j++)
                {
                    products[j / 6, j % 6] += weights[i] * values[j / 6] * values[j % 6];
                }
            }

            for (int j = 0; j < 36; j++)
            {
                Assert.Equal(j / 6 == j % 6 ? 1 / Gegenbauer.Multiplicity(d, j / 6) : 0, products[j / 6, j % 6], 1e-12);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Gegenbauer.Multiplicity(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gegenbauer.Rule(3, 0));
    }

    /// <summary>The mean of x^a y^b z^c over the sphere is (a-1)!! (b-1)!! (c-1)!! / (a + b + c + 1)!! for even powers, 0 otherwise.</summary>
    [Fact]
    public void The_grid_on_the_sphere_integrates_polynomials()
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> points, Tensor<double> weights) = SphereGrid.Product(4, 8);
        Assert.Equal("[32, 3]", points.Shape.ToString());
        for (int power = 0; power < 512; power++)
        {
            (int a, int b, int c) = (power / 64, power / 8 % 8, power % 8);
            if (a + b + c > 7)
            {
                continue;
            }

            double sum = 0;
            for (int i = 0; i < 32; i++)
            {
                sum += weights[i] * Math.Pow(points[i, 0], a) * Math.Pow(points[i, 1], b) * Math.Pow(points[i, 2], c);
            }

            double expected = (a | b | c) % 2 == 1 ? 0 : Odd(a - 1) * Odd(b - 1) * Odd(c - 1) / Odd(a + b + c + 1);
            Assert.Equal(expected, sum, 1e-15);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => SphereGrid.Product(0, 3));
        static double Odd(int n) => n <= 1 ? 1 : n * Odd(n - 2);
    }

    /// <summary>The table of the card for L = 3, d = 10.</summary>
    [Fact]
    public void Eigenvalues_in_ten_dimensions_are_the_known_ones()
    {
        double[][] expected =
        [
            [2.95610e-2, 2.13207e-1, 5.07982e-1], [3.26511e-2, 3.74049e-2, 3.09408e-2], [5.20662e-3, 3.68664e-3, 2.43544e-3], [3.99325e-4, 3.03465e-4, 1.19184e-4],
            [9.76826e-5, 5.10980e-5, 1.98384e-5], [1.40745e-5, 1.02087e-5, 2.13067e-6], [6.92594e-6, 3.27414e-6, 8.14509e-7],
        ];
        foreach (int nodes in (ReadOnlySpan<int>)[64, 256])
        {
            LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, 3, 10, 6, nodes);
            for (int k = 0; k <= 6; k++)
            {
                for (int l = 1; l <= 3; l++)
                {
                    Assert.Equal(1, spectrum[l, k] / expected[k][l - 1], 3e-6);
                }
            }
        }
    }

    /// <summary>The sum of all eigenvalues times their multiplicities is the kernel at equal points, which is 1 for relu.</summary>
    [Fact]
    public void Multiplicities_times_eigenvalues_sum_to_the_kernel()
    {
        LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Erf, 3, 3, 60);
        double[] kernels = LayerwiseKernels.Infinite(DualActivation.Erf, 3, 1);
        for (int l = 1; l <= 3; l++)
        {
            Assert.Equal(kernels[l - 1], Enumerable.Range(0, 61).Sum(k => spectrum[l, k] * Gegenbauer.Multiplicity(3, k)), 1e-10);
        }
    }

    /// <summary>Two layers in high dimension have the ratio k, for every activation (the card's S1); shares at finite d tend to those.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void High_dimensions_are_power_series(string name)
    {
        DualActivation dual = Named(name);
        LayerwiseSpectrum two = LayerwiseSpectrum.HighDimension(dual, 2, 5), three = LayerwiseSpectrum.HighDimension(dual, 3, 4), wide = LayerwiseSpectrum.Infinite(dual, 3, 4000, 2);
        for (int k = 0; k <= 5; k++)
        {
            Assert.Equal(k * two[2, k], two[1, k], 1e-14);
        }

        for (int k = 0; k <= 2; k++)
        {
            if (three[3, k] > 0)
            {
                Assert.Equal(three.Share(1, k), wide.Share(1, k), 3e-3);
            }
        }

        if (name == "relu")
        {
            Assert.Equal(0.555, three.Share(1, 4), 5e-4);
        }
    }

    /// <summary>Tiles, the last of them not full, give the mean over pairs of stored kernels.</summary>
    [Fact]
    public void Spectra_of_given_weights_are_means_over_pairs()
    {
        using Scope scope = Scope.Begin();
        const int N = LayerwiseSpectrum.TileRows + 70, D = 4;
        RandomStream random = new(5);
        Tensor<double>[] weights = [random.Normal<double>([6, D]), random.Normal<double>([5, 6]), random.Normal<double>([1, 5])];
        Tensor<double> x = random.Sphere<double>([N, D]) * Math.Sqrt(D);
        LayerwiseSpectrum spectrum = LayerwiseSpectrum.Finite<Gelu>(weights, x, 3, 1.5);
        Tensor<double>[] kernels = LayerwiseKernels.Finite<Gelu>(weights, x, x, 1.5);
        Tensor<double> t = x.MatMul(x.Transpose()) / D;
        double[] values = new double[4];
        for (int l = 0; l < 3; l++)
        {
            double[] sums = new double[4];
            for (int i = 0; i < N; i++)
            {
                for (int j = 0; j < N; j++)
                {
                    Gegenbauer.Evaluate(D, t[i, j], values);
                    for (int k = 0; k < 4 && i != j; k++)
                    {
                        sums[k] += kernels[l][i, j] * values[k] / N / (N - 1);
                    }
                }
            }

            Assert.All(sums.Index(), pair => Assert.Equal(pair.Item, spectrum[l + 1, pair.Index], 1e-11));
            double[] diagonal = LayerwiseKernels.Diagonals<Gelu>(weights, x, 1.5)[l].ToArray(), expected = kernels[l].Diagonal().ToArray();
            Assert.All(diagonal.Index(), pair => Assert.Equal(expected[pair.Index], pair.Item, 1e-12 * (1 + expected[pair.Index])));
        }
    }

    [Fact]
    public void Means_and_shares()
    {
        LayerwiseSpectrum one = LayerwiseSpectrum.Infinite(DualActivation.Relu, 2, 3, 1), other = LayerwiseSpectrum.Infinite(DualActivation.Erf, 2, 3, 1), mean = LayerwiseSpectrum.Mean(one, other);
        Assert.Equal((one[1, 1] + other[1, 1]) / 2, mean[1, 1], 1e-15);
        Assert.Equal(1, mean.Share(1, 0) + mean.Share(2, 0), 1e-15);
        Assert.Equal((2, 1), (mean.Layers, mean.Degrees));
    }

    [Fact]
    public void What_has_no_meaning_is_named()
    {
        using Scope scope = Scope.Begin();
        LayerwiseSpectrum spectrum = LayerwiseSpectrum.Infinite(DualActivation.Relu, 2, 3, 1);
        foreach ((int layer, int degree) in new[] { (0, 0), (3, 0), (1, -1), (1, 2) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => spectrum[layer, degree]);
            Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.Share(layer, degree));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => LayerwiseSpectrum.Infinite(DualActivation.Relu, 0, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerwiseSpectrum.Infinite(DualActivation.Relu, 2, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerwiseSpectrum.Infinite(DualActivation.Relu, 2, 3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerwiseSpectrum.HighDimension(DualActivation.Relu, 0, 1));
        Throws.Exactly<ArgumentException>("layer-wise spectrum: the mean of no spectra.", () => LayerwiseSpectrum.Mean());
        Throws.Exactly<ArgumentException>(
            "layer-wise spectrum: 3 layers up to degree 1 and 2 up to 1 have no mean.", () => LayerwiseSpectrum.Mean(spectrum, LayerwiseSpectrum.Infinite(DualActivation.Relu, 3, 3, 1)));
        Tensor<double> w = Tensor.Ones<double>([1, 3]), x = Tensor.Ones<double>([4, 3]);
        Throws.Exactly<ArgumentException>(
            "layer-wise spectrum: points of length sqrt(d) are needed, here |x|^2 = 3; the largest relative deviation of |x|^2 is 3.", () => LayerwiseSpectrum.Finite<Relu>([w], x * 2.0, 1));
        Throws.Exactly<ArgumentException>("layer-wise spectrum: at least two points are needed; got [1, 3].", () => LayerwiseSpectrum.Finite<Relu>([w], x.Slice(0, 0, 1), 1));
        Throws.Exactly<ArgumentException>("layer-wise kernels: weight 1 of 1 must be [1, 3]; got [4, 3].", () => LayerwiseSpectrum.Finite<Relu>([x], x, 1));
        Tensor<double> astray = Tensor.Full([4, 3], double.NaN);
        Assert.Throws<ArgumentException>(() => LayerwiseSpectrum.Finite<Relu>([w], astray, 1));
    }

    private static DualActivation Named(string name) => name switch
    {
        "relu" => DualActivation.Relu,
        "leaky" => DualActivation.LeakyRelu(0.3),
        "absolute" => DualActivation.LeakyRelu(-1),
        "linear" => DualActivation.LeakyRelu(1),
        "erf" => DualActivation.Erf,
        "sine" => DualActivation.Sine,
        "exponential" => DualActivation.Exponential,
        _ => DualActivation.FromHermite([0.5, 1, -0.25, 0.125]),
    };
}
