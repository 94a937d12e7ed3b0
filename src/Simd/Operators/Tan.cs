using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// The tangent of an angle in radians over all inputs: 1.97 ulp over all float32 inputs, 1.6 ulp over 10^6 float64 points and CORE-MATH's
/// hard cases. Odd to the bit, keeps -0 and subnormals; tan(+-infinity) = NaN, NaN stays NaN. No floating-point number is a pole.
/// </summary>
/// <remarks>
/// |x| = n pi/2 + r + low with n the nearest integer: r by the steps of Cody and Waite (1980; the first is exact), whose rounding
/// errors go to low, because tan doubles relative errors near pi/4; from 2^17 (float32) or 2^30 (float64) on by
/// <see cref="HalfTurns"/>. An odd polynomial t in r, corrected by low (1 + t^2), and -1 / t where n is odd.
/// Coefficients: float32 Sollya 8, fpminimax, relative, on [0, 0.8] (error 1.1e-8 up to 0.81); float64 a Remez exchange in mpmath on [0, 0.79],
/// rounded from the top coefficient down with a new exchange after each (6.9e-18).
/// </remarks>
public readonly struct Tan : IUnaryOp
{
    public static string Name => "tan";

    public static double MaxUlpSingle => 1.97;

    public static double MaxUlpDouble => 1.6;

    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => V.IsDouble ? 1073741824.0 : 131072;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V a = V.Abs(x), bound = V.Of(NearBound<V>());
        Reduce(a, out V k, out V r, out V low);
        if (!V.AllLess(a, bound))
        {
            HalfTurns.Far(a, V.Of(2), V.Of(0), out V n, out V far, out V farLow);
            k = V.SelectLess(a, bound, k, n + Sin.Magic<V>());
            r = V.SelectLess(a, bound, r, far);
            low = V.SelectLess(a, bound, low, farLow);
        }

        return V.Xor(OfReduced(r, low, k), V.And(x, Sin.SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        Reduce(V.Abs(x), out V k, out V r, out V low);
        return V.Xor(OfReduced(r, low, k), V.And(x, Sin.SignBit<V>()));
    }

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.Fma(y, y, V.Of(1));

    [MethodImpl(Inline)]
    private static V OfReduced<V>(V r, V low, V k)
        where V : unmanaged, ILanes<V>
    {
        V z = r * r;
        V p;
        if (V.IsDouble)
        {
            p = V.Of(9.997832100923923e-6);
            p = V.Fma(p, z, V.Of(-2.516432526474347e-5));
            p = V.Fma(p, z, V.Of(5.0427564728459095e-5));
            p = V.Fma(p, z, V.Of(-2.7772657633325662e-5));
            p = V.Fma(p, z, V.Of(6.890719690290438e-5));
            p = V.Fma(p, z, V.Of(8.2636448832348e-5));
            p = V.Fma(p, z, V.Of(0.00024411062114442346));
            p = V.Fma(p, z, V.Of(0.0005887639455432055));
            p = V.Fma(p, z, V.Of(0.0014560656913023416));
            p = V.Fma(p, z, V.Of(0.0035920980468366593));
            p = V.Fma(p, z, V.Of(0.00886323819380891));
            p = V.Fma(p, z, V.Of(0.02186948838253893));
            p = V.Fma(p, z, V.Of(0.053968253973516137));
            p = V.Fma(p, z, V.Of(0.13333333333324215));
            p = V.Fma(p, z, V.Of(0.33333333333333387));
        }
        else
        {
            p = V.Of(0.0045798384f);
            p = V.Fma(p, z, V.Of(-0.00031821596f));
            p = V.Fma(p, z, V.Of(0.011152825f));
            p = V.Fma(p, z, V.Of(0.02116204f));
            p = V.Fma(p, z, V.Of(0.054082673f));
            p = V.Fma(p, z, V.Of(0.13332468f));
            p = V.Fma(p, z, V.Of(0.33333355f));
        }

        // low is so small that tan's derivative need not be exact: 1 + r^2 + 2/3 r^4.
        V slope = V.Fma(V.Fma(z, V.Of(0.6666667f), V.Of(1)), z, V.Of(1));
        V t = r + V.Fma(p, z * r, low * slope);

        // n's lowest bit at the place of 2.0's only one: the quotient is -1 / t for odd n and t / 1 for even n.
        V odd = V.ShiftRightBits(V.ShiftLeftBits(k, V.IsDouble ? 63 : 31), 1);
        V numerator = V.SelectEqual(odd, V.Of(0), t, V.Of(-1)), denominator = V.SelectEqual(odd, V.Of(0), V.Of(1), t);
        return numerator / denominator;
    }

    /// <summary>a = n pi/2 + r + low; n lands in k's low bits.</summary>
    [MethodImpl(Inline)]
    private static void Reduce<V>(V a, out V k, out V r, out V low)
        where V : unmanaged, ILanes<V>
    {
        k = V.Fma(a, V.Of(0.6366197723675814), Sin.Magic<V>());
        V n = k - Sin.Magic<V>();
        V high = V.Of(V.IsDouble ? -1.5707963267948966 : -1.5707964f), middle = V.Of(V.IsDouble ? -6.123233995736766e-17 : 4.371139e-8f);
        V exact = V.Fma(n, high, a), product = n * middle;
        r = exact + product;

        // product's own error and the sum's (Dekker, 1971): all of it counts where exact and product nearly cancel.
        low = V.Fma(n, middle, -product) + (product - (r - exact));
        low = V.Fma(n, V.Of(V.IsDouble ? 1.4973849048591833e-33 : 1.7151245e-15f), low);
    }
}
