using Onsager.Simd;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>
/// Ranks 0 to 8 with zero extents, permuted, stepped, shifted, reversed and repeated axes against loops over indices. A case that fails is
/// made smaller as long as it fails, and named by its seed and extents: the seed alone decides how axes lie, the extents how long they are.
/// </summary>
[Collection(Alone.Name)]
public sealed class ShapeFuzzTests
{
    [Fact]
    public void Copies_and_views() => Fuzz(static (seed, extents) =>
    {
        Tensor<double> x = Lay(seed, extents, true, out double[] elements), target = Lay(seed + 1, extents, false, out _);
        Bits.AssertSame<double>(elements, x.ToArray(), "elements");
        Bits.AssertSame<double>(elements, x.Clone().ToArray(), "clone");
        x.CopyInto(target);
        Bits.AssertSame<double>(elements, target.ToArray(), "copy");
        target.Fill(7);
        Assert.All(target.ToArray(), value => Assert.Equal(7, value));
        Bits.AssertSame<double>(elements, x.ToArray(), "the source");
    });

    [Fact]
    public void Operators_of_one_input() => Fuzz(static (seed, extents) =>
    {
        Tensor<double> x = Lay(seed, extents, true, out double[] elements), target = Lay(seed + 1, extents, false, out _);
        double[] expected = [.. elements.Select(value => Bits.Apply<Tanh, double>(value))];
        Bits.AssertSame<double>(expected, x.Tanh().ToArray(), "tanh");
        x.TanhInto(target);
        Bits.AssertSame<double>(expected, target.ToArray(), "tanh into");
        Bits.AssertSame<double>([.. elements.Select(value => value * 0.3)], (x * 0.3).ToArray(), "times a scalar");
    });

    [Fact]
    public void Operators_of_two_and_three_inputs_that_broadcast() => Fuzz(static (seed, extents) =>
    {
        Random random = new(seed);
        nint[] narrow = [.. extents.Select(extent => random.Next(3) == 0 ? 1 : extent)], last = [.. extents[random.Next(extents.Length + 1)..]];
        Tensor<double> x = Lay(seed, extents, true, out double[] xs), y = Lay(seed + 1, narrow, true, out double[] ys), z = Lay(seed + 2, last, true, out double[] zs);
        double[] second = new Naive<double>(narrow, ys).Expand(extents).Elements, third = new Naive<double>(last, zs).Expand(extents).Elements;
        Tensor<double> target = Lay(seed + 3, extents, false, out _);
        Bits.AssertSame<double>([.. xs.Select((value, i) => value - second[i])], (x - y).ToArray(), "x - y");
        y.SubtractInto(x, target);
        Bits.AssertSame<double>([.. xs.Select((value, i) => second[i] - value)], target.ToArray(), "y - x into");
        Bits.AssertSame<double>([.. xs.Select((value, i) => Math.FusedMultiplyAdd(third[i], second[i], value))], z.FusedMultiplyAdd(y, x).ToArray(), "fma");
    });

    [Fact]
    public void Reductions_over_any_axes() => Fuzz(static (seed, extents) =>
    {
        Random random = new(seed);
        Tensor<double> x = Lay(seed, extents, true, out double[] elements);
        int[] axes = [.. Enumerable.Range(0, extents.Length).Where(_ => random.Next(2) == 0)], kept = [.. Enumerable.Range(0, extents.Length).Except(axes)];
        nint[] inner = [.. axes.Select(axis => extents[axis])], outer = [.. kept.Select(axis => extents[axis])];
        Naive<double> lines = new Naive<double>(extents, elements).Permute([.. kept, .. axes]);
        int count = (int)inner.Aggregate((nint)1, (a, b) => a * b), results = (int)outer.Aggregate((nint)1, (a, b) => a * b);
        double[] sums = [.. Enumerable.Range(0, results).Select(line => Reduce.Sum<double>(lines.Elements.AsSpan(line * count, count)))];
        Bits.AssertSame<double>(sums, x.Sum(axes).ToArray(), "sum");
        Tensor<double> keeping = x.Sum(axes, keepDimensions: true);
        Assert.Equal(Shape.Create([.. extents.Select((extent, axis) => axes.Contains(axis) ? 1 : extent)]), keeping.Shape);
        Bits.AssertSame<double>(sums, keeping.ToArray(), "sum that keeps its axes");
        if (count > 0)
        {
            double[] largest = [.. Enumerable.Range(0, results).Select(line => lines.Elements.AsSpan(line * count, count).ToArray().Max())];
            Bits.AssertSame<double>(largest, x.Max(axes).ToArray(), "max");
        }
    });

    [Fact]
    public void Products_of_batches_and_vectors() => Fuzz(static (seed, extents) =>
    {
        Random random = new(seed);
        nint m = random.Next(5), n = random.Next(5), k = random.Next(5);
        nint[] batch = [.. extents.Take(random.Next(Shape.MaxRank - 1))], narrow = [.. batch.Select(extent => random.Next(3) == 0 ? 1 : extent)];
        Tensor<double> a = Lay(seed, [.. batch, m, k], true, out double[] left), b = Lay(seed + 1, [.. narrow, k, n], true, out double[] right);
        Naive<double> x = new([.. batch, m, k], left), y = new Naive<double>([.. narrow, k, n], right).Expand([.. batch, k, n]);
        double[] expected = Naive<double>.Of([.. batch, m, n], index =>
        {
            double sum = 0;
            for (nint p = 0; p < k; p++)
            {
                sum = Math.FusedMultiplyAdd(x[[.. index[..^1], p]], y[[.. index[..^2], p, index[^1]]], sum);
            }

            return sum;
        }).Elements;
        Bits.AssertSame<double>(expected, a.MatMul(b).ToArray(), "product");
        Tensor<double> target = Lay(seed + 2, [.. batch, m, n], false, out _);
        a.MatMulInto(b, target);
        Bits.AssertSame<double>(expected, target.ToArray(), "product into");
        Tensor<double> vector = Lay(seed + 3, [k], true, out double[] column);
        double[] applied = Naive<double>.Of([.. batch, m], index => Enumerable.Range(0, (int)k).Aggregate(0.0, (sum, p) => Math.FusedMultiplyAdd(x[[.. index, p]], column[p], sum))).Elements;
        Bits.AssertSame<double>(applied, a.MatMul(vector).ToArray(), "times a vector");
    });

    /// <summary>Columns of five bytes that lie 2^30 apart: of the memory only their pages are touched.</summary>
    [Fact]
    public void Strides_past_what_a_span_reaches()
    {
        try
        {
            using Scope scope = Scope.Begin();
            Tensor<byte> wide = Tensor.Empty<byte>([5, (nint)1 << 30]), column = wide.Slice(1, 77, 78), other = wide.Slice(1, 1_000_000, 1_000_001);
            column.CopyFrom([1, 2, 3, 4, 5]);
            Assert.Equal([5, 4, 3, 2, 1], column.View(column.Layout.Reverse(0)).Clone().ToArray());
            column.Clone().CopyInto(other.View(other.Layout.Reverse(0)));
            Assert.Equal([5, 4, 3, 2, 1], other.ToArray());
            column.Fill(9);
            Assert.Equal(9, wide[4, 77]);
        }
        finally
        {
            Device.Cpu.TrimPool();
        }
    }

    [Fact]
    public void Copies_of_more_than_2_to_the_31_elements()
    {
        try
        {
            nint size = ((nint)1 << 31) + 9;
            using Scope scope = Scope.Begin();
            Tensor<byte> one = Tensor.Full<byte>([1], 3), many = one.Expand([size]).Clone();
            Assert.Equal(size, many.Size);
            many[size - 2] = 4;
            Assert.Equal([3, 4, 3], many.Slice(0, size - 3, size).ToArray());
            Assert.Equal([3, 3], many.Slice(0, 0, size, size - 1).ToArray());
        }
        finally
        {
            Device.Cpu.TrimPool();
        }
    }

    private static void Fuzz(Action<int, nint[]> check)
    {
        for (int seed = 0; seed < CasesAttribute.Count; seed++)
        {
            nint[] extents = RandomLayouts.Extents(new Random(seed), Shape.MaxRank, largest: 4);
            if (Failure(check, seed, extents) is not { } failure)
            {
                continue;
            }

            // One axis at a time becomes shorter, or 1, as long as it goes on failing.
            for (bool shrinks = true; shrinks;)
            {
                shrinks = false;
                for (int axis = 0; axis < extents.Length; axis++)
                {
                    nint[] smaller = [.. extents];
                    smaller[axis] = extents[axis] > 1 ? extents[axis] - 1 : extents[axis];
                    if (smaller[axis] != extents[axis] && Failure(check, seed, smaller) is { } again)
                    {
                        (extents, failure, shrinks) = (smaller, again, true);
                    }
                }
            }

            Assert.Fail($"seed {seed}, extents [{string.Join(", ", extents)}]: {failure}");
        }
    }

    private static Exception? Failure(Action<int, nint[]> check, int seed, nint[] extents) => Record.Exception(() =>
    {
        using Scope scope = Scope.Begin();
        check(seed, extents);
    });

    /// <summary>A tensor whose axes lie in memory as the seed says, and its elements by the indices that were written.</summary>
    private static Tensor<double> Lay(int seed, nint[] extents, bool repeats, out double[] elements)
    {
        Random random = new(seed * 7919);
        int rank = extents.Length;
        int[] order = [.. Enumerable.Range(0, Shape.MaxRank)];
        random.Shuffle(order);
        order = [.. order.Where(axis => axis < rank)];
        (int Start, int Step, bool Back, bool Repeats)[] axes =
            [.. Enumerable.Range(0, Shape.MaxRank).Select(_ => (random.Next(3), random.Next(1, 4), random.Next(3) == 0, repeats && random.Next(6) == 0))];
        nint[] stored = [.. order.Select(axis => axes[axis].Start + ((axes[axis].Repeats ? 1 : extents[axis]) * axes[axis].Step))];
        Tensor<double> view = Tensor.Full(Shape.Create(stored), double.NaN).Permute([.. Enumerable.Range(0, rank).Select(axis => Array.IndexOf(order, axis))]);
        for (int axis = 0; axis < rank; axis++)
        {
            (int start, int step, bool back, bool repeat) = axes[axis];
            nint count = repeat ? 1 : extents[axis];
            view = view.Slice(axis, start, start + (count * step), step);
            view = back ? view.View(view.Layout.Reverse(axis)) : view;
        }

        nint[] own = [.. view.Shape.AsSpan()];
        Naive<double> naive = Naive<double>.Of(own, index => (random.Next(-40, 40) / 8.0) + 0.0625);
        int next = 0;
        foreach (nint[] index in Naive<double>.Indices(own))
        {
            view[index] = naive.Elements[next++];
        }

        elements = naive.Expand(extents).Elements;
        return view.Expand(Shape.Create(extents));
    }
}
