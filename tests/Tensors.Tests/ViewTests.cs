using FsCheck;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Views against an oracle that copies index by index: any chain of them over any layout shows the same elements and shares the memory.</summary>
public sealed class ViewTests
{
    [Cases]
    public void Any_chain_of_views_shows_the_elements_that_indices_name(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, Shape.MaxRank);
        Naive<double> naive = Count(extents);
        Tensor<double> tensor = Tensor.From<double>(naive.Elements, Shape.Create(extents)), all = tensor;
        string chain = tensor.Shape.ToString();
        for (int i = 0; i < 6; i++)
        {
            string step = Step(random, ref tensor, ref naive);
            chain += $" {step} {tensor.Shape}";
            Assert.True(naive.Extents.AsSpan().SequenceEqual(tensor.Shape.AsSpan()), chain);
            Assert.True(naive.Elements.AsSpan().SequenceEqual(tensor.ToArray()), chain);
            foreach (nint[] index in Naive<double>.Indices(naive.Extents).Where(_ => random.Next(4) == 0))
            {
                Assert.Equal(naive[index], tensor[index]);
            }

            Assert.Equal(tensor.IsContiguous, IsRowMajor(naive.Extents, tensor.Layout));
        }

        // A view shares memory: what is written through it shows in the tensor that it was made from.
        double[] before = all.ToArray();
        tensor.Fill(-1);
        HashSet<double> touched = [.. naive.Elements];
        Assert.Equal(before.Select(x => touched.Contains(x) ? -1 : x), all.ToArray());
    }

    [Cases]
    public void A_reshape_works_exactly_where_strides_can_say_it(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        Tensor<float> tensor = RandomLayouts.Make<float>(random, RandomLayouts.Extents(random, 5));
        nint[] target = Split(random, tensor.Size);
        float[] elements = tensor.ToArray();
        if (CanBeStrided(tensor, target))
        {
            Bits.AssertSame<float>(elements, tensor.Reshape(target).ToArray(), $"{tensor.Shape} to [{string.Join(", ", target)}]");
            return;
        }

        Throws.Exactly<ArgumentException>(
            $"reshape: the strides of this view of shape {tensor.Shape} cannot express {Shape.Create(target)}; call Contiguous() first.",
            () => tensor.Reshape(target));
        Bits.AssertSame<float>(elements, tensor.Contiguous().Reshape(target).ToArray(), "contiguous first");
    }

    [Cases]
    public void Copies_between_any_layouts_move_every_element_to_its_place(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4);
        if (random.Next(10) == 0)
        {
            extents = [.. extents, 1300];
        }

        Tensor<float> source = RandomLayouts.Make<float>(random, extents), target = RandomLayouts.Make<float>(random, extents, allowExpanded: false);
        float[] elements = source.ToArray();
        source.CopyInto(target);
        Bits.AssertSame<float>(elements, target.ToArray(), "copy");
        Bits.AssertSame<float>(elements, source.Clone().ToArray(), "clone");
        Array.Reverse(elements);
        target.CopyFrom(elements);
        Bits.AssertSame<float>(elements, target.ToArray(), "copy from a span");
    }

    [Fact]
    public void Empty_slices_of_empty_slices_stay_inside_their_memory()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Zeros<float>([4, 4]), none = x.Slice(0, 4, 4).Slice(1, 4, 4);
        Assert.Equal(0, none.AsSpan().Length);
        Assert.Empty(Tensor.Zeros<float>([0, 1000]).Select(1, 999).ToArray());
        Assert.Equal(0f, none.Sum().Item());
    }

    [Fact]
    public void A_step_of_any_size_takes_at_least_the_first_element()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 2, 3], [3]);
        Assert.Equal([2f], x.Slice(0, 1, 3, nint.MaxValue).ToArray());
        Assert.Equal([1f, 3f], x.Slice(0, 0, 3, 2).ToArray());
        Assert.Empty(x.Slice(0, 2, 1, 5).ToArray());
    }

    private static Naive<double> Count(nint[] extents)
    {
        int next = 0;
        return Naive<double>.Of(extents, _ => next++);
    }

    private static string Step(Random random, ref Tensor<double> tensor, ref Naive<double> naive)
    {
        int rank = naive.Rank, axis = rank > 0 ? random.Next(rank) : 0;
        nint extent = rank > 0 ? naive.Extents[axis] : 0;
        int named = random.Next(2) == 0 ? axis : axis - rank;
        switch (random.Next(7))
        {
            case 0 when rank > 0:
                nint start = random.Next((int)extent + 1), stop = random.Next((int)start, (int)extent + 1), step = random.Next(1, 4);
                tensor = tensor.Slice(named, start, stop, step);
                naive = naive.Slice(axis, start, (stop - start + step - 1) / step, step);
                return $"slice {axis}: {start}..{stop} by {step}";
            case 1 when rank > 0 && extent > 0:
                nint at = random.Next((int)extent);
                tensor = tensor.Select(named, random.Next(2) == 0 ? at : at - extent);
                naive = naive.Select(axis, at);
                return $"select {axis}: {at}";
            case 2:
                int[] axes = [.. Enumerable.Range(0, rank)];
                random.Shuffle(axes);
                tensor = tensor.Permute([.. axes.Select(x => random.Next(2) == 0 ? x : x - rank)]);
                naive = naive.Permute(axes);
                return $"permute [{string.Join(", ", axes)}]";
            case 3 when rank < Shape.MaxRank:
                int place = random.Next(rank + 1);
                tensor = tensor.Unsqueeze(random.Next(2) == 0 ? place : place - rank - 1);
                naive = naive.Unsqueeze(place);
                return $"unsqueeze {place}";
            case 4 when rank > 0 && extent == 1:
                tensor = tensor.Squeeze(named);
                naive = naive.Squeeze(axis);
                return $"squeeze {axis}";
            case 5 when tensor.Size < 500:
                nint[] target = [.. naive.Extents.Select(x => x == 1 && random.Next(2) == 0 ? random.Next(0, 4) : x)];
                target = rank < Shape.MaxRank && random.Next(3) == 0 ? [random.Next(1, 3), .. target] : target;
                tensor = tensor.Expand(Shape.Create(target));
                naive = naive.Expand(target);
                return "expand";
            default:
                nint[] cut = Split(random, tensor.Size);
                bool possible = CanBeStrided(tensor, cut);
                tensor = possible ? tensor.Reshape(cut) : tensor.Share();
                naive = possible ? naive.Reshape(cut) : naive;
                return "reshape";
        }
    }

    /// <summary>Random extents of this product.</summary>
    private static nint[] Split(Random random, nint size)
    {
        if (size == 0)
        {
            return random.Next(2) == 0 ? [0] : [random.Next(4), 0, random.Next(4)];
        }

        List<nint> extents = [];
        nint rest = size;
        while (extents.Count < 7 && (rest > 1 || random.Next(3) == 0))
        {
            nint[] divisors = [.. Enumerable.Range(1, (int)nint.Min(rest, 12)).Select(x => (nint)x).Where(x => rest % x == 0)];
            nint extent = divisors[random.Next(divisors.Length)];
            extents.Add(extent);
            rest /= extent;
        }

        if (rest != 1)
        {
            extents.Insert(random.Next(extents.Count + 1), rest);
        }

        return [.. extents];
    }

    /// <summary>Whether one stride for each axis of the target reaches the element that each index stands for.</summary>
    private static bool CanBeStrided(Tensor<double> tensor, nint[] target) => CanBeStrided(tensor.Layout, target);

    private static bool CanBeStrided(Tensor<float> tensor, nint[] target) => CanBeStrided(tensor.Layout, target);

    private static bool CanBeStrided(Layout layout, nint[] target)
    {
        nint[] extents = layout.Shape.AsSpan().ToArray();
        Naive<nint> places = Naive<nint>.Of(extents, index => index.Select((x, axis) => x * layout.Stride(axis)).Sum(x => (long)x) is var sum ? (nint)sum : 0).Reshape(target);
        if (places.Elements.Length == 0)
        {
            return true;
        }

        nint[] strides = [.. target.Select((extent, axis) => extent > 1 ? places[[.. target.Select((_, i) => (nint)(i == axis ? 1 : 0))]] : 0)];
        return Naive<nint>.Indices(target).All(index => places[index] == (nint)index.Select((x, axis) => (long)(x * strides[axis])).Sum());
    }

    private static bool IsRowMajor(nint[] extents, Layout layout) =>
        extents.Contains(0) || Naive<nint>.Indices(extents).All(index =>
            (nint)index.Select((x, axis) => (long)(x * layout.Stride(axis))).Sum() == Naive<nint>.Position(extents, index));
}
