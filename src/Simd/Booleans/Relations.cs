using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>A comparison of two numbers, for <see cref="Compare"/>.</summary>
public interface IRelation
{
    /// <summary>The name, as messages print it.</summary>
    static abstract string Name { get; }

    /// <summary>All bits set in every lane where the relation holds.</summary>
    static abstract Vector<T> Mask<T>(Vector<T> x, Vector<T> y);

    /// <summary>yes where the relation holds, otherwise no: the relation as a formula that every device compiles.</summary>
    static abstract V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V>;

    /// <summary>True where the relation holds.</summary>
    static abstract bool Holds<T>(T x, T y)
        where T : INumber<T>;
}

/// <summary>x &lt; y; false with NaN.</summary>
public readonly struct IsLess : IRelation
{
    /// <inheritdoc/>
    public static string Name => "less";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => Vector.LessThan(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLess(x, y, yes, no);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x < y;
}

/// <summary>x &lt;= y; false with NaN.</summary>
public readonly struct IsLessOrEqual : IRelation
{
    /// <inheritdoc/>
    public static string Name => "less-equal";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => Vector.LessThanOrEqual(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(x, y, yes, no);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x <= y;
}

/// <summary>x &gt; y; false with NaN.</summary>
public readonly struct IsGreater : IRelation
{
    /// <inheritdoc/>
    public static string Name => "greater";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => Vector.GreaterThan(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLess(y, x, yes, no);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x > y;
}

/// <summary>x &gt;= y; false with NaN.</summary>
public readonly struct IsGreaterOrEqual : IRelation
{
    /// <inheritdoc/>
    public static string Name => "greater-equal";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => Vector.GreaterThanOrEqual(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectLessOrEqual(y, x, yes, no);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x >= y;
}

/// <summary>x == y; false with NaN, true for zeros of both signs.</summary>
public readonly struct IsEqual : IRelation
{
    /// <inheritdoc/>
    public static string Name => "equal";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => Vector.Equals(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, yes, no);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x == y;
}

/// <summary>x != y: the opposite of equal, hence true with NaN.</summary>
public readonly struct IsNotEqual : IRelation
{
    /// <inheritdoc/>
    public static string Name => "not-equal";

    /// <inheritdoc/>
    [MethodImpl(Inline)] public static Vector<T> Mask<T>(Vector<T> x, Vector<T> y) => ~Vector.Equals(x, y);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static V Select<V>(V x, V y, V yes, V no)
        where V : unmanaged, ILanes<V> => V.SelectEqual(x, y, no, yes);

    /// <inheritdoc/>
    public static bool Holds<T>(T x, T y)
        where T : INumber<T> => x != y;
}
