using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Optimistic Adam (Daskalakis, Ilyas, Syrgkanis and Zeng, "Training GANs with optimism", 2018, algorithm 1): Adam's direction once to go and once to look
/// ahead, after the last look ahead is taken back. That direction is computed again from the moments as they were, so that no third number is remembered:
/// first = m, second = v. Subnormal moments become 0.
/// </summary>
/// <param name="ahead">Twice the learning rate over 1 - beta1^t; once in the first step.</param>
/// <param name="back">The rate over 1 - beta1^(t - 1) with which the last step looked ahead, 0 in the first.</param>
/// <param name="beta1">The decay of m.</param>
/// <param name="beta2">The decay of v.</param>
/// <param name="scale">1 over the square root of 1 - beta2^t.</param>
/// <param name="lastScale">1 over the square root of 1 - beta2^(t - 1); any finite number in the first step.</param>
/// <param name="epsilon">Added to the corrected sqrt(v).</param>
public readonly struct OptimisticAdamUpdate(double ahead, double back, double beta1, double beta2, double scale, double lastScale, double epsilon) : IUpdate
{
    private readonly double complement1 = 1 - beta1;
    private readonly double complement2 = 1 - beta2;

    /// <inheritdoc/>
    public static string Name => "optimistic adam";

    /// <inheritdoc/>
    public static int Moments => 2;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V before = first / V.Fma(V.Sqrt(second), V.Of(lastScale), V.Of(epsilon));
        first = Moment.Flush(V.Fma(V.Of(beta1), first, V.Of(complement1) * gradient));
        second = Moment.Flush(V.Fma(V.Of(beta2), second, V.Of(complement2) * gradient * gradient));
        V now = first / V.Fma(V.Sqrt(second), V.Of(scale), V.Of(epsilon));
        parameter = V.Fma(V.Of(-ahead), now, V.Fma(V.Of(back), before, parameter));
    }
}
