using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>What a term reads beside the element.</summary>
internal enum SecondOperand
{
    /// <summary>Nothing; an absent element is read as 0 and must leave a lane as it is.</summary>
    None,

    /// <summary>The element at the same place of a second operand.</summary>
    Elements,

    /// <summary>One number for all elements.</summary>
    Scalar,
}

/// <summary>What one element (or a pair) adds to a lane of a fixed-order reduction.</summary>
internal interface ITerm
{
    /// <summary>What y is.</summary>
    static abstract SecondOperand Second { get; }

    static abstract V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V>;
}

/// <summary>lane + x.</summary>
internal readonly struct SumTerm : ITerm
{
    public static SecondOperand Second => SecondOperand.None;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => lane + x;
}

/// <summary>x * y + lane, rounded once.</summary>
internal readonly struct DotTerm : ITerm
{
    public static SecondOperand Second => SecondOperand.Elements;

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => V.Fma(x, y, lane);
}

/// <summary>The terms of a reduction of the public kind.</summary>
internal readonly struct TermOf<TReduction> : ITerm
    where TReduction : struct, IReduction
{
    public static SecondOperand Second
    {
        [MethodImpl(Inline)]
        get => TReduction.First == FirstPass.None ? SecondOperand.None : SecondOperand.Scalar;
    }

    [MethodImpl(Inline)]
    public static V Add<V>(V lane, V x, V y)
        where V : unmanaged, ILanes<V> => TReduction.Add(lane, x, y);
}
