using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Elements read and written by index and by mask, in any layout, against loops over indices.</summary>
public sealed class IndexTests
{
    [Cases]
    public void Slices_are_taken_and_added_at_their_indices(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Naive<double> naive, int axis) = Make(random);
        nint[] around = naive.Extents[axis] == 0 ? [0] : RandomLayouts.Extents(random, 2, largest: 4);
        (Tensor<int> indices, Naive<int> places) = Indices(random, around, naive.Extents[axis]);
        nint[] extents = [.. naive.Extents[..axis], .. around, .. naive.Extents[(axis + 1)..]];
        Naive<double> taken = Naive<double>.Of(extents, index =>
            naive[[.. index[..axis], Place(places, index[axis..(axis + around.Length)], naive.Extents[axis]), .. index[(axis + around.Length)..]]]);
        string what = $"axis {axis} of {x.Shape} at {indices.Shape}";
        Same.Both(random, taken, () => x.Take(axis - x.Rank, indices), y => x.TakeInto(axis, indices, y), "take " + what);

        Tensor<double> source = RandomLayouts.Make<double>(random, extents);
        Naive<double> added = Sum(naive, Same.Seen(source), index =>
            [.. index[..axis], Place(places, index[axis..(axis + around.Length)], naive.Extents[axis]), .. index[(axis + around.Length)..]]);
        Same.Both(random, added, () => x.IndexAdd(axis, indices, source), y => x.IndexAddInto(axis, indices, source, y), "index add " + what);
        Tensor<double> self = RandomLayouts.Of(random, naive.Extents, naive.Elements);
        self.IndexAddInto(axis, indices, source, self);
        Same.Elements(added, self, "index add in place " + what);
    }

    [Cases]
    public void Lines_are_read_and_written_each_at_indices_of_its_own(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Naive<double> naive, int axis) = Make(random);
        nint[] extents = AxesTests.With(naive.Extents, axis, random.Next(naive.Extents[axis] == 0 ? 1 : 5));
        nint[] narrow = [.. extents.Select((e, i) => i != axis && random.Next(4) == 0 ? 1 : e)];
        (Tensor<int> indices, Naive<int> some) = Indices(random, narrow, naive.Extents[axis]);
        Naive<int> places = some.Expand(extents);
        string what = $"axis {axis} of {x.Shape} at {indices.Shape}";
        Naive<double> taken = Naive<double>.Of(extents, index => naive[Target(index)]);
        Same.Both(random, taken, () => x.TakeAlongAxis(axis - x.Rank, indices), y => x.TakeAlongAxisInto(axis, indices, y), "take along " + what);

        Tensor<double> source = RandomLayouts.Make<double>(random, extents);
        Naive<double> given = Same.Seen(source), added = Sum(naive, given, Target), replaced = new(naive.Extents, [.. naive.Elements]);
        foreach (nint[] index in Naive<double>.Indices(extents))
        {
            replaced.Elements[Naive<double>.Position(naive.Extents, Target(index))] = given[index];
        }

        Same.Both(random, added, () => x.ScatterAdd(axis, indices, source), y => x.ScatterAddInto(axis, indices, source, y), "scatter add " + what);
        Same.Both(random, replaced, () => x.Scatter(axis, indices, source), y => x.ScatterInto(axis, indices, source, y), "scatter " + what);
        Tensor<double> self = RandomLayouts.Of(random, naive.Extents, naive.Elements);
        self.ScatterInto(axis, indices, source, self);
        Same.Elements(replaced, self, "scatter in place " + what);

        nint[] Target(nint[] index) => AxesTests.With(index, axis, Place(places, index, naive.Extents[axis]));
    }

    [Cases]
    public void Masks_choose_elements_in_row_major_order(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4, largest: 4);
        int rank = random.Next(extents.Length + 1);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        nint[] own = extents[..rank], rest = extents[rank..];
        Naive<bool> flags = Naive<bool>.Of(own, _ => random.Next(2) == 0);
        Tensor<bool> mask = RandomLayouts.Of(random, own, flags.Elements);
        nint[][] chosen = [.. Naive<bool>.Indices(own).Where(index => flags[index])];
        Naive<float> selected = Naive<float>.Of([chosen.Length, .. rest], index => naive[[.. chosen[index[0]], .. index[1..]]]);
        string what = $"mask {mask.Shape} of {x.Shape}";
        Same.Both(random, selected, () => x.MaskedSelect(mask), y => x.MaskedSelectInto(mask, y), what);
        Same.Elements(selected, x[mask], what);

        // Written back from a scalar and from a row for each place.
        Tensor<float> target = RandomLayouts.Of(random, extents, naive.Elements), values = RandomLayouts.Make<float>(random, selected.Extents);
        Naive<float> given = Same.Seen(values), replaced = new(extents, [.. naive.Elements]);
        target[mask] = Tensor.Scalar(3f);
        Same.Elements(Naive<float>.Of(extents, index => flags[index[..rank]] ? 3 : naive[index]), target, "a scalar by " + what);
        for (int i = 0; i < chosen.Length; i++)
        {
            foreach (nint[] index in Naive<float>.Indices(rest))
            {
                replaced.Elements[Naive<float>.Position(extents, [.. chosen[i], .. index])] = given[[i, .. index]];
            }
        }

        target.CopyFrom(naive.Elements);
        target.MaskedPut(mask, values);
        Same.Elements(replaced, target, "values by " + what);
    }

    [Cases]
    public void Conditions_choose_element_by_element(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4), left = RandomLayouts.Narrow(random, extents), right = RandomLayouts.Narrow(random, extents), own = RandomLayouts.Narrow(random, extents);
        Tensor<double> yes = RandomLayouts.Make<double>(random, left), no = RandomLayouts.Make<double>(random, right);
        Naive<bool> flags = Naive<bool>.Of(own, _ => random.Next(2) == 0);
        Tensor<bool> condition = RandomLayouts.Of(random, own, flags.Elements);
        nint[] wide = Shape.Broadcast(Shape.Broadcast(yes.Shape, no.Shape), condition.Shape).AsSpan().ToArray();
        Naive<double> a = Same.Seen(yes).Expand(wide), b = Same.Seen(no).Expand(wide);
        Naive<bool> c = flags.Expand(wide);
        Naive<double> expected = Naive<double>.Of(wide, index => c[index] ? a[index] : b[index]);
        Same.Both(random, expected, () => Tensor.Where(condition, yes, no), y => Tensor.WhereInto(condition, yes, no, y), $"where {condition.Shape} {yes.Shape} {no.Shape}");
        Tensor<int> numbers = condition.Cast<int>();
        Same.Both(random, expected, () => Tensor.Choose(numbers, no, yes), y => Tensor.ChooseInto(numbers, y, no, yes), "choose");
        Same.Both(
            random, expected, () => Tensor.Select<double>([condition, condition], [yes, no], no),
            y => Tensor.SelectInto([condition, condition], [yes, no], no, y), "select");
        Same.Elements(expected, Tensor.Select<double>([condition.Not()], [no], yes), "select otherwise");

        // In place, and a value by a mask.
        Tensor<double> self = RandomLayouts.Of(random, wide, b.Elements);
        Tensor.WhereInto(condition, yes, self, self);
        Same.Elements(expected, self, "where in place");
        Naive<double> filled = Naive<double>.Of(wide, index => c[index] ? 0.5 : b[index]);
        Tensor<double> full = RandomLayouts.Of(random, wide, b.Elements);
        Same.Both(random, filled, () => full.MaskedFill(condition, 0.5), y => full.MaskedFillInto(condition, 0.5, y), "masked fill");
        full.MaskedFillInto(condition, 0.5, full);
        Same.Elements(filled, full, "masked fill in place");
    }

    [Cases]
    public void Numbers_of_elements_are_written_in_order(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 3);
        Naive<int> naive = Naive<int>.Of(extents, _ => random.Next(100));
        Tensor<int> x = RandomLayouts.Of(random, extents, naive.Elements);
        (Tensor<int> indices, Naive<int> places) = Indices(random, [x.Size == 0 ? 0 : random.Next(6)], x.Size);
        x.Put(indices, Tensor.Arange((int)indices.Size));
        for (int i = 0; i < places.Elements.Length; i++)
        {
            naive.Elements[Place(places, [i], naive.Elements.Length)] = i;
        }

        Same.Elements(naive, x, $"put in {x.Shape}");
    }

    [Fact]
    public void Sums_over_several_sources_of_one_place_follow_the_order_of_the_indices()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> source = Tensor.From([1e8f, 1f, -1e8f, 1f]), zero = Tensor.Zeros<float>([1]);
        Tensor<int> there = Tensor.Zeros<int>([4]);
        Assert.Equal(1f, zero.ScatterAdd(0, there, source).Item());
        Assert.Equal(1f, zero.IndexAdd(0, there, source).Item());
        Assert.Equal(2f, zero.ScatterAdd(0, there, source.Take(0, Tensor.From([0, 2, 1, 3]))).Item());
        Assert.Equal(1f, zero.Scatter(0, there, source).Item());
        Assert.Equal([int.MinValue, 0], Tensor.From([int.MaxValue, 0]).ScatterAdd(0, Tensor.From([0]), Tensor.From([1])).ToArray());
    }

    private static (Tensor<double> X, Naive<double> Naive, int Axis) Make(Random random)
    {
        nint[] extents = [.. RandomLayouts.Extents(random, 2), random.Next(5), .. RandomLayouts.Extents(random, 1)];
        Tensor<double> x = RandomLayouts.Make<double>(random, extents);
        return (x, Same.Seen(x), random.Next(extents.Length));
    }

    /// <summary>Indices of an axis of this extent, counted from either end; none where it has none.</summary>
    private static (Tensor<int> Tensor, Naive<int> Naive) Indices(Random random, nint[] extents, nint extent)
    {
        Naive<int> naive = Naive<int>.Of(extents, _ => random.Next(-(int)extent, (int)extent));
        return (RandomLayouts.Of(random, extents, naive.Elements), naive);
    }

    private static nint Place(Naive<int> places, nint[] index, nint extent) => places[index] < 0 ? places[index] + extent : places[index];

    /// <summary>The sum of each source element where it belongs, in row-major order.</summary>
    private static Naive<double> Sum(Naive<double> x, Naive<double> source, Func<nint[], nint[]> target)
    {
        Naive<double> result = new(x.Extents, [.. x.Elements]);
        foreach (nint[] index in Naive<double>.Indices(source.Extents))
        {
            result.Elements[Naive<double>.Position(x.Extents, target(index))] += source[index];
        }

        return result;
    }
}
