namespace Onsager.Gpu.Kernels;

/// <summary>The numbers of the contract on bits that kernels share with the CPU.</summary>
internal static class Contract
{
    /// <summary>Elements of a sum that are folded together before block results are.</summary>
    public const int SumBlock = 4096;

    /// <summary>Chains inside a block of a float32 sum.</summary>
    public const int SumLanesSingle = 64;

    /// <summary>Chains inside a block of a float64 sum.</summary>
    public const int SumLanesDouble = 32;

    /// <summary>A matrix product's k is cut at every multiple of this.</summary>
    public const int ProductPiece = 512;
}
