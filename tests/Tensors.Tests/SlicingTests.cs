using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Slices by C# indices and ranges, steps in both directions, ellipses and new axes, against indices taken one by one.</summary>
public sealed class SlicingTests
{
    [Cases]
    public void Any_parts_show_the_elements_that_they_name_and_share_the_memory(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = RandomLayouts.Extents(random, 5);
        int next = 0;
        Naive<double> naive = Naive<double>.Of(extents, _ => next++);
        Tensor<double> x = RandomLayouts.Of(random, extents, naive.Elements);
        (AxisSlice[] parts, nint[] result, Func<nint[], nint[]> origin) = Parts(random, extents);
        Naive<double> expected = Naive<double>.Of(result, index => naive[origin(index)]);
        string what = $"{x.Shape}[{string.Join(", ", parts)}]";
        Same.Elements(expected, x[parts], what);

        // Assignment writes there and nowhere else.
        x[parts] = Tensor.Scalar(-1.0);
        HashSet<double> written = [.. expected.Elements];
        Same.Elements(new Naive<double>(extents, [.. naive.Elements.Select(e => written.Contains(e) ? -1 : e)]), x, what + " = -1");
    }

    [Fact]
    public void Syntax_reads_as_it_does_elsewhere()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> x = Tensor.Arange(24).Reshape(2, 3, 4);
        Assert.Equal(23, x[1, 2, 3]);
        Assert.Equal(23, x[-1, -1, -1]);
        Assert.Equal([20, 21, 22, 23], x[1, 2, ..].ToArray());
        Assert.Equal([20, 21, 22, 23], x[^1, ^1].ToArray());
        Assert.Equal([1, 2, 13, 14], x[.., 0, 1..3].ToArray());
        Assert.Equal([1, 2, 13, 14], x[.., 0, 1..^1].ToArray());
        Assert.Equal([3, 7, 11, 15, 19, 23], x[AxisSlice.Ellipsis, ^1].ToArray());
        Assert.Equal([3, 2, 1, 0], x[0, 0, AxisSlice.Stepped(-1)].ToArray());
        Assert.Equal([3, 1], x[0, 0, AxisSlice.Stepped(-2)].ToArray());
        Assert.Equal([2, 1], x[0, 0, AxisSlice.Stepped(-1, 2, 0)].ToArray());
        Assert.Equal([2, 1, 0], x[0, 0, AxisSlice.Stepped(-1, -2)].ToArray());
        Assert.Equal([0, 2], x[0, 0, AxisSlice.Stepped(2)].ToArray());
        Assert.Equal([0], x[0, 0, AxisSlice.Stepped(nint.MaxValue)].ToArray());
        Assert.Equal([3], x[0, 0, AxisSlice.Stepped(nint.MinValue)].ToArray());
        Assert.Equal("[1, 3, 1, 4]", x[AxisSlice.NewAxis, 0, .., AxisSlice.NewAxis].Shape.ToString());
        Assert.Equal([3, 2, 1], x[0, 0, ..].Slice(0, 3, 0, -1).ToArray());
        Assert.Equal([22, 23], x.Slice(2, ^2..)[1, 2, ..].ToArray());
        Assert.Equal([4, 5, 6, 7], x.Slice(0, 0).Slice(0, 1).ToArray());
        Assert.Empty(x[.., 3.., ..].ToArray());
        Assert.Empty(x[0, 0, AxisSlice.Stepped(-1, 0, 2)].ToArray());
        x[.., ^1, 0] = Tensor.From([-1, -2]);
        Assert.Equal(-1, x[0, 2, 0]);
        Assert.Equal(-2, x[1, 2, 0]);
        x[0, ..] = Tensor.Scalar(7);
        Assert.All(x[0, .., ..].ToArray(), e => Assert.Equal(7, e));
    }

    [Fact]
    public void Parts_are_written_as_in_C_sharp()
    {
        Assert.Equal("..", AxisSlice.All.ToString());
        Assert.Equal("1..^2", ((AxisSlice)(1..^2)).ToString());
        Assert.Equal("^1", ((AxisSlice)(^1)).ToString());
        Assert.Equal("-1", ((AxisSlice)(-1)).ToString());
        Assert.Equal("5.. by -2", AxisSlice.Stepped(-2, 5).ToString());
        Assert.Equal("...", AxisSlice.Ellipsis.ToString());
    }

    /// <summary>Parts, what shape they give, and from which index of the tensor an index of the slice comes.</summary>
    private static (AxisSlice[] Parts, nint[] Extents, Func<nint[], nint[]> Origin) Parts(Random random, nint[] extents)
    {
        List<AxisSlice> parts = [];
        List<nint> result = [];
        List<Func<nint[], nint>> origins = [];
        int written = random.Next(extents.Length + 1), ellipsis = random.Next(2) == 0 ? random.Next(written + 1) : -1, axis = 0;
        for (int i = 0; i <= written; i++)
        {
            if (i == ellipsis)
            {
                parts.Add(AxisSlice.Ellipsis);
                for (int whole = 0; whole < extents.Length - written; whole++)
                {
                    Keep(0, extents[axis], 1);
                }
            }

            if (random.Next(5) == 0 && result.Count + extents.Length - axis < 7)
            {
                parts.Add(AxisSlice.NewAxis);
                result.Add(1);
            }

            if (i < written)
            {
                Take();
            }
        }

        while (axis < extents.Length)
        {
            Keep(0, extents[axis], 1);
        }

        return ([.. parts], [.. result], index => [.. origins.Select(origin => origin(index))]);

        void Take()
        {
            nint extent = extents[axis];
            switch (random.Next(4))
            {
                case 0 when extent > 0:
                    nint at = random.Next((int)extent);
                    parts.Add(random.Next(3) switch { 0 => at, 1 => at - extent, _ => new Index((int)(extent - at), true) });
                    origins.Add(_ => at);
                    axis++;
                    break;
                case 1:
                    int start = random.Next((int)extent + 1), stop = random.Next((int)extent + 1);
                    parts.Add(random.Next(2) == 0 ? start..stop : ^((int)extent - start)..^((int)extent - stop));
                    Keep(start, nint.Max(0, stop - start), 1);
                    break;
                case 2 when extent > 0:
                    // Python's rules, index by index.
                    nint step = random.Next(2) == 0 ? random.Next(1, 4) : -random.Next(1, 4);
                    nint? from = random.Next(3) == 0 ? null : random.Next((int)extent), to = random.Next(3) == 0 ? null : random.Next((int)extent);
                    parts.Add(AxisSlice.Stepped(step, from is { } f && random.Next(2) == 0 ? f - extent : from, to is { } t && random.Next(2) == 0 ? t - extent : to));
                    nint first = from ?? (step > 0 ? 0 : extent - 1), count = 0;
                    for (nint place = first; step > 0 ? place < (to ?? extent) : place > (to ?? -1); place += step)
                    {
                        count++;
                    }

                    Keep(first, count, step);
                    break;
                default:
                    parts.Add(..);
                    Keep(0, extent, 1);
                    break;
            }
        }

        void Keep(nint first, nint count, nint step)
        {
            int place = result.Count;
            origins.Add(index => first + (index[place] * step));
            result.Add(count);
            axis++;
        }
    }
}
