using Onsager.Models.Glm;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Glm;

/// <summary>Ridge regression against the normal equations, written out and solved by elimination.</summary>
public sealed class RidgeTests
{
    [Theory]
    [InlineData(1, 1, 0.5)]
    [InlineData(200, 7, 0)]
    [InlineData(50, 80, 1e-3)]
    [InlineData(300, 70, 2)]
    public void The_coefficients_solve_the_normal_equations(int rows, int features, double lambda)
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> x, Tensor<float> y) = Data(rows, features);
        using Ridge ridge = new(features);
        ridge.Add(x, y);
        double[] expected = Normal(x.ToArray(), y.ToArray(), features, lambda), actual = ridge.Solve(lambda).ToArray();
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < features; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-9 * scale, $"{i}: {actual[i]:R}, expected {expected[i]:R}");
        }
    }

    [Fact]
    public void Chunks_give_what_the_whole_gives()
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> x, Tensor<float> y) = Data(1000, 12);
        using Ridge whole = new(12), chunked = new(12);
        whole.Add(x, y);
        for (int start = 0; start < 1000; start += 300)
        {
            int end = Math.Min(1000, start + 300);
            chunked.Add(x.Slice(0, start, end), y.Slice(0, start, end));
        }

        double[] expected = whole.Solve(0.1).ToArray(), actual = chunked.Solve(0.1).ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-12 * Math.Abs(pair.First)));
    }

    [Fact]
    public void Rows_of_doubles_are_taken_as_they_are()
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> x, Tensor<float> y) = Data(40, 6);
        using Ridge single = new(6), both = new(6);
        single.Add(x, y);
        both.Add(x.Cast<double>(), y.Cast<double>());
        Assert.Equal(single.Solve(0.3).ToArray(), both.Solve(0.3).ToArray());
    }

    [Fact]
    public void Bad_problems_are_named()
    {
        using Scope scope = Scope.Begin();
        using Ridge ridge = new(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ridge(0));
        Throws.Exactly<ArgumentException>(
            "ridge: rows [n, 3] and targets [n] are needed; got [5, 4] and [5].", () => ridge.Add(Tensor.Zeros<float>([5, 4]), Tensor.Zeros<float>([5])));
        Throws.Exactly<ArgumentException>(
            "ridge: rows [n, 3] and targets [n] are needed; got [5, 3] and [4].", () => ridge.Add(Tensor.Zeros<float>([5, 3]), Tensor.Zeros<float>([4])));
        Throws.Exactly<ArgumentOutOfRangeException>("ridge: lambda must not be negative.", () => ridge.Solve(-1));
        Throws.Exactly<ArgumentOutOfRangeException>("ridge: lambda must not be negative.", () => ridge.Solve(double.NaN));
        GlmException singular = Assert.Throws<GlmException>(() => ridge.Solve(0));
        Assert.Equal(GlmFailure.SingularDesign, singular.Failure);
        Assert.Equal(
            "ridge: the normal equations of 3 features are singular to working precision with lambda = 0; add rows, or take a larger lambda. (cholesky: the matrix is not positive definite: pivot 0 is 0.)",
            singular.Message);
        Assert.Equal([0.0, 0, 0], ridge.Solve(1).ToArray());
    }

    private static (Tensor<float> X, Tensor<float> Y) Data(int rows, int features)
    {
        RandomStream stream = new((ulong)features);
        return (stream.Normal<float>([rows, features]), stream.Normal<float>([rows]));
    }

    /// <summary>(X^T X + lambda I) a = X^T y by Gauss-Jordan elimination with row exchanges.</summary>
    private static double[] Normal(float[] x, float[] y, int features, double lambda)
    {
        double[][] a = [.. Enumerable.Range(0, features).Select(i => (double[])[.. Enumerable.Range(0, features).Select(j => (i == j ? lambda : 0) + Column(i, row => x[(row * features) + j])), Column(i, row => y[row])])];
        for (int pivot = 0; pivot < features; pivot++)
        {
            int best = Enumerable.Range(pivot, features - pivot).MaxBy(i => Math.Abs(a[i][pivot]));
            (a[pivot], a[best]) = (a[best], a[pivot]);
            for (int i = 0; i < features; i++)
            {
                double factor = i == pivot ? 0 : a[i][pivot] / a[pivot][pivot];
                for (int j = pivot; j <= features && factor != 0; j++)
                {
                    a[i][j] -= factor * a[pivot][j];
                }
            }
        }

        return [.. a.Select((row, i) => row[features] / row[i])];

        double Column(int i, Func<int, double> other) => Enumerable.Range(0, y.Length).Sum(row => x[(row * features) + i] * other(row));
    }
}
