using System.Runtime.CompilerServices;
using Onsager.Gpu.Kernels;
using Onsager.Tensors;

namespace Onsager.Gpu.Devices;

/// <summary>
/// The leading axes of a batch of products, joined where all three operands allow it: the innermost two are one launch's, those before
/// them are counted through on the host, which almost no batch needs.
/// </summary>
internal struct BatchLevels
{
    private Table levels;
    private readonly (nint A, nint B, nint C) start;
    private readonly int count;

    private BatchLevels(Operand a, Operand b, Operand c)
    {
        start = (a.Layout.Offset, b.Layout.Offset, c.Layout.Offset);
        for (int axis = c.Layout.Shape.Rank - 3; axis >= 0; axis--)
        {
            var next = new Level(c.Layout.Shape[axis], a.Layout.Stride(axis), b.Layout.Stride(axis), c.Layout.Stride(axis));
            if (next.Extent == 1)
            {
                continue;
            }

            if (count > 0 && levels[count - 1].Contains(next))
            {
                levels[count - 1] = levels[count - 1] with { Extent = levels[count - 1].Extent * next.Extent };
            }
            else
            {
                levels[count++] = next;
            }
        }
    }

    /// <summary>The levels of three operands, innermost first.</summary>
    public static BatchLevels Of(Operand a, Operand b, Operand c) => new(a, b, c);

    /// <summary>Products of one launch.</summary>
    public readonly nint Batch => Extent(0) * Extent(1);

    /// <summary>Launches.</summary>
    public readonly nint Launches
    {
        get
        {
            nint launches = 1;
            for (int level = 2; level < count; level++)
            {
                launches *= levels[level].Extent;
            }

            return launches;
        }
    }

    /// <summary>Says where a launch's products lie.</summary>
    public readonly void Place(nint launch, ref ProductShape shape)
    {
        (nint a, nint b, nint c) = start;
        for (int level = 2; level < count; level++)
        {
            (launch, nint index) = nint.DivRem(launch, levels[level].Extent);
            a += index * levels[level].A;
            b += index * levels[level].B;
            c += index * levels[level].C;
        }

        (shape.StartA, shape.StartB, shape.StartC) = (a, b, c);
        shape.Inner = checked((int)Extent(0));
        if (count > 0)
        {
            (shape.BatchA, shape.BatchB, shape.BatchC) = (levels[0].A, levels[0].B, levels[0].C);
        }

        if (count > 1)
        {
            (shape.OuterA, shape.OuterB, shape.OuterC) = (levels[1].A, levels[1].B, levels[1].C);
        }
    }

    private readonly nint Extent(int level) => level < count ? levels[level].Extent : 1;

    private readonly record struct Level(nint Extent, nint A, nint B, nint C)
    {
        /// <summary>Whether an axis outside this one goes on where this one ends, in all three.</summary>
        public bool Contains(Level outer) => outer.A == A * Extent && outer.B == B * Extent && outer.C == C * Extent;
    }

    [InlineArray(Shape.MaxRank)]
    private struct Table
    {
        private Level first;
    }
}
