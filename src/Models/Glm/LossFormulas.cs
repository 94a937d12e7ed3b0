using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Models.Glm;

/// <summary>The square loss r^2 / 2 of the residual r = h - y; for targets 1 and -1 it is (1 - y h)^2 / 2.</summary>
internal readonly struct SquareFormula : ILossFormula
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static string Name => "square";

    public static bool IsMargin => false;

    [MethodImpl(Inline)]
    public static V Value<V>(V u)
        where V : unmanaged, ILanes<V> => u * u * V.Of(0.5);

    [MethodImpl(Inline)]
    public static V Slope<V>(V u)
        where V : unmanaged, ILanes<V> => u;

    [MethodImpl(Inline)]
    public static V Curvature<V>(V u)
        where V : unmanaged, ILanes<V> => V.Of(1);
}

/// <summary>The logistic loss log(1 + e^-u) of the margin u.</summary>
internal readonly struct LogisticFormula : ILossFormula
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static string Name => "logistic";

    public static bool IsMargin => true;

    [MethodImpl(Inline)]
    public static V Value<V>(V u)
        where V : unmanaged, ILanes<V> => Softplus.Apply(-u);

    [MethodImpl(Inline)]
    public static V Slope<V>(V u)
        where V : unmanaged, ILanes<V> => -Sigmoid.Apply(-u);

    // s(u) s(-u), which is even to the bit and keeps its relative accuracy on both sides: with s = s(-|u|), s - s^2.
    [MethodImpl(Inline)]
    public static V Curvature<V>(V u)
        where V : unmanaged, ILanes<V>
    {
        V s = Sigmoid.Apply(-V.Abs(u));
        return V.Fma(-s, s, s);
    }

    [MethodImpl(Inline)]
    public static V Third<V>(V u)
        where V : unmanaged, ILanes<V>
    {
        V s = V.Call<Sigmoid>(-u), curvature = V.Fma(-s, s, s);
        return curvature * (s + s - V.Of(1));
    }
}

/// <summary>The squared hinge max(0, 1 - u)^2 / 2 of the margin u.</summary>
internal readonly struct SquaredHingeFormula : ILossFormula
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static string Name => "squared hinge";

    public static bool IsMargin => true;

    [MethodImpl(Inline)]
    public static V Value<V>(V u)
        where V : unmanaged, ILanes<V>
    {
        V missing = Relu.Apply(V.Of(1) - u);
        return missing * missing * V.Of(0.5);
    }

    [MethodImpl(Inline)]
    public static V Slope<V>(V u)
        where V : unmanaged, ILanes<V> => -Relu.Apply(V.Of(1) - u);

    [MethodImpl(Inline)]
    public static V Curvature<V>(V u)
        where V : unmanaged, ILanes<V> => V.SelectLess(u, V.Of(1), V.Of(1), V.Of(0));
}

/// <summary>Huber's loss of the residual r: r^2 / 2 up to 1, |r| - 1/2 beyond.</summary>
internal readonly struct HuberFormula : ILossFormula
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static string Name => "huber";

    public static bool IsMargin => false;

    // With c = clamp(r) both branches are c (r - c / 2).
    [MethodImpl(Inline)]
    public static V Value<V>(V u)
        where V : unmanaged, ILanes<V>
    {
        V c = Slope(u);
        return c * V.Fma(c, V.Of(-0.5), u);
    }

    [MethodImpl(Inline)]
    public static V Slope<V>(V u)
        where V : unmanaged, ILanes<V> => V.Min(V.Max(u, V.Of(-1)), V.Of(1));

    [MethodImpl(Inline)]
    public static V Curvature<V>(V u)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Abs(u), V.Of(1), V.Of(1), V.Of(0));
}
