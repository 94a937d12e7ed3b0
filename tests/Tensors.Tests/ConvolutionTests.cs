using System.Numerics;
using FsCheck;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Convolutions have the bits of the naive chain in every form and layout; their refusals change nothing.</summary>
public sealed class ConvolutionTests
{
    [Cases]
    public void Convolutions_of_random_forms_have_the_bits_of_the_chain(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        CheckConvolution<float>(random);
        CheckConvolution<double>(random);
    }

    [Cases]
    public void Transposed_convolutions_of_random_forms_have_the_bits_of_the_chain(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        CheckTransposed<float>(random);
        CheckTransposed<double>(random);
    }

    [Theory]
    [InlineData(57, 3, 3)]
    [InlineData(21, 5, 5)]
    [InlineData(1100, 1, 1)]
    public void Convolutions_across_the_cuts_of_k_have_the_bits_of_the_chain(int channels, int kh, int kw)
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(3);
        Tensor<float> x = stream.Normal<float>([2, channels, 6, 7]), w = stream.Normal<float>([3, channels, kh, kw]);
        Naive<float> expected = NaiveImages.Convolve(Plain(x), Plain(w), null, 1, 1, 1, 1);
        Bits.AssertSame<float>(expected.Elements, x.Conv2d(w, padding: 1).ToArray(), $"{channels} channels");
    }

    [Fact]
    public void Small_convolutions_are_what_one_computes_by_hand()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> signal = Tensor.From<float>([1, 2, 4, 8], [1, 1, 4]), difference = Tensor.From<float>([1, 0, -1], [1, 1, 3]), bias = Tensor.From<float>([100], [1]);
        Assert.Equal([-3f, -6], signal.Conv1d(difference).ToArray());
        Assert.Equal([98f, 97, 94, 104], signal.Conv1d(difference, bias, padding: 1).ToArray());
        Assert.Equal([98f, 94], signal.Conv1d(difference, bias, stride: 2, padding: 1).ToArray());
        Assert.Equal([1f, 2, 3, 6, -4, -8], signal.ConvTranspose1d(difference).ToArray());
        Assert.Equal([1f, 0, 1, 0, 2, 0, 4, 0, -8], signal.ConvTranspose1d(difference, stride: 2).ToArray());
        Tensor<float> image = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]), box = Tensor.Ones<float>([1, 1, 2, 2]);
        Assert.Equal([12f, 16, 24, 28], image.Conv2d(box).ToArray());
        Assert.Equal([20f], image.Conv2d(box, dilation: 2).ToArray());
        Assert.Equal("[1, 1, 4, 4]", image.ConvTranspose2d(box).Shape.ToString());
        Assert.Equal([1f, 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9], image.ConvTranspose2d(box).ToArray());
    }

    [Fact]
    public void Zeros_of_the_padding_take_part()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Ones<float>([1, 1, 3]), w = Tensor.From<float>([float.PositiveInfinity, 1, 1], [1, 1, 3]);
        Assert.Equal([float.NaN, float.PositiveInfinity, float.PositiveInfinity], x.Conv1d(w, padding: 1).ToArray());
    }

    [Fact]
    public void A_transposed_convolution_is_the_adjoint_of_a_convolution()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(4);
        Tensor<double> x = stream.Normal<double>([3, 4, 9, 8]), w = stream.Normal<double>([6, 2, 3, 2]);
        Tensor<double> y = x.Conv2d(w, null, (2, 3), (1, 2), (2, 1), 2), t = stream.Normal<double>(y.Shape);
        Tensor<double> back = t.ConvTranspose2d(w, null, (2, 3), (1, 2), (0, 1), 2, (2, 1));
        Assert.Equal(x.Shape, back.Shape);
        double left = (y * t).Sum().Item(), right = (x * back).Sum().Item();
        Assert.True(Math.Abs(left - right) <= 1e-12 * Math.Abs(left), $"{left:R}, {right:R}");
    }

    [Fact]
    public void Nothing_of_an_empty_batch_is_computed()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> none = Tensor.Empty<float>([0, 2, 5, 5]), w = Tensor.Ones<float>([3, 2, 3, 3]);
        Assert.Equal("[0, 3, 3, 3]", none.Conv2d(w).Shape.ToString());
        Assert.Equal("[0, 2, 7, 7]", Tensor.Empty<float>([0, 3, 5, 5]).ConvTranspose2d(w).Shape.ToString());
        Assert.All(Autodiff.Grad(w, v => none.Conv2d(v).Sum()).ToArray(), slope => Assert.Equal(0f, slope));
    }

    public static TheoryData<string, Action<Tensor<float>, Tensor<float>, Tensor<float>>> Refusals => new()
    {
        { "conv2d: stride (0, 1), padding (0, 0), dilation (1, 1), 1 groups; needed: padding >= 0, the others >= 1.", (x, w, y) => x.Conv2d(w, stride: (0, 1)) },
        { "conv1d: stride 1, padding -1, dilation 1, 1 groups; needed: padding >= 0, the others >= 1.", (x, w, y) => x.Conv1d(w, padding: -1) },
        { "conv1d: tensors of three axes are needed, [batch, channels, length] and [out, in / groups, kernel]; got [2, 4, 5, 5].", (x, w, y) => x.Conv1d(w) },
        { "conv2d: 2 groups of weights [3, 4, 3, 3], that is [out, in / groups, ...], do not fit 4 input channels of [2, 4, 5, 5].", (x, w, y) => x.Conv2d(w, groups: 2) },
        { "conv2d: a kernel of [3, 4, 3, 3] with dilation (3, 1) does not fit into [2, 4, 5, 5] with padding (0, 0).", (x, w, y) => x.Conv2d(w, dilation: (3, 1)) },
        { "conv2d: the bias has shape [2]; [3] is needed.", (x, w, y) => x.Conv2d(w, Tensor.Ones<float>([2])) },
        { "conv2d: the destination has shape [2, 3, 3, 3], the result [2, 3, 5, 5].", (x, w, y) => x.Conv2dInto(w, null, y, padding: 1) },
        { "conv2d: the destination overlaps an operand; it needs memory of its own.", (x, w, y) => x.Conv2dInto(Tensor.Ones<float>([4, 4, 1, 1]), null, x) },
        { "conv2d: the destination is an expanded view, whose elements share memory.", (x, w, y) => x.Conv2dInto(w, null, y.Slice(0, 0, 1).Expand([2, 3, 3, 3])) },
        { "conv_transpose2d: output padding (1, 0); needed: at least 0 and below the stride (1, 1).", (x, w, y) => y.ConvTranspose2d(w, outputPadding: (1, 0)) },
        { "conv_transpose2d: 1 groups of weights [3, 4, 3, 3], that is [in, out / groups, ...], do not fit 4 input channels of [2, 4, 5, 5].", (x, w, y) => x.ConvTranspose2d(w) },
        { "conv_transpose2d: padding (4, 4) leaves nothing of the result of [2, 3, 3, 3] and weights [3, 4, 3, 3].", (x, w, y) => y.ConvTranspose2d(w, padding: 4) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Refusals_say_what_is_wrong_and_change_nothing(string message, Action<Tensor<float>, Tensor<float>, Tensor<float>> action)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Full<float>([2, 4, 5, 5], 1), w = Tensor.Full<float>([3, 4, 3, 3], 2), y = Tensor.Full<float>([2, 3, 3, 3], 3);
        Exception problem = Assert.ThrowsAny<ArgumentException>(() => action(x, w, y));
        Assert.Equal(message, problem.Message.Split(" (Parameter '", 2)[0]);
        Assert.All(x.ToArray(), value => Assert.Equal(1f, value));
        Assert.All(w.ToArray(), value => Assert.Equal(2f, value));
        Assert.All(y.ToArray(), value => Assert.Equal(3f, value));
    }

    [Fact]
    public void Types_without_arithmetic_and_tensors_that_are_gone_are_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<int> x = Tensor.Zeros<int>([1, 1, 4, 4]), y = Tensor.Zeros<int>([1, 1, 2, 2]);
        foreach ((string name, Action action) in ((string, Action)[])
        [
            ("conv2d", () => x.Conv2d(x)), ("conv2d", () => x.Conv2dInto(x, null, y)), ("conv_transpose2d", () => x.ConvTranspose2d(x)),
            ("conv_transpose2d", () => x.ConvTranspose2dInto(x, null, y)), ("max_pool2d", () => x.MaxPool2d(2)), ("max_pool2d", () => x.MaxPool2dInto(2, y)),
            ("avg_pool2d", () => x.AvgPool2d(2)), ("avg_pool2d", () => x.AvgPool2dInto(2, y)), ("interpolate", () => x.Interpolate(2)), ("interpolate", () => x.InterpolateInto(y)),
            ("embedding", () => y.Select(0, 0).Select(0, 0).Embedding(y)),
        ])
        {
            Throws.Exactly<NotSupportedException>($"{name}: the element type is Int32; float (Single) and double (Double) are supported.", action);
        }

        Assert.All(y.ToArray(), value => Assert.Equal(0, value));
        Tensor<float> gone = Tensor.Zeros<float>([1, 1, 4, 4]), here = Tensor.Zeros<float>([1, 1, 4, 4]);
        gone.Dispose();
        foreach (Action action in (Action[])
        [
            () => gone.Conv2d(here), () => here.Conv2d(gone), () => here.Conv2d(here, gone), () => here.Conv2dInto(here, null, gone), () => here.ConvTranspose2d(gone),
            () => gone.MaxPool2d(2), () => here.AvgPool2dInto(2, gone), () => gone.Interpolate(2), () => here.InterpolateInto(gone),
        ])
        {
            Assert.Throws<ObjectDisposedException>(action);
        }
    }

    private static void CheckConvolution<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new((ulong)random.Next());
        int groups = random.Next(1, 4), kh = random.Next(1, 4), kw = random.Next(1, 4);
        Pair stride = (random.Next(1, 4), random.Next(1, 4)), padding = (random.Next(0, 3), random.Next(0, 3)), dilation = (random.Next(1, 3), random.Next(1, 3));
        nint h = Math.Max(1, (dilation.Height * (kh - 1)) + 1 - (2 * padding.Height)) + random.Next(0, 5), w = Math.Max(1, (dilation.Width * (kw - 1)) + 1 - (2 * padding.Width)) + random.Next(0, 5);
        Tensor<T> x = Laid(random, stream.Normal<T>([random.Next(1, 4), groups * random.Next(1, 4), h, w]));
        Tensor<T> weight = Laid(random, stream.Normal<T>([groups * random.Next(1, 3), x.Shape[1] / groups, kh, kw])), bias = stream.Normal<T>([weight.Shape[0]]);
        Naive<T> expected = NaiveImages.Convolve(Plain(x), Plain(weight), bias.ToArray(), stride, padding, dilation, groups);
        Tensor<T> y = x.Conv2d(weight, bias, stride, padding, dilation, groups);
        string context = $"{x.Shape} by {weight.Shape}, stride {stride}, padding {padding}, dilation {dilation}, {groups} groups";
        Assert.Equal(Shape.Create(expected.Extents), y.Shape);
        Bits.AssertSame<T>(expected.Elements, y.ToArray(), context);
        Tensor<T> destination = Laid(random, Tensor.Full(y.Shape, T.NaN));
        x.Conv2dInto(weight, bias, destination, stride, padding, dilation, groups);
        Bits.AssertSame<T>(expected.Elements, destination.ToArray(), context + ", into");

        // A signal is an image one row high.
        Tensor<T> signal = x.Slice(2, 0, 1).Squeeze(2), taps = weight.Slice(2, 0, 1).Squeeze(2);
        expected = NaiveImages.Convolve(Plain(x.Slice(2, 0, 1)), Plain(weight.Slice(2, 0, 1)), null, (1, (int)stride.Width), (0, (int)padding.Width), (1, (int)dilation.Width), groups);
        Tensor<T> z = signal.Conv1d(taps, null, (int)stride.Width, (int)padding.Width, (int)dilation.Width, groups);
        Bits.AssertSame<T>(expected.Elements, z.ToArray(), context + ", conv1d");
        signal.Conv1dInto(taps, null, z, (int)stride.Width, (int)padding.Width, (int)dilation.Width, groups);
        Bits.AssertSame<T>(expected.Elements, z.ToArray(), context + ", conv1d into");
    }

    private static void CheckTransposed<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new((ulong)random.Next());
        int groups = random.Next(1, 4), kh = random.Next(1, 4), kw = random.Next(1, 4);
        Pair stride = (random.Next(1, 4), random.Next(1, 4)), dilation = (random.Next(1, 3), random.Next(1, 3)), padding = (random.Next(0, 3), random.Next(0, 3));
        Pair more = (random.Next(0, (int)stride.Height), random.Next(0, (int)stride.Width));
        nint h = random.Next(1, 5), w = random.Next(1, 5);
        while (((h - 1) * stride.Height) - (2 * padding.Height) + (dilation.Height * (kh - 1)) + more.Height < 0)
        {
            h++;
        }

        while (((w - 1) * stride.Width) - (2 * padding.Width) + (dilation.Width * (kw - 1)) + more.Width < 0)
        {
            w++;
        }

        Tensor<T> x = Laid(random, stream.Normal<T>([random.Next(1, 4), groups * random.Next(1, 4), h, w]));
        Tensor<T> weight = Laid(random, stream.Normal<T>([x.Shape[1], random.Next(1, 3), kh, kw])), bias = stream.Normal<T>([weight.Shape[1] * groups]);
        Naive<T> expected = NaiveImages.ConvolveTransposed(Plain(x), Plain(weight), bias.ToArray(), stride, padding, more, dilation, groups);
        string context = $"{x.Shape} by {weight.Shape}, stride {stride}, padding {padding} and {more}, dilation {dilation}, {groups} groups";
        Tensor<T> y = x.ConvTranspose2d(weight, bias, stride, padding, more, groups, dilation);
        Assert.Equal(Shape.Create(expected.Extents), y.Shape);
        Bits.AssertSame<T>(expected.Elements, y.ToArray(), context);
        Tensor<T> destination = Laid(random, Tensor.Full(y.Shape, T.NaN));
        x.ConvTranspose2dInto(weight, bias, destination, stride, padding, more, groups, dilation);
        Bits.AssertSame<T>(expected.Elements, destination.ToArray(), context + ", into");
    }

    /// <summary>The same elements in some layout: packed, with the axes stored in another order, or with gaps.</summary>
    private static Tensor<T> Laid<T>(Random random, Tensor<T> x)
        where T : unmanaged
    {
        switch (random.Next(3))
        {
            case 0:
                return x;
            case 1:
                return x.Permute(2, 0, 3, 1).Clone().Permute(1, 3, 0, 2);
            default:
                Tensor<T> wide = Tensor.Zeros<T>([x.Shape[0], x.Shape[1], 2 * x.Shape[2], x.Shape[3] + 1]);
                Tensor<T> part = wide.Slice(2, 1, 2 * x.Shape[2], 2).Slice(3, 1, x.Shape[3] + 1);
                x.CopyInto(part);
                return part;
        }
    }

    private static Naive<T> Plain<T>(Tensor<T> x)
        where T : unmanaged => new(x.Shape.AsSpan().ToArray(), x.ToArray());
}
