using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/autodiff.md shows: they stand here word by word, and do what it says.</summary>
public sealed class AutodiffGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("autodiff.md", "AutodiffGuideTests.cs", 6);

    [Fact]
    public void Gradients()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2, 3], [3]);
        Tensor<double> gradient = Autodiff.Grad(x, x => (x.Square() * x).Sum());
        (double value, Tensor<double> slope) = Autodiff.ValueAndGrad(x, x => x.Exp().Sum());
        Assert.Equal([3.0, 12, 27], gradient.ToArray());
        Assert.Equal(x.Exp().ToArray(), slope.ToArray());
        Assert.Equal(x.Exp().Sum().Item(), value);
    }

    [Fact]
    public void Several_tensors()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(1);
        Tensor<double> data = random.Normal<double>([5, 2]), target = random.Normal<double>([5, 3]), w = random.Normal<double>([2, 3]), b = random.Normal<double>([3]);
        (Tensor<double> dw, Tensor<double> db) = Autodiff.Grad(w, b, (w, b) => (data.Linear(w, b) - target).Square().Mean());
        (double loss, Tensor<double>[] gradients, Tensor<double>[] beside) = Autodiff.ValueAndGrad([w, b], p =>
        {
            Tensor<double> prediction = data.Linear(p[0], p[1]);
            return ((prediction - target).Square().Mean(), (Tensor<double>[])[prediction]);
        });
        Assert.Equal(dw.ToArray(), gradients[0].ToArray());
        Assert.Equal(db.ToArray(), gradients[1].ToArray());
        Assert.Equal(data.Linear(w, b).ToArray(), beside[0].ToArray());
        Assert.Equal((beside[0] - target).Square().Mean().Item(), loss);
    }

    [Fact]
    public void Directions_and_matrices()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2, 3], [3]);
        (Tensor<double> y, Tensor<double> along) = Autodiff.Jvp(x, Tensor.Ones<double>([3]), x => x.Sin());
        Tensor<double> curvature = Autodiff.Hvp(x, along, x => x.LogSumExp());
        Tensor<double> jacobian = Autodiff.Jacobian(x, x => x.Softmax(0));
        Tensor<double> hessian = Autodiff.Hessian(x, x => x.LogSumExp());
        Tensor<double> third = Autodiff.Jacobian(x, x => Autodiff.Hessian(x, x => x.LogSumExp()));
        Assert.Equal(x.Sin().ToArray(), y.ToArray());
        AssertClose(x.Cos(), along);
        AssertClose(jacobian, hessian);
        AssertClose(hessian.MatMul(along), curvature);
        Assert.Equal([3, 3, 3], third.Shape.AsSpan().ToArray());
        AssertClose(third, third.Permute(1, 2, 0));
    }

    [Fact]
    public void Levels()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> at = Tensor.Scalar(3.0);
        Tensor<double> one = Autodiff.Grad(at, x => x * Autodiff.Grad(x, y => x + y));
        Assert.Equal(1, one.Item());
    }

    [Fact]
    public void Recording()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2, 3], [3]);
        Tensor<double> constant = Autodiff.Grad(x, x => (x * Autodiff.StopGradient(x.Square())).Sum());
        Tensor<double> frugal = Autodiff.Grad(x, x => Autodiff.Checkpoint(x, x => x.Exp().Tanh()).Sum());
        Graph graph = Autodiff.Trace(x, x => (x.Tanh() * x).Sum());
        Assert.Equal([1.0, 4, 9], constant.ToArray());
        Assert.Equal(Autodiff.Grad(x, x => x.Exp().Tanh().Sum()).ToArray(), frugal.ToArray());
        Assert.Equal("%0 = argument : [3]\n%1 = tanh %0 : [3]\n%2 = multiply %1, %0 : [3]\n%3 = sum %2 : []\nreturn %3\n", graph.ToString());
    }

    [Fact]
    public void Rules()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> Clipped(Tensor<double> x) => Autodiff.Custom(
            x,
            forward: x => x.Sqrt(),
            vjp: (x, y, dy) => dy * 0.5 / y.Maximum(Tensor.Scalar(1e-3)));
        Tensor<double> bounded = Autodiff.Grad(Tensor.Zeros<double>([2]), x => Clipped(x).Sum());
        Assert.Equal([500.0, 500], bounded.ToArray());
    }

    private static void AssertClose(Tensor<double> expected, Tensor<double> actual) =>
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}
