using System.Text.Json;
using Onsager.Models.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Fourier transforms against the values of NumPy: each case is named by the expression that NumPy evaluated in tests/golden/fft.py.</summary>
public sealed class FftGoldenTests
{
    private static readonly JsonDocument File = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "fft.json")));

    private static readonly ComplexTensor<double> X = Complex([6], 0), Y = Complex([3, 4, 5], 2), P = Complex([37], 4), H = Complex([2, 5], 7);

    private static readonly Tensor<double> R = GoldenValues.Ramp<double>([2, 7], 6), U = GoldenValues.Ramp<double>([9], 9);

    private static readonly Dictionary<string, Func<Tensor<double>>> Cases = new()
    {
        ["np.fft.fft(x)"] = () => Fft.Forward(X).Planes,
        ["np.fft.ifft(x)"] = () => Fft.Ifft(X).Planes,
        ["np.fft.fft(x, norm='ortho')"] = () => Fft.Forward(X, norm: FftNorm.Ortho).Planes,
        ["np.fft.ifft(x, norm='ortho')"] = () => Fft.Ifft(X, norm: FftNorm.Ortho).Planes,
        ["np.fft.fft(x, norm='forward')"] = () => Fft.Forward(X, norm: FftNorm.Forward).Planes,
        ["np.fft.ifft(x, norm='forward')"] = () => Fft.Ifft(X, norm: FftNorm.Forward).Planes,
        ["np.fft.fft(x, 4)"] = () => Fft.Forward(X, 4).Planes,
        ["np.fft.fft(x, 11)"] = () => Fft.Forward(X, 11).Planes,
        ["np.fft.fft(p)"] = () => Fft.Forward(P).Planes,
        ["np.fft.ifft(p)"] = () => Fft.Ifft(P).Planes,
        ["np.fft.fft(y, axis=0)"] = () => Fft.Forward(Y, axis: 0).Planes,
        ["np.fft.fft(y, axis=1)"] = () => Fft.Forward(Y, axis: 1).Planes,
        ["np.fft.ifft(y, 7, axis=1)"] = () => Fft.Ifft(Y, 7, axis: 1).Planes,
        ["np.fft.fft(r)"] = () => Fft.Forward(R).Planes,
        ["np.fft.fft2(y)"] = () => Fft.Fft2(Y).Planes,
        ["np.fft.ifft2(y)"] = () => Fft.Ifft2(Y).Planes,
        ["np.fft.fftn(y)"] = () => Fft.Fftn(Y).Planes,
        ["np.fft.ifftn(y)"] = () => Fft.Ifftn(Y).Planes,
        ["np.fft.fftn(y, axes=[0, 2])"] = () => Fft.Fftn(Y, [0, 2]).Planes,
        ["np.fft.ifftn(y, axes=[0, 1], norm='ortho')"] = () => Fft.Ifftn(Y, [0, 1], FftNorm.Ortho).Planes,
        ["np.fft.rfft(r)"] = () => Fft.Rfft(R).Planes,
        ["np.fft.rfft(r, 6)"] = () => Fft.Rfft(R, 6).Planes,
        ["np.fft.rfft(r, 10)"] = () => Fft.Rfft(R, 10).Planes,
        ["np.fft.rfft(r, axis=0)"] = () => Fft.Rfft(R, axis: 0).Planes,
        ["np.fft.rfft(r, norm='ortho')"] = () => Fft.Rfft(R, norm: FftNorm.Ortho).Planes,
        ["np.fft.irfft(h)"] = () => Fft.Irfft(H),
        ["np.fft.irfft(h, 9)"] = () => Fft.Irfft(H, 9),
        ["np.fft.irfft(h, 4)"] = () => Fft.Irfft(H, 4),
        ["np.fft.irfft(h, 13)"] = () => Fft.Irfft(H, 13),
        ["np.fft.irfft(h, axis=0)"] = () => Fft.Irfft(H, axis: 0),
        ["np.fft.irfft(h, norm='forward')"] = () => Fft.Irfft(H, norm: FftNorm.Forward),
        ["np.fft.hfft(h)"] = () => Fft.Hfft(H),
        ["np.fft.hfft(h, 9)"] = () => Fft.Hfft(H, 9),
        ["np.fft.ihfft(r)"] = () => Fft.Ihfft(R).Planes,
        ["np.fft.ihfft(r, norm='ortho')"] = () => Fft.Ihfft(R, norm: FftNorm.Ortho).Planes,
        ["np.fft.rfftn(y.real)"] = () => Fft.Rfftn(Y.Real()).Planes,
        ["np.fft.rfftn(y.real, axes=[2, 0])"] = () => Fft.Rfftn(Y.Real(), [2, 0]).Planes,
        ["np.fft.irfftn(y)"] = () => Fft.Irfftn(Y),
        ["np.fft.irfftn(y, [3, 4, 7], axes=[0, 1, 2])"] = () => Fft.Irfftn(Y, [0, 1, 2], 7),
        ["np.fft.fftfreq(8)"] = () => Fft.Fftfreq<double>(8),
        ["np.fft.fftfreq(9, 0.1)"] = () => Fft.Fftfreq<double>(9, 0.1),
        ["np.fft.rfftfreq(8)"] = () => Fft.Rfftfreq<double>(8),
        ["np.fft.rfftfreq(9, 0.1)"] = () => Fft.Rfftfreq<double>(9, 0.1),
        ["np.fft.fftshift(u)"] = () => Fft.Fftshift(U),
        ["np.fft.ifftshift(u)"] = () => Fft.Ifftshift(U),
        ["np.fft.fftshift(y)"] = () => Fft.Fftshift(Y).Planes,
        ["np.fft.ifftshift(y, axes=[1])"] = () => Fft.Ifftshift(Y, 1).Planes,
        ["np.convolve(u, r[0])"] = () => Fft.Convolve(U, R.Select(0, 0)),
        ["np.hanning(8)"] = () => SignalWindow.Hann<double>(8),
        ["np.hanning(9)"] = () => SignalWindow.Hann<double>(9),
        ["np.hamming(8)"] = () => SignalWindow.Hamming<double>(8),
        ["np.blackman(9)"] = () => SignalWindow.Blackman<double>(9),
        ["np.kaiser(9, 8.6)"] = () => SignalWindow.Kaiser<double>(9, 8.6),
        ["np.kaiser(6, 0.0)"] = () => SignalWindow.Kaiser<double>(6, 0),
        ["np.hanning(1)"] = () => SignalWindow.Hann<double>(1),
    };

    public static TheoryData<string> Names => [.. File.RootElement.EnumerateObject().Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_NumPys(string expression)
    {
        using Scope scope = Scope.Begin();
        JsonElement expected = File.RootElement.GetProperty(expression);
        Shape shape = Shape.Create([.. expected.GetProperty("shape").EnumerateArray().Select(extent => (nint)extent.GetInt64())]);
        double[] values = [.. expected.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        GoldenValues.AssertClose(expression, (shape, values), Cases[expression](), 1e-14, isSum: true);
    }

    [Fact]
    public void Every_case_is_in_the_file() => Assert.Empty(Cases.Keys.Except(File.RootElement.EnumerateObject().Select(item => item.Name)));

    private static ComplexTensor<double> Complex(Shape shape, int seed)
    {
        using Tensor<double> re = GoldenValues.Ramp<double>(shape, seed), im = GoldenValues.Ramp<double>(shape, seed + 1);
        return ComplexTensor.Of(re, im);
    }
}
