using System.Reflection;
using System.Reflection.Emit;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>One operation: a call that takes its operands from fields, so that it makes no garbage of its own.</summary>
internal sealed class Operation<T>(MethodInfo method)
    where T : unmanaged
{
    private static readonly string[] DestinationPlaces = ["Destination", "Truths", "Numbers", "Wide", "Long"];

    private Action<Operands<T>>? call;
    private Func<Operands<T>, Tensor<T>>? function;

    public string Name => Operations.NameOf(method);

    public bool IsStatic => method.IsStatic;

    /// <summary>Whether it returns a managed object.</summary>
    public bool ReturnsArray => method.ReturnType.IsArray;

    /// <summary>The operands that are tensors of T, by the names of their fields, other than the first.</summary>
    public IEnumerable<string> Inputs => method.GetParameters().SelectMany(Tensors).Where(name => name is not "Destination").Distinct();

    /// <summary>The fields of the tensors that it writes to.</summary>
    public IEnumerable<string> Destinations => method.GetParameters().Where(parameter => TensorOf(parameter.ParameterType) is not null).Select(Field).Where(DestinationPlaces.Contains);

    /// <summary>Whether it counts along an axis that it is given.</summary>
    public bool HasAxis => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(int) && IsAxis(parameter));

    public Operands<T> Fitting()
    {
        Operands<T> operands = new();
        Operations.Fit(Name, operands);
        return operands;
    }

    /// <summary>Calls the operation and disposes what it returns.</summary>
    public void Call(Operands<T> operands) => (call ??= (Action<Operands<T>>)Emit(isFunction: false))(operands);

    /// <summary>Whether its result is a tensor of T.</summary>
    public bool IsFunction => method.ReturnType == typeof(Tensor<T>);

    /// <summary>The operation's result, for the caller to dispose.</summary>
    public Tensor<T> Result(Operands<T> operands) => (function ??= (Func<Operands<T>, Tensor<T>>)Emit(isFunction: true))(operands);

    /// <summary>The tensor in a field.</summary>
    public static ref Tensor<T> Tensor(Operands<T> operands, string field)
    {
        switch (field)
        {
            case "X": return ref operands.X;
            case "Y": return ref operands.Y;
            case "Z": return ref operands.Z;
            case "Bias": return ref operands.Bias;
            default: return ref operands.Destination;
        }
    }

    private static IEnumerable<string> Tensors(ParameterInfo parameter) =>
        TensorOf(parameter.ParameterType) == typeof(Tensor<T>) ? [Field(parameter)] : parameter.ParameterType == typeof(ReadOnlySpan<Tensor<T>>) ? ["X", "Y"] : [];

    private static bool IsAxis(ParameterInfo parameter) => parameter.Name is "axis" or "firstAxis" or "first" or "source";

    private Delegate Emit(bool isFunction)
    {
        DynamicMethod dynamic = new(method.Name, isFunction ? method.ReturnType : typeof(void), [typeof(Operands<T>)], typeof(Operands<T>).Module, skipVisibility: true);
        ILGenerator il = dynamic.GetILGenerator();
        if (!method.IsStatic)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldflda, typeof(Operands<T>).GetField("X")!);
        }

        foreach (ParameterInfo parameter in method.GetParameters())
        {
            Load(il, parameter);
        }

        il.Emit(OpCodes.Call, method);
        if (!isFunction)
        {
            Release(il);
        }

        il.Emit(OpCodes.Ret);
        return dynamic.CreateDelegate(isFunction ? typeof(Func<Operands<T>, Tensor<T>>) : typeof(Action<Operands<T>>));
    }

    /// <summary>Disposes what the operation returned.</summary>
    private void Release(ILGenerator il)
    {
        if (TensorOf(method.ReturnType) is { } made)
        {
            LocalBuilder local = il.DeclareLocal(made);
            il.Emit(OpCodes.Stloc, local);
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Call, made.GetMethod("Dispose")!);
        }
        else if (method.ReturnType.Name.StartsWith("ValueTuple", StringComparison.Ordinal))
        {
            LocalBuilder local = il.DeclareLocal(method.ReturnType);
            il.Emit(OpCodes.Stloc, local);
            foreach (FieldInfo item in method.ReturnType.GetFields())
            {
                il.Emit(OpCodes.Ldloca, local);
                il.Emit(OpCodes.Ldflda, item);
                il.Emit(OpCodes.Call, item.FieldType.GetMethod("Dispose")!);
            }
        }
        else if (ReturnsArray && method.ReturnType != typeof(T[]))
        {
            il.Emit(OpCodes.Call, typeof(Operation<T>).GetMethod("DisposeAll", BindingFlags.NonPublic | BindingFlags.Static)!);
        }
        else if (method.ReturnType != typeof(void))
        {
            il.Emit(OpCodes.Pop);
        }
    }

    private static void DisposeAll(Tensor<T>[] made) => Array.ForEach(made, static tensor => tensor.Dispose());

    private static T One() => typeof(T) == typeof(float) ? Onsager.Tensors.Tensor.Constant<T>(1) : default;

    private void Load(ILGenerator il, ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(T) && type != typeof(int))
        {
            if (parameter.Name is "stop" or "step")
            {
                il.Emit(OpCodes.Call, typeof(Operation<T>).GetMethod("One", BindingFlags.NonPublic | BindingFlags.Static)!);
            }
            else
            {
                il.Emit(OpCodes.Ldloc, il.DeclareLocal(type));
            }

            return;
        }

        if (type == typeof(int) && IsAxis(parameter))
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, typeof(Operands<T>).GetField("Axis")!);
            return;
        }

        if (type == typeof(int) || type == typeof(nint) || type == typeof(bool))
        {
            il.Emit(OpCodes.Ldc_I4, parameter.Name switch
            {
                "kernel" => 2,
                "stop" or "second" or "secondAxis" or "last" or "parts" or "k" or "repeats" or "step" => 1,
                _ => parameter.HasDefaultValue && parameter.DefaultValue is int given ? given : 0,
            });
            if (type == typeof(nint))
            {
                il.Emit(OpCodes.Conv_I);
            }

            return;
        }

        bool isLeftOut = parameter.HasDefaultValue && parameter.DefaultValue is null && TensorOf(type) is null && type.IsValueType;
        if (isLeftOut || type == typeof(double) || type.IsEnum || (type.IsValueType && type.Namespace == "Onsager.Simd"))
        {
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(type));
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        string name = Field(parameter);
        FieldInfo? field = typeof(Operands<T>).GetField(name);
        PropertyInfo? property = typeof(Operands<T>).GetProperty(name);
        if (field is not null)
        {
            il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, property!.GetMethod!);
        }

        Type own = field?.FieldType ?? property!.PropertyType;
        if (own != type)
        {
            il.Emit(OpCodes.Newobj, type.GetConstructor([own]) ?? throw new NotSupportedException($"no operand is a {type.Name}"));
        }
    }

    private static Type? TensorOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Tensor<>) ? type : null;
    }

    private static string Field(ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type == typeof(Tensor<T>) && (type != typeof(Tensor<int>) || parameter.Name is not ("indices" or "repeats" or "labels" or "numbers")))
        {
            return parameter.Name switch
            {
                "destination" => "Destination",
                "values" when parameter.Member.Name == "TopKInto" => "Destination",
                "bias" => "Bias",
                "x" or "like" when parameter.Position == 0 => "X",
                "third" or "c" or "no" or "otherwise" => "Z",
                _ => "Y",
            };
        }

        bool isDestination = parameter.Name == "destination";
        return type == typeof(Tensor<int>) ? (isDestination ? "Numbers" : "Integers")
            : type == typeof(Tensor<bool>) ? (isDestination ? "Truths" : "Mask")
            : type == typeof(Tensor<double>) ? "Wide"
            : type == typeof(Tensor<long>) ? "Long"
            : type == typeof(Pair) ? (parameter.Name == "size" ? "Size" : "Kernel")
            : (type == typeof(Span<T>) || type == typeof(ReadOnlySpan<T>)) && parameter.Member.Name is "CopyFrom" or "CopyTo" or "From" ? "Elements"
            : parameter.Name switch
            {
                "indices" => "Indices",
                "shifts" => "Shifts",
                _ => ByType.TryGetValue(type, out string? name) ? name : throw new NotSupportedException($"no operand is a {type.Name}"),
            };
    }

    private static readonly Dictionary<Type, string> ByType = new()
    {
        [typeof(Shape)] = "Shape",
        [typeof(Device)] = "Device",
        [typeof(ReadOnlySpan<int>)] = "Axes",
        [typeof(ReadOnlySpan<nint>)] = "Extents",
        [typeof(Span<int>)] = "Places",
        [typeof(IUpdateSource<SgdUpdate>)] = "Source",
        [typeof(AxisSlice)] = "Part",
        [typeof(ReadOnlySpan<AxisSlice>)] = "Parts",
        [typeof(ReadOnlySpan<(nint Before, nint After)>)] = "Widths",
        [typeof(ReadOnlySpan<Tensor<T>>)] = "Several",
        [typeof(ReadOnlySpan<Tensor<bool>>)] = "Masks",
        [typeof(string)] = "Equation",
        [typeof(T[])] = "Elements",
        [typeof(Memory<T>)] = "Elements",
        [typeof(T[,])] = "Table",
        [typeof(T[,,])] = "Block",
        [typeof(T[,,,])] = "Blocks",
        [typeof(T[][])] = "Rows",
    };
}
