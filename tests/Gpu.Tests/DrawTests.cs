using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Every rule that draws numbers (found by reflection): any part of any stream, device against processor.</summary>
public sealed class DrawTests
{
    /// <summary>Rules with their parameters; a rule that stands in no row fails <see cref="EveryRuleHasARow"/>.</summary>
    private static readonly object[] s_rules =
    [
        new IntegersDraw(1), new IntegersDraw(10), new IntegersDraw(int.MaxValue), new WideIntegersDraw(3), new WideIntegersDraw(long.MaxValue),
        new CategoricalDraw(AliasTable.FromWeights([0.5, 0, 3, 1e-9, 2])), new CategoricalDraw(AliasTable.FromWeights([7])),
        new PoissonDraw(AliasTable.Poisson(0)), new PoissonDraw(AliasTable.Poisson(3.7)), new PoissonDraw(AliasTable.Poisson(12345)),
        new SphereDraw<float>(1), new SphereDraw<float>(3), new SphereDraw<float>(100), new SphereDraw<double>(2), new SphereDraw<double>(40),
    ];

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgrees() => Agree(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgrees() => Agree(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationAgrees() => Agree(DeviceKind.Emulated);

    [Fact]
    public void EveryRuleHasARow()
    {
        IEnumerable<Type> rules = typeof(IDraw<>).Assembly.GetTypes().Where(type => type.IsValueType && ElementOf(type) is not null);
        HashSet<Type> known = [.. s_rules.Select(rule => Open(rule.GetType()))];
        Assert.Equal([.. rules.Select(Open)], known);

        static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
    }

    private static Type? ElementOf(Type rule) => rule.GetInterfaces()
        .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDraw<>))?.GenericTypeArguments[0];

    private static void Agree(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        Cases.Check(kind, DrawCase.Generate(s_rules.Length, kind == DeviceKind.Emulated ? 20 : 1500), one => one.Smaller(), one =>
        {
            object rule = s_rules[one.Rule];
            MethodInfo generic = typeof(DrawTests).GetMethod(nameof(Failure), BindingFlags.NonPublic | BindingFlags.Static)!;
            return (string?)generic.MakeGenericMethod(rule.GetType(), ElementOf(rule.GetType())!).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [device, rule, one], null);
        });
    }

    private static string? Failure<TDraw, T>(GpuDevice device, TDraw draw, DrawCase one)
        where TDraw : struct, IDraw<T>
        where T : unmanaged
    {
        int width = draw.Width, size = int.Max(1, one.Count / width) * width;
        ulong first = width == 1 ? one.First : one.First / (ulong)width * (ulong)width;
        T[] actual = Drawn(device), expected = Drawn(Device.Cpu);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!Numbers.SameObjects(actual[i], expected[i]))
            {
                return $"{TDraw.Name} in {typeof(T).Name}: number {i} of the buffer is {actual[i]:R} on the device, {expected[i]:R} on the processor";
            }
        }

        return null;

        // With numbers around it, so that what is written beside shows.
        T[] Drawn(Device where)
        {
            Storage storage = where.Allocate((size + 7) * Unsafe.SizeOf<T>());
            where.CopyFromHost<T>(new T[size + 7], storage, 0);
            Layout layout = Layout.Contiguous([size], 3);
            where.Draw<TDraw, T>(draw, one.Seed, one.Stream, first, new Operand(storage, in layout));
            var numbers = new T[size + 7];
            where.CopyToHost<T>(storage, 0, numbers);
            where.Recycle(storage);
            return numbers;
        }
    }

    private sealed record DrawCase(int Rule, int Count, ulong First, ulong Seed, ulong Stream)
    {
        public static Gen<DrawCase> Generate(int rules, int most) =>
            from rule in Gen.Choose(0, rules - 1)
            from count in Gen.Choose(1, most)
            from first in Gen.Frequency((3, Gen.Choose(0, 40).Select(x => (ulong)x)), (1, Gen.Choose(0, int.MaxValue).Select(x => (ulong)x << 12)))
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            from stream in Gen.Choose(int.MinValue, int.MaxValue)
            select new DrawCase(rule, count, first, (ulong)seed * 0x9E3779B97F4A7C15, (ulong)stream * 0xBF58476D1CE4E5B9);

        public IEnumerable<DrawCase> Smaller()
        {
            if (Count > 1)
            {
                yield return this with { Count = Count / 2 };
                yield return this with { Count = Count - 1 };
            }

            if (First > 0)
            {
                yield return this with { First = First / 2 };
            }
        }
    }
}
