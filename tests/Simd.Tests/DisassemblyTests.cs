using System.Text.RegularExpressions;

namespace Onsager.Simd.Tests;

/// <summary>What the compiler makes of the hottest loops: no call, no spilled register, full width.</summary>
public partial class DisassemblyTests
{
    [Avx512Fact]
    public async Task The_hottest_loops_neither_call_nor_spill()
    {
        string file = Path.GetTempFileName();
        try
        {
            await Child.Run(["--hot"], ("DOTNET_JitDisasm", "Run ReduceBlock"), ("DOTNET_JitStdOutFile", file), ("DOTNET_JitDisasmDiffable", "1"));
            string[] listings = File.ReadAllText(file).Split("; Assembly listing for method ");
            AssertClean(listings, "MicroKernel:Run[Onsager.Simd.Rows12,Onsager.Simd.F32x16,float]", "vfmadd231ps zmm", 24);
            AssertClean(listings, "UnaryLoop`2[Onsager.Simd.Exp,float]:Run[Onsager.Simd.F32x16]", "vscalefps zmm", 2);
            AssertClean(listings, "ReduceBlock[Onsager.Simd.SumTerm,Onsager.Simd.F32x16,float]", "vaddps   zmm", 4);
            AssertClean(listings, "ReduceBlock[Onsager.Simd.DotTerm,Onsager.Simd.F32x16,float]", "vfmadd213ps zmm", 4);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertClean(string[] listings, string method, string instruction, int atLeast)
    {
        string listing = Assert.Single(listings, text => text.StartsWith("Onsager.Simd." + method, StringComparison.Ordinal));
        Assert.True(Regex.Count(listing, Regex.Escape(instruction)) >= atLeast, $"{method} has too few of {instruction}:\n{listing}");
        Assert.False(Call().IsMatch(listing), $"{method} calls:\n{listing}");
        Assert.False(Spill().IsMatch(listing), $"{method} spills registers:\n{listing}");
    }

    [GeneratedRegex(@"^\s+(call|tail\.jmp)\s", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"zmmword ptr \[r(sp|bp)[^\n]*")]
    private static partial Regex Spill();

    private sealed class Avx512FactAttribute : FactAttribute
    {
        public Avx512FactAttribute() => Skip = Lanes.InstructionSet == "AVX-512" ? null : $"AVX-512's listings are judged; this processor uses {Lanes.InstructionSet}";
    }
}
