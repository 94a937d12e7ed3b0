using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Which elements of a window have a share in its gradient, as a type.</summary>
internal interface ISharing
{
    static abstract bool LargestOnly { get; }
}

internal readonly struct LargestShare : ISharing
{
    public static bool LargestOnly => true;
}

internal readonly struct AllShare : ISharing
{
    public static bool LargestOnly => false;
}

/// <summary>
/// What the windows of planes give back: dx = +0 everywhere, and then each element takes its parts in the order of the kernel. In that order an
/// element's windows come from the last to the first, so rows, and registers of a row, are passed backwards, and the kernel forwards.
/// </summary>
internal readonly unsafe struct PoolAdjointLoop<TSharing, T>(ImageWindows windows, T* x, T* y, T* dy, ImageWindows target, T* dx, nint length) : ILaneLoop<T>
    where TSharing : struct, ISharing
    where T : unmanaged
{
    private readonly ImageWindows windows = windows;
    private readonly ImageWindows target = target;
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* dy = dy;
    private readonly T* dx = dx;
    private readonly nint length = length;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        bool isPair = StepPair.Fits<V>(in target) && StepPair.AreApart(in target) && (!TSharing.LargestOnly || StepPair.Fits<V>(in windows));
        for (nint plane = 0; plane < target.Channels; plane++)
        {
            // Each plane is cleared while it is near.
            T* first = dx + (plane * target.ChannelStep);
            nint size = plane + 1 == target.Channels ? length - (plane * target.ChannelStep) : target.ChannelStep;
            new Span<T>(first, (int)size).Clear();
            if (isPair)
            {
                Pairs<V>(plane);
            }
            else if (target.ColumnStep == 1)
            {
                Plane<V, StepOne>(plane);
            }
            else if (target.ColumnStep == 2 && StepTwo.Has<V>())
            {
                Plane<V, StepTwo>(plane);
            }
            else
            {
                Plane<V, StepAny>(plane);
            }
        }
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Plane<V, S>(nint plane)
        where S : struct, IStep
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V numbers = default, taps = V.Of((double)target.Height * target.Width);
        for (int lane = 0; lane < V.Width; lane++)
        {
            ((T*)&numbers)[lane] = V.First(V.Of(lane));
        }

        nint step = target.ColumnStep, last = target.Columns - V.Width;
        for (nint row = target.Rows - 1; row >= 0; row--)
        {
            // The last register ends where the row does; of the one before it only those lanes give that have not given yet.
            for (nint column = last, given = target.Columns; given > 0; given = column, column = nint.Max(0, column - V.Width))
            {
                nint place = (plane * target.Places) + (row * target.Columns) + column;
                T* from = x + (plane * windows.ChannelStep) + (row * windows.RowStep) + (column * step);
                V free = V.Of(given - column), gradient = V.Load(dy + place), largest = TSharing.LargestOnly ? V.Load(y + place) : V.Of(0);
                V missed = TSharing.LargestOnly ? V.SelectLess(numbers, free, V.SelectEqual(largest, largest, V.Of(0), largest), V.Of(0)) : V.Of(0);
                V share = V.SelectLess(numbers, free, gradient / (TSharing.LargestOnly ? Count<V, S>(from, largest) : taps), V.Of(0));
                T* to = dx + (plane * target.ChannelStep) + (row * target.RowStep) + (column * step);
                for (nint i = 0; i < target.Height; i++, from += windows.HeightStep, to += target.HeightStep)
                {
                    for (nint j = 0; j < target.Width; j++)
                    {
                        V part = TSharing.LargestOnly ? V.SelectEqual(S.Load<V, T>(from + (j * windows.WidthStep), step), largest, share, missed) : share;
                        S.Add(to + (j * target.WidthStep), step, part);
                    }
                }
            }
        }
    }

    /// <summary>How many elements of each window are its largest.</summary>
    [MethodImpl(Inline)]
    private V Count<V, S>(T* line, V largest)
        where S : struct, IStep
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V count = V.Of(0);
        for (nint i = 0; i < windows.Height; i++, line += windows.HeightStep)
        {
            for (nint j = 0; j < windows.Width; j++)
            {
                V tap = S.Load<V, T>(line + (j * windows.WidthStep), windows.ColumnStep);
                count = V.SelectEqual(tap, largest, count + V.Of(1), count);
            }
        }

        return count;
    }

    /// <summary>Windows two columns wide, none of which share an element: what each gives is written, and an element that is written twice gets the same.</summary>
    [MethodImpl(Loop), SkipLocalsInit]
    private void Pairs<V>(nint plane)
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V taps = V.Of((double)target.Height * target.Width), zero = V.Of(0), one = V.Of(1);
        nint columns = target.Columns;
        T* from = x + (plane * windows.ChannelStep), to = dx + (plane * target.ChannelStep), largests = y + (plane * target.Places), gradients = dy + (plane * target.Places);
        for (nint row = target.Rows; row > 0; row--, from += windows.RowStep, to += target.RowStep, largests += columns, gradients += columns)
        {
            for (nint column = 0; column < columns; column += V.Width)
            {
                nint at = nint.Min(column, columns - V.Width);
                T* line = from + (2 * at), target = to + (2 * at);
                if (TSharing.LargestOnly)
                {
                    V largest = V.Load(largests + at), missed = V.SelectEqual(largest, largest, zero, largest), count = zero;
                    for (nint i = 0; i < this.target.Height; i++)
                    {
                        StepPair.Load(line + (i * windows.HeightStep), out V first, out V second);
                        count = V.SelectEqual(first, largest, count + one, count);
                        count = V.SelectEqual(second, largest, count + one, count);
                    }

                    V share = V.Load(gradients + at) / count;
                    for (nint i = 0; i < this.target.Height; i++)
                    {
                        StepPair.Load(line + (i * windows.HeightStep), out V first, out V second);
                        V part = V.SelectEqual(first, largest, share, missed), other = V.SelectEqual(second, largest, share, missed);
                        StepPair.Store(target + (i * this.target.HeightStep), zero + part, zero + other);
                    }
                }
                else
                {
                    V share = zero + (V.Load(gradients + at) / taps);
                    for (nint i = 0; i < this.target.Height; i++)
                    {
                        StepPair.Store(target + (i * this.target.HeightStep), share, share);
                    }
                }
            }
        }
    }
}
