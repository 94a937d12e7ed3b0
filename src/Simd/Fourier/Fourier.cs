namespace Onsager.Simd;

/// <summary>
/// Discrete Fourier transforms of complex numbers in split form, of any length: y[k] = scale times the sum over j of x[j] exp(-2 pi i j k / n), or
/// with the other sign the inverse. Powers of two take radices 8 and 4, then come odd primes up to 31; lengths with a larger prime factor are
/// convolutions with a chirp (Bluestein). The order of operations follows from the length alone: the same bits come out whatever the batch, the
/// register's width and the machine. The root mean square error, relative to the result's root mean square, is at most c sqrt(log2 n) times
/// 2^-53 (float64) or 2^-24 (float32), c being 0.8 for powers of two, 0.95 for other products of primes up to 31, and 1.6 for all others: measured on
/// all lengths up to 300 and some up to 98,304. NaN and infinities spread over their line.
/// </summary>
/// <remarks>Tables of roots of unity are made once for each length, correctly rounded; the last few hundred lengths, or 256 MB, are kept.</remarks>
public static unsafe class Fourier
{
    /// <summary>Bytes of the real parts of the longest rows that are transformed several side by side, and fewest numbers of a part of such a strip: what the first cache holds.</summary>
    private const int Short = 1024;

    /// <summary>Elements of working memory that <see cref="Rows"/> or <see cref="Columns"/> need for a length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1 or above 2^28.</exception>
    public static nint WorkLength<T>(int length, bool isColumns)
        where T : unmanaged
    {
        FourierPlan<T> plan = Plan<T>(length);
        return plan.WorkLength + (isColumns && plan.Kind != FourierKind.Direct ? 2 * (nint)length : 0);
    }

    /// <summary>The transforms of rows [batch, length], contiguous; the result may be the input itself.</summary>
    /// <param name="length">Numbers of a row.</param>
    /// <param name="re">The real parts.</param>
    /// <param name="im">The imaginary parts.</param>
    /// <param name="toRe">The results' real parts.</param>
    /// <param name="toIm">The results' imaginary parts.</param>
    /// <param name="isInverse">Whether the exponent's sign is plus.</param>
    /// <param name="scale">What results are multiplied by.</param>
    /// <param name="work">Working memory of <see cref="WorkLength"/>, whose contents are lost.</param>
    /// <exception cref="ArgumentException">The spans' lengths are not equal, or no multiple of the length, or the results partly overlap the input or the working memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1 or above 2^28.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Rows<T>(int length, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> toRe, Span<T> toIm, bool isInverse, T scale, Span<T> work)
        where T : unmanaged
    {
        FourierPlan<T> plan = Check(length, length, re, im, toRe, toIm, work, isColumns: false);
        fixed (T* pr = re, pi = im, qr = toRe, qi = toIm, pw = work)
        {
            Planes<T> x = new(pr, pi), y = new(qr, qi);
            x = isInverse ? x.Swapped() : x;
            y = isInverse ? y.Swapped() : y;
            nint batch = re.Length / length, done = 0;
            if (IsShort(plan))
            {
                done = ShortRows(plan, x, y, batch, scale);
            }

            for (nint row = done; row < batch; row++)
            {
                Lines<T>.Transform(plan, x.From(row * length), y.From(row * length), scale, pw);
            }
        }

        GC.KeepAlive(plan);
    }

    /// <summary>The transforms of some columns of a contiguous matrix [length, columns], from the first one on; the result may be the input itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1 or above 2^28, or there are no such columns.</exception>
    /// <inheritdoc cref="Rows"/>
    public static void Columns<T>(int length, int columns, int first, int count, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> toRe, Span<T> toIm, bool isInverse, T scale, Span<T> work)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, columns - first);
        FourierPlan<T> plan = Check(length, (long)length * columns, re, im, toRe, toIm, work, isColumns: true);
        fixed (T* pr = re, pi = im, qr = toRe, qi = toIm, pw = work)
        {
            Planes<T> x = new(pr, pi), y = new(qr, qi);
            x = isInverse ? x.Swapped() : x;
            y = isInverse ? y.Swapped() : y;
            nint width = StripWidth<T>(length);
            for (nint at = 0; at < count; at += width)
            {
                Side(plan, x.From(first + at), columns, y.From(first + at), columns, nint.Min(width, count - at), scale, pw);
            }
        }

        GC.KeepAlive(plan);
    }

    /// <summary>Columns of a strip that stays in the cache.</summary>
    internal static nint StripWidth<T>(nint length)
        where T : unmanaged
    {
        nint line = 64 / sizeof(T);
        return nint.Max(2 * line, (1 << 13) / length / line * line);
    }

    /// <summary>Whether rows are transformed side by side.</summary>
    internal static bool IsShort<T>(FourierPlan<T> plan)
        where T : unmanaged => plan.Kind == FourierKind.Direct && plan.Length * sizeof(T) <= Short;

    /// <summary>How many of the short rows that are left are transformed side by side next, whole cache lines of them; 0 for too few.</summary>
    internal static nint ShortWidth<T>(nint length, nint left)
        where T : unmanaged
    {
        nint line = 128 / sizeof(T);
        return nint.Min(nint.Max(line, Short / length / line * line), left / line * line);
    }

    /// <summary>The transforms of the columns of one strip, whose rows lie xRow and yRow apart; y may be x. The working memory is for long columns.</summary>
    internal static void Side<T>(FourierPlan<T> plan, Planes<T> x, nint xRow, Planes<T> y, nint yRow, nint lanes, T scale, T* work)
        where T : unmanaged
    {
        if (plan.Kind == FourierKind.Direct)
        {
            nint size = plan.Length * lanes;
            T* memory = (T*)Scratch.Rent(4 * size * sizeof(T));
            Strips<T>.Transform(plan, x, xRow, y, yRow, lanes, scale, Planes<T>.In(memory, size), Planes<T>.In(memory + (2 * size), size));
            return;
        }

        // Long columns as rows, one after the other.
        nint n = plan.Length;
        Planes<T> line = Planes<T>.In(work, n);
        for (nint column = 0; column < lanes; column++)
        {
            for (nint i = 0; i < n; i++)
            {
                (line.Re[i], line.Im[i]) = (x.Re[(i * xRow) + column], x.Im[(i * xRow) + column]);
            }

            Lines<T>.Transform(plan, line, line, scale, work + (2 * n));
            for (nint i = 0; i < n; i++)
            {
                (y.Re[(i * yRow) + column], y.Im[(i * yRow) + column]) = (line.Re[i], line.Im[i]);
            }
        }
    }

    /// <summary>Short rows, several side by side: as many as fill registers; how many rows were done.</summary>
    private static nint ShortRows<T>(FourierPlan<T> plan, Planes<T> x, Planes<T> y, nint batch, T scale)
        where T : unmanaged
    {
        nint n = plan.Length, done = 0, most = n * ShortWidth<T>(n, batch);
        T* memory = (T*)Scratch.Rent(6 * most * sizeof(T));
        Planes<T> strip = Planes<T>.In(memory, most), even = Planes<T>.In(memory + (2 * most), most), odd = Planes<T>.In(memory + (4 * most), most);
        for (nint width; (width = ShortWidth<T>(n, batch - done)) > 0; done += width)
        {
            Planes<T> from = x.From(done * n), to = y.From(done * n);
            Exchange<T>.Run(from.Re, n, width, n, strip.Re, width);
            Exchange<T>.Run(from.Im, n, width, n, strip.Im, width);
            Strips<T>.Transform(plan, strip, width, strip, width, width, scale, even, odd);
            Exchange<T>.Run(strip.Re, width, n, width, to.Re, n);
            Exchange<T>.Run(strip.Im, width, n, width, to.Im, n);
        }

        return done;
    }

    private static FourierPlan<T> Check<T>(int length, long multiple, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> toRe, Span<T> toIm, Span<T> work, bool isColumns)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("fourier");
        FourierPlan<T> plan = Plan<T>(length);
        if (multiple == 0 ? re.Length != 0 : re.Length % multiple != 0 || (isColumns && re.Length != multiple))
        {
            throw new ArgumentException($"fourier: {re.Length} numbers are {(isColumns ? $"not {length} rows of {multiple / length}" : $"no rows of {length}")}.", nameof(re));
        }

        if (im.Length != re.Length || toRe.Length != re.Length || toIm.Length != re.Length)
        {
            throw new ArgumentException($"fourier: spans of equal length are needed; got {re.Length}, {im.Length}, {toRe.Length} and {toIm.Length}.");
        }

        if (work.Length < WorkLength<T>(length, isColumns))
        {
            throw new ArgumentException($"fourier: {WorkLength<T>(length, isColumns)} elements of working memory are needed; got {work.Length}.", nameof(work));
        }

        Operands.Check("fourier", nameof(re), re, toRe);
        Operands.Check("fourier", nameof(im), im, toIm);
        if (toRe.Overlaps(toIm) || toRe.Overlaps(im) || toIm.Overlaps(re) || work.Overlaps(re) || work.Overlaps(im) || work.Overlaps(toRe) || work.Overlaps(toIm))
        {
            throw new ArgumentException("fourier: real and imaginary parts and the working memory are one another's; use separate memory.");
        }

        return plan;
    }

    private static FourierPlan<T> Plan<T>(int length)
        where T : unmanaged
    {
        if (length is < 1 or > FourierPlans.Longest)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"fourier: the length is {length}; 1 to {FourierPlans.Longest} are supported.");
        }

        return FourierPlans<T>.Of(length);
    }
}
