namespace Onsager.Tensors.Tests;

/// <summary>For tests that count bytes: unoptimised code boxes where optimised code does not.</summary>
internal static class Optimized
{
    /// <summary>Why such a test is skipped; null where it runs.</summary>
#if DEBUG
    public const string? Skip = "bytes are counted in optimised builds only";
#else
    public const string? Skip = null;
#endif
}
