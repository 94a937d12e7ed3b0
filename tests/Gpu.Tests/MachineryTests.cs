using ILGPU.Runtime.Cuda;
using Onsager.Gpu.Devices;
using Onsager.Models;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>What a device does besides computing: memory, failures, threads, copies. Each test opens the device for itself.</summary>
public sealed class MachineryTests
{
    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClSaysWhatItIs() => SaysWhatItIs(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaSaysWhatItIs() => SaysWhatItIs(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClKeepsNothing() => KeepsNothing(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaKeepsNothing() => KeepsNothing(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void EmulationKeepsNothing() => KeepsNothing(DeviceKind.Emulated);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClRunsOutOfMemoryCleanly() => RunsOutOfMemoryCleanly(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaRunsOutOfMemoryCleanly() => RunsOutOfMemoryCleanly(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClIsLostCleanly() => IsLostCleanly(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaIsLostCleanly() => IsLostCleanly(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClServesEightThreads() => ServesEightThreads(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaServesEightThreads() => ServesEightThreads(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClOpensForEightThreadsAtOnce() => OpensForEightThreadsAtOnce(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaOpensForEightThreadsAtOnce() => OpensForEightThreadsAtOnce(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClStepsCopyOnlyTheirLoss() => StepsCopyOnlyTheirLoss(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaStepsCopyOnlyTheirLoss() => StepsCopyOnlyTheirLoss(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClWritesNoWindows() => WritesNoWindows(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaWritesNoWindows() => WritesNoWindows(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClCopiesMuchAndOften() => CopiesMuchAndOften(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaCopiesMuchAndOften() => CopiesMuchAndOften(DeviceKind.Cuda);

    [Fact]
    public void ABrokenDeviceSaysWhyAndHindersNothing()
    {
        var problems = new List<DeviceProblem>();
        Assert.Empty(GpuAccelerator.OpenAll(DeviceKind.Emulated, problems, (_, _) => throw new CudaException("no kernel image is available")));
        DeviceProblem problem = Assert.Single(problems);
        Assert.Equal(DeviceKind.Emulated, problem.Kind);
        Assert.Contains("cannot be used: no kernel image is available", problem.ToString(), StringComparison.Ordinal);
        using Tensor<float> x = Tensor.Full<float>([3], 2);
        Assert.Equal(6, x.Sum().Item());
    }

    [Fact]
    public void TheProcessorIsNotRegistered() => Assert.Throws<ArgumentException>(() => OnsagerGpu.Register(DeviceKind.Cpu));

    private static GpuDevice Open(DeviceKind kind)
    {
        var problems = new List<DeviceProblem>();
        GpuAccelerator? opened = GpuAccelerator.OpenAll(kind, problems).FirstOrDefault();
        Assert.True(opened is not null, $"no device of kind {kind} opens: {string.Join("; ", problems)}");
        return new(opened);
    }

    /// <summary>Every thread finds the device, also where they are the first that ask for it.</summary>
    private static void OpensForEightThreadsAtOnce(DeviceKind kind)
    {
        var devices = new GpuDevice?[8];
        Thread[] threads = [.. Enumerable.Range(0, devices.Length).Select(i => new Thread(() => devices[i] = GpuAccelerator.OpenAll(kind).Select(opened => new GpuDevice(opened)).FirstOrDefault()))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.All(devices, Assert.NotNull);
        foreach (GpuDevice? device in devices)
        {
            device?.Dispose();
        }
    }

    private static void SaysWhatItIs(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        Assert.True(device.MemoryBytes > 1 << 20);
        Assert.Matches("[0-9]+[.][0-9]+", device.Driver);
        Assert.Equal(kind, device.Kind);
        Assert.False(device.IsLost);
    }

    /// <summary>100,000 tensors come and go; what is left is one slab, and nothing once they are cleared.</summary>
    private static void KeepsNothing(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        for (int i = 0; i < 100_000; i++)
        {
            using Tensor<float> x = Tensor.Empty<float>([1 + (i % 1000)], device);
        }

        Assert.Equal(0, device.LiveBlocks);
        Assert.Equal(1, device.NativeBlocks);
        device.TrimPool();
        Assert.Equal(0, device.NativeBlocks);
        device.Dispose();
        device.Dispose();
    }

    /// <summary>The n-th request of a step finds no memory, for every n: an exception, nothing lost, and the step can be done again.</summary>
    private static void RunsOutOfMemoryCleanly(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        Assert.Contains(device.Name, Assert.ThrowsAny<OutOfMemoryException>(() => Tensor.Empty<float>([(nint)1 << 47], device)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<OutOfMemoryException>(() => device.Allocate(nint.MaxValue));
        Assert.Equal(0, device.LiveBlocks);

        float expected = Step(device);
        int failures = 0;
        for (int request = 1; ; request++)
        {
            device.RefuseAllocation(request);
            try
            {
                Assert.Equal(expected, Step(device));
                break;
            }
            catch (OutOfMemoryException)
            {
                failures++;
            }

            Assert.Equal(0, device.LiveBlocks);
        }

        device.RefuseAllocation(0);
        Assert.True(failures > 10);
        Assert.Equal(0, device.LiveBlocks);
    }

    private static void IsLostCleanly(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        Tensor<float> x = Tensor.Full<float>([100], 2, device), y = x + x;
        device.Accelerator.NextFailure = new CudaException("an illegal memory access was encountered");
        Exception first = Assert.Throws<DeviceLostException>(() => y.ToArray());
        Assert.Contains(device.Name, first.Message, StringComparison.Ordinal);
        Assert.Contains("illegal memory access", first.Message, StringComparison.Ordinal);
        Assert.True(device.IsLost);
        Assert.Throws<DeviceLostException>(() => y.ToArray());
        Assert.Throws<DeviceLostException>(() => x.Exp());
        Assert.Throws<DeviceLostException>(() => x.Clone());
        Assert.Throws<DeviceLostException>(device.Synchronize);
        x.Dispose();
        y.Dispose();
        Assert.Equal(0, device.LiveBlocks);
        using Tensor<float> here = Tensor.Full<float>([3], 2);
        Assert.Equal(6, here.Sum().Item());
    }

    private static void ServesEightThreads(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        float expected = Step(Device.Cpu);
        var threads = new Thread[8];
        var results = new float[threads.Length][];
        for (int i = 0; i < threads.Length; i++)
        {
            int own = i;
            threads[i] = new Thread(() => results[own] = [.. Enumerable.Range(0, 10).Select(_ => Step(device))]);
            threads[i].Start();
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.All(results, result => Assert.Equal(Enumerable.Repeat(expected, 10), result));
        Assert.Equal(0, device.LiveBlocks);
    }

    /// <summary>A convolutional network's step sends constants to the device, and brings back one number.</summary>
    private static void StepsCopyOnlyTheirLoss(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        long before = device.Accelerator.Copies.ToHost;
        Step(device);
        Assert.Equal(1, device.Accelerator.Copies.ToHost - before);
    }

    /// <summary>A convolution whose bias is a view with steps takes no more memory than one with a contiguous bias: its windows are not written out.</summary>
    private static void WritesNoWindows(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        using Tensor<float> x = new RandomStream(1).Normal<float>([1, 16, 64, 64], device), w = new RandomStream(2).Normal<float>([8, 16, 3, 3], device);
        using Tensor<float> bias = new RandomStream(3).Normal<float>([8], device), turned = bias.Flip(0);
        x.Conv2d(w, bias, padding: 1).Dispose();
        long bytes = device.NativeBytes;
        x.Conv2d(w, turned, padding: 1).Dispose();
        Assert.Equal(bytes, device.NativeBytes);
    }

    private static void CopiesMuchAndOften(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        float[] numbers = Numbers.Moderate<float>(900_001, 3), after = new float[numbers.Length];
        Storage memory = device.Allocate(numbers.Length * sizeof(float));
        device.CopyFromHost<float>(numbers, memory, 0);
        for (int i = 0; i < 2_000; i++)
        {
            device.CopyFromHost<float>([i], memory, i);
        }

        device.CopyToHost<float>(memory, 0, after);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => (float)i), after[..2_000]);
        Assert.True(numbers.AsSpan(2_000).SequenceEqual(after.AsSpan(2_000)));
    }

    /// <summary>The loss of a small network of convolutions and dense layers, and one step of Adam.</summary>
    private static float Step(Device device)
    {
        using Scope scope = Scope.Begin();
        using var parameters = new ParameterBuffer<float>();
        var net = new Sequential<float>(
            new Conv2d<float>(parameters, "first", 1, 4, 3, padding: 1), new Activation<Relu, float>(), new MaxPool2d<float>(2), new Flatten<float>(),
            (ILayer<float>)(object)Linear.Declare(parameters, "out", 36, 3));
        parameters.Allocate(device);
        net.Initialize(parameters, new RandomStream(19));
        using var adam = new Adam<float>(parameters, 0.01);
        using Tensor<float> x = new RandomStream(21).Normal<float>([5, 1, 6, 6], device), target = new RandomStream(22).Normal<float>([5, 3], device);
        float loss = Autodiff.ValueAndGradInto(
            parameters.Values, parameters.Gradients, (net, target, x), static (flat, all) => Losses.MeanSquaredError(all.net.Apply(flat, all.x), all.target));
        adam.Step();
        return loss;
    }
}
