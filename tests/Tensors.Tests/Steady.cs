namespace Onsager.Tensors.Tests;

/// <summary>Work that repeats and takes no memory any more.</summary>
internal static class Steady
{
    /// <summary>
    /// No managed byte on any thread and no native block in a number of windows of so many repetitions. Other threads' bytes show in the whole
    /// process's, to which the runtime and the test host add now and then: not in every window. A thread that takes part for the first time makes
    /// scratch memory of its own, once: then all windows are repeated.
    /// </summary>
    public static void AllocatesNothing(Action work, int windows, int repetitions)
    {
        const int Attempts = 3;
        for (int attempt = 1; !MakesNoBlocks(work, windows, repetitions); attempt++)
        {
            Assert.True(attempt < Attempts, $"native blocks were made in each of {Attempts} times {windows * repetitions} repetitions");
        }
    }

    private static bool MakesNoBlocks(Action work, int windows, int repetitions)
    {
        long blocks = Device.Cpu.NativeBlocks, own = GC.GetAllocatedBytesForCurrentThread(), least = long.MaxValue;
        for (int window = 0; window < windows; window++)
        {
            long all = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < repetitions; i++)
            {
                work();
            }

            least = long.Min(least, GC.GetTotalAllocatedBytes(precise: true) - all);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
        Assert.Equal(0, least);
        return blocks == Device.Cpu.NativeBlocks;
    }
}
