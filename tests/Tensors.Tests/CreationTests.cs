using FsCheck;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Sequences, grids, diagonals and triangles, against loops.</summary>
public sealed class CreationTests
{
    [Fact]
    public void Ranges_stop_before_their_end()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal([0, 1, 2, 3], Tensor.Arange(4).ToArray());
        Assert.Equal([5, 3, 1], Tensor.Arange(5, 0, -2).ToArray());
        Assert.Equal([5, 3], Tensor.Arange(5, 1, -2).ToArray());
        Assert.Empty(Tensor.Arange(5, 0, 2).ToArray());
        Assert.Empty(Tensor.Arange(3, 3, 1).ToArray());
        Assert.Equal([long.MinValue, -1, long.MaxValue - 1], Tensor.Arange(long.MinValue, long.MaxValue, long.MaxValue).ToArray());
        Assert.Equal([250, 253], Tensor.Arange((byte)250, (byte)255, (byte)3).ToArray().Select(x => (int)x));
        Assert.Equal([0f, 0.1f, 0.2f, 0.3f], Tensor.Arange(0f, 0.35f, 0.1f).ToArray());
        Assert.Equal([1.0, 0.75, 0.5], Tensor.Arange(1, 0.25, -0.25).ToArray());
        Assert.Equal([(Half)0, (Half)1], Tensor.Arange((Half)2).ToArray());
        Assert.Equal(16777218f, Tensor.Arange(16777210f, 16777230f, 2f)[4]);
        Tensor<int> every = Tensor.Zeros<int>([6]);
        Tensor.ArangeInto(3, -1, every.Slice(0, 0, 6, 2));
        Assert.Equal([3, 0, 2, 0, 1, 0], every.ToArray());
    }

    [Fact]
    public void Equal_distances_end_exactly_where_they_should()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal([0.0, 0.25, 0.5, 0.75, 1], Tensor.Linspace(0.0, 1, 5).ToArray());
        Assert.Equal([0.0, 0.25, 0.5, 0.75], Tensor.Linspace(0.0, 1, 4, includeStop: false).ToArray());
        Assert.Equal([3f], Tensor.Linspace(3f, 7, 1).ToArray());
        Assert.Empty(Tensor.Linspace(3f, 7, 0).ToArray());
        Assert.Equal([2f, 1, 0], Tensor.Linspace(2f, 0, 3).ToArray());
        Tensor<float> many = Tensor.Linspace(0.1f, 0.7f, 1000);
        Assert.Equal(0.1f, many[0]);
        Assert.Equal(0.7f, many[-1]);
        Tensor<double> column = Tensor.Zeros<double>([3, 2]);
        Tensor.LinspaceInto(1.0, 2, column.Select(1, 1));
        Assert.Equal([0, 1, 0, 1.5, 0, 2], column.ToArray());
    }

    [Fact]
    public void Triangles_of_nothing_take_no_time_whatever_their_rows()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Empty<float>([(nint)1 << 40, 0]);
        Assert.Equal(x.Shape, x.Tril().Shape);
        Assert.Equal(x.Shape, x.Triu(-3).Shape);
    }

    [Cases]
    public void Triangles_and_diagonals_are_where_indices_say(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        using Scope scope = Scope.Begin();
        nint[] extents = [.. RandomLayouts.Extents(random, 2, largest: 3), random.Next(5), random.Next(5)];
        nint offset = random.Next(9) switch { 0 => nint.MaxValue, 1 => nint.MinValue, int k => k - 5 };
        Tensor<float> x = RandomLayouts.Make<float>(random, extents);
        Naive<float> naive = Same.Seen(x);
        Naive<float> lower = Naive<float>.Of(extents, index => (Int128)index[^1] - index[^2] <= offset ? naive[index] : 0);
        Naive<float> upper = Naive<float>.Of(extents, index => (Int128)index[^1] - index[^2] >= offset ? naive[index] : 0);
        Same.Both(random, lower, () => x.Tril(offset), y => x.TrilInto(y, offset), $"tril {offset} of {x.Shape}");
        Same.Both(random, upper, () => x.Triu(offset), y => x.TriuInto(y, offset), $"triu {offset} of {x.Shape}");
        Tensor<float> self = RandomLayouts.Of(random, extents, naive.Elements);
        self.TriuInto(self, offset);
        Same.Elements(upper, self, "triu in place");

        nint shift = random.Next(-3, 4), n = extents[^1] + nint.Abs(shift);
        Naive<float> embedded = Naive<float>.Of([.. extents[..^1], n, n], index =>
            index[^1] - index[^2] == shift ? naive[[.. index[..^2], nint.Min(index[^1], index[^2])]] : 0);
        Same.Both(random, embedded, () => x.DiagEmbed(shift), y => x.DiagEmbedInto(y, shift), $"embed {shift}");
        Same.Elements(naive, x.DiagEmbed(shift).Diagonal(shift, -2, -1), "diagonal of the embedded");

        nint[] square = extents[^2..];
        Naive<int> eye = Naive<int>.Of(square, index => index[1] - index[0] == shift ? 1 : 0);
        Same.Both(random, eye, () => Tensor.Eye<int>(square[0], square[1], shift), y => Tensor.EyeInto(y, shift), $"eye {shift}");
        Assert.True(Tensor.Eye<float>(3).ArrayEqual(Tensor.Identity<float>(3)));
    }

    [Fact]
    public void Tensors_are_made_like_others_and_from_arrays()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> x = Tensor.From(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([2, 3], x.Shape.AsSpan().ToArray().Select(e => (int)e));
        Assert.Equal([1, 2, 3, 4, 5, 6], x.ToArray());
        Assert.Equal([1, 2, 3, 4], Tensor.From([[1, 2], [3, 4]]).ToArray());
        Assert.Equal("[0, 0]", Tensor.From(Array.Empty<int[]>()).Shape.ToString());
        Assert.Equal("[2, 1, 3]", Tensor.From(new int[2, 1, 3]).Shape.ToString());
        Assert.Equal("[2, 1, 0, 3]", Tensor.From(new int[2, 1, 0, 3]).Shape.ToString());
        Assert.Equal([0, 0, 0, 0, 0, 0], Tensor.ZerosLike(x).ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1], Tensor.OnesLike(x.Transpose()).ToArray());
        Assert.Equal([7, 7, 7, 7, 7, 7], Tensor.FullLike(x, 7).ToArray());
        Assert.Equal(x.Shape, Tensor.EmptyLike(x).Shape);
    }

    [Fact]
    public void A_grid_has_the_coordinates_of_its_points()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> rows = Tensor.Arange(2), columns = Tensor.Arange(10, 16, 2).Flip(0), layers = Tensor.Arange(1);
        Tensor<int>[] grid = Tensor.Meshgrid<int>([rows, columns, layers]);
        foreach (nint[] index in Naive<int>.Indices([2, 3, 1]))
        {
            Assert.Equal([rows[index[0]], columns[index[1]], layers[index[2]]], grid.Select(g => g[index]));
        }

        Tensor<int>[] xy = Tensor.Meshgrid<int>([rows, columns], isXy: true);
        Assert.Equal([0, 1, 0, 1, 0, 1], xy[0].ToArray());
        Assert.Equal([14, 14, 12, 12, 10, 10], xy[1].ToArray());
        Assert.Equal(rows.Node.Storage, xy[0].Node.Storage);
        Assert.Empty(Tensor.Meshgrid<int>([]));
    }

    [Fact]
    public void A_cast_goes_into_any_layout()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From(new[,] { { 1.5f, -2.5f }, { float.NaN, 1e10f } });
        Tensor<int> y = Tensor.Zeros<int>([2, 4]);
        x.Transpose().CastInto(y.Slice(1, 3, 0, -2));
        Assert.Equal([0, 0, 0, 1, 0, int.MaxValue, 0, -2], y.ToArray());
        Tensor<Half> half = Tensor.Empty<Half>([2, 2]);
        x.CastInto(half);
        Assert.Equal([(Half)1.5, (Half)(-2.5), Half.NaN, Half.PositiveInfinity], half.ToArray());
    }
}
