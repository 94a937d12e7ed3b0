using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// RMSProp with momentum, in PyTorch's form: g = gradient + decay * parameter, first = alpha * first + (1 - alpha) g^2, second = momentum * second
/// + g / (sqrt(first) + epsilon), parameter -= rate * second. Subnormal moments become 0.
/// </summary>
/// <param name="rate">The learning rate.</param>
/// <param name="alpha">What is kept of the mean square.</param>
/// <param name="epsilon">Added to its root.</param>
/// <param name="momentum">What is kept of second.</param>
/// <param name="decay">The weight decay.</param>
public readonly struct RmsPropMomentumUpdate(double rate, double alpha, double epsilon, double momentum, double decay) : IUpdate
{
    private readonly double complement = 1 - alpha;

    /// <inheritdoc/>
    public static string Name => "rmsprop with momentum";

    /// <inheritdoc/>
    public static int Moments => 2;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V g = V.Fma(V.Of(decay), parameter, gradient);
        first = Moment.Flush(V.Fma(V.Of(alpha), first, V.Of(complement) * g * g));
        second = Moment.Flush(V.Fma(V.Of(momentum), second, g / (V.Sqrt(first) + V.Of(epsilon))));
        parameter = V.Fma(V.Of(-rate), second, parameter);
    }
}
