using System.Reflection;
using System.Runtime.Intrinsics.X86;
using Onsager.Conformance;
using Xunit.Sdk;

namespace Onsager.Simd.Tests;

/// <summary>
/// The same bits under every instruction set that the runtime can be told to pretend: the workload runs in child processes, each of
/// which says which registers it really used, so that no switch can pass by doing nothing.
/// </summary>
public class IsaTests
{
    private static readonly Lazy<string[]> Here = new(() => [.. Workload.Run<Native>().Select(pair => $"{pair.Hash} {pair.Name}")]);

    [Theory]
    [Switch("DOTNET_EnableAVX512", "0", "AVX2")]
    [Switch("DOTNET_EnableAVX2", "0", "scalar")]
    [Switch("DOTNET_EnableHWIntrinsic", "0", "scalar")]
    [Switch("DOTNET_PreferredVectorBitWidth", "256", "AVX2")]
    [Switch("DOTNET_PreferredVectorBitWidth", "128", "SSE with FMA")]
    [Switch("DOTNET_TieredCompilation", "0", null)]
    public async Task Bits_are_the_same_under(string variable, string value, string? instructionSet)
    {
        string[] lines = (await Child.Run([], (variable, value))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"instruction set: {instructionSet ?? Lanes.InstructionSet}", lines[0]);
        Assert.Equal(Here.Value, lines[1..]);
    }

    /// <summary>A switch and the registers that it leaves; skipped where it would change nothing.</summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    private sealed class SwitchAttribute : DataAttribute
    {
        private static readonly string[] Switches = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic", "DOTNET_PreferredVectorBitWidth"];
        private readonly object?[] row;

        public SwitchAttribute(string variable, string value, string? instructionSet)
        {
            row = [variable, value, instructionSet];
            bool changes = instructionSet is null || (instructionSet != Lanes.InstructionSet && (Avx2.IsSupported || variable == "DOTNET_EnableHWIntrinsic"));
            string? already = Array.Find(Switches, name => Environment.GetEnvironmentVariable(name) is not null);
            Skip = already is not null ? $"this process runs under {already} itself"
                : changes ? null : $"{variable}={value} changes nothing on this processor, which uses {Lanes.InstructionSet}";
        }

        public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [row!];
    }
}
