using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Onsager.Peers;

/// <summary>An operator of one, two or three inputs over spans; the inputs that it does not have are ignored.</summary>
internal delegate void OverSpans<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> w);

/// <summary>What stands beside one of our operators, and the arguments that it is measured on.</summary>
/// <param name="Operator">Our operator's name.</param>
/// <param name="Low">Arguments are uniform from here</param>
/// <param name="High">to here.</param>
/// <param name="Primitive">TensorPrimitives' method; null where there is none.</param>
/// <param name="Torch">libtorch's.</param>
internal sealed record Counterpart<T>(string Operator, double Low, double High, OverSpans<T>? Primitive, Func<Tensor, Tensor, Tensor, Tensor> Torch)
    where T : unmanaged
{
    /// <summary>The row's name: the operator's, and a word where one operator is measured on several ranges.</summary>
    public string Name { get; init; } = Operator;

    /// <summary>The second and third inputs, where their ranges differ from the first's.</summary>
    public (double Low, double High)? Others { get; init; }

    /// <summary>Whether the first input is a condition: zeros and other numbers for us, a boolean tensor for libtorch.</summary>
    public bool IsChoice { get; init; }

    /// <summary>The second input, where it is one number for all elements.</summary>
    public double? Scalar { get; init; }
}

/// <summary>One line for each operator; a line whose operator does not exist is skipped, an operator without a line is named in the output.</summary>
internal static class Counterparts
{
    /// <summary>Why operators stand alone, where somebody might expect a peer.</summary>
    public static readonly IReadOnlyDictionary<string, string> Alone = new Dictionary<string, string>
    {
        ["log_normal_cdf"] = "TorchSharp does not bind libtorch's log_ndtr",
    };

    public static IEnumerable<Counterpart<T>> All<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [.. Arithmetic<T>(), .. Exponential<T>(), .. Trigonometric<T>(), .. Activations<T>(), .. Special<T>(), .. Rounding<T>(), .. Comparisons<T>()];

    private static IEnumerable<Counterpart<T>> Arithmetic<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            Two<T>("add", -10, 10, TensorPrimitives.Add, (x, y) => x.add(y)),
            Two<T>("subtract", -10, 10, TensorPrimitives.Subtract, (x, y) => x.sub(y)),
            Two<T>("multiply", -10, 10, TensorPrimitives.Multiply, (x, y) => x.mul(y)),
            Two<T>("divide", 1, 10, TensorPrimitives.Divide, (x, y) => x.div(y)),
            One<T>("negate", -10, 10, TensorPrimitives.Negate, x => x.neg()),
            One<T>("abs", -10, 10, TensorPrimitives.Abs, x => x.abs()),
            One<T>("sign", -10, 10, null, x => x.sign()),
            Two<T>("copysign", -10, 10, TensorPrimitives.CopySign, (x, y) => x.copysign(y)),
            Two<T>("minimum", -10, 10, TensorPrimitives.Min, (x, y) => x.minimum(y)),
            Two<T>("maximum", -10, 10, TensorPrimitives.Max, (x, y) => x.maximum(y)),
            Three<T>("clamp", -10, 10, TensorPrimitives.Clamp, (x, low, high) => x.clamp(low, high)),
            Three<T>("fma", -10, 10, TensorPrimitives.FusedMultiplyAdd, (x, y, z) => z.addcmul(x, y, 1)),
            One<T>("sqrt", 0, 10, TensorPrimitives.Sqrt, x => x.sqrt()),
            One<T>("rsqrt", 1e-3, 10, TensorPrimitives.ReciprocalSqrt, x => x.rsqrt()),
            One<T>("cbrt", -10, 10, TensorPrimitives.Cbrt, x => x.pow(1.0 / 3)),
            One<T>("reciprocal", 1e-3, 10, TensorPrimitives.Reciprocal, x => x.reciprocal()),
            One<T>("square", -10, 10, (x, y) => TensorPrimitives.Multiply(x, x, y), x => x.square()),
            Two<T>("pow", 0.1, 10, TensorPrimitives.Pow, (x, y) => x.pow(y)) with { Others = (-3, 3) },
            Two<T>("hypot", -10, 10, TensorPrimitives.Hypot, (x, y) => x.hypot(y)),
        ];

    private static IEnumerable<Counterpart<T>> Exponential<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            One<T>("exp", -10, 10, TensorPrimitives.Exp, x => x.exp()),
            One<T>("exp2", -10, 10, TensorPrimitives.Exp2, x => x.exp2()),
            One<T>("expm1", -10, 10, TensorPrimitives.ExpM1, x => x.expm1()),
            One<T>("log", 1e-3, 100, TensorPrimitives.Log, x => x.log()),
            One<T>("log2", 1e-3, 100, TensorPrimitives.Log2, x => x.log2()),
            One<T>("log10", 1e-3, 100, TensorPrimitives.Log10, x => x.log10()),
            One<T>("log1p", -0.99, 100, TensorPrimitives.LogP1, x => x.log1p()),
            One<T>("sinh", -10, 10, TensorPrimitives.Sinh, x => x.sinh()),
            One<T>("cosh", -10, 10, TensorPrimitives.Cosh, x => x.cosh()),
            One<T>("tanh", -10, 10, TensorPrimitives.Tanh, x => x.tanh()),
            One<T>("asinh", -10, 10, TensorPrimitives.Asinh, x => x.asinh()),
            One<T>("acosh", 1, 100, TensorPrimitives.Acosh, x => x.acosh()),
            One<T>("atanh", -0.99, 0.99, TensorPrimitives.Atanh, x => x.atanh()),
        ];

    private static IEnumerable<Counterpart<T>> Trigonometric<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            One<T>("sin", -10, 10, TensorPrimitives.Sin, x => x.sin()),
            One<T>("sin", -1000, 1000, TensorPrimitives.Sin, x => x.sin()) with { Name = "sin wide" },
            One<T>("sin", -1e5, 1e5, TensorPrimitives.Sin, x => x.sin()) with { Name = "sin 1e5" },
            One<T>("cos", -10, 10, TensorPrimitives.Cos, x => x.cos()),
            One<T>("cos", -1000, 1000, TensorPrimitives.Cos, x => x.cos()) with { Name = "cos wide" },
            One<T>("cos", -1e5, 1e5, TensorPrimitives.Cos, x => x.cos()) with { Name = "cos 1e5" },
            One<T>("tan", -10, 10, TensorPrimitives.Tan, x => x.tan()),
            One<T>("asin", -1, 1, TensorPrimitives.Asin, x => x.asin()),
            One<T>("acos", -1, 1, TensorPrimitives.Acos, x => x.acos()),
            One<T>("atan", -10, 10, TensorPrimitives.Atan, x => x.atan()),
            Two<T>("atan2", -10, 10, TensorPrimitives.Atan2, (x, y) => x.atan2(y)),
        ];

    private static IEnumerable<Counterpart<T>> Activations<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            One<T>("relu", -10, 10, (x, y) => TensorPrimitives.Max(x, T.Zero, y), x => x.relu()),
            One<T>("sigmoid", -10, 10, TensorPrimitives.Sigmoid, x => x.sigmoid()),
            One<T>("softplus", -10, 10, null, x => functional.softplus(x, 1, 20)),
            Two<T>("leaky_relu", -10, 10, null, (x, _) => functional.leaky_relu(x, 0.01, false)) with { Scalar = 0.01 },
            Two<T>("elu", -10, 10, null, (x, _) => functional.elu(x, 1.5, false)) with { Scalar = 1.5 },
            One<T>("gelu", -5, 5, null, x => functional.gelu(x)),
            One<T>("gelu_tanh", -5, 5, null, x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh, false)),
            One<T>("silu", -10, 10, null, x => functional.silu(x, false)),
            One<T>("mish", -10, 10, null, x => functional.mish(x, false)),
        ];

    private static IEnumerable<Counterpart<T>> Special<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            One<T>("erf", -4, 4, null, x => x.erf()),
            One<T>("erfc", -4, 4, null, x => x.erfc()),
            One<T>("erfinv", -0.999, 0.999, null, x => x.erfinv()),
            One<T>("normal_cdf", -4, 4, null, x => special.ndtr(x)),
            One<T>("lgamma", 0.1, 20, null, x => x.lgamma()),
            One<T>("digamma", 0.1, 20, null, x => x.digamma()),
            One<T>("trigamma", 0.1, 20, null, x => special.polygamma(1, x)),
        ];

    private static IEnumerable<Counterpart<T>> Rounding<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            One<T>("floor", -10, 10, TensorPrimitives.Floor, x => x.floor()),
            One<T>("ceil", -10, 10, TensorPrimitives.Ceiling, x => x.ceil()),
            One<T>("round", -10, 10, TensorPrimitives.Round, x => x.round()),
            One<T>("trunc", -10, 10, TensorPrimitives.Truncate, x => x.trunc()),
        ];

    /// <summary>libtorch's give booleans, a quarter of the memory of our zeros and ones.</summary>
    private static IEnumerable<Counterpart<T>> Comparisons<T>()
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        [
            Two<T>("equal", -10, 10, null, (x, y) => x.eq(y)),
            Two<T>("not_equal", -10, 10, null, (x, y) => x.ne(y)),
            Two<T>("less", -10, 10, null, (x, y) => x.lt(y)),
            Two<T>("less_equal", -10, 10, null, (x, y) => x.le(y)),
            Three<T>("select", -10, 10, null, (condition, x, y) => x.where(condition, y)) with { IsChoice = true },
            One<T>("isnan", -10, 10, null, x => x.isnan()),
            One<T>("isinf", -10, 10, null, x => x.isinf()),
            One<T>("isfinite", -10, 10, null, x => x.isfinite()),
        ];

    private static Counterpart<T> One<T>(string name, double low, double high, OneInput<T>? primitive, Func<Tensor, Tensor> torch)
        where T : unmanaged =>
        new(name, low, high, primitive is null ? null : (x, _, _, w) => primitive(x, w), (x, _, _) => torch(x));

    private static Counterpart<T> Two<T>(string name, double low, double high, TwoInputs<T>? primitive, Func<Tensor, Tensor, Tensor> torch)
        where T : unmanaged =>
        new(name, low, high, primitive is null ? null : (x, y, _, w) => primitive(x, y, w), (x, y, _) => torch(x, y));

    private static Counterpart<T> Three<T>(string name, double low, double high, OverSpans<T>? primitive, Func<Tensor, Tensor, Tensor, Tensor> torch)
        where T : unmanaged => new(name, low, high, primitive, torch);

    private delegate void OneInput<T>(ReadOnlySpan<T> x, Span<T> y);

    private delegate void TwoInputs<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);
}
