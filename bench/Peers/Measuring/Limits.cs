namespace Onsager.Peers;

/// <summary>
/// What the engine promises, in one place: the least ratio of a row, and the least share of the bound that is measured beside it. Rows with
/// more than one thread are judged only where the multiply-add ceiling itself scales by <see cref="CeilingScaling"/>.
/// </summary>
internal static class Limits
{
    /// <summary>How the ceiling must scale for two threads to be judged.</summary>
    public const double CeilingScaling = 1.9;

    /// <summary>No size, parity or transposition below.</summary>
    private const double Floor = 0.97;

    /// <summary>NT with M = 1 keeps the chain's order, and so does batch 1 against weights [out, in].</summary>
    private const double ChainFloor = 0.5;

    /// <summary>The least geometric mean of a group against a peer; null where only the rows count.</summary>
    public static double? OfMean(string group, string peer) => group == "linear" && IsTorch(peer) ? 1.5 : null;

    /// <summary>The least ratio; null where nothing was promised.</summary>
    public static double? Of(Case work, string peer, int threads) => work.Group switch
    {
        _ when peer == Ourselves.Name => work.Size switch { < 512 => null, < 1024 => 1.85, _ => 1.8 },
        "gemm" => OfGemm(work, peer),
        _ when threads > 1 => null,
        _ => null,
    };

    private static double? OfGemm(Case work, string peer)
    {
        if (work.Name.StartsWith("skinny", StringComparison.Ordinal))
        {
            return work.Name == "skinny M=1 NT" ? ChainFloor : Floor;
        }

        bool transposedB = work.Name == "NT";
        if (!IsTorch(peer))
        {
            return work.Size <= 64 ? 1.0 : Floor;
        }

        return (work.Type, work.Size) switch
        {
            ("f64", <= 256) => 1.3,
            ("f64", _) => 1.05,
            (_, <= 16) => 4,
            (_, <= 32) => 2.5,
            (_, <= 96) => 1.3,
            (_, <= 512) => transposedB ? 1.05 : 1.1,
            _ => transposedB ? 1.0 : 1.05,
        };
    }

    private static bool IsTorch(string peer) => peer.StartsWith("TorchSharp", StringComparison.Ordinal);
}
