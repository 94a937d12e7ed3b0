using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// The loop nest that visits up to four operands of one shape together: axes that lie contiguously in all of them are merged, the last
/// one is the run that a driver handles, the others are counted through.
/// </summary>
internal struct Nest
{
    /// <summary>The most operands that one nest visits.</summary>
    public const int MaxOperands = 4;

    private Table strides;
    private Shape.Extents extents;
    private Starts starts;
    private readonly int operands;
    private int rank;

    public Nest(Operand x, Operand y)
    {
        operands = 2;
        Begin(y.Layout.Shape);
        Add(0, in x.Layout);
        Add(1, in y.Layout);
        Merge();
    }

    public Nest(Operand x, Operand y, Operand z)
    {
        operands = 3;
        Begin(z.Layout.Shape);
        Add(0, in x.Layout);
        Add(1, in y.Layout);
        Add(2, in z.Layout);
        Merge();
    }

    public Nest(Operand x, Operand y, Operand z, Operand w)
    {
        operands = 4;
        Begin(w.Layout.Shape);
        Add(0, in x.Layout);
        Add(1, in y.Layout);
        Add(2, in z.Layout);
        Add(3, in w.Layout);
        Merge();
    }

    /// <summary>Elements of a run.</summary>
    public readonly nint Run => rank == 0 ? 1 : extents[rank - 1];

    /// <summary>The number of runs.</summary>
    public readonly nint Runs
    {
        get
        {
            nint runs = 1;
            for (int axis = 0; axis + 1 < rank; axis++)
            {
                runs *= extents[axis];
            }

            return runs;
        }
    }

    /// <summary>Elements from one to the next inside a run of an operand.</summary>
    public readonly nint Stride(int operand) => rank == 0 ? 0 : strides[(operand * Shape.MaxRank) + rank - 1];

    /// <summary>Where an operand's run begins.</summary>
    public readonly nint Start(int operand, nint run)
    {
        nint start = starts[operand];
        for (int axis = rank - 2; axis >= 0; axis--)
        {
            (run, nint index) = nint.DivRem(run, extents[axis]);
            start += index * strides[(operand * Shape.MaxRank) + axis];
        }

        return start;
    }

    private void Begin(Shape shape)
    {
        rank = shape.Rank;
        for (int axis = 0; axis < rank; axis++)
        {
            extents[axis] = shape[axis];
        }
    }

    private void Add(int operand, in Layout layout)
    {
        starts[operand] = layout.Offset;
        for (int axis = 0; axis < rank; axis++)
        {
            strides[(operand * Shape.MaxRank) + axis] = layout.Stride(axis);
        }
    }

    private void Merge()
    {
        int kept = 0;
        for (int axis = 0; axis < rank; axis++)
        {
            if (extents[axis] == 1)
            {
                continue;
            }

            bool joins = kept > 0;
            for (int operand = 0; operand < operands && joins; operand++)
            {
                int row = operand * Shape.MaxRank;
                joins = strides[row + kept - 1] == strides[row + axis] * extents[axis];
            }

            int target = joins ? kept - 1 : kept++;
            extents[target] = joins ? extents[target] * extents[axis] : extents[axis];
            for (int operand = 0; operand < operands; operand++)
            {
                strides[(operand * Shape.MaxRank) + target] = strides[(operand * Shape.MaxRank) + axis];
            }
        }

        rank = kept;
    }

    [InlineArray(MaxOperands * Shape.MaxRank)]
    private struct Table
    {
        private nint first;
    }

    [InlineArray(MaxOperands)]
    private struct Starts
    {
        private nint first;
    }
}
