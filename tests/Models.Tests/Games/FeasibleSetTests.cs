using Onsager.Models.Games;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>Projections, proximal maps and support functions: against known values, and against what defines them.</summary>
public sealed class FeasibleSetTests
{
    private static readonly Dictionary<string, Func<ProximalTerm>> Terms = new()
    {
        ["whole space"] = () => WholeSpace.Instance,
        ["box"] = () => new Box(-0.5, 1),
        ["orthant"] = () => Box.Orthant,
        ["ball"] = () => new Ball(Tensor.From<double>([1, 0, -1, 0.5, 0, 2], [6]), 1.5),
        ["half-space"] = () => new HalfSpace(Tensor.From<double>([1, -2, 0, 3, 0.5, 0], [6]), 0.7),
        ["simplex"] = () => new Simplex(6),
        ["simplex of sum 3"] = () => new Simplex(6, 3),
        ["product"] = () => new ProductSet((new Simplex(3), 3), (new Box(0, 2), 1), (new Simplex(2, 0.5), 2)),
        ["l1"] = () => new L1Norm(0.8),
    };

    public static TheoryData<string> Names => [.. Terms.Keys];

    /// <summary>p = prox(z) if and only if (z - p) . (u - p) &lt;= step (g(u) - g(p)) for all u: tested at many u of the set.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_proximal_map_satisfies_the_inequality_that_defines_it(string name)
    {
        using Scope scope = Scope.Begin();
        ProximalTerm term = Terms[name]();
        RandomStream random = new(3);
        for (int trial = 0; trial < 40; trial++)
        {
            double step = 0.25 * (1 + (trial % 4));
            Tensor<double> z = random.Normal<double>([6], 0, 2), p = Prox(term, z, step);
            for (int other = 0; other < 20; other++)
            {
                Tensor<double> u = Prox(term, random.Normal<double>([6], 0, 2), 1);
                double left = ((z - p) * (u - p)).Sum().Item();
                Assert.True(left <= (step * (term.Value(u) - term.Value(p))) + 1e-12, $"{name}: {left}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_projection_of_a_projection_changes_nothing(string name)
    {
        using Scope scope = Scope.Begin();
        if (Terms[name]() is FeasibleSet set)
        {
            Tensor<double> p = Prox(set, new RandomStream(4).Normal<double>([6], 0, 3), 1), again = Prox(set, p, 1);
            Assert.All(p.ToArray().Zip(again.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
            Assert.True(set.Contains(p));
            Assert.Equal(0, set.Value(p));
        }
    }

    /// <summary>The support is the largest direction . u - g(u): never passed, and nearly reached by far points in its direction.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_support_is_a_least_upper_bound(string name)
    {
        using Scope scope = Scope.Begin();
        ProximalTerm term = Terms[name]();
        RandomStream random = new(5);
        for (int trial = 0; trial < 30; trial++)
        {
            Tensor<double> direction = random.Normal<double>([6]);
            double support = term.Support(direction), reached = double.NegativeInfinity;
            foreach (double far in (ReadOnlySpan<double>)[0, 0.5, 1, 10, 1e3, 1e5])
            {
                Tensor<double> u = Prox(term, direction * far, 1);
                reached = Math.Max(reached, (direction * u).Sum().Item() - term.Value(u));
            }

            Assert.True(reached <= support + (1e-9 * Math.Abs(support)) + 1e-12, $"{name}: {reached} > {support}");
            Assert.True(double.IsPositiveInfinity(support) ? name == "l1" || reached > 100 : reached >= support - 1e-4 - (1e-4 * Math.Abs(support)), $"{name}: {reached} < {support}");
        }
    }

    [Fact]
    public void Known_projections()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal([0.5, 0.5, 0], Projected(new Simplex(3), 1, 1, -1), Near);
        Assert.Equal([1.0, 0, 0], Projected(new Simplex(3), 5, 1, 1), Near);
        Assert.Equal([0.4, 0.6], Projected(new Simplex(2), 0.4, 0.6), Near);
        Assert.Equal([1.0], Projected(new Simplex(1), -7), Near);
        Assert.Equal([0.6, 0.8], Projected(new Ball(Tensor.Zeros<double>([2]), 1), 3, 4), Near);
        Assert.Equal([0.5, 0.5], Projected(new HalfSpace(Tensor.Ones<double>([2]), 1), 1, 1), Near);
        Assert.Equal([0.0, 1, 0.25], Projected(new Box(0, 1), -3, 3, 0.25), Near);
        Assert.Equal([1.5, 0, -0.5], Prox(new L1Norm(1), Tensor.From<double>([2, 0.25, -1], [3]), 0.5).ToArray(), Near);
    }

    [Fact]
    public void NaN_is_not_hidden_by_a_projection()
    {
        using Scope scope = Scope.Begin();
        Assert.Contains(Projected(new Simplex(3), 1, double.NaN, 0), double.IsNaN);
        Assert.Contains(Projected(new Box(0, 1), 1, double.NaN, 0), double.IsNaN);
    }

    [Fact]
    public void Support_of_unbounded_sets_is_infinite_where_it_should_be()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal(0, WholeSpace.Instance.Support(Tensor.Zeros<double>([2])));
        Assert.Equal(double.PositiveInfinity, WholeSpace.Instance.Support(Tensor.Ones<double>([2])));
        Assert.Equal(0, Box.Orthant.Support(Tensor.From<double>([-1, 0], [2])));
        Assert.Equal(double.PositiveInfinity, Box.Orthant.Support(Tensor.From<double>([-1, 1e-9], [2])));
        Assert.Equal(0, new L1Norm(0.8).Support(Tensor.From<double>([0.5, -0.8, 0], [3])));
        Assert.Equal(double.PositiveInfinity, new L1Norm(0.8).Support(Tensor.From<double>([0.5, -0.81, 0], [3])));
        HalfSpace half = new(Tensor.From<double>([1, 1], [2]), 3);
        Assert.Equal(6, half.Support(Tensor.From<double>([2, 2], [2])), 1e-12);
        Assert.Equal(double.PositiveInfinity, half.Support(Tensor.From<double>([-1, -1], [2])));
    }

    [Fact]
    public void Sets_without_meaning_are_named()
    {
        using Scope scope = Scope.Begin();
        Throws.Exactly<ArgumentException>("box: bounds low <= high are needed; got 2 and 1.", () => _ = new Box(2, 1));
        Throws.Exactly<ArgumentException>("box: bounds low <= high are needed; got NaN and 1.", () => _ = new Box(double.NaN, 1));
        Throws.Exactly<ArgumentOutOfRangeException>("ball: the radius is positive and finite.", () => _ = new Ball(Tensor.Zeros<double>([2]), 0));
        Throws.Exactly<ArgumentOutOfRangeException>("simplex: the sum is positive and finite.", () => _ = new Simplex(3, -1));
        Throws.Exactly<ArgumentOutOfRangeException>("l1 norm: the weight is finite and not negative.", () => _ = new L1Norm(double.NaN));
        Throws.Exactly<ArgumentException>("product set: at least one part is needed.", () => _ = new ProductSet());
        Throws.Exactly<ArgumentException>("product set: a simplex of 3 elements does not hold vectors [2]: it holds vectors [3].", () => _ = new ProductSet((new Simplex(3), 2)));
        Assert.Throws<ArgumentException>(() => _ = new HalfSpace(Tensor.Zeros<double>([2]), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Simplex(0));
    }

    private static bool Near(double x, double y) => Math.Abs(x - y) <= 1e-15;

    private static double[] Projected(FeasibleSet set, params double[] z) => Prox(set, Tensor.From<double>(z, [z.Length]), 1).ToArray();

    private static Tensor<double> Prox(ProximalTerm term, Tensor<double> z, double step)
    {
        Tensor<double> p = z.Clone();
        term.ProxInPlace(p, step);
        return p;
    }
}
