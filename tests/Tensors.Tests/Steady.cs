namespace Onsager.Tensors.Tests;

/// <summary>Work that repeats and takes no memory any more.</summary>
internal static class Steady
{
    /// <summary>
    /// Once warm, no managed byte on any thread and no native block in a number of windows of so many repetitions. Other threads' bytes show in the
    /// whole process's, to which the runtime and the test host add now and then: not in every window.
    /// </summary>
    public static void AllocatesNothing(Action work, int windows, int repetitions)
    {
        WarmUp(work);
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
        Assert.Equal(blocks, Device.Cpu.NativeBlocks);
    }

    /// <summary>
    /// Repeats the work until 200 times in a row have made no native block: a thread that takes part for the first time makes scratch memory of its
    /// own, once, and two that overlap for the first time need two blocks where one was enough.
    /// </summary>
    private static void WarmUp(Action work)
    {
        const int Quiet = 200, Most = 5_000;
        long blocks = Device.Cpu.NativeBlocks;
        for (int since = 0, all = 0; since < Quiet; since++, all++)
        {
            work();
            if (Device.Cpu.NativeBlocks != blocks)
            {
                (blocks, since) = (Device.Cpu.NativeBlocks, 0);
            }

            Assert.True(all < Most, $"native blocks are still made after {Most} repetitions");
        }
    }
}
