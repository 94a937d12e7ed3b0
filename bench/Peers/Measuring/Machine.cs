using System.Diagnostics;
using Onsager.Simd;

namespace Onsager.Peers;

/// <summary>What this machine allows: the multiply-add ceiling of a core, how it scales over threads, and the bandwidth of copying.</summary>
internal sealed record Machine(string Description, int Threads, double Ceiling32, double Ceiling64, double Scaling, double Copy, double StreamingCopy)
{
    /// <summary>Floats of the arrays that are copied: out of every cache.</summary>
    public const int Elements = 10_000_000;

    private const int Rounds = 21;

    public static Machine Measure(string? description, int threads)
    {
        using Memory<float> from = Memory<float>.Random(Elements, 1), to = new(Elements);
        double[] seconds = SideBySide.Medians(
            Rounds, 1e-3,
            ("f32", static () => FmaCeiling.Run()),
            ("f64", static () => FmaCeiling.RunDouble()),
            ("copy", () => from.Span.CopyTo(to.Span)),
            ("streaming copy", () => from.StreamTo(to)));
        double bytes = 2.0 * sizeof(float) * Elements;
        return new Machine(
            description ?? $"{Lanes.InstructionSet}, {Environment.ProcessorCount} cores",
            threads,
            FmaCeiling.Flop / seconds[0] / 1e9,
            FmaCeiling.Flop / 2 / seconds[1] / 1e9,
            threads == 1 ? 1 : ScalingOf(threads),
            bytes / seconds[2] / 1e9,
            bytes / seconds[3] / 1e9);
    }

    /// <summary>
    /// How much more of the ceiling's work is done in the same time by so many threads than by one: the best of both over the rounds, since
    /// it is asked what the machine can do, and whoever shares it disturbs some of them.
    /// </summary>
    private static double ScalingOf(int threads)
    {
        // For some seconds after the libraries were loaded their threads still spin on a core.
        const int Rounds = 20;
        double one = 0, all = 0;
        for (int round = 0; round < Rounds; round++)
        {
            one = double.Max(one, CallsPerSecond(1));
            all = double.Max(all, CallsPerSecond(threads));
        }

        return all / one;
    }

    /// <summary>The ceiling's calls of so many threads together, once each of them has worked long enough for the system to give it a core of its own: that can take a tenth of a second.</summary>
    private static double CallsPerSecond(int threads)
    {
        const double WarmSeconds = 0.15, Seconds = 0.05;
        double[] rates = new double[threads];
        Thread[] crew = new Thread[threads];
        for (int t = 0; t < threads; t++)
        {
            int place = t;
            crew[t] = new Thread(() =>
            {
                _ = Rate(WarmSeconds);
                rates[place] = Rate(Seconds);
            });
        }

        Array.ForEach(crew, static thread => thread.Start());
        Array.ForEach(crew, static thread => thread.Join());
        return rates.Sum();
    }

    private static double Rate(double seconds)
    {
        int calls = 0;
        long start = Stopwatch.GetTimestamp();
        double time;
        do
        {
            _ = FmaCeiling.Run();
            calls++;
            time = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (time < seconds);

        return calls / time;
    }
}
