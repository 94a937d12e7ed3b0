using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>
/// Images 16 x 16 in [-1, 1] of one blob, 2 exp(-distance^2 / 2 s^2) - 1, whose centre is even in [4, 12)^2 and width s in [1.4, 2.4): their factors are known, and so is the set of all images.
/// </summary>
public static class BlobImages
{
    /// <summary>Pixels on a side.</summary>
    public const int Side = 16;

    /// <summary>The grid of <see cref="Bank"/>: centres on a side, and widths.</summary>
    public const int Places = 33, Widths = 6;

    private const double First = 4, Last = 12, Narrow = 1.4, Wide = 2.4;

    /// <summary>Random images [count, 256] and their factors (x, y, s).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer images than 1.</exception>
    public static (Tensor<float> Images, (double X, double Y, double Width)[] Factors) Draw(RandomStream random, int count)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using Tensor<double> drawn = random.Uniform<double>([count, 3]);
        double[] u = drawn.ToArray();
        (double, double, double)[] factors = new (double, double, double)[count];
        for (int i = 0; i < count; i++)
        {
            factors[i] = (First + ((Last - First) * u[3 * i]), First + ((Last - First) * u[(3 * i) + 1]), Narrow + ((Wide - Narrow) * u[(3 * i) + 2]));
        }

        return (Render(factors), factors);
    }

    /// <summary>Images of a fine grid of factors [6534, 256]: what a sample is near to.</summary>
    public static (Tensor<float> Images, (double X, double Y, double Width)[] Factors) Bank()
    {
        (double, double, double)[] factors = new (double, double, double)[Places * Places * Widths];
        for (int i = 0; i < factors.Length; i++)
        {
            double place = (Last - First) / (Places - 1);
            factors[i] = (
                First + (place * (i / Widths % Places)), First + (place * (i / (Widths * Places))), Narrow + ((Wide - Narrow) * (i % Widths) / (Widths - 1)));
        }

        return (Render(factors), factors);
    }

    private static Tensor<float> Render(ReadOnlySpan<(double X, double Y, double Width)> factors)
    {
        Tensor<float> images = Tensor.Empty<float>([factors.Length, Side * Side]);
        Span<float> pixels = images.AsSpan();
        for (int i = 0; i < factors.Length; i++)
        {
            (double x, double y, double width) = factors[i];
            float scale = (float)(-0.5 / (width * width));
            Span<float> image = pixels.Slice(i * Side * Side, Side * Side);
            for (int at = 0; at < image.Length; at++)
            {
                float dx = (float)((at % Side) - x), dy = (float)((at / Side) - y);
                image[at] = scale * ((dx * dx) + (dy * dy));
            }
        }

        Map.Unary<Exp, float>(pixels, pixels);
        foreach (ref float pixel in pixels)
        {
            pixel = (2 * pixel) - 1;
        }

        return images;
    }
}
