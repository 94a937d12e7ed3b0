namespace Onsager.Simd;

/// <summary>What every operator says of itself. The three kinds below add the formula.</summary>
public interface IOperator
{
    /// <summary>The operator's lower-case name, as tables and messages print it.</summary>
    static abstract string Name { get; }

    /// <summary>The largest error of the float32 formula over all inputs, in units in the last place of the exact result; 0.5 is correctly rounded.</summary>
    static abstract double MaxUlpSingle { get; }

    /// <summary>The same for the float64 formula.</summary>
    static abstract double MaxUlpDouble { get; }
}

/// <summary>y = f(x), element by element.</summary>
public interface IUnaryOp : IOperator
{
    /// <summary>The formula.</summary>
    static abstract V Apply<V>(V x)
        where V : unmanaged, ILanes<V>;

    /// <summary>dy/dx, from the input and the result.</summary>
    static abstract V Derivative<V>(V x, V y)
        where V : unmanaged, ILanes<V>;

    /// <summary>
    /// The published bounds count units in the last place for x from here on. For smaller x, where f passes through zeros that no number of
    /// the format hits, they count units of 2^-23 max(1, |f(x)|), or 2^-52 max(1, |f(x)|) in float64.
    /// </summary>
    static virtual double RelativeFrom => double.NegativeInfinity;

    /// <summary>
    /// Where positive, <see cref="Near"/> gives the formula's bits for every x whose <see cref="Distance"/> is below this bound: a driver that
    /// has looked at a block of elements first may then use it for the whole block, and keeps the rare and long course of the formula, or
    /// its many rules for special numbers, out of its loop.
    /// </summary>
    static virtual double NearBound<V>()
        where V : unmanaged, ILanes<V> => 0;

    /// <summary>What is compared with <see cref="NearBound"/>: |x|, if an operator does not say otherwise. NaN is not below any bound.</summary>
    static virtual V Distance<V>(V x)
        where V : unmanaged, ILanes<V> => V.Abs(x);

    /// <summary>The formula for a <see cref="Distance"/> below <see cref="NearBound"/>.</summary>
    static virtual V Near<V>(V x)
        where V : unmanaged, ILanes<V> => x;
}

/// <summary>z = f(x, y), element by element.</summary>
public interface IBinaryOp : IOperator
{
    /// <summary>
    /// True for a formula of which two copies in one method would exhaust the compiler's budget for inlining: a driver's last partial
    /// register then has a method of its own, as the second copy would consist of calls.
    /// </summary>
    static virtual bool IsLong => false;

    /// <summary>The formula.</summary>
    static abstract V Apply<V>(V x, V y)
        where V : unmanaged, ILanes<V>;

    /// <summary>dz/dx, from the inputs and the result.</summary>
    static abstract V DerivativeX<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>;

    /// <summary>dz/dy, from the inputs and the result.</summary>
    static abstract V DerivativeY<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>;
}

/// <summary>w = f(x, y, z), element by element.</summary>
public interface ITernaryOp : IOperator
{
    /// <summary>The formula.</summary>
    static abstract V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>;

    /// <summary>dw/dx, from the inputs and the result.</summary>
    static abstract V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V>;

    /// <summary>dw/dy, from the inputs and the result.</summary>
    static abstract V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V>;

    /// <summary>dw/dz, from the inputs and the result.</summary>
    static abstract V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V>;
}
