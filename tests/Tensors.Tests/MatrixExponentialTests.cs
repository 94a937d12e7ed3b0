namespace Onsager.Tensors.Tests;

/// <summary>The exponential of matrices against the series in double-double arithmetic, closed forms and what it must obey.</summary>
public sealed class MatrixExponentialTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(4.0)]
    [InlineData(9.0)]
    [InlineData(60.0)]
    public void Every_degree_and_squaring_agrees_with_the_series(double norm)
    {
        foreach (int n in (int[])[1, 2, 7, 20])
        {
            using Scope scope = Scope.Begin();
            Tensor<double> random = new RandomStream(8).Normal<double>([n, n]), a = random * (norm / Norms.One(random).Item());
            double[] exact = Series(a.ToArray(), n);
            Near(exact, LinearAlgebra.MatrixExponential(a), n, norm, 2.2e-16);
            Near(exact, LinearAlgebra.MatrixExponential(a.Cast<float>()), n, norm, 1.2e-7);
        }
    }

    [Fact]
    public void Closed_forms_are_met()
    {
        using Scope scope = Scope.Begin();
        double angle = 0.7;
        Tensor<double> turn = LinearAlgebra.MatrixExponential(Tensor.From(new[,] { { 0, -angle }, { angle, 0 } }));
        double[] expected = [Math.Cos(angle), -Math.Sin(angle), Math.Sin(angle), Math.Cos(angle)];
        Assert.All(expected.Zip(turn.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        Tensor<double> nilpotent = Tensor.From(new[,] { { 0.0, 2, 3 }, { 0, 0, 4 }, { 0, 0, 0 } });
        Assert.All(new[] { 1.0, 2, 7, 0, 1, 4, 0, 0, 1 }.Zip(LinearAlgebra.MatrixExponential(nilpotent).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.Equal(Tensor.Identity<double>(4).ToArray(), LinearAlgebra.MatrixExponential(Tensor.Zeros<double>([4, 4])).ToArray());
        Tensor<double> diagonal = Tensor.From([-700.0, -1, 0, 3, 700]).DiagEmbed(), of = LinearAlgebra.MatrixExponential(diagonal).Diagonal(0, 0, 1);
        Assert.All(new[] { -700.0, -1, 0, 3, 700 }.Zip(of.ToArray()), pair => Assert.Equal(1, pair.Second / Math.Exp(pair.First), 1e-12));
    }

    [Fact]
    public void The_inverse_is_the_exponential_of_the_opposite_and_the_determinant_that_of_the_trace()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = new RandomStream(8).Normal<double>([3, 6, 6]), forth = LinearAlgebra.MatrixExponential(a), back = LinearAlgebra.MatrixExponential(-a);
        Tensor<double> difference = forth.MatMul(back) - Tensor.Identity<double>(6);
        Assert.All((Norms.One(difference) / (Norms.One(forth) * Norms.One(back))).ToArray(), x => Assert.InRange(x, 0, 1e-14));
        (Tensor<double> sign, Tensor<double> logarithm) = LinearAlgebra.SignedLogDeterminant(forth);
        Assert.All(sign.ToArray(), x => Assert.Equal(1, x));
        Assert.All(logarithm.ToArray().Zip(a.Diagonal(0, 1, 2).Sum(1).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e308)]
    public void What_is_not_finite_ends_and_shows(double value)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Tensor.Full<double>([2, 3, 3], value);
        a.Select(0, 1).Fill(0);
        Assert.Contains(LinearAlgebra.MatrixExponential(a).Select(0, 0).ToArray(), x => !double.IsFinite(x));
        Assert.Equal(Tensor.Identity<double>(3).ToArray(), LinearAlgebra.MatrixExponential(a).Select(0, 1).ToArray());
    }

    private static void Near<T>(double[] exact, Tensor<T> computed, int n, double norm, double epsilon)
        where T : unmanaged
    {
        double[] difference = [.. exact.Zip(TestMatrices.Elements(computed), (x, y) => x - y)];

        // The condition number of the exponential of a matrix is at least its norm; normal matrices have no more.
        double error = TestMatrices.Norm1(difference, n, n) / TestMatrices.Norm1(exact, n, n);
        Assert.True(error <= 20 * epsilon * n * Math.Max(1, norm), $"{typeof(T).Name} {n} {norm}: {error / epsilon} units");
    }

    /// <summary>The series of a divided by 2^12, squared twelve times, on pairs of doubles.</summary>
    private static double[] Series(double[] a, int n)
    {
        const int halvings = 12;
        (double High, double Low)[] x = [.. a.Select(v => (Math.ScaleB(v, -halvings), 0.0))], sum = Identity(n), term = Identity(n);
        for (int k = 1; k < 40; k++)
        {
            term = [.. Times(term, x, n).Select(t => Over(t, k))];
            sum = [.. sum.Zip(term, Plus)];
        }

        for (int i = 0; i < halvings; i++)
        {
            sum = Times(sum, sum, n);
        }

        return [.. sum.Select(s => s.High + s.Low)];
    }

    private static (double High, double Low)[] Identity(int n) => [.. Enumerable.Range(0, n * n).Select(i => (i % (n + 1) == 0 ? 1.0 : 0, 0.0))];

    private static (double High, double Low)[] Times((double High, double Low)[] x, (double High, double Low)[] y, int n)
    {
        (double High, double Low)[] z = new (double, double)[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++)
                {
                    z[(i * n) + j] = Plus(z[(i * n) + j], Product(x[(i * n) + k], y[(k * n) + j]));
                }
            }
        }

        return z;
    }

    private static (double High, double Low) Product((double High, double Low) x, (double High, double Low) y)
    {
        double high = x.High * y.High, low = Math.FusedMultiplyAdd(x.High, y.High, -high) + ((x.High * y.Low) + (x.Low * y.High));
        return (high + low, high - (high + low) + low);
    }

    private static (double High, double Low) Plus((double High, double Low) x, (double High, double Low) y)
    {
        double sum = x.High + y.High, part = sum - x.High, low = (x.High - (sum - part)) + (y.High - part) + (x.Low + y.Low);
        return (sum + low, sum - (sum + low) + low);
    }

    private static (double High, double Low) Over((double High, double Low) x, double divisor)
    {
        double high = x.High / divisor, low = (Math.FusedMultiplyAdd(-high, divisor, x.High) + x.Low) / divisor;
        return (high + low, high - (high + low) + low);
    }
}
