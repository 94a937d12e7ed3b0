namespace Onsager.Simd;

/// <summary>The columns of a product's micro-kernel, as a type: the compiler removes the register or the mask that a tile does not need.</summary>
internal interface IColumns
{
    /// <summary>Two registers of columns, otherwise one.</summary>
    static abstract bool Two { get; }

    /// <summary>The last register is not full: it is read and written under a mask.</summary>
    static abstract bool Partial { get; }

    /// <summary>How many p ahead of the chain B is asked for; 0 is not at all.</summary>
    static abstract int Ahead { get; }
}

internal readonly struct TwoFull : IColumns
{
    public static bool Two => true;

    public static bool Partial => false;

    public static int Ahead => 0;
}

internal readonly struct TwoAhead4 : IColumns
{
    public static bool Two => true;

    public static bool Partial => false;

    public static int Ahead => 4;
}

internal readonly struct TwoAhead8 : IColumns
{
    public static bool Two => true;

    public static bool Partial => false;

    public static int Ahead => 8;
}

internal readonly struct TwoAhead16 : IColumns
{
    public static bool Two => true;

    public static bool Partial => false;

    public static int Ahead => 16;
}

internal readonly struct TwoPartial : IColumns
{
    public static bool Two => true;

    public static bool Partial => true;

    public static int Ahead => 0;
}

internal readonly struct OneFull : IColumns
{
    public static bool Two => false;

    public static bool Partial => false;

    public static int Ahead => 0;
}

internal readonly struct OnePartial : IColumns
{
    public static bool Two => false;

    public static bool Partial => true;

    public static int Ahead => 0;
}
