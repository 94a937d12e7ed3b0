using FsCheck;
using Onsager.Simd;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Order, and questions of truth, against LINQ's stable sorting and counting, line by line.</summary>
public sealed class SortTests
{
    [Cases]
    public void Lines_come_in_order_and_equals_keep_theirs(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = [.. RandomLayouts.Extents(random, 3), random.Next(20)];
        int axis = random.Next(extents.Length), k = random.Next((int)extents[axis] + 1);
        bool isDescending = random.Next(2) == 0;
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        Naive<int> order = Order(naive, axis, isDescending);
        Naive<float> sorted = Naive<float>.Of(extents, index => naive[AxesTests.With(index, axis, order[index])]);
        string what = $"axis {axis} of {x.Shape}{(isDescending ? ", descending" : string.Empty)}";
        Same.Both(random, order, () => x.ArgSort(axis - x.Rank, isDescending), y => x.ArgSortInto(axis, y, isDescending), "argsort " + what);
        Same.Both(random, sorted, () => x.Sort(axis, isDescending), y => x.SortInto(axis, y, isDescending), "sort " + what);

        // The first k.
        (Tensor<float> values, Tensor<int> places) = x.TopK(k, axis, isDescending);
        Naive<float> first = sorted.Slice(axis, 0, k, 1);
        Same.Elements(first, values, $"top {k}, " + what);
        Tensor<int> indices = RandomLayouts.Of(random, first.Extents, new int[first.Elements.Length]);
        Same.Both(random, first, () => values, y => x.TopKInto(k, axis, y, indices, isDescending), $"top {k}, " + what);
        Same.Elements(Same.Seen(places), indices, "places of the top");
        Same.Elements(order.Slice(axis, 0, k, 1), indices, "places of the top");
    }

    [Fact]
    public void NaN_counts_as_greater_than_every_number()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From([double.NaN, double.PositiveInfinity, -0.0, 0.0, double.NegativeInfinity, double.Epsilon, -double.Epsilon]);
        Assert.Equal([4, 6, 2, 3, 5, 1, 0], x.ArgSort().ToArray());
        Assert.Equal([0, 1, 5, 2, 3, 6, 4], x.ArgSort(0, isDescending: true).ToArray());
        Assert.Equal(double.NegativeZero, x.Sort()[2]);
        Assert.True(double.IsNegative(x.Sort()[2]) && !double.IsNegative(x.Sort()[3]));
    }

    [Fact]
    public void Every_type_of_number_has_its_order()
    {
        using Scope scope = Scope.Begin();
        Check<int>([3, int.MinValue, 0, int.MaxValue, -1]);
        Check<long>([3, long.MinValue, 0, long.MaxValue, -1]);
        Check<ulong>([3, ulong.MaxValue, 0, 1UL << 63, (1UL << 63) - 1]);
        Check<uint>([3, uint.MaxValue, 0, 1u << 31]);
        Check<short>([3, short.MinValue, 0, -1]);
        Check<ushort>([3, ushort.MaxValue, 0]);
        Check<byte>([3, 255, 0]);
        Check<sbyte>([3, -128, 0]);
        Check<bool>([true, false, true, false]);
        Check<Half>([(Half)3, Half.NegativeInfinity, (Half)(-0.5), Half.MaxValue, (Half)0.25]);
        Check<double>([3, double.MinValue, -0.5, double.MaxValue, 1e-300]);
        Tensor<BFloat16> x = Tensor.From<float>([2, -1, 0.5f], [3]).Cast<BFloat16>();
        Assert.Equal([1, 2, 0], x.ArgSort().ToArray());
        Assert.True(x.Sort().EqualTo(Tensor.From<float>([-1, 0.5f, 2], [3]).Cast<BFloat16>()).All());

        static void Check<T>(T[] elements)
            where T : unmanaged, IComparable<T>
        {
            Assert.Equal([.. elements.Order()], Tensor.From(elements).Sort().ToArray());
            Assert.Equal([.. elements.OrderDescending()], Tensor.From(elements).Sort(0, isDescending: true).ToArray());
        }
    }

    [Cases]
    public void Different_elements_are_found_counted_and_numbered(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 3);
        Naive<int> naive = Naive<int>.Of(extents, _ => random.Next(-3, 4));
        Tensor<int> x = RandomLayouts.Of(random, extents, naive.Elements);
        (Tensor<int> values, Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = x.Unique();
        int[] distinct = [.. naive.Elements.Distinct().Order()];
        Assert.Equal(distinct, values.ToArray());
        Assert.Equal(distinct.Select(v => Array.IndexOf(naive.Elements, v)), indices.ToArray());
        Assert.Equal(distinct.Select(v => naive.Elements.Count(e => e == v)), counts.ToArray());
        Same.Elements(new Naive<int>(extents, [.. naive.Elements.Select(e => Array.IndexOf(distinct, e))]), inverse, "inverse");
        Same.Elements(naive, values.Take(0, inverse), "values at their numbers");
    }

    [Fact]
    public void Every_NaN_is_a_value_of_its_own()
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> values, _, Tensor<int> inverse, Tensor<int> counts) = Tensor.From([float.NaN, 0f, -0f, float.NaN]).Unique();
        Assert.Equal([0f, float.NaN, float.NaN], values.ToArray());
        Assert.Equal([1, 0, 0, 2], inverse.ToArray());
        Assert.Equal([2, 1, 1], counts.ToArray());
        Assert.Equal([1L, long.MaxValue], Tensor.From([long.MaxValue, 1, long.MaxValue]).Unique().Values.ToArray());
    }

    [Cases]
    public void Values_are_inserted_before_or_behind_their_equals(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        int[] sorted = [.. Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(6)).Order()];
        nint[] extents = RandomLayouts.Extents(random, 2);
        Naive<int> values = Naive<int>.Of(extents, _ => random.Next(-1, 7));
        Tensor<int> x = RandomLayouts.Of(random, [sorted.Length], sorted), wanted = RandomLayouts.Of(random, extents, values.Elements);
        Naive<int> left = Naive<int>.Of(extents, index => sorted.Count(e => e < values[index])), right = Naive<int>.Of(extents, index => sorted.Count(e => e <= values[index]));
        Same.Both(random, left, () => x.SearchSorted(wanted), y => x.SearchSortedInto(wanted, y), "left");
        Same.Both(random, right, () => x.SearchSorted(wanted, isRight: true), y => x.SearchSortedInto(wanted, y, isRight: true), "right");
    }

    [Fact]
    public void NaN_is_inserted_at_the_end()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal([1, 0], Tensor.From([1f]).SearchSorted(Tensor.From([float.NaN, -1f])).ToArray());
        Assert.Equal([1, 2], Tensor.From([1f, float.NaN]).SearchSorted(Tensor.From([float.NaN, 2f]).Take(0, Tensor.From([1, 0])), isRight: true).ToArray());
    }

    [Cases]
    public void Truth_is_asked_of_any_axes(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4, largest: 3);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents) * (random.Next(3) == 0 ? 0 : 1);
        Naive<bool> truths = new(extents, [.. x.ToArray().Select(e => e != 0)]);
        Tensor<bool> flags = RandomLayouts.Of(random, extents, truths.Elements);
        Assert.Equal(truths.Elements.Any(t => t), x.Any());
        Assert.Equal(truths.Elements.All(t => t), flags.All());
        Assert.Equal(truths.Elements.Count(t => t), x.CountNonzero());
        nint[][] chosen = [.. Naive<bool>.Indices(extents).Where(index => truths[index])];
        Same.Elements(Naive<int>.Of([chosen.Length, extents.Length], at => (int)chosen[at[0]][at[1]]), x.Nonzero(), "nonzero");

        int[] axes = [.. Enumerable.Range(0, extents.Length).Where(_ => random.Next(2) == 0)];
        nint[] kept = [.. extents.Where((_, axis) => !axes.Contains(axis))], ones = [.. extents.Select((e, axis) => axes.Contains(axis) ? 1 : e)];
        Naive<int> counts = Naive<int>.Of(kept, index => Line(index).Count(t => t));
        Same.Both(random, counts, () => x.CountNonzero(axes), y => x.CountNonzeroInto(axes, y), "count");
        Same.Both(random, counts.Reshape(ones), () => flags.CountNonzero(axes, keepDimensions: true), y => flags.CountNonzeroInto(axes, y), "count, kept");
        Same.Both(random, Naive<bool>.Of(kept, index => Line(index).Any(t => t)), () => flags.Any(axes), y => flags.AnyInto(axes, y), "any");
        Same.Both(random, Naive<bool>.Of(kept, index => Line(index).All(t => t)), () => x.All(axes), y => x.AllInto(axes, y), "all");

        IEnumerable<bool> Line(nint[] index) => Naive<bool>.Indices(extents)
            .Where(at => at.Where((_, axis) => !axes.Contains(axis)).SequenceEqual(index))
            .Select(at => truths[at]);
    }

    /// <summary>Line by line: numbers by their size, then NaN.</summary>
    private static Naive<int> Order(Naive<float> x, int axis, bool isDescending) => Naive<int>.Of(x.Extents, index =>
    {
        IEnumerable<int> line = Enumerable.Range(0, (int)x.Extents[axis]);
        Func<int, float> key = k => x[AxesTests.With(index, axis, k)] + 0f;
        IOrderedEnumerable<int> order = isDescending
            ? line.OrderByDescending(k => float.IsNaN(key(k))).ThenByDescending(key)
            : line.OrderBy(k => float.IsNaN(key(k))).ThenBy(key);
        return order.ElementAt((int)index[axis]);
    });
}
