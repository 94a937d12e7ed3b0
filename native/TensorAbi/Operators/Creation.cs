using System.Numerics;
using System.Runtime.CompilerServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Tensors out of nothing.</summary>
internal static class CreationOperators
{
    public static IEnumerable<Operator> All =>
    [
        new AnyOperator<FullAction>("full", "; dtype: type, shape: integers, value: number = 0", typeOf: -1),
        new NumberOperator<ArangeAction>("arange", "; dtype: type, start: number = 0, stop: number, step: number = 1", typeOf: -1),
        new RealOperator<OfReals<LinspaceAction>>("linspace", "; dtype: type, start: number, stop: number, count: integer, endpoint: flag = 1", typeOf: -1),
        new AnyOperator<EyeAction>("eye", "; dtype: type, rows: integer, columns: integer = rows, offset: integer = 0", typeOf: -1),
    ];

    /// <summary>An argument as an element: an integer as an int64 has all of its bits. What an integer type cannot hold is refused.</summary>
    /// <exception cref="ArgumentException">The element type is an integer, and the number is none of its.</exception>
    public static T Element<T>(Call call, string name, long otherwise = 0)
        where T : unmanaged =>
        typeof(T) == typeof(long) && (!call.Has(name) || call.IsInteger(name))
            ? Unsafe.BitCast<long, T>(call.Integer(name, otherwise))
            : Element<T>(call.Name, call.Number(name, otherwise));

    /// <summary>A number as an element; what an integer type cannot hold is refused.</summary>
    /// <exception cref="ArgumentException">The element type is an integer, and the number is none of its.</exception>
    public static T Element<T>(string operation, double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(bool))
        {
            return Unsafe.BitCast<bool, T>(value != 0);
        }

        if (typeof(T) == typeof(int))
        {
            return Unsafe.BitCast<int, T>((int)Integer(operation, value, int.MinValue, int.MaxValue));
        }

        if (typeof(T) == typeof(long))
        {
            // 2^63 is the first double beyond.
            return Unsafe.BitCast<long, T>(Integer(operation, value, long.MinValue, 9223372036854774784.0));
        }

        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            return Tensor.Constant<T>(value);
        }

        return Tensor.Scalar(value).Cast<T>().Item();
    }

    private static long Integer(string operation, double value, double least, double most) =>
        double.IsInteger(value) && value >= least && value <= most
            ? (long)value
            : throw new ArgumentException($"{operation}: {value} is no integer from {least} to {most}");
}

internal readonly struct FullAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Tensor.Full(Shape.Create(call.Integers("shape")), CreationOperators.Element<T>(call, "value")));
}

internal readonly struct ArangeAction : INumberAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, INumber<T> => call.Return(Tensor.Arange(
            CreationOperators.Element<T>(call, "start"),
            CreationOperators.Element<T>(call, "stop"),
            CreationOperators.Element<T>(call, "step", 1)));
}

internal readonly struct LinspaceAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => call.Return(Tensor.Linspace(
            T.CreateChecked(call.Number("start")), T.CreateChecked(call.Number("stop")), (nint)call.Integer("count"), call.Flag("endpoint", otherwise: true)));
}

internal readonly struct EyeAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        nint rows = (nint)call.Integer("rows"), columns = (nint)call.Integer("columns", rows);
        Tensor<float> ones = Tensor.Eye<float>(rows, columns, call.Small("offset"));
        if (typeof(T) == typeof(float))
        {
            call.Return(ones);
        }
        else
        {
            call.Return(ones.Cast<T>());
        }
    }
}
