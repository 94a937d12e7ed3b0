namespace Onsager.Tensors.Tests;

/// <summary>Central differences in double precision: what a derivative is, as slow and plain as it can be said.</summary>
internal static class Differences
{
    /// <summary>
    /// At x: the derivative along a direction is the gradient's product with it (relative 1e-12), the gradient's gradient is what differences
    /// of gradients say (1e-4), and a Hessian-vector product is the gradient's derivative along the vector (1e-12).
    /// </summary>
    public static void CheckHigher(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f)
    {
        RandomStream stream = new(19);
        Tensor<double> dx = stream.Normal<double>(x.Shape), weights = stream.Normal<double>(x.Shape), gradient = Autodiff.Grad(x, f);
        Assert.Equal((gradient * dx).Sum().Item(), Autodiff.Jvp(x, dx, f).Tangent.Sum().Item(), 1e-12 * Math.Max(1, (gradient * dx).Norm1().Item()));
        Check(x, p => (Autodiff.Grad(p, f) * weights).Sum(), 1e-4, isExact: false);
        Tensor<double> along = Autodiff.Hvp(x, dx, f);
        double scale = Math.Max(1, along.NormInfinity().Item());
        Assert.All(Autodiff.Jvp(x, dx, p => Autodiff.Grad(p, f)).Tangent.ToArray().Zip(along.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * scale));
    }

    /// <summary>
    /// Compares the gradient of f at x, element by element, with differences extrapolated to step zero. A function that differentiates twice
    /// itself is not exact: its gradients are made in other steps where they are recorded than where they are not.
    /// </summary>
    public static void Check(Tensor<double> x, Func<Tensor<double>, Tensor<double>> f, double tolerance = 1e-6, bool isExact = true)
    {
        (double value, Tensor<double> gradient) = Autodiff.ValueAndGrad(x, f);
        Assert.Equal(Value(x.ToArray()), value, isExact ? 0 : 1e-12 * Math.Max(1, Math.Abs(value)));
        Assert.Equal(x.Shape, gradient.Shape);
        double[] point = x.ToArray(), slopes = gradient.ToArray();
        double scale = slopes.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < point.Length; i++)
        {
            double h = 1e-3, expected = ((4 * Slope(i, h / 2)) - Slope(i, h)) / 3;
            Assert.True(Math.Abs(slopes[i] - expected) <= tolerance * Math.Max(1, scale), $"element {i} of {x.Shape}: {slopes[i]:R}, differences give {expected:R}");
        }

        double Slope(int i, double h)
        {
            double[] above = [.. point], below = [.. point];
            above[i] += h;
            below[i] -= h;
            return (Value(above) - Value(below)) / (2 * h);
        }

        double Value(double[] elements)
        {
            using Scope scope = Scope.Begin();
            return f(Tensor.From<double>(elements, x.Shape)).Item();
        }
    }
}
