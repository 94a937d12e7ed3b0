using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// One operator after another, y = second(first(x)), in one pass over memory. The bits are those of the two one after the other, on every
/// device; the derivative is the chain rule's product, which is formed before it meets a gradient. Chains are operators, and so they may be chained.
/// </summary>
/// <remarks>
/// No bound of the error is published: the second operator enlarges the first one's error by its condition, which may be anything. A
/// compiler inlines two formulas of the usual length; of longer ones it makes calls, and two passes are as fast.
/// </remarks>
/// <typeparam name="TFirst">What is done to x.</typeparam>
/// <typeparam name="TSecond">What is done to the result.</typeparam>
public readonly struct Chain<TFirst, TSecond> : IUnaryOp
    where TFirst : struct, IUnaryOp
    where TSecond : struct, IUnaryOp
{
    public static string Name { get; } = $"{TFirst.Name}, {TSecond.Name}";

    public static double MaxUlpSingle => double.PositiveInfinity;

    public static double MaxUlpDouble => double.PositiveInfinity;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => TSecond.Apply(TFirst.Apply(x));

    [MethodImpl(Inline)]
    public static V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>
    {
        V first = V.Call<TFirst>(x);
        return TSecond.Derivative(first, y) * TFirst.Derivative(x, first);
    }

    /// <summary>The first one's, unless the second has a short course of its own: where its arguments lie is not known beforehand.</summary>
    [MethodImpl(Inline)]
    public static double NearBound<V>()
        where V : unmanaged, ILanes<V> => TSecond.NearBound<V>() > 0 ? 0 : TFirst.NearBound<V>();

    [MethodImpl(Inline)]
    public static V Distance<V>(V x)
        where V : unmanaged, ILanes<V> => TFirst.Distance(x);

    [MethodImpl(Inline)]
    public static V Near<V>(V x)
        where V : unmanaged, ILanes<V> => TSecond.Apply(TFirst.Near(x));
}

/// <summary>An operator of two inputs, and one of its result: z = second(first(x, y)). See <see cref="Chain{TFirst, TSecond}"/>.</summary>
/// <typeparam name="TFirst">What is done to x and y.</typeparam>
/// <typeparam name="TSecond">What is done to the result.</typeparam>
public readonly struct BinaryChain<TFirst, TSecond> : IBinaryOp
    where TFirst : struct, IBinaryOp
    where TSecond : struct, IUnaryOp
{
    public static string Name { get; } = $"{TFirst.Name}, {TSecond.Name}";

    public static double MaxUlpSingle => double.PositiveInfinity;

    public static double MaxUlpDouble => double.PositiveInfinity;

    public static bool IsLong => true;

    [MethodImpl(Inline)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => TSecond.Apply(TFirst.Apply(x, y));

    [MethodImpl(Inline)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V first = V.Call<TFirst>(x, y);
        return TSecond.Derivative(first, z) * TFirst.DerivativeX(x, y, first);
    }

    [MethodImpl(Inline)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V first = V.Call<TFirst>(x, y);
        return TSecond.Derivative(first, z) * TFirst.DerivativeY(x, y, first);
    }
}
