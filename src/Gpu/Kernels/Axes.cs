using Onsager.Gpu.Intrinsics;

namespace Onsager.Gpu.Kernels;

/// <summary>One axis: its extent, and its stride in elements in up to three inputs and the output.</summary>
internal struct Axis
{
    public int Extent;
    public long X, Y, Z, W;
}

/// <summary>Where one element of an iteration lies in up to three inputs and the output, in elements.</summary>
internal struct Offsets
{
    public long X, Y, Z, W;
}

/// <summary>
/// Up to eight axes, the innermost first, as one argument by value; strides may be zero (broadcast) or negative. The element count is
/// below 2^31 (the host cuts larger work), so that finding an element costs 32-bit divisions, one for each axis but the last.
/// </summary>
internal struct Axes
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxRank = 8;

    public int Rank;
    public Offsets Start;
    public Axis D0, D1, D2, D3, D4, D5, D6, D7;

    /// <summary>The place of element i in logical row-major order.</summary>
    public readonly Offsets At(int i)
    {
        var walk = new Walk { Rest = (uint)i, Offsets = Start };
        if (Rank > 1)
        {
            walk = walk.Step(D0);
        }

        if (Rank > 2)
        {
            walk = walk.Step(D1);
        }

        if (Rank > 3)
        {
            walk = walk.Step(D2);
        }

        if (Rank > 4)
        {
            walk = walk.Step(D3);
        }

        if (Rank > 5)
        {
            walk = walk.Step(D4);
        }

        if (Rank > 6)
        {
            walk = walk.Step(D5);
        }

        if (Rank > 7)
        {
            walk = walk.Step(D6);
        }

        Axis last = Rank switch { > 7 => D7, > 6 => D6, > 5 => D5, > 4 => D4, > 3 => D3, > 2 => D2, > 1 => D1, _ => D0 };
        return walk.Move(last, walk.Rest).Offsets;
    }

    /// <summary>X of element i; where there is one axis, without the walk.</summary>
    public readonly long X(int i)
    {
        if (Rank > 1)
        {
            return At(i).X;
        }

        return Start.X + (i * D0.X);
    }

    /// <summary>W of element i; where there is one axis, without the walk.</summary>
    public readonly long W(int i)
    {
        if (Rank > 1)
        {
            return At(i).W;
        }

        return Start.W + (i * D0.W);
    }

    private struct Walk
    {
        public uint Rest;
        public Offsets Offsets;

        public readonly Walk Step(Axis axis)
        {
            uint quotient = Integer32.Divide(Rest, (uint)axis.Extent);
            Walk next = Move(axis, Rest - (quotient * (uint)axis.Extent));
            next.Rest = quotient;
            return next;
        }

        public readonly Walk Move(Axis axis, uint index)
        {
            Walk next = this;
            next.Offsets.X += index * axis.X;
            next.Offsets.Y += index * axis.Y;
            next.Offsets.Z += index * axis.Z;
            next.Offsets.W += index * axis.W;
            return next;
        }
    }
}
