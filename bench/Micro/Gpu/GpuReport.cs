using System.Globalization;
using Onsager.Gpu;
using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Micro.Gpu;

/// <summary>
/// `bench/Micro gpu`: for every device copy bandwidth, elementwise work and reductions beside it, products, launches and a training step;
/// where they can be had, ILGPU.Algorithms' reduce and scan and cuBLAS beside ours. Medians over rounds; each round is many launches and one wait.
/// </summary>
internal static class GpuReport
{
    /// <summary>Prints the table of each device of the kinds named (opencl, cuda; both unless told).</summary>
    /// <returns>0, or 2 where there is no device.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        DeviceKind[] kinds = [DeviceKind.Cuda, DeviceKind.OpenCl];
        if (arguments.Count > 0)
        {
            kinds = [.. kinds.Where(kind => arguments.Contains(kind.ToString(), StringComparer.OrdinalIgnoreCase))];
        }

        if (kinds.Length == 0)
        {
            Console.Error.WriteLine("usage: gpu [opencl] [cuda]");
            return 2;
        }

        GpuDevice[] devices = [.. kinds.SelectMany(OnsagerGpu.Register)];
        foreach (DeviceProblem problem in OnsagerGpu.Problems)
        {
            Console.WriteLine(problem);
        }

        if (devices.Length == 0)
        {
            Console.Error.WriteLine("no GPU is present");
            return 2;
        }

        Array.ForEach(devices, Report);
        return 0;
    }

    private static void Report(GpuDevice device)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{device.Name}, {device.Kind}, {(device.IsExact ? "Exact" : "Approximate")}, {device.MemoryBytes / (double)(1 << 30):F1} GiB, {device.Driver}"));
        Console.WriteLine($"{"work",-34}{"size",12}{"microseconds",16}{"rate",12}{"unit",9}{"ratio",9}  peer");
        double copy = Copies(device);
        using var peers = Peers.Open(device);
        Elementwise(device, copy);
        Reductions(device, copy, peers);
        Products(device, peers);
        Latency(device);
        Steps(device);
    }

    /// <summary>The bandwidth of a copy on the device, bytes read and written; and from the host and to it.</summary>
    private static double Copies(GpuDevice device)
    {
        const int Count = 1 << 24;
        using Tensor<float> x = Tensor.Zeros<float>([Count], device), y = Tensor.Zeros<float>([Count], device);
        float[] host = new float[Count];
        double bytes = 4.0 * Count, copy = DeviceTimer.Seconds(device, () => x.CopyInto(y));
        Row("copy", Count, copy, 2 * bytes / copy / 1e9, "GB/s");
        double up = DeviceTimer.Seconds(device, () => x.CopyFrom(host)), down = DeviceTimer.Seconds(device, () => x.CopyTo(host));
        Row("copy from the host", Count, up, bytes / up / 1e9, "GB/s");
        Row("copy to the host", Count, down, bytes / down / 1e9, "GB/s");

        // Queued one after the other; the wait is for the copies, not for the host's calls.
        using HostBuffer<float> buffer = device.CreateHostBuffer<float>(Count);
        double queuedUp = DeviceTimer.Seconds(device, () => device.Upload(buffer, [Count]).Dispose()), queuedDown = DeviceTimer.Seconds(device, () => device.Download(x, buffer));
        Row("upload of a host buffer", Count, queuedUp, bytes / queuedUp / 1e9, "GB/s");
        Row("download to a host buffer", Count, queuedDown, bytes / queuedDown / 1e9, "GB/s");
        return 2 * bytes / copy;
    }

    private static void Elementwise(GpuDevice device, double copy)
    {
        foreach (int count in (int[])[10_000, 1 << 24])
        {
            using Tensor<float> x = new RandomStream(1).Normal<float>([count], device), y = new RandomStream(2).Normal<float>([count], device), z = Tensor.Zeros<float>([count], device);
            Bandwidth("add", count, 12.0 * count, () => x.AddInto(y, z));
            Bandwidth("exp", count, 8.0 * count, () => x.ExpInto(z));
            Bandwidth("tanh", count, 8.0 * count, () => x.TanhInto(z));
        }

        void Bandwidth(string name, int count, double bytes, Action work)
        {
            double seconds = DeviceTimer.Seconds(device, work);
            Row(name, count, seconds, bytes / seconds / 1e9, "GB/s", bytes / seconds / copy, "copy bandwidth");
        }
    }

    private static void Reductions(GpuDevice device, double copy, Peers? peers)
    {
        foreach (int count in (int[])[100_000, 1 << 24])
        {
            using Tensor<float> x = new RandomStream(3).Uniform<float>([count], device), total = Tensor.Zeros<float>([], device);
            double sum = DeviceTimer.Seconds(device, () => x.SumInto([0], total));
            Row("sum", count, sum, 4.0 * count / sum / 1e9, "GB/s", 4.0 * count / sum / copy, "copy bandwidth");
            Beside("sum", count, sum, peers?.Reduce(count));
            Try("cumulative sum", count, () =>
            {
                double scan = DeviceTimer.Seconds(device, () => x.CumulativeSum(0).Dispose());
                Row("cumulative sum", count, scan, 8.0 * count / scan / 1e9, "GB/s");
                Beside("cumulative sum", count, scan, peers?.Scan(count));
            });
        }
    }

    private static void Products(GpuDevice device, Peers? peers)
    {
        double last = 0;
        foreach (int n in (int[])[64, 256, 512, 1024, 2048, 4096])
        {
            // Eight times the work of the one before: a processor that plays a GPU would take minutes.
            if (last > 0.1)
            {
                break;
            }

            using Tensor<float> a = new RandomStream(4).Normal<float>([n, n], device), b = new RandomStream(5).Normal<float>([n, n], device), c = Tensor.Zeros<float>([n, n], device);
            double flop = 2.0 * n * n * n;
            last = DeviceTimer.Seconds(device, () => a.MatMulInto(b, c));
            Row("product", n, last, flop / last / 1e9, "GFLOP/s");
            Beside("product", n, last, peers?.Product(n, isTensorFloat: false), "cuBLAS FP32");
            Beside("product", n, last, peers?.Product(n, isTensorFloat: true), "cuBLAS TF32");
            if (device.Kind == DeviceKind.Cuda)
            {
                foreach (ProductPrecision precision in (ProductPrecision[])[ProductPrecision.TensorFloat32, ProductPrecision.BFloat16])
                {
                    Try($"product, {precision}", n, () =>
                    {
                        device.MatMulPrecision = precision;
                        try
                        {
                            double seconds = DeviceTimer.Seconds(device, () => a.MatMulInto(b, c));
                            Row($"product, {precision}", n, seconds, flop / seconds / 1e9, "GFLOP/s");
                        }
                        finally
                        {
                            device.MatMulPrecision = ProductPrecision.Full;
                        }
                    });
                }
            }

            if (device.HasFloat64)
            {
                using Tensor<double> p = a.Cast<double>(), q = b.Cast<double>(), r = Tensor.Zeros<double>([n, n], device);
                double seconds = DeviceTimer.Seconds(device, () => p.MatMulInto(q, r));
                Row("product, float64", n, seconds, flop / seconds / 1e9, "GFLOP/s");
            }
        }

        using Tensor<float> row = new RandomStream(6).Normal<float>([1, 1024], device), weights = new RandomStream(7).Normal<float>([1024, 1024], device), y = Tensor.Zeros<float>([1, 1024], device);
        double one = DeviceTimer.Seconds(device, () => row.MatMulInto(weights, y));
        Row("one row by 1024x1024", 1024, one, 4.0 * 1024 * 1024 / one / 1e9, "GB/s");

        using Tensor<float> images = new RandomStream(8).Normal<float>([32, 16, 28, 28], device), kernels = new RandomStream(9).Normal<float>([32, 16, 3, 3], device), result = Tensor.Empty<float>([32, 32, 28, 28], device);
        double convolution = DeviceTimer.Seconds(device, () => images.Conv2dInto(kernels, null, result, padding: 1)), work = 2.0 * 32 * 28 * 28 * 32 * 16 * 9;
        Row("3x3 of 16 to 32 channels, 32x28x28", 32, convolution, work / convolution / 1e9, "GFLOP/s");
    }

    private static void Latency(GpuDevice device)
    {
        using Tensor<float> x = Tensor.Zeros<float>([1], device), y = Tensor.Zeros<float>([1], device);
        double launch = DeviceTimer.Seconds(device, () => x.NegateInto(y)), round = DeviceTimer.Seconds(device, () =>
        {
            x.NegateInto(y);
            device.Synchronize();
        });
        Row("launch", 1, launch, 1 / launch / 1e3, "k/s");
        Row("launch and wait", 1, round, 1 / round / 1e3, "k/s");
    }

    /// <summary>A step of stochastic gradient descent on squared errors, eager and as a plan.</summary>
    private static void Steps(GpuDevice device)
    {
        foreach (int batch in (int[])[32, 1024])
        {
            using TwoLayerNet<Relu, float> net = new(784, 128, 10, new RandomStream(8), device);
            using Sgd<float> sgd = new(net.Parameters, 0.01);
            using Tensor<float> x = new RandomStream(9).Normal<float>([batch, 784], device), target = new RandomStream(10).Normal<float>([batch, 10], device);
            double eager = DeviceTimer.Seconds(device, () =>
            {
                net.SquaredErrorGradient(x, target);
                sgd.Step();
            });
            Row($"784-128-10 step, batch {batch}", batch, eager, 1 / eager, "steps/s");
            using var plan = Plan.Capture((net, sgd, target), static ((TwoLayerNet<Relu, float> Net, Sgd<float> Sgd, Tensor<float> Target) all, Tensor<float> x) =>
            {
                float loss = all.Net.SquaredErrorGradient(x, all.Target);
                all.Sgd.Step();
                return loss;
            });
            double planned = DeviceTimer.Seconds(device, () => plan.Run(x));
            Row($"784-128-10 plan, batch {batch}", batch, planned, 1 / planned, "steps/s", eager / planned, "eager");
        }
    }

    private static void Beside(string name, int size, double ours, double? peer, string peerName = "ILGPU.Algorithms")
    {
        if (peer is double seconds)
        {
            Row(name + ", peer", size, seconds, seconds / ours, "ours", seconds / ours, peerName);
        }
    }

    private static void Try(string name, int size, Action work)
    {
        try
        {
            work();
        }
        catch (NotSupportedException exception)
        {
            Console.WriteLine($"{name,-34}{size,12}  {exception.Message}");
        }
    }

    private static void Row(string name, long size, double seconds, double rate, string unit, double? ratio = null, string peer = "") =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-34}{size,12}{seconds * 1e6,16:F1}{rate,12:F1}{unit,9}{(ratio is double r ? r.ToString("F2", CultureInfo.InvariantCulture) : ""),9}  {peer}"));
}
