using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Onsager.Gpu;
using Onsager.Tensors;

namespace Onsager.Micro.Gpu;

/// <summary>What others make of the same work on the same device, in a context of their own: ILGPU.Algorithms, and cuBLAS on CUDA where it is installed.</summary>
internal sealed class Peers : IDisposable
{
    private readonly Context context;
    private readonly Accelerator accelerator;

    private Peers(Context context, Accelerator accelerator)
    {
        this.context = context;
        this.accelerator = accelerator;
    }

    /// <summary>The peers on the device of this name, or none where they break.</summary>
    public static Peers? Open(GpuDevice device)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder =>
            {
                builder.Optimize(OptimizationLevel.O2).EnableAlgorithms();
                if (device.Kind == DeviceKind.Cuda)
                {
                    builder.Cuda();
                }
                else
                {
                    builder.OpenCL();
                }
            });
            return new Peers(context, context.Devices.First(other => other.Name == device.Name).CreateAccelerator(context));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Console.WriteLine($"no peers: {exception.Message}");
            context?.Dispose();
            return null;
        }
    }

    /// <summary>Seconds of ILGPU.Algorithms' sum.</summary>
    public double? Reduce(int count) => Try("reduce", () =>
    {
        using MemoryBuffer1D<float, Stride1D.Dense> x = accelerator.Allocate1D<float>(count), y = accelerator.Allocate1D<float>(1);
        x.MemSetToZero();
        var reduce = accelerator.CreateReduction<float, Stride1D.Dense, AddFloat>();
        return DeviceTimer.Seconds(() => reduce(accelerator.DefaultStream, x.View, y.View.BaseView), accelerator.Synchronize);
    });

    /// <summary>Seconds of ILGPU.Algorithms' cumulative sum.</summary>
    public double? Scan(int count) => Try("scan", () =>
    {
        using MemoryBuffer1D<float, Stride1D.Dense> x = accelerator.Allocate1D<float>(count), y = accelerator.Allocate1D<float>(count);
        using MemoryBuffer1D<int, Stride1D.Dense> scratch = accelerator.Allocate1D<int>(accelerator.ComputeScanTempStorageSize<float>(count));
        x.MemSetToZero();
        var scan = accelerator.CreateScan<float, Stride1D.Dense, Stride1D.Dense, AddFloat>(ScanKind.Inclusive);
        return DeviceTimer.Seconds(() => scan(accelerator.DefaultStream, x.View, y.View, scratch.View.AsContiguous()), accelerator.Synchronize);
    });

    /// <summary>Seconds of cuBLAS's product of two n x n matrices of float32; null where there is none.</summary>
    public double? Product(int n, bool isTensorFloat)
    {
        if (accelerator is not CudaAccelerator cuda || !CuBlas.IsPresent)
        {
            return null;
        }

        return Try("cuBLAS", () =>
        {
            using MemoryBuffer1D<float, Stride1D.Dense> a = cuda.Allocate1D<float>((long)n * n), b = cuda.Allocate1D<float>((long)n * n), c = cuda.Allocate1D<float>((long)n * n);
            a.MemSetToZero();
            b.MemSetToZero();
            cuda.Bind();
            using CuBlas blas = new(((CudaStream)cuda.DefaultStream).StreamPtr, isTensorFloat);
            return DeviceTimer.Seconds(() => blas.Product(n, a.NativePtr, b.NativePtr, c.NativePtr), cuda.Synchronize);
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        accelerator.Dispose();
        context.Dispose();
    }

    private static double? Try(string name, Func<double> measure)
    {
        try
        {
            return measure();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Console.WriteLine($"{name}: {exception.Message}");
            return null;
        }
    }
}
