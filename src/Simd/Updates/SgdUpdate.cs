using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Stochastic gradient descent: parameter -= rate * gradient, rounded once.</summary>
/// <param name="rate">The learning rate.</param>
public readonly struct SgdUpdate(double rate) : IUpdate
{
    /// <inheritdoc/>
    public static string Name => "sgd";

    /// <inheritdoc/>
    public static int Moments => 0;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V> => parameter = V.Fma(V.Of(-rate), gradient, parameter);
}
