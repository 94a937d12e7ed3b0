using System.Text.RegularExpressions;

namespace Onsager.Simd.Tests;

/// <summary>What the compiler makes of the hottest loops: no call, no spilled register, full width.</summary>
public partial class DisassemblyTests
{
    private const string FusedMultiplyAdd = @"vfmadd\d+p[sd] +[xyz]mm";

    [Avx512Fact]
    public async Task The_hottest_loops_neither_call_nor_spill()
    {
        string file = Path.GetTempFileName();
        try
        {
            await Child.Run(["--hot"], ("DOTNET_JitDisasm", "Run Near ReduceBlock EightRows FourDots FullStrip"), ("DOTNET_JitStdOutFile", file), ("DOTNET_JitDisasmDiffable", "1"));
            string[] listings = File.ReadAllText(file).Split("; Assembly listing for method ");
            AssertClean(listings, Kernel("Rows12", "TwoFar", "F32x16", "512`1[float]", "F32x16", "512`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "Two", "F32x16", "512`1[float]", "F32x16", "512`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "Two", "F32x16", "512`1[float]", "F32x8", "256`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows8", "Three", "F32x16", "512`1[float]", "F32x16", "512`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "TwoFar", "F64x8", "512`1[double]", "F64x8", "512`1[double]", "double"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "Two", "F64x8", "512`1[double]", "F64x8", "512`1[double]", "double"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "Two", "F32x8", "256`1[float]", "F32x8", "256`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, Kernel("Rows12", "Two", "F32x4", "128`1[float]", "F32x4", "128`1[float]", "float"), FusedMultiplyAdd, 24);
            AssertClean(listings, "ConvolutionKernel:Run[Onsager.Simd.Rows8,Onsager.Simd.Three,Onsager.Simd.F32x16Register,System.Runtime.Intrinsics.Vector512`1[float],float]", FusedMultiplyAdd, 24);
            AssertClean(listings, "WeightGradientKernel:Run[Onsager.Simd.Rows4,Onsager.Simd.Rows3,Onsager.Simd.One,Onsager.Simd.F32x16Register,System.Runtime.Intrinsics.Vector512`1[float],float]", FusedMultiplyAdd, 12);
            AssertClean(listings, "RowProduct:EightRows[Onsager.Simd.F32x16,float]", FusedMultiplyAdd, 8);
            AssertClean(listings, "RowProduct:FourDots[Onsager.Simd.F32x8,float]", FusedMultiplyAdd, 4);
            AssertClean(listings, "Transpose:FullStrip[Onsager.Simd.F32x16,float]", @"vunpck[lh]p[sd] +zmm", 8);
            AssertClean(listings, "UnaryLoop`2[Onsager.Simd.Exp,float]:Run[Onsager.Simd.F32x16]", @"vscalefps +zmm", 1);
            AssertClean(listings, "NearBlocks`2[Onsager.Simd.Sin,float]:Near[Onsager.Simd.F32x16]", FusedMultiplyAdd, 9);
            AssertClean(listings, "NearBlocks`2[Onsager.Simd.Cos,float]:Near[Onsager.Simd.F32x16]", FusedMultiplyAdd, 9);
            AssertClean(listings, "NearBlocks`2[Onsager.Simd.Tan,float]:Near[Onsager.Simd.F32x16]", FusedMultiplyAdd, 12);
            AssertClean(listings, "UnaryLoop`2[Onsager.Simd.Digamma,float]:Run[Onsager.Simd.F32x16]", FusedMultiplyAdd, 25);
            AssertClean(listings, "FixedOrder:ReduceBlock[Onsager.Simd.SumTerm,Onsager.Simd.F32x16,float]", @"vaddps +zmm", 4);
            AssertClean(listings, "FixedOrder:ReduceBlock[Onsager.Simd.DotTerm,Onsager.Simd.F32x16,float]", FusedMultiplyAdd, 4);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Kernel(string rows, string columns, string lane, string vector, string lastLane, string lastVector, string element) =>
        $"MicroKernel:Run[Onsager.Simd.{rows},Onsager.Simd.{columns},Onsager.Simd.{lane}Register,System.Runtime.Intrinsics.Vector{vector},"
        + $"Onsager.Simd.{lastLane}Register,System.Runtime.Intrinsics.Vector{lastVector},{element}]";

    /// <summary>The method has a loop with that many of the instruction, and in the loop neither a call nor a register in memory.</summary>
    private static void AssertClean(string[] listings, string method, string instruction, int atLeast)
    {
        string listing = Assert.Single(listings, text => text.StartsWith("Onsager.Simd." + method, StringComparison.Ordinal));
        string? loop = Loops(listing).FirstOrDefault(text => Regex.Count(text, instruction) >= atLeast);
        Assert.True(loop is not null, $"{method} has no loop with {atLeast} of {instruction}:\n{listing}");
        Assert.False(Regex.IsMatch(loop, @"\scall\s"), $"{method} calls:\n{listing}");
        Assert.False(Regex.IsMatch(loop, @"[xyz]mmword ptr \[r(sp|bp)"), $"{method} spills registers:\n{listing}");
    }

    /// <summary>What lies between a label and a jump back to it.</summary>
    private static IEnumerable<string> Loops(string listing)
    {
        foreach (Match jump in Jump().Matches(listing))
        {
            int label = listing.IndexOf($"\n{jump.Groups[1].Value}:", StringComparison.Ordinal);
            if (label >= 0 && label < jump.Index)
            {
                yield return listing[label..jump.Index];
            }
        }
    }

    [GeneratedRegex(@"\sj[a-z]+ +(?:SHORT )?(G_M\w+)")]
    private static partial Regex Jump();

    private sealed class Avx512FactAttribute : FactAttribute
    {
        public Avx512FactAttribute() =>
            Skip = Lanes.InstructionSet == "AVX-512" ? null : $"AVX-512's listings are judged; this processor uses {Lanes.InstructionSet}";
    }
}
