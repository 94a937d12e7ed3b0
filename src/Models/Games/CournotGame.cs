using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Cournot's market (1838): N firms choose quantities q_i, the price is a - b S with S their sum, and firm i's cost is c_i q_i. F_i = b (S + q_i) + c_i - a is
/// b-strongly monotone with L = b (N + 1), and costs a sum over the firms, however many they are. The costs stay the caller's.
/// </summary>
public sealed class CournotGame : Operator
{
    private readonly Tensor<double> costs;
    private readonly double a;
    private readonly double b;

    /// <summary>The market of these costs [N].</summary>
    /// <param name="a">The price without any supply.</param>
    /// <param name="b">How much a unit of supply lowers the price.</param>
    /// <param name="costs">What a unit costs each firm.</param>
    /// <exception cref="ArgumentException">The costs are not a vector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">a or b is not positive and finite.</exception>
    public CournotGame(double a, double b, Tensor<double> costs)
    {
        if (costs.Rank != 1 || costs.Size == 0)
        {
            throw new ArgumentException($"cournot game: a vector of costs is needed, one for each firm; got {costs.Shape}.", nameof(costs));
        }

        if (!(a is > 0 and < double.PositiveInfinity) || !(b is > 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(a), $"cournot game: a = {a} and b = {b} must be positive and finite.");
        }

        (this.a, this.b, this.costs) = (a, b, costs);
        StrongMonotonicity = b;
        Lipschitz = b * (costs.Size + 1);
    }

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        if (z.Shape != costs.Shape)
        {
            throw new ArgumentException($"cournot game: quantities {costs.Shape} are needed, one for each firm; got {z.Shape}.", nameof(z));
        }

        using Tensor<double> sum = z.Sum(), total = z + sum, scaled = total * b, supply = scaled + costs;
        return supply - a;
    }

    /// <inheritdoc/>
    public override Tensor<double> Jvp(Tensor<double> z, Tensor<double> dz)
    {
        using Tensor<double> sum = dz.Sum(), total = dz + sum;
        return total * b;
    }

    /// <inheritdoc/>
    public override Tensor<double> Vjp(Tensor<double> z, Tensor<double> dy) => Jvp(z, dy);

    /// <summary>The equilibrium q_i = (a - (N + 1) c_i + sum c) / (b (N + 1)), where it leaves every firm in the market.</summary>
    /// <exception cref="InvalidOperationException">A firm would sell a negative quantity: it is too dear for this market.</exception>
    public Tensor<double> Equilibrium()
    {
        using Scope scope = Scope.Begin();
        double n = costs.Size, sum = costs.Sum().Item();
        Tensor<double> q = (costs * -(n + 1) + (a + sum)) / (b * (n + 1));
        return Inside(scope, q, "equilibrium");
    }

    /// <summary>
    /// The variational equilibrium under a shared capacity sum q &lt;= capacity that binds: all firms see the same price of capacity lambda = a - mean(c) - b capacity
    /// (N + 1) / N, and q_i = (a - c_i - lambda) / b - capacity.
    /// </summary>
    /// <exception cref="InvalidOperationException">The capacity does not bind, or a firm would sell a negative quantity.</exception>
    public (Tensor<double> Quantities, double Price) EquilibriumUnder(double capacity)
    {
        using Scope scope = Scope.Begin();
        double n = costs.Size, lambda = a - (costs.Sum().Item() / n) - (b * capacity * (n + 1) / n);
        if (!(lambda >= 0))
        {
            throw new InvalidOperationException($"cournot game: a capacity of {capacity} does not bind: its price would be {lambda:g6}.");
        }

        Tensor<double> q = (costs * -1.0 + (a - lambda)) / b - capacity;
        return (Inside(scope, q, "equilibrium under a capacity"), lambda);
    }

    /// <summary>
    /// On the whole space and on boxes: q_i = clip((z_i + step (a - c_i - b S)) / (1 + step b)), where the sum S is the zero of a function that falls, found by
    /// bisection: sums alone, however many firms.
    /// </summary>
    /// <inheritdoc/>
    public override bool TryResolventInto(Tensor<double> z, double step, ProximalTerm term, Tensor<double> destination)
    {
        if (term is not (WholeSpace or Box) || z.Shape != costs.Shape)
        {
            return false;
        }

        using Scope scope = Scope.Begin();
        Tensor<double> open = z.Clone();
        Vectors.Add(open, -step, costs);
        double scale = 1 / (1 + (step * b));

        // The answer to a larger sum is smaller: the sum that answers itself lies between 0 and the answer to 0.
        double first = SumAt(0), low = Math.Min(0, first), high = Math.Max(0, first);
        while (true)
        {
            double middle = low + ((high - low) / 2);
            if (!(low < middle && middle < high))
            {
                break;
            }

            bool isAbove = SumAt(middle) > middle;
            (low, high) = isAbove ? (middle, high) : (low, middle);
        }

        SumAt(low + ((high - low) / 2));
        return true;

        // The sum of the firms' answers to a sum; the destination holds the answers.
        double SumAt(double sum)
        {
            destination.Fill(step * (a - (b * sum)));
            Vectors.Add(destination, 1, open);
            Vectors.Scale(destination, scale);
            term.ProxInPlace(destination, step);
            using Tensor<double> total = destination.Sum();
            return total.Item();
        }
    }

    private static Tensor<double> Inside(Scope scope, Tensor<double> q, string what)
    {
        double least = q.Min().Item();
        return least >= 0
            ? scope.Keep(q)
            : throw new InvalidOperationException($"cournot game: in the {what} by formula a firm would sell {least:g6}; firms leave the market, and the box [0, inf) binds.");
    }
}
