using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>
/// Images [3, 32, 32] in [-1, 1] of one coloured shape before dim clutter: its kind (disc, square, diamond, ring, cross, bar), place, size and colour are drawn evenly, and so is what stands behind it.
/// </summary>
public static class ShapeImages
{
    /// <summary>Pixels on a side.</summary>
    public const int Side = 32;

    /// <summary>Kinds of shapes.</summary>
    public const int Kinds = 6;

    private const int Clutter = 3, Numbers = 8 + (5 * Clutter);

    /// <summary>Random images [count, 3, 32, 32] and the kind of each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer images than 1.</exception>
    public static (Tensor<float> Images, int[] Kinds) Draw(RandomStream random, int count)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using Tensor<float> drawn = random.Uniform<float>([count, Numbers]);
        ReadOnlySpan<float> u = drawn.AsSpan();
        Tensor<float> images = Tensor.Empty<float>([count, 3, Side, Side]);
        int[] kinds = new int[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> own = u.Slice(i * Numbers, Numbers);
            kinds[i] = Math.Min((int)(own[0] * Kinds), Kinds - 1);
            Render(images.AsSpan().Slice(i * 3 * Side * Side, 3 * Side * Side), own, kinds[i]);
        }

        return (images, kinds);
    }

    private static void Render(Span<float> image, ReadOnlySpan<float> u, int kind)
    {
        float x = 10 + (12 * u[1]), y = 10 + (12 * u[2]), size = 5 + (4 * u[3]);
        for (int at = 0; at < Side * Side; at++)
        {
            float px = at % Side, py = at / Side;
            float inside = Math.Clamp(Depth(kind, px - x, py - y, size) + 0.5f, 0, 1), behind = 0.1f + (0.2f * u[7] * px / Side);
            for (int k = 0; k < Clutter; k++)
            {
                ReadOnlySpan<float> spot = u.Slice(8 + (5 * k), 5);
                float dx = px - (Side * spot[0]), dy = py - (Side * spot[1]), reach = 3 + (5 * spot[2]);
                behind += 0.25f * spot[3] * Math.Max(0, 1 - (((dx * dx) + (dy * dy)) / (reach * reach)));
            }

            for (int channel = 0; channel < 3; channel++)
            {
                float colour = 0.35f + (0.65f * u[4 + channel]), seen = (inside * colour) + ((1 - inside) * behind);
                image[(channel * Side * Side) + at] = Math.Clamp((2 * seen) - 1, -1, 1);
            }
        }
    }

    /// <summary>How far inside the shape a point is, in pixels; below 0 outside.</summary>
    private static float Depth(int kind, float dx, float dy, float size)
    {
        float ax = Math.Abs(dx), ay = Math.Abs(dy), r = MathF.Sqrt((dx * dx) + (dy * dy));
        return kind switch
        {
            0 => size - r,
            1 => (size * 0.85f) - Math.Max(ax, ay),
            2 => (size * 1.1f) - ax - ay,
            3 => (size * 0.3f) - Math.Abs(r - (size * 0.75f)),
            4 => Math.Min(size - Math.Max(ax, ay), (size * 0.3f) - Math.Min(ax, ay)),
            _ => Math.Min(size - ax, (size * 0.35f) - ay),
        };
    }
}
