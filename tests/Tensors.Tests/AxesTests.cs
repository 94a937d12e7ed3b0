using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Views with other axes, parts, and what joins, widens and repeats, against indices taken one by one.</summary>
public sealed class AxesTests
{
    [Cases]
    public void Views_with_other_axes_show_the_elements_that_indices_name(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = [.. RandomLayouts.Extents(random, 3), random.Next(4), random.Next(1, 4)];
        int rank = extents.Length, first = random.Next(rank), second = (first + random.Next(1, rank)) % rank;
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        Same.Elements(naive.Permute(Moved(rank, first, second)), x.MoveAxis(Named(first), Named(second)), $"move {first} to {second} in {x.Shape}");
        Same.Elements(Flipped(naive, first), x.Flip(Named(first)), "flip");
        Same.Elements(Flipped(Flipped(naive, first), second), x.Flip(Named(first), second), "flip twice");
        Same.Elements(Flipped(naive, second).Permute(Swapped(rank, first, second)), x.Rot90(1, first, Named(second)), "a quarter");
        Same.Elements(Flipped(Flipped(naive, first), second), x.Rot90(-2, first, second), "a half");
        Same.Elements(Flipped(naive, first).Permute(Swapped(rank, first, second)), x.Rot90(3, first, second), "three quarters");
        Same.Elements(naive, x.Rot90(-4, first, second), "a whole turn");
        Same.Elements(new Naive<float>([.. extents.Where(e => e != 1)], naive.Elements), x.Squeeze(), "squeeze all");
        nint offset = random.Next(-4, 5);
        Same.Elements(Diagonal(naive, first, second, offset), x.Diagonal(offset, Named(first), Named(second)), $"diagonal {offset} of {x.Shape}");
        Tensor<float> packed = x.Clone();
        int from = int.Min(first, second), to = int.Max(first, second);
        nint[] flat = [.. extents[..from], extents[from..(to + 1)].Aggregate((nint)1, (a, b) => a * b), .. extents[(to + 1)..]];
        Same.Elements(naive.Reshape(flat), packed.Flatten(from, to), "flatten");
        Same.Elements(naive, packed.Flatten(from, to).Unflatten(from, extents.AsSpan()[from..(to + 1)]), "unflatten");

        int Named(int axis) => random.Next(2) == 0 ? axis : axis - rank;
    }

    [Cases]
    public void Parts_are_views_and_joined_again_they_are_the_whole(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = [.. RandomLayouts.Extents(random, 3), random.Next(7)];
        int axis = random.Next(extents.Length);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        Tensor<float>[] chunks = x.Chunk(axis, random.Next(1, 5)), slices = x.Unstack(axis - x.Rank);
        Assert.True(chunks.Max(c => c.Shape[axis]) - chunks.Min(c => c.Shape[axis]) <= 1);
        Same.Both(random, naive, () => Tensor.Concatenate(axis, chunks), y => Tensor.ConcatenateInto(axis, y, chunks), $"{chunks.Length} chunks of {x.Shape}");
        Assert.Equal(extents[axis], slices.Length);
        for (int i = 0; i < slices.Length; i++)
        {
            Same.Elements(naive.Select(axis, i), slices[i], "unstack");
        }

        if (slices.Length > 0)
        {
            Same.Both(random, naive, () => Tensor.Stack(axis, slices), y => Tensor.StackInto(axis - x.Rank, y, slices), "stack");
        }

        nint cut = random.Next((int)extents[axis] + 1);
        Tensor<float>[] parts = x.Split(axis, cut, 0, extents[axis] - cut);
        Same.Elements(naive.Slice(axis, cut, extents[axis] - cut, 1), parts[2], "split");
        Assert.Equal(0, parts[1].Size);
    }

    [Cases]
    public void Margins_hold_what_their_mode_says(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        PadMode mode = (PadMode)random.Next(4);
        nint[] extents = RandomLayouts.Extents(random, 4, largest: 4);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        (nint Before, nint After)[] widths = [.. extents.Select(extent =>
        {
            int widest = mode switch { PadMode.Constant => 3, PadMode.Edge => extent == 0 ? 0 : 3, PadMode.Circular => (int)extent, _ => (int)nint.Max(0, extent - 1) };
            return ((nint)random.Next(widest + 1), (nint)random.Next(widest + 1));
        })];
        Naive<float> naive = Same.Seen(x);
        Naive<float> expected = Naive<float>.Of([.. extents.Select((extent, axis) => extent + widths[axis].Before + widths[axis].After)], index =>
        {
            nint[] origin = [.. index.Select((place, axis) => Origin(mode, place - widths[axis].Before, extents[axis]))];
            return origin.Contains(-1) ? 2.5f : naive[origin];
        });
        Same.Both(
            random, expected, () => mode == PadMode.Constant ? x.Pad(widths, 2.5f) : x.Pad(mode, widths), y => x.PadInto(mode, widths, y, 2.5f),
            $"{mode} {x.Shape} by {string.Join(", ", widths)}");
    }

    [Cases]
    public void Repeated_and_rolled_elements_are_where_indices_say(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 4, largest: 4);
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        nint[] repeats = [.. Enumerable.Range(0, random.Next(6)).Select(_ => (nint)random.Next(4))];
        int rank = int.Max(extents.Length, repeats.Length), extra = rank - extents.Length;
        nint[] own = [.. Enumerable.Repeat((nint)1, extra), .. extents], times = [.. Enumerable.Repeat((nint)1, rank - repeats.Length), .. repeats];
        Naive<float> tiled = Naive<float>.Of([.. own.Select((e, axis) => e * times[axis])], index => naive[[.. index.Select((i, axis) => i % own[axis]).Skip(extra)]]);
        Same.Both(random, tiled, () => x.Tile(repeats), y => x.TileInto(y, repeats), $"tile {x.Shape} by [{string.Join(", ", repeats)}]");
        if (rank == 0 || extents.Length == 0)
        {
            return;
        }

        int axis = random.Next(extents.Length), count = random.Next(4);
        Naive<float> repeated = Naive<float>.Of(With(extents, axis, extents[axis] * count), index => naive[With(index, axis, index[axis] / count)]);
        Same.Both(random, repeated, () => x.RepeatInterleave(count, axis), y => x.RepeatInterleaveInto(count, axis, y), "repeat");
        int[] counts = [.. Enumerable.Range(0, (int)extents[axis]).Select(_ => random.Next(3))];
        int[] origins = [.. counts.SelectMany((c, i) => Enumerable.Repeat(i, c))];
        Naive<float> uneven = Naive<float>.Of(With(extents, axis, origins.Length), index => naive[With(index, axis, origins[index[axis]])]);
        Same.Both(
            random, uneven, () => x.RepeatInterleave(Tensor.From(counts), axis), y => x.RepeatInterleaveInto(Tensor.From(counts), axis, y), "uneven repeats");
        nint shift = random.Next(-9, 10), other = random.Next(-3, 4);
        Same.Both(random, Rolled(naive, shift, axis), () => x.Roll(shift, axis), y => x.RollInto(shift, axis, y), $"roll {shift}");
        Same.Both(
            random, Rolled(Rolled(naive, shift, axis), other, 0), () => x.Roll([shift, other], [axis, 0]), y => x.RollInto([shift, other], [axis, 0], y), "roll twice");
        Assert.NotEqual(x.Node.Storage, x.Roll([], []).Node.Storage);
    }

    internal static nint[] With(nint[] index, int axis, nint place)
    {
        nint[] result = [.. index];
        result[axis] = place;
        return result;
    }

    private static Naive<float> Rolled(Naive<float> x, nint shift, int axis) =>
        Naive<float>.Of(x.Extents, index => x[With(index, axis, (((index[axis] - shift) % x.Extents[axis]) + x.Extents[axis]) % x.Extents[axis])]);

    private static nint Origin(PadMode mode, nint place, nint extent)
    {
        if (place >= 0 && place < extent)
        {
            return place;
        }

        return mode switch
        {
            PadMode.Constant => -1,
            PadMode.Edge => nint.Clamp(place, 0, extent - 1),
            PadMode.Circular => (place + extent) % extent,
            _ => place < 0 ? -place : (2 * (extent - 1)) - place,
        };
    }

    private static Naive<float> Flipped(Naive<float> x, int axis) => Naive<float>.Of(x.Extents, index => x[With(index, axis, x.Extents[axis] - 1 - index[axis])]);

    private static Naive<float> Diagonal(Naive<float> x, int first, int second, nint offset)
    {
        nint length = Enumerable.Range(0, (int)x.Extents[first]).Count(i => i + offset >= 0 && i + offset < x.Extents[second]);
        int[] rest = [.. Enumerable.Range(0, x.Rank).Where(axis => axis != first && axis != second)];
        return Naive<float>.Of([.. rest.Select(axis => x.Extents[axis]), length], index =>
        {
            nint[] origin = new nint[x.Rank];
            for (int i = 0; i < rest.Length; i++)
            {
                origin[rest[i]] = index[i];
            }

            origin[first] = index[^1] + nint.Max(0, -offset);
            origin[second] = index[^1] + nint.Max(0, offset);
            return x[origin];
        });
    }

    private static int[] Moved(int rank, int from, int to)
    {
        List<int> order = [.. Enumerable.Range(0, rank).Where(axis => axis != from)];
        order.Insert(to, from);
        return [.. order];
    }

    private static int[] Swapped(int rank, int first, int second) =>
        [.. Enumerable.Range(0, rank).Select(axis => axis == first ? second : axis == second ? first : axis)];
}
