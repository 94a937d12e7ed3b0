using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// A game whose players share constraints A z &lt;= b, such as a capacity: the variational generalized Nash equilibrium, in which all players see the same
/// multipliers (Rosen, 1965). The problem is that of (z, lambda): (F(z) + A^T lambda, b - A z) with lambda &gt;= 0, monotone if F is.
/// </summary>
public sealed class SharedConstraint : Operator
{
    private readonly Operator game;
    private readonly Tensor<double> a;
    private readonly Tensor<double> b;
    private readonly nint n;
    private readonly nint m;

    /// <summary>The game with the constraints of a matrix A [m, n] and b [m], which stay the caller's.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public SharedConstraint(Operator game, Tensor<double> a, Tensor<double> b)
    {
        ArgumentNullException.ThrowIfNull(game);
        if (a.Rank != 2 || b.Rank != 1 || a.Shape[0] != b.Shape[0])
        {
            throw new ArgumentException($"shared constraint: a matrix [m, n] and a vector [m] are needed; got {a.Shape} and {b.Shape}.");
        }

        (this.game, this.a, this.b) = (game, a, b);
        (m, n) = (a.Shape[0], a.Shape[1]);
        StrongMonotonicity = game.StrongMonotonicity is null ? null : 0;
    }

    /// <summary>The problem: the players' own set, and multipliers that are not negative behind it.</summary>
    /// <param name="game">The game.</param>
    /// <param name="set">The players' own feasible set, of vectors [n].</param>
    /// <param name="a">The matrix [m, n].</param>
    /// <param name="b">The vector [m].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static VariationalProblem Problem(Operator game, FeasibleSet set, Tensor<double> a, Tensor<double> b)
    {
        SharedConstraint shared = new(game, a, b);
        return new VariationalProblem(shared, new ProductSet((set, shared.n), (Box.Orthant, shared.m)));
    }

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        if (z.Shape != [n + m])
        {
            throw new ArgumentException($"shared constraint: points [{n + m}] are needed, {n} for the players and {m} multipliers; got {z.Shape}.", nameof(z));
        }

        using Scope scope = Scope.Begin();
        Tensor<double> quantities = z.Segment(0, [n]), multipliers = z.Segment(n, [m]);
        Tensor<double> pull = game.Apply(quantities) + multipliers.MatMul(a), slack = b - a.MatMul(quantities);
        return scope.Keep(Tensor.Concatenate(0, pull, slack));
    }
}
