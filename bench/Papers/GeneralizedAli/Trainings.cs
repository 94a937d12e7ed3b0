using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Independent trainings, each on a thread of its own while its kernels stay on that thread: small steps scale so, and results cannot depend on it.</summary>
internal static class Trainings
{
    /// <summary>The results in the order of the jobs, on as many threads as the run may use; one after the other on a device that is not the processor.</summary>
    /// <param name="context">Told how far all have come.</param>
    /// <param name="stage">What is shown meanwhile.</param>
    /// <param name="jobs">Each gets what it tells its own progress, from 0 to 1.</param>
    public static TResult[] Run<TResult>(RunContext context, string stage, IReadOnlyList<Func<Action<double>, TResult>> jobs)
    {
        int threads = context.Device == Device.Cpu ? Math.Min(context.Threads, jobs.Count) : 1;
        TResult[] results = new TResult[jobs.Count];
        if (threads <= 1)
        {
            for (int i = 0; i < results.Length; i++)
            {
                int done = i;
                results[i] = jobs[i](fraction => context.Progress(stage, (done + fraction) / results.Length));
            }

            return results;
        }

        double[] fractions = new double[jobs.Count];
        ExceptionDispatchInfo?[] failures = new ExceptionDispatchInfo?[jobs.Count];
        int next = -1, before = Device.Cpu.Threads;
        Device.Cpu.Threads = 1;
        try
        {
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work))];
            Array.ForEach(workers, static worker => worker.Start());
            foreach (Thread worker in workers)
            {
                while (!worker.Join(100))
                {
                    context.Progress(stage, fractions.Sum() / fractions.Length);
                }
            }
        }
        finally
        {
            Device.Cpu.Threads = before;
        }

        failures.FirstOrDefault(static failure => failure is not null)?.Throw();
        return results;

        void Work()
        {
            for (int i = Interlocked.Increment(ref next); i < jobs.Count; i = Interlocked.Increment(ref next))
            {
                int own = i;
                try
                {
                    results[own] = jobs[own](fraction => Volatile.Write(ref fractions[own], fraction));
                }
                catch (Exception problem)
                {
                    failures[own] = ExceptionDispatchInfo.Capture(problem);
                }
            }
        }
    }

    /// <summary>Seconds that a job took.</summary>
    public static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
