using ILGPU;
using ILGPU.Runtime;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>C = alpha A B + beta C for a batch of matrices by strides, a tile for each group of threads: see <see cref="ProductLoop"/>.</summary>
internal readonly struct ProductKernel<TTile, TEnd, V> : IKernel
    where TTile : unmanaged, ITile<TTile, V>
    where TEnd : struct, IProductEnd
    where V : unmanaged, ILanes<V>
{
    /// <summary>
    /// Two groups of a large tile's 256 threads leave 128 registers for each, which float32 needs. float64 needs twice as many; an operator
    /// behind the product is left to ptxas, which finds 128 enough by itself, but spills when it is told to.
    /// </summary>
    public static KernelSpecialization Bounds => TTile.Width == 128 && !V.IsDouble && !TEnd.HasBias ? new(256, 2) : default;

    public static void Run(ArrayView<V> a, ArrayView<V> b, ArrayView<V> c, ArrayView<V> bias, V alpha, V beta, ProductShape shape)
    {
        ProductPlace own = ProductPlace.Of(shape, TTile.Width);
        ProductFeed<V> feedA = ProductFeed<V>.Of(
            a, shape.FormA, shape.StartA + (own.Inner * shape.BatchA) + (own.Outer * shape.OuterA) + (own.Row * shape.RowA), shape.RowA, shape.ColumnA,
            Group.IdxX, TTile.Width, TTile.Depth, shape.M - own.Row);
        ProductFeed<V> feedB = ProductFeed<V>.Of(
            b, shape.FormB, shape.StartB + (own.Inner * shape.BatchB) + (own.Outer * shape.OuterB) + (own.Column * shape.ColumnB), shape.ColumnB, shape.RowB,
            Group.IdxX, TTile.Width, TTile.Depth, shape.N - own.Column);
        ProductLoop.Run<TTile, ProductFeed<V>, ProductFeed<V>, TEnd, V>(feedA, feedB, c, bias, alpha, beta, shape, own);
    }
}
