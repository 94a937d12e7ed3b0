namespace Onsager.Simd;

/// <summary>
/// Discrete Fourier transforms of real numbers, an even number of them: y[k] = scale times the sum over j of x[j] exp(-2 pi i j k / n) for k from 0 to n / 2, and back. Even
/// and odd numbers are the parts of n / 2 complex ones, which <see cref="Fourier"/> transforms, and one pass separates them; so a line has the same bits in any company, and costs half of
/// a complex one. NaN and infinities spread over their line.
/// </summary>
public static unsafe class RealFourier
{
    /// <summary>Elements of working memory that the transforms of rows or of columns of so many real numbers need.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is odd, below 2 or above 2^28.</exception>
    public static nint WorkLength<T>(int length, bool isColumns)
        where T : unmanaged
    {
        CheckLength(length);
        return Fourier.WorkLength<T>(length / 2, isColumns) + (isColumns ? 0 : length);
    }

    /// <summary>The results [batch, length / 2 + 1] of rows [batch, length], both contiguous.</summary>
    /// <param name="length">Real numbers of a row.</param>
    /// <param name="x">The real numbers.</param>
    /// <param name="re">The results' real parts.</param>
    /// <param name="im">The results' imaginary parts.</param>
    /// <param name="isInverse">Whether the exponent's sign is plus.</param>
    /// <param name="isDoubled">Whether results that have a partner, which is left out, are multiplied by two.</param>
    /// <param name="scale">What results are multiplied by.</param>
    /// <param name="work">Working memory of <see cref="WorkLength"/>, whose contents are lost.</param>
    /// <exception cref="ArgumentException">The spans' lengths do not belong to each other, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is odd, below 2 or above 2^28.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Rows<T>(int length, ReadOnlySpan<T> x, Span<T> re, Span<T> im, bool isInverse, bool isDoubled, T scale, Span<T> work)
        where T : unmanaged
    {
        Check(length, 1, x, re, im, work, isColumns: false);
        RealRows<T> rows = new(length, isDoubled, scale);
        fixed (T* px = x, pr = re, pi = im, pw = work)
        {
            rows.Forth(px, new(pr, pi), x.Length / length, isInverse, pw);
        }
    }

    /// <summary>The real numbers, rows [batch, length], of results [batch, length / 2 + 1]: of numbers without a partner, the first and the last of a row, only the real part counts.</summary>
    /// <param name="length">Real numbers of a row.</param>
    /// <param name="re">The real parts of what is given.</param>
    /// <param name="im">The imaginary parts.</param>
    /// <param name="x">The real numbers.</param>
    /// <param name="isInverse">Whether the exponent's sign is plus.</param>
    /// <param name="isDoubled">Whether numbers that have a partner count twice, for it and for themselves; otherwise the partner counts as zero.</param>
    /// <param name="scale">What the real numbers are multiplied by.</param>
    /// <param name="work">Working memory of <see cref="WorkLength"/>, whose contents are lost.</param>
    /// <inheritdoc cref="Rows"/>
    public static void RowsBack<T>(int length, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> x, bool isInverse, bool isDoubled, T scale, Span<T> work)
        where T : unmanaged
    {
        Check(length, 1, x, re, im, work, isColumns: false);
        RealRows<T> rows = new(length, isDoubled, scale);
        fixed (T* px = x, pr = re, pi = im, pw = work)
        {
            rows.Back(new(pr, pi), px, x.Length / length, isInverse, pw);
        }
    }

    /// <summary>The results of some columns of a contiguous matrix [length, columns], from the first one on, as columns of a matrix [length / 2 + 1, columns].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is odd, below 2 or above 2^28, or there are no such columns.</exception>
    /// <inheritdoc cref="Rows"/>
    public static void Columns<T>(int length, int columns, int first, int count, ReadOnlySpan<T> x, Span<T> re, Span<T> im, bool isInverse, bool isDoubled, T scale, Span<T> work)
        where T : unmanaged
    {
        CheckColumns(columns, first, count);
        Check(length, columns, x, re, im, work, isColumns: true);
        RealRows<T> lines = new(length, isDoubled, scale);
        fixed (T* px = x, pr = re, pi = im, pw = work)
        {
            lines.ColumnsForth(px + first, new Planes<T>(pr, pi).From(first), columns, count, isInverse, pw);
        }
    }

    /// <summary>The real numbers of some columns of a matrix [length / 2 + 1, columns], as columns of a matrix [length, columns].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is odd, below 2 or above 2^28, or there are no such columns.</exception>
    /// <inheritdoc cref="RowsBack"/>
    public static void ColumnsBack<T>(int length, int columns, int first, int count, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> x, bool isInverse, bool isDoubled, T scale, Span<T> work)
        where T : unmanaged
    {
        CheckColumns(columns, first, count);
        Check(length, columns, x, re, im, work, isColumns: true);
        RealRows<T> lines = new(length, isDoubled, scale);
        fixed (T* px = x, pr = re, pi = im, pw = work)
        {
            lines.ColumnsBack(new Planes<T>(pr, pi).From(first), px + first, columns, count, isInverse, pw);
        }
    }

    private static void CheckColumns(int columns, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, columns - first);
    }

    private static void CheckLength(int length)
    {
        if (length is < 2 or > FourierPlans.Longest || length % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"real fourier: the length is {length}; even ones from 2 to {FourierPlans.Longest} are supported.");
        }
    }

    private static void Check<T>(int length, int columns, ReadOnlySpan<T> x, ReadOnlySpan<T> re, ReadOnlySpan<T> im, Span<T> work, bool isColumns)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("real fourier");
        CheckLength(length);
        long lines = isColumns ? columns : x.Length / length, half = lines * ((length / 2) + 1);
        if (x.Length != lines * length || re.Length != half || im.Length != half)
        {
            throw new ArgumentException($"real fourier: {lines} lines of {length} numbers have {half} results; got {x.Length} numbers and {re.Length} and {im.Length} results.", nameof(x));
        }

        if (work.Length < WorkLength<T>(length, isColumns))
        {
            throw new ArgumentException($"real fourier: {WorkLength<T>(length, isColumns)} elements of working memory are needed; got {work.Length}.", nameof(work));
        }

        if (x.Overlaps(re) || x.Overlaps(im) || re.Overlaps(im) || work.Overlaps(x) || work.Overlaps(re) || work.Overlaps(im))
        {
            throw new ArgumentException("real fourier: numbers, parts of results and the working memory are one another's; use separate memory.");
        }
    }
}
