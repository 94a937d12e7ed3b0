using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>Points in the plane: equal normal clouds evenly on a circle, whose modes a generator may lose.</summary>
public sealed class RingMixture
{
    private readonly double[] centres;

    /// <summary>A ring of clouds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no modes, or a length is not positive.</exception>
    public RingMixture(int modes = 8, double radius = 1.5, double deviation = 0.1)
    {
        if (modes < 1 || !(radius > 0) || !(deviation > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(modes), $"ring: {modes} modes on a radius of {radius} with deviation {deviation}; needed: one mode or more, positive lengths.");
        }

        (Modes, Deviation) = (modes, deviation);
        centres = new double[2 * modes];
        for (int k = 0; k < modes; k++)
        {
            double angle = 2 * Math.PI * k / modes;
            (centres[2 * k], centres[(2 * k) + 1]) = (radius * Map.Unary<Cos>(angle), radius * Map.Unary<Sin>(angle));
        }
    }

    /// <summary>Clouds.</summary>
    public int Modes { get; }

    /// <summary>The standard deviation of a cloud.</summary>
    public double Deviation { get; }

    /// <summary>Points [count, 2].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer points than 1.</exception>
    public Tensor<float> Draw(RandomStream random, int count)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Tensor<float> points = random.Normal<float>([count, 2], 0, Deviation);
        using Tensor<int> modes = random.Integers([count], Modes);
        Span<float> at = points.AsSpan();
        ReadOnlySpan<int> which = modes.AsSpan();
        for (int i = 0; i < at.Length; i++)
        {
            at[i] += (float)centres[(2 * which[i / 2]) + (i % 2)];
        }

        return points;
    }

    /// <summary>The nearest mode of each point [count, 2] on the processor, and how far it is.</summary>
    /// <exception cref="ArgumentException">Points are not [count, 2].</exception>
    public (int Mode, double Distance)[] Nearest(Tensor<float> points)
    {
        if (points.Rank != 2 || points.Shape[1] != 2)
        {
            throw new ArgumentException($"ring: points [count, 2] are needed; got {points.Shape}.", nameof(points));
        }

        float[] at = points.ToArray();
        (int, double)[] nearest = new (int, double)[at.Length / 2];
        for (int i = 0; i < nearest.Length; i++)
        {
            (int mode, double least) = (0, double.PositiveInfinity);
            for (int k = 0; k < Modes; k++)
            {
                double dx = at[2 * i] - centres[2 * k], dy = at[(2 * i) + 1] - centres[(2 * k) + 1], squared = (dx * dx) + (dy * dy);
                (mode, least) = squared < least ? (k, squared) : (mode, least);
            }

            nearest[i] = (mode, Math.Sqrt(least));
        }

        return nearest;
    }

    /// <summary>How samples [count, 2] fall on the modes: the part within three deviations of one, modes with a hundredth of all samples or more there, and half the summed distance of the nearest modes' parts from even.</summary>
    /// <exception cref="ArgumentException">Samples are not [count, 2].</exception>
    public (double Within, int Found, double Variation) Balance(Tensor<float> samples)
    {
        (int Mode, double Distance)[] nearest = Nearest(samples);
        int[] all = new int[Modes], near = new int[Modes];
        foreach ((int mode, double distance) in nearest)
        {
            all[mode]++;
            near[mode] += distance <= 3 * Deviation ? 1 : 0;
        }

        double variation = 0;
        for (int k = 0; k < Modes; k++)
        {
            variation += Math.Abs(((double)all[k] / nearest.Length) - (1.0 / Modes)) / 2;
        }

        return ((double)near.Sum() / nearest.Length, near.Count(count => 100 * count >= nearest.Length), variation);
    }
}
