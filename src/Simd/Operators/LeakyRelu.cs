using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// x where it is not negative, slope * x elsewhere: z = f(x, slope), correctly rounded. Keeps the sign of zeros; NaN in x stays, in the slope it
/// counts where x is negative. At 0 the derivative by x is the slope, as PyTorch has it. With a slope that is learned this is PReLU
/// (He, Zhang, Ren and Sun, 2015).
/// </summary>
public readonly struct LeakyRelu : IBinaryOp
{
    public static string Name => "leaky_relu";

    public static double MaxUlpSingle => 0.5;

    public static double MaxUlpDouble => 0.5;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, V.Of(0), x * y, x);

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Of(0), x, V.Of(1), y);

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, V.Of(0), x, V.Of(0));
}
