using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Two-player zero-sum games in mixed strategies: x minimises and y maximises x^T A y over two simplices. Their gap is max_j (A^T x)_j - min_i (A y)_i.
/// </summary>
public static class MatrixGame
{
    /// <summary>The problem of a payoff matrix A [m, n], which stays the caller's: what the row player pays the column player.</summary>
    /// <exception cref="ArgumentException">A is not a matrix.</exception>
    public static VariationalProblem Problem(Tensor<double> a)
    {
        BilinearGame game = new(a);
        return new VariationalProblem(game, new ProductSet((new Simplex(game.Players[0]), game.Players[0]), (new Simplex(game.Players[1]), game.Players[1])));
    }

    /// <summary>
    /// Rock, paper, scissors with different stakes, over the largest one: payoffs [3, 3]. In equilibrium both play (paper beats rock, scissors beat
    /// paper, rock beats scissors) strategies in proportion to the stake of the pair that leaves each out; without stakes (1, 1, 1), all alike.
    /// </summary>
    /// <param name="paperRock">What paper wins from rock.</param>
    /// <param name="rockScissors">What rock wins from scissors.</param>
    /// <param name="scissorsPaper">What scissors win from paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">A stake is not positive and finite.</exception>
    public static Tensor<double> RockPaperScissors(double paperRock = 1, double rockScissors = 1, double scissorsPaper = 1)
    {
        double largest = Math.Max(paperRock, Math.Max(rockScissors, scissorsPaper));
        if (!(Math.Min(paperRock, Math.Min(rockScissors, scissorsPaper)) > 0) || !double.IsFinite(largest))
        {
            throw new ArgumentOutOfRangeException(nameof(paperRock), $"rock, paper, scissors: stakes {paperRock}, {rockScissors}, {scissorsPaper}; all must be positive and finite.");
        }

        (double pr, double rs, double sp) = (paperRock / largest, rockScissors / largest, scissorsPaper / largest);
        return Tensor.From(new[,] { { 0, pr, -rs }, { -pr, 0, sp }, { rs, -sp, 0 } });
    }

    /// <summary>Payoffs uniform in [-1, 1), over the largest in size, so that it is 1: [m, n].</summary>
    public static Tensor<double> Random(nint m, nint n, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        using Scope scope = Scope.Begin();
        Tensor<double> draws = random.Uniform<double>([m, n], -1, 1);
        return scope.Keep((draws / draws.Abs().Max()).To(device ?? Device.Cpu));
    }

    /// <summary>The uniform strategies of both players, [m + n].</summary>
    public static Tensor<double> Centre(nint m, nint n, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        double[] weights = new double[m + n];
        weights.AsSpan(0, (int)m).Fill(1.0 / m);
        weights.AsSpan((int)m).Fill(1.0 / n);
        return Tensor.From<double>(weights, [m + n], device);
    }
}
