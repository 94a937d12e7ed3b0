using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Onsager.Tensors;

/// <summary>Work that falls into independent parts.</summary>
internal interface IParts
{
    void Run(int part);
}

/// <summary>
/// Threads that wait for work, first spinning, then asleep: most kernels are shorter than a wake-up. Parts are cut by the work alone,
/// never by the number of threads, so results cannot depend on it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The pool lives as long as its device, which is the program; the semaphore holds no handle.")]
internal sealed class WorkerPool
{
    /// <summary>Rounds of spinning before a worker sleeps: about 0.2 ms, a few times what a wake-up costs, so that the steps of a loop keep their workers awake.</summary>
    private const int SpinRounds = 256;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private int threads = 1;
    private int running;
    private int sleeping;
    private int generation;
    private volatile Job? job;
    private int epoch;
    private int next;
    private int parts;
    private int busy;
    private ExceptionDispatchInfo? failure;

    /// <summary>Threads that work, the caller's included.</summary>
    public int Threads
    {
        get => threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 256);
            if (Job.IsInside)
            {
                throw new InvalidOperationException("threads: the number of threads cannot change inside parallel work.");
            }

            lock (gate)
            {
                threads = value;
                if (value - 1 != running)
                {
                    // Workers of the old generation leave; a new crew of the right size starts.
                    int crew = Interlocked.Increment(ref generation);
                    running = value - 1;
                    if (sleeping > 0)
                    {
                        wake.Release(sleeping);
                    }

                    for (int i = 0; i < running; i++)
                    {
                        new Thread(() => Work(crew)) { IsBackground = true, Name = "Onsager worker" }.Start();
                    }
                }
            }
        }
    }

    /// <summary>Runs every part once, on the caller and the workers; a call from inside a part runs on its own thread alone.</summary>
    public void Run<TParts>(in TParts work, int count)
        where TParts : struct, IParts
    {
        if (threads == 1 || count <= 1 || Job.IsInside || !gate.TryEnter())
        {
            for (int part = 0; part < count; part++)
            {
                work.Run(part);
            }

            return;
        }

        ExceptionDispatchInfo? thrown;
        try
        {
            Job<TParts> own = Job<TParts>.Instance;
            own.Work = work;
            parts = count;
            failure = null;
            Volatile.Write(ref next, 0);
            job = own;
            Interlocked.Increment(ref epoch);
            int asleep = Volatile.Read(ref sleeping);
            if (asleep > 0)
            {
                wake.Release(int.Min(asleep, count - 1));
            }

            Take(own);
            SpinWait spin = default;

            // Closing the job before waiting: a worker that comes late finds nothing. The fence keeps the store before the reads of busy,
            // else a worker could count itself in unseen, still find the job, and take a part of the next one.
            job = null;
            Interlocked.MemoryBarrier();
            while (Volatile.Read(ref busy) != 0)
            {
                spin.SpinOnce(-1);
            }

            own.Work = default;
            thrown = failure;
        }
        finally
        {
            gate.Exit();
        }

        thrown?.Throw();
    }

    private void Take(Job own)
    {
        Job.IsInside = true;
        int part;
        while ((part = Interlocked.Increment(ref next) - 1) < parts)
        {
            try
            {
                own.Run(part);
            }
#pragma warning disable CA1031 // whatever a part throws is thrown again by the caller's thread
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        Job.IsInside = false;
    }

    private void Work(int crew)
    {
        int seen = Volatile.Read(ref epoch);
        while (Volatile.Read(ref generation) == crew)
        {
            int round = 0;
            while (Volatile.Read(ref epoch) == seen && Volatile.Read(ref generation) == crew)
            {
                if (round++ < SpinRounds)
                {
                    Thread.SpinWait(20);
                }
                else
                {
                    Interlocked.Increment(ref sleeping);
                    if (Volatile.Read(ref epoch) == seen && Volatile.Read(ref generation) == crew)
                    {
                        wake.Wait();
                    }

                    Interlocked.Decrement(ref sleeping);
                    round = 0;
                }
            }

            seen = Volatile.Read(ref epoch);

            // Busy is raised before the job is read, so that the caller either sees this worker or has closed the job to it.
            Interlocked.Increment(ref busy);
            if (job is { } own)
            {
                Take(own);
            }

            Interlocked.Decrement(ref busy);
        }
    }

    private abstract class Job
    {
        [ThreadStatic]
        public static bool IsInside;

        public abstract void Run(int part);
    }

    /// <summary>One reusable job per kind of work, so that running it allocates nothing.</summary>
    private sealed class Job<TParts> : Job
        where TParts : struct, IParts
    {
        public static readonly Job<TParts> Instance = new();

        public TParts Work;

        public override void Run(int part) => Work.Run(part);
    }
}
