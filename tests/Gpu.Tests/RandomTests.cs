using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Random numbers: Random123's known answers, and any part of any stream against the CPU's.</summary>
public sealed class RandomTests
{
    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgrees() => Agree(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgrees() => Agree(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationAgrees() => Agree(DeviceKind.Emulated);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClKnowsTheAnswers() => KnownAnswers(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaKnowsTheAnswers() => KnownAnswers(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationKnowsTheAnswers() => KnownAnswers(DeviceKind.Emulated);

    /// <summary>The three vectors of Random123's kat_vectors for philox4x32, 10 rounds: zeros, ones, digits of pi.</summary>
    private static void KnownAnswers(DeviceKind kind)
    {
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], Words(0, 0, 0));
        Assert.Equal([0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu], Words(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue));
        Assert.Equal([0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u], Words(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822));

        uint[] Words(ulong counter, ulong stream, ulong seed)
        {
            GpuAccelerator device = Devices.Require(kind);
            using var buffers = new Buffers<uint, uint>(device);
            device.PhiloxWords(buffers.With(new uint[4]), seed, stream, counter, 4);
            return buffers.Read(0);
        }
    }

    private static void Agree(DeviceKind kind)
    {
        GpuAccelerator device = Devices.Require(kind);
        Gen<(int Count, ulong First, ulong Seed, ulong Stream)> cases =
            from count in Gen.Choose(0, kind == DeviceKind.Emulated ? 40 : 3000)
            from first in Gen.Frequency((3, Gen.Choose(0, 40).Select(x => (ulong)x)), (1, Gen.Choose(0, int.MaxValue).Select(x => (ulong)x << 12)))
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            from stream in Gen.Choose(int.MinValue, int.MaxValue)
            select (count, first, (ulong)seed * 0x9E3779B97F4A7C15, (ulong)stream * 0xBF58476D1CE4E5B9);

        Cases.Check(kind, cases, Smaller, one => Failure<uint, uint>(
            device,
            one.Count,
            (y, view) => device.PhiloxWords(view, one.Seed, one.Stream, one.First / 4, y.Length),
            y => Philox.Words(one.Seed, one.Stream, one.First / 4 * 4, y)));
        Check<float, GpuF32>();
        if (device.HasFloat64)
        {
            Check<double, GpuF64>();
        }

        void Check<T, V>()
            where T : unmanaged
            where V : unmanaged, ILanes<V>
        {
            MethodInfo distribution = typeof(RandomTests).GetMethod(nameof(Distribution), BindingFlags.NonPublic | BindingFlags.Static)!;
            foreach (Type type in Operators.Distributions)
            {
                distribution.MakeGenericMethod(type, typeof(T), typeof(V)).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [device, cases], null);
            }
        }
    }

    /// <summary>Parameters that a distribution can have; those that are not named here take none.</summary>
    private static (T A, T B, T C) ParametersOf<TDistribution, T>()
        where TDistribution : struct, IDistribution
        where T : unmanaged =>
        typeof(TDistribution) == typeof(UniformBetweenDistribution) ? DistributionParameters.UniformBetween<T>(-0.3, 7)
        : typeof(TDistribution) == typeof(ScaledNormalDistribution) ? DistributionParameters.Normal<T>(0.1, 2.5)
        : typeof(TDistribution) == typeof(ExponentialDistribution) ? DistributionParameters.Exponential<T>(0.7)
        : typeof(TDistribution) == typeof(BernoulliDistribution) ? DistributionParameters.Bernoulli<T>(0.3)
        : (Numbers.Of<T>(0.25), Numbers.Of<T>(0.75), Numbers.Of<T>(0.5));

    private static void Distribution<TDistribution, T, V>(GpuAccelerator device, Gen<(int Count, ulong First, ulong Seed, ulong Stream)> cases)
        where TDistribution : struct, IDistribution
        where T : unmanaged
        where V : unmanaged, ILanes<V>
    {
        (T A, T B, T C) parameters = ParametersOf<TDistribution, T>();
        (V, V, V) lanes = (Unsafe.BitCast<T, V>(parameters.A), Unsafe.BitCast<T, V>(parameters.B), Unsafe.BitCast<T, V>(parameters.C));
        Cases.Check(device.Kind, cases, Smaller, one => Failure<T, V>(
            device,
            one.Count,
            (y, view) => device.Random<TDistribution, V>(view, lanes, one.Seed, one.Stream, one.First, y.Length),
            y => RandomFill.Run<TDistribution, T>(parameters, one.Seed, one.Stream, one.First, y)));
    }

    private static string? Failure<T, V>(GpuAccelerator device, int count, Action<T[], ArrayView<V>> onDevice, Action<T[]> onCpu)
        where T : unmanaged
        where V : unmanaged
    {
        using var buffers = new Buffers<T, V>(device);
        var expected = new T[count];
        onDevice(expected, buffers.With(expected));
        onCpu(expected);
        T[] actual = buffers.Read(0);
        for (int i = 0; i < count; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(actual[i], expected[i]))
            {
                return $"element {i} is {actual[i]:R} on the device, {expected[i]:R} on the CPU";
            }
        }

        return null;
    }

    private static IEnumerable<(int Count, ulong First, ulong Seed, ulong Stream)> Smaller((int Count, ulong First, ulong Seed, ulong Stream) one)
    {
        if (one.Count > 1)
        {
            yield return (one.Count / 2, one.First, one.Seed, one.Stream);
            yield return (one.Count - 1, one.First, one.Seed, one.Stream);
        }

        if (one.First > 0)
        {
            yield return (one.Count, one.First / 2, one.Seed, one.Stream);
        }
    }
}
