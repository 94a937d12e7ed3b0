using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Tensors of a wanted shape that lie in memory in any way that views can make: permuted, stepped, shifted, reversed, expanded.</summary>
internal static class RandomLayouts
{
    /// <summary>Extents of a tensor with at most so many axes; zeros and ones are frequent.</summary>
    public static nint[] Extents(Random random, int maxRank, int largest = 5, bool allowZero = true)
    {
        nint[] extents = new nint[random.Next(maxRank + 1)];
        foreach (ref nint extent in extents.AsSpan())
        {
            int kind = random.Next(20);
            extent = kind == 0 && allowZero ? 0 : kind < 5 ? 1 : random.Next(2, largest + 1);
        }

        // Many axes of several elements would be many elements.
        for (int axis = 5; axis < extents.Length; axis++)
        {
            extents[axis] = nint.Min(extents[axis], 2);
        }

        return extents;
    }

    /// <summary>A tensor of this shape with random numbers, in a random layout; expanded axes only where they are allowed.</summary>
    public static Tensor<T> Make<T>(Random random, nint[] extents, bool allowExpanded = true)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        if (random.Next(4) == 0)
        {
            return scope.Keep(Fill<T>(random, extents));
        }

        return scope.Keep(Lay(random, extents, allowExpanded, stored => Fill<T>(random, stored)));
    }

    /// <summary>These elements, in row-major order, in a random layout without expanded axes.</summary>
    public static Tensor<T> Of<T>(Random random, nint[] extents, T[] elements)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> view = Lay(random, extents, allowExpanded: false, stored => Tensor.Zeros<T>(Shape.Create(stored)));
        view.CopyFrom(elements);
        return scope.Keep(view);
    }

    private static Tensor<T> Lay<T>(Random random, nint[] extents, bool allowExpanded, Func<nint[], Tensor<T>> fill)
        where T : unmanaged
    {
        int rank = extents.Length;
        int[] order = [.. Enumerable.Range(0, rank)];
        random.Shuffle(order);
        nint[] starts = new nint[rank], steps = new nint[rank], stored = new nint[rank];
        bool[] repeats = new bool[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            repeats[axis] = allowExpanded && random.Next(6) == 0;
            steps[axis] = random.Next(4) == 0 ? random.Next(2, 4) : 1;
            starts[axis] = random.Next(4) == 0 ? random.Next(1, 3) : 0;
            stored[axis] = starts[axis] + ((repeats[axis] ? 1 : extents[axis]) * steps[axis]);
        }

        Tensor<T> view = fill([.. order.Select(axis => stored[axis])]);
        view = view.Permute([.. Enumerable.Range(0, rank).Select(axis => Array.IndexOf(order, axis))]);
        for (int axis = 0; axis < rank; axis++)
        {
            nint count = repeats[axis] ? 1 : extents[axis];
            view = view.Slice(axis, starts[axis], starts[axis] + (count * steps[axis]), steps[axis]);
            view = random.Next(5) == 0 ? view.Flip(axis) : view;
        }

        return view.Expand(Shape.Create(extents));
    }

    /// <summary>Extents that broadcast to the given ones: leading axes missing, others 1.</summary>
    public static nint[] Narrow(Random random, nint[] extents)
    {
        int missing = random.Next(3) == 0 ? random.Next(extents.Length + 1) : 0;
        return [.. extents[missing..].Select(extent => random.Next(4) == 0 ? 1 : extent)];
    }

    private static Tensor<T> Fill<T>(Random random, nint[] extents)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shape shape = Shape.Create(extents);
        T[] elements = new T[shape.Size];
        foreach (ref T element in elements.AsSpan())
        {
            element = random.Next(24) switch
            {
                0 => T.Zero,
                1 => T.NegativeZero,
                2 => T.NaN,
                3 => T.PositiveInfinity,
                4 => T.NegativeInfinity,
                5 => T.One,
                _ => T.CreateTruncating((random.NextDouble() - 0.5) * 8),
            };
        }

        return Tensor.From<T>(elements, shape);
    }
}
