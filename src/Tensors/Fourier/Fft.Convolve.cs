namespace Onsager.Tensors;

/// <content>Convolution by transforms.</content>
public static partial class Fft
{
    /// <summary>
    /// The full convolution of signals along their last axes (numpy.convolve, scipy.signal.fftconvolve): y[k] = the sum over j of x[j] w[k - j],
    /// with n + m - 1 elements. By transforms, so its error is relative to the largest result, and its bits are not those of <c>Conv1d</c>, whose
    /// order the contract on bits fixes. The other axes broadcast.
    /// </summary>
    /// <exception cref="ArgumentException">A last axis is empty, the others do not broadcast, or devices differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A signal has no axis.</exception>
    public static Tensor<T> Convolve<T>(Tensor<T> x, Tensor<T> w)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("fft convolve");
        nint n = x.Shape[x.Shape.Axis(-1, "fft convolve")], m = w.Shape[w.Shape.Axis(-1, "fft convolve")];
        if (n == 0 || m == 0)
        {
            throw new ArgumentException($"fft convolve: signals have one element at least; got {x.Shape} and {w.Shape}.");
        }

        nint points = NextFast(n + m - 1);
        using Scope scope = Scope.Begin();
        ComplexTensor<T> product = Rfft(x, points) * Rfft(w, points);
        return scope.Keep(Irfft(product, points).Slice(-1, 0, n + m - 1).Contiguous());
    }

    /// <summary>The least number of points from n on that has no prime factor above 5: a length whose transform is fast (scipy.fft.next_fast_len).</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1 or above 2^28.</exception>
    public static nint NextFast(nint n)
    {
        if (n is < 1 or > 1 << 28)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, $"next fast: n = {n}; transforms have 1 to {1 << 28} points.");
        }

        nint best = 1;
        while (best < n)
        {
            best *= 2;
        }

        for (nint fives = 1; fives < best; fives *= 5)
        {
            for (nint odd = fives; odd < best; odd *= 3)
            {
                nint product = odd;
                while (product < n)
                {
                    product *= 2;
                }

                best = nint.Min(best, product);
            }
        }

        return best;
    }
}
