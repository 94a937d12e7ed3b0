using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Uniform in [0, 1); no parameters.</summary>
public readonly struct UniformDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "uniform";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.Uniform(evenWord);
        odd = Distributions.Uniform(oddWord);
    }
}

/// <summary>Uniform in [low, high): low, the width high - low, and the last number below high.</summary>
public readonly struct UniformBetweenDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "uniform";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.UniformBetween(evenWord, a, b, c);
        odd = Distributions.UniformBetween(oddWord, a, b, c);
    }
}

/// <summary>Standard normal; no parameters.</summary>
public readonly struct NormalDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "normal";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V> => Distributions.Normal(evenWord, oddWord, out even, out odd);
}

/// <summary>Normal with mean a and standard deviation b: the standard normal times b plus a, rounded once.</summary>
public readonly struct ScaledNormalDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "normal";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        Distributions.Normal(evenWord, oddWord, out V z0, out V z1);
        even = V.Fma(z0, b, a);
        odd = V.Fma(z1, b, a);
    }
}

/// <summary>Exponential with mean a.</summary>
public readonly struct ExponentialDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "exponential";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.Exponential(evenWord) * a;
        odd = Distributions.Exponential(oddWord) * a;
    }
}

/// <summary>-1 or 1; no parameters.</summary>
public readonly struct RademacherDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "rademacher";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.Rademacher(evenWord);
        odd = Distributions.Rademacher(oddWord);
    }
}

/// <summary>1 with the probability that a (the word's top bits) and b (in float32, its low eight) say, otherwise 0.</summary>
public readonly struct BernoulliDistribution : IDistribution
{
    /// <inheritdoc/>
    public static string Name => "bernoulli";

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>
    {
        even = Distributions.Bernoulli(evenWord, a, b);
        odd = Distributions.Bernoulli(oddWord, a, b);
    }
}
