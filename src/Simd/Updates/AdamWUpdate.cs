using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2, in PyTorch's form): the parameter first shrinks by
/// 1 - rate * decay, then takes Adam's step. first = m, second = v; subnormal moments become 0.
/// </summary>
/// <param name="rate">The learning rate over 1 - beta1^t.</param>
/// <param name="beta1">The decay of m.</param>
/// <param name="beta2">The decay of v.</param>
/// <param name="scale">1 over the square root of 1 - beta2^t.</param>
/// <param name="epsilon">Added to the corrected sqrt(v).</param>
/// <param name="keep">1 - learning rate * weight decay.</param>
public readonly struct AdamWUpdate(double rate, double beta1, double beta2, double scale, double epsilon, double keep) : IUpdate
{
    private readonly AdamUpdate adam = new(rate, beta1, beta2, scale, epsilon);

    /// <inheritdoc/>
    public static string Name => "adamw";

    /// <inheritdoc/>
    public static int Moments => 2;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>
    {
        parameter = V.Of(keep) * parameter;
        adam.Apply(gradient, ref parameter, ref first, ref second);
    }
}
