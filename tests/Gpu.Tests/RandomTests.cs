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
            Distribution<UniformDistribution, T, V>(default);
            Distribution<NormalDistribution, T, V>(default);
            Distribution<UniformBetweenDistribution, T, V>(DistributionParameters.UniformBetween<T>(-0.3, 7));
            Distribution<ScaledNormalDistribution, T, V>(DistributionParameters.Normal<T>(0.1, 2.5));
            Distribution<ExponentialDistribution, T, V>(DistributionParameters.Exponential<T>(0.7));
            Distribution<RademacherDistribution, T, V>(default);
            Distribution<BernoulliDistribution, T, V>(DistributionParameters.Bernoulli<T>(0.3));
        }

        void Distribution<TDistribution, T, V>((T A, T B, T C) parameters)
            where TDistribution : struct, IDistribution
            where T : unmanaged
            where V : unmanaged, ILanes<V>
        {
            (V, V, V) lanes = (Unsafe.BitCast<T, V>(parameters.A), Unsafe.BitCast<T, V>(parameters.B), Unsafe.BitCast<T, V>(parameters.C));
            Cases.Check(kind, cases, Smaller, one => Failure<T, V>(
                one.Count,
                (y, view) => device.Random<TDistribution, V>(view, lanes, one.Seed, one.Stream, one.First, y.Length),
                y => RandomFill.Run<TDistribution, T>(parameters, one.Seed, one.Stream, one.First, y)));
        }

        string? Failure<T, V>(int count, Action<T[], ArrayView<V>> onDevice, Action<T[]> onCpu)
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
