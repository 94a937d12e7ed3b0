using System.Collections.Concurrent;

namespace Onsager.Simd;

/// <summary>How lengths are taken apart: constants that decide the order of operations, and so bits; none depends on the machine.</summary>
internal static class FourierPlans
{
    /// <summary>The largest prime that is a radix; lengths with a larger one go through Bluestein's convolution.</summary>
    public const int LargestRadix = 31;

    /// <summary>Lengths from here on are matrices whose columns and rows are transformed.</summary>
    public const int Large = 1 << 15;

    /// <summary>The longest transform: Bluestein's convolution of a longer one would not fit a span.</summary>
    public const int Longest = 1 << 28;

    /// <summary>
    /// The radices in order: eights as long as they leave a power of two that fours make, or one two; then odd primes from the smallest.
    /// Powers of two come first, since the first radix is the number of neighbours that later passes find side by side.
    /// </summary>
    /// <exception cref="ArgumentException">A prime factor is above the largest radix.</exception>
    public static int[] Radices(int n)
    {
        List<int> radices = [];
        int twos = int.TrailingZeroCount(n), eights = (twos % 3) switch { 1 when twos >= 4 => (twos - 4) / 3, _ => twos / 3 };
        for (int i = 0; i < eights; i++)
        {
            radices.Add(8);
        }

        for (int left = twos - (3 * eights); left > 0; left -= 2)
        {
            radices.Add(left == 1 ? 2 : 4);
        }

        int rest = n >> twos;
        for (int prime = 3; prime <= LargestRadix; prime += 2)
        {
            for (; rest % prime == 0; rest /= prime)
            {
                radices.Add(prime);
            }
        }

        return rest == 1 ? [.. radices] : throw new ArgumentException($"fourier: {n} has a prime factor above {LargestRadix}.", nameof(n));
    }

    /// <summary>Whether every prime factor is a radix.</summary>
    public static bool IsSmooth(int n)
    {
        n >>= int.TrailingZeroCount(n);
        for (int prime = 3; prime <= LargestRadix; prime += 2)
        {
            while (n % prime == 0)
            {
                n /= prime;
            }
        }

        return n == 1;
    }

    /// <summary>The largest product of prime factors, taken from the largest on, that is not above the square root: the columns' length of a large transform.</summary>
    public static int Columns(int n)
    {
        int columns = 1, rest = n;
        for (int prime = LargestRadix; prime >= 2; prime--)
        {
            for (; rest % prime == 0; rest /= prime)
            {
                long product = (long)columns * prime;
                columns = product * product <= n ? (int)product : columns;
            }
        }

        return columns;
    }
}

/// <summary>The plans in use, by length: at most so many, and so many bytes of tables; beyond, those longest unused are forgotten. Safe for any number of threads.</summary>
internal static class FourierPlans<T>
    where T : unmanaged
{
    private const int MostPlans = 256;
    private const long MostBytes = 1L << 28;

    private static readonly ConcurrentDictionary<int, FourierPlan<T>> Plans = new();
    private static readonly Lock Gate = new();
    private static long clock;

    /// <summary>The plan of a length, made at its first use.</summary>
    public static FourierPlan<T> Of(int length)
    {
        if (!Plans.TryGetValue(length, out FourierPlan<T>? plan))
        {
            plan = new FourierPlan<T>(length);
            lock (Gate)
            {
                plan = Plans.GetOrAdd(length, plan);
                plan.LastUse = ++clock;
                Forget();
            }

            return plan;
        }

        // A race loses a tick of the clock, and with it nothing but an order of age.
        plan.LastUse = ++clock;
        return plan;
    }

    /// <summary>How many plans there are, and the bytes of their tables.</summary>
    public static (int Count, long Bytes) Held => (Plans.Count, Plans.Values.Sum(plan => plan.Bytes));

    /// <summary>Whoever still runs a forgotten plan keeps it alive.</summary>
    private static void Forget()
    {
        (int count, long bytes) = Held;
        if (count <= MostPlans && bytes <= MostBytes)
        {
            return;
        }

        foreach (FourierPlan<T> plan in Plans.Values.OrderBy(plan => plan.LastUse).SkipLast(1).ToArray())
        {
            if (count <= MostPlans / 2 && bytes <= MostBytes / 2)
            {
                return;
            }

            Plans.TryRemove(plan.Length, out _);
            count--;
            bytes -= plan.Bytes;
        }
    }
}
