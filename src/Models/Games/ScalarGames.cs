using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// min over x, max over y of a scalar function f(x, y), by automatic differentiation: F = (df/dx, -df/dy). A point is a vector [m + n], x before y;
/// f gets them as vectors [m] and [n].
/// </summary>
public sealed class SaddleOperator : Operator
{
    private readonly Func<Tensor<double>, Tensor<double>> f;
    private readonly nint[] players;

    /// <summary>The game of f, whose result is a scalar.</summary>
    /// <param name="m">The length of x, which minimises.</param>
    /// <param name="n">The length of y, which maximises.</param>
    /// <param name="f">The function.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public SaddleOperator(nint m, nint n, Func<Tensor<double>, Tensor<double>, Tensor<double>> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        players = [m, n];
        this.f = z =>
        {
            using Tensor<double> x = z.Segment(0, [m]), y = z.Segment(m, [n]);
            return f(x, y);
        };
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<nint> Players => players;

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        GameOperator.CheckPoint("saddle operator", players, z);
        using Tensor<double> gradient = Autodiff.Grad(z, f), x = gradient.Segment(0, [players[0]]), y = gradient.Segment(players[0], [players[1]]), down = -y;
        return Tensor.Concatenate(0, x, down);
    }
}

/// <summary>
/// A game of N players, each with a vector of its own and a scalar cost of all vectors: F's parts are the gradients of each cost by the
/// player's own vector, by automatic differentiation. A point holds the players' vectors one after the other.
/// </summary>
public sealed class GameOperator : Operator
{
    private readonly nint[] players;
    private readonly Func<Tensor<double>, Tensor<double>>[] costs;

    /// <summary>The game of these players.</summary>
    /// <param name="players">For each the length of its vector and its cost, a scalar function of all vectors in order.</param>
    /// <exception cref="ArgumentException">There is no player.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public GameOperator(params ReadOnlySpan<(nint Length, Func<Tensor<double>[], Tensor<double>> Cost)> players)
    {
        if (players.IsEmpty)
        {
            throw new ArgumentException("game operator: at least one player is needed.", nameof(players));
        }

        nint[] lengths = new nint[players.Length];
        costs = new Func<Tensor<double>, Tensor<double>>[players.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            (nint length, Func<Tensor<double>[], Tensor<double>> cost) = players[i];
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
            ArgumentNullException.ThrowIfNull(cost, nameof(players));
            lengths[i] = length;
            costs[i] = z => cost(Vectors(z, lengths));
        }

        this.players = lengths;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<nint> Players => players;

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        CheckPoint("game operator", players, z);
        using Scope scope = Scope.Begin();
        Tensor<double>[] parts = new Tensor<double>[players.Length];
        nint start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Autodiff.Grad(z, costs[i]).Segment(start, [players[i]]);
            start += players[i];
        }

        return scope.Keep(Tensor.Concatenate<double>(0, parts));
    }

    /// <inheritdoc/>
    public override void ApplyPlayerInto(int player, Tensor<double> z, Tensor<double> destination)
    {
        CheckPoint("game operator", players, z);
        using Tensor<double> gradient = Autodiff.Grad(z, costs[player]);
        gradient.CopyInto(destination);
    }

    internal static void CheckPoint(string operation, ReadOnlySpan<nint> players, Tensor<double> z)
    {
        nint size = 0;
        foreach (nint length in players)
        {
            size += length;
        }

        if (z.Shape != [size])
        {
            throw new ArgumentException($"{operation}: points [{size}] are needed, the players' vectors one after the other; got {z.Shape}.");
        }
    }

    private static Tensor<double>[] Vectors(Tensor<double> z, nint[] lengths)
    {
        Tensor<double>[] vectors = new Tensor<double>[lengths.Length];
        nint start = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = z.Segment(start, [lengths[i]]);
            start += lengths[i];
        }

        return vectors;
    }
}
