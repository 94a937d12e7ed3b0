using System.Numerics;
using System.Runtime.InteropServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Tensors out of nothing.</summary>
internal static class CreationOperators
{
    public static IEnumerable<Operator> All =>
    [
        new MovementOperator<FullMovement>("full", "; dtype: type, shape: integers, value: number = 0", typeOf: -1),
        new NumberOperator<OfReals<ArangeAction>, IntegerArange>("arange", "; dtype: type, start: number = 0, stop: number, step: number = 1", typeOf: -1),
        new RealOperator<OfReals<LinspaceAction>>("linspace", "; dtype: type, start: number, stop: number, count: integer, endpoint: flag = 1", typeOf: -1),
        new MovementOperator<EyeMovement>("eye", "; dtype: type, rows: integer, columns: integer = rows, offset: integer = 0", typeOf: -1),
    ];

    /// <summary>A number as an element of a type for which T stands; what an integer type cannot hold is refused.</summary>
    /// <exception cref="ArgumentException">The element type is an integer, and the number is none of its.</exception>
    public static T Element<T>(Call call, string name)
        where T : unmanaged => call.Element.IsInteger()
            ? Bits<T>(unchecked((ulong)Checked(call.Name, Integer(call, name), call.Element)))
            : NoInteger<T>(call.Element, call.Number(name));

    /// <summary>1 as an element of a type for which T stands.</summary>
    public static T One<T>(ElementType type)
        where T : unmanaged => type.IsInteger() ? Bits<T>(1) : NoInteger<T>(type, 1);

    /// <summary>An argument as an integer: one that was given as an integer has all of its bits.</summary>
    /// <exception cref="ArgumentException">It has a fraction, is not finite or beyond 65 bits.</exception>
    public static Int128 Integer(Call call, string name, long otherwise = 0) =>
        !call.Has(name) || call.IsInteger(name) ? call.Integer(name, otherwise) : Integer(call.Name, call.Number(name));

    /// <exception cref="ArgumentException">The number has a fraction, is not finite or beyond 65 bits.</exception>
    public static Int128 Integer(string operation, double value) =>
        double.IsInteger(value) && double.Abs(value) <= ulong.MaxValue ? (Int128)value : throw new ArgumentException($"{operation}: {value} is no integer from -2^64 to 2^64");

    /// <exception cref="ArgumentException">The integer is beyond the type's range.</exception>
    public static Int128 Checked(string operation, Int128 value, ElementType type)
    {
        (Int128 least, Int128 most) = type.Range();
        return value >= least && value <= most ? value : throw new ArgumentException($"{operation}: {value} is no integer from {least} to {most}");
    }

    private static T NoInteger<T>(ElementType type, double value)
        where T : unmanaged => type switch
        {
            ElementType.Bool => Bits<T>(value != 0 ? 1UL : 0),
            ElementType.Float16 => Bits<T>(BitConverter.HalfToUInt16Bits((Half)value)),
            ElementType.BFloat16 => Bits<T>(((BFloat16)value).Bits),
            ElementType.Complex64 => Bits<T>(BitConverter.SingleToUInt32Bits((float)value)),
            ElementType.Complex128 => Bits<T>(BitConverter.DoubleToUInt64Bits(value)),
            _ => Tensor.Constant<T>(value),
        };

    /// <summary>The lowest bits, in the processor's order: the first bytes; those beyond 64 are 0.</summary>
    private static T Bits<T>(ulong bits)
        where T : unmanaged => MemoryMarshal.Read<T>(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)[bits, 0]));
}

internal readonly struct FullMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => Tensor.Full(Shape.Create(call.Integers("shape")), CreationOperators.Element<T>(call, "value"));
}

internal readonly struct ArangeAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => call.Return(Tensor.Arange(
            T.CreateChecked(call.Number("start")), T.CreateChecked(call.Number("stop")), T.CreateChecked(call.Number("step", 1))));
}

/// <summary>Elements are in the type's range, while stop, and a step back through unsigned integers, need not be.</summary>
internal readonly struct IntegerArange : IIntegerAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>
    {
        Int128 start = CreationOperators.Integer(call, "start"), stop = CreationOperators.Integer(call, "stop"), step = CreationOperators.Integer(call, "step", 1);
        if (step == 0)
        {
            throw new ArgumentException($"{call.Name}: a step other than 0 is needed");
        }

        Int128 distance = step > 0 ? stop - start : start - stop, count = distance > 0 ? ((distance - 1) / Int128.Abs(step)) + 1 : 0;
        if (count > int.MaxValue)
        {
            throw new NotSupportedException($"{call.Name}: {count} elements; at most {int.MaxValue} are supported");
        }

        if (count > 0)
        {
            CreationOperators.Checked(call.Name, start, call.Element);
            CreationOperators.Checked(call.Name, start + ((count - 1) * step), call.Element);
        }

        Tensor<T> y = Tensor.Empty<T>([(nint)count]);
        Tensor.ArangeInto(T.CreateTruncating(start), T.CreateTruncating(step), y);
        call.Return(y);
    }
}

internal readonly struct LinspaceAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => call.Return(Tensor.Linspace(
            T.CreateChecked(call.Number("start")), T.CreateChecked(call.Number("stop")), (nint)call.Integer("count"), call.Flag("endpoint", otherwise: true)));
}

internal readonly struct EyeMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged
    {
        nint rows = (nint)call.Integer("rows"), columns = (nint)call.Integer("columns", rows);
        Tensor<T> matrix = Tensor.Zeros<T>([rows, columns]);
        matrix.Diagonal(call.Small("offset"), 0, 1).Fill(CreationOperators.One<T>(call.Element));
        return matrix;
    }
}
