using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/fft.md shows: they stand here word by word, and do what it says.</summary>
public sealed class FftGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("fft.md", "FftGuideTests.cs", 3);

    [Fact]
    public void The_programs_do_what_the_guide_says()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> real = Tensor.From([1.0, 2, 3, 4, 5]), imaginary = Tensor.Zeros<double>([5]);
        ComplexTensor<double> x = ComplexTensor.Of(real, imaginary);
        ComplexTensor<double> spectrum = Fft.Forward(x);
        ComplexTensor<double> back = Fft.Ifft(spectrum);
        Tensor<double> power = spectrum.AbsSquared();
        Close([15, -2.5, -2.5, -2.5, -2.5], spectrum.Real());
        Close([1, 2, 3, 4, 5], back.Real());
        Assert.Equal(5 * 55, power.Sum().Item(), 1e-12);

        Tensor<double> signal = Tensor.Linspace(0.0, 1.0, 64).Square();
        ComplexTensor<double> half = Fft.Rfft(signal);
        Tensor<double> frequencies = Fft.Rfftfreq<double>(64, d: 1.0 / 64);
        Tensor<double> smooth = Fft.Irfft(half * Tensor.From([1.0]).Pad([(0, 32)]), n: 64);
        ComplexTensor<double> pieces = Fft.Stft(signal, 16, window: SignalWindow.Hann<double>(16, isPeriodic: true));
        Assert.Equal([33], half.Shape.AsSpan().ToArray());
        Assert.Equal([.. Enumerable.Range(0, 33)], frequencies.ToArray());
        Close([.. Enumerable.Repeat(signal.Mean().Item(), 64)], smooth);
        Assert.Equal([9, 17], pieces.Shape.AsSpan().ToArray());

        Tensor<double> gradient = Autodiff.Grad(x.Planes, planes => Fft.Forward(new ComplexTensor<double>(planes)).AbsSquared().Sum());
        Tensor<double> filter = Autodiff.Grad(signal, s => Fft.Rfft(s).Abs().Sum());
        Close([10, 20, 30, 40, 50, 0, 0, 0, 0, 0], gradient);
        Assert.Equal(signal.Shape, filter.Shape);
    }

    private static void Close(double[] expected, Tensor<double> actual) => Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}
