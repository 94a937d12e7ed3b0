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

    /// <summary>How much more of the ceiling's work is done in the same time by so many threads than by one.</summary>
    private static double ScalingOf(int threads)
    {
        const int Repeats = 40;
        double[] scaling = new double[Rounds];
        using Barrier start = new(threads + 1), end = new(threads + 1);
        for (int t = 0; t < threads; t++)
        {
            Thread worker = new(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    start.SignalAndWait();
                    Repeat(Repeats);
                    end.SignalAndWait();
                }
            })
            { IsBackground = true };
            worker.Start();
        }

        for (int round = 0; round < Rounds; round++)
        {
            long time = Stopwatch.GetTimestamp();
            Repeat(Repeats);
            double one = Stopwatch.GetElapsedTime(time).TotalSeconds;
            start.SignalAndWait();
            time = Stopwatch.GetTimestamp();
            end.SignalAndWait();
            scaling[round] = threads * one / Stopwatch.GetElapsedTime(time).TotalSeconds;
        }

        Array.Sort(scaling);
        return scaling[Rounds / 2];
    }

    private static void Repeat(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = FmaCeiling.Run();
        }
    }
}
