using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Operators of Onsager.Simd, element by element, under the names that they have there.</summary>
internal static class ElementwiseOperators
{
    public static IEnumerable<Operator> All =>
    [
        Unary<Acos>(), Unary<Acosh>(), Unary<Asin>(), Unary<Asinh>(), Unary<Atan>(), Unary<Atanh>(), Unary<Cbrt>(), Unary<Ceiling>(), Unary<Cos>(), Unary<Cosh>(), Unary<Digamma>(), Unary<Erf>(), Unary<Erfc>(),
        Unary<ErfInverse>(), Unary<Exp>(), Unary<Exp2>(), Unary<Expm1>(), Unary<Floor>(), Unary<Gelu>(), Unary<GeluTanh>(), Unary<Log>(), Unary<Log10>(),
        Unary<Log1p>(), Unary<Log2>(), Unary<LogGamma>(), Unary<LogNormalCdf>(), Unary<Mish>(), Unary<NormalCdf>(), Unary<Reciprocal>(), Unary<Relu>(),
        Unary<Round>(), Unary<Rsqrt>(), Unary<Sigmoid>(), Unary<Silu>(), Unary<Sin>(), Unary<Sinh>(), Unary<Softplus>(), Unary<Sqrt>(), Unary<Square>(),
        Unary<Tan>(), Unary<Tanh>(), Unary<Trigamma>(), Unary<Truncate>(),
        Binary<Atan2>(), Binary<Divide>(), Binary<Elu>(), Binary<Hypot>(), Binary<LeakyRelu>(),
        Ternary<Clamp>(), Ternary<FusedMultiplyAdd>(),
        Predicate<IsFinite>(), Predicate<IsInfinity>(), Predicate<IsNaN>(),
        Both<UnaryAction<Abs>, IntegerUnary<IntegerAbs>>("abs", "x"), Both<UnaryAction<Negate>, IntegerUnary<IntegerNegate>>("negate", "x"),
        Both<UnaryAction<Sign>, IntegerUnary<IntegerSign>>("sign", "x"),
        Both<BinaryAction<Add>, IntegerBinary<IntegerAdd>>("add", "x, y"), Both<BinaryAction<Subtract>, IntegerBinary<IntegerSubtract>>("subtract", "x, y"),
        Both<BinaryAction<Multiply>, IntegerBinary<IntegerMultiply>>("multiply", "x, y"), Both<BinaryAction<Minimum>, IntegerBinary<IntegerMinimum>>("minimum", "x, y"),
        Both<BinaryAction<Maximum>, IntegerBinary<IntegerMaximum>>("maximum", "x, y"),
        Both<BinaryAction<Pow>, IntegerBinary<IntegerPower>>("pow", "x, y"),
        Both<FloorDivideAction, IntegerBinary<IntegerFloorDivide>>("floor_divide", "x, y"), Both<OfReals<RealRemainder>, IntegerRemainder>("remainder", "x, y"),
        new EqualityOperator<CompareAction<IsEqual>>("equal", "x, y"), new EqualityOperator<CompareAction<IsNotEqual>>("not_equal", "x, y"), Compare<IsLess>("less"), Compare<IsLessOrEqual>("less_equal"),
        Compare<IsGreater>("greater"), Compare<IsGreaterOrEqual>("greater_equal"),
        Logical<AndAction>("logical_and", "x, y"), Logical<OrAction>("logical_or", "x, y"), Logical<XorAction>("logical_xor", "x, y"), Logical<NotAction>("logical_not", "x"),
        new MovementOperator<WhereMovement>("where", "condition, x, y", typeOf: 1),
    ];

    private static Operator Unary<TOp>()
        where TOp : struct, IUnaryOp => new RealOperator<UnaryAction<TOp>>(TOp.Name, "x");

    private static Operator Binary<TOp>()
        where TOp : struct, IBinaryOp => new RealOperator<BinaryAction<TOp>>(TOp.Name, "x, y");

    private static Operator Ternary<TOp>()
        where TOp : struct, ITernaryOp => new RealOperator<TernaryAction<TOp>>(TOp.Name, "x, y, z");

    private static Operator Predicate<TOp>()
        where TOp : struct, IUnaryOp => new RealOperator<PredicateAction<TOp>>(TOp.Name, "x");

    private static Operator Both<TReal, TInteger>(string name, string signature)
        where TReal : IAction
        where TInteger : IIntegerAction => new NumberOperator<TReal, TInteger>(name, signature);

    private static Operator Compare<TRelation>(string name)
        where TRelation : struct, IRelation => new OrderOperator<CompareAction<TRelation>>(name, "x, y");

    private static Operator Logical<TAction>(string name, string signature)
        where TAction : IAction => new BooleanOperator<TAction>(name, signature);
}

internal readonly struct UnaryAction<TOp> : IAction
    where TOp : struct, IUnaryOp
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Unary<TOp>());
}

internal readonly struct BinaryAction<TOp> : IAction
    where TOp : struct, IBinaryOp
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Binary<TOp>(call.Input<T>(1)));
}

internal readonly struct TernaryAction<TOp> : IAction
    where TOp : struct, ITernaryOp
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Ternary<TOp>(call.Input<T>(1), call.Input<T>(2)));
}

/// <summary>Booleans where an operator gives 1 and not 0.</summary>
internal readonly struct PredicateAction<TOp> : IAction
    where TOp : struct, IUnaryOp
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).Unary<TOp>().NotEqualTo(Tensor.Zeros<T>([])));
}

internal readonly struct CompareAction<TRelation> : IAction
    where TRelation : struct, IRelation
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Relations.Compare<TRelation, T>(call.Seen<T>(0), call.Seen<T>(1)));
}

/// <summary>floor(x / y), the quotient rounded first.</summary>
internal readonly struct FloorDivideAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return((call.Input<T>(0) / call.Input<T>(1)).Floor());
}

internal readonly struct AndAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<bool>(0).And(call.Input<bool>(1)));
}

internal readonly struct OrAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<bool>(0).Or(call.Input<bool>(1)));
}

internal readonly struct XorAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<bool>(0).Xor(call.Input<bool>(1)));
}

internal readonly struct NotAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<bool>(0).Not());
}

internal readonly struct WhereMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => Tensor.Where(call.Input<bool>(0), call.Moved<T>(1), call.Moved<T>(2));
}
