using System.Numerics;
using FsCheck;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Convolutions of images and the gradients of their weights: the bits of the chains at every register width, next to guard pages; and refusals.</summary>
public class ConvTests
{
    [Cases]
    public void Convolutions_have_the_bits_of_the_chain_at_every_width(DoNotSize<int> seed)
    {
        Forward<float>(new Random(seed.Item));
        Forward<double>(new Random(seed.Item));
    }

    [Cases]
    public void Gradients_of_weights_have_the_bits_of_the_chain_at_every_width(DoNotSize<int> seed)
    {
        Weights<float>(new Random(seed.Item));
        Weights<double>(new Random(seed.Item));
    }

    [Theory]
    [InlineData(1100, 1, 1)]
    [InlineData(57, 3, 3)]
    [InlineData(70, 1, 15)]
    public void The_cuts_of_k_and_of_the_places_are_kept(int channels, int height, int width)
    {
        ImageWindows windows = new(channels, height, width, 5, 40, 60 * 20, 60, 1, 60, 1);
        float[] image = Numbers.Uniform<float>(1, (int)windows.Reach), weights = Numbers.Uniform<float>(2, (int)(3 * windows.Taps)), y = new float[3 * windows.Places];
        Conv.Forward(in windows, image, 1, 0, weights, 3, [], y.AsSpan(), 0, windows.Places, windows.Columns);
        Bits.AssertSame<float>(Naive(windows, image, 1, 0, weights, 3, []), y, "forward");
        float[] turned = new float[windows.Places * Conv.Lanes<float>(3)], dw = new float[3 * windows.Taps];
        Conv.Turn<float>(y, 3, windows.Places, windows.Places, turned);
        Conv.Weights(in windows, image, 1, 0, turned, 3, 0, Conv.Lines(in windows), dw.AsSpan());
        Bits.AssertSame<float>(NaiveWeights(windows, image, 1, 0, y, 3), dw, "weights");
    }

    [GuardedFact]
    public void Only_the_spans_are_touched()
    {
        using GuardedMemory x = new(1 << 16), w = new(1 << 16), b = new(1 << 16), z = new(1 << 16);
        foreach (int columns in (int[])[1, 3, 7, 8, 13, 16, 17, 33, 50])
        {
            foreach (int outputs in (int[])[1, 5, 8, 9])
            {
                ImageWindows windows = new(2, 3, 2, 3, columns, 6 * (columns + 2), columns + 2, 1, columns + 2, 1);
                int reach = (int)windows.Reach, taps = (int)(outputs * windows.Taps), results = (int)(outputs * windows.Places);
                Conv.Forward<float>(
                    in windows, x.AtEnd<float>(reach), 1, 0, w.AtEnd<float>(taps), outputs, b.AtEnd<float>(outputs), z.AtEnd<float>(results), 0, windows.Places, columns);
                Conv.Forward<float>(
                    in windows, x.AtStart<float>(reach), 1, 0, w.AtStart<float>(taps), outputs, b.AtStart<float>(outputs), z.AtStart<float>(results), 0, windows.Places, columns);
                int lanes = (int)windows.Places * Conv.Lanes<float>(outputs);
                Conv.Turn<float>(z.AtEnd<float>(results), outputs, windows.Places, windows.Places, b.AtEnd<float>(lanes));
                Conv.Weights<float>(in windows, x.AtEnd<float>(reach), 1, 0, z.AtEnd<float>(lanes), outputs, 0, Conv.Lines(in windows), w.AtEnd<float>(taps));
                Conv.Weights<float>(in windows, x.AtStart<float>(reach), 1, 0, z.AtStart<float>(lanes), outputs, 0, Conv.Lines(in windows), w.AtStart<float>(taps));
            }
        }
    }

    [Fact]
    public void Refusals_say_what_is_wrong_and_write_nothing()
    {
        ImageWindows windows = new(1, 2, 2, 3, 3, 16, 4, 1, 4, 1);
        float[] image = new float[16], weights = new float[4], y = [7, 7, 7, 7, 7, 7, 7, 7, 7];
        Refused("conv: 1 outputs with 3 weights", () => Conv.Forward<float>(in windows, image, 1, 0, weights.AsSpan(0, 3), 1, [], y, 0, 9, 3));
        Refused("conv: the windows reach over 16 elements of the image, which has 15.", () => Conv.Forward<float>(in windows, image.AsSpan(0, 15), 1, 0, weights, 1, [], y, 0, 9, 3));
        Refused("conv: 2 images 16 apart do not fit into 16 elements", () => Conv.Forward<float>(in windows, image, 2, 16, weights, 1, [], y, 9, 9, 3));
        Refused("conv: windows a step of 1 apart", () => Conv.Forward<float>(windows with { ColumnStep = 2, Columns = 1 }, image, 1, 0, weights, 1, [], y, 0, 9, 3));
        Refused("conv: a kernel of at least one element is needed", () => Conv.Forward<float>(windows with { Height = 0 }, image, 1, 0, weights, 1, [], y, 0, 9, 3));
        Refused("conv: the result overlaps an operand", () => Conv.Forward<float>(in windows, image, 1, 0, weights, 1, [], image, 0, 9, 3));
        Refused("conv: 1 outputs with a gradient of 9", () => Conv.Weights<float>(in windows, image, 1, 0, y, 1, 0, 3, weights));
        Refused("conv: 2 channels 9 apart of 9 places", () => Conv.Turn<float>(y, 2, 9, 9, image));
        Assert.Throws<NotSupportedException>(() => Conv.Turn<int>([1], 1, 0, 1, new int[1]));
        Assert.All(y, x => Assert.Equal(7, x));

        static void Refused(string message, Action action) => Assert.StartsWith(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    private static void Forward<T>(Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (ImageWindows windows, int images, nint imageStep) = Shape(random, anyStep: false);
        int outputs = random.Next(1, 20);
        nint yRow = windows.Columns + random.Next(3), yChannel = (windows.Rows * yRow) + random.Next(3), yImage = (outputs * yChannel) + random.Next(3);
        T[] image = Numbers.Uniform<T>(1, (int)(((images - 1) * imageStep) + windows.Reach)), weights = Numbers.Uniform<T>(2, (int)(outputs * windows.Taps));
        T[] bias = random.Next(2) == 0 ? [] : Numbers.Uniform<T>(3, outputs), expected = Naive(windows, image, images, imageStep, weights, outputs, bias);
        T[] y = new T[images * yImage], packed = new T[expected.Length];
        Conv.Forward(in windows, image, images, imageStep, weights, outputs, bias, y.AsSpan(), yImage, yChannel, yRow);
        for (int i = 0, at = 0; i < images * outputs * windows.Rows; i++)
        {
            (nint row, nint matrix) = (i % windows.Rows, i / windows.Rows);
            for (int column = 0; column < windows.Columns; column++, at++)
            {
                packed[at] = y[(matrix / outputs * yImage) + (matrix % outputs * yChannel) + (row * yRow) + column];
            }
        }

        Bits.AssertSame<T>(expected, packed, $"{windows}, {outputs} outputs");
        AtEveryWidth<T>(windows, image, images, imageStep, weights, outputs, bias, expected);
    }

    private static unsafe void AtEveryWidth<T>(
        ImageWindows windows, T[] image, int images, nint imageStep, T[] weights, int outputs, T[] bias, T[] expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[expected.Length];
        fixed (T* px = image, pw = weights, pb = bias, py = y)
        {
            nint yImage = outputs * windows.Places;
            for (int width = 0; width < 4; width++)
            {
                y.AsSpan().Clear();
                if (typeof(T) == typeof(float))
                {
                    ConvolutionLoop<float> loop = new(windows, (float*)px, images, imageStep, (float*)pw, outputs, (float*)pb, (float*)py, yImage, windows.Places, windows.Columns);
                    Run(width, loop);
                }
                else
                {
                    ConvolutionLoop<double> loop = new(windows, (double*)px, images, imageStep, (double*)pw, outputs, (double*)pb, (double*)py, yImage, windows.Places, windows.Columns);
                    RunDouble(width, loop);
                }

                Bits.AssertSame<T>(expected, y, $"{windows}, {outputs} outputs, width {width}");
            }
        }
    }

    private static void Weights<T>(Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (ImageWindows windows, int images, nint imageStep) = Shape(random, anyStep: true);
        int outputs = random.Next(1, 40);
        T[] image = Numbers.Uniform<T>(1, (int)(((images - 1) * imageStep) + windows.Reach)), dy = Numbers.Uniform<T>(2, (int)(images * outputs * windows.Places));
        T[] turned = new T[images * windows.Places * Conv.Lanes<T>(outputs)], dw = new T[outputs * windows.Taps], expected = NaiveWeights(windows, image, images, imageStep, dy, outputs);
        int perImage = turned.Length / images, lines = Conv.Lines(in windows), first = random.Next(lines);
        for (int n = 0; n < images; n++)
        {
            Conv.Turn(dy.AsSpan((int)(n * outputs * windows.Places)), outputs, windows.Places, windows.Places, turned.AsSpan(n * perImage, perImage));
        }

        // In two parts, as two threads would.
        Conv.Weights(in windows, image, images, imageStep, turned, outputs, first, lines - first, dw.AsSpan());
        if (first > 0)
        {
            Conv.Weights(in windows, image, images, imageStep, turned, outputs, 0, first, dw.AsSpan());
        }

        Bits.AssertSame<T>(expected, dw, $"{windows}, {outputs} outputs");
        WeightsAtEveryWidth(windows, image, images, imageStep, dy, outputs, expected);
    }

    private static unsafe void WeightsAtEveryWidth<T>(ImageWindows windows, T[] image, int images, nint imageStep, T[] dy, int outputs, T[] expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] turned = new T[images * windows.Places * (outputs + 16)], dw = new T[expected.Length];
        fixed (T* px = image, pd = dy, pt = turned, pw = dw)
        {
            for (int width = 0; width < 4; width++)
            {
                if (typeof(T) == typeof(float))
                {
                    int lanes = (int)(width switch { 0 => WeightGradientKernel.Lanes<F32x1, float>(outputs), 1 => WeightGradientKernel.Lanes<F32x4, float>(outputs), 2 => WeightGradientKernel.Lanes<F32x8, float>(outputs), _ => WeightGradientKernel.Lanes<F32x16, float>(outputs) });
                    for (int n = 0; n < images; n++)
                    {
                        Run(width, new TurnLoop<float>((float*)pd + (n * outputs * windows.Places), outputs, windows.Places, windows.Places, (float*)pt + (n * windows.Places * lanes)));
                    }

                    Run(width, new WeightGradientLoop<float>(windows, (float*)px, images, imageStep, (float*)pt, outputs, 0, Conv.Lines(in windows), (float*)pw));
                }
                else
                {
                    int lanes = (int)(width switch { 0 => WeightGradientKernel.Lanes<F64x1, double>(outputs), 1 => WeightGradientKernel.Lanes<F64x2, double>(outputs), 2 => WeightGradientKernel.Lanes<F64x4, double>(outputs), _ => WeightGradientKernel.Lanes<F64x8, double>(outputs) });
                    for (int n = 0; n < images; n++)
                    {
                        RunDouble(width, new TurnLoop<double>((double*)pd + (n * outputs * windows.Places), outputs, windows.Places, windows.Places, (double*)pt + (n * windows.Places * lanes)));
                    }

                    RunDouble(width, new WeightGradientLoop<double>(windows, (double*)px, images, imageStep, (double*)pt, outputs, 0, Conv.Lines(in windows), (double*)pw));
                }

                Bits.AssertSame<T>(expected, dw, $"{windows}, {outputs} outputs, width {width}");
            }
        }
    }

    internal static void Run<TLoop>(int width, TLoop loop)
        where TLoop : struct, ILaneLoop<float>
    {
        switch (width)
        {
            case 0: loop.Run<F32x1>(); break;
            case 1: loop.Run<F32x4>(); break;
            case 2: loop.Run<F32x8>(); break;
            default: loop.Run<F32x16>(); break;
        }
    }

    internal static void RunDouble<TLoop>(int width, TLoop loop)
        where TLoop : struct, ILaneLoop<double>
    {
        switch (width)
        {
            case 0: loop.Run<F64x1>(); break;
            case 1: loop.Run<F64x2>(); break;
            case 2: loop.Run<F64x4>(); break;
            default: loop.Run<F64x8>(); break;
        }
    }

    /// <summary>Kernels, dilations and, for gradients of weights, strides; images up to 60 wide.</summary>
    private static (ImageWindows Windows, int Images, nint ImageStep) Shape(Random random, bool anyStep)
    {
        int channels = random.Next(1, 7), height = random.Next(1, 4), width = random.Next(1, 8), rows = random.Next(1, 8), columns = random.Next(1, 61 / width);
        int stride = anyStep ? random.Next(1, 4) : 1, down = random.Next(1, 3), dilation = random.Next(1, 3);
        nint row = ((columns - 1) * stride) + ((width - 1) * dilation) + 1 + random.Next(3), channel = row * (((rows - 1) * down) + ((height - 1) * dilation) + 1);
        ImageWindows windows = new(channels, height, width, rows, columns, channel, dilation * row, dilation, down * row, stride);
        return (windows, random.Next(1, 4), (channels * channel) + random.Next(5));
    }

    private static T[] Naive<T>(ImageWindows windows, T[] image, int images, nint imageStep, T[] weights, int outputs, T[] bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[images * outputs * windows.Places];
        for (int place = 0; place < y.Length; place++)
        {
            (nint column, nint row) = (place % windows.Columns, place / windows.Columns % windows.Rows);
            (nint output, nint n) = (place / windows.Places % outputs, place / windows.Places / outputs);
            nint at = (n * imageStep) + (row * windows.RowStep) + (column * windows.ColumnStep);
            y[place] = Chain((int)windows.Taps, k => weights[(output * windows.Taps) + k], k => image[at + Offset(windows, k)]);
            y[place] = bias.Length == 0 ? y[place] : y[place] + bias[output];
        }

        return y;
    }

    private static T[] NaiveWeights<T>(ImageWindows windows, T[] image, int images, nint imageStep, T[] dy, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] dw = new T[outputs * windows.Taps];
        for (int w = 0; w < dw.Length; w++)
        {
            (nint tap, nint output) = (w % windows.Taps, w / windows.Taps);
            dw[w] = Chain(
                (int)(images * windows.Places),
                p => image[(p / windows.Places * imageStep) + (p % windows.Places / windows.Columns * windows.RowStep) + (p % windows.Columns * windows.ColumnStep) + Offset(windows, tap)],
                p => dy[(((p / windows.Places * outputs) + output) * windows.Places) + (p % windows.Places)]);
        }

        return dw;
    }

    private static nint Offset(ImageWindows windows, nint tap) =>
        (tap / windows.Width / windows.Height * windows.ChannelStep) + (tap / windows.Width % windows.Height * windows.HeightStep) + (tap % windows.Width * windows.WidthStep);

    /// <summary>The chain of the contract: pieces of 512, added in order.</summary>
    private static T Chain<T>(int count, Func<int, T> x, Func<int, T> y)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int first = 0; first < count; first += 512)
        {
            T piece = T.Zero;
            for (int k = first; k < int.Min(count, first + 512); k++)
            {
                piece = T.FusedMultiplyAdd(x(k), y(k), piece);
            }

            sum = first == 0 ? piece : sum + piece;
        }

        return sum;
    }
}
