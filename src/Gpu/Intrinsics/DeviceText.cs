using System.Globalization;
using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using ILGPU.Util;

namespace Onsager.Gpu.Intrinsics;

/// <summary>Writes the text of a <see cref="DeviceTextAttribute"/> wherever ILGPU meets a call of the method that carries it.</summary>
internal static class DeviceText
{
    private static readonly Type[] s_homes = [typeof(Float32), typeof(Float64), typeof(Integer32), typeof(Integer64)];

    /// <summary>All methods that carry device text, but for those that only CUDA has.</summary>
    public static IEnumerable<MethodInfo> Methods
    {
        get
        {
            foreach (Type home in s_homes)
            {
                foreach (MethodInfo method in Of(home))
                {
                    yield return method;
                }
            }
        }
    }

    private static MethodInfo[] Of(Type home) => home.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);

    /// <summary>Tells a context about every one of them; it must come before the context is built.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        foreach (MethodInfo method in Of(typeof(TensorCore)))
        {
            manager.RegisterMethod(method, new PTXIntrinsic(typeof(DeviceText), nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
        }

        foreach (MethodInfo method in Methods)
        {
            manager.RegisterMethod(method, new PTXIntrinsic(typeof(DeviceText), nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
            manager.RegisterMethod(method, new CLIntrinsic(typeof(DeviceText), nameof(WriteOpenCl), IntrinsicImplementationMode.GenerateCode));
        }
    }

    private static void WritePtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var operands = new object[call.Count + 1];
        for (int i = 0; i < call.Count; i++)
        {
            operands[i + 1] = generator.LoadPrimitive(call[i]) switch
            {
                PTXRegisterAllocator.HardwareRegister register => Name(register),
                PTXRegisterAllocator.ConstantRegister constant => PtxLiteral(constant.Value),
                _ => throw new NotSupportedException("device text: an argument is neither a register nor a constant"),
            };
        }

        if (!call.Type.IsVoidType)
        {
            operands[0] = Name(generator.AllocateHardware(call));
        }

        generator.Builder.Append('\t').AppendFormat(CultureInfo.InvariantCulture, Text(call).Ptx, operands).AppendLine();

        static string Name(PTXRegisterAllocator.HardwareRegister register) => "%" + PTXRegisterAllocator.GetStringRepresentation(register);
    }

    private static void WriteOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var operands = new object[call.Count + 1];
        for (int i = 0; i < call.Count; i++)
        {
            operands[i + 1] = generator.Load(call[i]) switch
            {
                CLVariableAllocator.ConstantVariable constant => OpenClLiteral(constant.Value),
                var variable => variable.ToString()!,
            };
        }

        DeviceTextAttribute text = Text(call);
        string expression = backend.Capabilities.Float64 ? text.OpenCl : text.OpenClWithoutFloat64 ?? text.OpenCl;
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(call));
        statement.AppendOperation((RawString)string.Format(CultureInfo.InvariantCulture, expression, operands));
    }

    private static DeviceTextAttribute Text(MethodCall call) => call.Target.Source.GetCustomAttribute<DeviceTextAttribute>()!;

    private static string PtxLiteral(PrimitiveValue value) => value.BasicValueType switch
    {
        BasicValueType.Float32 => $"0f{BitConverter.SingleToUInt32Bits(value.Float32Value):X8}",
        BasicValueType.Float64 => $"0d{BitConverter.DoubleToUInt64Bits(value.Float64Value):X16}",
        BasicValueType.Int32 => $"{value.Int32Value}",
        _ => $"{value.Int64Value}",
    };

    // Bits, because ILGPU prints a float64 -0 as the integer 0, and 1.0 as an int that makes fma(x, 1, y) ambiguous.
    private static string OpenClLiteral(PrimitiveValue value) => value.BasicValueType switch
    {
        BasicValueType.Float32 => $"as_float(0x{BitConverter.SingleToUInt32Bits(value.Float32Value):X8}U)",
        BasicValueType.Float64 => $"as_double(0x{BitConverter.DoubleToUInt64Bits(value.Float64Value):X16}UL)",
        BasicValueType.Int32 => $"((int)0x{value.Int32Value:X8}U)",
        _ => $"((long)0x{value.Int64Value:X16}UL)",
    };
}
