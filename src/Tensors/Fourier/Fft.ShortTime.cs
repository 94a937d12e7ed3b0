namespace Onsager.Tensors;

/// <content>Transforms of short pieces of a signal, and the signal back from them.</content>
public static partial class Fft
{
    /// <summary>
    /// The transforms of pieces of n elements of a signal [..., time], hop apart, each multiplied by a window: [..., n / 2 + 1, pieces], as torch.stft
    /// gives them. Centred pieces have their middle at multiples of hop; the signal is reflected at its ends for that.
    /// </summary>
    /// <param name="x">The signal.</param>
    /// <param name="n">Elements of a piece.</param>
    /// <param name="hop">Elements from one piece to the next; a quarter of n if not given.</param>
    /// <param name="window">The window [n]; ones if not given.</param>
    /// <param name="isCentered">Whether pieces are centred.</param>
    /// <exception cref="ArgumentException">The window has not n elements, or the signal is shorter than a piece or, centred, not longer than half of one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n or hop is below 1, or the signal has no axis.</exception>
    public static ComplexTensor<T> Stft<T>(Tensor<T> x, int n, int? hop = null, Tensor<T>? window = null, bool isCentered = true)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("stft");
        int step = CheckPieces("stft", n, hop, window), axis = x.Shape.Axis(-1, "stft");
        using Scope scope = Scope.Begin();
        if (isCentered)
        {
            Span<(nint Before, nint After)> widths = stackalloc (nint, nint)[x.Rank];
            widths.Clear();
            widths[axis] = (n / 2, n / 2);
            x = x.Shape[axis] > n / 2
                ? x.Pad(PadMode.Reflect, widths)
                : throw new ArgumentException($"stft: centred pieces of {n} need more than {n / 2} elements; got {x.Shape}.", nameof(x));
        }

        nint time = x.Shape[axis];
        if (time < n)
        {
            throw new ArgumentException($"stft: pieces of {n} need as many elements; got {x.Shape}.", nameof(x));
        }

        int pieces = (int)((time - n) / step) + 1;
        Tensor<T> taken = x.Take(axis, Places(pieces, n, step)).Unflatten(axis, pieces, n);
        return scope.Keep(new ComplexTensor<T>(Rfft(window is { } w ? taken * w : taken).Planes.SwapAxes(-1, -2).Contiguous()));
    }

    /// <summary>
    /// The signal [..., time] of which <see cref="Stft"/> gave these transforms [..., n / 2 + 1, pieces]: the pieces times the window, added up where they
    /// lie and divided by the sum of the squares of the windows there, as torch.istft does.
    /// </summary>
    /// <exception cref="ArgumentException">The window has not n elements, there are not n / 2 + 1 results of one piece at least, or the windows leave a gap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n or hop is below 1, or there are less than two axes.</exception>
    public static Tensor<T> Istft<T>(ComplexTensor<T> x, int n, int? hop = null, Tensor<T>? window = null, bool isCentered = true)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("istft");
        int step = CheckPieces("istft", n, hop, window), axis = x.Shape.Axis(-2, "istft");
        nint pieces = x.Shape[axis + 1];
        if (x.Shape[axis] != (n / 2) + 1 || pieces < 1)
        {
            throw new ArgumentException($"istft: [..., {(n / 2) + 1}, pieces] are needed; got {x.Shape}.", nameof(x));
        }

        using Scope scope = Scope.Begin();
        Tensor<T> signals = Irfft(new ComplexTensor<T>(x.Planes.SwapAxes(-1, -2)), n), weights = window is { } w ? w * w : Tensor.Ones<T>([n], x.Device);
        signals = (window is { } taper ? signals * taper : signals).Flatten(axis, axis + 1);
        nint time = n + (step * (pieces - 1));
        Tensor<int> places = Places((int)pieces, n, step);
        Tensor<T> sum = Tensor.Zeros<T>(Indexing.Replace(signals.Shape, axis, [time], "istft"), x.Device).IndexAdd(axis, places, signals);
        Tensor<T> weight = Tensor.Zeros<T>([time], x.Device).IndexAdd(0, places, weights.Expand([pieces, n]).Contiguous().Flatten(0, 1));
        nint margin = isCentered ? n / 2 : 0;
        Tensor<T> inner = weight.Slice(0, margin, time - margin);
        if (inner.Size == 0 || (inner.Min().Value() is var least && !(Plain(least) > 1e-11)))
        {
            throw new ArgumentException($"istft: pieces {step} apart leave places where the windows are zero.", nameof(window));
        }

        return scope.Keep(sum.Slice(axis, margin, time - margin) / inner);

        static double Plain(T x) => typeof(T) == typeof(float) ? (float)(object)x : (double)(object)x;
    }

    private static int CheckPieces<T>(string operation, int n, int? hop, Tensor<T>? window)
        where T : unmanaged
    {
        int step = hop ?? int.Max(1, n / 4);
        return n < 1 || step < 1 ? throw new ArgumentOutOfRangeException(nameof(n), n, $"{operation}: pieces of {n} elements, {step} apart; both are 1 at least.")
            : window is { } given && given.Shape != [n] ? throw new ArgumentException($"{operation}: a window [{n}] is needed; got {given.Shape}.", nameof(window))
            : step;
    }

    /// <summary>Where the elements of all pieces stand in the signal.</summary>
    private static Tensor<int> Places(int pieces, int n, int step)
    {
        Tensor<int> places = Tensor.Empty<int>([checked(pieces * n)]);
        Span<int> elements = places.Memory();
        for (int piece = 0, at = 0; piece < pieces; piece++)
        {
            for (int i = 0; i < n; i++)
            {
                elements[at++] = (piece * step) + i;
            }
        }

        return places;
    }
}
