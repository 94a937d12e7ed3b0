using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Tensors in other element types: the drivers' bits through views and parts, and what storage types refuse.</summary>
public sealed class CastTests
{
    [Fact]
    public void A_strided_view_becomes_a_contiguous_tensor_of_another_type_and_comes_back()
    {
        using Scope scope = Scope.Begin();
        float[] numbers = [.. Enumerable.Range(0, 300 * 200).Select(i => (i - 20_000) * 0.37f)];
        Tensor<float> x = Tensor.From(numbers, [300, 200]).Transpose();
        float[] elements = x.ToArray();
        Assert.Equal(elements.Select(x => (Half)x), x.Cast<Half>().ToArray());
        Assert.Equal(elements.Select(x => (BFloat16)x), x.Cast<BFloat16>().ToArray());
        Assert.Equal(elements.Select(x => (int)x), x.Cast<int>().ToArray());
        Assert.Equal(elements.Select(x => x != 0), x.Cast<bool>().ToArray());
        Assert.Equal(elements.Select(x => (float)(Half)x), x.Cast<Half>().Cast<float>().ToArray());
        Assert.Equal(elements.Select(x => (double)(float)(BFloat16)x), x.Cast<BFloat16>().Cast<double>().ToArray());
        Assert.Equal(elements.Select(x => (long)(int)x), x.Cast<int>().Cast<long>().ToArray());
    }

    [Fact]
    public void Integers_of_every_type_are_cast_compared_moved_and_copied_also_inside_a_differentiated_function()
    {
        Every<sbyte>();
        Every<byte>();
        Every<short>();
        Every<ushort>();
        Every<uint>();
        Every<ulong>();

        static void Every<T>()
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            using Scope scope = Scope.Begin();
            Tensor<float> x = Tensor.From([.. Enumerable.Range(-10, 60).Select(i => i * 100.7f)], [3, 20]).Transpose();
            float[] elements = x.ToArray();
            T[] expected = [.. elements.Select(T.CreateSaturating)];
            Tensor<T> y = x.Cast<T>(), z = y.Flip(0).Clone();
            Assert.Equal(expected, y.ToArray());
            Assert.Equal(expected.Select(double.CreateChecked), y.Cast<double>().ToArray());
            Assert.Equal(expected.Select(int.CreateSaturating), y.Cast<int>().ToArray());
            Assert.Equal(expected.Zip(z.ToArray(), (x, y) => x > y), y.GreaterThan(z).ToArray());
            Assert.Equal(expected.Zip(z.ToArray(), (x, y) => x == y), y.EqualTo(z).ToArray());
            Tensor<int> places = Tensor.From([2, 0, 2]);
            Tensor<double> ones = Tensor.Ones<double>([2]);
            _ = Autodiff.Grad(ones, w =>
            {
                Tensor<bool> mask = y.GreaterThan(z);
                Assert.Equal(expected, y.Clone().ToArray());
                Assert.Equal(expected.Concat(expected), Tensor.Concatenate(0, y, y).ToArray());
                Assert.Equal(expected.Zip(z.ToArray(), T.Max), Tensor.Where(mask, y, z).ToArray());
                Assert.Equal(y.Take(1, places).ToArray(), y.TakeAlongAxis(1, places.Reshape(1, 3)).ToArray());
                Assert.Equal(y.Tril().ToArray(), y.Cast<double>().Tril().Cast<T>().ToArray());
                return w.Sum();
            });
        }
    }

    [Fact]
    public void Arithmetic_on_storage_types_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<Half> x = Tensor.From<float>([1, 2], [2]).Cast<Half>();
        Assert.Equal(
            "add: the element type is Half; float (Single) and double (Double) are supported.",
            Assert.Throws<NotSupportedException>(() => x.Binary<Add>(x)).Message);
        Assert.Throws<NotSupportedException>(() => x.Cast<int>());
    }

    /// <summary>Long enough for parts that write around the caches, with one element more.</summary>
    [Fact]
    public void Very_long_results_are_those_of_the_driver()
    {
        using Scope scope = Scope.Begin();
        float[] numbers = new float[(8 << 20) + 1];
        RandomFill.Uniform<float>(1, 0, 0, numbers);
        Tensor<float> x = Tensor.From(numbers, [numbers.Length]);
        float[] expected = new float[numbers.Length];
        Map.Binary<Multiply, float>(numbers, numbers, expected);
        Assert.True(x.Binary<Multiply>(x).ToArray().AsSpan().SequenceEqual(expected), "a product of very long tensors");
    }
}
