namespace Onsager.Peers;

/// <summary>
/// What the engine promises, in one place: the least ratio of a row, and the least share of the bound that is measured beside it. Rows with
/// more than one thread are judged only where the multiply-add ceiling itself scales by <see cref="CeilingScaling"/>.
/// </summary>
internal static class Limits
{
    /// <summary>How the ceiling must scale for two threads to be judged.</summary>
    public const double CeilingScaling = 1.9;

    /// <summary>float32 products reach these shares of the multiply-add ceiling.</summary>
    public static readonly (string Range, int First, int Last, double Share)[] CeilingShares =
        [("n = 128 to 512", 128, 512, 0.92), ("n above 512", 513, int.MaxValue, 0.86)];

    /// <summary>Out of cache, of the bandwidth of the fastest copy.</summary>
    private const double OutOfCacheShare = 0.9;

    /// <summary>What the losses of a training step may differ by from a peer's, absolutely, over the first steps from the same weights.</summary>
    public const double LossDifference = 1e-5;

    /// <summary>No size, parity or transposition below.</summary>
    private const double Floor = 0.97;

    /// <summary>NT with M = 1 keeps the chain's order, and so does batch 1 against weights [out, in].</summary>
    private const double ChainFloor = 0.5;

    /// <summary>Fourier transforms of 2^10 to 2^20 complex numbers, which MKL does.</summary>
    private const double FourierFloor = 0.7;

    /// <summary>float32 in cache, against TensorPrimitives at its best and against libtorch.</summary>
    private static readonly Dictionary<string, (double? Primitives, double? Torch)> InCache = new()
    {
        ["exp"] = (1.6, 2.5),
        ["log"] = (0.95, 2),
        ["sin"] = (2.5, 3),
        ["cos"] = (2.5, 3),
        ["sin 1e5"] = (null, 10),
        ["cos 1e5"] = (null, 10),
        ["tanh"] = (1.4, 4),
        ["sigmoid"] = (1.3, 1.4),
        ["expm1"] = (1.4, 2.5),
        ["pow"] = (2, 1.3),
        ["erf"] = (null, 2),
        ["gelu"] = (null, 1.2),
        ["relu"] = (0.95, 1.2),
        ["abs"] = (0.95, 1.2),
        ["sqrt"] = (0.95, 1.2),
        ["add"] = (0.95, 1.2),
        ["multiply"] = (0.95, 1.2),
    };

    /// <summary>The least geometric mean of a group against a peer; null where only the rows count.</summary>
    public static double? OfMean(string group, string peer) => group == "linear" && IsTorch(peer) ? 1.5 : null;

    /// <summary>The least ratio; null where nothing was promised.</summary>
    public static double? Of(Case work, string peer, int threads) => work.Group switch
    {
        _ when peer == Ourselves.Name => IsSkinny(work) ? null : work.Size switch { < 512 => null, < 1024 => 1.85, _ => 1.8 },
        "gemm" => OfGemm(work, peer),
        _ when threads > 1 => null,
        "elementwise" => OfElementwise(work, peer),
        "reductions" => OfReduction(work, peer),
        "linear" when IsTorch(peer) => work.Size == 1 && work.Name.EndsWith("[out,in]", StringComparison.Ordinal) ? ChainFloor : Floor,
        "step" when peer == Ourselves.Eager => IsSmallStep(work) ? 1.3 : null,
        "step" when IsTorch(peer) => OfStep(work),
        "ode" when IsTorch(peer) => work.Name.EndsWith("spans", StringComparison.Ordinal) ? 20 : 5,
        "overhead" when IsTorch(peer) => 8,
        "linalg" when IsTorch(peer) => OfLinalg(work),
        "random" when IsTorch(peer) => work.Name switch { "uniform" => 4, "normal" => 2.5, _ => null },
        _ => null,
    };

    /// <summary>The least share of the bound that is measured beside; null where nothing was promised.</summary>
    public static double? OfShare(Case work) => (work.Group, work.Type) switch
    {
        _ when work.Bound is null => null,
        ("elementwise", "f32") when InCache.ContainsKey(work.Name) => OutOfCacheShare,
        ("reductions", "f32") when work.Name is "sum" or "dot" => OutOfCacheShare,
        _ => null,
    };

    private static double? OfElementwise(Case work, string peer)
    {
        if (work.Type != "f32" || work.Size != ElementwiseGroup.InCache || !InCache.TryGetValue(work.Name, out (double? Primitives, double? Torch) least))
        {
            return null;
        }

        return IsTorch(peer) ? least.Torch : least.Primitives;
    }

    private static double? OfReduction(Case work, string peer) => (work.Type, work.Name) switch
    {
        ("f32", "sum") when work.Size <= ElementwiseGroup.InCache => IsTorch(peer) ? 1.0 : 1.1,
        ("f32", "dot") => work.Size <= 4096 ? 1.0 : 0.9,
        _ => null,
    };

    /// <summary>Transforms and decompositions in float64: small ones are their overhead, large ones their products.</summary>
    private static double? OfLinalg(Case work) => (work.Name, work.Type) switch
    {
        ("fft", "f64") => FourierFloor,
        ("cholesky" or "lu" or "solve" or "qr" or "eigh" or "svd", "f64") => work.Size <= 64 ? 2 : 0.8,
        _ => null,
    };

    /// <summary>Eager training steps, by network and optimizer.</summary>
    private static double? OfStep(Case work) => work.Name.Split(' ') switch
    {
        ["2-50-2", "tanh", "b=32", _, "eager"] => 20,
        ["784-128-10", "relu", "b=1", "sgd", "eager"] => 5,
        ["784-128-10", "relu", "b=1", "adam", "eager"] => 4,
        ["784-128-10", "relu", "b=32", _, "eager"] => 2,
        ["784-128-10", "relu", "b=128", _, "eager"] => 1.3,
        ["28x28", "conv", "b=32", _, "eager"] => 1,
        _ => null,
    };

    /// <summary>Steps in which the engine's own work counts: plans do without it.</summary>
    private static bool IsSmallStep(Case work) =>
        work.Name.StartsWith("2-50-2 ", StringComparison.Ordinal) || work.Name.StartsWith("784-128-10 relu b=1 ", StringComparison.Ordinal);

    private static double? OfGemm(Case work, string peer)
    {
        if (IsSkinny(work))
        {
            // One row is its own transpose in memory, so TT is NT.
            return work.Name is "skinny M=1 NT" or "skinny M=1 TT" ? ChainFloor : Floor;
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

    private static bool IsSkinny(Case work) => work.Name.StartsWith("skinny", StringComparison.Ordinal);

    private static bool IsTorch(string peer) => peer.StartsWith("TorchSharp", StringComparison.Ordinal);
}
