namespace Onsager.Tensors;

/// <summary>
/// What a slice takes of one axis, for <c>x[.., 1..3, ^1]</c>: an index, a C# range, a range with a step, everything, or no axis at all.
/// Integers, <see cref="Index"/> and <see cref="Range"/> convert to it; negative integers count from the end, as ^ does.
/// </summary>
public readonly struct AxisSlice
{
    private readonly Place start;
    private readonly Place stop;

    // One less, so that the default value takes everything.
    private readonly nint stepBeyondOne;

    private AxisSlice(Kind what, Place start, Place stop, nint step)
    {
        What = what;
        this.start = start;
        this.stop = stop;
        stepBeyondOne = step - 1;
    }

    internal enum Kind : byte
    {
        Range,
        Index,
        Ellipsis,
        NewAxis,
    }

    /// <summary>The whole axis: what <c>..</c> says.</summary>
    public static AxisSlice All => default;

    /// <summary>As many whole axes as the other parts leave.</summary>
    public static AxisSlice Ellipsis => new(Kind.Ellipsis, default, default, 1);

    /// <summary>A new axis of extent 1 in this place.</summary>
    public static AxisSlice NewAxis => new(Kind.NewAxis, default, default, 1);

    internal Kind What { get; }

    /// <summary>The slice without its axis at one index.</summary>
    public static implicit operator AxisSlice(nint index) => new(Kind.Index, Place.At(index), default, 1);

    /// <summary>The slice without its axis at one index.</summary>
    public static implicit operator AxisSlice(int index) => (nint)index;

    /// <summary>The slice without its axis at one index.</summary>
    public static implicit operator AxisSlice(Index index) => new(Kind.Index, Place.At(index), default, 1);

    /// <summary>The indices from the start to before the end.</summary>
    public static implicit operator AxisSlice(Range range) => new(
        Kind.Range, range.Start.Equals(Index.Start) ? default : Place.At(range.Start), range.End.Equals(Index.End) ? default : Place.At(range.End), 1);

    /// <summary>Indices start, start + step, ... before stop, as Python's start:stop:step: a negative step goes backwards, and what is null is open.</summary>
    /// <exception cref="ArgumentOutOfRangeException">step is 0.</exception>
    public static AxisSlice Stepped(nint step, nint? start = null, nint? stop = null) => step == 0
        ? throw new ArgumentOutOfRangeException(nameof(step), step, "slice: the step must not be 0.")
        : new(Kind.Range, start is { } from ? Place.At(from) : default, stop is { } to ? Place.At(to) : default, step);

    /// <summary>As it is written in C#.</summary>
    public override string ToString() => What switch
    {
        Kind.Index => $"{start}",
        Kind.Ellipsis => "...",
        Kind.NewAxis => "new axis",
        _ => stepBeyondOne == 0 ? $"{start}..{stop}" : $"{start}..{stop} by {stepBeyondOne + 1}",
    };

    /// <summary>The first index, how many, and the step along an axis of a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The indices lie outside the axis.</exception>
    internal (nint First, nint Count, nint Step) On(Shape shape, int axis)
    {
        nint extent = shape[axis], step = stepBeyondOne + 1;
        if (What == Kind.Index)
        {
            nint index = start.Of(extent, 0);
            return index >= 0 && index < extent
                ? (index, 1, 1)
                : throw new ArgumentOutOfRangeException(nameof(axis), $"index: index {this} is outside axis {axis} of {shape}.");
        }

        nint first = start.Of(extent, step > 0 ? 0 : extent - 1), end = stop.Of(extent, step > 0 ? extent : -1);
        nint least = stop.IsOpen && step < 0 ? -1 : 0, last = step > 0 ? extent : extent - 1;
        bool isInside = (start.IsOpen || (first >= 0 && first <= last)) && end >= least && end <= extent;
        if (!isInside)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), $"slice: {this} lies outside axis {axis} of {shape}.");
        }

        nint way = step > 0 ? end - first : first - end;
        return (first, way > 0 ? ((way - 1) / nint.Abs(nint.Max(step, -nint.MaxValue))) + 1 : 0, step);
    }

    /// <summary>A place on an axis: a number from the front or from the end, or open.</summary>
    private readonly struct Place
    {
        private readonly nint number;
        private readonly bool isGiven;
        private readonly bool isFromEnd;
        private readonly bool isNegative;

        private Place(nint number, bool isFromEnd, bool isNegative)
        {
            this.number = number;
            this.isFromEnd = isFromEnd;
            this.isNegative = isNegative;
            isGiven = true;
        }

        public bool IsOpen => !isGiven;

        public static Place At(nint index) => new(index, false, index < 0);

        public static Place At(Index index) => new(index.Value, index.IsFromEnd, false);

        public nint Of(nint extent, nint open) => !isGiven ? open : isFromEnd ? extent - number : isNegative ? extent + number : number;

        public override string ToString() => !isGiven ? string.Empty : isFromEnd ? $"^{number}" : $"{number}";
    }
}
