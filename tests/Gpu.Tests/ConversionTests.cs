using System.Reflection;
using System.Runtime.InteropServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Conversions of every pair of types that the processor converts, over specials and random bit patterns: the processor's bits.</summary>
public sealed class ConversionTests
{
    private static readonly Type[] s_numbers = [typeof(float), typeof(double), typeof(int), typeof(long), typeof(bool)];

    public static TheoryData<Type, Type> Pairs
    {
        get
        {
            var pairs = new TheoryData<Type, Type>();
            foreach (Type from in s_numbers)
            {
                foreach (Type to in s_numbers)
                {
                    pairs.Add(from, to);
                }
            }

            foreach (Type format in new[] { typeof(Half), typeof(BFloat16) })
            {
                foreach (Type type in new[] { typeof(float), typeof(double) })
                {
                    pairs.Add(format, type);
                    pairs.Add(type, format);
                }
            }

            return pairs;
        }
    }

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Pairs))]
    public void OpenClAgrees(Type from, Type to) => Agree(DeviceKind.OpenCl, from, to);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Pairs))]
    public void CudaAgrees(Type from, Type to) => Agree(DeviceKind.Cuda, from, to);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Pairs))]
    public void SimulationAgrees(Type from, Type to) => Agree(DeviceKind.Emulated, from, to);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClRefusesOtherPairs() => RefusesOtherPairs(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationRefusesOtherPairs() => RefusesOtherPairs(DeviceKind.Emulated);

    private static void Agree(DeviceKind kind, Type from, Type to)
    {
        Assert.NotNull(Devices.Require(kind));
        MethodInfo generic = typeof(ConversionTests).GetMethod(nameof(Compare), BindingFlags.NonPublic | BindingFlags.Static)!;
        generic.MakeGenericMethod(from, to).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [OnsagerGpu.Register(kind)[0], kind == DeviceKind.Emulated ? 300 : 100_003], null);
    }

    private static void Compare<TFrom, TTo>(Device device, int count)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        TFrom[] numbers = Sources<TFrom>(count);
        using Tensor<TFrom> there = Tensor.From<TFrom>(numbers, [count], device), here = Tensor.From<TFrom>(numbers, [count]);
        using Tensor<TTo> actual = Tensor.Empty<TTo>([count], device), expected = Tensor.Empty<TTo>([count]);
        there[3..].CastInto(actual[3..]);
        here[3..].CastInto(expected[3..]);
        TTo[] x = actual[3..].ToArray(), y = expected[3..].ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            bool same = (x[i], y[i]) is (Half a, Half b) ? a.Equals(b) && Half.IsNegative(a) == Half.IsNegative(b)
                : (x[i], y[i]) is (BFloat16 c, BFloat16 d) ? c.Bits == d.Bits
                : Numbers.SameObjects(x[i], y[i]);
            Assert.True(same, $"{numbers[i + 3]} becomes {x[i]} on the device, {y[i]} on the processor");
        }
    }

    private static void RefusesOtherPairs(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        Device device = OnsagerGpu.Register(kind)[0];
        using Tensor<Half> x = Tensor.Zeros<Half>([3], device);
        using Tensor<int> y = Tensor.Zeros<int>([3], device);
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => x.CastInto(y));
        Assert.Contains("Half to Int32", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(device.Name, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Numbers near every edge: of floats the specials of the other tests, of integers the ends of both ranges, and any bits.</summary>
    private static T[] Sources<T>(int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            return Numbers.Mixed<T>(count, 3);
        }

        var numbers = new T[count];
        new Random(5).NextBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        if (typeof(T) == typeof(bool))
        {
            Span<byte> flags = MemoryMarshal.AsBytes(numbers.AsSpan());
            for (int i = 0; i < flags.Length; i++)
            {
                flags[i] &= 1;
            }
        }
        else if (typeof(T) == typeof(int))
        {
            int[] edges = [0, 0, 0, 1, -1, int.MinValue, int.MaxValue, 16777217, -16777219];
            edges.CopyTo(MemoryMarshal.Cast<T, int>(numbers.AsSpan()));
        }
        else if (typeof(T) == typeof(long))
        {
            long[] edges =
            [
                0, 0, 0, 1, -1, long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, int.MinValue - 1L, int.MaxValue + 1L, 9007199254740993, -9007199254740995,
                0x7FFFFFBFFFFFFFFF, 0x7FFFFFC000000000, 0x7FFFFFC000000001, 0x0000008000004001,
            ];
            edges.CopyTo(MemoryMarshal.Cast<T, long>(numbers.AsSpan()));
        }
        else
        {
            Span<ushort> patterns = MemoryMarshal.Cast<T, ushort>(numbers.AsSpan());
            for (int i = 0; i < patterns.Length; i++)
            {
                patterns[i] = (ushort)(count < 65536 ? i * 219 : i);
            }
        }

        return numbers;
    }
}
