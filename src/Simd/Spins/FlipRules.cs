using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>How a spin is drawn again, given its field.</summary>
public interface IFlipRule
{
    /// <summary>The new spin, -1 or 1.</summary>
    /// <param name="spin">The old one.</param>
    /// <param name="slope">2 beta h: the log of the odds of 1 against -1.</param>
    /// <param name="uniform">Uniform in [0, 1).</param>
    static abstract V Next<V>(V spin, V slope, V uniform)
        where V : unmanaged, ILanes<V>;
}

/// <summary>Heat bath (Glauber, 1963): 1 with probability 1 / (1 + exp(-2 beta h)), whatever the spin was.</summary>
public readonly struct HeatBath : IFlipRule
{
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Next<V>(V spin, V slope, V uniform)
        where V : unmanaged, ILanes<V> => V.SelectLess(uniform, Sigmoid.Apply(slope), V.Of(1), V.Of(-1));
}

/// <summary>Metropolis' rule (1953): the spin turns with probability min(1, exp(-2 beta h s)).</summary>
public readonly struct MetropolisRule : IFlipRule
{
    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Next<V>(V spin, V slope, V uniform)
        where V : unmanaged, ILanes<V> => V.SelectLess(uniform, Exp.Apply(-(spin * slope)), -spin, spin);
}
