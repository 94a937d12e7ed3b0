using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>
/// Operations, layers and losses, and their gradients, against the values of PyTorch: each case is named by the expression that PyTorch evaluated
/// in tests/golden/tensors.py.
/// </summary>
public sealed class PyTorchTests
{
    public static TheoryData<string> Names => [.. GoldenValues.Names("torch")];

    // Of digamma's derivative PyTorch has nine digits: at 0.91015625 its polygamma(1, x) is 1.890516802388, where mpmath has 1.890516801502.
    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_agree_in_double(string expression) =>
        Compare(expression, PyTorchCases<double>.All(), expression.Contains("digamma", StringComparison.Ordinal) ? 1e-9 : 1e-12);

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_agree_in_single(string expression) => Compare(expression, PyTorchCases<float>.All(), 1e-5);

    [Fact]
    public void Every_case_is_in_the_file() => Assert.Empty(PyTorchCases<double>.All().Keys.Except(GoldenValues.Names("torch")));

    [Fact]
    public void Running_statistics_agree()
    {
        using Scope scope = Scope.Begin();
        ParameterBuffer<double> buffer = new();
        BatchNorm<double> norm = new(buffer, "n", 3, momentum: 0.3);
        GoldenValues.Ramp<double>([3], 12).CopyInto(norm.RunningMean);
        (GoldenValues.Ramp<double>([3], 13).Abs() + 0.5).CopyInto(norm.RunningVariance);
        norm.Apply(Tensor.Ones<double>([6]), GoldenValues.Ramp<double>([2, 3, 4]));
        Check("running mean and variance", norm.RunningMean, norm.RunningVariance);
    }

    [Fact]
    public void Clipped_norms_agree()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> gradients = GoldenValues.Ramp<double>([5]);
        Tensor<double> norm = Tensor.Scalar(Clipping.ClipNorm(gradients, 1.5));
        Check("clip_grad_norm_", norm, gradients);
    }

    [Fact]
    public void Schedules_agree()
    {
        using Scope scope = Scope.Begin();
        Check("StepLR", Rates(new StepSchedule(0.2, 4, 0.5)));
        Check("ExponentialLR", Rates(new ExponentialSchedule(0.2, 0.9)));
        Check("CosineAnnealingLR", Rates(new CosineSchedule(0.2, 10, 0.01)));

        static Tensor<double> Rates(ISchedule schedule) => Tensor.From<double>([.. Enumerable.Range(0, 10).Select(step => schedule.Rate(step))], [10]);
    }

    [Fact]
    public void Initialisers_agree_in_their_fans_and_bounds()
    {
        using Scope scope = Scope.Begin();
        (nint fanIn, nint fanOut) = Initializers.Fans([8, 5, 3, 2]);
        Check("fans", Tensor.From<double>([fanIn, fanOut], [2]));
        Tensor<double> w = Tensor.Zeros<double>([300, 80, 3, 2]);
        RandomStream random = new(1);
        (fanIn, fanOut) = Initializers.Fans(w.Shape);
        Drawn("xavier_uniform_", () => Initializers.XavierUniform(w, random, fanIn, fanOut, 2));
        Drawn("xavier_normal_", () => Initializers.XavierNormal(w, random, fanIn, fanOut));
        Drawn("kaiming_uniform_", () => Initializers.KaimingUniform(w, random, fanIn));
        Drawn("kaiming_normal_", () => Initializers.KaimingNormal(w, random, fanIn));

        void Drawn(string name, Action fill)
        {
            fill();
            double[] expected = GoldenValues.Of(name)[0].Elements;
            Assert.Equal(expected[1], w.StandardDeviation().Item(), 0.01 * expected[1]);
            if (expected[0] > 0)
            {
                Assert.Equal(expected[0], w.NormInfinity().Item(), 1e-3 * expected[0]);
            }
        }
    }

    private static void Check(string name, params Tensor<double>[] actual)
    {
        (Shape Shape, double[] Elements)[] expected = GoldenValues.Of(name);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            GoldenValues.AssertClose(name, expected[i], actual[i], 1e-12, isSum: true);
        }
    }

    private static void Compare<T>(string expression, Dictionary<string, Func<Tensor<T>[], Tensor<T>>> cases, double tolerance)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (Shape Shape, double[] Elements)[] expected = GoldenValues.Of(expression);
        Tensor<T>[] inputs = [.. GoldenValues.Inputs(expression).Select((shape, seed) => GoldenValues.Ramp<T>(shape, seed))];
        Func<Tensor<T>[], Tensor<T>> f = cases[expression];
        GoldenValues.AssertClose(expression, expected[0], f(inputs).Cast<double>(), tolerance, isSum: true);
        Tensor<T>[] gradients = Autodiff.Grad<T>(inputs, i =>
        {
            Tensor<T> y = f(i);
            return (y * GoldenValues.Ramp<T>(y.Shape, 9)).Sum();
        });
        Assert.Equal(expected.Length, gradients.Length + 1);
        for (int i = 0; i < gradients.Length; i++)
        {
            GoldenValues.AssertClose($"gradient {i} of {expression}", expected[i + 1], gradients[i].Cast<double>(), tolerance, isSum: true);
        }
    }
}
