using System.Numerics;
using FsCheck;
using Onsager.Simd.Tests;
using Onsager.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>Pooling against loops over windows, bit for bit; interpolation against its formula; rows by index.</summary>
public sealed class PoolingTests
{
    [Cases]
    public void Pooling_of_random_forms_has_the_bits_of_loops(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        Check<float>(random);
        Check<double>(random);
    }

    [Fact]
    public void Maxima_follow_the_rules_of_the_operator()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([-0f, 0, float.NaN, 5, float.NegativeInfinity, float.NegativeInfinity], [1, 1, 6]);
        float[] largest = x.MaxPool1d(2).ToArray();
        Assert.True(largest[0] == 0 && !float.IsNegative(largest[0]) && float.IsNaN(largest[1]) && float.IsNegativeInfinity(largest[2]));
    }

    [Theory]
    [InlineData(false, 3, 7)]
    [InlineData(false, 7, 3)]
    [InlineData(false, 4, 4)]
    [InlineData(true, 4, 9)]
    [InlineData(true, 9, 4)]
    [InlineData(true, 4, 1)]
    [InlineData(false, 1, 5)]
    public void Linear_interpolation_is_its_formula(bool aligned, int from, int to)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(6).Normal<double>([2, 3, from]), y = x.Interpolate(to, InterpolationMode.Linear, aligned);
        Assert.Equal(Shape.Create([2, 3, to]), y.Shape);
        for (int i = 0; i < to; i++)
        {
            double at = aligned ? to == 1 ? 0 : (double)i * (from - 1) / (to - 1) : Math.Max(0, ((i + 0.5) * from / to) - 0.5);
            int left = Math.Min((int)(at + 1e-12), from - 1), right = Math.Min(left + 1, from - 1);
            double lambda = at - left;
            for (int line = 0; line < 6; line++)
            {
                double expected = ((1 - lambda) * x[line / 3, line % 3, left]) + (lambda * x[line / 3, line % 3, right]);
                Assert.Equal(expected, y[line / 3, line % 3, i], 1e-12);
            }
        }

        Tensor<double> into = Tensor.Zeros<double>([3, 2, to]).SwapAxes(0, 1);
        x.InterpolateInto(into, InterpolationMode.Linear, aligned);
        Assert.Equal(y.ToArray(), into.ToArray());
    }

    [Fact]
    public void Bilinear_and_nearest_values_are_what_one_computes_by_hand()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.From<float>([1, 2, 3, 4], [1, 1, 2, 2]);
        Assert.Equal([1f, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], x.Interpolate(4).ToArray());
        float[] bilinear = [1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4];
        Assert.Equal(bilinear, x.Interpolate(4, InterpolationMode.Linear).ToArray());
        Tensor<float> y = Tensor.Zeros<float>([1, 1, 4, 4]);
        x.InterpolateInto(y, InterpolationMode.Linear);
        Assert.Equal(bilinear, y.ToArray());
        Assert.Equal([1f, 1.5f, 2, 2, 2.5f, 3, 3, 3.5f, 4], x.Interpolate(3, InterpolationMode.Linear, alignCorners: true).ToArray());
        Assert.Equal([1f, 2, 4], Tensor.From<float>([1, 2, 3, 4, 5], [1, 1, 5]).Interpolate(3).ToArray());
        Assert.Equal(x.ToArray(), x.Interpolate(2, InterpolationMode.Linear).ToArray());
    }

    [Fact]
    public void Rows_by_index_are_those_rows()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> table = Tensor.From<float>([0, 1, 10, 11, 20, 21], [3, 2]);
        Tensor<int> indices = Tensor.From<int>([2, 0, 0, 1], [2, 2]);
        Tensor<float> rows = table.Embedding(indices);
        Assert.Equal("[2, 2, 2]", rows.Shape.ToString());
        Assert.Equal([20f, 21, 0, 1, 0, 1, 10, 11], rows.ToArray());
        Assert.Equal([20f, 21, 0, 1, 0, 1, 10, 11], Transposed(table).Embedding(indices).ToArray());
        Tensor<float> into = Tensor.Zeros<float>([2, 2, 4]).Slice(2, 0, 4, 2);
        table.EmbeddingInto(indices.Transpose(), into);
        Assert.Equal([20f, 21, 0, 1, 0, 1, 10, 11], into.ToArray());

        static Tensor<float> Transposed(Tensor<float> x) => x.Transpose().Clone().Transpose();
    }

    public static TheoryData<string, Action<Tensor<float>>> Refusals => new()
    {
        { "max_pool2d: kernel (0, 2), stride (0, 2), padding (0, 0), dilation (1, 1); needed: padding >= 0, the others >= 1.", x => x.MaxPool2d((0, 2)) },
        { "avg_pool2d: padding (2, 2) is more than half of the kernel (3, 3).", x => x.AvgPool2d(3, padding: 2) },
        { "max_pool2d: a kernel (5, 5) with dilation (1, 1) does not fit into [1, 2, 4, 4] with padding (0, 0).", x => x.MaxPool2d(5) },
        { "max_pool2d: an input [batch, channels, h, w] is needed; got [2, 4, 4].", x => x.Select(0, 0).MaxPool2d(2) },
        { "max_pool1d: a tensor [batch, channels, length] is needed; got [1, 2, 4, 4].", x => x.MaxPool1d(2) },
        { "avg_pool2d: the destination has shape [1, 2, 4, 4], the result [1, 2, 2, 2].", x => x.AvgPool2dInto(2, x) },
        { "max_pool2d: the destination overlaps an operand; it needs memory of its own.", x => x.MaxPool2dInto(1, x) },
        { "interpolate: the destination overlaps an operand; it needs memory of its own.", x => x.InterpolateInto(x) },
        { "interpolate: the destination has shape [2, 1, 4, 4], the input [1, 2, 4, 4]: ranks, batches or channels differ.", x => x.InterpolateInto(Tensor.Ones<float>([2, 1, 4, 4])) },
        { "interpolate: the mode is Nearest or Linear.", x => x.Interpolate(2, (InterpolationMode)7) },
        { "embedding: index 4 is outside axis 0 of [4, 4].", x => x.Select(0, 0).Select(0, 0).Embedding(Tensor.From<int>([0, 4], [2])) },
        { "embedding: a table [count, width] and indices of at most 7 axes are needed; got [1, 2, 4, 4] and [1].", x => x.Embedding(Tensor.From<int>([0], [1])) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Refusals_say_what_is_wrong_and_change_nothing(string message, Action<Tensor<float>> action)
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Full<float>([1, 2, 4, 4], 1);
        Exception problem = Assert.ThrowsAny<ArgumentException>(() => action(x));
        Assert.Equal(message, problem.Message.Split(" (Parameter '", 2)[0]);
        Assert.All(x.ToArray(), value => Assert.Equal(1f, value));
    }

    private static void Check<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new((ulong)random.Next());
        Pair kernel = (random.Next(1, 5), random.Next(1, 5)), stride = (random.Next(1, 4), random.Next(1, 4)), dilation = (random.Next(1, 3), random.Next(1, 3));
        Pair padding = (random.Next(0, ((int)kernel.Height / 2) + 1), random.Next(0, ((int)kernel.Width / 2) + 1));
        Tensor<T> x = stream.Normal<T>([random.Next(1, 3), random.Next(1, 4), random.Next(9, 14), random.Next(9, 14)]);
        x = random.Next(2) == 0 ? x : x.Transpose();
        Naive<T> plain = new(x.Shape.AsSpan().ToArray(), x.ToArray());
        string context = $"{x.Shape}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}";

        Naive<T> largest = Pool(plain, kernel, stride, padding, dilation, T.NegativeInfinity, T.Max, T.One);
        Tensor<T> y = x.MaxPool2d(kernel, stride, padding, dilation), into = Tensor.Full([y.Shape[0], y.Shape[1], y.Shape[3], y.Shape[2]], T.NaN).Transpose();
        Bits.AssertSame<T>(largest.Elements, y.ToArray(), context + ", max");
        x.MaxPool2dInto(kernel, into, stride, padding, dilation);
        Bits.AssertSame<T>(largest.Elements, into.ToArray(), context + ", max into");

        Naive<T> mean = Pool(plain, kernel, stride, padding, 1, T.Zero, static (a, b) => a + b, T.CreateChecked(kernel.Height * kernel.Width));
        y = x.AvgPool2d(kernel, stride, padding);
        into = Tensor.Full([y.Shape[0], y.Shape[1], y.Shape[3], y.Shape[2]], T.NaN).Transpose();
        Bits.AssertSame<T>(mean.Elements, y.ToArray(), context + ", mean");
        x.AvgPool2dInto(kernel, into, stride, padding);
        Bits.AssertSame<T>(mean.Elements, into.ToArray(), context + ", mean into");

        // A signal is an image one row high.
        int k = (int)kernel.Width, s = (int)stride.Width, p = (int)padding.Width, d = (int)dilation.Width;
        Tensor<T> signal = x.Slice(2, 0, 1).Squeeze(2);
        Naive<T> row = new([x.Shape[0], x.Shape[1], 1, x.Shape[3]], signal.ToArray());
        Tensor<T> z = signal.MaxPool1d(k, s, p, d);
        Bits.AssertSame<T>(Pool(row, (1, k), (1, s), (0, p), (1, d), T.NegativeInfinity, T.Max, T.One).Elements, z.ToArray(), context + ", max_pool1d");
        z.Fill(T.NaN);
        signal.MaxPool1dInto(k, z, s, p, d);
        Bits.AssertSame<T>(Pool(row, (1, k), (1, s), (0, p), (1, d), T.NegativeInfinity, T.Max, T.One).Elements, z.ToArray(), context + ", max_pool1d into");
        z = signal.AvgPool1d(k, s, p);
        Bits.AssertSame<T>(Pool(row, (1, k), (1, s), (0, p), 1, T.Zero, static (a, b) => a + b, T.CreateChecked(k)).Elements, z.ToArray(), context + ", avg_pool1d");
        z.Fill(T.NaN);
        signal.AvgPool1dInto(k, z, s, p);
        Bits.AssertSame<T>(Pool(row, (1, k), (1, s), (0, p), 1, T.Zero, static (a, b) => a + b, T.CreateChecked(k)).Elements, z.ToArray(), context + ", avg_pool1d into");
    }

    private static Naive<T> Pool<T>(Naive<T> x, Pair kernel, Pair stride, Pair padding, Pair dilation, T outside, Func<T, T, T> combine, T divisor)
        where T : IFloatingPointIeee754<T>
    {
        nint h = ((x.Extents[2] + (2 * padding.Height) - (dilation.Height * (kernel.Height - 1)) - 1) / stride.Height) + 1;
        nint w = ((x.Extents[3] + (2 * padding.Width) - (dilation.Width * (kernel.Width - 1)) - 1) / stride.Width) + 1;
        return Naive<T>.Of([x.Extents[0], x.Extents[1], h, w], at =>
        {
            T result = T.Zero;
            for (nint tap = 0; tap < kernel.Height * kernel.Width; tap++)
            {
                nint row = (at[2] * stride.Height) + (tap / kernel.Width * dilation.Height) - padding.Height;
                nint column = (at[3] * stride.Width) + (tap % kernel.Width * dilation.Width) - padding.Width;
                bool inside = row >= 0 && row < x.Extents[2] && column >= 0 && column < x.Extents[3];
                T value = inside ? x[at[0], at[1], row, column] : outside;
                result = tap == 0 ? value : combine(result, value);
            }

            return result / divisor;
        });
    }
}
