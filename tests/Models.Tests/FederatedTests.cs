using Onsager.Models.Federated;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Federations against naive loops over clients, gradients in closed form against automatic ones, several processes against one.</summary>
[Collection(Alone.Name)]
public sealed class FederatedTests : IClassFixture<Settled>
{
    public static TheoryData<string> Rules => ["large batch", "GradAlign", "FedAvg", "FedProx", "SCAFFOLD", "FedGA", "everything"];

    public static TheoryData<string> Objectives => ["classifier", "regression", "quadratic", "diagonal linear"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rounds_are_those_of_a_loop_over_clients(string name)
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective("quadratic");
        FederatedRule rule = Rule(name);
        using Federation<double> run = new(objective, Start(objective));
        double[][] x = Rows(run.Parameters), velocity = [.. x.Select(row => new double[row.Length])];
        for (int round = 0; round < 3; round++)
        {
            run.Round(rule);
            for (int r = 0; r < objective.Replicas; r++)
            {
                NaiveRound(objective, r, rule, x[r], velocity[r]);
            }
        }

        double[][] found = Rows(run.Parameters);
        for (int r = 0; r < x.Length; r++)
        {
            Assert.All(x[r].Index(), pair => Assert.Equal(pair.Item, found[r][pair.Index], 1e-12));
        }

        Assert.Equal((3, 3L * rule.Communications), (run.Rounds, run.Communications));
        Assert.Equal(2 * 3L * rule.Communications * objective.Clients * objective.Parameters * sizeof(double), run.BytesSent);
    }

    [Fact]
    public void An_epoch_is_one_step_for_each_client()
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective("quadratic");
        using Federation<double> run = new(objective, Start(objective));
        double[][] x = Rows(run.Parameters);
        int[] order = [2, 0, 1, 1, 2, 0];
        run.Epoch(0.1, order);
        Assert.Equal((3L, 2 * 3L * objective.Parameters * sizeof(double)), (run.Communications, run.BytesSent));
        double[][] found = Rows(run.Parameters);
        for (int r = 0; r < 2; r++)
        {
            for (int step = 0; step < 3; step++)
            {
                double[] gradient = GradientOf(objective, r, order[(3 * r) + step], x[r]);
                x[r] = [.. x[r].Zip(gradient, (value, slope) => value - (0.1 * slope))];
            }

            Assert.All(x[r].Index(), pair => Assert.Equal(pair.Item, found[r][pair.Index], 1e-13));
        }

        Assert.Equal(3, run.Communications);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Gradients_and_Hessians_are_those_of_the_losses(string name)
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective(name);
        Tensor<double> z = new RandomStream(8).Normal<double>([objective.Replicas, objective.Clients, objective.Parameters]) * 0.5;
        Tensor<int> rows = Tensor.From<int>([2, 0, 4, 3]);
        Tensor<double> some = z.Slice(1, 0, 2).Contiguous();
        foreach ((Tensor<double> point, Tensor<int>? chosen) in new (Tensor<double>, Tensor<int>?)[] { (z, null), (some, rows) })
        {
            Differences.Check(point, p => objective.TotalLoss(p, chosen));
            Tensor<double> expected = Autodiff.Grad(point, p => objective.TotalLoss(p, chosen)), direction = new RandomStream(9).Normal<double>(point.Shape);
            Assert.True(objective.Gradients(point, chosen).AllClose(expected, 1e-11, 1e-12));
            Assert.True(objective.HessianProducts(point, direction, chosen).AllClose(Autodiff.Hvp(point, direction, p => objective.TotalLoss(p, chosen)), 1e-9, 1e-10));
        }

        // Parameters of the server are those of every client.
        Tensor<double> server = z.Slice(1, 0, 1), each = server.Expand(z.Shape).Contiguous();
        Assert.True(objective.Gradients(server).AllClose(objective.Gradients(each), 1e-12, 1e-13));
    }

    [Fact]
    public void The_gradient_of_the_variance_is_that_of_differences()
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective("regression");
        Tensor<double> x = Start(objective);
        double[] found = Alignment.VarianceGradient(objective, x).ToArray();
        for (int i = 0; i < found.Length; i++)
        {
            Tensor<double> up = x.Clone(), down = x.Clone();
            up.AsSpan()[i] += 1e-5;
            down.AsSpan()[i] -= 1e-5;
            int replica = i / objective.Parameters;
            Assert.Equal((Variance(objective, up)[replica] - Variance(objective, down)[replica]) / 2e-5, found[i], 1e-7);
        }

        double[] mean = Alignment.MeanGradient(objective, x).ToArray(), ratio = Alignment.Misalignment(objective, x);
        double square = mean.Take(objective.Parameters).Sum(value => value * value);
        Assert.Equal(Variance(objective, x)[0] / square, ratio[0], 1e-12);
    }

    /// <summary>Two threads stand for processes with two clients and one: every rule, sampling included, has the bits of one process.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Several_processes_have_the_bits_of_one(string name)
    {
        using Scope scope = Scope.Begin();
        RandomStream data = new(4);
        Tensor<double> factors = data.Normal<double>([2, 3, 5, 5]), hessians = factors.MatMul(factors.SwapAxes(-1, -2)) / 5.0, centres = data.Normal<double>([2, 3, 5]), start = data.Normal<double>([2, 5]);
        foreach (int sampled in (ReadOnlySpan<int>)[0, 2])
        {
            double[] expected = Run(new QuadraticClients<double>(hessians, centres), start, sampled, null);
            using Together together = new(2);
            object[] results = new object[2];
            Thread[] processes = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
            {
                results[rank] = Record.Exception(() =>
                {
                    using Scope own = Scope.Begin();
                    (nint from, nint to) = rank == 0 ? (0, 2) : (2, 3);
                    QuadraticClients<double> part = new(hessians.Slice(1, from, to).Contiguous(), centres.Slice(1, from, to).Contiguous());
                    double[] found = Run(part, rank == 0 ? start : start * 0.0, sampled, together.Of(rank));
                    Assert.Equal(expected, found);
                })!;
            }))];
            Array.ForEach(processes, static process => process.Start());
            Array.ForEach(processes, static process => process.Join());
            Assert.All(results, Assert.Null);
        }

        // What dead threads leave is settled here, not while a later test counts bytes.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        double[] Run(ClientObjective<double> objective, Tensor<double> from, int sampled, ICollective? collective)
        {
            using Federation<double> run = new(objective, from, sampled, new RandomStream(6), collective);
            for (int round = 0; round < 4; round++)
            {
                run.Round(Rule(name));
            }

            return run.Parameters.ToArray();
        }
    }

    [Fact]
    public void It_goes_on_from_a_checkpoint_with_the_same_bits()
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective("classifier");
        using Federation<double> straight = new(objective, Start(objective), 2, new RandomStream(6)), other = new(objective, Start(objective) * 0.5, 2, new RandomStream(6));
        straight.Round(Rule("everything"));
        new Checkpoint().Add("run", straight).Save(path);
        new Checkpoint().Add("run", other).Load(path);
        for (int round = 0; round < 3; round++)
        {
            straight.Round(Rule("everything"));
            other.Round(Rule("everything"));
        }

        Assert.Equal(straight.Parameters.ToArray(), other.Parameters.ToArray());
        Assert.Equal((4L, 8L), (other.Rounds, other.Communications));
    }

    [Fact]
    public void A_round_that_diverges_or_runs_out_of_memory_changes_nothing()
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = Objective("quadratic");
        using Federation<double> run = new(objective, Start(objective));
        double[] before = run.Parameters.ToArray();
        Throws.Exactly<ArithmeticException>(
            "federation: FedAvg diverged in round 1: parameters are no longer finite; a smaller rate could help.", () => run.Round(FederatedRule.FedAvg(1e200, 4)));
        Throws.Exactly<ArithmeticException>(
            "federation: stochastic gradient descent diverged in round 1: parameters are no longer finite; a smaller rate could help.", () => run.Epoch(1e200, [0, 1, 2, 0, 1, 2]));
        Assert.Equal(before, run.Parameters.ToArray());
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        for (int request = 1; ; request++)
        {
            Device.Cpu.RefuseAllocation(request);
            Exception? exception = Record.Exception(() => run.Round(Rule("everything")));
            Device.Cpu.RefuseAllocation(0);
            Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
            if (exception is null)
            {
                break;
            }

            Assert.IsType<OutOfMemoryException>(exception);
            Assert.Equal(before, run.Parameters.ToArray());
            Assert.InRange(request, 1, 300);
        }

        Assert.Equal(1, run.Rounds);
    }

    private static FederatedRule Rule(string name) => name switch
    {
        "large batch" => FederatedRule.LargeBatch(0.2),
        "GradAlign" => FederatedRule.GradAlign(0.2, 0.1),
        "FedAvg" => FederatedRule.FedAvg(0.1, 3),
        "FedProx" => FederatedRule.FedProx(0.1, 3, 0.7),
        "SCAFFOLD" => FederatedRule.Scaffold(0.1, 3),
        "FedGA" => FederatedRule.FedGA(0.1, 3, FederatedRule.CriticalDisplacement(0.1, 3)),
        _ => FederatedRule.FedGA(0.1, 3, 0.2) with { Name = "everything", HasControlVariates = true, Proximal = 0.3, WeightDecay = 0.05, ClipNorm = 0.8, ServerRate = 0.7, ServerMomentum = 0.5 },
    };

    /// <summary>Two replicas of three clients.</summary>
    internal static ClientObjective<double> Objective(string name)
    {
        RandomStream random = new(3);
        switch (name)
        {
            case "classifier":
                return new ClassifierClients<Tanh, double>([3, 4, 2], random.Normal<double>([2, 3, 5, 3]), random.Integers([2, 3, 5], 2));
            case "regression":
                return new RegressionClients<Tanh, double>([3, 2, 1], random.Normal<double>([2, 3, 5, 3]), random.Normal<double>([2, 3, 5, 1]));
            case "quadratic":
                Tensor<double> factors = random.Normal<double>([2, 3, 5, 5]);
                return new QuadraticClients<double>(factors.MatMul(factors.SwapAxes(-1, -2)) / 5.0, random.Normal<double>([2, 3, 5]));
            default:
                return new DiagonalLinearClients<double>(random.Normal<double>([2, 3, 4]), random.Normal<double>([2, 3]));
        }
    }

    internal static Tensor<double> Start(ClientObjective<double> objective) => new RandomStream(7).Normal<double>([objective.Replicas, objective.Parameters]);

    private static double[][] Rows(Tensor<double> x) => [.. x.Unstack().Select(static row => row.ToArray())];

    private static double[] Variance(ClientObjective<double> objective, Tensor<double> x)
    {
        Tensor<double> gradients = objective.Gradients(x.Unsqueeze(1));
        return (gradients - gradients.Mean(1, keepDimension: true)).Square().Sum(-1).Mean(1).ToArray();
    }

    private static double[] GradientOf(ClientObjective<double> objective, int replica, int client, double[] at)
    {
        Tensor<double> z = Tensor.Stack(0, Tensor.From<double>(at), Tensor.From<double>(at)).Unsqueeze(1);
        return objective.Gradients(z, Tensor.From<int>([client, objective.Clients + client])).Select(0, replica).Flatten().ToArray();
    }

    /// <summary>One round by its definition, client after client.</summary>
    private static void NaiveRound(ClientObjective<double> objective, int replica, FederatedRule rule, double[] x, double[] velocity)
    {
        int n = objective.Clients, p = x.Length;
        double[][] own = [.. Enumerable.Range(0, n).Select(client => GradientOf(objective, replica, client, x))];
        double[] mean = [.. Enumerable.Range(0, p).Select(i => own.Average(gradient => gradient[i]))], move = new double[p];
        for (int client = 0; client < n; client++)
        {
            double[] gap = [.. mean.Zip(own[client], static (all, one) => all - one)], z = [.. x.Zip(gap, (value, difference) => value - (rule.Displacement * difference))];
            for (int step = 0; step < rule.LocalSteps; step++)
            {
                double[] gradient = GradientOf(objective, replica, client, z);
                double factor = Math.Min(1, rule.ClipNorm / (Math.Sqrt(gradient.Sum(value => value * value)) + 1e-6));
                for (int i = 0; i < p; i++)
                {
                    z[i] -= rule.Rate * ((gradient[i] * factor) + (rule.WeightDecay * z[i]) + (rule.HasControlVariates ? gap[i] : 0) + (rule.Proximal * (z[i] - x[i])));
                }
            }

            for (int i = 0; i < p; i++)
            {
                move[i] += (z[i] - x[i]) / n;
            }
        }

        for (int i = 0; i < p; i++)
        {
            velocity[i] = (rule.ServerMomentum * velocity[i]) + move[i];
            x[i] += rule.ServerRate * velocity[i];
        }
    }

    /// <summary>Threads in place of processes: each call waits for all, and rows are put side by side before they are added, as a gather over MPI would do.</summary>
    private sealed class Together(int size) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly Barrier barrier = new(size);
        private readonly Array[] parts = new Array[size];
        private readonly int[] counts = new int[size];

        public ICollective Of(int rank) => new Member(this, rank);

        public void Dispose() => barrier.Dispose();

        private void Wait() => Assert.True(barrier.SignalAndWait(Patience), "another process does not answer");

        private sealed class Member(Together all, int rank) : ICollective
        {
            public (int First, int Total) Number(int clients)
            {
                all.counts[rank] = clients;
                all.Wait();
                return (all.counts.Take(rank).Sum(), all.counts.Sum());
            }

            public void AllReduceSum<T>(Tensor<T> rows, Tensor<T> sum)
                where T : unmanaged
            {
                using Scope scope = Scope.Begin();
                all.parts[rank] = rows.ToArray();
                all.Wait();
                Tensor<T>[] each = [.. all.parts.Select(part => Tensor.From<T>((T[])part, [rows.Shape[0], part.Length / (rows.Shape[0] * rows.Shape[2]), rows.Shape[2]]))];
                Tensor.Concatenate(1, each).SumInto([1], sum);
                all.Wait();
            }

            public void Broadcast<T>(Tensor<T> values)
                where T : unmanaged
            {
                if (rank == 0)
                {
                    all.parts[0] = values.ToArray();
                }

                all.Wait();
                values.CopyFrom((T[])all.parts[0]);
                all.Wait();
            }
        }
    }
}
