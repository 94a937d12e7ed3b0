namespace Onsager.Tensors.Tests;

/// <summary>
/// A tensor as slow and plain as it can be said: extents and all elements in row-major order. Every view is a new array, made index by
/// index.
/// </summary>
internal sealed class Naive<T>(nint[] extents, T[] elements)
{
    public nint[] Extents { get; } = extents;

    public T[] Elements { get; } = elements;

    public int Rank => Extents.Length;

    public T this[params nint[] index] => Elements[Position(Extents, index)];

    /// <summary>A tensor of these extents whose element at an index is f(index).</summary>
    public static Naive<T> Of(nint[] extents, Func<nint[], T> f) => new(extents, [.. Indices(extents).Select(f)]);

    /// <summary>All indices in row-major order.</summary>
    public static IEnumerable<nint[]> Indices(nint[] extents)
    {
        nint size = extents.Aggregate((nint)1, (x, y) => x * y);
        for (nint position = 0; position < size; position++)
        {
            nint[] index = new nint[extents.Length];
            nint rest = position;
            for (int axis = extents.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = nint.DivRem(rest, extents[axis]);
            }

            yield return index;
        }
    }

    public static nint Position(nint[] extents, nint[] index)
    {
        nint position = 0;
        for (int axis = 0; axis < extents.Length; axis++)
        {
            position = (position * extents[axis]) + index[axis];
        }

        return position;
    }

    public Naive<T> Slice(int axis, nint start, nint count, nint step) =>
        Of(With(axis, count), index => this[Replace(index, axis, start + (index[axis] * step))]);

    public Naive<T> Select(int axis, nint at) =>
        Of([.. Extents[..axis], .. Extents[(axis + 1)..]], index => this[[.. index[..axis], at, .. index[axis..]]]);

    public Naive<T> Permute(int[] axes) =>
        Of([.. axes.Select(axis => Extents[axis])], index => this[[.. Enumerable.Range(0, Rank).Select(axis => index[Array.IndexOf(axes, axis)])]]);

    /// <summary>Aligned at the end; axes of extent 1 repeat.</summary>
    public Naive<T> Expand(nint[] target) =>
        Of(target, index => this[[.. Enumerable.Range(0, Rank).Select(axis => Extents[axis] == 1 ? 0 : index[axis + target.Length - Rank])]]);

    public Naive<T> Unsqueeze(int axis) => new([.. Extents[..axis], 1, .. Extents[axis..]], Elements);

    public Naive<T> Squeeze(int axis) => new([.. Extents[..axis], .. Extents[(axis + 1)..]], Elements);

    public Naive<T> Reshape(nint[] target) => new(target, Elements);

    private nint[] With(int axis, nint extent) => Replace(Extents, axis, extent);

    private static nint[] Replace(nint[] values, int axis, nint value)
    {
        nint[] result = [.. values];
        result[axis] = value;
        return result;
    }
}
