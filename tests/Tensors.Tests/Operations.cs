using System.Reflection;
using System.Reflection.Emit;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>
/// Every public operation of Tensor&lt;T&gt;, found by reflection, as a call without garbage on operands that fit. What the parameters' names and
/// types do not say about an operation is a line in <see cref="Fit{T}"/>.
/// </summary>
internal static class Operations
{
    /// <summary>What is not an operation on elements.</summary>
    private static readonly string[] Others = ["Dispose", "get_IsDisposed", "ToString", "Equals", "GetHashCode", "GetType"];

    /// <summary>The names of all operations, with their parameters.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Methods(typeof(Tensor<float>)).Select(Describe).Order()];

    /// <summary>The operations with operands that fit.</summary>
    public static IReadOnlyList<string> Fitting { get; } = [.. Names.Except(WithoutRow.Names)];

    /// <summary>The operation of this description, for tensors of T.</summary>
    public static Operation<T> Of<T>(string name)
        where T : unmanaged
    {
        int place = Methods(typeof(Tensor<float>)).Select(Describe).ToList().IndexOf(name);
        return new Operation<T>(Close<T>(Methods(typeof(Tensor<T>))[place]));
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
            case "SumInto" or "MeanInto" or "VarianceInto" or "StandardDeviationInto" or "NormInto" or "Norm1Into" or "NormInfinityInto" or "MaxInto" or "MinInto" or "LogSumExpInto":
                own.Destination = own.Make([]);
                break;
        }
    }

    private static List<MethodInfo> Methods(Type type) =>
    [
        .. type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !Others.Contains(method.Name)).OrderBy(method => method.MetadataToken),
    ];

    private static string Describe(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name.Split('`')[0]} {parameter.Name}"))})";

    private static MethodInfo Close<T>(MethodInfo method) =>
        method.IsGenericMethodDefinition ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(Argument<T>)]) : method;

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

/// <summary>What operations are called with.</summary>
internal sealed class Operands<T> : IDisposable
    where T : unmanaged
{
    private readonly List<Tensor<T>> made = [];

    public Operands()
    {
        X = Make([4, 4]);
        Y = Make([4, 4]);
        Z = Make([4, 4]);
        Bias = Make([4]);
        Destination = Make([4, 4]);
        Integers = Tensor.Zeros<int>([4]);
        Mask = Tensor.Zeros<bool>([4, 4]);
    }

    public Tensor<T> X;
    public Tensor<T> Y;
    public Tensor<T> Z;
    public Tensor<T> Bias;
    public Tensor<T> Destination;
    public Tensor<int> Integers;
    public Tensor<bool> Mask;
    public Shape Shape = [4, 4];
    public Device Device = Device.Cpu;
    public int[] Axes = [0, 1];
    public nint[] Extents = [4, 4];
    public nint[] Indices = [1, 2];
    public T[] Elements = new T[16];
    public int[] Places = new int[4];
    public IUpdateSource<SgdUpdate> Source = new Constants();

    /// <summary>A tensor of the numbers 0.5, 1.5, ... (of zeros where there are no halves).</summary>
    public Tensor<T> Make(Shape shape, Device? device = null)
    {
        Tensor<T> tensor = Tensor.Zeros<T>(shape);
        if (typeof(T) == typeof(float))
        {
            for (int i = 0; i < shape.Size; i++)
            {
                tensor.AsSpan()[i] = Tensor.Constant<T>(0.5 + i);
            }
        }

        Tensor<T> there = device is null ? tensor : tensor.To(device);
        if (device is not null)
        {
            tensor.Dispose();
        }

        made.Add(there);
        return there;
    }

    /// <summary>An optimizer whose constants never change.</summary>
    private sealed class Constants : IUpdateSource<SgdUpdate>
    {
        public SgdUpdate Next() => default;
    }

    /// <summary>All elements of all tensors on the processor.</summary>
    public T[][] Contents() => [.. made.Where(tensor => !tensor.IsDisposed && tensor.Device is CpuDevice).Select(tensor => tensor.ToArray())];

    public void Dispose()
    {
        made.ForEach(tensor => tensor.Dispose());
        Integers.Dispose();
        Mask.Dispose();
    }
}

/// <summary>One operation: a call that takes its operands from fields, so that it makes no garbage of its own.</summary>
internal sealed class Operation<T>(MethodInfo method)
    where T : unmanaged
{
    private Action<Operands<T>>? call;

    public string Name => method.Name;

    public bool IsStatic => method.IsStatic;

    /// <summary>Whether it returns a managed object.</summary>
    public bool ReturnsArray => method.ReturnType.IsArray;

    /// <summary>The operands that are tensors of T, by the names of their fields, other than the first.</summary>
    public IEnumerable<string> Inputs =>
        method.GetParameters().Where(parameter => TensorOf(parameter.ParameterType) == typeof(Tensor<T>)).Select(Field).Where(name => name is not "Destination").Distinct();

    public bool HasDestination => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Tensor<T>) && Field(parameter) == "Destination");

    public Operands<T> Fitting()
    {
        Operands<T> operands = new();
        Operations.Fit(method.Name, operands);
        return operands;
    }

    /// <summary>Calls the operation and disposes what it returns.</summary>
    public void Call(Operands<T> operands) => (call ??= Emit())(operands);

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

    private Action<Operands<T>> Emit()
    {
        DynamicMethod dynamic = new(method.Name, typeof(void), [typeof(Operands<T>)], typeof(Operands<T>).Module, skipVisibility: true);
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

        il.Emit(OpCodes.Ret);
        return dynamic.CreateDelegate<Action<Operands<T>>>();
    }

    private static void DisposeAll(Tensor<T>[] made) => Array.ForEach(made, static tensor => tensor.Dispose());

    private void Load(ILGenerator il, ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(T) && type != typeof(int))
        {
            LocalBuilder scalar = il.DeclareLocal(type);
            il.Emit(OpCodes.Ldloc, scalar);
            return;
        }

        if (type == typeof(int) || type == typeof(nint) || type == typeof(bool))
        {
            il.Emit(OpCodes.Ldc_I4, parameter.Name is "stop" or "second" or "kernel" or "parts" or "k" or "repeats" ? 1 : parameter.HasDefaultValue && parameter.DefaultValue is int given ? given : parameter.Name == "step" ? 1 : 0);
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

        FieldInfo field = typeof(Operands<T>).GetField(Field(parameter))!;
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        if (field.FieldType != type)
        {
            il.Emit(OpCodes.Newobj, type.GetConstructor([field.FieldType]) ?? throw new NotSupportedException($"no operand is a {type.Name}"));
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
        return type == typeof(Tensor<T>) && (type != typeof(Tensor<int>) || parameter.Name is not ("indices" or "repeats" or "labels")) ? parameter.Name switch
        {
            "destination" => "Destination",
            "bias" => "Bias",
            "x" when parameter.Position == 0 => "X",
            "third" or "c" => "Z",
            _ => "Y",
        }
            : (type == typeof(Span<T>) || type == typeof(ReadOnlySpan<T>)) && parameter.Member.Name is "CopyFrom" or "CopyTo" ? "Elements"
            : type == typeof(Tensor<int>) ? "Integers"
            : type == typeof(Tensor<bool>) ? "Mask"
            : type == typeof(Shape) ? "Shape"
            : type == typeof(Device) ? "Device"
            : type == typeof(ReadOnlySpan<int>) ? "Axes"
            : type == typeof(ReadOnlySpan<nint>) ? (parameter.Name == "indices" ? "Indices" : "Extents")
            : type == typeof(Span<int>) ? "Places"
            : type == typeof(IUpdateSource<SgdUpdate>) ? "Source"
            : throw new NotSupportedException($"no operand is a {type.Name}");
    }
}
