namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of transforms, of complex and of real numbers, forward, in reverse and of second order: what differences say.</summary>
public sealed class FftGradientTests
{
    private static readonly Dictionary<string, (Shape Shape, Func<Tensor<double>, Tensor<double>> F)> Functions = new()
    {
        ["fft"] = ([2, 3, 4], x => Fft.Forward(new ComplexTensor<double>(x)).Planes),
        ["fft of a prime along the first axis"] = ([2, 5, 2], x => Fft.Forward(new ComplexTensor<double>(x), axis: 0, norm: FftNorm.Ortho).Planes),
        ["ifft, filled up"] = ([2, 3, 2], x => Fft.Ifft(new ComplexTensor<double>(x), 5).Planes),
        ["fft, cut"] = ([2, 5], x => Fft.Forward(new ComplexTensor<double>(x), 3).Planes),
        ["fft of real numbers"] = ([2, 3], x => Fft.Forward(x).Planes),
        ["fftn"] = ([2, 2, 3], x => Fft.Fftn(new ComplexTensor<double>(x), default, FftNorm.Forward).Planes),
        ["ifft2 of a view"] = ([3, 2, 2], x => Fft.Ifft2(new ComplexTensor<double>(x.SwapAxes(0, 1))).Planes),
        ["rfft, even"] = ([2, 6], x => Fft.Rfft(x).Planes),
        ["rfft, odd"] = ([5, 2], x => Fft.Rfft(x, axis: 0).Planes),
        ["rfft, even, along the first axis"] = ([6, 2], x => Fft.Rfft(x, axis: 0, norm: FftNorm.Ortho).Planes),
        ["irfft, even, along the first axis"] = ([2, 4, 2], x => Fft.Irfft(new ComplexTensor<double>(x), axis: 0)),
        ["ihfft, even"] = ([6], x => Fft.Ihfft(x).Planes),
        ["rfft of a view, filled up"] = ([4, 3], x => Fft.Rfft(x.Transpose(), 6).Planes),
        ["irfft, even"] = ([2, 2, 4], x => Fft.Irfft(new ComplexTensor<double>(x))),
        ["irfft, odd"] = ([2, 4], x => Fft.Irfft(new ComplexTensor<double>(x), 7)),
        ["hfft"] = ([2, 3], x => Fft.Hfft(new ComplexTensor<double>(x))),
        ["ihfft"] = ([7], x => Fft.Ihfft(x).Planes),
        ["rfftn"] = ([3, 4], x => Fft.Rfftn(x).Planes),
        ["irfftn"] = ([2, 3, 3], x => Fft.Irfftn(new ComplexTensor<double>(x))),
        ["fftshift"] = ([2, 5], x => Fft.Fftshift(new ComplexTensor<double>(x)).Planes),
        ["convolve"] = ([2, 4], x => Fft.Convolve(x.Select(0, 0), x.Select(0, 1))),
        ["stft"] = ([20], x => Fft.Stft(x, 8, 4, SignalWindow.Hann<double>(8)).Planes),
        ["istft"] = ([2, 5, 3], x => Fft.Istft(new ComplexTensor<double>(x), 8, 2)),
        ["a product with conjugates"] = ([2, 4], x => (Fft.Forward(new ComplexTensor<double>(x)) * Fft.Ifft(new ComplexTensor<double>(x)).Conjugate()).Planes),
        ["an absolute value"] = ([2, 3], x => Fft.Forward(new ComplexTensor<double>(x)).Abs()),
        ["an angle"] = ([2, 3], x => Fft.Forward(new ComplexTensor<double>(x)).Angle()),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        (Shape shape, Func<Tensor<double>, Tensor<double>> f) = Functions[name];
        Tensor<double> x = new RandomStream(21).Normal<double>(shape);
        Differences.Check(x, Scalar);
        Differences.CheckHigher(x, Scalar);

        Tensor<double> Scalar(Tensor<double> point)
        {
            Tensor<double> y = f(point);
            Tensor<double> weights = Tensor.From<double>([.. Enumerable.Range(0, (int)y.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], y.Shape);
            return ((y * 0.25).Tanh() * weights).Sum();
        }
    }

    [Fact]
    public void The_reverse_map_is_the_forward_ones_adjoint()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(22);
        foreach (nint n in (nint[])[1, 2, 8, 15, 37, 40000])
        {
            Tensor<double> x = stream.Normal<double>([2, n]), dx = stream.Normal<double>([2, n]), t = stream.Normal<double>([2, n]);
            Tensor<double> along = Autodiff.Jvp(x, dx, F).Tangent, back = Autodiff.Vjp(x, t, F);
            double scale = (t * along).Norm1().Item();
            Assert.Equal((t * along).Sum().Item(), (back * dx).Sum().Item(), 1e-12 * scale);

            // A linear map is its own derivative.
            Same.Bits(F(dx), along);
        }

        static Tensor<double> F(Tensor<double> x) => Fft.Forward(new ComplexTensor<double>(x)).Planes;
    }
}
