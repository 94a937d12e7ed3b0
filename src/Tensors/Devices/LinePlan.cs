namespace Onsager.Tensors;

/// <summary>How the lines of a tensor are handed to the loops.</summary>
internal enum LineMode
{
    /// <summary>A line's elements are consecutive in memory: lines are rows.</summary>
    Rows,

    /// <summary>Neighbouring lines lie side by side: lines are columns.</summary>
    Columns,

    /// <summary>Neither: lines are brought together first.</summary>
    Packed,
}

/// <summary>
/// The lines along the last axes of a tensor, for work that makes one result of each line or one of each element. The order inside a
/// line is the logical one; the order of the lines is free, so the axis along which they lie closest together becomes the inner one, and
/// axes that lie contiguously within each other are merged.
/// </summary>
internal struct LinePlan
{
    /// <summary>Columns of a part: a multiple of the widest strip, 64 floats.</summary>
    private const int Strip = 64;

    private readonly bool isMap;
    private Shape.Extents extents;
    private Shape.Extents xStrides;
    private Shape.Extents yStrides;
    private Layout lineOfX;
    private Layout lineOfY;
    private int kept;
    private nint chunk;
    private nint runsPerPart;

    /// <param name="x">The input; its last axes are the lines.</param>
    /// <param name="y">The results: x's leading axes, or all of x's axes where each element has a result.</param>
    /// <param name="lineAxes">The number of last axes that make a line.</param>
    /// <param name="part">Elements that a part of parallel work has at least.</param>
    public LinePlan(Operand x, Operand y, int lineAxes, nint part)
    {
        int outer = x.Layout.Shape.Rank - lineAxes;
        isMap = y.Layout.Shape.Rank > outer;
        Length = 1;
        for (int axis = outer; axis < x.Layout.Shape.Rank; axis++)
        {
            Length *= x.Layout.Shape[axis];
        }

        Keep(in x.Layout, in y.Layout, outer);
        lineOfX = Line(in x.Layout, outer);
        lineOfY = isMap ? Line(in y.Layout, outer) : default;
        XStart = x.Layout.Offset;
        YStart = y.Layout.Offset;
        Mode = Choose();
        Cut(part);
    }

    /// <summary>Elements of a line.</summary>
    public nint Length { get; }

    /// <summary>How the lines are handed on.</summary>
    public LineMode Mode { get; private set; }

    /// <summary>True where each element has a result, false where each line has one.</summary>
    public readonly bool IsMap => isMap;

    /// <summary>Lines that lie evenly apart.</summary>
    public readonly nint Lines => kept == 0 ? 1 : extents[kept - 1];

    /// <summary>Elements from one line to the next, in x and in y.</summary>
    public readonly nint XNext => kept == 0 ? 0 : xStrides[kept - 1];

    /// <summary>The same in y.</summary>
    public readonly nint YNext => kept == 0 ? 0 : yStrides[kept - 1];

    /// <summary>Elements from one to the next inside a line; 1 where it has only one.</summary>
    public readonly nint XStep => Step(in lineOfX);

    /// <summary>The same in y.</summary>
    public readonly nint YStep => isMap ? Step(in lineOfY) : 0;

    /// <summary>Groups of evenly lying lines.</summary>
    public readonly nint Runs
    {
        get
        {
            nint runs = 1;
            for (int axis = 0; axis + 1 < kept; axis++)
            {
                runs *= extents[axis];
            }

            return runs;
        }
    }

    /// <summary>Parts of parallel work, cut by the sizes alone.</summary>
    public readonly int Parts => checked((int)((Runs + runsPerPart - 1) / runsPerPart * ((Lines + chunk - 1) / chunk)));

    private nint XStart { get; }

    private nint YStart { get; }

    /// <summary>The runs of a part, and the lines that it takes of each.</summary>
    public readonly (nint Run, nint EndRun, nint Line, nint Count) PartAt(int part)
    {
        nint chunks = (Lines + chunk - 1) / chunk;
        (nint group, nint index) = nint.DivRem(part, chunks);
        nint line = index * chunk;
        return (group * runsPerPart, nint.Min((group + 1) * runsPerPart, Runs), line, nint.Min(chunk, Lines - line));
    }

    /// <summary>Where the first element of a line lies in x and in y.</summary>
    public readonly (nint X, nint Y) Start(nint run, nint line)
    {
        nint x = XStart + (line * XNext), y = YStart + (line * YNext);
        for (int axis = kept - 2; axis >= 0; axis--)
        {
            (run, nint index) = nint.DivRem(run, extents[axis]);
            x += index * xStrides[axis];
            y += index * yStrides[axis];
        }

        return (x, y);
    }

    /// <summary>Some lines of x as a layout: [lines, line], or [line] alone.</summary>
    public readonly Layout LinesOfX(nint start, nint count) => Repeated(in lineOfX, count, XNext, start);

    /// <summary>The results of some lines as a layout: [lines], or [lines, line]; without the first axis for one line.</summary>
    public readonly Layout ResultsOf(nint start, nint count) => Repeated(isMap ? lineOfY : Layout.Contiguous([]), count, YNext, start);

    /// <summary>A single line needs no axis for the lines; it may have all eight itself.</summary>
    private static Layout Repeated(in Layout line, nint count, nint next, nint start)
    {
        if (count > 1)
        {
            return line.Prepend(count, next, start);
        }

        Layout one = line;
        one.Offset = start;
        return one;
    }

    private static nint Step(in Layout line) => line.Shape.Rank == 0 ? 1 : line.Shape.Rank == 1 ? line.Stride(0) : 0;

    /// <summary>The axes of a line with a layout of its own, those of extent 1 left out and the others merged where they can be.</summary>
    private static Layout Line(in Layout layout, int outer)
    {
        Layout line = layout;
        for (int axis = 0; axis < outer; axis++)
        {
            line = line.Drop(0);
        }

        return line.Merged();
    }

    /// <summary>Takes the leading axes, the ones that lie furthest apart in x first, and merges neighbours where x and y allow it.</summary>
    private void Keep(in Layout x, in Layout y, int outer)
    {
        Span<int> order = stackalloc int[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < outer; axis++)
        {
            if (x.Shape[axis] == 1)
            {
                continue;
            }

            int place = count++;
            for (; place > 0 && nint.Abs(x.Stride(order[place - 1])) < nint.Abs(x.Stride(axis)); place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = axis;
        }

        foreach (int axis in order[..count])
        {
            nint extent = x.Shape[axis];
            bool joins = kept > 0 && xStrides[kept - 1] == x.Stride(axis) * extent && yStrides[kept - 1] == y.Stride(axis) * extent;
            int target = joins ? kept - 1 : kept++;
            extents[target] = joins ? extents[target] * extent : extent;
            xStrides[target] = x.Stride(axis);
            yStrides[target] = y.Stride(axis);
        }
    }

    private readonly LineMode Choose()
    {
        // A few columns are faster as packed rows.
        const int FewColumns = 4;
        bool isSpan = ((Lines - 1) * nint.Abs(XNext)) + ((Length - 1) * nint.Abs(XStep)) < int.MaxValue && Length <= int.MaxValue;
        bool hasRows = XStep == 1 && XNext >= 0 && (!isMap || (YStep == 1 && YNext >= (Lines > 1 ? Length : 0)));
        bool hasColumns = XNext == 1 && XStep >= Lines && Lines >= FewColumns && (!isMap || (YNext == 1 && YStep >= Lines));
        return !isSpan ? LineMode.Packed : hasRows ? LineMode.Rows : hasColumns ? LineMode.Columns : LineMode.Packed;
    }

    private void Cut(nint part)
    {
        nint length = nint.Max(1, Length);
        runsPerPart = 1;
        chunk = Lines;
        if (Lines * length >= part)
        {
            nint lines = nint.Max(1, part / length);
            chunk = Mode == LineMode.Columns ? (lines + Strip - 1) / Strip * Strip : lines;
        }
        else
        {
            runsPerPart = nint.Max(1, part / nint.Max(1, Lines * length));
        }
    }
}
