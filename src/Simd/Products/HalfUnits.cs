using System.Runtime.Intrinsics.X86;

namespace Onsager.Simd;

/// <summary>Whether this core does 512-bit work in two turns of units of 256 bits, as AMD's Zen 4 does (family 19h). It decides which kernel is taken, never a bit.</summary>
internal static class HalfUnits
{
    public static readonly bool V512 = X86Base.IsSupported && IsZen4();

    /// <summary>The vendor's name and the family, as leaves 0 and 1 of CPUID give them (AMD64 Architecture Programmer's Manual, volume 3, appendix E).</summary>
    private static bool IsZen4()
    {
        (_, int name, _, _) = X86Base.CpuId(0, 0);
        (int signature, _, _, _) = X86Base.CpuId(1, 0);
        const int Auth = 0x68747541;
        int family = ((signature >> 8) & 0xF) + ((signature >> 20) & 0xFF);
        return name == Auth && family == 0x19;
    }
}
