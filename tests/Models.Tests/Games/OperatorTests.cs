using Onsager.Models.Games;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>Operators against their formulas and against each other: values, derivatives, resolvents.</summary>
public sealed class OperatorTests
{
    private static readonly Dictionary<string, Func<Operator>> Operators = new()
    {
        ["affine"] = () => new AffineOperator(Monotone(5), Random(9, 5)),
        ["affine without b"] = () => new AffineOperator(Monotone(5)),
        ["bilinear"] = () => new BilinearGame(Random(1, 2, 3), Random(2, 2), Random(3, 3), 0.3),
        ["bilinear plain"] = () => new BilinearGame(Random(1, 2, 3)),
        ["saddle"] = () => new SaddleOperator(2, 3, static (x, y) => (x.Square() * x.Square()).Sum() + (x.Sum() * y.Sin().Sum()) - y.Square().Sum()),
        ["players"] = () => new GameOperator(
            (2, static p => (p[0].Square().Sum() * (p[1].Square().Sum() + 1.0)) + (p[0].Sum() * p[2].Sum())),
            (2, static p => (p[1] * p[0]).Sum() + p[1].Exp().Sum()),
            (1, static p => (p[2].Sum() - p[0].Sum()).Square())),
        ["gradient"] = () => Operator.Gradient(static z => z.LogSumExp() + z.Square().Sum()),
        ["function"] = () => Operator.From(static z => z.Tanh() + z.Roll(1, 0)),
        ["market"] = () => new CournotGame(10, 0.7, Tensor.Linspace(1.0, 2, 5)),
        ["shared"] = () => new SharedConstraint(new CournotGame(10, 0.7, Tensor.Linspace(1.0, 2, 3)), Random(4, 2, 3), Random(5, 2)),
    };

    public static TheoryData<string> Names => [.. Operators.Keys];

    [Fact]
    public void Every_operator_is_here()
    {
        IEnumerable<Type> types = typeof(Operator).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operator)));
        using Scope scope = Scope.Begin();
        Assert.Empty(types.Except(Operators.Values.Select(make => make().GetType())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_are_those_of_differences_and_transposed_to_each_other(string name)
    {
        using Scope scope = Scope.Begin();
        Operator f = Operators[name]();
        Tensor<double> z = Random(11, 5), dz = Random(12, 5), dy = Random(13, 5);
        Tensor<double> along = f.Jvp(z, dz), back = f.Vjp(z, dy);
        const double H = 1e-5;
        double[] difference = ((f.Apply(z + (dz * H)) - f.Apply(z - (dz * H))) / (2 * H)).ToArray();
        Assert.All(difference.Zip(along.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * (1 + Math.Abs(pair.First))));
        double left = (along * dy).Sum().Item(), right = (back * dz).Sum().Item();
        Assert.Equal(left, right, 1e-12 * (1 + Math.Abs(left)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_into_memory_and_by_players_are_the_same(string name)
    {
        using Scope scope = Scope.Begin();
        Operator f = Operators[name]();
        Tensor<double> z = Random(21, 5), into = Tensor.Full<double>([5], double.NaN);
        double[] whole = f.Apply(z).ToArray(), before = z.ToArray();
        f.ApplyInto(z, into);
        Assert.Equal(whole, into.ToArray());
        Assert.Equal(before, z.ToArray());
        int start = 0;
        for (int player = 0; player < f.Players.Length; player++)
        {
            using Tensor<double> alone = Tensor.Full<double>([5], double.NaN);
            f.ApplyPlayerInto(player, z, alone);
            int length = (int)f.Players[player];
            Assert.Equal(whole[start..(start + length)], alone.ToArray()[start..(start + length)]);
            start += length;
        }
    }

    [Fact]
    public void A_saddle_by_differentiation_is_the_bilinear_game_in_closed_form()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Random(1, 2, 3), b = Random(2, 2), c = Random(3, 3), z = Random(6, 5);
        SaddleOperator saddle = new(2, 3, (x, y) => (x.MatMul(a) * y).Sum() + (b * x).Sum() - (c * y).Sum() + ((x.Square().Sum() - y.Square().Sum()) * 0.15));
        AssertClose(new BilinearGame(a, b, c, 0.3).Apply(z), saddle.Apply(z), 1e-14);
        GameOperator players = new(
            (2, p => (p[0].MatMul(a) * p[1]).Sum() + (b * p[0]).Sum() + (p[0].Square().Sum() * 0.15)),
            (3, p => (c * p[1]).Sum() - (p[0].MatMul(a) * p[1]).Sum() + (p[1].Square().Sum() * 0.15)));
        AssertClose(saddle.Apply(z), players.Apply(z), 1e-14);
    }

    [Fact]
    public void Rows_of_a_batch_have_the_bits_that_they_have_alone()
    {
        using Scope scope = Scope.Begin();
        BilinearGame game = new(Random(1, 20, 30), mu: 0.1);
        Tensor<double> batch = Random(2, 4, 50), f = Tensor.Empty<double>([4, 50]);
        game.ApplyInto(batch, f);
        for (int row = 0; row < 4; row++)
        {
            Assert.Equal(game.Apply(batch[row, ..].Clone()).ToArray(), f[row, ..].ToArray());
        }
    }

    [Theory]
    [InlineData("affine")]
    [InlineData("affine without b")]
    [InlineData("bilinear")]
    [InlineData("bilinear plain")]
    [InlineData("market")]
    public void Resolvents_solve_their_equation(string name)
    {
        using Scope scope = Scope.Begin();
        Operator f = Operators[name]();
        foreach (double step in (ReadOnlySpan<double>)[0.01, 0.5, 1, 20])
        {
            Tensor<double> z = Random(31, 5), u = Tensor.Zeros<double>([5]);
            Assert.True(f.TryResolventInto(z, step, WholeSpace.Instance, u));
            AssertClose(z, u + (f.Apply(u) * step), 1e-11 * (1 + step));
        }
    }

    /// <summary>u is the resolvent on a box if and only if u is the projection of u - (u - z + step F(u)).</summary>
    [Fact]
    public void The_markets_resolvent_on_a_box_solves_its_inequality()
    {
        using Scope scope = Scope.Begin();
        CournotGame market = new(10, 0.7, Tensor.Linspace(1.0, 9, 8));
        Box box = new(0, 2);
        foreach (double step in (ReadOnlySpan<double>)[0.01, 1, 50])
        {
            Tensor<double> z = Random(32, 8), u = Tensor.Zeros<double>([8]);
            Assert.True(market.TryResolventInto(z, step, box, u));
            Tensor<double> moved = z - (market.Apply(u) * step);
            box.ProjectInPlace(moved);
            AssertClose(moved, u, 1e-12 * (1 + step));
        }

        Assert.False(market.TryResolventInto(Random(1, 8), 1, new Simplex(8), Random(2, 8)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(600)]
    public void Matrices_have_the_singular_values_that_were_asked_for(int n)
    {
        using Scope scope = Scope.Begin();
        double[] singular = [.. Enumerable.Range(0, n).Select(i => 0.5 + (i % 3))];
        Tensor<double> a = BilinearGame.Matrix(singular, new RandomStream(1)), square = a.Transpose().MatMul(a);

        // The traces of the powers of A^T A are the sums of the powers of the squares.
        for (int power = 1; power <= 3; power++)
        {
            double trace = (Tensor.Identity<double>(n) * square).Sum().Item(), expected = singular.Sum(s => Math.Pow(s, 2 * power));
            Assert.Equal(expected, trace, 1e-11 * expected);
            square = square.MatMul(a.Transpose().MatMul(a));
        }
    }

    [Fact]
    public void Closed_forms_of_the_market_solve_it()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> costs = Tensor.Linspace(1.0, 2, 10);
        CournotGame market = new(10, 1, costs);
        Tensor<double> q = market.Equilibrium();
        Assert.All(market.Apply(q).ToArray(), f => Assert.Equal(0, f, 1e-13));
        Assert.Equal(7.727273, q.Sum().Item(), 1e-6);
        (Tensor<double> under, double price) = market.EquilibriumUnder(6);
        Assert.Equal(1.9, price, 1e-14);
        Assert.Equal(6, under.Sum().Item(), 1e-13);
        Assert.All(market.Apply(under).ToArray(), f => Assert.Equal(-1.9, f, 1e-13));
        Throws.Exactly<InvalidOperationException>("cournot game: a capacity of 9 does not bind: its price would be -1.4.", () => market.EquilibriumUnder(9));
        Assert.Contains("a firm would sell -", Assert.Throws<InvalidOperationException>(() => new CournotGame(3, 1, Tensor.Linspace(1.0, 2.9, 10)).Equilibrium()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Games_that_do_not_fit_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> a = Random(1, 2, 3);
        Throws.Exactly<ArgumentException>("bilinear game: a matrix [m, n] with b [m] and c [n] is needed; got [2, 3], b [3].", () => _ = new BilinearGame(a, Random(1, 3)));
        Throws.Exactly<ArgumentException>("bilinear game: points [5] or [batch, 5] are needed for a matrix [2, 3]; got [4].", () => new BilinearGame(a).Apply(Random(1, 4)));
        Throws.Exactly<ArgumentException>("affine operator: a square matrix and a vector of its size are needed; got [2, 3].", () => _ = new AffineOperator(a));
        Throws.Exactly<ArgumentException>("saddle operator: points [3] are needed, the players' vectors one after the other; got [4].", () => new SaddleOperator(1, 2, (x, y) => x.Sum() * y.Sum()).Apply(Random(1, 4)));
        Throws.Exactly<ArgumentException>("game operator: at least one player is needed.", () => _ = new GameOperator());
        Throws.Exactly<ArgumentException>("cournot game: quantities [3] are needed, one for each firm; got [4].", () => new CournotGame(1, 1, Random(1, 3)).Apply(Random(1, 4)));
        Throws.Exactly<ArgumentException>("shared constraint: a matrix [m, n] and a vector [m] are needed; got [2, 3] and [3].", () => _ = new SharedConstraint(new BilinearGame(a), a, Random(1, 3)));
        Throws.Exactly<ArgumentException>(
            "operator: a point of shape [3] was mapped to shape []; F maps points to vectors of their own shape.", () => Operator.From(z => z.Sum()).ApplyInto(Random(1, 3), Random(2, 3)));
        Throws.Exactly<ArgumentOutOfRangeException>("operator: a Lipschitz constant is finite and not negative.", () => Operator.From(z => z, lipschitz: -1));
        Throws.Exactly<ArgumentOutOfRangeException>("operator: a constant of strong monotonicity is finite and not negative.", () => Operator.From(z => z, strongMonotonicity: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixGame.RockPaperScissors(0));
    }

    internal static Tensor<double> Random(ulong seed, params nint[] shape) => new RandomStream(seed).Normal<double>(Shape.Create(shape));

    internal static void AssertClose(Tensor<double> expected, Tensor<double> actual, double tolerance) =>
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));

    /// <summary>A random skew part and a positive definite symmetric one.</summary>
    private static Tensor<double> Monotone(int n)
    {
        Tensor<double> g = Random(7, n, n), h = Random(8, n, n);
        return g - g.Transpose() + (h.MatMul(h.Transpose()) * 0.2);
    }
}
