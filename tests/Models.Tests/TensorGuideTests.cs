using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/tensors.md shows: they stand here word by word, and do what it says.</summary>
public sealed class TensorGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("tensors.md", "TensorGuideTests.cs", 5);

    [Fact]
    public void The_programs_do_what_the_guide_says()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> zeros = Tensor.Zeros<float>([2, 3]);
        Tensor<double> matrix = Tensor.From(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } });
        Tensor<int> numbers = Tensor.Arange(6).Reshape(2, 3);
        Tensor<double> grid = Tensor.Linspace(0.0, 1.0, 5);
        Tensor<float> noise = new RandomStream(seed: 1).Normal<float>([2, 3]);
        Assert.Equal(new float[6], zeros.ToArray());
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], grid.ToArray());

        Tensor<float> kept;
        using (Scope inner = Scope.Begin())
        {
            Tensor<float> squares = noise.Square();
            kept = inner.Keep(squares.Sum());
        }

        Assert.False(kept.IsDisposed);
        Assert.True(kept.Item() > 0);
        Views(numbers);
        Results(matrix);
        Choices(noise, Tensor.From(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } }));
    }

    private static void Views(Tensor<int> numbers)
    {
        Tensor<int> column = numbers[.., 1];
        Tensor<int> corner = numbers[^1.., ..2];
        Tensor<int> backwards = numbers[.., AxisSlice.Stepped(-1)];
        Tensor<int> turned = numbers.Transpose().Contiguous();
        numbers[0, 2] = 20;
        numbers[1..] = Tensor.From(new[,] { { 7, 8, 9 } });
        Assert.Equal([1, 8], column.ToArray());
        Assert.Equal([7, 8], corner.ToArray());
        Assert.Equal([20, 1, 0, 9, 8, 7], backwards.ToArray());
        Assert.Equal([0, 3, 1, 4, 2, 5], turned.ToArray());
    }

    private static void Results(Tensor<double> matrix)
    {
        Tensor<double> centred = matrix - matrix.Mean(0);
        matrix.BinaryInto<Add>(matrix, matrix);
        Tensor<double> product = Tensor.Empty<double>([2, 2]);
        matrix.MatMulInto(matrix.Transpose(), product);
        Assert.Equal([-1, -1, 1, 1], centred.ToArray());
        Assert.Equal([20, 44, 44, 100], product.ToArray());
    }

    private static void Choices(Tensor<float> noise, Tensor<double> matrix)
    {
        Tensor<bool> large = noise.GreaterThan(Tensor.Scalar(0f));
        Tensor<float> positive = noise[large];
        Tensor<float> relu = Tensor.Where(large, noise, Tensor.Scalar(0f));
        Tensor<float> rows = noise.Take(0, Tensor.From([1, 0, 1]));
        (Tensor<float> best, Tensor<int> places) = noise.TopK(2);
        Tensor<float> wide = Tensor.Concatenate(1, noise, relu);
        Tensor<double> trace = Tensor.Einsum("ii", matrix);
        Assert.Equal(noise.ToArray().Where(x => x > 0), positive.ToArray());
        Assert.Equal(noise.Relu().ToArray(), relu.ToArray());
        Assert.Equal([3, 3], rows.Shape.AsSpan().ToArray());
        Assert.Equal(noise.TakeAlongAxis(1, places).ToArray(), best.ToArray());
        Assert.Equal([2, 6], wide.Shape.AsSpan().ToArray());
        Assert.Equal(5, trace.Item());
    }
}
