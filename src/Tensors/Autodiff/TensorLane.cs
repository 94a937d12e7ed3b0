using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A lane whose values are tensors: a formula over it is carried out operation by operation, each one recorded like any other, so that an
/// operator's derivative can be differentiated again and again without a type for every order. Constants stay numbers; a factor 0 or 1
/// and a term 0 cost nothing.
/// </summary>
internal readonly struct TensorLane<T> : ILanes<TensorLane<T>>
    where T : unmanaged
{
    // The tensors of the formulas under way on this thread; a lane is unmanaged, so it holds a place in the list.
    [ThreadStatic]
    private static List<Tensor<T>>? made;

    [ThreadStatic]
    private static Device? device;

    private readonly int place;
    private readonly double constant;

    private TensorLane(int place, double constant)
    {
        this.place = place;
        this.constant = constant;
    }

    public static bool IsDouble => typeof(T) == typeof(double);

    /// <summary>True for a constant that is zero.</summary>
    public bool IsZero => IsConstant && constant == 0;

    private bool IsConstant => place == 0;

    private bool IsOne => IsConstant && constant == 1;

    /// <summary>Begins a formula on a device: what is made from here on is let go of by <see cref="End"/>.</summary>
    public static int Begin(Device on)
    {
        made ??= [default];
        device = on;
        return made.Count;
    }

    /// <summary>Ends the formula; the scope around releases its tensors.</summary>
    public static void End(int mark) => made!.RemoveRange(mark, made.Count - mark);

    /// <summary>A tensor as a lane.</summary>
    public static TensorLane<T> Of(Tensor<T> tensor)
    {
        made!.Add(tensor);
        return new(made.Count - 1, 0);
    }

    /// <summary>The lane as a tensor; a scalar where it is constant.</summary>
    public Tensor<T> ToTensor() => IsConstant ? Tensor.Scalar(Tensor.Constant<T>(constant), device!) : made![place];

    public static TensorLane<T> Of(double value) => new(0, value);

    public static TensorLane<T> OfBits(long bits) => throw NoFormula(nameof(OfBits));

    public static TensorLane<T> operator +(TensorLane<T> x, TensorLane<T> y) =>
        x.IsZero ? y : y.IsZero ? x : x.IsConstant && y.IsConstant ? Of(x.constant + y.constant) : Binary<Add>(x, y);

    public static TensorLane<T> operator -(TensorLane<T> x, TensorLane<T> y) =>
        y.IsZero ? x : x.IsZero ? -y : x.IsConstant && y.IsConstant ? Of(x.constant - y.constant) : Binary<Subtract>(x, y);

    public static TensorLane<T> operator *(TensorLane<T> x, TensorLane<T> y) =>
        x.IsZero || y.IsZero ? Of(0) : x.IsOne ? y : y.IsOne ? x : x.IsConstant && y.IsConstant ? Of(x.constant * y.constant) : Binary<Multiply>(x, y);

    public static TensorLane<T> operator /(TensorLane<T> x, TensorLane<T> y) =>
        x.IsZero || y.IsOne ? x : x.IsConstant && y.IsConstant ? Of(x.constant / y.constant) : Binary<Divide>(x, y);

    public static TensorLane<T> operator -(TensorLane<T> x) => x.IsConstant ? Of(-x.constant) : Unary<Negate>(x);

    public static TensorLane<T> Fma(TensorLane<T> x, TensorLane<T> y, TensorLane<T> z) =>
        x.IsConstant || y.IsConstant || z.IsZero ? (x * y) + z : Of(x.ToTensor().Ternary<FusedMultiplyAdd>(y.ToTensor(), z.ToTensor()));

    public static TensorLane<T> Abs(TensorLane<T> x) => x.IsConstant ? Of(F64x1.Abs(new(x.constant)).Value) : Unary<Abs>(x);

    public static TensorLane<T> Sqrt(TensorLane<T> x) => x.IsConstant ? Of(F64x1.Sqrt(new(x.constant)).Value) : Unary<Sqrt>(x);

    public static TensorLane<T> Round(TensorLane<T> x) => x.IsConstant ? Of(F64x1.Round(new(x.constant)).Value) : Unary<Round>(x);

    public static TensorLane<T> Min(TensorLane<T> x, TensorLane<T> y) => Binary<Minimum>(x, y);

    public static TensorLane<T> Max(TensorLane<T> x, TensorLane<T> y) => Binary<Maximum>(x, y);

    public static TensorLane<T> Lesser(TensorLane<T> x, TensorLane<T> y) => SelectLess(x, y, x, y);

    public static TensorLane<T> Greater(TensorLane<T> x, TensorLane<T> y) => SelectLess(y, x, x, y);

    public static TensorLane<T> Scale(TensorLane<T> x, TensorLane<T> n) => throw NoFormula(nameof(Scale));

    public static TensorLane<T> SelectLess(TensorLane<T> x, TensorLane<T> y, TensorLane<T> yes, TensorLane<T> no) => Select<Less>(x, y, yes, no);

    public static TensorLane<T> SelectLessOrEqual(TensorLane<T> x, TensorLane<T> y, TensorLane<T> yes, TensorLane<T> no) => Select<LessOrEqual>(x, y, yes, no);

    public static TensorLane<T> SelectEqual(TensorLane<T> x, TensorLane<T> y, TensorLane<T> yes, TensorLane<T> no) => Select<Equal>(x, y, yes, no);

    public static bool AllLess(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(AllLess));

    public static TensorLane<T> And(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(And));

    public static TensorLane<T> Or(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(Or));

    public static TensorLane<T> Xor(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(Xor));

    public static TensorLane<T> AddBits(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(AddBits));

    public static TensorLane<T> SubtractBits(TensorLane<T> x, TensorLane<T> y) => throw NoFormula(nameof(SubtractBits));

    public static TensorLane<T> ShiftLeftBits(TensorLane<T> x, int count) => throw NoFormula(nameof(ShiftLeftBits));

    public static TensorLane<T> ShiftRightBits(TensorLane<T> x, int count) => throw NoFormula(nameof(ShiftRightBits));

    public static TensorLane<T> IntegerToFloat(TensorLane<T> x) => throw NoFormula(nameof(IntegerToFloat));

    public static TensorLane<T> Call<TOp>(TensorLane<T> x)
        where TOp : struct, IUnaryOp => Unary<TOp>(x);

    public static TensorLane<T> Call<TOp>(TensorLane<T> x, TensorLane<T> y)
        where TOp : struct, IBinaryOp => Binary<TOp>(x, y);

    private static TensorLane<T> Unary<TOp>(TensorLane<T> x)
        where TOp : struct, IUnaryOp => Of(x.ToTensor().Unary<TOp>());

    private static TensorLane<T> Binary<TOp>(TensorLane<T> x, TensorLane<T> y)
        where TOp : struct, IBinaryOp => Of(x.ToTensor().Binary<TOp>(y.ToTensor()));

    /// <summary>The comparison's result is constant almost everywhere, so the comparison itself is not recorded.</summary>
    private static TensorLane<T> Select<TCompare>(TensorLane<T> x, TensorLane<T> y, TensorLane<T> yes, TensorLane<T> no)
        where TCompare : struct, IBinaryOp
    {
        if (yes.IsConstant && no.IsConstant && yes.constant == no.constant)
        {
            return yes;
        }

        if (x.IsConstant && y.IsConstant)
        {
            return TCompare.Apply<F64x1>(new(x.constant), new(y.constant)).Value != 0 ? yes : no;
        }

        Tensor<T> left = x.ToTensor(), right = y.ToTensor();
        Tensor<T> mask = Tensor.Empty<T>(Shape.Broadcast(left.Shape, right.Shape, TCompare.Name), left.Device);
        Elementwise.Run<TCompare, T>(left.Node, right.Node, mask.Node);
        return Of(mask.Ternary<Select>(yes.ToTensor(), no.ToTensor()));
    }

    private static NotSupportedException NoFormula(string member) =>
        new($"gradient: {member} works on bits or on whole registers, so it cannot be part of a derivative's formula.");
}
