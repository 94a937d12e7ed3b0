using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1): first = m, second = v, with the bias corrections
/// folded into the rate and into the scale of sqrt(v), as in section 2 of the paper. Subnormal moments become 0.
/// </summary>
/// <param name="rate">The learning rate over 1 - beta1^t.</param>
/// <param name="beta1">The decay of m.</param>
/// <param name="beta2">The decay of v.</param>
/// <param name="scale">1 over the square root of 1 - beta2^t.</param>
/// <param name="epsilon">Added to the corrected sqrt(v).</param>
public readonly struct AdamUpdate(double rate, double beta1, double beta2, double scale, double epsilon) : IUpdate
{
    // Once here rather than for every element, and in double precision where the device may have none.
    private readonly double complement1 = 1 - beta1;
    private readonly double complement2 = 1 - beta2;

    /// <inheritdoc/>
    public static string Name => "adam";

    /// <inheritdoc/>
    public static int Moments => 2;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        first = Moment.Flush(V.Fma(V.Of(beta1), first, V.Of(complement1) * gradient));
        second = Moment.Flush(V.Fma(V.Of(beta2), second, V.Of(complement2) * gradient * gradient));
        V denominator = V.Fma(V.Sqrt(second), V.Of(scale), V.Of(epsilon));
        parameter = V.Fma(V.Of(-rate), first / denominator, parameter);
    }
}
