using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Tensors on a GPU against the same tensors on the processor: small programs, run on both, whose results have the same bits.</summary>
public sealed partial class TensorDeviceTests
{
    public static TheoryData<string> Programs => [.. s_programs.Keys];

    /// <summary>What a simulation, which takes a thread of the processor for each of a group's, is asked: all but a minute's work that has the same kernels in float32.</summary>
    public static TheoryData<string> Tiny => [.. s_programs.Keys.Except(["derivatives of higher order in float64"])];

    private static readonly Dictionary<string, Func<Device, bool, Array>> s_programs = new()
    {
        ["elementwise in float32"] = Elementwise<float>,
        ["elementwise in float64"] = Elementwise<double>,
        ["elementwise four at a time in float32"] = InQuads<float>,
        ["elementwise four at a time in float64"] = InQuads<double>,
        ["views in float32"] = Views<float>,
        ["views of bytes"] = Views<byte>,
        ["views of 16-bit integers"] = Views<short>,
        ["views of 64-bit integers"] = Views<long>,
        ["joined and repeated in float32"] = Joined<float>,
        ["joined and repeated 64-bit integers"] = Joined<long>,
        ["elements by index in float32"] = Indexed<float>,
        ["elements by index in float64"] = Indexed<double>,
        ["integers by index"] = IndexedIntegers,
        ["sums of products in float32"] = SumsOfProducts<float>,
        ["sums in float32"] = Sums<float>,
        ["sums in float64"] = Sums<double>,
        ["products in float32"] = Products<float>,
        ["products in float64"] = Products<double>,
        ["random numbers in float32"] = RandomNumbers<float>,
        ["random numbers in float64"] = RandomNumbers<double>,
        ["conversions"] = Conversions,
        ["complex numbers in float32"] = ComplexNumbers<float>,
        ["complex numbers in float64"] = ComplexNumbers<double>,
        ["a training run in float32"] = Training<float>,
        ["a training run in float64"] = Training<double>,
        ["optimizer steps in float32"] = Steps<float>,
        ["optimizer steps in float64"] = Steps<double>,
        ["a recorded training run in float32"] = Recorded<float>,
        ["a recorded training run in float64"] = Recorded<double>,
        ["a classifier in float32"] = Classifier<float>,
        ["a classifier in float64"] = Classifier<double>,
        ["images in float32"] = Images<float>,
        ["images in float64"] = Images<double>,
        ["derivatives of higher order in float32"] = Derivatives<float>,
        ["derivatives of higher order in float64"] = Derivatives<double>,
    };

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Programs))]
    public void OpenClAgrees(string program) => Agree(DeviceKind.OpenCl, program);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Programs))]
    public void CudaAgrees(string program) => Agree(DeviceKind.Cuda, program);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Tiny))]
    public void EmulationAgrees(string program) => Agree(DeviceKind.Emulated, program);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClKeepsItsBlocks() => KeepsItsBlocks(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaKeepsItsBlocks() => KeepsItsBlocks(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClCopiesWhatTheCollectorMoves() => CopiesWhatTheCollectorMoves(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaCopiesWhatTheCollectorMoves() => CopiesWhatTheCollectorMoves(DeviceKind.Cuda);

    private static void Agree(DeviceKind kind, string program)
    {
        Assert.NotNull(Devices.Require(kind));
        Func<Device, bool, Array> run = s_programs[program];
        bool tiny = kind == DeviceKind.Emulated;
        Array expected = run(Device.Cpu, tiny);
        Array actual = run(OnsagerGpu.Register(kind)[0], tiny);
        Assert.Equal(expected.Length, actual.Length);
        Assert.NotEmpty(expected);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = (actual.GetValue(i), expected.GetValue(i)) switch
            {
                (float x, float y) => Numbers.Same(x, y),
                (double x, double y) => Numbers.Same(x, y),
                var (x, y) => Equals(x, y),
            };
            Assert.True(same, $"number {i} is {actual.GetValue(i):R} on the device, {expected.GetValue(i):R} on the processor");
        }
    }

    /// <summary>Once a step has run, its repetition asks the driver for nothing.</summary>
    private static void KeepsItsBlocks(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        Training<float>(device, tiny: true);
        long blocks = device.NativeBlocks;
        Training<float>(device, tiny: true);
        Assert.Equal(blocks, device.NativeBlocks);
    }

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClFindsWrongIndices() => FindsWrongIndices(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaFindsWrongIndices() => FindsWrongIndices(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void EmulationFindsWrongIndices() => FindsWrongIndices(DeviceKind.Emulated);

    /// <summary>The first wrong index is named as on the processor, and nothing is written.</summary>
    private static void FindsWrongIndices(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        foreach (Device device in (Device[])[Device.Cpu, OnsagerGpu.Register(kind)[0]])
        {
            using Scope scope = Scope.Begin();
            Tensor<float> x = Tensor.Arange<float>(12, device).Reshape(4, 3), y = Tensor.Ones<float>([2, 3], device);
            Tensor<int> wrong = Tensor.From<int>([0, 7, 1, -5], [2, 2], device).Transpose(), row = wrong[1, ..];
            ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(() => x.TakeInto(0, row, y));
            Assert.StartsWith("take: index 7 is outside axis 0 of [4, 3].", refusal.Message, StringComparison.Ordinal);
            refusal = Assert.Throws<ArgumentOutOfRangeException>(() => x.IndexAddInto(0, row.Flip(0), y, x));
            Assert.StartsWith("index add: index -5 is outside axis 0 of [4, 3].", refusal.Message, StringComparison.Ordinal);
            refusal = Assert.Throws<ArgumentOutOfRangeException>(() => x.Embedding(Tensor.From<int>([0, -1], [2], device)));
            Assert.StartsWith("embedding: index -1 is outside axis 0 of [4, 3].", refusal.Message, StringComparison.Ordinal);
            Assert.Equal([1f, 1, 1, 1, 1, 1], y.ToArray());
            Assert.Equal(Tensor.Arange<float>(12).ToArray(), x.ToArray());
        }
    }

    /// <summary>Arrays go to the device and come back whole while another thread lets the collector move everything.</summary>
    private static void CopiesWhatTheCollectorMoves(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
                Thread.Sleep(1);
            }
        });
        collector.Start();
        try
        {
            for (int i = 0; i < 300; i++)
            {
                // Garbage before each array, so that there is room to move it to.
                float[] garbage = new float[500], there = new float[1000 + i];
                Array.Fill(there, i);
                using Tensor<float> x = Tensor.From<float>(there, Shape.Create([there.Length]), device);
                garbage = new float[500];
                Assert.Equal(there, x.ToArray());
                GC.KeepAlive(garbage);
            }
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }
}
