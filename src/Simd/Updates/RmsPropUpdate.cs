using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// RMSProp (Tieleman and Hinton, Coursera "Neural networks for machine learning", lecture 6.5, 2012, in PyTorch's form): g = gradient + decay *
/// parameter, first = alpha * first + (1 - alpha) g^2, parameter -= rate * g / (sqrt(first) + epsilon). A subnormal first becomes 0.
/// </summary>
/// <param name="rate">The learning rate.</param>
/// <param name="alpha">What is kept of the mean square.</param>
/// <param name="epsilon">Added to its root.</param>
/// <param name="decay">The weight decay.</param>
public readonly struct RmsPropUpdate(double rate, double alpha, double epsilon, double decay) : IUpdate
{
    private readonly double complement = 1 - alpha;

    /// <inheritdoc/>
    public static string Name => "rmsprop";

    /// <inheritdoc/>
    public static int Moments => 1;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        V g = V.Fma(V.Of(decay), parameter, gradient);
        first = Moment.Flush(V.Fma(V.Of(alpha), first, V.Of(complement) * g * g));
        parameter = V.Fma(V.Of(-rate), g / (V.Sqrt(first) + V.Of(epsilon)), parameter);
    }
}
