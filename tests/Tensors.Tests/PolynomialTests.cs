using System.Numerics;
using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Polynomials and Chebyshev series: values, arithmetic, zeros, fits, derivatives on tensors.</summary>
public sealed class PolynomialTests
{
    [Cases]
    public void Arithmetic_is_that_of_values(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Polynomial p = Make(random), q = Make(random);
        (Polynomial quotient, Polynomial rest) = p.DivRem(q);
        Assert.True(rest.Degree < q.Degree || (rest.Degree == 0 && q.Degree == 0));
        for (int i = -4; i <= 4; i++)
        {
            // Small whole numbers: everything but the division is exact.
            double x = i / 4.0, a = p.Evaluate(x), b = q.Evaluate(x);
            Assert.Equal(a + b, (p + q).Evaluate(x));
            Assert.Equal(a - b, (p - q).Evaluate(x));
            Assert.Equal(a * b, (p * q).Evaluate(x));
            Assert.Equal(3 * a, (p * 3).Evaluate(x));
            Assert.Equal(a, p.EvaluateCompensated(x));
            Assert.Equal(a, ((quotient * q) + rest).Evaluate(x), 1e-9 * (1 + quotient.Coefficients.ToArray().Sum(Math.Abs)));
            Assert.Equal(p.Derivative().Evaluate(x), p.Integral(7).Derivative().Derivative().Evaluate(x), 1e-12);
        }

        Assert.Equal(7, p.Integral(7).Evaluate(0));
    }

    [Fact]
    public void Leading_zeros_are_dropped_and_nothing_is_zero()
    {
        Assert.Equal(1, new Polynomial(1, 2, 0, 0).Degree);
        Assert.Equal([0.0], new Polynomial().Coefficients.ToArray());
        Assert.Equal([0.0], new Polynomial(3).Derivative().Coefficients.ToArray());
        Assert.Equal("1 + 0 x + -2 x^2", new Polynomial(1, 0, -2).ToString());
        Throws.Exactly<DivideByZeroException>("polynomial division: the divisor is 0.", () => new Polynomial(1, 2).DivRem(new Polynomial(0)));
        Assert.Throws<ArgumentNullException>(() => new Polynomial(1) + null!);
    }

    [Fact]
    public void Compensated_values_have_digits_where_plain_ones_have_none()
    {
        // (x - 3/4)^11 with exact coefficients, near its zero: the plain rule is left with rounding errors.
        Polynomial p = Polynomial.FromRoots([.. Enumerable.Repeat(0.75, 11)]);
        double x = 0.8125 + Math.ScaleB(1, -40), exact = Math.Pow(x - 0.75, 11);
        Assert.Equal(1, p.EvaluateCompensated(x) / exact, 1e-7);
        Assert.False(Math.Abs((p.Evaluate(x) / exact) - 1) < 1e-4);
        Assert.Equal(0.5, new Polynomial(0.5).EvaluateCompensated(9));
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 1e-8)]
    [InlineData(new[] { -1e6, 1e-6, 3, 1e8 }, 1e-13)]
    [InlineData(new[] { 0.0, 0, 1, -1 }, 1e-14)]
    [InlineData(new[] { 2.5 }, 1e-15)]
    [InlineData(new[] { 1.0, 1, 1 }, 2e-5)]
    public void Real_roots_are_found(double[] expected, double tolerance)
    {
        Complex[] roots = Polynomial.FromRoots(expected).Roots();
        double[] sorted = [.. expected.Order()];
        Assert.Equal(sorted.Length, roots.Length);
        for (int i = 0; i < sorted.Length; i++)
        {
            Assert.True(Complex.Abs(roots[i] - sorted[i]) <= tolerance * Math.Max(1, Math.Abs(sorted[i])), $"{roots[i]}, expected {sorted[i]}");
        }
    }

    [Fact]
    public void Roots_of_unity_to_a_high_degree()
    {
        double[] c = new double[101];
        (c[0], c[100]) = (-1, 1);
        Complex[] roots = new Polynomial(c).Roots();
        for (int k = 0; k < 100; k++)
        {
            Complex expected = Complex.FromPolarCoordinates(1, 2 * Math.PI * k / 100);
            Assert.Contains(roots, root => Complex.Abs(root - expected) < 1e-14);
        }

        Assert.Equal(98, roots.Count(root => root.Imaginary != 0));
    }

    [Cases]
    public void Roots_are_those_of_a_near_polynomial_and_come_in_pairs(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        double[] c = [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 7)))];
        Complex[] roots = new Polynomial(c).Roots();
        Assert.Equal(c.Length - 1, roots.Length);
        foreach (Complex z in roots)
        {
            // |p(z)| / sum |ci| |z|^i, in the form that does not overflow.
            bool isOutside = Complex.Abs(z) > 1;
            Complex at = isOutside ? 1 / z : z, value = 0;
            double sum = 0;
            foreach (double coefficient in isOutside ? c : c.Reverse())
            {
                value = (value * at) + coefficient;
                sum = (sum * Complex.Abs(at)) + Math.Abs(coefficient);
            }

            Assert.True(Complex.Abs(value) <= 1e-14 * c.Length * sum, $"{z}: {Complex.Abs(value) / sum}");
            Assert.Contains(Complex.Conjugate(z), roots);
        }
    }

    [Fact]
    public void What_has_no_roots_is_refused()
    {
        Assert.Empty(new Polynomial(3).Roots());
        Throws.Exactly<ArgumentException>("roots: every number is a zero of the polynomial 0.", () => new Polynomial(0).Roots());
        Throws.Exactly<ArgumentException>("roots: the coefficients must be finite; one is NaN.", () => new Polynomial(1, double.NaN, 2).Roots());
    }

    [Fact]
    public void Series_interpolate_smooth_functions_to_rounding()
    {
        ChebyshevSeries series = ChebyshevSeries.Interpolate(Math.Exp, 20, -1, 3), slope = series.Derivative(), sum = series.Integral();
        Polynomial powers = ChebyshevSeries.Interpolate(Math.Exp, 16).ToPolynomial();
        for (double x = -1; x <= 3; x += 0.0625)
        {
            Assert.Equal(Math.Exp(x), series.Evaluate(x), 2e-14 * Math.Exp(3));
            Assert.Equal(Math.Exp(x), slope.Evaluate(x), 2e-12 * Math.Exp(3));
            Assert.Equal(Math.Exp(x) - Math.Exp(-1), sum.Evaluate(x), 4e-14 * Math.Exp(3));
            Assert.Equal(Math.Exp((x - 1) / 2), powers.Evaluate((x - 1) / 2), 1e-14);
        }

        Assert.Equal(0.0, sum.Evaluate(-1), 1e-15);
        Assert.Equal([0.0], new ChebyshevSeries([4]).Derivative().Coefficients.ToArray());
        Assert.Equal([1.0, 4.0, 3.0], new ChebyshevSeries([5, 1, 1, 0.5]).Derivative().Coefficients.ToArray().Select((c, i) => i == 0 ? c - 1.5 : c));
        Assert.Equal([0.0, -3.0, 0.0, 4.0], new ChebyshevSeries([0, 0, 0, 1]).ToPolynomial().Coefficients.ToArray());
    }

    [Fact]
    public void Fits_have_residuals_orthogonal_to_polynomials()
    {
        Random random = new(3);
        double[] x = [.. Enumerable.Range(0, 60).Select(i => (i * i / 100.0) - 7)], y = [.. x.Select(v => Math.Sin(v) + (0.1 * random.NextDouble()))];
        ChebyshevSeries fit = ChebyshevSeries.Fit(x, y, 6);
        Assert.Equal((x[0], x[^1]), (fit.Lower, fit.Upper));
        for (int degree = 0; degree <= 6; degree++)
        {
            double[] basis = new double[degree + 1];
            basis[degree] = 1;
            ChebyshevSeries element = new(basis, fit.Lower, fit.Upper);
            Assert.Equal(0, x.Zip(y).Sum(p => (p.Second - fit.Evaluate(p.First)) * element.Evaluate(p.First)), 1e-12);
        }

        Polynomial exact = new(2, -1, 0.5, 0.25), found = Polynomial.Fit(x, [.. x.Select(exact.Evaluate)], 3);
        Assert.All(found.Coefficients.ToArray().Zip(exact.Coefficients.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-11));
        Assert.Equal(2.5, Polynomial.Fit([3, 3], [2, 3], 0).Evaluate(100), 1e-14);
        Throws.Exactly<ArgumentException>("polynomial fit: x has too few different values for the degree 2.", () => Polynomial.Fit([1, 1, 2, 2], [1, 2, 3, 4], 2));
        Throws.Exactly<ArgumentException>("polynomial fit: more finite points than the degree 2 are needed, with a value for each; got 2 and 2 values.", () => Polynomial.Fit([1, 2], [1, 2], 2));
        Assert.Throws<ArgumentException>(() => ChebyshevSeries.Fit([1, double.NaN], [1, 2], 0));
        Assert.Throws<ArgumentException>(() => new ChebyshevSeries([], 0, 1));
        Assert.Throws<ArgumentException>(() => new ChebyshevSeries([1], 1, 1));
    }

    [Fact]
    public void Curves_have_derivatives_on_tensors()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([-0.9, 0.2, 0.7, 0.31], [2, 2]).Transpose();
        foreach (Curve curve in (Curve[])[new Polynomial(1, -2, 0.5, 3), ChebyshevSeries.Interpolate(Math.Sin, 9), BarycentricInterpolant.Chebyshev(Math.Exp, 12)])
        {
            Assert.Equal(x.ToArray().Select(curve.Evaluate), curve.Evaluate(x).ToArray());
            Differences.Check(x, x => curve.Evaluate(x).Square().Sum());
            Differences.CheckHigher(x, x => curve.Evaluate(x).Square().Sum());
        }
    }

    private static Polynomial Make(Random random) => new([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => (double)random.Next(-8, 9)), random.Next(1, 5)]);
}
