namespace Onsager.Simd;

/// <summary>
/// Pooling of planes, one for each channel of the windows, and its adjoints. A window's elements are taken in row-major order: the largest by the rules of <see cref="Maximum"/>, or
/// a chain of additions that begins with the first.
/// </summary>
public static unsafe class Windowed
{
    /// <summary>y [planes, rows, columns] = the largest element of each window.</summary>
    /// <param name="windows">Where the windows lie; a channel is a plane of its own.</param>
    /// <param name="x">The planes, from the first element that is met.</param>
    /// <param name="y">The result.</param>
    /// <param name="yPlane">Elements from one plane of the result to the next.</param>
    /// <param name="yRow">Elements from one row of the result to the next.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or y overlaps x.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Max<T>(in ImageWindows windows, ReadOnlySpan<T> x, Span<T> y, nint yPlane, nint yRow)
        where T : unmanaged => Forward<Maximum, T>(in windows, x, default, y, yPlane, yRow);

    /// <summary>y [planes, rows, columns] = the mean of each window.</summary>
    /// <inheritdoc cref="Max{T}"/>
    public static void Average<T>(in ImageWindows windows, ReadOnlySpan<T> x, Span<T> y, nint yPlane, nint yRow)
        where T : unmanaged => Forward<Add, T>(in windows, x, (double)windows.Height * windows.Width, y, yPlane, yRow);

    /// <summary>
    /// dx = what each window gives of its gradient to its largest elements, which share it; all of a window with NaN are NaN. What no window reaches
    /// is +0.
    /// </summary>
    /// <param name="windows">Where the windows lie in x; a channel is a plane of its own.</param>
    /// <param name="x">The planes, from the first element that is met.</param>
    /// <param name="y">The largest elements, contiguous.</param>
    /// <param name="dy">The gradients by them, contiguous.</param>
    /// <param name="target">Where the windows lie in dx; their sizes are those in x.</param>
    /// <param name="dx">The result; all of it is written.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or dx overlaps another span.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void MaxAdjoint<T>(in ImageWindows windows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, in ImageWindows target, Span<T> dx)
        where T : unmanaged
    {
        Check<T>(in windows, x.Length);
        Check<T>(in target, dx.Length);
        CheckSame(in windows, in target);
        CheckResults(in windows, y.Length, dy.Length, windows.Places, windows.Columns);
        CheckApart(dx, x, y, dy);
        Adjoint<LargestShare, T>(in windows, x, y, dy, in target, dx);
    }

    /// <summary>dx = what each window gives of its gradient to all of its elements, an equal share to each. What no window reaches is +0.</summary>
    /// <param name="target">Where the windows lie; a channel is a plane of its own.</param>
    /// <param name="dy">The gradients by the means, contiguous.</param>
    /// <param name="dx">The result; all of it is written.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or dx overlaps dy.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void AverageAdjoint<T>(in ImageWindows target, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged
    {
        Check<T>(in target, dx.Length);
        CheckResults(in target, dy.Length, dy.Length, target.Places, target.Columns);
        CheckApart(dx, dy, dy, dy);
        Adjoint<AllShare, T>(in target, default, default, dy, in target, dx);
    }

    /// <summary>The adjoint of <see cref="MaxAdjoint"/>: result = for each window the mean of g over the places where x has the window's largest elements.</summary>
    /// <param name="windows">Where the windows lie in x; a channel is a plane of its own.</param>
    /// <param name="x">The planes, from the first element that is met.</param>
    /// <param name="y">The largest elements, contiguous.</param>
    /// <param name="others">Where the windows lie in g; their sizes, and the step from one to the next of a row, are those in x.</param>
    /// <param name="g">The other planes, from the first element that is met.</param>
    /// <param name="result">The result, contiguous.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or the result overlaps another span.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void MaxGather<T>(in ImageWindows windows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, in ImageWindows others, ReadOnlySpan<T> g, Span<T> result)
        where T : unmanaged
    {
        Check<T>(in windows, x.Length);
        Check<T>(in others, g.Length);
        CheckSame(in windows, in others);
        CheckResults(in windows, y.Length, result.Length, windows.Places, windows.Columns);
        CheckApart(result, x, y, g);
        if (windows.Places == 0)
        {
            return;
        }

        fixed (T* px = x, py = y, pg = g, pr = result)
        {
            if (typeof(T) == typeof(float))
            {
                Lanes.Run32(new MaxGatherLoop<float>(windows, (float*)px, (float*)py, others, (float*)pg, (float*)pr), windows.Columns);
            }
            else
            {
                Lanes.Run64(new MaxGatherLoop<double>(windows, (double*)px, (double*)py, others, (double*)pg, (double*)pr), windows.Columns);
            }
        }
    }

    /// <summary>y [planes, height, width] = planes with a margin of one value.</summary>
    /// <param name="x">The planes.</param>
    /// <param name="planes">Their number.</param>
    /// <param name="rows">Rows of each.</param>
    /// <param name="columns">Columns of each.</param>
    /// <param name="xPlane">Elements from one plane to the next.</param>
    /// <param name="xRow">Elements from one row to the next.</param>
    /// <param name="value">What the margin holds.</param>
    /// <param name="y">The result, contiguous.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="top">The row of the result where the first one is,</param>
    /// <param name="left">and the column.</param>
    /// <exception cref="ArgumentException">A size or step does not fit, a span is too short, or y overlaps x.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Pad<T>(
        ReadOnlySpan<T> x, int planes, int rows, int columns, nint xPlane, nint xRow, T value, Span<T> y, int height, int width, int top, int left)
        where T : unmanaged
    {
        Operands.CheckLanes<T>("pad");
        bool isInside = int.Min(int.Min(planes, rows), int.Min(columns, int.Min(top, left))) >= 0 && height - rows >= top && width - columns >= left;
        nint reach = planes == 0 || rows == 0 || columns == 0 ? 0 : ((planes - 1) * xPlane) + ((rows - 1) * xRow) + columns;
        if (!isInside || xPlane < 0 || xRow < 0 || reach > x.Length || y.Length != (long)planes * height * width)
        {
            throw new ArgumentException(
                $"pad: {planes} planes [{rows}, {columns}], {xPlane} and rows {xRow} apart, of {x.Length} elements, at ({top}, {left}), do not fit {y.Length} elements of [{height}, {width}].", nameof(x));
        }

        CheckApart(y, x, x, x);
        if (reach == 0)
        {
            y.Fill(value);
            return;
        }

        fixed (T* px = x, py = y)
        {
            nint first = ((nint)top * width) + left;
            if (typeof(T) == typeof(float))
            {
                Lanes.Run32(new PadLoop<float>((float*)px, planes, rows, columns, xPlane, xRow, *(float*)&value, (float*)py, height, width, first), columns);
            }
            else
            {
                Lanes.Run64(new PadLoop<double>((double*)px, planes, rows, columns, xPlane, xRow, *(double*)&value, (double*)py, height, width, first), columns);
            }
        }
    }

    private static void Forward<TOp, T>(in ImageWindows windows, ReadOnlySpan<T> x, double? divisor, Span<T> y, nint yPlane, nint yRow)
        where TOp : struct, IBinaryOp
        where T : unmanaged
    {
        Check<T>(in windows, x.Length);
        CheckResults(in windows, y.Length, y.Length, yPlane, yRow);
        CheckApart(y, x, x, x);
        if (windows.Places == 0)
        {
            return;
        }

        fixed (T* px = x, py = y)
        {
            if (typeof(T) == typeof(float))
            {
                Lanes.Run32(new PoolLoop<TOp, float>(windows, (float*)px, (float)(divisor ?? 0), divisor is not null, (float*)py, yPlane, yRow), windows.Columns);
            }
            else
            {
                Lanes.Run64(new PoolLoop<TOp, double>(windows, (double*)px, divisor ?? 0, divisor is not null, (double*)py, yPlane, yRow), windows.Columns);
            }
        }
    }

    private static void Adjoint<TSharing, T>(in ImageWindows windows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, in ImageWindows target, Span<T> dx)
        where TSharing : struct, ISharing
        where T : unmanaged
    {
        if (target.Channels > 1 && target.ChannelStep < (target with { Channels = 1 }).Reach)
        {
            throw new ArgumentException($"pooling: planes that do not overlap are needed; got {target}.", nameof(target));
        }

        if (target.Places == 0)
        {
            dx.Clear();
            return;
        }

        fixed (T* px = x, py = y, pd = dy, pt = dx)
        {
            if (typeof(T) == typeof(float))
            {
                Lanes.Run32(new PoolAdjointLoop<TSharing, float>(windows, (float*)px, (float*)py, (float*)pd, target, (float*)pt, dx.Length), target.Columns);
            }
            else
            {
                Lanes.Run64(new PoolAdjointLoop<TSharing, double>(windows, (double*)px, (double*)py, (double*)pd, target, (double*)pt, dx.Length), target.Columns);
            }
        }
    }

    private static void Check<T>(in ImageWindows windows, int length)
    {
        Operands.CheckLanes<T>("pooling");
        windows.Check("pooling", length);
    }

    private static void CheckSame(in ImageWindows windows, in ImageWindows others)
    {
        bool isSame = (windows.Channels, windows.Height, windows.Width) == (others.Channels, others.Height, others.Width)
            && (windows.Rows, windows.Columns) == (others.Rows, others.Columns);
        if (!isSame || windows.ColumnStep != others.ColumnStep)
        {
            throw new ArgumentException($"pooling: the windows of both must be of one size, and as far from each other in a row; got {windows} and {others}.", nameof(others));
        }
    }

    /// <summary>Results of which there is one for each window.</summary>
    private static void CheckResults(in ImageWindows windows, int first, int second, nint plane, nint row)
    {
        nint one = windows.Places == 0 ? 0 : ((windows.Rows - 1) * row) + windows.Columns, needed = one == 0 ? 0 : ((windows.Channels - 1) * plane) + one;
        if ((windows.Rows > 1 && row < windows.Columns) || (windows.Channels > 1 && plane < one) || int.Min(first, second) < needed)
        {
            throw new ArgumentException(
                $"pooling: {windows.Channels} planes of {windows.Rows} rows of {windows.Columns} results, {plane} and {row} apart, do not fit into {int.Min(first, second)} elements.",
                nameof(windows));
        }
    }

    private static void CheckApart<T>(Span<T> result, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z)
    {
        if (result.Overlaps(x) || result.Overlaps(y) || result.Overlaps(z))
        {
            throw new ArgumentException("pooling: the result overlaps an operand; it needs memory of its own.", nameof(result));
        }
    }
}
