using System.Text.RegularExpressions;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>The loops of every operator, conversion, distribution and integer map.</summary>
public partial class DisassemblyTests
{
    private const string Optimised = "(FullOpts)";

    /// <summary>
    /// One loop at least works on 512-bit registers, and no method calls a lane's member or an operator: where it does, the compiler has run out of its
    /// budget and the formula is made of calls.
    /// </summary>
    [Avx512Fact]
    public async Task The_loops_of_operators_conversions_and_distributions_neither_call_nor_spill()
    {
        string file = Path.GetTempFileName();
        try
        {
            await Child.Run(
                ["--hot", "elementwise"],
                ("DOTNET_JitDisasm", "Run Near Far AllNear Tail Groups ToIntegers Loop Select Abs Sign Sum CumulativeSum"), ("DOTNET_JitStdOutFile", file), ("DOTNET_JitDisasmDiffable", "1"));
            Dictionary<string, string> listings = [];
            foreach (string text in File.ReadAllText(file).Split("; Assembly listing for method ")[1..])
            {
                listings[text[..text.IndexOf('\n')]] = text;
            }

            Wide wide = new(listings);
            foreach (OpRow row in OpTable.Rows)
            {
                row.Accept(wide);
            }

            AssertWide(listings, "UnaryLoop`2[Onsager.Simd.Chain`2[Onsager.Simd.Tanh,Onsager.Simd.Exp],float]:Run[Onsager.Simd.F32x16]");
            AssertWide(listings, "UnaryLoop`2[Onsager.Simd.Chain`2[Onsager.Simd.Tanh,Onsager.Simd.Exp],double]:Run[Onsager.Simd.F64x8]");
            AssertWide(listings, "BinaryLoop`2[Onsager.Simd.BinaryChain`2[Onsager.Simd.Multiply,Onsager.Simd.Sigmoid],float]:Run[Onsager.Simd.F32x16]");
            foreach (string format in (string[])["Float16Format", "BFloat16Format"])
            {
                AssertWide(listings, $"NarrowLoop`2[Onsager.Simd.{format},float]:Run[Onsager.Simd.F32x16]");
                AssertWide(listings, $"WidenLoop`2[Onsager.Simd.{format},float]:Run[Onsager.Simd.F32x16]");
            }

            AssertWide(listings, "NarrowLoop`2[Onsager.Simd.Float16Format,double]:Run[Onsager.Simd.F64x8]");
            AssertWide(listings, "WidenLoop`2[Onsager.Simd.Float16Format,double]:Run[Onsager.Simd.F64x8]");
            foreach (Type distribution in typeof(IDistribution).Assembly.GetExportedTypes().Where(type => type.IsValueType && type.IsAssignableTo(typeof(IDistribution))))
            {
                AssertWide(listings, $"RandomLoop`2[{distribution.FullName},float]:Groups[Onsager.Simd.Blocks8,Onsager.Simd.F32x16]", spills: SpillsOf(distribution));
            }

            foreach (Type distribution in (Type[])[typeof(UniformDistribution), typeof(NormalDistribution)])
            {
                AssertWide(listings, $"RandomLoop`2[{distribution.FullName},double]:Groups[Onsager.Simd.Blocks8,Onsager.Simd.F64x8]", spills: SpillsOf(distribution));
            }

            // The framework's own vectors, which this runtime makes 256 bits wide.
            AssertWide(listings, "Map:ToIntegers(", "ymm");
            AssertWide(listings, "Compare:Loop[Onsager.Simd.IsLess,float,Onsager.Simd.Compare+Each`1[float]]", "ymm");
            AssertWide(listings, "Booleans:Select[uint](", "ymm");
            AssertWide(listings, "Integers:Abs[int](", "ymm");
            AssertWide(listings, "Integers:Sign[int](", "ymm");
            AssertWide(listings, "Integers:Sum(System.ReadOnlySpan`1[int])", "ymm");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// Registers in memory. The generator's state, two chains of it, and the coefficients of a logarithm and of a sine with a cosine do not fit 32
    /// registers together; they lie in the first-level cache, and each is read once for 32 or 64 numbers.
    /// </summary>
    private static int SpillsOf(Type distribution) =>
        distribution == typeof(ExponentialDistribution) ? 24
        : distribution == typeof(NormalDistribution) || distribution == typeof(ScaledNormalDistribution) ? 8 : 0;

    private static void AssertWide(Dictionary<string, string> listings, string method, string register = "zmm", int spills = 0)
    {
        string header = Assert.Single(listings.Keys, name => name.StartsWith("Onsager.Simd." + method, StringComparison.Ordinal)), listing = listings[header];
        Assert.True(header.Contains(Optimised, StringComparison.Ordinal), $"{header} is not optimised at its first call");
        AssertNoMemberCalled(method, listing);
        string[] loops = [.. Loops(listing).Where(text => Regex.Count(text, $@"\s{register}\d") > 1)];
        Assert.True(loops.Length > 0, $"{method} has no loop over {register}:\n{listing}");

        // The innermost: loops that hold no other.
        foreach (string loop in loops.Where(loop => !loops.Any(other => other != loop && loop.Contains(other, StringComparison.Ordinal))))
        {
            // A method with memory on its stack ends the process where that was overrun; the last part of a register may stand between the jumps.
            Assert.False(Regex.IsMatch(loop, @"\scall +(?! |CORINFO_HELP_FAIL_FAST|\[Onsager\.Simd\.\S*Tail\[)"), $"{method} calls:\n{listing}");
            Assert.True(Regex.Count(loop, $@"{register}word ptr \[r(sp|bp)") <= spills, $"{method} spills registers:\n{listing}");
        }
    }

    /// <summary>Where the text holds a call of a lane's member, a second copy of the formula has exhausted the budget.</summary>
    private static void AssertNoMemberCalled(string method, string listing) =>
        Assert.False(Regex.IsMatch(listing, @"call +\[Onsager\.Simd\.(F\d\dx\d|Blocks\d|StorageFormats)"), $"{method} consists of calls:\n{listing}");

    private sealed class Wide(Dictionary<string, string> listings) : IOpVisitor
    {
        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            Unary<TOp>("float", "F32x16", TOp.NearBound<F32x16>() > 0);
            Unary<TOp>("double", "F64x8", TOp.NearBound<F64x8>() > 0);
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            foreach (string loop in (string[])["BinaryLoop`2", "BinaryScalarLoop`2", "ScalarBinaryLoop`2"])
            {
                Loop<TOp>(loop, "float", "Run", "F32x16");
                Loop<TOp>(loop, "double", "Run", "F64x8");
                if (TOp.IsLong)
                {
                    string tail = $"Onsager.Simd.{loop}[{typeof(TOp).FullName},float]:Tail[Onsager.Simd.F32x16]";
                    AssertNoMemberCalled(tail, Assert.Single(listings, pair => pair.Key.StartsWith(tail, StringComparison.Ordinal)).Value);
                }
            }
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            Loop<TOp>("TernaryLoop`2", "float", "Run", "F32x16");
            Loop<TOp>("TernaryLoop`2", "double", "Run", "F64x8");
        }

        /// <summary>An operator with a short course for near arguments calls, in the other, a method for the farthest: on purpose, and not judged.</summary>
        private void Unary<TOp>(string type, string lanes, bool near)
        {
            foreach (string method in near ? (string[])["AllNear", "Near"] : ["Run"])
            {
                Loop<TOp>(near ? "NearBlocks`2" : "UnaryLoop`2", type, method, lanes);
            }
        }

        private void Loop<TOp>(string loop, string type, string method, string lanes) =>
            AssertWide(listings, $"{loop}[{typeof(TOp).FullName},{type}]:{method}[Onsager.Simd.{lanes}]");
    }
}
