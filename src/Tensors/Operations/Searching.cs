namespace Onsager.Tensors;

/// <summary>What is where. On the processor only: another device throws <see cref="NotSupportedException"/>.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// The different elements of the whole tensor in order: their values, for each the place of its first occurrence in row-major order, for
    /// each element the number of its value (in this shape), and how often each occurs. As the array-API standard has it, every NaN is
    /// different from every other, and zeros of both signs are one. No value has a derivative.
    /// </summary>
    /// <exception cref="NotSupportedException">The element type has no order, or the tensor is being differentiated.</exception>
    public (Tensor<T> Values, Tensor<int> Indices, Tensor<int> Inverse, Tensor<int> Counts) Unique()
    {
        Tape.RefuseTracked(Node, "unique");
        SortKey.CheckType<T>("unique");
        using Packed<T> from = new("unique", Node);
        ReadOnlySpan<T> elements = from.Elements;
        SortKey[] keys = new SortKey[elements.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new(SortKey.Of(elements[i]), i);
        }

        keys.AsSpan().Sort();
        int distinct = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            distinct += i == 0 || Searching.Differ<T>(keys[i - 1], keys[i]) ? 1 : 0;
        }

        using Scope scope = Scope.Begin();
        Tensor<T> values = Tensor.Empty<T>([distinct]);
        Tensor<int> indices = Tensor.Empty<int>([distinct]), inverse = Tensor.Empty<int>(Shape), counts = Tensor.Zeros<int>([distinct]);
        Span<T> value = values.AsSpan();
        Span<int> first = indices.AsSpan(), number = inverse.AsSpan(), count = counts.AsSpan();
        for (int i = 0, last = -1; i < keys.Length; i++)
        {
            if (i == 0 || Searching.Differ<T>(keys[i - 1], keys[i]))
            {
                last++;
                first[last] = keys[i].Index;
                value[last] = elements[keys[i].Index];
            }

            number[keys[i].Index] = last;
            count[last]++;
        }

        return (scope.Keep(values), scope.Keep(indices), scope.Keep(inverse), scope.Keep(counts));
    }

    /// <summary>
    /// For each value the place in this vector, whose elements are in order, where it would be inserted: before its equals, or behind them
    /// (isRight). NaN counts as greater than every number.
    /// </summary>
    /// <exception cref="ArgumentException">This is no vector, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public Tensor<int> SearchSorted(Tensor<T> values, bool isRight = false)
    {
        Searching.CheckSorted<T>(Node, values.Node);
        using Scope scope = Scope.Begin();
        Tensor<int> places = Tensor.Empty<int>(values.Shape, Device);
        Searching.Search<T>(Node, values.Node, isRight, places.Node);
        return scope.Keep(places);
    }

    /// <summary>For each value the place in this vector where it would be inserted, into an existing tensor of the values' shape.</summary>
    /// <exception cref="ArgumentException">This is no vector, or the destination's shape or device differ, or it overlaps an input.</exception>
    /// <exception cref="NotSupportedException">The element type has no order.</exception>
    public void SearchSortedInto(Tensor<T> values, Tensor<int> destination, bool isRight = false)
    {
        Searching.CheckSorted<T>(Node, values.Node);
        Sorting.CheckPlaces("search sorted", values.Shape, destination.Node, values.Node);
        Products.CheckSeparate("search sorted", destination.Node, Node);
        Searching.Search<T>(Node, values.Node, isRight, destination.Node);
    }

    /// <summary>The indices of the elements that are not 0 (NaN is not), in row-major order: [count, rank].</summary>
    public Tensor<int> Nonzero()
    {
        using Packed<T> from = new("nonzero", Node);
        Shape shape = Shape;
        int rank = shape.Rank, row = 0;
        Tensor<int> indices = Tensor.Empty<int>([Truth.Count(from.Elements), rank]);
        Span<int> target = indices.AsSpan();
        for (int i = 0; i < from.Elements.Length; i++)
        {
            if (!Truth.IsTrue(from.Elements[i]))
            {
                continue;
            }

            nint rest = i;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                (rest, nint index) = nint.DivRem(rest, shape[axis]);
                target[(row * rank) + axis] = (int)index;
            }

            row++;
        }

        return indices;
    }
}

/// <summary>What searching shares.</summary>
internal static class Searching
{
    /// <summary>Whether two keys next to each other belong to different values.</summary>
    public static bool Differ<T>(SortKey x, SortKey y)
        where T : unmanaged => x.Value != y.Value || (x.Value == SortKey.NotANumber && IsReal<T>());

    public static void CheckSorted<T>(TensorNode sorted, TensorNode values)
        where T : unmanaged
    {
        SortKey.CheckType<T>("search sorted");
        Elementwise.CheckDevices("search sorted", sorted, values);
        Packed<T>.Check("search sorted", sorted.Storage!.Device, values.Layout.Shape);
        if (sorted.Layout.Shape.Rank != 1)
        {
            throw new ArgumentException($"search sorted: a vector is needed; this is {sorted.Layout.Shape}.");
        }
    }

    public static void Search<T>(TensorNode sorted, TensorNode values, bool isRight, TensorNode places)
        where T : unmanaged
    {
        using Packed<T> from = new("search sorted", sorted), wanted = new("search sorted", values);
        using Unpacked<int> to = new("search sorted", places);
        for (int i = 0; i < wanted.Elements.Length; i++)
        {
            long key = SortKey.Of(wanted.Elements[i]);
            int low = 0, high = from.Elements.Length;
            while (low < high)
            {
                int middle = low + ((high - low) / 2);
                long other = SortKey.Of(from.Elements[middle]);
                bool isBelow = isRight ? other <= key : other < key;
                (low, high) = isBelow ? (middle + 1, high) : (low, middle);
            }

            to.Elements[i] = low;
        }

        to.Finish();
    }

    private static bool IsReal<T>() =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(Simd.BFloat16);
}
