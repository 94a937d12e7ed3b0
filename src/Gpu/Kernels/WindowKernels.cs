using ILGPU;
using Onsager.Simd;

namespace Onsager.Gpu.Kernels;

/// <summary>
/// A convolution as the product of weights [out, k] and windows [k, places], where k numbers (channels, kernel rows, kernel columns) and the places are
/// (rows, columns) of the result: the windows' elements are fetched from the image, and nowhere written out. Groups are the inner products of the
/// batch, images the outer ones; the bias follows the last piece. 128 registers are enough for float32, but ptxas spills when it is told so.
/// </summary>
internal readonly struct WindowProductKernel<TTile, TEnd, V> : IKernel
    where TTile : unmanaged, ITile<TTile, V>
    where TEnd : struct, IProductEnd
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> weights, ArrayView<V> image, ArrayView<V> y, ArrayView<V> bias, ProductShape shape, WindowShape windows)
    {
        ProductPlace own = ProductPlace.Of(shape, TTile.Width);
        ProductFeed<V> feedA = ProductFeed<V>.Of(
            weights, shape.FormA, shape.StartA + (own.Inner * shape.BatchA) + (own.Row * shape.RowA), shape.RowA, shape.ColumnA,
            Group.IdxX, TTile.Width, TTile.Depth, shape.M - own.Row);
        PlaceFeed<V> feedB = PlaceFeed<V>.Of(
            image, shape.StartB + (own.Inner * shape.BatchB) + (own.Outer * shape.OuterB), windows.Places, windows.Taps,
            Group.IdxX, TTile.Width, own.Column, shape.N - own.Column);
        ProductLoop.Run<TTile, ProductFeed<V>, PlaceFeed<V>, TEnd, V>(
            feedA, feedB, y, bias.SubView(own.Inner * windows.GroupBias), V.Of(1), V.Of(1), shape, own);
    }
}

/// <summary>
/// The gradient of a convolution's weights as the product of dy [out, places] and windows [places, k], where the places are (images, rows, columns):
/// both are fetched where they lie. Groups are the batch.
/// </summary>
internal readonly struct WindowGradientKernel<TTile, V> : IKernel
    where TTile : unmanaged, ITile<TTile, V>
    where V : unmanaged, ILanes<V>
{
    public static void Run(ArrayView<V> dy, ArrayView<V> image, ArrayView<V> dw, ProductShape shape, WindowShape windows)
    {
        ProductPlace own = ProductPlace.Of(shape, TTile.Width);
        TapFeed<V> feedA = TapFeed<V>.Of(
            dy, shape.StartA + (own.Inner * shape.BatchA), windows.Rows, windows.Sums, Group.IdxX, TTile.Depth, own.Row, shape.M - own.Row);
        TapFeed<V> feedB = TapFeed<V>.Of(
            image, shape.StartB + (own.Inner * shape.BatchB), windows.Taps, windows.Places, Group.IdxX, TTile.Depth, own.Column, shape.N - own.Column);
        ProductLoop.Run<TTile, TapFeed<V>, TapFeed<V>, Bare, V>(feedA, feedB, dw, dw, V.Of(1), V.Of(1), shape, own);
    }
}
