using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Kernels;
using Onsager.Simd;

namespace Onsager.Gpu.Devices;

/// <summary>How a product is cut among groups of threads; bits do not depend on it.</summary>
internal enum ProductCut
{
    /// <summary>What fits the shape and the device.</summary>
    Fitting,

    /// <summary>A thread for each element of a row and each piece of k.</summary>
    Rows,

    /// <summary>Tiles of 32 x 32.</summary>
    Small,

    /// <summary>Tiles of 64 x 64.</summary>
    Medium,

    /// <summary>Tiles of 128 x 128.</summary>
    Large,
}

internal sealed partial class GpuAccelerator
{
    // What CUDA takes of a grid in z.
    private const int MostInZ = 65535;

    /// <summary>With more rows than these, tiles waste less than rows that are read again.</summary>
    public const int FewRows = 4;

    /// <summary>C = alpha A B + beta C, then what the end says, for each of a batch; K is at least 1 (an empty product is the host's affair).</summary>
    /// <param name="a">[batch, m, k] by strides.</param>
    /// <param name="b">[batch, k, n] by strides.</param>
    /// <param name="c">[batch, m, n] by strides, read only if the shape's Beta says so or k is longer than a piece.</param>
    /// <param name="bias">[m, n] by strides, or anything where the end has none.</param>
    /// <param name="alpha">Used where the shape asks for it.</param>
    /// <param name="beta">Used where the shape asks for it.</param>
    /// <param name="shape">Extents and strides; the rest is filled in here.</param>
    /// <param name="batch">The number of products.</param>
    /// <param name="cut">How to cut it.</param>
    public void Product<TEnd, V>(
        ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, in ProductShape shape, long batch, ProductCut cut = ProductCut.Fitting)
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        if (shape.M == 0 || shape.N == 0 || batch == 0)
        {
            return;
        }

        ProductShape filled = Forms(shape, batch);
        ProductPrecision asked = Precision;
        if (cut == ProductCut.Fitting && asked != ProductPrecision.Full && Takes<TEnd, V>(filled))
        {
            TensorCoreProduct(asked, a.Cast<float>(), b.Cast<float>(), c.Cast<float>(), filled, batch);
            return;
        }

        cut = cut == ProductCut.Fitting ? Fitting(filled, batch) : cut;
        for (long first = 0; first < batch; first += MostInZ)
        {
            filled.First = checked((int)first);
            int count = (int)Math.Min(MostInZ, batch - first);
            switch (cut)
            {
                case ProductCut.Rows: Rows<TEnd, V>(a, b, c, bias, alpha, beta, filled, count); break;
                case ProductCut.Small: Tiles<Tile32<V>, TEnd, V>(a, b, c, bias, alpha, beta, filled, count); break;
                case ProductCut.Medium: Tiles<Tile64<V>, TEnd, V>(a, b, c, bias, alpha, beta, filled, count); break;
                default: Tiles<Tile128<V>, TEnd, V>(a, b, c, bias, alpha, beta, filled, count); break;
            }
        }
    }

    /// <summary>Tiles as large as leave no multiprocessor without one.</summary>
    private ProductCut Fitting(in ProductShape shape, long batch) => shape.M <= FewRows ? ProductCut.Rows : FittingTiles(shape, batch);

    private ProductCut FittingTiles(in ProductShape shape, long batch)
    {
        if (Accelerator.MaxNumThreadsPerGroup < LargestGroup)
        {
            return ProductCut.Small;
        }

        int smaller = Math.Min(shape.M, shape.N), processors = Accelerator.NumMultiprocessors;
        return smaller > 64 && Tiles(shape, 128) * batch >= processors ? ProductCut.Large
            : smaller > 32 && Tiles(shape, 64) * batch >= processors ? ProductCut.Medium : ProductCut.Small;
    }

    private static long Tiles(in ProductShape shape, int width) => ((shape.M + width - 1L) / width) * ((shape.N + width - 1L) / width);

    /// <summary>How each operand is read: along or across k, and by fours where every four begins at a multiple of four.</summary>
    private static ProductShape Forms(ProductShape shape, long batch)
    {
        shape.Inner = shape.Inner == 0 ? (int)Math.Min(batch, int.MaxValue) : shape.Inner;
        bool isAlongA = Math.Abs(shape.ColumnA) <= Math.Abs(shape.RowA), isAlongB = Math.Abs(shape.RowB) < Math.Abs(shape.ColumnB);
        long startsA = shape.StartA | shape.BatchA | shape.OuterA, startsB = shape.StartB | shape.BatchB | shape.OuterB, startsC = shape.StartC | shape.BatchC | shape.OuterC;
        shape.FormA = Form(isAlongA, isAlongA ? shape.ColumnA : shape.RowA, startsA | (isAlongA ? shape.RowA : shape.ColumnA));
        shape.FormB = Form(isAlongB, isAlongB ? shape.RowB : shape.ColumnB, startsB | (isAlongB ? shape.ColumnB : shape.RowB));
        shape.FormC = Form(false, shape.ColumnC, startsC | (shape.M == 1 ? 0 : shape.RowC));
        return shape;

        static int Form(bool isAlong, long step, long others) =>
            (isAlong ? ProductForm.Along : ProductForm.Across) | (step == 1 && others % 4 == 0 ? ProductForm.Vector : 0);
    }

    private void Tiles<TTile, TEnd, V>(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape, int count)
        where TTile : unmanaged, ITile<TTile, V>
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        KernelConfig launch = Tiling<TTile, V>(ref shape, count);
        Launch<ProductKernel<TTile, TEnd, V>, V>(launch, a, b, c, bias, alpha, beta, shape);
    }

    /// <summary>A group of threads for each tile of each product.</summary>
    private static KernelConfig Tiling<TTile, V>(ref ProductShape shape, int count)
        where TTile : unmanaged, ITile<TTile, V>
        where V : unmanaged, ILanes<V>
    {
        shape.TilesM = (shape.M + TTile.Width - 1) / TTile.Width;
        shape.TilesN = (shape.N + TTile.Width - 1) / TTile.Width;
        return new KernelConfig(new Index3D(checked(shape.TilesM * shape.TilesN), 1, count), new Index3D(TTile.Side * TTile.Side, 1, 1));
    }

    private void Rows<TEnd, V>(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape, int count)
        where TEnd : struct, IProductEnd
        where V : unmanaged, ILanes<V>
    {
        int pieces = (int)Math.Min(((long)shape.K + 511) / 512, Accelerator.MaxNumThreadsPerGroup / RowProductKernel<TEnd, V>.Columns);
        shape.TilesN = (shape.N + RowProductKernel<TEnd, V>.Columns - 1) / RowProductKernel<TEnd, V>.Columns;
        var launch = new KernelConfig(
            new Index3D(checked(shape.M * shape.TilesN), 1, count),
            new Index3D(RowProductKernel<TEnd, V>.Columns, Math.Min(pieces, RowProductKernel<TEnd, V>.MostPieces), 1));
        Launch<RowProductKernel<TEnd, V>, V>(launch, a, b, c, bias, alpha, beta, shape);
    }

    private void Launch<TKernel, V>(
        KernelConfig launch, ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, in ProductShape shape)
        where TKernel : struct, IKernel
        where V : unmanaged
    {
        lock (gate)
        {
            kernels.Get<TKernel, Action<AcceleratorStream, KernelConfig, ArrayView<V>, ArrayView<V>, ArrayView<V>, ArrayView<V>, V, V, ProductShape>>()(
                stream, launch, a, b, c, bias, alpha, beta, shape);
        }
    }
}
