using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Stochastic gradient descent on a loss with decay / 2 times the squared norm added: g = gradient + decay * parameter, parameter -= rate * g.</summary>
/// <param name="rate">The learning rate.</param>
/// <param name="decay">The weight decay.</param>
public readonly struct DecayedSgdUpdate(double rate, double decay) : IUpdate
{
    /// <inheritdoc/>
    public static string Name => "sgd with weight decay";

    /// <inheritdoc/>
    public static int Moments => 0;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V> => parameter = V.Fma(V.Of(-rate), V.Fma(V.Of(decay), parameter, gradient), parameter);
}
