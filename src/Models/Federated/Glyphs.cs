using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Federated;

/// <summary>
/// Pictures of pen strokes in place of handwriting: each class is a broken line through a few random points, each picture the line moved, turned and bent a little, drawn with a soft pen
/// on a noisy ground. There are as many as one wants, and nothing to download.
/// </summary>
public sealed class Glyphs
{
    private const int Points = 5;
    private const double Pen = 0.05;
    private const double Bend = 0.07;
    private const double Turn = 0.25;
    private const double Shift = 0.04;
    private const double Ground = 0.35;

    private readonly double[] skeletons;

    /// <summary>Random classes.</summary>
    /// <param name="classes">How many.</param>
    /// <param name="random">Draws their points, uniform in [0.15, 0.85]^2.</param>
    /// <param name="side">Pixels of a side.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Glyphs(int classes, RandomStream random, int side = 14)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        using Tensor<double> points = random.Uniform<double>([classes, Points, 2], 0.15, 0.85);
        skeletons = points.ToArray();
        Classes = classes;
        Side = side;
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>Pixels of a side.</summary>
    public int Side { get; }

    /// <summary>
    /// Pictures [classes, n, side side], rows from the top; ink is about 1.6 and ground about -0.4 with noise of deviation 0.7. Drawn in single precision by operators of our own: the same
    /// bits everywhere.
    /// </summary>
    /// <param name="n">How many of each class.</param>
    /// <param name="random">Draws them.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public Tensor<float> Draw(int n, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        const int Numbers = (2 * Points) + 3;
        int pixels = Side * Side;
        using Tensor<double> drawn = random.Normal<double>([Classes * n, Numbers]);
        Tensor<float> pictures = random.Normal<float>([Classes, n, pixels]);
        double[] numbers = drawn.ToArray();
        Span<float> all = pictures.AsSpan();
        Span<double> line = stackalloc double[2 * Points];
        float[] exponents = new float[pixels];
        for (int i = 0; i < Classes * n; i++)
        {
            Place(skeletons.AsSpan(i / n * 2 * Points, 2 * Points), numbers.AsSpan(i * Numbers, Numbers), line);
            Distances(line, exponents);
            Map.Unary<Exp, float>(exponents, exponents);
            Span<float> picture = all.Slice(i * pixels, pixels);
            for (int j = 0; j < pixels; j++)
            {
                picture[j] = (exponents[j] + ((float)Ground * picture[j]) - 0.2f) * 2;
            }
        }

        return pictures;
    }

    /// <summary>Bends each point, turns all of them around the middle and shifts them.</summary>
    private static void Place(ReadOnlySpan<double> skeleton, ReadOnlySpan<double> numbers, Span<double> line)
    {
        double angle = Turn * numbers[2 * Points], cosine = Map.Unary<Cos>(angle), sine = Map.Unary<Sin>(angle);
        for (int i = 0; i < Points; i++)
        {
            double x = skeleton[2 * i] + (Bend * numbers[2 * i]) - 0.5, y = skeleton[(2 * i) + 1] + (Bend * numbers[(2 * i) + 1]) - 0.5;
            line[2 * i] = (cosine * x) - (sine * y) + 0.5 + (Shift * numbers[(2 * Points) + 1]);
            line[(2 * i) + 1] = (sine * x) + (cosine * y) + 0.5 + (Shift * numbers[(2 * Points) + 2]);
        }
    }

    /// <summary>-distance^2 / (2 pen^2) of each pixel's middle from the line.</summary>
    private void Distances(ReadOnlySpan<double> line, float[] exponents)
    {
        for (int j = 0; j < exponents.Length; j++)
        {
            double px = ((j % Side) + 0.5) / Side, py = ((j / Side) + 0.5) / Side, nearest = double.PositiveInfinity;
            for (int i = 0; i < Points - 1; i++)
            {
                double ax = line[2 * i], ay = line[(2 * i) + 1], bx = line[(2 * i) + 2] - ax, by = line[(2 * i) + 3] - ay, cx = px - ax, cy = py - ay;
                double length = (bx * bx) + (by * by), t = length > 0 ? Math.Clamp(((bx * cx) + (by * cy)) / length, 0, 1) : 0;
                double dx = cx - (t * bx), dy = cy - (t * by);
                nearest = Math.Min(nearest, (dx * dx) + (dy * dy));
            }

            exponents[j] = (float)(-nearest / (2 * Pen * Pen));
        }
    }
}
