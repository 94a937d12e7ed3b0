using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Lion (Chen, Liang, Huang et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2): the parameter shrinks by 1 - rate * decay
/// and moves by rate against the sign of beta1 * first + (1 - beta1) * gradient; then first = beta2 * first + (1 - beta2) * gradient. The sign of 0
/// is 0. A subnormal first becomes 0.
/// </summary>
/// <param name="rate">The learning rate.</param>
/// <param name="beta1">The share of first in the direction.</param>
/// <param name="beta2">What is kept of first.</param>
/// <param name="keep">1 - learning rate * weight decay.</param>
public readonly struct LionUpdate(double rate, double beta1, double beta2, double keep) : IUpdate
{
    private readonly double complement1 = 1 - beta1;
    private readonly double complement2 = 1 - beta2;

    /// <inheritdoc/>
    public static string Name => "lion";

    /// <inheritdoc/>
    public static int Moments => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V direction = Sign.Apply(V.Fma(V.Of(beta1), first, V.Of(complement1) * gradient));
        parameter = V.Fma(V.Of(-rate), direction, V.Of(keep) * parameter);
        first = Moment.Flush(V.Fma(V.Of(beta2), first, V.Of(complement2) * gradient));
    }
}
