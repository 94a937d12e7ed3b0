using System.Diagnostics;

namespace Onsager.Tensors.Tests;

/// <summary>The pool under load: many short runs, many callers, many pools, more threads than cores; and its end.</summary>
[Collection(Alone.Name)]
public sealed class WorkerPoolStressTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    public void A_hundred_thousand_short_runs_do_every_part_once(int threads)
    {
        using WorkerPool pool = new() { Threads = threads };
        int[] last = new int[7];
        for (int run = 1; run <= 100_000; run++)
        {
            // A part that is done twice, late, or not at all finds or leaves a number that is not its own.
            pool.Run(new Stepping(last, run), 7);
            Assert.Equal(7L * run, last.Sum(step => (long)step));
        }
    }

    [Fact]
    public void Runs_that_meet_the_workers_falling_asleep_are_done()
    {
        using WorkerPool pool = new() { Threads = 2 };
        int[] last = new int[2];
        for (int run = 1; run <= 2000; run++)
        {
            // Gaps around the time after which a worker parks: 0.5 to 1.5 times.
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < WorkerPool.SpinTime * (0.5 + (run % 100 * 0.01)))
            {
            }

            pool.Run(new Stepping(last, run), 2, isLong: run % 2 == 0);
            Assert.Equal(2 * run, last.Sum());
        }
    }

    [Fact]
    public void Callers_and_pools_with_the_same_kind_of_work_do_not_meet()
    {
        // The same type of work on the same and on different pools at once.
        using WorkerPool first = new() { Threads = 3 }, second = new() { Threads = 2 };
        WorkerPool[] pools = [first, first, second, second];
        Exception? failure = null;
        Thread[] callers = [.. pools.Select(pool => new Thread(() => Guarded(() => Loop(pool))))];
        foreach (Thread caller in callers)
        {
            caller.Start();
        }

        foreach (Thread caller in callers)
        {
            caller.Join();
        }

        Assert.Null(failure);

        void Guarded(Action work)
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }

        static void Loop(WorkerPool pool)
        {
            int[] last = new int[5];
            for (int run = 1; run <= 10_000; run++)
            {
                pool.Run(new Stepping(last, run), 5);
                Assert.Equal(5 * run, last.Sum());
            }
        }
    }

    [Fact]
    public void Two_callers_multiply_at_once_and_get_their_own_products()
    {
        int before = Device.Cpu.Threads;
        Device.Cpu.Threads = 2;
        int wrong = 0;
        Thread[] callers = [.. Enumerable.Range(1, 3).Select(seed => new Thread(() => Loop((ulong)seed)))];
        foreach (Thread caller in callers)
        {
            caller.Start();
        }

        foreach (Thread caller in callers)
        {
            caller.Join();
        }

        Device.Cpu.Threads = before;
        Assert.Equal(0, wrong);

        void Loop(ulong seed)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> a = new RandomStream(seed).Normal<float>([100, 90]), b = new RandomStream(seed, 1).Normal<float>([90, 110]), c = Tensor.Empty<float>([100, 110]);
            float[] expected = a.MatMul(b).ToArray();
            for (int run = 0; run < 300; run++)
            {
                a.MatMulInto(b, c);
                if (!c.ToArray().AsSpan().SequenceEqual(expected))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Of_several_exceptions_the_first_part_s_is_thrown(int threads)
    {
        using WorkerPool pool = new() { Threads = threads };
        for (int run = 0; run < 500; run++)
        {
            FormatException thrown = Assert.Throws<FormatException>(() => pool.Run(new FailingFrom(run % 5), 9));
            Assert.Equal($"part {run % 5}", thrown.Message);
        }
    }

    [Fact]
    public void A_caller_that_is_interrupted_waits_for_the_workers_and_is_interrupted_then()
    {
        using WorkerPool pool = new() { Threads = 2 };
        int done = 0;
        bool interrupted = false;
        using ManualResetEventSlim started = new();
        Thread caller = new(() =>
        {
            pool.Run(new Waiting(started, Environment.CurrentManagedThreadId, () => Interlocked.Increment(ref done)), 2, isLong: true);
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = done == 2;
            }
        });
        caller.Start();
        Assert.True(started.Wait(TimeSpan.FromMinutes(1)));
        Thread.Sleep(30);
        caller.Interrupt();
        Assert.True(caller.Join(TimeSpan.FromMinutes(1)));
        Assert.True(interrupted);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 20)]
    [InlineData(16, 20)]
    public void Dispose_ends_the_threads_awake_or_asleep(int threads, int milliseconds)
    {
        for (int cycle = 0; cycle < 5; cycle++)
        {
            WorkerPool pool = new() { Threads = threads };
            pool.Run(new Stepping(new int[7], 1), 7);
            Thread.Sleep(milliseconds);
            Thread[] crew = pool.Crew.ToArray();
            Assert.Equal(threads - 1, crew.Length);
            Assert.All(crew, worker => Assert.True(worker.IsAlive));
            pool.Dispose();
            pool.Dispose();
            Assert.All(crew, worker => Assert.False(worker.IsAlive));
            Assert.Throws<ObjectDisposedException>(() => pool.Run(new Stepping(new int[7], 1), 7));
            Assert.Throws<ObjectDisposedException>(() => pool.Run(new Stepping(new int[7], 1), 1));
            Assert.Throws<ObjectDisposedException>(() => pool.Threads = 2);
        }
    }

    [Fact]
    public void A_pool_cannot_be_disposed_inside_parallel_work()
    {
        using WorkerPool pool = new() { Threads = 2 };
        Throws.Exactly<InvalidOperationException>(
            "threads: the pool cannot be disposed inside parallel work.", () => pool.Run(new Disposing(pool), 4));
        int[] last = new int[7];
        pool.Run(new Stepping(last, 1), 7);
        Assert.All(last, step => Assert.Equal(1, step));
    }

    [Fact]
    public void Dispose_waits_for_the_run_of_another_thread()
    {
        for (int cycle = 0; cycle < 50; cycle++)
        {
            WorkerPool pool = new() { Threads = 3 };
            int[] last = new int[7];
            int runs = 0;
            Thread caller = new(() =>
            {
                try
                {
                    while (true)
                    {
                        pool.Run(new Stepping(last, runs + 1), 7);
                        runs++;
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            });
            caller.Start();
            Thread.Sleep(cycle % 3);
            pool.Dispose();
            caller.Join();
            Assert.All(last, step => Assert.Equal(runs, step));
        }
    }

    /// <summary>Each part raises its number to the run's.</summary>
    private readonly struct Stepping(int[] last, int run) : IParts
    {
        public void Run(int part)
        {
            if (Interlocked.Increment(ref last[part]) != run)
            {
                throw new InvalidOperationException($"part {part} of run {run} was done {last[part]} times.");
            }
        }
    }

    private readonly struct FailingFrom(int first) : IParts
    {
        public void Run(int part)
        {
            if (part >= first)
            {
                throw new FormatException($"part {part}");
            }
        }
    }

    /// <summary>The caller's part ends soon, once the worker's has begun; the worker's takes long enough for the caller to park.</summary>
    private readonly struct Waiting(ManualResetEventSlim started, int caller, Action done) : IParts
    {
        public void Run(int part)
        {
            if (Environment.CurrentManagedThreadId == caller)
            {
                started.Wait(TimeSpan.FromMinutes(1));
            }
            else
            {
                started.Set();
                Thread.Sleep(200);
            }

            done();
        }
    }

    private readonly struct Disposing(WorkerPool pool) : IParts
    {
        public void Run(int part) => pool.Dispose();
    }
}
