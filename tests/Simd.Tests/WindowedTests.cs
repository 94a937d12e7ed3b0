using System.Numerics;
using FsCheck;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Pooling, its adjoints and margins: the bits of loops over indices at every register width, next to guard pages; and refusals.</summary>
public class WindowedTests
{
    [Cases]
    public void Pooling_and_its_adjoints_have_the_bits_of_loops_at_every_width(DoNotSize<int> seed)
    {
        Check<float>(new Random(seed.Item));
        Check<double>(new Random(seed.Item));
    }

    [GuardedFact]
    public void Only_the_spans_are_touched()
    {
        using GuardedMemory x = new(1 << 15), y = new(1 << 15), d = new(1 << 15), z = new(1 << 15);
        foreach (int step in (int[])[1, 2, 3])
        {
            for (int columns = 1; columns < 40; columns++)
            {
                int row = ((columns - 1) * step) + 2;
                ImageWindows windows = new(2, 2, 2, 3, columns, 6 * row, row, 1, 2 * row, step);
                int reach = (int)windows.Reach, results = (int)(2 * windows.Places);
                Span<float> from = x.AtEnd<float>(reach), to = y.AtEnd<float>(results), gradient = d.AtEnd<float>(results);
                Windowed.Max<float>(in windows, from, to, windows.Places, columns);
                Windowed.Average<float>(in windows, from, to, windows.Places, columns);
                Windowed.MaxAdjoint<float>(in windows, from, to, gradient, in windows, z.AtEnd<float>(reach));
                Windowed.AverageAdjoint<float>(in windows, gradient, z.AtEnd<float>(reach));
                Windowed.MaxGather<float>(in windows, from, to, in windows, z.AtEnd<float>(reach), gradient);
                Windowed.Max<float>(in windows, x.AtStart<float>(reach), y.AtStart<float>(results), windows.Places, columns);
                Windowed.MaxAdjoint<float>(in windows, x.AtStart<float>(reach), y.AtStart<float>(results), d.AtStart<float>(results), in windows, z.AtStart<float>(reach));
                Windowed.Pad<float>(x.AtEnd<float>(6 * columns), 2, 3, columns, 3 * columns, columns, 1, z.AtEnd<float>(2 * 5 * (columns + 3)), 5, columns + 3, 1, 2);
            }
        }
    }

    [Fact]
    public void Refusals_say_what_is_wrong_and_write_nothing()
    {
        ImageWindows windows = new(1, 2, 2, 2, 2, 0, 4, 1, 8, 2);
        float[] x = new float[16], y = [7, 7, 7, 7], dx = [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
        Refused("pooling: 1 planes of 2 rows of 2 results, 4 and 2 apart, do not fit into 3 elements.", () => Windowed.Max<float>(in windows, x, y.AsSpan(0, 3), 4, 2));
        Refused("pooling: the windows reach over 16 elements of the image, which has 15.", () => Windowed.Average<float>(in windows, x.AsSpan(0, 15), y, 4, 2));
        Refused("pooling: the result overlaps an operand", () => Windowed.Max<float>(in windows, x, x, 4, 2));
        Refused("pooling: the windows of both must be of one size", () => Windowed.MaxAdjoint<float>(in windows, x, y, y, windows with { Rows = 1 }, dx));
        Refused("pooling: planes that do not overlap are needed", () => Windowed.AverageAdjoint<float>(windows with { Channels = 2, ChannelStep = 1 }, new float[8], new float[17]));
        Refused("pad: 1 planes [2, 2], 4 and rows 2 apart, of 4 elements, at (3, 0), do not fit 16 elements of [4, 4].", () => Windowed.Pad<float>(y, 1, 2, 2, 4, 2, 0, dx, 4, 4, 3, 0));
        Assert.All(y, value => Assert.Equal(7, value));
        Assert.All(dx, value => Assert.Equal(5, value));

        static void Refused(string message, Action action) => Assert.StartsWith(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    private static void Check<T>(Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int planes = random.Next(1, 4), height = random.Next(1, 4), width = random.Next(1, 4), rows = random.Next(1, 5), columns = random.Next(1, 40);
        int down = random.Next(1, 4), stride = random.Next(1, 4), dilation = random.Next(1, 3);
        nint row = ((columns - 1) * stride) + ((width - 1) * dilation) + 1 + random.Next(3), plane = row * (((rows - 1) * down) + ((height - 1) * dilation) + 1 + random.Next(2));
        ImageWindows windows = new(planes, height, width, rows, columns, plane, dilation * row, dilation, down * row, stride);

        // Few values, so that maxima are often equal, zeros of both signs, and NaN.
        T[] values = [T.Zero, -T.Zero, T.One, T.CreateChecked(2.5), T.CreateChecked(-3), T.NaN, T.NegativeInfinity];
        T[] x = [.. Enumerable.Range(0, (int)(planes * plane)).Select(_ => values[random.Next(20) == 0 ? random.Next(7) : random.Next(5)])];
        T[] dy = Numbers.Uniform<T>(2, (int)(planes * windows.Places)), g = Numbers.Uniform<T>(3, x.Length);
        dy[0] = -T.Zero;
        T[] max = Fold(windows, x, T.Max), mean = [.. Fold(windows, x, (a, b) => a + b).Select(sum => sum / T.CreateChecked(height * width))];
        T[] adjoint = Adjoint(windows, x, max, dy), average = Adjoint(windows, null, max, dy), gathered = Gather(windows, x, max, g);
        T[] y = new T[max.Length], dx = new T[x.Length];
        Windowed.Max(in windows, x, y.AsSpan(), windows.Places, columns);
        Bits.AssertSame<T>(max, y, $"max {windows}");
        Windowed.Average(in windows, x, y.AsSpan(), windows.Places, columns);
        Bits.AssertSame<T>(mean, y, $"average {windows}");
        Windowed.MaxAdjoint(in windows, x, max, dy, in windows, dx.AsSpan());
        Bits.AssertSame<T>(adjoint, dx, $"max adjoint {windows}");
        Windowed.AverageAdjoint(in windows, dy, dx.AsSpan());
        Bits.AssertSame<T>(average, dx, $"average adjoint {windows}");
        Windowed.MaxGather(in windows, x, max, in windows, g, y.AsSpan());
        Bits.AssertSame<T>(gathered, y, $"max gather {windows}");
        Margins(random, x, planes, rows, columns, plane, row);
        AtEveryWidth(windows, x, max, mean, dy, g, adjoint, average, gathered);
    }

    private static void Margins<T>(Random random, T[] x, int planes, int rows, int columns, nint plane, nint row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int top = random.Next(3), left = random.Next(3), height = rows + top + random.Next(3), width = columns + left + random.Next(3);
        T[] y = new T[planes * height * width], expected = [.. Enumerable.Range(0, y.Length).Select(at =>
        {
            (int column, int line) = ((at % width) - left, (at / width % height) - top);
            return column >= 0 && column < columns && line >= 0 && line < rows ? x[(at / width / height * plane) + (line * row) + column] : T.One;
        })];
        Windowed.Pad(x, planes, rows, columns, plane, row, T.One, y.AsSpan(), height, width, top, left);
        Bits.AssertSame<T>(expected, y, $"pad [{planes}, {rows}, {columns}] to [{height}, {width}] at ({top}, {left})");
    }

    private static unsafe void AtEveryWidth<T>(ImageWindows windows, T[] x, T[] max, T[] mean, T[] dy, T[] g, T[] adjoint, T[] average, T[] gathered)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[max.Length], dx = new T[x.Length];
        fixed (T* px = x, pm = max, pd = dy, pg = g, py = y, pt = dx)
        {
            for (int width = 0; width < 4; width++)
            {
                // A row has at least a register's windows.
                int lanes = width == 0 ? 1 : (typeof(T) == typeof(float) ? 2 : 1) << width;
                if (windows.Columns < lanes)
                {
                    break;
                }

                if (typeof(T) == typeof(float))
                {
                    ConvTests.Run(width, new PoolLoop<Maximum, float>(windows, (float*)px, 0, false, (float*)py, windows.Places, windows.Columns));
                    Bits.AssertSame<T>(max, y, $"max {windows}, {lanes} lanes");
                    ConvTests.Run(width, new PoolLoop<Add, float>(windows, (float*)px, windows.Height * windows.Width, true, (float*)py, windows.Places, windows.Columns));
                    Bits.AssertSame<T>(mean, y, $"average {windows}, {lanes} lanes");
                    ConvTests.Run(width, new MaxGatherLoop<float>(windows, (float*)px, (float*)pm, windows, (float*)pg, (float*)py));
                    Bits.AssertSame<T>(gathered, y, $"max gather {windows}, {lanes} lanes");
                    ConvTests.Run(width, new PoolAdjointLoop<LargestShare, float>(windows, (float*)px, (float*)pm, (float*)pd, windows, (float*)pt, dx.Length));
                    Bits.AssertSame<T>(adjoint, dx, $"max adjoint {windows}, {lanes} lanes");
                    ConvTests.Run(width, new PoolAdjointLoop<AllShare, float>(windows, (float*)px, (float*)pm, (float*)pd, windows, (float*)pt, dx.Length));
                    Bits.AssertSame<T>(average, dx, $"average adjoint {windows}, {lanes} lanes");
                }
                else
                {
                    ConvTests.RunDouble(width, new PoolLoop<Maximum, double>(windows, (double*)px, 0, false, (double*)py, windows.Places, windows.Columns));
                    Bits.AssertSame<T>(max, y, $"max {windows}, {lanes} lanes");
                    ConvTests.RunDouble(width, new MaxGatherLoop<double>(windows, (double*)px, (double*)pm, windows, (double*)pg, (double*)py));
                    Bits.AssertSame<T>(gathered, y, $"max gather {windows}, {lanes} lanes");
                    ConvTests.RunDouble(width, new PoolAdjointLoop<LargestShare, double>(windows, (double*)px, (double*)pm, (double*)pd, windows, (double*)pt, dx.Length));
                    Bits.AssertSame<T>(adjoint, dx, $"max adjoint {windows}, {lanes} lanes");
                }
            }
        }
    }

    private static T[] Fold<T>(ImageWindows windows, T[] x, Func<T, T, T> combine)
        where T : unmanaged => [.. Enumerable.Range(0, (int)(windows.Channels * windows.Places)).Select(place => Taps(windows, place).Select(at => x[at]).Aggregate(combine))];

    /// <summary>Element by element in the order of the kernel; with null all elements share.</summary>
    private static T[] Adjoint<T>(ImageWindows windows, T[]? x, T[] max, T[] dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] dx = new T[windows.Channels * windows.ChannelStep];
        for (int tap = 0; tap < windows.Height * windows.Width; tap++)
        {
            for (int place = 0; place < max.Length; place++)
            {
                nint[] taps = [.. Taps(windows, place)];
                T number = T.CreateChecked(x is null ? taps.Length : taps.Count(at => x[at] == max[place]));
                dx[taps[tap]] += x is null || x[taps[tap]] == max[place] ? dy[place] / number : T.IsNaN(max[place]) ? T.NaN : T.Zero;
            }
        }

        return dx;
    }

    private static T[] Gather<T>(ImageWindows windows, T[] x, T[] max, T[] g)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. max.Select((largest, place) =>
        {
            nint[] taps = [.. Taps(windows, place)];
            T number = T.CreateChecked(taps.Count(at => x[at] == largest));
            return taps.Select(at => x[at] == largest ? g[at] : T.IsNaN(largest) ? T.NaN : T.Zero).Aggregate((a, b) => a + b) / number;
        })];

    private static IEnumerable<nint> Taps(ImageWindows windows, int place)
    {
        nint start = (place / windows.Places * windows.ChannelStep) + (place % windows.Places / windows.Columns * windows.RowStep) + (place % windows.Columns * windows.ColumnStep);
        for (int i = 0; i < windows.Height; i++)
        {
            for (int j = 0; j < windows.Width; j++)
            {
                yield return start + (i * windows.HeightStep) + (j * windows.WidthStep);
            }
        }
    }
}
