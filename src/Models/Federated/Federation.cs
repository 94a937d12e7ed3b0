using System.Runtime.CompilerServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>
/// A server and its clients at work: the server's parameters x, rounds by any <see cref="FederatedRule"/>, epochs of plain stochastic gradients, and what was sent for it. Clients and
/// replicas are axes of tensors, and everything that crosses from client to client goes through an <see cref="ICollective"/>.
/// <code>
/// using Federation&lt;float&gt; run = new(clients, start);
/// for (int round = 0; round &lt; 80; round++) run.Round(FederatedRule.FedGA(0.05, 10, 0.225));
/// </code>
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Federation<T> : ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly ClientObjective<T> objective;
    private readonly ICollective collective;
    private readonly RandomStream? sampling;
    private readonly Tensor<T> x;
    private readonly Tensor<T> momentum;
    private readonly int first;
    private readonly int total;
    private readonly int sampled;
    private long rounds;
    private long communications;
    private long exchanges;
    private bool isDisposed;

    /// <summary>A federation that starts at these parameters, which are copied. Open no scope between this and the last use.</summary>
    /// <param name="objective">The clients of this process.</param>
    /// <param name="start">Parameters [replicas, p]; those of the first process count.</param>
    /// <param name="sampled">How many clients of all take part in a round, the same in all replicas; 0 for all of them.</param>
    /// <param name="sampling">Draws them; needed where not all take part, and the same on all processes.</param>
    /// <param name="collective">How processes speak with each other; by default there is one.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or there is nothing to sample with.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many clients.</exception>
    public Federation(ClientObjective<T> objective, Tensor<T> start, int sampled = 0, RandomStream? sampling = null, ICollective? collective = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (start.Rank != 2 || start.Shape[0] != objective.Replicas || start.Shape[1] != objective.Parameters)
        {
            throw new ArgumentException($"federation: parameters [{objective.Replicas}, {objective.Parameters}] are needed; got {start.Shape}.", nameof(start));
        }

        this.collective = collective ?? LocalCollective.Instance;
        (first, total) = this.collective.Number(objective.Clients);
        if (sampled < 0 || sampled > total)
        {
            throw new ArgumentOutOfRangeException(nameof(sampled), sampled, $"federation: there are {total} clients.");
        }

        this.sampled = sampled == 0 ? total : sampled;
        if (this.sampled < total && sampling is null)
        {
            throw new ArgumentException($"federation: a stream is needed to draw {sampled} of {total} clients.", nameof(sampling));
        }

        this.objective = objective;
        this.sampling = sampling;
        using Scope scope = Scope.Begin();
        try
        {
            x = scope.Keep(start.Clone());
            momentum = scope.Keep(Tensor.ZerosLike(start));
            this.collective.Broadcast(x);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The server's parameters x [replicas, p], which a round changes in place.</summary>
    /// <exception cref="ObjectDisposedException">The federation was disposed.</exception>
    public Tensor<T> Parameters
    {
        get
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return x;
        }
    }

    /// <summary>Rounds so far.</summary>
    public long Rounds => rounds;

    /// <summary>Reductions over clients so far, the unit in which methods are compared: FedGA and SCAFFOLD take two in a round.</summary>
    public long Communications => communications;

    /// <summary>Bytes so far between server and clients, both ways, of one replica.</summary>
    public long BytesSent => 2 * exchanges * objective.Parameters * Unsafe.SizeOf<T>();

    /// <summary>One round: clients are drawn, start, take their steps, and the server moves by the mean of where they went.</summary>
    /// <exception cref="ArithmeticException">Parameters are no longer finite: the rates were too large. The server's are those of before the round.</exception>
    /// <exception cref="ObjectDisposedException">The federation was disposed.</exception>
    public void Round(FederatedRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        using Scope scope = Scope.Begin();
        Tensor<T> server = Parameters.Unsqueeze(1);
        Tensor<int>? rows = Draw();
        nint here = rows is Tensor<int> given ? given.Size / objective.Replicas : objective.Clients;
        // A copy also where there is one client: its steps are not the server's.
        Tensor<T> z = server.Expand([objective.Replicas, here, objective.Parameters]).Clone(), gaps = default;
        if (rule.NeedsMean)
        {
            Tensor<T> gradients = objective.Gradients(server, rows);
            gaps = Mean(gradients).Unsqueeze(1) - gradients;
            if (rule.Displacement != 0)
            {
                Descend(z, rule.Displacement, gaps);
            }
        }

        for (int step = 0; step < rule.LocalSteps; step++)
        {
            using Scope local = Scope.Begin();
            Descend(z, rule.Rate, Direction(rule, z, server, gaps, rows));
        }

        Tensor<T> move = Mean(z) - x;
        if (rule.ServerMomentum != 0)
        {
            move += momentum * Tensor.Constant<T>(rule.ServerMomentum);
        }

        Tensor<T> moved = x + (rule.ServerRate == 1 ? move : move * Tensor.Constant<T>(rule.ServerRate));
        CheckFinite(rule.Name, moved);
        moved.CopyInto(x);
        move.CopyInto(momentum);
        rounds++;
        communications += rule.Communications;
        exchanges += rule.Communications * sampled;
    }

    /// <summary>
    /// One epoch of stochastic gradient descent over the clients, one after the other: x -= rate g_i. It needs all clients in this process.
    /// </summary>
    /// <param name="rate">The rate.</param>
    /// <param name="order">For each replica the clients in their order: replicas times clients numbers.</param>
    /// <exception cref="ArgumentException">The order is not of this length, or names a client that is not there.</exception>
    /// <exception cref="InvalidOperationException">Clients are spread over processes.</exception>
    /// <exception cref="ArithmeticException">Parameters are no longer finite; the server's are those of before the epoch.</exception>
    /// <exception cref="ObjectDisposedException">The federation was disposed.</exception>
    public void Epoch(double rate, ReadOnlySpan<int> order)
    {
        int replicas = objective.Replicas, clients = objective.Clients;
        if (order.Length != replicas * clients || order.ContainsAnyExceptInRange(0, clients - 1))
        {
            throw new ArgumentException($"federation: an order of {replicas} times {clients} clients from 0 to {clients - 1} is needed; got {order.Length} numbers.", nameof(order));
        }

        if (total != clients)
        {
            throw new InvalidOperationException($"federation: an epoch needs all {total} clients in one process; here are {clients}.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> point = Parameters.Unsqueeze(1).Clone();
        int[] rows = new int[order.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (int replica, int step) = (i / clients, i % clients);
            rows[(step * replicas) + replica] = (replica * clients) + order[i];
        }

        Tensor<int> all = Tensor.From<int>(rows, [clients, replicas], x.Device);
        for (int step = 0; step < clients; step++)
        {
            using Scope local = Scope.Begin();
            Descend(point, rate, objective.Gradients(point, all.Select(0, step)));
        }

        Tensor<T> moved = point.Squeeze(1);
        CheckFinite("stochastic gradient descent", moved);
        moved.CopyInto(x);
        communications += clients;
        exchanges += clients;
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Tensor("parameters", Parameters);
        state.Tensor("momentum", momentum);
        state.Count("rounds", ref rounds, 0, long.MaxValue);
        state.Count("communications", ref communications, 0, long.MaxValue);
        state.Count("exchanges", ref exchanges, 0, long.MaxValue);
        if (sampling is not null)
        {
            state.Stream("sampling", sampling);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        x.Dispose();
        momentum.Dispose();
    }

    /// <summary>y -= rate d, in place and rounded once.</summary>
    private static void Descend(Tensor<T> y, double rate, Tensor<T> d) => y.Update(new SgdUpdate(rate), d);

    /// <summary>What a local step goes against.</summary>
    private Tensor<T> Direction(FederatedRule rule, Tensor<T> z, Tensor<T> server, Tensor<T> gaps, Tensor<int>? rows)
    {
        Tensor<T> direction = objective.Gradients(z, rows);
        if (!double.IsPositiveInfinity(rule.ClipNorm))
        {
            direction *= Clipping.RowFactors(direction, rule.ClipNorm);
        }

        if (rule.WeightDecay != 0)
        {
            direction += z * Tensor.Constant<T>(rule.WeightDecay);
        }

        if (rule.HasControlVariates)
        {
            direction += gaps;
        }

        return rule.Proximal == 0 ? direction : direction + ((z - server) * Tensor.Constant<T>(rule.Proximal));
    }

    /// <summary>The mean over the round's clients of all processes [replicas, p].</summary>
    private Tensor<T> Mean(Tensor<T> rows)
    {
        Tensor<T> sum = Tensor.Empty<T>(x.Shape, x.Device);
        collective.AllReduceSum(rows, sum);
        return sum / Tensor.Constant<T>(sampled);
    }

    /// <summary>The round's clients that are here, in the order of their numbers, as rows of every replica; null for all.</summary>
    private Tensor<int>? Draw()
    {
        if (sampled == total)
        {
            return null;
        }

        int[] all = new int[total];
        sampling!.Permutation(all);
        int[] chosen = [.. all.Take(sampled).Where(client => client >= first && client < first + objective.Clients).Order()];
        int[] rows = new int[chosen.Length * objective.Replicas];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ((i / chosen.Length) * objective.Clients) + chosen[i % chosen.Length] - first;
        }

        return Tensor.From<int>(rows, [rows.Length], x.Device);
    }

    private void CheckFinite(string name, Tensor<T> moved)
    {
        if (Clipping.Wide(moved.IsFinite().Min().Item()) != 1)
        {
            throw new ArithmeticException($"federation: {name} diverged in round {rounds + 1}: parameters are no longer finite; a smaller rate could help.");
        }
    }
}
