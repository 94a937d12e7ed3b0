using Onsager.Simd;

namespace Onsager.Models;

/// <summary>f' as an operator of its own; its derivative comes by dual numbers.</summary>
internal readonly struct Slope<TOp> : IUnaryOp
    where TOp : struct, IUnaryOp
{
    public static string Name => TOp.Name + " slope";

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => TOp.Derivative(x, TOp.Apply(x));

    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        Dual<V> lifted = new(x, V.Of(1));
        return TOp.Derivative(lifted, Dual<V>.Call<TOp>(lifted)).Tangent;
    }
}
