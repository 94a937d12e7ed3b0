using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;

namespace Onsager.Gpu.Devices;

internal sealed partial class GpuAccelerator
{
    private volatile ProductPrecision precision;

    /// <summary>How precisely products of float32 multiply.</summary>
    public ProductPrecision Precision
    {
        get => precision;
        set => precision = value;
    }

    /// <summary>Whether the device has tensor cores that know TF32 and BF16, and asynchronous copies.</summary>
    public bool HasTensorCores => Accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;

    /// <summary>Whether tensor cores are asked for this product: they neither scale nor add to what is there, and very few rows have their own kernel.</summary>
    private static bool Takes<TEnd, V>(in ProductShape shape) =>
        typeof(V) == typeof(GpuF32) && typeof(TEnd) == typeof(Bare) && shape.ScaleA == 0 && shape.Beta == 0 && shape.M > FewRows;

    /// <summary>C = A B on tensor cores: see <see cref="TensorCoreKernel{TFormat}"/>.</summary>
    private void TensorCoreProduct(ProductPrecision asked, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ProductShape shape, long batch)
    {
        shape.TilesM = (shape.M + TensorCoreTile.Width - 1) / TensorCoreTile.Width;
        shape.TilesN = (shape.N + TensorCoreTile.Width - 1) / TensorCoreTile.Width;
        for (long first = 0; first < batch; first += MostInZ)
        {
            shape.First = checked((int)first);
            var launch = new KernelConfig(
                new Index3D(checked(shape.TilesM * shape.TilesN), 1, (int)Math.Min(MostInZ, batch - first)), new Index3D(TensorCoreTile.Threads, 1, 1));
            if (asked == ProductPrecision.BFloat16)
            {
                TensorCoreProduct<BrainFloat16>(launch, a, b, c, shape);
            }
            else
            {
                TensorCoreProduct<TensorFloat32>(launch, a, b, c, shape);
            }
        }
    }

    private void TensorCoreProduct<TFormat>(KernelConfig launch, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, in ProductShape shape)
        where TFormat : struct, ITensorFormat
    {
        lock (gate)
        {
            kernels.Get<TensorCoreKernel<TFormat>, Action<AcceleratorStream, KernelConfig, long, long, ArrayView<float>, ProductShape>>()(
                stream, launch, a.LoadEffectiveAddressAsPtr(), b.LoadEffectiveAddressAsPtr(), c, shape);
        }
    }
}
