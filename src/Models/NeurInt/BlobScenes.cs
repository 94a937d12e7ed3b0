using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.NeurInt;

/// <summary>
/// Images 16 x 16 of one Gaussian blob on a circle: width s in [1.2, 2) pixels, angle phi on an arc from 0, radius 4.5 pixels around (8, 8), pixel
/// exp(-distance^2 / 2 s^2). A straight path between two such images leaves their set; the true path goes along the arc.
/// </summary>
public static class BlobScenes
{
    /// <summary>Pixels on a side.</summary>
    public const int Side = 16;

    /// <summary>Angles and widths of the fine grid.</summary>
    public const int Angles = 181, Widths = 9;

    private const double Radius = 4.5, Narrow = 1.2, Wide = 2;

    /// <summary>The arc's length in radians: three quarters of the circle.</summary>
    public const double Arc = 1.5 * Math.PI;

    /// <summary>Images [count, 256] of random angles and widths, and their angles.</summary>
    /// <param name="random">Angles, then widths, are drawn from it.</param>
    /// <param name="count">Images.</param>
    /// <param name="arc">The arc in radians, 2 pi for the ring.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer images than 1, or the arc is not in (0, 2 pi].</exception>
    public static (Tensor<float> Images, double[] Angles) Draw(RandomStream random, int count, double arc = Arc)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CheckArc(arc);
        using Tensor<double> first = random.Uniform<double>([count], 0, arc), second = random.Uniform<double>([count], Narrow, Wide);
        double[] angles = first.ToArray();
        return (Render(angles, second.ToArray()), angles);
    }

    /// <summary>All images of the fine grid [1629, 256], angle by angle, and the angle of each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The arc is not in (0, 2 pi].</exception>
    public static (Tensor<float> Images, double[] Angles) Bank(double arc = Arc)
    {
        CheckArc(arc);
        double[] angles = new double[Angles * Widths], widths = new double[Angles * Widths];
        for (int i = 0; i < angles.Length; i++)
        {
            angles[i] = arc * (i / Widths) / (Angles - 1);
            widths[i] = Narrow + ((Wide - Narrow) * (i % Widths) / (Widths - 1));
        }

        return (Render(angles, widths), angles);
    }

    private static void CheckArc(double arc)
    {
        if (!(arc is > 0 and <= 2 * Math.PI))
        {
            throw new ArgumentOutOfRangeException(nameof(arc), arc, "blobs: an arc in (0, 2 pi] is needed.");
        }
    }

    private static Tensor<float> Render(ReadOnlySpan<double> angles, ReadOnlySpan<double> widths)
    {
        Tensor<float> images = Tensor.Empty<float>([angles.Length, Side * Side]);
        Span<float> pixels = images.AsSpan();
        for (int i = 0; i < angles.Length; i++)
        {
            double x = (Side / 2) + (Radius * Map.Unary<Cos>(angles[i])), y = (Side / 2) + (Radius * Map.Unary<Sin>(angles[i])), scale = -0.5 / (widths[i] * widths[i]);
            Span<float> image = pixels.Slice(i * Side * Side, Side * Side);
            for (int at = 0; at < image.Length; at++)
            {
                double dx = (at % Side) - x, dy = (at / Side) - y;
                image[at] = (float)(scale * ((dx * dx) + (dy * dy)));
            }
        }

        Map.Unary<Exp, float>(pixels, pixels);
        return images;
    }
}
