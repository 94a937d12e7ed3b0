using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of functions of complex numbers where formulas cancel, overflow or are undefined.</summary>
public sealed class ComplexDerivativeTests
{
    /// <summary>Values of mpmath at 4,000 bits.</summary>
    [Theory]
    [InlineData("asinh", 1e20, 0, 1e-20, 0)]
    [InlineData("asinh", 1e200, 0, 1e-200, 0)]
    [InlineData("asinh", 1e200, -1e200, 5e-201, 5e-201)]
    [InlineData("asinh", 1e-10, 1.0000000001, 22754.491421917992, -54934.20500580791)]
    [InlineData("atanh", 0.999999999999, 0, 500011061105.0014, 0)]
    [InlineData("atanh", 1e100, 1e90, -1e-200, 1.9999999999999998e-210)]
    [InlineData("atanh", 0.3, 1e140, 9.999999999999998e-281, 0)]
    [InlineData("atan", 1e-14, 0.999999999999, 499961062786.64966, -4999721230.297738)]
    [InlineData("atan", -1e140, 2, 9.999999999999998e-281, 0)]
    [InlineData("atan", 0.5, -0.25, 0.8063660477453581, 0.16976127320954906)]
    [InlineData("tanh", 20, 0, 1.6993417021166355e-17, 0)]
    [InlineData("tanh", 20, 1, -7.071756735484742e-18, -1.545207037032231e-17)]
    [InlineData("tanh", -300, 2, -6.929659198520694e-261, -8.023306899476776e-261)]
    [InlineData("tan", 1, 20, -7.071756735484742e-18, 1.545207037032231e-17)]
    [InlineData("tan", 2, -40, -4.718918385087969e-35, 5.46366413592555e-35)]
    [InlineData("expm1", -40, 0, 4.248354255291589e-18, 0)]
    [InlineData("expm1", -40, 1, 2.295395600278769e-18, 3.574866839013031e-18)]
    [InlineData("expm1", 1e-3, 2, -0.41656319152648297, 0.9102071790528082)]
    public void Slopes_neither_cancel_nor_overflow(string name, double x, double y, double re, double im)
    {
        using Scope scope = Scope.Begin();
        Complex expected = new(re, im), slope = Slope<double>(name, x, y);
        Assert.True(Complex.Abs(slope - expected) <= 2e-15 * Complex.Abs(expected), $"{name}' = {slope}, not {expected}");
    }

    [Theory]
    [InlineData("asinh", 1e20f, 0)]
    [InlineData("asinh", -1e18f, 1e20f)]
    [InlineData("atanh", 0.99999f, 0)]
    [InlineData("atanh", 1e15f, 2)]
    [InlineData("atan", 0.001f, -0.99999f)]
    [InlineData("tanh", 12, 1)]
    [InlineData("tan", 1, 30)]
    [InlineData("expm1", -30, 1)]
    public void Slopes_in_float32_are_those_in_float64(string name, float x, float y)
    {
        using Scope scope = Scope.Begin();
        Complex expected = Slope<double>(name, x, y), slope = Slope<float>(name, x, y);
        Assert.True(Complex.Abs(slope - expected) <= 1e-6 * Complex.Abs(expected), $"{name}' = {slope}, not {expected}");
    }

    [Theory]
    [InlineData("tanh", 400, 1)]
    [InlineData("tanh", -1000, 1)]
    [InlineData("tan", 1, 1000)]
    [InlineData("asinh", 1e300, 1)]
    [InlineData("atanh", 1e300, 1)]
    [InlineData("atan", 1, -1e300)]
    public void Second_derivatives_far_out_are_zero(string name, double x, double y)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> second = Autodiff.Grad(Tensor.From([x, y]), p => Autodiff.Grad(p, q => ComplexFunctionTests.Function<double>(name)(new ComplexTensor<double>(q)).Planes.Sum()).Sum());
        Assert.All(second.ToArray(), part => Assert.Equal(0, part));
    }

    [Fact]
    public void Powers_at_zero_have_the_gradients_of_real_ones()
    {
        using Scope scope = Scope.Begin();
        (Complex Base, Complex Exponent, Complex ByBase, Complex ByExponent)[] rows =
        [
            (0, 2, 0, 0), (0, 1, 1, 0), (0, 0, 0, 0), (0, new(1.5, 0.5), 0, 0), (2, 0, 0, Math.Log(2)), (new(-0.0, -0.0), 3, 0, 0), (new(0, 1), 0, 0, new(0, Math.PI / 2)),
        ];
        foreach ((Complex x, Complex y, Complex byBase, Complex byExponent) in rows)
        {
            ComplexTensor<double> z = ComplexTensor.From([x], []), w = ComplexTensor.From([y], []);
            (Tensor<double> dz, Tensor<double> dw) = Autodiff.Grad(z.Planes, w.Planes, (z, w) => new ComplexTensor<double>(z).Pow(new ComplexTensor<double>(w)).Real());
            Near(byBase, dz);
            Near(byExponent, dw);
        }

        // z^2 has the second derivative 2 at 0 too, and z^w the mixed one 1 / z where w is 0.
        Tensor<double> zero = Tensor.Zeros<double>([2]), two = Tensor.From<double>([2, 0]);
        Tensor<double> square = Autodiff.Grad(zero, p => Autodiff.Grad(p, q => new ComplexTensor<double>(q).Pow(new ComplexTensor<double>(two)).Real()).Select(0, 0));
        Assert.Equal([2, 0], square.ToArray());
        Tensor<double> mixed = Autodiff.Grad(zero, w => Autodiff.Grad(two, z => new ComplexTensor<double>(z).Pow(new ComplexTensor<double>(w)).Real()).Select(0, 0));
        Assert.Equal([0.5, 0], mixed.ToArray());

        static void Near(Complex slope, Tensor<double> gradient)
        {
            double[] parts = gradient.ToArray();
            Assert.Equal(slope.Real, parts[0], 1e-15);
            Assert.Equal(-slope.Imaginary, parts[1], 1e-15);
        }
    }

    [Fact]
    public void Roots_and_logarithms_have_no_gradient_at_zero()
    {
        using Scope scope = Scope.Begin();
        Assert.All(Autodiff.Grad(Tensor.Zeros<double>([2]), p => new ComplexTensor<double>(p).Sqrt().Planes.Sum()).ToArray(), part => Assert.True(double.IsNaN(part)));
        Assert.All(Autodiff.Grad(Tensor.Zeros<double>([2]), p => new ComplexTensor<double>(p).Log().Planes.Sum()).ToArray(), part => Assert.True(double.IsNaN(part)));
    }

    /// <summary>f'(z): the gradient of f's real part is its conjugate.</summary>
    private static Complex Slope<T>(string name, double x, double y)
        where T : unmanaged
    {
        Tensor<T> point = Tensor.From([x, y]).Cast<T>();
        Tensor<T> gradient = Autodiff.Grad(point, p => ComplexFunctionTests.Function<T>(name)(new ComplexTensor<T>(p)).Real());
        return Complex.Conjugate(new ComplexTensor<T>(gradient).ToArray()[0]);
    }
}
