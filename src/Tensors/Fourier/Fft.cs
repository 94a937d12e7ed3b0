namespace Onsager.Tensors;

/// <summary>Which direction of a transform is divided by the number of its points.</summary>
public enum FftNorm
{
    /// <summary>The inverse.</summary>
    Backward,

    /// <summary>Both, by the square root: then the transform is unitary.</summary>
    Ortho,

    /// <summary>The forward one.</summary>
    Forward,
}

/// <summary>
/// Discrete Fourier transforms by the names of numpy.fft, in which forward is y[k] = the sum over j of x[j] exp(-2 pi i j k / n). Any length is
/// fast, and its order of operations follows from the length alone, so bits depend neither on the batch nor on threads or registers. They are
/// linear maps with derivatives of any order. On the processor only: another device throws <see cref="NotSupportedException"/>.
/// </summary>
/// <remarks>numpy.fft.fft itself is <see cref="Forward{T}(ComplexTensor{T}, nint?, int, FftNorm)"/>, since a class cannot have a method of its own name.</remarks>
public static partial class Fft
{
    /// <summary>The transform along an axis (numpy.fft.fft).</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="n">Points: the axis is cut, or filled up with zeros; its extent if not given.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="norm">Which direction is divided by n.</param>
    /// <exception cref="ArgumentException">The axis is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or n is below 1 or above 2^28.</exception>
    public static ComplexTensor<T> Forward<T>(ComplexTensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Along("fft", x, n, axis, norm, isInverse: false);

    /// <summary>The transform of real numbers along an axis, all n results of it (numpy.fft.fft).</summary>
    /// <inheritdoc cref="Forward{T}(ComplexTensor{T}, nint?, int, FftNorm)"/>
    public static ComplexTensor<T> Forward<T>(Tensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using ComplexTensor<T> complex = new(Spectra.Planes("fft", x));
        return Along("fft", complex, n, axis, norm, isInverse: false);
    }

    /// <summary>The inverse transform along an axis (numpy.fft.ifft).</summary>
    /// <inheritdoc cref="Forward{T}(ComplexTensor{T}, nint?, int, FftNorm)"/>
    public static ComplexTensor<T> Ifft<T>(ComplexTensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Along("ifft", x, n, axis, norm, isInverse: true);

    /// <summary>The transform along an axis into existing numbers of the same shape, which may be x.</summary>
    /// <exception cref="ArgumentException">The axis is empty, shape or device differ, or the destination partly overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static void ForwardInto<T>(ComplexTensor<T> x, ComplexTensor<T> destination, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => SeveralInto("fft", x, destination, [axis], norm, isInverse: false);

    /// <summary>The inverse transform along an axis into existing numbers of the same shape, which may be x.</summary>
    /// <inheritdoc cref="ForwardInto"/>
    public static void IfftInto<T>(ComplexTensor<T> x, ComplexTensor<T> destination, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => SeveralInto("ifft", x, destination, [axis], norm, isInverse: true);

    /// <summary>The transform over the last two axes (numpy.fft.fft2).</summary>
    /// <inheritdoc cref="Fftn"/>
    public static ComplexTensor<T> Fft2<T>(ComplexTensor<T> x, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Several("fft2", x, [-2, -1], norm, isInverse: false);

    /// <summary>The inverse transform over the last two axes (numpy.fft.ifft2).</summary>
    /// <inheritdoc cref="Fftn"/>
    public static ComplexTensor<T> Ifft2<T>(ComplexTensor<T> x, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Several("ifft2", x, [-2, -1], norm, isInverse: true);

    /// <summary>The transform over several axes, the last one first; over all axes if none are given (numpy.fft.fftn).</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="axes">The axes, each once.</param>
    /// <param name="norm">Which direction is divided by the number of points of all axes.</param>
    /// <exception cref="ArgumentException">An axis is empty or given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static ComplexTensor<T> Fftn<T>(ComplexTensor<T> x, ReadOnlySpan<int> axes = default, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Several("fftn", x, axes, norm, isInverse: false);

    /// <summary>The inverse transform over several axes; over all if none are given (numpy.fft.ifftn).</summary>
    /// <inheritdoc cref="Fftn"/>
    public static ComplexTensor<T> Ifftn<T>(ComplexTensor<T> x, ReadOnlySpan<int> axes = default, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => Several("ifftn", x, axes, norm, isInverse: true);

    /// <summary>The transform over several axes into existing numbers of the same shape, which may be x.</summary>
    /// <exception cref="ArgumentException">An axis is empty or given twice, shape or device differ, or the destination partly overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static void FftnInto<T>(ComplexTensor<T> x, ComplexTensor<T> destination, ReadOnlySpan<int> axes = default, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => SeveralInto("fftn", x, destination, axes, norm, isInverse: false);

    /// <summary>The inverse transform over several axes into existing numbers of the same shape, which may be x.</summary>
    /// <inheritdoc cref="FftnInto"/>
    public static void IfftnInto<T>(ComplexTensor<T> x, ComplexTensor<T> destination, ReadOnlySpan<int> axes = default, FftNorm norm = FftNorm.Backward)
        where T : unmanaged => SeveralInto("ifftn", x, destination, axes, norm, isInverse: true);

    private static ComplexTensor<T> Along<T>(string operation, ComplexTensor<T> x, nint? n, int axis, FftNorm norm, bool isInverse)
        where T : unmanaged
    {
        int place = x.Shape.Axis(axis, operation) + 1;
        nint points = n ?? x.Planes.Shape[place];
        double scale = Spectra.Scale(norm, isInverse, points);
        if (n is null)
        {
            return new(Spectra.Apply(operation, x.Planes, new FourierForm(1 << place, isInverse, scale)));
        }

        using Tensor<T> fitting = Spectra.Fit(operation, x.Planes, place, points);
        return new(Spectra.Apply(operation, fitting, new FourierForm(1 << place, isInverse, scale)));
    }

    private static ComplexTensor<T> Several<T>(string operation, ComplexTensor<T> x, ReadOnlySpan<int> axes, FftNorm norm, bool isInverse)
        where T : unmanaged => new(Spectra.Apply(operation, x.Planes, Form(operation, x.Shape, axes, norm, isInverse)));

    private static void SeveralInto<T>(string operation, ComplexTensor<T> x, ComplexTensor<T> destination, ReadOnlySpan<int> axes, FftNorm norm, bool isInverse)
        where T : unmanaged => Spectra.ApplyInto(operation, x.Planes, Form(operation, x.Shape, axes, norm, isInverse), destination.Planes);

    private static FourierForm Form(string operation, Shape shape, ReadOnlySpan<int> axes, FftNorm norm, bool isInverse)
    {
        int places = 0;
        double points = 1;
        if (axes.IsEmpty)
        {
            places = (1 << (shape.Rank + 1)) - 2;
            points = shape.Size;
        }

        foreach (int axis in axes)
        {
            int place = shape.Axis(axis, operation) + 1;
            if (((places >> place) & 1) != 0)
            {
                throw new ArgumentException($"{operation}: axis {axis} of {shape} is given twice.", nameof(axes));
            }

            places |= 1 << place;
            points *= shape[place - 1];
        }

        return new FourierForm(places, isInverse, Spectra.Scale(norm, isInverse, points));
    }
}
