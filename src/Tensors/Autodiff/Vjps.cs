using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>An operator that was made from another one's derivative: where its own derivative is zero for every input, its rule leaves it out.</summary>
internal interface IDerived
{
}

/// <summary>dx = dy f'(x, y), fused into one pass. Its derivatives come from f' over dual numbers; y counts as an input of its own.</summary>
internal readonly struct UnaryVjp<TOp> : ITernaryOp, IDerived
    where TOp : struct, IUnaryOp
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V dy)
        where V : unmanaged, ILanes<V> => dy * TOp.Derivative(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V dy, V dx)
        where V : unmanaged, ILanes<V> => dy * TOp.Derivative(new Dual<V>(x, V.Of(1)), new Dual<V>(y, V.Of(0))).Tangent;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V dy, V dx)
        where V : unmanaged, ILanes<V> => dy * TOp.Derivative(new Dual<V>(x, V.Of(0)), new Dual<V>(y, V.Of(1))).Tangent;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V dy, V dx)
        where V : unmanaged, ILanes<V> => TOp.Derivative(x, y);
}

/// <summary>dz times the partial derivative of a two-input operator, fused into one pass; the result is computed again where the derivative needs it.</summary>
internal readonly struct BinaryVjp<TOp, TWhich> : ITernaryOp, IDerived
    where TOp : struct, IBinaryOp
    where TWhich : struct, IWhich
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V dz)
        where V : unmanaged, ILanes<V> => dz * Slope(x, y, TOp.Apply(x, y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V dz, V w)
        where V : unmanaged, ILanes<V>
    {
        V z = V.Call<TOp>(x, y);
        Dual<V> result = new(z, TOp.DerivativeX(x, y, z));
        return dz * Slope(new Dual<V>(x, V.Of(1)), new Dual<V>(y, V.Of(0)), result).Tangent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V dz, V w)
        where V : unmanaged, ILanes<V>
    {
        V z = V.Call<TOp>(x, y);
        Dual<V> result = new(z, TOp.DerivativeY(x, y, z));
        return dz * Slope(new Dual<V>(x, V.Of(0)), new Dual<V>(y, V.Of(1)), result).Tangent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V dz, V w)
        where V : unmanaged, ILanes<V> => Slope(x, y, V.Call<TOp>(x, y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Slope<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => TWhich.Index == 0 ? TOp.DerivativeX(x, y, z) : TOp.DerivativeY(x, y, z);
}

/// <summary>
/// dw/dx of a three-input operator, as an operator of its three inputs. It is computed with where nothing around records; where something
/// does, the same formula runs over tensors (<see cref="TensorLane{T}"/>), so its own derivatives are never asked for.
/// </summary>
internal readonly struct TernaryPartial<TOp, TWhich> : ITernaryOp
    where TOp : struct, ITernaryOp
    where TWhich : struct, IWhich
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => Slope(x, y, z, TOp.Apply(x, y, z));

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw NeverRecorded();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw NeverRecorded();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw NeverRecorded();

    /// <summary>The partial derivative over any lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Slope<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> =>
        TWhich.Index == 0 ? TOp.DerivativeX(x, y, z, w) : TWhich.Index == 1 ? TOp.DerivativeY(x, y, z, w) : TOp.DerivativeZ(x, y, z, w);

    private static InvalidOperationException NeverRecorded() => new($"{Name}: a partial derivative was recorded; only its formula may be.");
}

/// <summary>Which input a partial derivative is taken with respect to.</summary>
internal interface IWhich
{
    static abstract int Index { get; }
}

internal readonly struct FirstInput : IWhich
{
    public static int Index => 0;
}

internal readonly struct SecondInput : IWhich
{
    public static int Index => 1;
}

internal readonly struct ThirdInput : IWhich
{
    public static int Index => 2;
}
