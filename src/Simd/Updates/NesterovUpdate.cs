using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Nesterov's accelerated gradient in the form of Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
/// learning" (2013), as PyTorch has it: g = gradient + decay * parameter, first = momentum * first + g, parameter -= rate * (g + momentum * first).
/// A subnormal first becomes 0.
/// </summary>
/// <param name="rate">The learning rate.</param>
/// <param name="momentum">What is kept of first.</param>
/// <param name="decay">The weight decay.</param>
public readonly struct NesterovUpdate(double rate, double momentum, double decay) : IUpdate
{
    /// <inheritdoc/>
    public static string Name => "nesterov";

    /// <inheritdoc/>
    public static int Moments => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V g = V.Fma(V.Of(decay), parameter, gradient);
        first = Moment.Flush(V.Fma(V.Of(momentum), first, g));
        parameter = V.Fma(V.Of(-rate), V.Fma(V.Of(momentum), first, g), parameter);
    }
}
