using System.Numerics;
using FsCheck;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Products of matrices, batches and vectors in any layout have the bits of the contract: one chain per piece of 512.</summary>
public sealed class MatMulTests
{
    [Cases]
    public void Products_of_random_layouts_follow_the_contract(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Check<float>(random);
        Check<double>(random);
    }

    [Theory]
    [InlineData(3, 5, 1300)]
    [InlineData(130, 70, 513)]
    [InlineData(33, 260, 65)]
    [InlineData(1, 784, 600)]
    public void Products_across_the_cuts_of_k_follow_it_too(int m, int n, int k)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(7);
        Tensor<float> a = stream.Normal<float>([m, k]), b = stream.Normal<float>([k, n]), turned = b.Transpose().Clone().Transpose();
        float[] expected = Expected(a, b);
        Bits.AssertSame<float>(expected, a.MatMul(b).ToArray(), "plain");
        Bits.AssertSame<float>(expected, a.MatMul(turned).ToArray(), "b by columns");
        Tensor<float> c = Tensor.Full([n, m], float.NaN), gaps = Tensor.Full([m, 2 * n], float.NaN);
        a.MatMulInto(b, c.Transpose());
        Bits.AssertSame<float>(expected, c.Transpose().ToArray(), "into columns");
        a.MatMulInto(b, gaps.Slice(1, 0, 2 * n, 2));
        Bits.AssertSame<float>(expected, gaps.Slice(1, 0, 2 * n, 2).ToArray(), "into every other column");
        Assert.All(gaps.Slice(1, 1, 2 * n, 2).ToArray(), gap => Assert.True(float.IsNaN(gap)));
    }

    [Theory]
    [InlineData(0.3f, 0f)]
    [InlineData(-1.7f, 1f)]
    [InlineData(0f, 0.5f)]
    public void Alpha_multiplies_a_also_where_the_result_lies_by_columns(float alpha, float beta)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(3);
        Tensor<float> a = stream.Normal<float>([5, 9]), b = stream.Normal<float>([9, 4]), c = stream.Normal<float>([4, 5]).Transpose();
        float[] expected = c.ToArray();
        Reference.Gemm<float>(false, false, 5, 4, 9, alpha, a.AsSpan(), 9, b.AsSpan(), 4, beta, expected, 4);
        Device.Cpu.MatMul(alpha, a.Operand, b.Operand, beta, c.Operand);
        Bits.AssertSame<float>(expected, c.ToArray(), "scaled");
    }

    /// <summary>With an operator: in one pass, recorded, from weights by columns, and with a bias that is not contiguous.</summary>
    [Theory]
    [InlineData(1, 784, 128)]
    [InlineData(33, 40, 10)]
    [InlineData(130, 100, 257)]
    public void A_layer_in_one_pass_has_the_bits_of_its_steps(int batch, int inputs, int outputs)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(13);
        Tensor<float> x = stream.Normal<float>([batch, inputs]), w = stream.Normal<float>([inputs, outputs]), spread = stream.Normal<float>([2 * outputs]);
        Tensor<float> turned = w.Transpose().Clone().Transpose();
        foreach (Tensor<float> b in (Tensor<float>[])[spread.Slice(0, 0, outputs), spread.Slice(0, 0, 2 * outputs, 2)])
        {
            float[] expected = (x.MatMul(w) + b).Tanh().ToArray();
            Bits.AssertSame<float>(expected, x.Linear<Simd.Tanh>(w, b).ToArray(), "in one pass");
            Bits.AssertSame<float>(expected, x.Linear<Simd.Tanh>(turned, b).ToArray(), "weights by columns");
            using Tensor<float> steps = Autodiff.Grad(x, v => v.Linear(w, b).Tanh().Sum());
            using Tensor<float> once = Autodiff.Grad(x, v => v.Linear<Simd.Tanh>(w, b).Sum());
            Bits.AssertSame<float>(steps.ToArray(), once.ToArray(), "gradient");
        }
    }

    [Fact]
    public void A_row_of_a_batch_has_the_same_bits_whatever_the_batch()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(11);
        Tensor<float> x = stream.Normal<float>([130, 700]), w = stream.Normal<float>([700, 90]), b = stream.Normal<float>([90]);
        float[] all = x.Linear(w, b).ToArray();
        for (int row = 0; row < 130; row += 43)
        {
            Bits.AssertSame<float>(all.AsSpan(row * 90, 90), x.Slice(0, row, row + 1).Linear(w, b).ToArray(), "alone");
            Bits.AssertSame<float>(x.MatMul(w).Select(0, row).ToArray(), x.Select(0, row).MatMul(w).ToArray(), "as a vector");
        }
    }

    [Fact]
    public void A_linear_layer_is_a_product_and_then_a_rounded_sum()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(2);
        Tensor<double> x = stream.Normal<double>([6, 520]), w = stream.Normal<double>([520, 3]), b = stream.Normal<double>([3]);
        double[] product = Expected(x, w), bias = b.ToArray();
        Bits.AssertSame<double>(product, x.Linear(w).ToArray(), "without bias");
        Bits.AssertSame<double>([.. product.Select((value, i) => value + bias[i % 3])], x.Linear(w, b).ToArray(), "with bias");
    }

    [Theory]
    [InlineData(0, 3, 4)]
    [InlineData(3, 0, 4)]
    [InlineData(3, 4, 0)]
    [InlineData(0, 0, 0)]
    public void Sizes_of_zero_give_zeros_or_nothing(int m, int n, int k)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> c = Tensor.Full<float>([m, k], 1).MatMul(Tensor.Full<float>([k, n], 1));
        Assert.Equal(new float[m * n], c.ToArray());
        Assert.Equal(new float[2 * m * n], Tensor.Full<float>([2, m, k], 1).MatMul(Tensor.Full<float>([k, n], 1)).ToArray());
    }

    private static void Check<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        nint[] batch = RandomLayouts.Extents(random, 3, largest: 3);
        nint m = random.Next(1, 20), n = random.Next(1, 40), k = random.Next(1, 30);
        Tensor<T> a, b;
        switch (random.Next(8))
        {
            case 0:
                a = RandomLayouts.Make<T>(random, [k]);
                b = RandomLayouts.Make<T>(random, [.. RandomLayouts.Narrow(random, batch), k, n]);
                break;
            case 1:
                a = RandomLayouts.Make<T>(random, [.. RandomLayouts.Narrow(random, batch), m, k]);
                b = RandomLayouts.Make<T>(random, [k]);
                break;
            case 2:
                a = RandomLayouts.Make<T>(random, [k]);
                b = RandomLayouts.Make<T>(random, [k]);
                break;
            case 3 or 4:
                a = RandomLayouts.Make<T>(random, [m, k]);
                b = RandomLayouts.Make<T>(random, [k, n]);
                break;
            default:
                a = RandomLayouts.Make<T>(random, [.. RandomLayouts.Narrow(random, batch), m, k]);
                b = RandomLayouts.Make<T>(random, [.. RandomLayouts.Narrow(random, batch), k, n]);
                break;
        }

        T[] expected = Expected(a, b);
        Tensor<T> c = a.MatMul(b);
        Bits.AssertSame<T>(expected, c.ToArray(), $"{a.Shape} times {b.Shape}");
        if (a.Rank > 1 && b.Rank > 1)
        {
            Tensor<T> destination = RandomLayouts.Make<T>(random, c.Shape.AsSpan().ToArray(), allowExpanded: false);
            a.MatMulInto(b, destination);
            Bits.AssertSame<T>(expected, destination.ToArray(), $"{a.Shape} times {b.Shape} into strides");
        }
    }

    [Fact]
    public void Vectors_go_into_what_exists_as_they_go_into_what_is_new()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(11);
        Tensor<double> a = stream.Normal<double>([4, 7]), batch = stream.Normal<double>([3, 4, 7]), x = stream.Normal<double>([7]), y = stream.Normal<double>([4]);
        foreach ((Tensor<double> left, Tensor<double> right) in ((Tensor<double>, Tensor<double>)[])[(a, x), (y, a), (x, x), (batch, x), (y, batch), (x, batch.SwapAxes(1, 2))])
        {
            Tensor<double> expected = left.MatMul(right), into = Tensor.Full(expected.Shape, double.NaN);
            left.MatMulInto(right, into);
            Same.Bits(expected, into);
        }

        Tensor<double> gaps = Tensor.Zeros<double>([8]);
        a.MatMulInto(x, gaps.Slice(0, 0, 8, 2));
        Same.Bits(a.MatMul(x), gaps.Slice(0, 0, 8, 2));
        Throws.Exactly<ArgumentException>("matmul: the destination has shape [4, 1], the result [4].", () => a.MatMulInto(x, Tensor.Zeros<double>([4, 1])));
        Throws.Exactly<ArgumentException>("matmul: the destination has shape [1], the result [].", () => x.MatMulInto(x, Tensor.Zeros<double>([1])));
        Throws.Exactly<ArgumentException>("matmul: the destination overlaps an operand; it needs memory of its own.", () => Tensor.Zeros<double>([7, 7]).MatMulInto(x, x));
        Throws.Exactly<ArgumentException>("matmul: inner dimensions differ: a [1, 4] has k = 4, b [7, 1] has k = 7.", () => y.MatMulInto(x, Tensor.Scalar(0.0)));
    }

    /// <summary>Every matrix of the broadcast batch by the literal rule; vectors count as a row or a column.</summary>
    private static T[] Expected<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Naive<T> left = new(a.Shape.AsSpan().ToArray(), a.ToArray()), right = new(b.Shape.AsSpan().ToArray(), b.ToArray());
        left = left.Rank == 1 ? left.Unsqueeze(0) : left;
        right = right.Rank == 1 ? right.Unsqueeze(1) : right;
        int m = (int)left.Extents[^2], k = (int)left.Extents[^1], n = (int)right.Extents[^1];
        nint[] batch = Shape.Broadcast(Shape.Create(left.Extents.AsSpan()[..^2]), Shape.Create(right.Extents.AsSpan()[..^2])).AsSpan().ToArray();
        left = left.Expand([.. batch, m, k]);
        right = right.Expand([.. batch, k, n]);
        List<T> result = [];
        for (int i = 0; i < Naive<T>.Indices(batch).Count(); i++)
        {
            T[] c = new T[m * n];
            Reference.Gemm<T>(
                false, false, m, n, k, T.One, left.Elements.AsSpan(i * m * k, m * k), int.Max(1, k), right.Elements.AsSpan(i * k * n, k * n), int.Max(1, n), T.Zero, c, int.Max(1, n));
            result.AddRange(c);
        }

        return [.. result];
    }
}
