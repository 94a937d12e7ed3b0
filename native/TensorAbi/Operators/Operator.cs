using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>What an operator does, for elements of any type that it is offered for.</summary>
internal interface IAction
{
    static abstract void Run<T>(Call call)
        where T : unmanaged;
}

/// <summary>What an operator does for integers of every type.</summary>
internal interface IIntegerAction
{
    /// <summary>
    /// Whether the result's bits depend on whether there is a sign. Where they do not, T is unsigned and stands for the signed type as well: inputs then come by
    /// <see cref="Call.Moved"/>, and the result gets its type from the call.
    /// </summary>
    static virtual bool NeedsSign => true;

    static abstract void Run<T>(Call call)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>What an operator does for float32 and float64, where it needs their arithmetic.</summary>
internal interface IRealAction
{
    static abstract void Run<T>(Call call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>An action of float32 and float64 whose rule needs their arithmetic.</summary>
internal readonly struct OfReals<TAction> : IAction
    where TAction : IRealAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            TAction.Run<float>(call);
        }
        else
        {
            TAction.Run<double>(call);
        }
    }
}

/// <summary>
/// An operator by name. Its element type is that of one of its inputs, or of its argument "dtype" where it has no inputs. The types that it
/// is offered for are compiled, and no others.
/// </summary>
internal abstract class Operator(string name, string signature, int typeOf)
{
    public Signature Signature { get; } = new(name, signature);

    /// <summary>What operators say that have all of them.</summary>
    protected const string Every = "all types";

    /// <summary>The types but for complex ones, for users.</summary>
    public abstract string Types { get; }

    /// <summary>The types, for users.</summary>
    public string AllTypes => Types != Every && this is not ComplexOperator && ComplexRules.Has(Signature.Name) ? $"{Types}; complex64 and complex128" : Types;

    public void Run(Call call)
    {
        using Scope scope = Scope.Begin();
        call.Element = typeOf < 0 ? call.Type() : call.TypeOf(typeOf);
        if (!call.Element.IsComplex() || !ComplexRules.TryRun(call))
        {
            Run(call, call.Element);
        }
    }

    protected abstract void Run(Call call, ElementType type);

    protected NotSupportedException Refuse(ElementType type) => new($"{Signature.Name}: the elements are {type.Name()}; supported: {AllTypes}");
}

/// <summary>An operator of float32 and float64.</summary>
internal sealed class RealOperator<TAction>(string name, string signature, int typeOf = 0) : Operator(name, signature, typeOf)
    where TAction : IAction
{
    public override string Types => "float32 and float64";

    protected override void Run(Call call, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float32:
                TAction.Run<float>(call);
                break;
            case ElementType.Float64:
                TAction.Run<double>(call);
                break;
            default:
                throw Refuse(type);
        }
    }
}

/// <summary>An operator of float32 and float64, and of integers by another rule.</summary>
internal sealed class NumberOperator<TReal, TInteger>(string name, string signature, int typeOf = 0) : Operator(name, signature, typeOf)
    where TReal : IAction
    where TInteger : IIntegerAction
{
    public override string Types => "float32, float64 and integers";

    protected override void Run(Call call, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float32:
                TReal.Run<float>(call);
                break;
            case ElementType.Float64:
                TReal.Run<double>(call);
                break;
            case ElementType when type.IsInteger():
                OfIntegers<TInteger>.Run(call, type);
                break;
            default:
                throw Refuse(type);
        }
    }
}

/// <summary>An operator of booleans.</summary>
internal sealed class BooleanOperator<TAction>(string name, string signature) : Operator(name, signature, 0)
    where TAction : IAction
{
    public override string Types => "bool";

    protected override void Run(Call call, ElementType type)
    {
        if (type != ElementType.Bool)
        {
            throw Refuse(type);
        }

        TAction.Run<bool>(call);
    }
}

/// <summary>An operator of integers, and of booleans by another rule.</summary>
internal sealed class BitOperator<TBoolean, TInteger>(string name, string signature) : Operator(name, signature, 0)
    where TBoolean : IAction
    where TInteger : IIntegerAction
{
    public override string Types => "bool and integers";

    protected override void Run(Call call, ElementType type)
    {
        switch (type)
        {
            case ElementType.Bool:
                TBoolean.Run<bool>(call);
                break;
            case ElementType when type.IsInteger():
                OfIntegers<TInteger>.Run(call, type);
                break;
            default:
                throw Refuse(type);
        }
    }
}

/// <summary>An operator of integers.</summary>
internal sealed class IntegerOperator<TAction>(string name, string signature) : Operator(name, signature, 0)
    where TAction : IIntegerAction
{
    public override string Types => "integers";

    protected override void Run(Call call, ElementType type)
    {
        if (!type.IsInteger())
        {
            throw Refuse(type);
        }

        OfIntegers<TAction>.Run(call, type);
    }
}

/// <summary>An action of integers for the type that a call is for.</summary>
internal static class OfIntegers<TAction>
    where TAction : IIntegerAction
{
    public static void Run(Call call, ElementType type)
    {
        if (TAction.NeedsSign)
        {
            type.ApplyToInteger<Running, bool>(new(call));
        }
        else
        {
            type.ApplyToUnsigned<Running, bool>(new(call));
        }
    }

    private readonly struct Running(Call call) : IForInteger<bool>
    {
        public bool With<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            TAction.Run<T>(call);
            return true;
        }
    }
}

/// <summary>An operator of every type that compares elements: its inputs come by <see cref="Call.Seen"/>.</summary>
internal sealed class OrderOperator<TAction>(string name, string signature) : Operator(name, signature, 0)
    where TAction : IAction
{
    public override string Types => "all types but complex ones";

    protected override void Run(Call call, ElementType type)
    {
        if (type.IsComplex())
        {
            throw Refuse(type);
        }

        type.ApplyByOrder<Running<TAction>, bool>(new(call));
    }
}

/// <summary>An operator of every type that asks only which elements are equal, or 0: its inputs come by <see cref="Call.Seen"/>.</summary>
internal sealed class EqualityOperator<TAction>(string name, string signature) : Operator(name, signature, 0)
    where TAction : IAction
{
    public override string Types => Every;

    protected override void Run(Call call, ElementType type) => type.ApplyByEquality<Running<TAction>, bool>(new(call));
}

/// <summary>An action, for the type that stands for a call's.</summary>
internal readonly struct Running<TAction>(Call call) : IForType<bool>
    where TAction : IAction
{
    public bool With<T>()
        where T : unmanaged
    {
        TAction.Run<T>(call);
        return true;
    }
}
