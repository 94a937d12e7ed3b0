using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Windows that taper a piece of a signal before it is transformed, by the formulas of numpy.hanning and its kin; periodic ones are the first n of
/// n + 1 elements, as <see cref="Fft.Stft"/> wants them. A window of one element is 1. Relative error of an element: a few ulp of 1.
/// </summary>
public static class SignalWindow
{
    /// <summary>1/2 - 1/2 cos(2 pi i / (n - 1)).</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Tensor<T> Hann<T>(nint n, bool isPeriodic = false)
        where T : unmanaged => Cosines<T>("hann", n, isPeriodic, 0.5, 0.5, 0);

    /// <summary>0.54 - 0.46 cos(2 pi i / (n - 1)).</summary>
    /// <inheritdoc cref="Hann"/>
    public static Tensor<T> Hamming<T>(nint n, bool isPeriodic = false)
        where T : unmanaged => Cosines<T>("hamming", n, isPeriodic, 0.54, 0.46, 0);

    /// <summary>0.42 - 1/2 cos(2 pi i / (n - 1)) + 0.08 cos(4 pi i / (n - 1)).</summary>
    /// <inheritdoc cref="Hann"/>
    public static Tensor<T> Blackman<T>(nint n, bool isPeriodic = false)
        where T : unmanaged => Cosines<T>("blackman", n, isPeriodic, 0.42, 0.5, 0.08);

    /// <summary>I0(beta sqrt(1 - (2 i / (n - 1) - 1)^2)) / I0(beta), I0 being the modified Bessel function (J. F. Kaiser, 1966).</summary>
    /// <inheritdoc cref="Hann"/>
    public static Tensor<T> Kaiser<T>(nint n, double beta, bool isPeriodic = false)
        where T : unmanaged
    {
        Tensor<T> window = Begin<T>("kaiser", n);
        Span<T> elements = window.Memory();
        double last = isPeriodic ? n : n - 1, whole = Bessel(beta);
        for (int i = 0; i < elements.Length; i++)
        {
            double place = n == 1 ? 0 : ((2 * i) - last) / last;
            elements[i] = Tensor.Constant<T>(Bessel(beta * Math.Sqrt((1 - place) * (1 + place))) / whole);
        }

        return window;
    }

    private static Tensor<T> Cosines<T>(string operation, nint n, bool isPeriodic, double mean, double first, double second)
        where T : unmanaged
    {
        Tensor<T> window = Begin<T>(operation, n);
        Span<T> elements = window.Memory();
        double last = isPeriodic ? n : n - 1;
        for (int i = 0; i < elements.Length; i++)
        {
            // The nearer end, so that both halves are the same; cos(2 a) = 2 cos(a)^2 - 1.
            double cosine = n == 1 ? -1 : Cosine(2 * Math.PI * Math.Min(i, last - i) / last);
            elements[i] = Tensor.Constant<T>(mean - (first * cosine) + (second * ((2 * cosine * cosine) - 1)));
        }

        return window;
    }

    private static Tensor<T> Begin<T>(string operation, nint n)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        return n >= 1
            ? Tensor.Empty<T>([n])
            : throw new ArgumentOutOfRangeException(nameof(n), n, $"{operation}: n = {n}; a window has 1 element at least.");
    }

    private static double Cosine(double x) => F64x1.First(Cos.Apply(F64x1.Broadcast(x)));

    /// <summary>The series of (x / 2)^(2 k) / k!^2, all of whose terms are positive, until they do not count.</summary>
    private static double Bessel(double x)
    {
        double quarter = x * x / 4, term = 1, sum = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }

        return sum;
    }
}
