namespace Onsager.Simd;

/// <summary>Logic of two booleans, or of one, which then stands twice.</summary>
public interface ILogic
{
    /// <summary>The name, as messages print it.</summary>
    static abstract string Name { get; }

    /// <summary>The result, where 1 is true and 0 false.</summary>
    static abstract int Of(int x, int y);

    /// <summary>The same over spans; an input may be the output.</summary>
    static abstract void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z);
}

/// <summary>True where both are.</summary>
public readonly struct LogicalAnd : ILogic
{
    /// <inheritdoc/>
    public static string Name => "and";

    /// <inheritdoc/>
    public static int Of(int x, int y) => x & y;

    /// <inheritdoc/>
    public static void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z) => Booleans.And(x, y, z);
}

/// <summary>True where one is, or both.</summary>
public readonly struct LogicalOr : ILogic
{
    /// <inheritdoc/>
    public static string Name => "or";

    /// <inheritdoc/>
    public static int Of(int x, int y) => x | y;

    /// <inheritdoc/>
    public static void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z) => Booleans.Or(x, y, z);
}

/// <summary>True where exactly one is.</summary>
public readonly struct LogicalXor : ILogic
{
    /// <inheritdoc/>
    public static string Name => "xor";

    /// <inheritdoc/>
    public static int Of(int x, int y) => x ^ y;

    /// <inheritdoc/>
    public static void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z) => Booleans.Xor(x, y, z);
}

/// <summary>True where x is false; y is not looked at.</summary>
public readonly struct LogicalNot : ILogic
{
    /// <inheritdoc/>
    public static string Name => "not";

    /// <inheritdoc/>
    public static int Of(int x, int y) => x ^ 1;

    /// <inheritdoc/>
    public static void Run(ReadOnlySpan<bool> x, ReadOnlySpan<bool> y, Span<bool> z) => Booleans.Not(x, z);
}
