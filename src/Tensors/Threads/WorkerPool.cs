using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>
/// Threads that wait for work, first spinning, then parked: most kernels are shorter than a wake-up. Parts are cut by the work alone,
/// never by the number of threads, so results cannot depend on it. `bench/Micro -- pool` measures what is said here about times.
/// <para>One caller at a time has the workers; whoever calls meanwhile, or from inside a part, does its parts itself. The caller takes
/// parts too, until none is left, so a run ends even if no worker ever comes: waking workers is a matter of speed alone.</para>
/// </summary>
/// <remarks>
/// Why no run is left early and none is touched late. A worker counts itself in (<c>Busy</c>) before it reads <c>job</c>; the caller
/// takes <c>job</c> away before it reads <c>Busy</c>; both steps are fenced. So a worker either finds no job or is seen and waited for,
/// and what it finds is whole, since <c>job</c> is published last. A worker that comes so late that it finds the next run's job is that
/// run's worker. Why no call is lost: a worker counts itself asleep before it looks at <c>Epoch</c> a last time, the caller raises
/// <c>Epoch</c> before it looks who sleeps.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>
    /// How long a thread spins before it parks: about what waking it costs, so that spinning and waking together never cost more than
    /// twice the better of the two.
    /// </summary>
    internal static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(100);

    /// <summary>
    /// Work that a caller does alone before it wakes anyone. A wake-up takes the caller itself some tens of microseconds, so short runs
    /// far apart are better done alone; time counts on from run to run as long as the gaps are shorter than the spinning would be.
    /// </summary>
    internal static readonly TimeSpan AloneTime = TimeSpan.FromMicroseconds(30);

    internal static readonly long SpinTicks = TicksOf(SpinTime);
    private static readonly long AloneTicks = TicksOf(AloneTime);

    private readonly Lock gate = new();
    private readonly object bed = new();
    private readonly object end = new();
    private Thread[] crew = [];
    private volatile Job? job;
    private volatile int threads = 1;
    private volatile int generation;
    private volatile bool isCallerParked;
    private int parts;
    private int calls;
    private long alone;
    private long lastAlone;
    private Counters counters;

    /// <summary>Threads that work, the caller's included; more than there are cores are right, but no faster.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 256.</exception>
    /// <exception cref="InvalidOperationException">The number is changed inside parallel work.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
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
                ObjectDisposedException.ThrowIf(threads == 0, this);
                if (value != threads)
                {
                    Retire();
                    Hire(value - 1);
                    threads = value;
                }
            }
        }
    }

    /// <summary>The workers, for tests.</summary>
    internal ReadOnlySpan<Thread> Crew => crew;

    /// <summary>Runs every part once, on the caller and the workers. If parts throw, the caller gets what the first of them in order threw.</summary>
    /// <param name="work">The parts.</param>
    /// <param name="count">Their number.</param>
    /// <param name="isLong">Whether the run is known to take long enough for sleeping workers to be woken at once.</param>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public void Run<TParts>(in TParts work, int count, bool isLong = false)
        where TParts : struct, IParts
    {
        if (count > 1 && threads > 1 && !Job.IsInside && gate.TryEnter())
        {
            RunTogether(in work, count, isLong);
        }
        else
        {
            RunAlone(in work, count);
        }
    }

    /// <summary>Ends the threads, once the run in progress is over.</summary>
    /// <exception cref="InvalidOperationException">The pool is disposed inside parallel work.</exception>
    public void Dispose()
    {
        if (Job.IsInside)
        {
            throw new InvalidOperationException("threads: the pool cannot be disposed inside parallel work.");
        }

        lock (gate)
        {
            Retire();
            threads = 0;
        }
    }

    private void RunAlone<TParts>(in TParts work, int count)
        where TParts : struct, IParts
    {
        ObjectDisposedException.ThrowIf(threads == 0, this);
        for (int part = 0; part < count; part++)
        {
            work.Run(part);
        }
    }

    /// <summary>Under the gate, which it leaves.</summary>
    private void RunTogether<TParts>(in TParts work, int count, bool isLong)
        where TParts : struct, IParts
    {
        ExceptionDispatchInfo? failure;
        try
        {
            if (threads <= 1)
            {
                RunAlone(in work, count);
                return;
            }

            // The job is the caller's own: neither another pool nor another caller can meet it.
            Job<TParts> own = Job<TParts>.Own;
            own.Work = work;
            try
            {
                Share(own, count, isLong);
            }
            finally
            {
                own.Work = default;
                failure = own.TakeFailure();
            }
        }
        finally
        {
            gate.Exit();
        }

        failure?.Throw();
    }

    private void Share(Job own, int count, bool isLong)
    {
        parts = count;
        Volatile.Write(ref counters.Next, 0);
        job = own;
        Interlocked.Increment(ref counters.Epoch);
        long begun = Volatile.Read(ref counters.Sleeping) > 0 ? Stopwatch.GetTimestamp() : 0, since = begun;
        if (begun != 0)
        {
            alone = begun - lastAlone > SpinTicks ? 0 : alone;
            if (isLong || alone > AloneTicks)
            {
                Wake();
                since = 0;
            }
        }

        since = Take(own, since);
        if (begun != 0)
        {
            // Whoever had to wake the workers, perhaps too late for this run, wakes them at once in the next.
            lastAlone = Stopwatch.GetTimestamp();
            alone = since != 0 ? alone + lastAlone - since : AloneTicks + 1;
        }

        job = null;
        Interlocked.MemoryBarrier();
        WaitForWorkers();
    }

    /// <summary>Does parts until none is left; a caller that began to work alone at a time wakes workers once that pays, and then returns 0.</summary>
    private long Take(Job own, long aloneSince)
    {
        Job.IsInside = true;
        int part;
        while ((part = Interlocked.Increment(ref counters.Next) - 1) < parts)
        {
            try
            {
                own.Run(part);
            }
#pragma warning disable CA1031 // whatever a part throws is thrown again by the caller's thread
            catch (Exception exception)
#pragma warning restore CA1031
            {
                own.Fail(part, exception);
            }

            if (aloneSince != 0 && part + 1 < parts && alone + (Stopwatch.GetTimestamp() - aloneSince) > AloneTicks)
            {
                Wake();
                aloneSince = 0;
            }
        }

        Job.IsInside = false;
        return aloneSince;
    }

    /// <summary>Wakes two workers, as far as parts are left for them; each of them wakes two more.</summary>
    private void Wake()
    {
        int asleep = Volatile.Read(ref counters.Sleeping), left = parts - Volatile.Read(ref counters.Next);
        int wanted = int.Min(2, int.Min(asleep, left - (crew.Length - asleep)));
        if (wanted > 0)
        {
            lock (bed)
            {
                calls = int.Min(calls + wanted, crew.Length);
                for (int i = 0; i < wanted; i++)
                {
                    Monitor.Pulse(bed);
                }
            }
        }
    }

    private void WaitForWorkers()
    {
        if (Volatile.Read(ref counters.Busy) == 0 || SpinUntilIdle())
        {
            return;
        }

        // Workers have long parts to finish: they may need this core.
        bool isInterrupted = false;
        lock (end)
        {
            isCallerParked = true;
            Interlocked.MemoryBarrier();
            while (Volatile.Read(ref counters.Busy) != 0)
            {
                try
                {
                    Monitor.Wait(end);
                }
                catch (ThreadInterruptedException)
                {
                    // The workers use the caller's memory, so it cannot leave now; it is interrupted again when it can.
                    isInterrupted = true;
                }
            }

            isCallerParked = false;
        }

        if (isInterrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    private bool SpinUntilIdle()
    {
        Spin spin = default;
        while (Volatile.Read(ref counters.Busy) != 0)
        {
            if (!spin.Once())
            {
                return false;
            }
        }

        return true;
    }

    private void Work(int place, int born, int seen)
    {
        // Only as many threads spin as there are cores beside the caller's.
        bool spins = place < Environment.ProcessorCount;
        while (generation == born)
        {
            Spin spin = default;
            while (Volatile.Read(ref counters.Epoch) == seen && generation == born)
            {
                if (!spins || !spin.Once())
                {
                    Sleep(seen, born);
                    spin = default;
                }
            }

            seen = Volatile.Read(ref counters.Epoch);
            if (job is null || Volatile.Read(ref counters.Next) >= parts)
            {
                continue;
            }

            Interlocked.Increment(ref counters.Busy);
            if (job is { } own)
            {
                if (Volatile.Read(ref counters.Sleeping) > 0)
                {
                    Wake();
                }

                Take(own, 0);
            }

            if (Interlocked.Decrement(ref counters.Busy) == 0 && isCallerParked)
            {
                lock (end)
                {
                    Monitor.PulseAll(end);
                }
            }
        }
    }

    private void Sleep(int seen, int born)
    {
        lock (bed)
        {
            Interlocked.Increment(ref counters.Sleeping);
            if (Volatile.Read(ref counters.Epoch) == seen && generation == born)
            {
                while (calls == 0 && generation == born)
                {
                    Monitor.Wait(bed);
                }

                calls = int.Max(0, calls - 1);
            }

            Interlocked.Decrement(ref counters.Sleeping);
        }
    }

    private void Hire(int count)
    {
        crew = new Thread[count];
        int born = generation, seen = counters.Epoch;
        for (int i = 0; i < count; i++)
        {
            int place = i + 1;
            crew[i] = new Thread(() => Work(place, born, seen)) { IsBackground = true, Name = "Onsager worker" };
            crew[i].Start();
        }
    }

    private void Retire()
    {
        lock (bed)
        {
            generation++;
            calls = 0;
            Monitor.PulseAll(bed);
        }

        foreach (Thread thread in crew)
        {
            thread.Join();
        }

        crew = [];
    }

    private static long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>What the threads change while they work: each in cache lines of its own, as a neighbour's line may be fetched with it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 5 * Apart)]
    private struct Counters
    {
        private const int Apart = 128;

        [FieldOffset(Apart)]
        public int Epoch;

        [FieldOffset(2 * Apart)]
        public int Next;

        [FieldOffset(3 * Apart)]
        public int Busy;

        [FieldOffset(4 * Apart)]
        public int Sleeping;
    }
}
