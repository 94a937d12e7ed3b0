using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Gradient descent with momentum (Polyak, "Some methods of speeding up the convergence of iteration methods", 1964, in PyTorch's form):
/// g = gradient + decay * parameter, first = momentum * first + share * g, parameter -= rate * first. A subnormal first becomes 0.
/// </summary>
/// <param name="rate">The learning rate.</param>
/// <param name="momentum">What is kept of first.</param>
/// <param name="share">What of g is added: 1 - dampening, and 1 in the first step.</param>
/// <param name="decay">The weight decay.</param>
public readonly struct MomentumUpdate(double rate, double momentum, double share, double decay) : IUpdate
{
    /// <inheritdoc/>
    public static string Name => "momentum";

    /// <inheritdoc/>
    public static int Moments => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V g = V.Fma(V.Of(decay), parameter, gradient);
        first = Moment.Flush(V.Fma(V.Of(momentum), first, V.Of(share) * g));
        parameter = V.Fma(V.Of(-rate), first, parameter);
    }
}
