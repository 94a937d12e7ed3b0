using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>What follows a product's last piece: nothing, a bias, a bias and an operator, each with a rounding of its own.</summary>
internal interface IProductEnd
{
    /// <summary>Whether a bias is added.</summary>
    static abstract bool HasBias { get; }

    /// <summary>What is done with the sum.</summary>
    static abstract V Then<V>(V x)
        where V : unmanaged, ILanes<V>;
}

/// <summary>The product alone.</summary>
internal readonly struct Bare : IProductEnd
{
    public static bool HasBias => false;

    public static V Then<V>(V x)
        where V : unmanaged, ILanes<V> => x;
}

/// <summary>Plus a bias.</summary>
internal readonly struct Biased : IProductEnd
{
    public static bool HasBias => true;

    public static V Then<V>(V x)
        where V : unmanaged, ILanes<V> => x;
}

/// <summary>Plus a bias, then an operator.</summary>
internal readonly struct Activated<TOp> : IProductEnd
    where TOp : struct, IUnaryOp
{
    public static bool HasBias => true;

    public static V Then<V>(V x)
        where V : unmanaged, ILanes<V> => TOp.Apply(x);
}
