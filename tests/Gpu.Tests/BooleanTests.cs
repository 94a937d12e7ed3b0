using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Comparisons and logic (found by reflection) and choices, of every element type and over any strides: the device against the processor.</summary>
public sealed class BooleanTests
{
    private static readonly Type[] s_elements =
    [
        typeof(float), typeof(double), typeof(int), typeof(long), typeof(bool), typeof(Half), typeof(BFloat16), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort),
        typeof(uint), typeof(ulong),
    ];

    private static readonly Dictionary<string, (MethodInfo Method, int Operands)> s_works = Works();

    public static TheoryData<string> Names => [.. s_works.Keys];

    /// <summary>The simulation, a smoke test, does without the types that share their kernels' text.</summary>
    public static TheoryData<string> Usual => [.. s_works.Keys.Where(name => !s_elements[4..].Any(element => name.EndsWith($" of {element.Name}", StringComparison.Ordinal)))];

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Names))]
    public void OpenClAgrees(string work) => Agree(DeviceKind.OpenCl, work);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Names))]
    public void CudaAgrees(string work) => Agree(DeviceKind.Cuda, work);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Usual))]
    public void SimulationAgrees(string work) => Agree(DeviceKind.Emulated, work);

    /// <summary>All relations of the four types that are computed with; of the others, which share their kernels' text, one that tells order and one that tells equality.</summary>
    private static Dictionary<string, (MethodInfo Method, int Operands)> Works()
    {
        var works = new Dictionary<string, (MethodInfo Method, int Operands)>();
        foreach (Type element in s_elements)
        {
            bool isUsual = Array.IndexOf(s_elements, element) < 4;
            foreach (Type relation in Operators.Relations.Where(relation => isUsual || relation == typeof(IsLess) || relation == typeof(IsNotEqual)))
            {
                works.Add($"{relation.Name} of {element.Name}", (Method(nameof(Compare)).MakeGenericMethod(relation, element), 2));
            }
        }

        foreach (Type logic in Operators.Logics)
        {
            works.Add(logic.Name, (Method(nameof(Combine)).MakeGenericMethod(logic), 2));
        }

        foreach (Type element in new[] { typeof(byte), typeof(short), typeof(float), typeof(double) })
        {
            works.Add($"choice of {element.Name}", (Method(nameof(Choose)).MakeGenericMethod(element), 3));
        }

        return works;

        static MethodInfo Method(string name) => typeof(BooleanTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
    }

    private static void Agree(DeviceKind kind, string name)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        (MethodInfo method, int operands) = s_works[name];
        Cases.Check(kind, ElementwiseCase.Generate(operands, kind == DeviceKind.Emulated ? 40 : 1000), one => one.Smaller(), one =>
        {
            byte[] expected = Bytes(Device.Cpu), actual = Bytes(device);
            int at = expected.AsSpan().CommonPrefixLength(actual);
            return at == expected.Length ? null : $"{name}: byte {at} of the output's buffer is {actual[at]} on the device, {expected[at]} on the processor";

            byte[] Bytes(Device where) => (byte[])method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [where, one], null)!;
        });
    }

    private static byte[] Compare<TRelation, T>(Device device, ElementwiseCase one)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        using var x = new Place<T>(device, one, 0);
        using var y = new Place<T>(device, one, 1);
        using var z = new Place<bool>(device, one, 2);
        device.Compare<TRelation, T>(x.Operand, y.Operand, z.Operand);
        return z.Read();
    }

    private static byte[] Combine<TLogic>(Device device, ElementwiseCase one)
        where TLogic : struct, ILogic
    {
        using var x = new Place<bool>(device, one, 0);
        using var y = new Place<bool>(device, one, 1);
        using var z = new Place<bool>(device, one, 2);
        device.Combine<TLogic>(x.Operand, y.Operand, z.Operand);
        return z.Read();
    }

    private static byte[] Choose<T>(Device device, ElementwiseCase one)
        where T : unmanaged
    {
        using var mask = new Place<bool>(device, one, 0);
        using var x = new Place<T>(device, one, 1);
        using var y = new Place<T>(device, one, 2);
        using var w = new Place<T>(device, one, 3);
        device.Choose<T>(mask.Operand, x.Operand, y.Operand, w.Operand);
        return w.Read();
    }

    /// <summary>An operand of a case, its memory filled with numbers of few values, so that many are equal, and of any.</summary>
    private sealed class Place<T> : IDisposable
        where T : unmanaged
    {
        private readonly Storage storage;
        private readonly Layout layout;
        private readonly int length;

        public Place(Device device, ElementwiseCase one, int operand)
        {
            Placement place = Placement.Of(one.Shape, one.Arrangements[operand], one.Margin);
            layout = place.Layout(one.Shape);
            length = place.Length;
            storage = device.Allocate(length * Unsafe.SizeOf<T>());
            device.CopyFromHost<T>(Fill(one.Seed + (ulong)operand), storage, 0);
        }

        public Operand Operand => new(storage, in layout);

        public byte[] Read()
        {
            var numbers = new T[length];
            storage.Device.CopyToHost<T>(storage, 0, numbers);
            return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
        }

        public void Dispose() => storage.Device.Recycle(storage);

        private T[] Fill(ulong seed)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                T[] mixed = Numbers.Mixed<T>(length, seed);
                for (int i = 0; i < length; i += 3)
                {
                    mixed[i] = Numbers.Of<T>((i % 5) - 2);
                }

                return mixed;
            }

            var numbers = new T[length];
            Span<byte> bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
            new Random((int)(seed >> 20) ^ (int)seed).NextBytes(bytes);
            for (int i = 0; i < bytes.Length; i++)
            {
                // Of few values in all bytes but some.
                bytes[i] = typeof(T) == typeof(bool) ? (byte)(bytes[i] & 1) : bytes[i] < 200 ? (byte)((bytes[i] & 1) * 0xFF) : bytes[i];
            }

            return numbers;
        }
    }
}
