using System.Diagnostics;
using Onsager.Tensors;

namespace Onsager.Micro.Gpu;

/// <summary>Times work that a device does later: many calls, then one wait.</summary>
internal static class DeviceTimer
{
    private const int Rounds = 5;
    private const double RoundSeconds = 0.04;

    /// <summary>Median seconds of one call on a device of ours.</summary>
    public static double Seconds(Device device, Action work) => Seconds(work, device.Synchronize);

    /// <summary>The same for whoever can wait.</summary>
    public static double Seconds(Action work, Action wait)
    {
        // The first call compiles; a second and third fill the pools.
        for (int i = 0; i < 3; i++)
        {
            work();
        }

        wait();
        int calls = 1;
        double seconds = Round(work, wait, calls);
        while (seconds * calls < RoundSeconds)
        {
            calls *= 2;
            seconds = Round(work, wait, calls);
        }

        double[] times = [.. Enumerable.Range(0, seconds > 0.5 ? 1 : Rounds).Select(_ => Round(work, wait, calls)).Order()];
        return times[times.Length / 2];
    }

    private static double Round(Action work, Action wait, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            work();
        }

        wait();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
