using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Optimistic gradient steps (Popov, 1980; Daskalakis, Ilyas, Syrgkanis and Zeng, "Training GANs with optimism", 2018): parameter -= ahead * gradient, and
/// the last look ahead is taken back, parameter += back * first, first being the gradient before. A subnormal first becomes 0.
/// </summary>
/// <param name="ahead">Twice the learning rate: once to go, once to look ahead; the rate alone in the first step.</param>
/// <param name="back">The rate with which the last step looked ahead, 0 in the first.</param>
public readonly struct OptimisticUpdate(double ahead, double back) : IUpdate
{
    /// <inheritdoc/>
    public static string Name => "optimistic sgd";

    /// <inheritdoc/>
    public static int Moments => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        parameter = V.Fma(V.Of(-ahead), gradient, V.Fma(V.Of(back), first, parameter));
        first = Moment.Flush(gradient);
    }
}
