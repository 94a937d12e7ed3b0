namespace Onsager.Simd;

/// <summary>The columns of a product's micro-kernel, as a type: the compiler removes the register or the mask that a tile does not need.</summary>
internal interface IColumns
{
    /// <summary>Two registers of columns, otherwise one.</summary>
    static abstract bool Two { get; }

    /// <summary>The last register is not full: it is read and written under a mask.</summary>
    static abstract bool Partial { get; }
}

internal readonly struct TwoFull : IColumns
{
    public static bool Two => true;

    public static bool Partial => false;
}

internal readonly struct TwoPartial : IColumns
{
    public static bool Two => true;

    public static bool Partial => true;
}

internal readonly struct OneFull : IColumns
{
    public static bool Two => false;

    public static bool Partial => false;
}

internal readonly struct OnePartial : IColumns
{
    public static bool Two => false;

    public static bool Partial => true;
}
