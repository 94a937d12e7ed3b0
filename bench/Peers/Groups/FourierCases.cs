using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>Fourier transforms of complex numbers, split on our side and in pairs on libtorch's, and of real ones; results are new tensors on both.</summary>
internal static class FourierCases
{
    /// <summary>Powers of two on which a limit stands, in double precision.</summary>
    public const int Least = 1 << 10;

    /// <inheritdoc cref="Least"/>
    public const int Most = 1 << 20;

    /// <summary>Points of the transforms of which there are 1,024.</summary>
    private static readonly int[] Short = [16, 64, 256];

    /// <summary>Products of other primes, and primes.</summary>
    private static readonly int[] Others = [1000, 19683, 100000, 10007];

    /// <summary>Points of transforms of real numbers, from them and back.</summary>
    private static readonly int[] Real = [1 << 10, 1 << 14, 1 << 17, 1 << 20, 1000];

    public static IEnumerable<Case> All(Wanted wanted)
    {
        for (int n = Least; n <= Most; n *= 2)
        {
            if (wanted("fft", n, "f64"))
            {
                foreach (Case work in Along<double>("fft", "f64", n, n))
                {
                    yield return work;
                }
            }
        }

        for (int n = Least; n <= Most; n *= 32)
        {
            if (wanted("fft", n, "f32"))
            {
                foreach (Case work in Along<float>("fft", "f32", n, n))
                {
                    yield return work;
                }
            }
        }

        foreach (int n in Others.Where(n => wanted("fft any", n, "f64")))
        {
            foreach (Case work in Along<double>("fft any", "f64", n, n))
            {
                yield return work;
            }
        }

        foreach (int n in Short.Where(n => wanted("fft b=1024", n, "f64")))
        {
            foreach (Case work in Along<double>("fft b=1024", "f64", n, 1024, n))
            {
                yield return work;
            }
        }

        foreach (int n in Real)
        {
            if (wanted("rfft", n, "f64"))
            {
                using Memory<double> signal = Memory<double>.Random(n, 1);
                using Tensor<double> x = Tensor.From<double>(signal.Span, [n]);
                using TorchTensor peer = Libtorch.Of<double>(signal.Span, [n]);
                yield return new Case(
                    "linalg", "rfft", n, "f64", Quantity.Microseconds, () => Fft.Rfft(x).Dispose(), [new(Libtorch.Name, Libtorch.Discard(() => TorchSharp.torch.fft.rfft(peer)))]);
            }

            if (wanted("irfft", n, "f64"))
            {
                int half = (n / 2) + 1;
                using Memory<double> parts = Memory<double>.Random(2 * half, 1);
                using ComplexTensor<double> x = new(Tensor.From<double>(parts.Span, [2, half]));
                using TorchTensor peer = Pairs<double>(parts.Span, [half]);
                yield return new Case(
                    "linalg", "irfft", n, "f64", Quantity.Microseconds, () => Fft.Irfft(x).Dispose(), [new(Libtorch.Name, Libtorch.Discard(() => TorchSharp.torch.fft.irfft(peer, n)))]);
            }
        }

        if (wanted("fft2", 512, "f64"))
        {
            using Memory<double> parts = Memory<double>.Random(2 * 512 * 512, 1);
            using ComplexTensor<double> x = new(Tensor.From<double>(parts.Span, [2, 512, 512]));
            using TorchTensor peer = Pairs(parts.Span, [512, 512]);
            yield return new Case(
                "linalg", "fft2", 512, "f64", Quantity.Microseconds, () => Fft.Fft2(x).Dispose(), [new(Libtorch.Name, Libtorch.Discard(() => TorchSharp.torch.fft.fft2(peer)))]);
        }
    }

    /// <summary>One case; its memory is given back when the next one is asked for.</summary>
    private static IEnumerable<Case> Along<T>(string name, string type, int n, params long[] shape)
        where T : unmanaged
    {
        nint[] extents = [2, .. shape.Select(extent => (nint)extent)];
        Shape planes = Shape.Create(extents);
        using Memory<T> parts = Memory<T>.Random((int)planes.Size, 1);
        using ComplexTensor<T> x = new(Tensor.From<T>(parts.Span, planes));
        using TorchTensor peer = Pairs<T>(parts.Span, shape);
        yield return new Case(
            "linalg", name, n, type, Quantity.Microseconds, () => Fft.Forward(x).Dispose(), [new(Libtorch.Name, Libtorch.Discard(() => TorchSharp.torch.fft.fft_(peer)))]);
    }

    /// <summary>The same numbers as libtorch has them.</summary>
    private static TorchTensor Pairs<T>(ReadOnlySpan<T> parts, long[] shape)
        where T : unmanaged
    {
        int half = parts.Length / 2;
        using TorchTensor re = Libtorch.Of(parts[..half], shape), im = Libtorch.Of(parts[half..], shape);
        return TorchSharp.torch.complex(re, im);
    }
}
