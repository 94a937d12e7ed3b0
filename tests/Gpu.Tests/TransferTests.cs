using ILGPU.Runtime.Cuda;
using Onsager.Gpu.Devices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Copies beside the device's queue: what they bring, what waits for them, and what becomes of their memory.</summary>
public sealed class TransferTests
{
    private static readonly Dictionary<string, Action<GpuDevice>> s_programs = new()
    {
        ["an upload that nobody uses"] = UnusedUploads,
        ["no memory beside copies"] = NoMemoryBesideCopies,
        ["many pieces at once"] = ManyPieces,
        ["there and back"] = ThereAndBack,
        ["batches one after the other"] = Batches,
        ["what is written later"] = LaterWritesDoNotShow,
        ["one buffer both ways"] = OneBufferBothWays,
        ["views and other elements"] = ViewsAndOtherElements,
        ["memory"] = MemoryComesBack,
        ["eight threads"] = EightThreads,
        ["no memory"] = NoMemory,
        ["a lost device"] = Lost,
        ["refusals"] = Refusals,
        ["small tensors"] = SmallTensorsShareSlabs,
    };

    public static TheoryData<string> Programs => [.. s_programs.Keys];

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Programs))]
    public void OpenClKeepsOrder(string program) => Run(DeviceKind.OpenCl, program);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Programs))]
    public void CudaKeepsOrder(string program) => Run(DeviceKind.Cuda, program);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Programs))]
    public void SimulationKeepsOrder(string program) => Run(DeviceKind.Emulated, program);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClMarksTheEndOfWork() => MarksTheEndOfWork(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaMarksTheEndOfWork() => MarksTheEndOfWork(DeviceKind.Cuda);

    /// <summary>A mark behind long work is not reached when the call returns, and a queue that waits for it brings what the work made.</summary>
    private static void MarksTheEndOfWork(DeviceKind kind)
    {
        using GpuDevice device = Open(kind);
        using Tensor<float> a = new RandomStream(1).Normal<float>([700, 700], device), b = a.MatMul(a);
        using HostBuffer<float> buffer = device.CreateHostBuffer<float>(700 * 700);
        float[] expected = b.ToArray();

        // The first mark may cost more than what is marked.
        device.Accelerator.Mark()!.Dispose();
        int products = kind == DeviceKind.Cuda ? 400 : 8;
        for (int i = 0; i < products; i++)
        {
            a.MatMulInto(a, b);
        }

        using GpuMark mark = device.Accelerator.Mark()!;
        Assert.False(mark.IsReached);
        device.Download(b, buffer);
        Assert.True(buffer.Span.SequenceEqual(expected));
        Assert.True(mark.IsReached);
    }

    private static void Run(DeviceKind kind, string program)
    {
        using GpuDevice device = Open(kind);
        s_programs[program](device);
        Assert.Equal(0, device.LiveBlocks);
        device.TrimPool();
        Assert.Equal((0, 0), (device.NativeBlocks, device.NativeBytes));
    }

    private static GpuDevice Open(DeviceKind kind) => new(GpuAccelerator.OpenAll(kind)[0]);

    private static int Elements(GpuDevice device) => device.Kind == DeviceKind.Emulated ? 600 : 100_000;

    private static HostBuffer<float> Filled(GpuDevice device, ulong seed)
    {
        int count = Elements(device);
        HostBuffer<float> buffer = device.CreateHostBuffer<float>(count);
        Numbers.Moderate<float>(count, seed).CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>The memory of a tensor that goes while its elements are still on their way is not written to before they are there.</summary>
    private static void UnusedUploads(GpuDevice device)
    {
        int count = device.Kind == DeviceKind.Emulated ? 600 : 8_000_000;
        using HostBuffer<float> from = device.CreateHostBuffer<float>(count), to = device.CreateHostBuffer<float>(count);
        from.Span.Fill(2);
        using Tensor<float> x = Tensor.Full<float>([count], 1, device);
        for (int i = 0; i < 8; i++)
        {
            device.Synchronize();
            device.Upload(from, [count]).Dispose();
            device.Download(x, to);
            Assert.Equal(-1, to.Span.IndexOfAnyExcept(1f));
        }
    }

    /// <summary>Threads of which some find no memory while others copy do not wait for one another for ever.</summary>
    private static void NoMemoryBesideCopies(GpuDevice device)
    {
        const int Rounds = 3000;
        Thread[] threads = [
            new(() =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    device.RefuseAllocation(1);
                    Forgiving(() => Tensor.Empty<float>([17], device).Dispose());
                }
            }),
            new(() =>
            {
                using HostBuffer<float> from = device.CreateHostBuffer<float>(100_000);
                for (int i = 0; i < Rounds; i++)
                {
                    Forgiving(() => device.Upload(from, [1 << (i % 16)]).Dispose());
                }
            }),
        ];
        foreach (Thread thread in threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }

        Assert.All(threads, static thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
        device.RefuseAllocation(0);

        static void Forgiving(Action work)
        {
            try
            {
                work();
            }
            catch (OutOfMemoryException)
            {
            }
        }
    }

    /// <summary>Of ten tensors at once, three pieces stay for copies; the others are there for any tensor.</summary>
    private static void ManyPieces(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> from = Filled(device, 7);
        Tensor<float>[] tensors = [.. Enumerable.Range(0, 10).Select(_ => device.Upload(from, [count]))];
        Array.ForEach(tensors, static tensor => tensor.Dispose());
        device.Synchronize();
        long blocks = device.NativeBlocks;
        device.Upload(from, [count]).Dispose();
        tensors = [.. Enumerable.Range(0, 7).Select(_ => Tensor.Empty<float>([count], device))];
        Assert.Equal(blocks, device.NativeBlocks);
        Array.ForEach(tensors, static tensor => tensor.Dispose());
    }

    private static void ThereAndBack(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> from = Filled(device, 1), to = device.CreateHostBuffer<float>(count);
        Assert.All(to.Span.ToArray(), static element => Assert.Equal(0, element));
        using Tensor<float> x = device.Upload(from, [100, count / 100]), y = x + x;
        device.Download(y, to);
        float[] numbers = Numbers.Moderate<float>(count, 1);
        Assert.Equal(numbers, x.ToArray());
        Assert.Equal(numbers.Select(static number => number + number), to.Span.ToArray());
        Assert.Equal(device.Kind == DeviceKind.Cuda, from.IsPageLocked);
    }

    /// <summary>A buffer is filled again as soon as its span is there; each batch is what it was, and the device asks the driver for nothing more.</summary>
    private static void Batches(GpuDevice device)
    {
        int count = Elements(device);
        int batches = device.Kind == DeviceKind.Emulated ? 6 : 40;
        using HostBuffer<float> even = device.CreateHostBuffer<float>(count), odd = device.CreateHostBuffer<float>(count), sums = device.CreateHostBuffer<float>(1);
        var results = new List<float>();
        long blocks = 0;

        // How early a third piece is made would depend on how fast the device is.
        Tensor<float>[] three = [device.Upload(even, [count]), device.Upload(odd, [count]), device.Upload(even, [count])];
        Array.ForEach(three, static tensor => tensor.Dispose());
        for (int i = 0; i < batches; i++)
        {
            HostBuffer<float> buffer = i % 2 == 0 ? even : odd;
            buffer.Span.Fill(i + 1);
            using Tensor<float> batch = device.Upload(buffer, [count]), half = batch[..(count / 2)], sum = half.Sum();
            device.Download(sum, sums);
            results.Add(sums.Span[0]);
            blocks = i == 4 ? device.NativeBlocks : blocks;
        }

        Assert.Equal(Enumerable.Range(1, batches).Select(i => i * (count / 2f)), results);
        Assert.Equal(blocks, device.NativeBlocks);
    }

    /// <summary>Neither what is written to the tensor afterwards nor what takes its memory shows in what is brought.</summary>
    private static void LaterWritesDoNotShow(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> to = device.CreateHostBuffer<float>(count);
        for (int i = 0; i < (device.Kind == DeviceKind.Emulated ? 3 : 20); i++)
        {
            using (Tensor<float> x = Tensor.Full<float>([count], i, device))
            {
                device.Download(x, to);
                x.CopyFrom(new float[count]);
            }

            using Tensor<float> other = Tensor.Full<float>([count], -1, device);
            Assert.All(to.Span.ToArray(), element => Assert.Equal(i, element));
        }
    }

    private static void OneBufferBothWays(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> buffer = Filled(device, 2);
        float[] expected = buffer.Span.ToArray();
        for (int i = 0; i < 5; i++)
        {
            using Tensor<float> x = device.Upload(buffer, [count]), y = x * x;
            device.Download(y, buffer);
            expected = [.. expected.Select(static number => number * number)];
        }

        Assert.Equal(expected, buffer.Span.ToArray());
    }

    private static void ViewsAndOtherElements(GpuDevice device)
    {
        using HostBuffer<short> shorts = device.CreateHostBuffer<short>(12);
        for (short i = 0; i < 12; i++)
        {
            shorts.Span[i] = i;
        }

        using Tensor<short> x = device.Upload(shorts, [3, 4]), turned = x.Transpose(), few = device.Upload(shorts, [5]);
        device.Download(turned, shorts);
        Assert.Equal(new short[] { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 }, shorts.Span.ToArray());
        Assert.Equal(new short[] { 0, 1, 2, 3, 4 }, few.ToArray());
        using HostBuffer<double> none = device.CreateHostBuffer<double>(0);
        using Tensor<double> empty = device.Upload(none, [0, 3]);
        device.Download(empty, none);
        Assert.Equal(0, none.Span.Length);
    }

    /// <summary>A tensor that nothing has used while its elements were on their way gives its memory back like any other.</summary>
    private static void MemoryComesBack(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> from = Filled(device, 3);
        for (int i = 0; i < 100; i++)
        {
            device.Upload(from, [count - i]).Dispose();
            Assert.Equal(0, device.LiveBlocks);
        }

        using Tensor<float> x = device.Upload(from, [count]);
        Assert.Equal(1, device.LiveBlocks);
        device.TrimPool();
        Assert.Equal(from.Span.ToArray(), x.ToArray());
        device.Synchronize();
    }

    private static void EightThreads(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> shared = Filled(device, 4);
        using Tensor<float> common = device.Upload(shared, [count]);
        float expected = Sum(Numbers.Moderate<float>(count, 4));
        var results = new float[8];
        Thread[] threads = [.. Enumerable.Range(0, results.Length).Select(own => new Thread(() =>
        {
            using HostBuffer<float> from = Filled(device, 4), to = device.CreateHostBuffer<float>(1);
            for (int i = 0; i < (device.Kind == DeviceKind.Emulated ? 1 : 10); i++)
            {
                using Tensor<float> x = device.Upload(from, [count]), difference = x - common, distance = difference.Abs(), sum = x.Sum(), most = distance.Max();
                device.Download(sum, to);
                results[own] = to.Span[0] + most.Item();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(results, result => Assert.Equal(expected, result));

        static float Sum(float[] numbers)
        {
            using Tensor<float> x = Tensor.From<float>(numbers, [numbers.Length]), sum = x.Sum();
            return sum.Item();
        }
    }

    private static void NoMemory(GpuDevice device)
    {
        int count = Elements(device);
        using HostBuffer<float> from = Filled(device, 5);
        device.RefuseAllocation(1);
        Assert.Contains(device.Name, Assert.ThrowsAny<OutOfMemoryException>(() => device.Upload(from, [count])).Message, StringComparison.Ordinal);
        using Tensor<float> x = device.Upload(from, [count]);
        device.RefuseAllocation(1);
        Assert.ThrowsAny<OutOfMemoryException>(() => device.Download(x, from));
        device.Download(x, from);
        Assert.Equal(Numbers.Moderate<float>(count, 5), from.Span.ToArray());

        // What copies have left behind is given up for a tensor.
        x.Dispose();
        device.RefuseAllocation(1);
        using Tensor<float> y = Tensor.Zeros<float>([17], device);
        Assert.Equal(1, device.LiveBlocks);
    }

    private static void Lost(GpuDevice device)
    {
        int count = Elements(device);
        HostBuffer<float> from = Filled(device, 6), to = device.CreateHostBuffer<float>(count);
        Tensor<float> x = device.Upload(from, [count]);
        device.Download(x, to);
        device.Accelerator.NextFailure = new CudaException("an illegal memory access was encountered");
        Assert.Contains("illegal memory access", Assert.Throws<DeviceLostException>(() => to.Span.Length).Message, StringComparison.Ordinal);
        Assert.True(device.IsLost);
        Assert.Throws<DeviceLostException>(() => device.Upload(from, [count]));
        Assert.Throws<DeviceLostException>(() => device.Download(x, to));
        Assert.Throws<DeviceLostException>(() => device.CreateHostBuffer<float>(1));
        x.Dispose();
        from.Dispose();
        to.Dispose();
        Assert.Throws<ObjectDisposedException>(() => to.Span.Length);
    }

    private static void Refusals(GpuDevice device)
    {
        using GpuDevice another = Open(device.Kind);
        using HostBuffer<float> buffer = device.CreateHostBuffer<float>(5), foreign = another.CreateHostBuffer<float>(5);
        using Tensor<float> x = Tensor.Zeros<float>([6], device), here = Tensor.Zeros<float>([2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.CreateHostBuffer<float>(-1));
        Assert.Contains("[6] has 6 elements, the buffer 5", Assert.Throws<ArgumentException>(() => device.Upload(buffer, [6])).Message, StringComparison.Ordinal);
        Assert.Contains("[6] has 6 elements, the buffer 5", Assert.Throws<ArgumentException>(() => device.Download(x, buffer)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => device.Upload(foreign, [5]));
        Assert.Throws<ArgumentException>(() => device.Download(here, buffer));
        Assert.Throws<NotSupportedException>(() => Plan.Capture(0, (int _, Tensor<float> y) =>
        {
            device.Download(y, buffer);
            return 0f;
        }).Run(x));
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.Upload(buffer, [5]));
    }

    /// <summary>Many small tensors at once: one request to the driver for two megabytes of them, each at a multiple of 256 bytes, none over another one.</summary>
    private static void SmallTensorsShareSlabs(GpuDevice device)
    {
        int[] sizes = [.. Enumerable.Range(0, 300).Select(static i => 1 + (i * 37 % 900))];
        Tensor<float>[] tensors = [.. sizes.Select(size => Tensor.Empty<float>([size], device))];
        Assert.Equal((1, GpuPool.SlabBytes), (device.NativeBlocks, device.NativeBytes));
        var pieces = tensors.Select(static tensor => (GpuStorage)tensor.Node.Storage!).Select(static piece => (piece.Start, Length: piece.ByteCount)).Order().ToList();
        Assert.All(pieces, static piece => Assert.Equal(0, piece.Start % GpuPool.Alignment));
        Assert.All(pieces.Zip(pieces.Skip(1)), static pair => Assert.True(pair.First.Start + pair.First.Length <= pair.Second.Start));
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i].CopyFrom(Numbers.Moderate<float>(sizes[i], (ulong)i));
        }

        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.Equal(Numbers.Moderate<float>(sizes[i], (ulong)i), tensors[i].ToArray());
        }

        // A slab goes when all its pieces are free, a large block by itself; what is in use stays.
        using Tensor<float> large = Tensor.Empty<float>([100_000], device);
        Array.ForEach(tensors[1..], static tensor => tensor.Dispose());
        device.TrimPool();
        Assert.Equal(2, device.NativeBlocks);
        Assert.Equal(Numbers.Moderate<float>(sizes[0], 0), tensors[0].ToArray());
        tensors[0].Dispose();
        device.TrimPool();
        Assert.Equal(1, device.NativeBlocks);
    }
}
