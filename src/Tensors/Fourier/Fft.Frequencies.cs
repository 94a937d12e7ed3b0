namespace Onsager.Tensors;

/// <content>The frequencies that results belong to, and their order.</content>
public static partial class Fft
{
    /// <summary>The frequencies of the n results of a transform, in cycles per unit of d: 0, 1, ..., then the negative ones, divided by n d (numpy.fft.fftfreq).</summary>
    /// <param name="n">The number of points.</param>
    /// <param name="d">The distance from one point to the next.</param>
    /// <param name="device">Where the result lies; the processor if not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Tensor<T> Fftfreq<T>(nint n, double d = 1, Device? device = null)
        where T : unmanaged => Frequencies<T>("fftfreq", n, n, d, device);

    /// <summary>The frequencies of the n / 2 + 1 results of <see cref="Rfft"/>, none of them negative (numpy.fft.rfftfreq).</summary>
    /// <inheritdoc cref="Fftfreq"/>
    public static Tensor<T> Rfftfreq<T>(nint n, double d = 1, Device? device = null)
        where T : unmanaged => Frequencies<T>("rfftfreq", n, (n / 2) + 1, d, device);

    /// <summary>Results in the order of their frequencies: along the axes, or all, the negative ones come first (numpy.fft.fftshift).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor<T> Fftshift<T>(Tensor<T> x, params ReadOnlySpan<int> axes)
        where T : unmanaged => Shift("fftshift", x, 0, axes, isBack: false);

    /// <inheritdoc cref="Fftshift{T}(Tensor{T}, ReadOnlySpan{int})"/>
    public static ComplexTensor<T> Fftshift<T>(ComplexTensor<T> x, params ReadOnlySpan<int> axes)
        where T : unmanaged => new(Shift("fftshift", x.Planes, 1, axes, isBack: false));

    /// <summary>Undoes <see cref="Fftshift{T}(Tensor{T}, ReadOnlySpan{int})"/>, which it differs from where extents are odd (numpy.fft.ifftshift).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor<T> Ifftshift<T>(Tensor<T> x, params ReadOnlySpan<int> axes)
        where T : unmanaged => Shift("ifftshift", x, 0, axes, isBack: true);

    /// <inheritdoc cref="Ifftshift{T}(Tensor{T}, ReadOnlySpan{int})"/>
    public static ComplexTensor<T> Ifftshift<T>(ComplexTensor<T> x, params ReadOnlySpan<int> axes)
        where T : unmanaged => new(Shift("ifftshift", x.Planes, 1, axes, isBack: true));

    private static Tensor<T> Frequencies<T>(string operation, nint n, nint count, double d, Device? device)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        if (n < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, $"{operation}: n = {n}; there is 1 point at least.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> frequencies = Tensor.Empty<T>([count]);
        Span<T> elements = frequencies.Memory();
        double step = 1 / (n * d);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Tensor.Constant<T>((count == n && i >= (n + 1) / 2 ? i - n : i) * step);
        }

        return scope.Keep(device is null ? frequencies : frequencies.To(device));
    }

    /// <summary>Rolls the axes behind the first few by half of their extents.</summary>
    private static Tensor<T> Shift<T>(string operation, Tensor<T> x, int first, ReadOnlySpan<int> axes, bool isBack)
        where T : unmanaged
    {
        Shape shape = x.Shape;
        int rank = shape.Rank - first, count = axes.IsEmpty ? rank : axes.Length;
        Span<int> places = stackalloc int[count];
        Span<nint> shifts = stackalloc nint[count];
        for (int i = 0; i < count; i++)
        {
            int axis = axes.IsEmpty ? i : axes[i], counted = axis < 0 ? axis + rank : axis;
            places[i] = counted >= 0 && counted < rank
                ? counted + first
                : throw new ArgumentOutOfRangeException(nameof(axes), axis, $"{operation}: there is no axis {axis} among {rank}.");
            nint extent = shape[places[i]];
            shifts[i] = isBack ? (extent + 1) / 2 : extent / 2;
        }

        return x.Roll(shifts, places);
    }
}
