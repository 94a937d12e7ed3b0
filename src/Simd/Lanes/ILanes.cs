namespace Onsager.Simd;

/// <summary>
/// A register of float32 or float64 lanes: the only thing an operator's formula may touch. Every implementation, on every device,
/// performs each member as exactly one rounded IEEE 754 operation (or as integer work on the same bits), never contracted, never
/// reassociated, so that one formula gives the same bits everywhere. Any NaN equals any other NaN.
/// </summary>
/// <typeparam name="TSelf">The lane type itself.</typeparam>
/// <remarks>Shape after google/highway's tag types and MLX's Simd&lt;T, N&gt;: N = 1 is the scalar form of the same text.</remarks>
public interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>True for float64 lanes, false for float32; a constant to the compiler, so a formula may branch on it freely.</summary>
    static abstract bool IsDouble { get; }

    /// <summary>The constant in every lane, rounded to the lane's type.</summary>
    static abstract TSelf Of(double value);

    /// <summary>The bit pattern in every lane; float32 lanes take the low 32 bits.</summary>
    static abstract TSelf OfBits(long bits);

    /// <summary>x + y, rounded.</summary>
    static abstract TSelf operator +(TSelf x, TSelf y);

    /// <summary>x - y, rounded.</summary>
    static abstract TSelf operator -(TSelf x, TSelf y);

    /// <summary>x * y, rounded.</summary>
    static abstract TSelf operator *(TSelf x, TSelf y);

    /// <summary>x / y, correctly rounded.</summary>
    static abstract TSelf operator /(TSelf x, TSelf y);

    /// <summary>x with its sign bit flipped.</summary>
    static abstract TSelf operator -(TSelf x);

    /// <summary>x * y + z with one rounding.</summary>
    static abstract TSelf Fma(TSelf x, TSelf y, TSelf z);

    /// <summary>x with its sign bit cleared.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf x);

    /// <summary>IEEE 754-2019 minimum: NaN wins, -0 is below +0.</summary>
    static abstract TSelf Min(TSelf x, TSelf y);

    /// <summary>IEEE 754-2019 maximum: NaN wins, +0 is above -0.</summary>
    static abstract TSelf Max(TSelf x, TSelf y);

    /// <summary>x &lt; y ? x : y, hence y when either is NaN or both are zeros. One instruction on x86; use it for clamps: <c>Lesser(bound, x)</c> keeps a NaN x.</summary>
    static abstract TSelf Lesser(TSelf x, TSelf y);

    /// <summary>x &gt; y ? x : y, hence y when either is NaN or both are zeros.</summary>
    static abstract TSelf Greater(TSelf x, TSelf y);

    /// <summary>x * 2^n with one rounding. n is integral, |n| at most 250 (float32) or 2000 (float64), and |x| in [2^-16, 2^16], or x is NaN.</summary>
    static abstract TSelf Scale(TSelf x, TSelf n);

    /// <summary>x &lt; y ? yes : no (no when unordered).</summary>
    static abstract TSelf SelectLess(TSelf x, TSelf y, TSelf yes, TSelf no);

    /// <summary>x &lt;= y ? yes : no (no when unordered).</summary>
    static abstract TSelf SelectLessOrEqual(TSelf x, TSelf y, TSelf yes, TSelf no);

    /// <summary>x == y ? yes : no (no when unordered).</summary>
    static abstract TSelf SelectEqual(TSelf x, TSelf y, TSelf yes, TSelf no);

    /// <summary>
    /// Whether x &lt; y in every lane; a lane that is not ordered says no. The one question that a formula may ask of a whole register, and
    /// only to leave out work whose result no lane would choose: bits must not depend on the register's width.
    /// </summary>
    static abstract bool AllLess(TSelf x, TSelf y);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf And(TSelf x, TSelf y);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf Or(TSelf x, TSelf y);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf Xor(TSelf x, TSelf y);

    /// <summary>The sum of the bit patterns as two's complement integers of the lane's width.</summary>
    static abstract TSelf AddBits(TSelf x, TSelf y);

    /// <summary>The difference of the bit patterns as two's complement integers of the lane's width.</summary>
    static abstract TSelf SubtractBits(TSelf x, TSelf y);

    /// <summary>The bit pattern shifted left by a constant.</summary>
    static abstract TSelf ShiftLeftBits(TSelf x, int count);

    /// <summary>The bit pattern shifted right by a constant, zeros coming in.</summary>
    static abstract TSelf ShiftRightBits(TSelf x, int count);

    /// <summary>The bit pattern, read as a signed integer of the lane's width, converted to floating point (rounded to nearest even).</summary>
    static abstract TSelf IntegerToFloat(TSelf x);

    /// <summary>Applies an operator; <see cref="Dual{V}"/> applies its derivative too, so formulas made of calls can be differentiated.</summary>
    static virtual TSelf Call<TOp>(TSelf x)
        where TOp : struct, IUnaryOp => TOp.Apply(x);

    /// <summary>The same for an operator of two inputs.</summary>
    static virtual TSelf Call<TOp>(TSelf x, TSelf y)
        where TOp : struct, IBinaryOp => TOp.Apply(x, y);
}

/// <summary>Lanes that live in a CPU register and move to and from memory.</summary>
/// <typeparam name="TSelf">The lane type itself.</typeparam>
/// <typeparam name="T">The element: float or double.</typeparam>
public unsafe interface IMemoryLanes<TSelf, T> : ILanes<TSelf>
    where TSelf : unmanaged, IMemoryLanes<TSelf, T>
    where T : unmanaged
{
    /// <summary>The number of lanes.</summary>
    static abstract int Width { get; }

    /// <summary>The number of registers of this kind that the processor has, which decides the shape of a product's micro-kernel.</summary>
    static abstract int Registers { get; }

    /// <summary>Reads Width elements from any address.</summary>
    static abstract TSelf Load(T* source);

    /// <summary>Writes Width elements to any address.</summary>
    static abstract void Store(T* destination, TSelf x);

    /// <summary>Writes Width elements around the caches, to an address that is a multiple of the register's size; <see cref="Stream"/> fences.</summary>
    static virtual void StoreStreaming(T* destination, TSelf x) => TSelf.Store(destination, x);

    /// <summary>Reads the first count (0..Width) elements and touches no memory behind them; the other lanes are zero.</summary>
    static abstract TSelf LoadPartial(T* source, int count);

    /// <summary>Writes the first count (0..Width) elements and touches no memory behind them.</summary>
    static abstract void StorePartial(T* destination, int count, TSelf x);

    /// <summary>One element in every lane.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>The first lane.</summary>
    static abstract T First(TSelf x);

    /// <summary>Lane i takes lane i + half, for i below half: a step of a fold by halving. half is a constant, a power of two below Width; the other lanes are undefined.</summary>
    static abstract TSelf MoveDown(TSelf x, int half);
}
