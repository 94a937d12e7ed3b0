namespace Onsager.Simd;

/// <summary>
/// A scalar channel of message passing: the tilted measure P0(x) exp(b x - a x^2 / 2) of a prior P0, known by the logarithm of its integral. Formulas are
/// written over lanes, so that they run in registers, on <see cref="Dual{V}"/> for derivatives, and on one lane for state evolution. A struct, whose fields are the prior's parameters.
/// </summary>
public interface IScalarChannel
{
    /// <summary>ln of the integral of P0(x) exp(b x - a x^2 / 2) for a &gt;= 0; 0 at a = b = 0 if P0 is normalised.</summary>
    V LogPartition<V>(V a, V b)
        where V : unmanaged, ILanes<V>;

    /// <summary>
    /// The measure's mean, d/db of <see cref="LogPartition{V}"/>. Where no closed form is at hand, <c>ScalarChannel.Mean(this, a, b)</c> differentiates.
    /// </summary>
    V Mean<V>(V a, V b)
        where V : unmanaged, ILanes<V>;
}

/// <summary>What follows from a channel by differentiation.</summary>
public static class ScalarChannel
{
    /// <summary>The mean, by differentiating the logarithm of the partition function.</summary>
    public static V Mean<TChannel, V>(TChannel channel, V a, V b)
        where TChannel : struct, IScalarChannel
        where V : unmanaged, ILanes<V> => channel.LogPartition(new Dual<V>(a, V.Of(0)), new Dual<V>(b, V.Of(1))).Tangent;

    /// <summary>The variance, by differentiating the mean.</summary>
    public static V Variance<TChannel, V>(TChannel channel, V a, V b)
        where TChannel : struct, IScalarChannel
        where V : unmanaged, ILanes<V> => channel.Mean(new Dual<V>(a, V.Of(0)), new Dual<V>(b, V.Of(1))).Tangent;
}
