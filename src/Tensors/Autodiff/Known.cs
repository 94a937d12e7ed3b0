using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A lane that knows constants and nothing else: a derivative's formula over it says whether the derivative is a constant, zero above
/// all. A zero factor makes a product zero, whatever the other one is.
/// </summary>
internal readonly struct Known : ILanes<Known>
{
    private readonly bool isKnown;
    private readonly double value;

    private Known(double value)
    {
        isKnown = true;
        this.value = value;
    }

    /// <summary>What depends on the inputs.</summary>
    public static Known Not => default;

    public static bool IsDouble => true;

    public bool IsZero => isKnown && value == 0;

    /// <summary>Whether the value is a constant, and which.</summary>
    public bool TryGet(out double constant)
    {
        constant = value;
        return isKnown;
    }

    public static Known Of(double value) => new(value);

    public static Known OfBits(long bits) => Not;

    public static Known operator +(Known x, Known y) => x.IsZero ? y : y.IsZero ? x : x.isKnown && y.isKnown ? new(x.value + y.value) : Not;

    public static Known operator -(Known x, Known y) => y.IsZero ? x : x.IsZero ? -y : x.isKnown && y.isKnown ? new(x.value - y.value) : Not;

    public static Known operator *(Known x, Known y) => x.IsZero || y.IsZero ? new(0) : x.isKnown && y.isKnown ? new(x.value * y.value) : Not;

    public static Known operator /(Known x, Known y) => x.IsZero ? x : x.isKnown && y.isKnown ? new(x.value / y.value) : Not;

    public static Known operator -(Known x) => x.isKnown ? new(-x.value) : Not;

    public static Known Fma(Known x, Known y, Known z) => (x * y) + z;

    public static Known Abs(Known x) => x.isKnown ? new(F64x1.Abs(new(x.value)).Value) : Not;

    public static Known Sqrt(Known x) => x.isKnown ? new(F64x1.Sqrt(new(x.value)).Value) : Not;

    public static Known Round(Known x) => x.isKnown ? new(F64x1.Round(new(x.value)).Value) : Not;

    public static Known Min(Known x, Known y) => Same(x, y);

    public static Known Max(Known x, Known y) => Same(x, y);

    public static Known Lesser(Known x, Known y) => Same(x, y);

    public static Known Greater(Known x, Known y) => Same(x, y);

    public static Known Scale(Known x, Known n) => Not;

    public static Known SelectLess(Known x, Known y, Known yes, Known no) => Same(yes, no);

    public static Known SelectLessOrEqual(Known x, Known y, Known yes, Known no) => Same(yes, no);

    public static Known SelectEqual(Known x, Known y, Known yes, Known no) => Same(yes, no);

    public static bool AllLess(Known x, Known y) => false;

    public static Known And(Known x, Known y) => Not;

    public static Known Or(Known x, Known y) => Not;

    public static Known Xor(Known x, Known y) => Not;

    public static Known AddBits(Known x, Known y) => Not;

    public static Known SubtractBits(Known x, Known y) => Not;

    public static Known ShiftLeftBits(Known x, int count) => Not;

    public static Known ShiftRightBits(Known x, int count) => Not;

    public static Known IntegerToFloat(Known x) => Not;

    public static Known Call<TOp>(Known x)
        where TOp : struct, IUnaryOp => Not;

    public static Known Call<TOp>(Known x, Known y)
        where TOp : struct, IBinaryOp => Not;

    /// <summary>A choice between equal constants is that constant.</summary>
    private static Known Same(Known x, Known y) => x.isKnown && y.isKnown && x.value == y.value ? x : Not;
}
