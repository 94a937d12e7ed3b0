namespace Onsager.Tensors.Tests;

/// <summary>Gradients of convolutions, pooling, interpolation and embedding, and of the operations that their gradients are made of, against differences.</summary>
public sealed class ConvolutionGradientTests
{
    public static TheoryData<string, nint[], Func<Tensor<double>, Tensor<double>>> Functions => new()
    {
        { "conv2d in its input", [2, 2, 5, 4], x => Weigh(x.Conv2d(Ramp([3, 2, 3, 2]), Ramp([3]))) },
        { "conv2d in its input, every form", [2, 4, 6, 5], x => Weigh(x.Conv2d(Ramp([6, 2, 2, 3]), null, (2, 1), (1, 2), (2, 1), 2)) },
        { "conv2d in its input, with more stride than kernel", [1, 1, 7, 7], x => Weigh(x.Conv2d(Ramp([2, 1, 2, 2]), null, 3)) },
        { "conv2d in its weights", [3, 2, 3, 2], w => Weigh(Ramp([2, 2, 5, 4]).Conv2d(w, Ramp([3]))) },
        { "conv2d in its weights, every form", [6, 2, 2, 3], w => Weigh(Ramp([2, 4, 6, 5]).Conv2d(w, null, (2, 1), (1, 2), (2, 1), 2)) },
        { "conv2d in its bias", [3], b => Weigh(Ramp([2, 2, 5, 4]).Conv2d(Ramp([3, 2, 3, 2]), b)) },
        { "conv2d of one tensor with itself", [2, 2, 3, 3], x => Weigh(x.Conv2d(x, padding: 1)) },
        { "conv2d of a permuted slice", [4, 6, 2, 3], x => Weigh(x.Permute(3, 2, 1, 0).Slice(2, 0, 6, 2).Conv2d(Ramp([1, 2, 2, 2]))) },
        { "conv1d in its input", [2, 3, 7], x => Weigh(x.Conv1d(Ramp([2, 3, 3]), Ramp([2]), 2, 1, 2)) },
        { "conv1d in its weights", [4, 1, 3], w => Weigh(Ramp([2, 2, 7]).Conv1d(w, null, 1, 2, 1, 2)) },
        { "conv1d in its bias", [2], b => Weigh(Ramp([2, 3, 7]).Conv1d(Ramp([2, 3, 3]), b)) },
        { "conv_transpose2d in its input", [2, 4, 3, 2], x => Weigh(x.ConvTranspose2d(Ramp([4, 3, 2, 3]), Ramp([6]), (2, 3), (1, 0), (1, 2), 2, (1, 2))) },
        { "conv_transpose2d in its weights", [4, 3, 2, 3], w => Weigh(Ramp([2, 4, 3, 2]).ConvTranspose2d(w, Ramp([6]), (2, 3), (1, 0), (1, 2), 2, (1, 2))) },
        { "conv_transpose2d in its bias", [6], b => Weigh(Ramp([2, 4, 3, 2]).ConvTranspose2d(Ramp([4, 3, 2, 3]), b, groups: 2)) },
        { "conv_transpose1d", [2, 2, 4], x => Weigh(x.ConvTranspose1d(Ramp([2, 3, 3]), Ramp([3]), 2, 1, 1)) },
        { "a weight gradient in the input", [2, 4, 6, 5], x => Weigh(WeightGradient(x, Ramp([2, 6, 3, 7]))) },
        { "a weight gradient in the result", [2, 6, 3, 7], y => Weigh(WeightGradient(Ramp([2, 4, 6, 5]), y)) },
        { "max_pool2d", [2, 2, 6, 4], x => Weigh(x.MaxPool2d(2)) },
        { "max_pool2d with overlaps", [1, 2, 7, 6], x => Weigh(x.MaxPool2d((3, 2), (2, 1), (1, 1), (1, 2))) },
        { "max_pool1d", [2, 2, 9], x => Weigh(x.MaxPool1d(3, 2, 1)) },
        { "avg_pool2d", [2, 2, 6, 4], x => Weigh(x.AvgPool2d(2)) },
        { "avg_pool2d with overlaps", [1, 2, 7, 6], x => Weigh(x.AvgPool2d((3, 2), (2, 1), (1, 1))) },
        { "avg_pool1d", [2, 2, 9], x => Weigh(x.AvgPool1d(3, 2, 1)) },
        { "the adjoint of maxima", [1, 2, 4, 6], dy => Weigh(Pooling.MaxAdjoint(Pool, Image, Pooling.Max("", Pool, Image), dy)) },
        { "the adjoint's adjoint of maxima", [1, 2, 7, 6], g => Weigh(Pooling.MaxGather(Pool, Image, Pooling.Max("", Pool, Image), g)) },
        { "the adjoint of means", [1, 2, 4, 6], dy => Weigh(Pooling.AverageAdjoint(Pool, dy, [1, 2, 7, 6])) },
        { "nearest, larger and smaller", [1, 2, 4, 5], x => Weigh(x.Interpolate((7, 3))) },
        { "bilinear, larger and smaller", [1, 2, 4, 5], x => Weigh(x.Interpolate((7, 3), InterpolationMode.Linear)) },
        { "bilinear with aligned corners", [1, 2, 4, 5], x => Weigh(x.Interpolate((6, 9), InterpolationMode.Linear, alignCorners: true)) },
        { "linear", [2, 2, 5], x => Weigh(x.Interpolate(8, InterpolationMode.Linear)) },
        { "the adjoint of linear", [2, 2, 8], dy => Weigh(Interpolation.Adjoint(new InterpolationForm(2, InterpolationMode.Linear, false), dy, 5)) },
        { "embedding", [4, 3], x => Weigh(x.Embedding(Tensor.From<int>([2, 0, 2, 3, 2, 0], [2, 3]))) },
        { "embedding from a transposed table", [3, 4], x => Weigh(x.Transpose().Embedding(Tensor.From<int>([2, 0, 2], [3]))) },
        { "the adjoint of embedding", [6, 3], dy => Weigh(Tensor.Zeros<double>([4, 3]).IndexAdd(0, Tensor.From<int>([2, 0, 2, 3, 2, 0], [6]), dy)) },
    };

    private static PoolingForm Pool => new((3, 2), (2, 1), (1, 1), (1, 2));

    private static Tensor<double> Image => new RandomStream(5).Normal<double>([1, 2, 7, 6]);

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_gradient_is_what_differences_say(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Differences.Check(new RandomStream(17).Normal<double>(Shape.Create(extents)), f);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Forward_and_second_derivatives_are_right_too(string name, nint[] extents, Func<Tensor<double>, Tensor<double>> f)
    {
        Assert.NotEmpty(name);
        using Scope scope = Scope.Begin();
        Differences.CheckHigher(new RandomStream(18).Normal<double>(Shape.Create(extents)), f);
    }

    [Fact]
    public void Equal_maxima_share_their_gradient_and_windows_with_NaN_have_none_that_is_a_number()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 1, 0, 2, 3, float.NaN], [1, 1, 6]);
        Assert.Equal([0.5f, 0.5f, 0, 1, float.NaN, float.NaN], Autodiff.Grad(x, y => y.MaxPool1d(2).Sum()).ToArray());
    }

    private static Tensor<double> WeightGradient(Tensor<double> x, Tensor<double> y) =>
        TransposedConvolution.WeightGradient(new ConvolutionForm((2, 1), (1, 2), (2, 1), 2), x, y, [6, 2, 2, 3]);

    /// <summary>A scalar in which every element has its own part, not linearly.</summary>
    private static Tensor<double> Weigh(Tensor<double> y) => ((y * 0.25).Tanh() * Ramp(y.Shape.AsSpan())).Sum();

    private static Tensor<double> Ramp(ReadOnlySpan<nint> extents)
    {
        Shape shape = Shape.Create(extents);
        return Tensor.From<double>([.. Enumerable.Range(0, (int)shape.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], shape);
    }
}
