using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/complex.md shows: they stand here word by word, and do what it says.</summary>
public sealed class ComplexGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("complex.md", "ComplexGuideTests.cs", 2);

    [Fact]
    public void The_programs_do_what_the_guide_says()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = ComplexTensor.From([new(3, 4), new(-1, 0), new(0, 2)], [3]);
        ComplexTensor<double> roots = z.Sqrt();
        ComplexTensor<double> q = roots / z.Conjugate();
        Tensor<double> sizes = z.Abs(), angles = z.Angle();
        ComplexTensor<double> sum = (q * sizes).Sum();
        bool same = roots.Square().EqualTo(z).All();
        Assert.Equal([new(2, 1), new(0, 1), new(1, 1)], roots.ToArray());
        Assert.Equal([5.0, 1, 2], sizes.ToArray());
        Assert.Equal(Math.PI, angles[1], 1e-15);
        Assert.True(same);
        Complex expected = (new Complex(2, 1) / new Complex(3, -4) * 5) - new Complex(0, 1) + (new Complex(1, 1) / new Complex(0, -2) * 2);
        Assert.True(Complex.Abs(expected - sum.ToArray()[0]) < 1e-14);

        Tensor<double> gradient = Autodiff.Grad(z.Planes, planes => new ComplexTensor<double>(planes).Log().AbsSquared().Sum());
        Complex first = 2 * Complex.Log(new(3, 4)) / Complex.Conjugate(new(3, 4));
        Assert.Equal(first.Real, gradient[0, 0], 1e-14);
        Assert.Equal(first.Imaginary, gradient[1, 0], 1e-14);
    }
}
