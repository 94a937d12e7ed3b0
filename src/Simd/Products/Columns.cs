namespace Onsager.Simd;

/// <summary>The columns of a product's micro-kernel, as a type: the compiler removes the registers that a tile does not need.</summary>
internal interface IColumns
{
    /// <summary>Registers of columns, one to three.</summary>
    static abstract int Count { get; }

    /// <summary>Operands lie far away: rows to come are asked for.</summary>
    static abstract bool Far { get; }
}

internal readonly struct One : IColumns
{
    public static int Count => 1;

    public static bool Far => false;
}

internal readonly struct Two : IColumns
{
    public static int Count => 2;

    public static bool Far => false;
}

internal readonly struct TwoFar : IColumns
{
    public static int Count => 2;

    public static bool Far => true;
}

internal readonly struct Three : IColumns
{
    public static int Count => 3;

    public static bool Far => false;
}
