using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>x / y, and 0 where y is 0: the derivative of a root taken to be 0 where it has none.</summary>
internal readonly struct DivideOrZero : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectEqual(y, V.Of(0), V.Of(0), x / y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(y, V.Of(0), V.Of(0), V.Of(1) / y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectEqual(y, V.Of(0), V.Of(0), -(z / y));
}

/// <summary>The first of two.</summary>
internal readonly struct First : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}

/// <summary>x times what its norm was scaled to.</summary>
internal readonly struct EuclideanVjp : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => x;
}

/// <summary>y with the sign of x, 0 where x is 0, NaN where it is NaN.</summary>
internal readonly struct ManhattanVjp : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Of(0), x, y, V.SelectLess(x, V.Of(0), -y, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.SelectLess(V.Of(0), x, V.Of(1), V.SelectLess(x, V.Of(0), V.Of(-1), x));
}

/// <summary>1 where x is the extremum y, 0 elsewhere.</summary>
internal readonly struct Share : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, V.Of(1), V.Of(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}

/// <summary>The sign of x where its magnitude is the largest one, y; 0 elsewhere.</summary>
internal readonly struct MagnitudeShare : IBinaryOp
{
    public static string Name => "reduction";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V> => V.SelectEqual(V.Abs(x), y, V.SelectLess(V.Of(0), x, V.Of(1), V.SelectLess(x, V.Of(0), V.Of(-1), V.Of(0))), V.Of(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Of(0);
}

/// <summary>(x - y) z.</summary>
internal readonly struct DeviationVjp : ITernaryOp
{
    public static string Name => "variance";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => (x - y) * z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => -z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => x - y;
}

/// <summary>z exp(x - y).</summary>
internal readonly struct LogSumExpVjp : ITernaryOp
{
    public static string Name => "logsumexp";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => z * Exp.Apply(x - y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => w;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => -w;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.Call<Exp>(x - y);
}

/// <summary>x (y - z).</summary>
internal readonly struct SoftmaxVjp : ITernaryOp
{
    public static string Name => "softmax";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => x * (y - z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => y - z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => -x;
}

/// <summary>y - exp(x) z, rounded once after the exponential.</summary>
internal readonly struct LogSoftmaxVjp : ITernaryOp
{
    public static string Name => "log-softmax";

    public static double MaxUlpSingle => 0;

    public static double MaxUlpDouble => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V> => V.Fma(-Exp.Apply(x), z, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => -(V.Call<Exp>(x) * z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => V.Of(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => -V.Call<Exp>(x);
}
