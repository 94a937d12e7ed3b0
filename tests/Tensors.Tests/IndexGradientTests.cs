namespace Onsager.Tensors.Tests;

/// <summary>Gradients of index-like operations against central differences.</summary>
public sealed class IndexGradientTests
{
    private static readonly int[] Repeated = [2, 0, -1, 0];

    public static TheoryData<string, nint[], Func<Tensor<double>, Tensor<double>>> Functions => new()
    {
        { "reversed", [5], x => x.Flip(0).CumulativeSum(0).Square().Sum() + (x[AxisSlice.Stepped(-2)].Exp() * Ramp([3])).Sum() },
        { "parts", [3, 4], x => (x[.., 1..3].Exp() * x[.., ^2..]).Sum() * x[1, ..].Sum() },
        { "diagonal", [3, 4], x => (x.Diagonal(1).Exp() * Ramp([3])).Sum() + x.Diagonal().Square().Sum() },
        { "moved axes", [2, 3, 2], x => (x.MoveAxis(0, 2).Exp() * Ramp([3, 2, 2])).Sum() },
        { "a turn", [2, 3], x => (x.Rot90().Exp() * Ramp([3, 2])).Sum() },
        { "triangles", [2, 3, 3], x => (x.Tril(-1).Exp() * Ramp([2, 3, 3])).Sum() + (x.Triu(1).Square() * Ramp([2, 3, 3])).Sum() },
        { "embedded diagonals", [2, 3], x => (x.DiagEmbed(-1).Exp() * Ramp([2, 4, 4])).Sum() },
        { "concatenated", [2, 3], x => (Tensor.Concatenate(1, x, x.Square(), x.Flip(0)).Exp() * Ramp([2, 9])).Sum() },
        { "concatenated, one", [2, 3], x => (Tensor.Concatenate(0, x).Exp() * Ramp([2, 3])).Sum() },
        { "concatenated, many", [2], x => (Tensor.Concatenate(0, x, x.Exp(), Ramp([3]), x.Square(), x.Tanh(), x).Exp() * Ramp([13])).Sum() },
        { "stacked", [2, 3], x => (Tensor.Stack(1, x, x.Square(), x.Exp(), x, x.Tanh()).Square() * Ramp([2, 5, 3])).Sum() },
        { "split", [6], x => x.Split(0, 1, 2, 3).Select((part, i) => part.Exp().Sum() * (i + 1)).Aggregate((a, b) => a * b) },
        { "unstacked", [3, 2], x => x.Unstack().Select((part, i) => part.Square().Sum() * (i + 1)).Aggregate((a, b) => a + b) },
        { "margin of a value", [2, 3], x => (x.Pad([(1, 0), (2, 1)], 1.5).Exp() * Ramp([3, 6])).Sum() },
        { "mirrored margin", [3, 3], x => (x.Pad(PadMode.Reflect, (2, 1), (1, 2)).Exp() * Ramp([6, 6])).Sum() },
        { "margin of the edge", [2, 3], x => (x.Pad(PadMode.Edge, (2, 1), (0, 2)).Exp() * Ramp([5, 5])).Sum() },
        { "margin from the other end", [2, 3], x => (x.Pad(PadMode.Circular, (2, 1), (1, 3)).Exp() * Ramp([5, 7])).Sum() },
        { "tiled", [2, 3], x => (x.Tile(2, 1, 3).Exp() * Ramp([2, 2, 9])).Sum() },
        { "repeated", [2, 3], x => (x.RepeatInterleave(2, 1).Exp() * Ramp([2, 6])).Sum() + (x.RepeatInterleave(Tensor.From([2, 0]), 0).Square() * Ramp([2, 3])).Sum() },
        { "rolled", [2, 3], x => (x.Roll([1, -1], [0, 1]).Exp() * Ramp([2, 3])).Sum() },
        { "taken", [3, 4], x => (x.Take(0, Tensor.From(Repeated)).Exp() * Ramp([4, 4])).Sum() + (x.Take(1, Tensor.From([[0, 3], [3, 1]])).Square() * Ramp([3, 2, 2])).Sum() },
        { "taken from a view", [3, 4], x => (x.Transpose().Flip(1).Take(1, Tensor.From(Repeated)).Exp() * Ramp([4, 4])).Sum() },
        { "taken along an axis", [3, 4], x => (x.TakeAlongAxis(1, Tensor.From([[0, 0, 1], [3, 2, -1], [1, 1, 1]])).Exp() * Ramp([3, 3])).Sum() },
        { "taken along an axis, broadcast", [3, 1], x => (x.TakeAlongAxis(0, Tensor.From([[0, 2], [2, 2]])).Exp() * Ramp([2, 2])).Sum() },
        { "index add", [3, 2], x => (x.IndexAdd(0, Tensor.From(Repeated), Tensor.Concatenate(0, x.Square(), x[..1]).Exp()).Square() * Ramp([3, 2])).Sum() },
        { "scatter add", [3, 2], x => (x.ScatterAdd(0, Tensor.From([[0, 1], [0, 2]]), x[1..].Exp()).Square() * Ramp([3, 2])).Sum() },
        { "scatter", [3, 2], x => (x.Scatter(0, Tensor.From([[0, 1], [0, 2]]), x[1..].Exp()).Square() * Ramp([3, 2])).Sum() },
        { "scatter of one source", [3, 2], x => (x.Scatter(1, Tensor.From([[0], [1], [0]]), x[..1, ..1]).Square() * Ramp([3, 2])).Sum() },
        { "masked", [2, 3], x => (x[Mask()].Exp() * Ramp([3])).Sum() + (x.Transpose()[Tensor.From([true, false, true])].Square() * Ramp([2, 2])).Sum() },
        { "masked fill", [2, 3], x => (x.MaskedFill(Mask(), 0.5).Exp() * Ramp([2, 3])).Sum() },
        { "where", [2, 3], x => (Tensor.Where(Mask(), x.Exp(), x[.., ..1].Square()) * Ramp([2, 3])).Sum() },
        { "where of other NaN", [2, 3], x => Tensor.Where(x.GreaterThan(x.Square() + 100), Tensor.FullLike(x, double.NaN), x.Exp()).Square().Sum() },
        { "select and choose", [2, 3], x => (Tensor.Select<double>([Mask(), !Mask().Flip(0)], [x.Exp(), x], x.Square()) * Tensor.Choose(Mask().Cast<int>(), x.Tanh(), x)).Sum() },
        { "sorted", [3, 3], x => (x.Sort(0).Exp() * Ramp([3, 3])).Sum() + (x.Sort(1, isDescending: true).Square() * Ramp([3, 3])).Sum() },
        { "the greatest", [3, 3], x => (x.TopK(2, 1).Values.Exp() * Ramp([3, 2])).Sum() },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_gradient_is_what_differences_say(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Differences.Check(Ramp(extents), f);
        if (extents.Length == 2)
        {
            Differences.Check(Ramp([extents[1], extents[0]]), x => f(x.Transpose()));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Forward_and_second_derivatives_are_right_too(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Differences.CheckHigher(Ramp(extents), f);
    }

    [Fact]
    public void A_source_that_was_written_over_has_no_gradient()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From([1f, 2, 3]), zeros = Tensor.Zeros<float>([2]);
        Tensor<int> indices = Tensor.From([1, 0, 1]);
        Assert.Equal([0f, 1, 1], Autodiff.Grad(x, p => zeros.Scatter(0, indices, p).Sum()).ToArray());
    }

    [Fact]
    public void What_is_written_into_existing_memory_is_refused_while_a_gradient_is_recorded()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From([1f, 2]), y = Tensor.Zeros<float>([2]);
        Tensor<int> indices = Tensor.From([1, 0]);
        Tensor<bool> mask = Tensor.From([true, false]);
        Refused("take", p => p.TakeInto(0, indices, y));
        Refused("scatter", p => y.ScatterInto(0, indices, p, y));
        Refused("put", p => y.Put(indices, p));
        Refused("masked put", p => y[mask] = p[..1]);
        Refused("assignment", p => y[..] = p);
        Refused("concatenate", p => Tensor.ConcatenateInto(0, y, p));
        Refused("where", p => Tensor.WhereInto(mask, p, y, y));
        Refused("tril", p => p.Expand([1, 2]).TrilInto(Tensor.Zeros<float>([1, 2])));
        Refused("unique", p => p.Unique());
        Assert.Equal([0f, 0], y.ToArray());

        void Refused(string operation, Action<Tensor<float>> use) => Throws.Exactly<NotSupportedException>(
            $"{operation}: this operation has no derivative yet, and its input is being differentiated.",
            () => Autodiff.Grad(x, p =>
            {
                use(p);
                return p.Sum();
            }));
    }

    private static Tensor<bool> Mask() => Tensor.From([[true, false, true], [false, true, false]]);

    private static Tensor<double> Ramp(nint[] extents)
    {
        Shape shape = Shape.Create(extents);
        return Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Size).Select(i => ((i * 7 % 11) - 5.3) / 4.0)], shape);
    }
}
