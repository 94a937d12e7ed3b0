using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>Formulas that ILGPU's optimizer folds when they are written with C# operators.</summary>
internal interface IExpression : IUnaryOp
{
    static string IOperator.Name => "expression";

    static double IOperator.MaxUlpSingle => 0;

    static double IOperator.MaxUlpDouble => 0;

    static V IUnaryOp.Derivative<V>(V x, V y) => y;
}

internal readonly struct ProductOfConstants : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x * V.Of(1.1) * V.Of(1.3);
}

internal readonly struct SumOfConstants : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x + V.Of(1e8) + V.Of(1.5);
}

internal readonly struct RoundingConstant : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x + V.Of(12582912) - V.Of(12582912);
}

internal readonly struct PlusZero : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x + V.Of(0);
}

internal readonly struct ZeroMinus : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.Of(0) - x;
}

internal readonly struct TinyTwice : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x * V.Of(1e-30) * V.Of(1e-30);
}

internal readonly struct Quarter : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => x / V.Of(4);
}

internal readonly struct NotANumber : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, x, V.Of(0), V.Of(1));
}

/// <summary>The sum of the constants that printing could spoil.</summary>
internal readonly struct Constants : IExpression
{
    public static V Apply<V>(V x)
        where V : unmanaged, ILanes<V> =>
        x + V.Of(0.1) + V.Of(double.PositiveInfinity) + V.Of(double.NegativeInfinity) + V.Of(-0.0) + V.OfBits(1) + V.OfBits(0x7FC00000);
}
