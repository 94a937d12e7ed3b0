namespace Onsager.Papers.Tests;

/// <summary>
/// How a run is repeated that must have the same fingerprint as the one on a single thread. The gate has as many threads as no run divides well and registers of half the width at
/// once; with ONSAGER_CASES above 1,000 there is a run for each number of threads and each width, of which the narrowest takes minutes: it has no multiply-add and
/// builds one from sums of two.
/// </summary>
public static class OtherRuns
{
    public static TheoryData<string, string> Gate => IsLong ? Every : new() { { "7", "EnableAVX512" } };

    /// <summary>Threads, and the switch of the instruction set that is off.</summary>
    public static TheoryData<string, string> Every => new() { { "2", "" }, { "7", "" }, { "1", "EnableAVX512" }, { "7", "EnableAVX512" }, { "2", "EnableAVX2" } };

    /// <summary>Whether runs of minutes are asked for.</summary>
    public static bool IsLong => int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_CASES"), out int cases) && cases > 1000;
}
