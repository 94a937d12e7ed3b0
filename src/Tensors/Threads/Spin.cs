using System.Diagnostics;

namespace Onsager.Tensors;

/// <summary>A while of spinning: pauses, and between them a look at the clock and a chance for other threads.</summary>
internal struct Spin
{
    /// <summary>Rounds of a pause (some 30 ns each) between two looks at the clock, after which other threads are let in if there are any.</summary>
    private const int PausesPerLook = 32;

    private int pauses;
    private long until;

    /// <summary>Pauses once; false when it has gone on for long enough.</summary>
    public bool Once()
    {
        Thread.SpinWait(1);
        if (++pauses % PausesPerLook != 0)
        {
            return true;
        }

        long now = Stopwatch.GetTimestamp();
        until = until == 0 ? now + WorkerPool.SpinTicks : until;
        Thread.Yield();
        return now < until;
    }
}
