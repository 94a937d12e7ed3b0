using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Which symmetric numbers a device is asked to contract, and how the work is cut: the cut is part of the order of additions, the same on every device.</summary>
/// <param name="Order">2 for a matrix, 3 for a tensor.</param>
/// <param name="Size">n.</param>
/// <param name="Seed">The stream's seed.</param>
/// <param name="Stream">The stream's number.</param>
internal readonly record struct SymmetricForm(int Order, int Size, ulong Seed, ulong Stream)
{
    /// <summary>The operation's name in messages.</summary>
    public const string Name = "symmetric contraction";

    /// <summary>Sizes from which on the work is cut into parts, and how many.</summary>
    private const int Alone = 128;

    private const int MostParts = 8;

    /// <summary>Independent numbers.</summary>
    public long Elements => Order == 2 ? TriangleProduct.Elements(Size) : (long)Size * (Size - 1) * (Size - 2) / 6;

    /// <summary>Parts, each of which has a sum of its own.</summary>
    public int Parts => Size < Alone ? 1 : MostParts;

    /// <summary>The first row of the result that a part touches.</summary>
    public int First(int part) => Order == 2 ? Bound(part) : part;

    /// <summary>Order 2: the triangle's row where a part begins; rows by fours, and all parts have about the same area.</summary>
    public int Bound(int part) => part == Parts ? Size : (int)(Size * (1 - Math.Sqrt(1 - ((double)part / Parts)))) / 4 * 4;

    /// <summary>Order 3: where the triangle of the pairs above index i begins.</summary>
    public long SliceStart(int i)
    {
        long rest = Size - i;
        return Elements - (rest * (rest - 1) * (rest - 2) / 6);
    }
}
