using System.Reflection;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>
/// Every public operation of Tensor&lt;T&gt; and every public function of Tensor, found by reflection, as a call without garbage on operands
/// that fit. What the parameters' names and types do not say about an operation is a line in <see cref="Fit{T}"/>.
/// </summary>
internal static class Operations
{
    /// <summary>What is not an operation on elements.</summary>
    private static readonly string[] Others = ["Dispose", "get_IsDisposed", "ToString", "Equals", "GetHashCode", "GetType"];

    /// <summary>The names of all operations, with their parameters.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Methods<float>().Select(Describe!).Order()];

    /// <summary>The operations that there are for elements without arithmetic; the others' types say that they are not.</summary>
    public static IReadOnlyList<string> OfIntegers { get; } = [.. Names.Where(name => Methods<int>()[Methods<float>().Select(Describe!).ToList().IndexOf(name)] is not null)];

    /// <summary>The operation of this description, for tensors of T.</summary>
    public static Operation<T> Of<T>(string name)
        where T : unmanaged
    {
        int place = Methods<float>().Select(Describe!).ToList().IndexOf(name);
        return new Operation<T>(Methods<T>()[place]
            ?? throw new NotSupportedException($"{name}: the element type is {typeof(T).Name}."));
    }

    /// <summary>The operands that fit an operation, where 4 x 4 matrices, scalars where there are axes to reduce, and vectors for biases do not.</summary>
    public static void Fit<T>(string method, Operands<T> own)
        where T : unmanaged
    {
        switch (method)
        {
            case "Squeeze":
                own.X = own.Make([1, 4]);
                break;
            case "Item":
                own.X = own.Make([1]);
                break;
            case "SumInto" or "MeanInto" or "VarianceInto" or "StandardDeviationInto" or "NormInto" or "Norm1Into" or "NormInfinityInto" or "MaxInto" or "MinInto" or "LogSumExpInto"
                or "AllInto" or "AnyInto" or "CountNonzeroInto":
                own.Destination = own.Make([]);
                own.Truths = own.Other<bool>([]);
                own.Numbers = own.Other<int>([]);
                break;
            case "Put":
                own.Y = own.Make([4]);
                break;
            case "set_Element":
                own.Y = own.Make([1]);
                break;
            case "Pad" or "PadInto":
                own.Destination = own.Make([5, 6]);
                break;
            case "TileInto":
                own.Extents = [2, 1];
                own.Destination = own.Make([8, 4]);
                break;
            case "Split":
                own.Extents = [1, 3];
                break;
            case "Unflatten":
                own.Extents = [2, 2];
                break;
            case "DiagEmbedInto":
                own.X = own.Make([4]);
                break;
            default:
                FitIndices(method, own);
                FitImages(method, own);
                FitSeveral(method, own);
                break;
        }
    }

    private static void FitIndices<T>(string method, Operands<T> own)
        where T : unmanaged
    {
        switch (method)
        {
            case "MaskedPut":
                own.Y = own.Make([own.Chosen]);
                break;
            case "MaskedSelectInto":
                own.Destination = own.Make([own.Chosen]);
                break;
            case "Scatter" or "ScatterInto" or "ScatterAdd" or "ScatterAddInto" or "TakeAlongAxis" or "TakeAlongAxisInto":
                own.Integers = own.Other<int>([4, 4]);
                break;
            case "SearchSorted" or "SearchSortedInto":
                own.X = own.Make([4]);
                own.Numbers = own.Other<int>([4, 4]);
                break;
            case "ArgSortInto":
                own.Numbers = own.Other<int>([4, 4]);
                break;
            case "TopKInto":
                own.Destination = own.Make([1, 4]);
                own.Integers = own.Other<int>([1, 4]);
                break;
        }
    }

    private static void FitImages<T>(string method, Operands<T> own)
        where T : unmanaged
    {
        (Shape X, Shape Y, Shape Destination) fit = method switch
        {
            "Conv1d" or "Conv1dInto" => ([2, 2, 4], [4, 2, 2], [2, 4, 3]),
            "Conv2d" or "Conv2dInto" => ([1, 2, 4, 4], [4, 2, 2, 2], [1, 4, 3, 3]),
            "ConvTranspose1d" or "ConvTranspose1dInto" => ([2, 2, 4], [2, 4, 2], [2, 4, 5]),
            "ConvTranspose2d" or "ConvTranspose2dInto" => ([1, 2, 3, 3], [2, 4, 2, 2], [1, 4, 4, 4]),
            "MaxPool1d" or "MaxPool1dInto" or "AvgPool1d" or "AvgPool1dInto" => ([2, 2, 4], [], [2, 2, 2]),
            "MaxPool2d" or "MaxPool2dInto" or "AvgPool2d" or "AvgPool2dInto" => ([1, 2, 4, 4], [], [1, 2, 2, 2]),
            "Interpolate" or "InterpolateInto" => ([1, 2, 2, 2], [], [1, 2, 3, 3]),
            _ => default,
        };
        if (fit.X.Rank > 0)
        {
            own.X = own.Make(fit.X);
            own.Y = own.Make(fit.Y);
            own.Destination = own.Make(fit.Destination);
        }
    }

    private static void FitSeveral<T>(string method, Operands<T> own)
        where T : unmanaged
    {
        switch (method)
        {
            case "Tensor.FromBuffer":
                own.Shape = [2, 8];
                break;
            case "Tensor.ConcatenateInto":
                own.Destination = own.Make([8, 4]);
                break;
            case "Tensor.StackInto":
                own.Destination = own.Make([2, 4, 4]);
                break;
            case "Tensor.Meshgrid":
                own.X = own.Make([4]);
                own.Y = own.Make([3]);
                break;
            case "Tensor.Choose" or "Tensor.ChooseInto":
                own.Integers = own.Other<int>([4]);
                break;
            case "Tensor.ArangeInto" or "Tensor.LinspaceInto":
                own.Destination = own.Make([4]);
                break;
        }
    }

    private static List<MethodInfo?> Methods<T>()
        where T : unmanaged =>
    [
        .. typeof(Tensor<T>).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !Others.Contains(method.Name)).OrderBy(method => method.MetadataToken).Select(Close<T>),
        .. typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).OrderBy(method => method.MetadataToken).Select(Close<T>),
    ];

    /// <summary>The name, of a function of Tensor with its class in front.</summary>
    public static string NameOf(MethodInfo method) => method.DeclaringType == typeof(Tensor) ? $"Tensor.{method.Name}" : method.Name;

    private static string Describe(MethodInfo method) =>
        $"{NameOf(method)}({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name.Split('`')[0]} {parameter.Name}"))})";

    private static MethodInfo? Close<T>(MethodInfo method)
        where T : unmanaged
    {
        if (!method.IsGenericMethodDefinition)
        {
            return method;
        }

        bool isOfFloats = method.GetGenericArguments()[0].GetGenericParameterConstraints().Any(type => type.Name.Contains("FloatingPoint", StringComparison.Ordinal));
        return method.DeclaringType != typeof(Tensor) ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(Argument<T>)])
            : isOfFloats && typeof(T) == typeof(int) ? null
            : method.MakeGenericMethod(typeof(T));
    }

    private static Type Argument<T>(Type parameter)
    {
        Type[] constraints = parameter.GetGenericParameterConstraints();
        return constraints.Contains(typeof(IUnaryOp)) ? typeof(Exp)
            : constraints.Contains(typeof(IBinaryOp)) ? typeof(Add)
            : constraints.Contains(typeof(ITernaryOp)) ? typeof(FusedMultiplyAdd)
            : constraints.Contains(typeof(IUpdate)) ? typeof(SgdUpdate)
            : typeof(T) == typeof(float) ? typeof(double) : typeof(long);
    }
}
