using Onsager.Models.Amp;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Amp;

/// <summary>Population dynamics of NAE-SAT in the cases whose answer is known, and saving of it and of chains.</summary>
public sealed class NaeSatTests
{
    [Fact]
    public void Nothing_known_stays_nothing_known()
    {
        NaeSatPopulation variables = new(5, 9, 3000, new RandomStream(1));
        variables.Start(0);
        variables.Sweep(3);
        Assert.Equal(0, variables.Overlap, 1e-12);
        Assert.Equal(Math.Log(2) + (9 * Math.Log(15.0 / 16)), variables.AnnealedEntropy, 1e-14);

        // Only the degrees fluctuate: ln Z = ln 2 + d ln(15/16), d Poisson of mean 45.
        Assert.Equal(variables.AnnealedEntropy, variables.FreeEntropy(), 5 * Math.Sqrt(45.0 / 3000) * Math.Log(16.0 / 15));
    }

    /// <summary>The clauses of a variable at Q = 1: with other literals all alike in one of 15 patterns the clause decides, so a variable with many clauses is certain.</summary>
    [Fact]
    public void Dense_clauses_keep_the_assignment_and_sparse_ones_forget_it()
    {
        NaeSatPopulation dense = new(5, 14, 4000, new RandomStream(2)), sparse = new(5, 4, 4000, new RandomStream(2));
        dense.Start(1);
        dense.Sweep(30);
        sparse.Start(1);
        sparse.Sweep(30);
        Assert.InRange(dense.Overlap, 0.97, 1);
        Assert.InRange(sparse.Overlap, -0.05, 0.05);
    }

    [Fact]
    public void Revealed_variables_and_side_channels_count()
    {
        NaeSatPopulation variables = new(4, 0.01, 20_000, new RandomStream(3)) { Revealed = 0.3 };
        variables.Sweep();
        Assert.Equal(0.3, variables.Overlap, 5 * Math.Sqrt(0.3 * 0.7 / 20_000));
        (variables.Revealed, variables.GammaSquared) = (0, 0.5);
        variables.Sweep();

        // E tanh(g^2 + g z) at g^2 = 0.5, the overlap of a spin in a scalar channel.
        double expected = new StateEvolution<Rademacher>(default, 2).Overlap(0.5);
        Assert.Equal(expected, variables.Overlap, 0.03);
    }

    [Fact]
    public void Results_do_not_depend_on_the_threads()
    {
        int threads = Device.Cpu.Threads;
        try
        {
            double[] overlaps = new double[2];
            for (int i = 0; i < 2; i++)
            {
                Device.Cpu.Threads = i + 1;
                NaeSatPopulation variables = new(5, 9, 5000, new RandomStream(4)) { GammaSquared = 0.2 };
                variables.Sweep(4);
                overlaps[i] = variables.Overlap;
            }

            Assert.Equal(overlaps[0], overlaps[1]);
        }
        finally
        {
            Device.Cpu.Threads = threads;
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NaeSatPopulation(2, 9, 10, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NaeSatPopulation(5, double.NaN, 10, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NaeSatPopulation(5, 9, 0, new RandomStream(1)));
        NaeSatPopulation variables = new(5, 9, 10, new RandomStream(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.GammaSquared = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.GammaSquared = double.PositiveInfinity);
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.Revealed = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.Sweep(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.Start(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => variables.Move(0));
    }

    [Fact]
    public void A_new_start_draws_new_numbers()
    {
        NaeSatPopulation variables = new(5, 9.5, 2000, new RandomStream(7));
        double[] overlaps = new double[2];
        for (int i = 0; i < 2; i++)
        {
            variables.Start(1);
            variables.Sweep();
            overlaps[i] = variables.Overlap;
        }

        Assert.NotEqual(overlaps[0], overlaps[1]);
        Assert.Equal(overlaps[0], overlaps[1], 0.05);
    }

    [Fact]
    public void The_free_entropy_of_a_tilted_measure_is_refused()
    {
        NaeSatPopulation variables = new(5, 9, 100, new RandomStream(1)) { GammaSquared = 0.1 };
        Assert.Throws<InvalidOperationException>(() => variables.FreeEntropy());
        (variables.GammaSquared, variables.Revealed) = (0, 0.1);
        Assert.Throws<InvalidOperationException>(() => variables.FreeEntropy());
    }

    [Fact]
    public void Saved_runs_go_on_as_if_nothing_had_happened()
    {
        using Folder folder = new();
        string path = folder.File("glass.safetensors");
        (SpinChains chains, NaeSatPopulation variables) = New();
        chains.Sweep(3);
        variables.Sweep(2);
        variables.Move(9.2);
        Together(chains, variables).Save(path);
        (SpinChains other, NaeSatPopulation population) = New();
        Together(other, population).Load(path);
        chains.Sweep(2);
        other.Sweep(2);
        variables.Sweep();
        population.Sweep();
        using Tensor<float> spins = chains.ToTensor(), again = other.ToTensor();
        Assert.Equal(spins.ToArray(), again.ToArray());
        Assert.Equal(variables.Overlap, population.Overlap);
        Assert.Equal(9.2, population.ClauseDensity);

        static (SpinChains, NaeSatPopulation) New() => (
            new SpinChains(SpikedModel.Stored(3, 9, new RandomStream(1)), [1, 2, 3], new RandomStream(2)), new NaeSatPopulation(5, 9, 2000, new RandomStream(3)) { GammaSquared = 0.1 });

        static Checkpoint Together(SpinChains chains, NaeSatPopulation variables) => new Checkpoint().Add("chains", chains).Add("variables", variables);
    }
}
