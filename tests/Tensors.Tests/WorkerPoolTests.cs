namespace Onsager.Tensors.Tests;

/// <summary>Every part runs once, whoever calls, however often, and whatever goes wrong inside.</summary>
[Collection(Alone.Name)]
public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Ten_thousand_short_runs_do_every_part_once(int threads)
    {
        WorkerPool pool = new() { Threads = threads };
        int[] counts = new int[7];
        for (int run = 0; run < 10_000; run++)
        {
            pool.Run(new Counting(counts), run % 8);
        }

        int[] expected = [.. Enumerable.Range(0, 7).Select(part => Enumerable.Range(0, 10_000).Count(run => run % 8 > part))];
        Assert.Equal(expected, counts);
        pool.Threads = 1;
    }

    [Fact]
    public void Work_goes_on_after_the_workers_fell_asleep()
    {
        WorkerPool pool = new() { Threads = 3 };
        int[] counts = new int[7];
        for (int run = 0; run < 10; run++)
        {
            Thread.Sleep(20);
            pool.Run(new Counting(counts), 7);
        }

        Assert.All(counts, count => Assert.Equal(10, count));
        pool.Threads = 1;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_a_part_throws_reaches_the_caller_and_the_pool_works_on(int threads)
    {
        WorkerPool pool = new() { Threads = threads };
        for (int run = 0; run < 300; run++)
        {
            FormatException thrown = Assert.Throws<FormatException>(() => pool.Run(new Failing(run % 6), 6));
            Assert.Equal($"part {run % 6}", thrown.Message);
        }

        int[] counts = new int[7];
        pool.Run(new Counting(counts), 7);
        Assert.All(counts, count => Assert.Equal(1, count));
        pool.Threads = 1;
    }

    [Fact]
    public void A_run_inside_a_part_is_done_by_its_own_thread()
    {
        WorkerPool pool = new() { Threads = 3 };
        int[] counts = new int[7];
        for (int run = 0; run < 200; run++)
        {
            pool.Run(new Nested(pool, counts), 5);
        }

        Assert.All(counts, count => Assert.Equal(1000, count));
        pool.Threads = 1;
    }

    [Fact]
    public void Two_threads_may_call_at_once()
    {
        WorkerPool pool = new() { Threads = 2 };
        int[] first = new int[7], second = new int[7];
        Thread other = new(() => Loop(second));
        other.Start();
        Loop(first);
        other.Join();
        Assert.All(first.Concat(second), count => Assert.Equal(5000, count));
        pool.Threads = 1;

        void Loop(int[] counts)
        {
            for (int run = 0; run < 5000; run++)
            {
                pool.Run(new Counting(counts), 7);
            }
        }
    }

    [Fact]
    public void Two_callers_each_get_their_own_exceptions()
    {
        WorkerPool pool = new() { Threads = 2 };
        int missed = 0;
        Thread other = new(Loop);
        other.Start();
        Loop();
        other.Join();
        Assert.Equal(0, missed);
        pool.Threads = 1;

        void Loop()
        {
            for (int run = 0; run < 500; run++)
            {
                try
                {
                    pool.Run(new Failing(run % 4), 4);
                    Interlocked.Increment(ref missed);
                }
                catch (FormatException)
                {
                }
            }
        }
    }

    [Fact]
    public void The_number_of_threads_may_change_again_and_again()
    {
        WorkerPool pool = new();
        int[] counts = new int[7];
        for (int run = 0; run < 100; run++)
        {
            pool.Threads = 1 + (run % 5);
            Assert.Equal(1 + (run % 5), pool.Threads);
            pool.Run(new Counting(counts), 7);
        }

        Assert.All(counts, count => Assert.Equal(100, count));
        pool.Threads = 1;
    }

    [Fact]
    public void The_number_of_threads_cannot_change_inside_parallel_work()
    {
        WorkerPool pool = new() { Threads = 2 };
        Throws.Exactly<InvalidOperationException>(
            "threads: the number of threads cannot change inside parallel work.", () => pool.Run(new Changing(pool), 4));
        pool.Threads = 1;
    }

    private readonly struct Counting(int[] counts) : IParts
    {
        public void Run(int part) => Interlocked.Increment(ref counts[part]);
    }

    private readonly struct Failing(int bad) : IParts
    {
        public void Run(int part)
        {
            if (part == bad)
            {
                throw new FormatException($"part {part}");
            }
        }
    }

    private readonly struct Nested(WorkerPool pool, int[] counts) : IParts
    {
        public void Run(int part) => pool.Run(new Counting(counts), 7);
    }

    private readonly struct Changing(WorkerPool pool) : IParts
    {
        public void Run(int part) => pool.Threads = 3;
    }
}
