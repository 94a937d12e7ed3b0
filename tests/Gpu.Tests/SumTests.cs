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

/// <summary>Fixed-order sums and dot products against a slow text of the contract, and against the CPU's.</summary>
public sealed class SumTests
{
    private const int Block = 4096;

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgrees() => Agree(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgrees() => Agree(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationAgrees() => Agree(DeviceKind.Emulated);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgreesOnThreeLevels() => ThreeLevels(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgreesOnThreeLevels() => ThreeLevels(DeviceKind.Cuda);

    private static void Agree(DeviceKind kind)
    {
        GpuAccelerator device = Devices.Require(kind);
        Properties<float, GpuF32, F32x1>(device);
        if (device.HasFloat64)
        {
            Properties<double, GpuF64, F64x1>(device);
        }
    }

    private static void Properties<T, V, L>(GpuAccelerator device)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L>
    {
        Cases.Check(device.Kind, SumCase.Generate(device.Kind), one => one.Smaller(), one => Failure<SumTerm, T, V, L>(device, one));
        Cases.Check(device.Kind, SumCase.Generate(device.Kind), one => one.Smaller(), one => Failure<DotTerm, T, V, L>(device, one));
    }

    /// <summary>A matrix [outputs, count], stored by rows or by columns, summed over its columns.</summary>
    private static string? Failure<TTerm, T, V, L>(GpuAccelerator device, SumCase one)
        where TTerm : struct, ITerm
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L>
    {
        (int outputs, int count) = (one.Outputs, one.Count);
        int size = outputs * count;
        T[] x = one.Moderate ? Numbers.Moderate<T>(size, one.Seed) : Numbers.Mixed<T>(size, one.Seed);
        T[] y = Numbers.Moderate<T>(size, ~one.Seed);
        Axes kept = GpuAccelerator.Line(outputs, one.ByColumns ? 1 : count);
        Axes reduced = GpuAccelerator.Line(count, one.ByColumns ? outputs : 1);

        using var buffers = new Buffers<T, V>(device);
        ArrayView<V> deviceX = buffers.With(x), deviceY = buffers.With(y), sums = buffers.With(new T[outputs]);
        ArrayView<V> scratch = buffers.With(new T[GpuAccelerator.SumScratch(outputs, count)]);
        device.Sum<TTerm, V>(deviceX, deviceY, sums.SubView(0, outputs), kept, reduced, outputs, count, scratch);
        T[] actual = buffers.Read(2);

        for (int output = 0; output < outputs; output++)
        {
            int row = output;
            T expected = Sum<TTerm, T, L>(count, i => x[At(row, i)], i => y[At(row, i)]);
            if (!Numbers.Same(actual[output], expected))
            {
                return $"output {output} is {Numbers.Show(actual[output])} on the device, {Numbers.Show(expected)} by the contract";
            }
        }

        return null;

        int At(int row, int i) => one.ByColumns ? (i * outputs) + row : (row * count) + i;
    }

    /// <summary>More than 4,096 blocks: their results make more than one block again.</summary>
    private static void ThreeLevels(DeviceKind kind)
    {
        GpuAccelerator device = Devices.Require(kind);
        const int count = (Block * Block) + 12345;
        float[] x = Numbers.Moderate<float>(count, 7);
        using var buffers = new Buffers<float, GpuF32>(device);
        ArrayView<GpuF32> deviceX = buffers.With(x), sum = buffers.With(new float[1]);
        ArrayView<GpuF32> scratch = buffers.With(new float[GpuAccelerator.SumScratch(1, count)]);
        device.Sum<SumTerm, GpuF32>(deviceX, deviceX, sum, GpuAccelerator.Line(1, 0), GpuAccelerator.Line(count, 1), 1, count, scratch);
        float actual = buffers.Read(1)[0];
        Assert.Equal(Reduce.Sum<float>(x), actual);
        Assert.Equal(Sum<SumTerm, float, F32x1>(count, i => x[i], i => 0), actual);
    }

    /// <summary>The contract, as it is written.</summary>
    private static T Sum<TTerm, T, L>(int count, Func<int, T> x, Func<int, T> y)
        where TTerm : struct, ITerm
        where T : unmanaged
        where L : unmanaged, ILanes<L>
    {
        int blocks = Math.Max(1, (count + Block - 1) / Block);
        var results = new T[blocks];
        for (int block = 0; block < blocks; block++)
        {
            var lanes = new L[L.IsDouble ? 32 : 64];
            Array.Fill(lanes, L.Of(0));
            for (int i = 0; i < Block && (block * Block) + i < count; i++)
            {
                int at = (block * Block) + i, lane = i % lanes.Length;
                lanes[lane] = TTerm.Add(lanes[lane], Unsafe.BitCast<T, L>(x(at)), Unsafe.BitCast<T, L>(y(at)));
            }

            for (int half = lanes.Length / 2; half > 0; half /= 2)
            {
                for (int i = 0; i < half; i++)
                {
                    lanes[i] += lanes[i + half];
                }
            }

            results[block] = Unsafe.BitCast<L, T>(lanes[0]);
        }

        return blocks == 1 ? results[0] : Sum<SumTerm, T, L>(blocks, i => results[i], i => results[i]);
    }
}

/// <summary>One case of a sum over a matrix [outputs, count].</summary>
internal sealed record SumCase(int Outputs, int Count, bool ByColumns, bool Moderate, ulong Seed)
{
    public static Gen<SumCase> Generate(DeviceKind kind)
    {
        int outputs = kind == DeviceKind.Emulated ? 2 : 5, most = kind == DeviceKind.Emulated ? 300 : 14000;
        return
            from count in Gen.Frequency((4, Gen.Choose(0, 300)), (1, Gen.Choose(4090, 4100)), (2, Gen.Choose(300, most)))
            from rows in Gen.Choose(1, outputs)
            from byColumns in Gen.Elements(false, true)
            from moderate in Gen.Elements(true, true, false)
            from seed in Gen.Choose(0, int.MaxValue)
            select new SumCase(rows, Math.Min(count, most), byColumns, moderate, (ulong)seed << 20);
    }

    public IEnumerable<SumCase> Smaller()
    {
        if (Outputs > 1)
        {
            yield return this with { Outputs = 1 };
        }

        if (Count > 1)
        {
            yield return this with { Count = Count / 2 };
            yield return this with { Count = Count - 1 };
        }

        if (ByColumns)
        {
            yield return this with { ByColumns = false };
        }
    }
}
