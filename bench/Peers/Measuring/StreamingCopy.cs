using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Onsager.Peers;

/// <summary>
/// A copy whose stores pass by the caches: the most that memory gives, since nothing is read only to be overwritten. glibc's memmove copies
/// this way only where an array is much larger than the last-level cache that the processor reports.
/// </summary>
internal static unsafe class StreamingCopy
{
    /// <summary>Copies the whole registers of a length; both ends of memory are aligned to 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, byte* to, nint bytes)
    {
        int step = Vector512.IsHardwareAccelerated ? 64 : 32;
        if (step == 64)
        {
            for (nint i = 0; i + step <= bytes; i += step)
            {
                Vector512.StoreAlignedNonTemporal(Vector512.Load(from + i), to + i);
            }
        }
        else
        {
            for (nint i = 0; i + step <= bytes; i += step)
            {
                Vector256.StoreAlignedNonTemporal(Vector256.Load(from + i), to + i);
            }
        }

        // The copy is done when its stores are.
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
