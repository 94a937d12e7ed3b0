using Onsager.Models.Spectral;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Dual activations against their integrals, layer-wise kernels against Jacobians and against the known eigenvalues of the card layerwise-spectrum.</summary>
public sealed class SpectralTests
{
    /// <summary>Each dual with its activation, which need not be normalised.</summary>
    private static readonly Dictionary<string, (DualActivation Dual, Func<double, double> Phi)> Duals = new()
    {
        ["relu"] = (DualActivation.Relu, static x => Math.Max(0, x)),
        ["leaky relu"] = (DualActivation.LeakyRelu(0.3), static x => x > 0 ? x : 0.3 * x),
        ["absolute value"] = (DualActivation.LeakyRelu(-1), Math.Abs),
        ["linear"] = (DualActivation.LeakyRelu(1), static x => x),
        ["erf"] = (DualActivation.Erf, static x => Erf.Apply(new F64x1(x)).Value),
        ["sine"] = (DualActivation.Sine, Math.Sin),
        ["exponential"] = (DualActivation.Exponential, Math.Exp),
        ["hermite"] = (DualActivation.FromHermite([0.5, 1, -0.25, 0.125]), static x => 0.5 + x - (0.25 * ((x * x) - 1) / Math.Sqrt(2)) + (0.125 * ((x * x * x) - (3 * x)) / Math.Sqrt(6))),
    };

    public static TheoryData<string> Names => [.. Duals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Duals_are_their_integrals(string name)
    {
        (DualActivation dual, Func<double, double> phi) = Duals[name];
        double scale = Mean(phi, 1);
        foreach (double t in (ReadOnlySpan<double>)[-0.8, -0.3, 0, 0.25, 0.6, 0.9])
        {
            Assert.Equal(Mean(phi, t) / scale, dual.Value(t), 2e-4);
        }

        Assert.Equal(1, dual.Value(1), 1e-15);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_are_those_of_differences(string name)
    {
        DualActivation dual = Duals[name].Dual;
        foreach (double t in (ReadOnlySpan<double>)[-0.9, -0.3, 0, 0.25, 0.6, 0.9])
        {
            Assert.Equal((dual.Value(t + 1e-6) - dual.Value(t - 1e-6)) / 2e-6, dual.Derivative(t), 1e-8);
        }

        Assert.True(double.IsFinite(dual.Derivative(1)) && double.IsFinite(dual.Derivative(-1)));
        Assert.Equal(dual.Value(1), dual.Value(1 + 1e-15));
        Assert.True(double.IsNaN(dual.Value(double.NaN)));
    }

    /// <summary>The table of the card for L = 3, d = 3: E K_l(t) P_k(t) for t uniform in [-1, 1].</summary>
    [Fact]
    public void Eigenvalues_of_three_layers_are_the_known_ones()
    {
        double[][] expected =
        [
            [.1150, .2711, .5441], [.1259, .1374, .1075], [.05177, .03451, .02109], [.00941, .00700, .00224], [.00562, .00273, .00080], [.00170, .00120, .00016],
        ];
        for (int k = 0; k < expected.Length; k++)
        {
            double[] values = Eigenvalues(DualActivation.Relu, 3, k);
            for (int l = 0; l < 3; l++)
            {
                Assert.Equal(expected[k][l], values[l], expected[k][l] < 0.01 ? 6e-6 : 6e-5);
            }
        }
    }

    /// <summary>Two layers of relu, d = 3: the ratio of both eigenvalues is (k (k + 1) + 1) / 3 for k = 0, 1 and even k (the card's S1).</summary>
    [Fact]
    public void Two_layers_have_the_ratio_in_closed_form()
    {
        foreach (int k in (ReadOnlySpan<int>)[0, 1, 2, 4, 6])
        {
            double[] values = Eigenvalues(DualActivation.Relu, 2, k);
            Assert.Equal(((k * (k + 1)) + 1) / 3.0, values[0] / values[1], 1e-7);
        }
    }

    [Fact]
    public void All_layers_of_relu_are_1_at_1_and_one_layer_is_linear()
    {
        Assert.Equal([1.0, 1, 1, 1], LayerwiseKernels.Infinite(DualActivation.Relu, 4, 1));
        Assert.Equal([0.3], LayerwiseKernels.Infinite(DualActivation.Relu, 1, 0.3));
        Assert.Equal([0.7, 0.7, 0.7], LayerwiseKernels.Infinite(DualActivation.LeakyRelu(1), 3, 0.7), static (x, y) => Math.Abs(x - y) < 1e-15);
    }

    [Fact]
    public void Finite_kernels_are_the_products_of_gradients()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(1);
        Tensor<double>[] weights = [random.Normal<double>([5, 3]), random.Normal<double>([4, 5]), random.Normal<double>([1, 4])];
        Tensor<double> x = random.Normal<double>([6, 3]), y = random.Normal<double>([2, 3]);
        Tensor<double>[] kernels = LayerwiseKernels.Finite<Tanh>(weights, x, y, 1.3);
        for (int l = 0; l < 3; l++)
        {
            Assert.Equal("[6, 2]", kernels[l].Shape.ToString());
            for (int i = 0; i < 6; i++)
            {
                for (int j = 0; j < 2; j++)
                {
                    double expected = (Gradient(l, x.Select(0, i)) * Gradient(l, y.Select(0, j))).Sum().Item();
                    Assert.Equal(expected, kernels[l][i, j], 1e-13 * (1 + Math.Abs(expected)));
                }
            }
        }

        Tensor<double> Gradient(int layer, Tensor<double> input) => Autodiff.Grad(weights[layer], w =>
        {
            Tensor<double> h = input;
            for (int l = 0; l < 3; l++)
            {
                Tensor<double> own = l == layer ? w : weights[l];
                h = own.MatMul(h) / Math.Sqrt(own.Shape[1]);
                h = l < 2 ? h.Tanh() * 1.3 : h;
            }

            return h.Sum();
        });
    }

    [Fact]
    public void Wide_networks_have_the_kernels_of_infinite_ones()
    {
        using Scope scope = Scope.Begin();
        const int Width = 1500, Dimension = 4;
        RandomStream random = new(2);
        Tensor<double>[] weights = [random.Normal<double>([Width, Dimension]), random.Normal<double>([Width, Width]), random.Normal<double>([1, Width])];
        Tensor<double> x = random.Sphere<double>([5, Dimension]) * Math.Sqrt(Dimension), angles = x.MatMul(x.Transpose()) / Dimension;
        Tensor<double>[] kernels = LayerwiseKernels.Finite<Relu>(weights, x, x, Math.Sqrt(2));
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                double[] infinite = LayerwiseKernels.Infinite(DualActivation.Relu, 3, angles[i, j]);
                Assert.All(infinite.Index(), pair => Assert.Equal(pair.Item, kernels[pair.Index][i, j], 0.15));
            }
        }
    }

    [Fact]
    public void What_has_no_meaning_is_named()
    {
        using Scope scope = Scope.Begin();
        Throws.Exactly<ArgumentException>("dual activation: finite coefficients are needed, not all 0; the sum of their squares is 0.", () => DualActivation.FromHermite([0, 0]));
        Throws.Exactly<ArgumentOutOfRangeException>("leaky relu: the slope must be finite.", () => DualActivation.LeakyRelu(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerwiseKernels.Infinite(DualActivation.Relu, 0, 0.5));
        Tensor<double> x = Tensor.Ones<double>([2, 3]), w = Tensor.Ones<double>([4, 3]);
        Throws.Exactly<ArgumentException>("layer-wise kernels: weight 1 of 1 must be [1, 3]; got [4, 3].", () => LayerwiseKernels.Finite<Relu>([w], x, x));
        Throws.Exactly<ArgumentException>("layer-wise kernels: weight 2 of 2 must be [1, 4]; got [4, 3].", () => LayerwiseKernels.Finite<Relu>([w, w], x, x));
        Throws.Exactly<ArgumentException>(
            "layer-wise kernels: at least one weight and inputs [n, d] and [m, d] are needed; got 0 weights, [2, 3] and [2, 3].", () => LayerwiseKernels.Finite<Relu>([], x, x));
    }

    /// <summary>E phi(u) phi(v) at correlation t by the trapezoidal rule on [-9, 9]^2, which for smooth functions is exact to rounding; kinks cost 10^-4.</summary>
    private static double Mean(Func<double, double> phi, double t)
    {
        const int Points = 721;
        double[] nodes = [.. Enumerable.Range(0, Points).Select(i => -9 + (18.0 * i / (Points - 1)))];
        double[] weights = [.. nodes.Select(x => Math.Exp(-x * x / 2) * 18 / (Points - 1) / Math.Sqrt(2 * Math.PI))];
        double sum = 0, across = Math.Sqrt(1 - (t * t));
        for (int i = 0; i < Points; i++)
        {
            double inner = 0;
            for (int j = 0; j < Points; j++)
            {
                inner += weights[j] * phi((t * nodes[i]) + (across * nodes[j]));
            }

            sum += weights[i] * phi(nodes[i]) * inner;
        }

        return sum;
    }

    /// <summary>Half the integral of K_l(cos a) P_k(cos a) sin a over [0, pi] for each l, by Simpson's rule.</summary>
    private static double[] Eigenvalues(DualActivation dual, int layers, int k)
    {
        const int Intervals = 4000;
        double[] values = new double[layers];
        for (int i = 0; i <= Intervals; i++)
        {
            double angle = Math.PI * i / Intervals, t = Math.Cos(angle);
            double weight = Math.PI / Intervals / 3 * (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * Math.Sin(angle) / 2, before = 1, p = k == 0 ? 1 : t;
            for (int degree = 2; degree <= k; degree++)
            {
                (before, p) = (p, (((2 * degree) - 1) * t * p - ((degree - 1) * before)) / degree);
            }

            foreach ((int l, double kernel) in LayerwiseKernels.Infinite(dual, layers, t).Index())
            {
                values[l] += weight * kernel * p;
            }
        }

        return values;
    }
}
