using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd.Tests;

/// <summary>The contract on bits, word for word, as slow and plain as it can be said.</summary>
internal static class Reference
{
    /// <summary>Blocks of 4,096, their results summed by the same rule.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length <= 4096)
        {
            return Block(x);
        }

        List<T> results = [];
        for (int start = 0; start < x.Length; start += 4096)
        {
            results.Add(Block(x.Slice(start, int.Min(4096, x.Length - start))));
        }

        return Sum<T>([.. results]);
    }

    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length <= 4096)
        {
            return Block(x, y);
        }

        List<T> results = [];
        for (int start = 0; start < x.Length; start += 4096)
        {
            int count = int.Min(4096, x.Length - start);
            results.Add(Block(x.Slice(start, count), y.Slice(start, count)));
        }

        return Sum<T>([.. results]);
    }

    /// <summary>IEEE 754-2019's minimum: NaN wins, -0 is below +0.</summary>
    public static T Min<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] negative = [.. x];
        foreach (ref T element in negative.AsSpan())
        {
            element = -element;
        }

        return -Max<T>(negative);
    }

    /// <summary>The first NaN, or the first element that no other is above; -0 equals +0.</summary>
    public static int ArgMax<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (T.IsNaN(x[i]))
            {
                return i;
            }

            best = x[i] > x[best] ? i : best;
        }

        return best;
    }

    /// <summary>Two passes: the mean, then the sum of fused squares of the deviations.</summary>
    public static T Variance<T>(ReadOnlySpan<T> x, double correction)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty)
        {
            return T.NaN;
        }

        T mean = Sum(x) / T.CreateTruncating(x.Length);
        T[] deviations = [.. x];
        foreach (ref T element in deviations.AsSpan())
        {
            element -= mean;
        }

        return Dot<T>(deviations, deviations) / T.CreateTruncating(Math.Max(0, x.Length - correction));
    }

    /// <summary>The maximum, the exponentials by the operator, their sum; three results that begin like this.</summary>
    public static (T Max, T[] Exponentials, T Sum) Exponentials<T>(ReadOnlySpan<T> x, bool isFinite)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = x.IsEmpty ? T.NegativeInfinity : Max(x);
        max = isFinite && !T.IsFinite(max) ? T.Zero : max;
        T[] exponentials = [.. x];
        foreach (ref T element in exponentials.AsSpan())
        {
            element = Bits.Apply<Exp, T>(element - max);
        }

        return (max, exponentials, Sum<T>(exponentials));
    }

    public static T LogSumExp<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T max, _, T sum) = Exponentials(x, isFinite: true);
        return Bits.Apply<Log, T>(sum) + max;
    }

    public static T[] Softmax<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (_, T[] y, T sum) = Exponentials(x, isFinite: false);
        return [.. y.Select(e => e / sum)];
    }

    public static T[] LogSoftmax<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T max, _, T sum) = Exponentials(x, isFinite: false);
        T logarithm = Bits.Apply<Log, T>(sum);
        T[] y = [.. x];
        return [.. y.Select(e => e - max - logarithm)];
    }

    /// <summary>A chain inside blocks of 1,024, plus the sum at the end of the block before.</summary>
    public static T[] CumulativeSum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] y = new T[x.Length];
        T chain = T.Zero;
        for (int i = 0; i < y.Length; i++)
        {
            chain = i % 1024 == 0 ? x[i] : chain + x[i];
            y[i] = i < 1024 ? chain : chain + y[(i / 1024 * 1024) - 1];
        }

        return y;
    }

    /// <summary>IEEE 754-2019's maximum: NaN wins, -0 is below +0.</summary>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = x[0];
        foreach (T element in x)
        {
            max = T.IsNaN(max) || T.IsNaN(element) ? T.NaN : element > max || (element == max && T.IsNegative(max)) ? element : max;
        }

        return max;
    }

    /// <summary>k in pieces of 512, each one chain of fused multiply-adds from +0, the pieces added to c0 in order.</summary>
    public static void Gemm<T>(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                ref T element = ref c[(i * ldc) + j];
                bool standsAlone = beta == T.Zero;
                T result = standsAlone ? T.Zero : beta == T.One ? element : beta * element;
                for (int start = 0; start < k && alpha != T.Zero; start += 512)
                {
                    T chain = T.Zero;
                    for (int p = start; p < int.Min(k, start + 512); p++)
                    {
                        T ofA = a[transposeA ? (p * lda) + i : (i * lda) + p], ofB = b[transposeB ? (j * ldb) + p : (p * ldb) + j];
                        chain = T.FusedMultiplyAdd(alpha == T.One ? ofA : alpha * ofA, ofB, chain);
                    }

                    result = standsAlone ? chain : result + chain;
                    standsAlone = false;
                }

                element = result;
            }
        }
    }

    /// <summary>Element i joins lane i mod 64 (float32) or 32 (float64); lanes start at +0 and fold by halving.</summary>
    private static T Block<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] lanes = new T[256 / Unsafe.SizeOf<T>()];
        for (int i = 0; i < x.Length; i++)
        {
            ref T lane = ref lanes[i % lanes.Length];
            lane = y.IsEmpty ? lane + x[i] : T.FusedMultiplyAdd(x[i], y[i], lane);
        }

        for (int half = lanes.Length / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                lanes[i] += lanes[i + half];
            }
        }

        return lanes[0];
    }
}
