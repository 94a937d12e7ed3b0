namespace Onsager.Models.Federated;

/// <summary>
/// One round of a federated method. Clients start at z_i = x - beta (g - g_i) and take K steps z_i -= rate (grad f_i(z_i) + c_i + gamma (z_i - x) + decay z_i), where g_i is client i's
/// gradient at x, g the mean of those sampled, and c_i = g - g_i with control variates, 0 without; the server moves to x + server rate (mean of z_i - x), with momentum if asked for.
/// </summary>
/// <remarks>
/// Dandi, Barba and Jaggi, "Implicit gradient alignment in distributed and federated learning" (AAAI 2022) for GradAlign and FedGA; McMahan et al. (2017) for FedAvg; Li et al.
/// (2020) for FedProx; SCAFFOLD (Karimireddy et al., 2020) with fresh control variates, as the first compare with.
/// </remarks>
public sealed record FederatedRule
{
    private readonly double rate;
    private readonly int localSteps = 1;
    private readonly double clipNorm = double.PositiveInfinity;

    /// <summary>Its name in messages and tables.</summary>
    public required string Name { get; init; }

    /// <summary>The clients' rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public required double Rate
    {
        get => rate;
        init => rate = double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Rate), value, "federated rule: the rate must be finite.");
    }

    /// <summary>K, the steps of each client in a round.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int LocalSteps
    {
        get => localSteps;
        init => localSteps = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LocalSteps), value, "federated rule: at least one local step is needed.");
    }

    /// <summary>beta: how far clients start on their own side. Positive values align gradients.</summary>
    public double Displacement { get; init; }

    /// <summary>Whether each local step is corrected by g - g_i.</summary>
    public bool HasControlVariates { get; init; }

    /// <summary>gamma, the pull back to x.</summary>
    public double Proximal { get; init; }

    /// <summary>The pull to 0, beside the gradient: it is not clipped.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest Euclidean norm of grad f_i in a local step; longer ones are scaled down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    public double ClipNorm
    {
        get => clipNorm;
        init => clipNorm = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(ClipNorm), value, "federated rule: the largest norm must not be negative.");
    }

    /// <summary>What the mean move is multiplied by.</summary>
    public double ServerRate { get; init; } = 1;

    /// <summary>The share of the last move in the next one.</summary>
    public double ServerMomentum { get; init; }

    /// <summary>Reductions over all clients in a round: one for the mean move, one more where g is needed first.</summary>
    public int Communications => NeedsMean ? 2 : 1;

    /// <summary>Whether g is needed before the local steps.</summary>
    public bool NeedsMean => Displacement != 0 || HasControlVariates;

    /// <summary>One step along the mean gradient.</summary>
    public static FederatedRule LargeBatch(double rate) => new() { Name = "large batch", Rate = rate };

    /// <summary>One step along the mean of the clients' gradients at displaced points: gradient descent on f + (beta / 2) V, V being the gradients' variance, up to beta^2.</summary>
    public static FederatedRule GradAlign(double rate, double beta) => new() { Name = "GradAlign", Rate = rate, Displacement = beta };

    /// <summary>K local steps from x. To second order in the rate it descends on f - rate (K - 1) / 4 V: it drives gradients apart.</summary>
    public static FederatedRule FedAvg(double rate, int localSteps) => new() { Name = "FedAvg", Rate = rate, LocalSteps = localSteps };

    /// <summary>K local steps with a pull back to x.</summary>
    public static FederatedRule FedProx(double rate, int localSteps, double proximal) => new() { Name = "FedProx", Rate = rate, LocalSteps = localSteps, Proximal = proximal };

    /// <summary>K local steps corrected by g - g_i.</summary>
    public static FederatedRule Scaffold(double rate, int localSteps) => new() { Name = "SCAFFOLD", Rate = rate, LocalSteps = localSteps, HasControlVariates = true };

    /// <summary>K local steps from displaced points. It aligns gradients where beta is above <see cref="CriticalDisplacement"/>.</summary>
    public static FederatedRule FedGA(double rate, int localSteps, double beta) => new() { Name = "FedGA", Rate = rate, LocalSteps = localSteps, Displacement = beta };

    /// <summary>rate (K - 1) / 2: the displacement at which K local steps neither align gradients nor drive them apart, to second order.</summary>
    public static double CriticalDisplacement(double rate, int localSteps) => rate * (localSteps - 1) / 2;
}
