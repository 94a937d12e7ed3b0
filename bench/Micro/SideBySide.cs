using System.Diagnostics;

namespace Onsager.Micro;

/// <summary>
/// Times several pieces of work interleaved, round by round, so that a machine whose speed drifts treats them alike, and gives the median
/// of each.
/// </summary>
internal static class SideBySide
{
    private const double WarmSeconds = 0.01;

    /// <summary>Median seconds of one call of each piece of work, over the rounds.</summary>
    public static double[] Medians(int rounds, double minimumSeconds, params (string Name, Action Work)[] pieces) =>
        Medians(rounds, minimumSeconds, null, pieces);

    /// <summary>
    /// The same with a rest before every sample, and as many calls after it that are not timed as then are: the threads of the piece before
    /// have gone to sleep by then, and its memory is back in the caches as far as they hold it. Calls that take longer than
    /// <see cref="WarmSeconds"/> warm themselves, unless there are threads to be woken: then calls follow each other for that long at the
    /// least, since the system may wake a thread on the core that its caller works on, and moves it only some milliseconds later.
    /// </summary>
    public static double[] Medians(int rounds, double minimumSeconds, TimeSpan? rest, params (string Name, Action Work)[] pieces)
    {
        int[] calls = new int[pieces.Length];
        for (int p = 0; p < pieces.Length; p++)
        {
            calls[p] = CallsFor(pieces[p].Work, minimumSeconds);
        }

        double[][] times = [.. pieces.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int p = 0; p < pieces.Length; p++)
            {
                if (rest is TimeSpan time)
                {
                    Thread.Sleep(time);
                    if (time > TimeSpan.Zero)
                    {
                        Wake(pieces[p].Work, calls[p]);
                    }
                    else if (round == 0 || times[p][round - 1] < WarmSeconds)
                    {
                        _ = Time(pieces[p].Work, calls[p]);
                    }
                }

                times[p][round] = Time(pieces[p].Work, calls[p]);
            }
        }

        return [.. times.Select(Median)];
    }

    private static int CallsFor(Action work, double minimumSeconds)
    {
        int calls = 1;
        for (int warm = 0; warm < 3; warm++)
        {
            work();
        }

        while (Time(work, calls) * calls < minimumSeconds)
        {
            calls *= 2;
        }

        return calls;
    }

    private static void Wake(Action work, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            _ = Time(work, calls);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmSeconds);
    }

    private static double Time(Action work, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static double Median(double[] times)
    {
        double[] sorted = [.. times.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
