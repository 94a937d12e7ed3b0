using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The logistic function 1 / (1 + e^-x) over all inputs: @S ulp over all float32 inputs, @D ulp over 218,000 float64 points. Follows
/// e^x through the subnormals to +0 at the left; sigmoid(-infinity) = 0, sigmoid(+infinity) = 1, NaN stays NaN.
/// </summary>
/// <remarks>
/// With g = e^-|x| (<see cref="Exp"/>'s formula), which cannot overflow: 1 / (1 + g) at the right of 0 and g / (1 + g) at its left, one division.
/// </remarks>
public readonly struct Sigmoid : IUnaryOp
{
    public static string Name => "sigmoid";

    public static double MaxUlpSingle => 2;

    public static double MaxUlpDouble => 2.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V g = V.IsDouble
            ? Exp.Double(V.Greater(V.Of(-746), V.Or(x, V.OfBits(long.MinValue))))
            : Exp.Single(V.Greater(V.Of(-104), V.Or(x, V.OfBits(0x80000000))));
        return V.SelectLess(x, V.Of(0), g, V.Of(1)) / (g + V.Of(1));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Fma(-y, y, y);
}
