using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <content>Complex numbers, which are made of operations on real tensors.</content>
public sealed partial class TensorDeviceTests
{
    private static T[] ComplexNumbers<T>(Device device, bool tiny)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        int count = tiny ? 6 : 600;
        ComplexTensor<T> z = new(Tensor.From<T>(Numbers.Mixed<T>(2 * count, 51), Shape.Create([2, count]), device)), w = new(z.Planes.Flip(1));
        ComplexTensor<T>[] results =
        [
            z / w, z.Reciprocal(), z.Sign(), z.Square(), z.Pow(w), z.Exp(), z.Expm1(), z.Log(), z.Log1p(), z.Log2(), z.Log10(), z.Sqrt(), z.Sin(), z.Cos(), z.Tan(), z.Sinh(), z.Cosh(), z.Tanh(),
            z.Asin(), z.Acos(), z.Atan(), z.Asinh(), z.Acosh(), z.Atanh(), z.Prod(), z.CumulativeProduct(0),
        ];
        return [.. results.SelectMany(result => result.Planes.ToArray())];
    }
}
