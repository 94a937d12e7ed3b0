using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Operators that complex numbers have alone: to and from their parts, and Fourier transforms along an axis.</summary>
internal static class ComplexOperators
{
    private const string Transform = "x; n: integer = the axis' extent, axis: integer = -1, norm: text = backward or ortho or forward";
    private const string Whole = "x; n: integer = twice the axis' extent less 2, axis: integer = -1, norm: text = backward or ortho or forward";

    public static IEnumerable<Operator> All =>
    [
        new RealOperator<JoinAction>("complex", "real, imaginary"),
        new ComplexOperator("real", "x"), new ComplexOperator("imag", "x"), new ComplexOperator("conj", "x"), new ComplexOperator("angle", "x"),
        new ComplexOperator("fft", Transform), new ComplexOperator("ifft", Transform), new ComplexOperator("irfft", Whole), new ComplexOperator("hfft", Whole),
        new RealOperator<RealTransformAction>("rfft", Transform), new RealOperator<InverseHalfAction>("ihfft", Transform),
    ];
}

/// <summary>An operator of complex64 and complex128 alone.</summary>
internal sealed class ComplexOperator(string name, string signature) : Operator(name, signature, 0)
{
    public override string Types => "complex64 and complex128";

    protected override void Run(Call call, ElementType type) => throw Refuse(type);
}

/// <summary>Complex numbers of real and imaginary parts, which broadcast.</summary>
internal readonly struct JoinAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> real = call.Input<T>(0), imaginary = call.Input<T>(1);
        Shape shape = Shape.Broadcast(real.Shape, imaginary.Shape, call.Name);
        call.Return(real.Expand(shape), imaginary.Expand(shape));
    }
}

internal readonly struct RealTransformAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Fft.Rfft(call.Input<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call)));
}

internal readonly struct InverseHalfAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Fft.Ihfft(call.Input<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call)));
}

/// <summary>What rules of complex numbers share.</summary>
internal static class ComplexTypes
{
    /// <summary>The complex type whose parts are of a type.</summary>
    public static ElementType Of<T>() => typeof(T) == typeof(float) ? ElementType.Complex64 : ElementType.Complex128;

    public static nint? Points(Call call) => call.Has("n") ? (nint)call.Integer("n") : null;

    public static FftNorm Norm(Call call) => call.Text("norm", "backward") switch
    {
        "backward" => FftNorm.Backward,
        "ortho" => FftNorm.Ortho,
        "forward" => FftNorm.Forward,
        string norm => throw new ArgumentException($"{call.Name}: norm '{norm}' is none of backward, ortho and forward"),
    };
}

/// <summary>What operators do for complex numbers: their parts are taken apart, computed with as <see cref="ComplexTensor{T}"/>, and put together.</summary>
internal static class ComplexRules
{
    public static bool Has(string name) => ComplexRules<double>.ByName.ContainsKey(name);

    /// <summary>Runs the rule of the call's operator; false where there is none.</summary>
    public static bool TryRun(Call call)
    {
        Dictionary<string, Action<Call>> rules = call.Element == ElementType.Complex64 ? ComplexRules<float>.ByName : ComplexRules<double>.ByName;
        if (!rules.TryGetValue(call.Name, out Action<Call>? rule))
        {
            return false;
        }

        rule(call);
        return true;
    }
}

/// <summary>The rules by the operators' names, for parts of a type.</summary>
internal static class ComplexRules<T>
    where T : unmanaged
{
    public static readonly Dictionary<string, Action<Call>> ByName = new()
    {
        ["abs"] = call => call.Return(call.Complex<T>(0).Abs()),
        ["acos"] = Map(z => z.Acos()),
        ["acosh"] = Map(z => z.Acosh()),
        ["add"] = PartByPart((x, y) => x + y),
        ["all"] = call => call.Return(Truth(call).All(call.Axes(), call.Flag("keepdims"))),
        ["angle"] = call => call.Return(call.Complex<T>(0).Angle()),
        ["any"] = call => call.Return(Truth(call).Any(call.Axes(), call.Flag("keepdims"))),
        ["asin"] = Map(z => z.Asin()),
        ["asinh"] = Map(z => z.Asinh()),
        ["atan"] = Map(z => z.Atan()),
        ["atanh"] = Map(z => z.Atanh()),
        ["cast"] = Cast,
        ["cholesky"] = call => call.Return(Cholesky.Factor(call.Complex<T>(0))),
        ["conj"] = Map(z => z.Conjugate()),
        ["cos"] = Map(z => z.Cos()),
        ["cosh"] = Map(z => z.Cosh()),
        ["count_nonzero"] = call => call.Return(Truth(call).CountNonzero(call.Axes(), call.Flag("keepdims"))),
        ["cumulative_prod"] = call => call.Return(call.Complex<T>(0).CumulativeProduct(call.Small("axis"))),
        ["cumulative_sum"] = call => call.Return(call.Complex<T>(0).CumulativeSum(call.Small("axis"))),
        ["determinant"] = call => call.Return(LinearAlgebra.Determinant(call.Complex<T>(0))),
        ["divide"] = Pair((x, y) => x / y),
        ["eigh"] = HermitianEigenvectors,
        ["equal"] = call => call.Return(call.Complex<T>(0).EqualTo(call.Complex<T>(1))),
        ["exp"] = Map(z => z.Exp()),
        ["expm1"] = Map(z => z.Expm1()),
        ["fft"] = call => call.Return(Fft.Forward(call.Complex<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call))),
        ["hfft"] = call => call.Return(Fft.Hfft(call.Complex<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call))),
        ["ifft"] = call => call.Return(Fft.Ifft(call.Complex<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call))),
        ["imag"] = call => call.Return(call.Part<T>(0, 1).Clone()),
        ["inverse"] = Map(LinearAlgebra.Inverse),
        ["irfft"] = call => call.Return(Fft.Irfft(call.Complex<T>(0), ComplexTypes.Points(call), call.Small("axis", -1), ComplexTypes.Norm(call))),
        ["isfinite"] = call => call.Return(call.Complex<T>(0).IsFinite()),
        ["isinf"] = call => call.Return(call.Complex<T>(0).IsInfinity()),
        ["isnan"] = call => call.Return(call.Complex<T>(0).IsNaN()),
        ["log"] = Map(z => z.Log()),
        ["log10"] = Map(z => z.Log10()),
        ["log1p"] = Map(z => z.Log1p()),
        ["log2"] = Map(z => z.Log2()),
        ["matmul"] = Pair((x, y) => x.MatMul(y)),
        ["mean"] = call => call.Return(call.Complex<T>(0).Mean(call.Axes(), call.Flag("keepdims"))),
        ["multiply"] = Pair((x, y) => x * y),
        ["negate"] = Map(z => -z),
        ["nonzero"] = call => call.Return(Truth(call).Nonzero()),
        ["norm"] = call => NormAction.Of(call, call.Complex<T>(0).Abs()),
        ["not_equal"] = call => call.Return(call.Complex<T>(0).NotEqualTo(call.Complex<T>(1))),
        ["pow"] = Pair(Power),
        ["prod"] = call => call.Return(call.Complex<T>(0).Prod(call.Axes(), call.Flag("keepdims"))),
        ["qr"] = QrFactors,
        ["real"] = call => call.Return(call.Part<T>(0, 0).Clone()),
        ["reciprocal"] = Map(z => z.Reciprocal()),
        ["sign"] = Map(z => z.Sign()),
        ["sin"] = Map(z => z.Sin()),
        ["sinh"] = Map(z => z.Sinh()),
        ["slogdet"] = SignedLogDeterminant,
        ["solve"] = Pair(LinearAlgebra.Solve),
        ["sqrt"] = Map(z => z.Sqrt()),
        ["square"] = Map(z => z.Square()),
        ["subtract"] = PartByPart((x, y) => x - y),
        ["sum"] = call => call.Return(call.Complex<T>(0).Sum(call.Axes(), call.Flag("keepdims"))),
        ["svd"] = SvdFactors,
        ["tan"] = Map(z => z.Tan()),
        ["tanh"] = Map(z => z.Tanh()),
        ["unique"] = Unique,
        ["where"] = Where,
    };

    private static Action<Call> Map(Func<ComplexTensor<T>, ComplexTensor<T>> function) => call => call.Return(function(call.Complex<T>(0)));

    private static Action<Call> Pair(Func<ComplexTensor<T>, ComplexTensor<T>, ComplexTensor<T>> function) => call => call.Return(function(call.Complex<T>(0), call.Complex<T>(1)));

    /// <summary>A function of the real parts that is that of the imaginary parts as well: numbers of one shape without gaps are not taken apart.</summary>
    private static Action<Call> PartByPart(Func<Tensor<T>, Tensor<T>, Tensor<T>> function) => call =>
    {
        if (call.ShapeOf(0) == call.ShapeOf(1) && call.Parts<T>(0) is { } x && call.Parts<T>(1) is { } y)
        {
            call.ReturnParts(function(x, y), call.ShapeOf(0));
        }
        else
        {
            call.Return(function(call.Part<T>(0, 0), call.Part<T>(1, 0)), function(call.Part<T>(0, 1), call.Part<T>(1, 1)));
        }
    };

    private static void HermitianEigenvectors(Call call)
    {
        (Tensor<T> values, ComplexTensor<T> vectors) = HermitianEigen.Factor(call.Complex<T>(0));
        call.Return(values);
        call.Return(vectors);
    }

    private static void QrFactors(Call call)
    {
        (ComplexTensor<T> q, ComplexTensor<T> r) = Qr.Factor(call.Complex<T>(0), call.Flag("complete"));
        call.Return(q);
        call.Return(r);
    }

    private static void SignedLogDeterminant(Call call)
    {
        (ComplexTensor<T> sign, Tensor<T> logarithm) = LinearAlgebra.SignedLogDeterminant(call.Complex<T>(0));
        call.Return(sign);
        call.Return(logarithm);
    }

    private static void SvdFactors(Call call)
    {
        (ComplexTensor<T> u, Tensor<T> s, ComplexTensor<T> vh) = Svd.Factor(call.Complex<T>(0), call.Flag("full"));
        call.Return(u);
        call.Return(s);
        call.Return(vh);
    }

    private static Tensor<bool> Truth(Call call) => call.Complex<T>(0).NotEqualTo(new ComplexTensor<T>(Tensor.Zeros<T>([2])));

    private static void Cast(Call call)
    {
        switch (call.Type())
        {
            case ElementType.Bool:
                call.Return(Truth(call));
                break;
            case ElementType.Complex64:
                call.Return(call.Part<T>(0, 0).Cast<float>(), call.Part<T>(0, 1).Cast<float>());
                break;
            case ElementType.Complex128:
                call.Return(call.Part<T>(0, 0).Cast<double>(), call.Part<T>(0, 1).Cast<double>());
                break;
            case ElementType type:
                throw new NotSupportedException($"cast: {call.Element.Name()} becomes bool, complex64 and complex128, not {type.Name()}: 'real' gives the real parts");
        }
    }

    /// <summary>Exponents that are integers up to 64 are powers by repeated squaring, each of the distinct ones for all elements.</summary>
    private static ComplexTensor<T> Power(ComplexTensor<T> x, ComplexTensor<T> y)
    {
        int[] integers = [.. y.ToArray().Distinct().Where(e => e.Imaginary == 0 && double.IsInteger(e.Real) && double.Abs(e.Real) <= 64).Select(e => (int)e.Real)];
        if (integers.Length == 1 && y.Size == 1 && Shape.Broadcast(x.Shape, y.Shape, "pow") == x.Shape)
        {
            return x.Pow(integers[0]);
        }

        ComplexTensor<T> powers = x.Pow(y);
        foreach (int exponent in integers)
        {
            Tensor<bool> isIt = y.EqualTo(new ComplexTensor<T>(Tensor.From<T>([Tensor.Constant<T>(exponent), default])));
            powers = Choose(isIt, x.Pow(exponent), powers);
        }

        return powers;
    }

    private static ComplexTensor<T> Choose(Tensor<bool> condition, ComplexTensor<T> x, ComplexTensor<T> y) =>
        ComplexTensor.Of(Tensor.Where(condition, x.Real(), y.Real()), Tensor.Where(condition, x.Imaginary(), y.Imaginary()));

    /// <summary>By the real parts, and of equal ones by the imaginary parts: which of the distinct ones each is makes a number of both.</summary>
    private static void Unique(Call call)
    {
        Tensor<int> reals = call.Part<T>(0, 0).Unique().Inverse, imaginaries = call.Part<T>(0, 1).Unique().Inverse;
        (int[] left, int[] right) = (reals.ToArray(), imaginaries.ToArray());
        Tensor<long> keys = Tensor.From<long>([.. left.Zip(right, (first, second) => ((long)first << 32) | (uint)second)]);
        (_, Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = keys.Unique();
        call.Return(call.Part<T>(0, 0).Clone().Flatten().Take(0, indices), call.Part<T>(0, 1).Clone().Flatten().Take(0, indices));
        call.Return(indices);
        call.Return(inverse);
        call.Return(counts);
    }

    private static void Where(Call call)
    {
        Tensor<bool> condition = call.Input<bool>(0);
        call.Return(Tensor.Where(condition, call.Part<T>(1, 0), call.Part<T>(2, 0)), Tensor.Where(condition, call.Part<T>(1, 1), call.Part<T>(2, 1)));
    }
}
