using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>Repeatable inputs.</summary>
internal static class Numbers
{
    /// <summary>Numbers in (-1, 1) with full fractions: sums and products of them round.</summary>
    public static T[] Uniform<T>(int seed, int count)
        where T : IFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] x = new T[count];
        foreach (ref T element in x.AsSpan())
        {
            element = T.CreateTruncating((random.NextDouble() * 2) - 1);
        }

        return x;
    }

    /// <summary>Positive numbers over many binades: the order of their sum shows in its bits.</summary>
    public static T[] Spread<T>(int seed, int count)
        where T : IFloatingPointIeee754<T> => [.. Uniform<T>(seed, count).Select((x, i) => T.ScaleB(x, (i * 7) % 23))];
}
