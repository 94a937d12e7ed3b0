namespace Onsager.Tensors;

/// <content>
/// Transforms of real numbers, whose results for negative frequencies are the conjugates of those for positive ones and are left out. An even number of points costs half of as many complex ones, an odd
/// number goes through a complex transform.
/// </content>
public static partial class Fft
{
    /// <summary>The first n / 2 + 1 results of the transform of real numbers along an axis (numpy.fft.rfft).</summary>
    /// <exception cref="ArgumentException">The axis is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or n is below 1 or above 2^28.</exception>
    public static ComplexTensor<T> Rfft<T>(Tensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Half("rfft", x, n, axis, norm, isInverse: false));
    }

    /// <summary>
    /// The real numbers whose transform has these as its first n / 2 + 1 results (numpy.fft.irfft); of those that have no partner, for the
    /// frequencies 0 and, if n is even, n / 2, only the real part counts. n is twice the axis' extent less 2 if not given.
    /// </summary>
    /// <exception cref="ArgumentException">The axis is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or n is below 1 or above 2^28.</exception>
    public static Tensor<T> Irfft<T>(ComplexTensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Whole("irfft", x, n, axis, norm, isInverse: true));
    }

    /// <summary>The real transform of numbers that equal their conjugates in reverse, of which the first n / 2 + 1 are given (numpy.fft.hfft).</summary>
    /// <inheritdoc cref="Irfft"/>
    public static Tensor<T> Hfft<T>(ComplexTensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Whole("hfft", x, n, axis, norm, isInverse: false));
    }

    /// <summary>The first n / 2 + 1 results of the inverse transform of real numbers (numpy.fft.ihfft).</summary>
    /// <inheritdoc cref="Rfft"/>
    public static ComplexTensor<T> Ihfft<T>(Tensor<T> x, nint? n = null, int axis = -1, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Half("ihfft", x, n, axis, norm, isInverse: true));
    }

    /// <summary>The transform of real numbers over several axes, or all, of which the last one has half of its results, as in <see cref="Rfft"/> (numpy.fft.rfftn).</summary>
    /// <exception cref="ArgumentException">An axis is empty or given twice, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static ComplexTensor<T> Rfftn<T>(Tensor<T> x, ReadOnlySpan<int> axes = default, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Span<int> all = stackalloc int[Shape.MaxRank];
        ReadOnlySpan<int> own = Axes("rfftn", x.Shape, axes, all);
        ComplexTensor<T> half = Half("rfftn", x, null, own[^1], norm, isInverse: false);
        return scope.Keep(own.Length == 1 ? half : Several("rfftn", half, own[..^1], norm, isInverse: false));
    }

    /// <summary>The real numbers with this transform over several axes, or all, as <see cref="Rfftn"/> gives it; n is the last one's extent in the result (numpy.fft.irfftn).</summary>
    /// <exception cref="ArgumentException">An axis is empty or given twice, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or n is below 1 or above 2^28.</exception>
    public static Tensor<T> Irfftn<T>(ComplexTensor<T> x, ReadOnlySpan<int> axes = default, nint? n = null, FftNorm norm = FftNorm.Backward)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Span<int> all = stackalloc int[Shape.MaxRank];
        ReadOnlySpan<int> own = Axes("irfftn", x.Shape, axes, all);
        ComplexTensor<T> others = own.Length == 1 ? x : Several("irfftn", x, own[..^1], norm, isInverse: true);
        return scope.Keep(Whole("irfftn", others, n, own[^1], norm, isInverse: true));
    }

    /// <summary>The results for frequencies from 0 to n / 2.</summary>
    private static ComplexTensor<T> Half<T>(string operation, Tensor<T> x, nint? n, int axis, FftNorm norm, bool isInverse)
        where T : unmanaged
    {
        axis = x.Shape.Axis(axis, operation);
        Tensor<T> fitting = n is null ? x : Spectra.Fit(operation, x, axis, n.Value);
        nint points = fitting.Shape[axis];
        if (points % 2 == 0 && points > 0)
        {
            return new(RealSpectra.Apply(operation, fitting, new RealForm(axis, points, IsBack: false, isInverse, IsDoubled: false, Spectra.Scale(norm, isInverse, points))));
        }

        FourierForm form = new(1 << (axis + 1), isInverse, Spectra.Scale(norm, isInverse, points));
        Tensor<T> all = Spectra.Apply(operation, Spectra.Planes(operation, fitting), form);
        return new(all.Slice(axis + 1, 0, (points / 2) + 1).Contiguous());
    }

    /// <summary>
    /// The sum over positive and negative frequencies is the real part of the sum over positive ones, in which those with a partner count
    /// twice: for an odd number of points a transform of numbers filled up with zeros.
    /// </summary>
    private static Tensor<T> Whole<T>(string operation, ComplexTensor<T> x, nint? n, int axis, FftNorm norm, bool isInverse)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        int place = x.Shape.Axis(axis, operation) + 1;
        nint points = n ?? (2 * x.Planes.Shape[place]) - 2;
        using Tensor<T> fitting = Spectra.Fit(operation, x.Planes, place, points < 1 ? points : (points / 2) + 1);
        if (points % 2 == 0)
        {
            return RealSpectra.Apply(operation, fitting, new RealForm(place - 1, points, IsBack: true, isInverse, IsDoubled: true, Spectra.Scale(norm, isInverse, points)));
        }

        Span<nint> extents = stackalloc nint[x.Rank];
        extents.Fill(1);
        extents[place - 1] = fitting.Shape[place];
        Tensor<T> weights = Tensor.Full(Shape.Create(extents), Tensor.Constant<T>(2), x.Device);
        weights.Slice(place - 1, 0, 1).Fill(Tensor.Constant<T>(1));
        FourierForm form = new(1 << place, isInverse, Spectra.Scale(norm, isInverse, points));
        Tensor<T> filled = Spectra.Fit(operation, fitting * weights, place, points);
        return Spectra.Apply(operation, filled, form).Select(0, 0).Contiguous();
    }

    private static ReadOnlySpan<int> Axes(string operation, Shape shape, ReadOnlySpan<int> axes, Span<int> all)
    {
        if (axes.IsEmpty)
        {
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                all[axis] = axis;
            }

            axes = all[..shape.Rank];
        }

        int seen = 0;
        foreach (int axis in axes)
        {
            int bit = 1 << shape.Axis(axis, operation);
            if ((seen & bit) != 0)
            {
                throw new ArgumentException($"{operation}: axis {axis} of {shape} is given twice.", nameof(axes));
            }

            seen |= bit;
        }

        return axes.IsEmpty ? throw new ArgumentException($"{operation}: {shape} has no axis.", nameof(axes)) : axes;
    }
}
