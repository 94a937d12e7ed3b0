using Onsager.Models.Games;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Games;

/// <summary>Steps of games: the same bits for every number of threads, and no memory that grows.</summary>
[Collection(Alone.Name)]
public sealed class IterationStepTests
{
    [Fact]
    public void Steps_are_the_same_for_every_number_of_threads_and_take_no_new_memory()
    {
        int before = Device.Cpu.Threads;
        double[]? first = null;
        try
        {
            foreach (int threads in (int[])[1, 2, 7])
            {
                Device.Cpu.Threads = threads;
                using Scope scope = Scope.Begin();
                VariationalProblem game = MatrixGame.Problem(MatrixGame.Random(300, 200, new RandomStream(1)));
                using Iteration run = new(game, new MirrorProx(0.5), MatrixGame.Centre(300, 200), averages: true);
                run.Run(20);
                long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
                run.Run(20);
                Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
                double[] average = run.Average.ToArray();
                first ??= average;
                Assert.Equal(first, average);
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }
}
