using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Combinations of rows, as Runge-Kutta methods need them: on the registers of this process.</summary>
public static partial class Workload
{
    private static void OnCombinations<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach (int count in (int[])[1, 3, 16, 37, 130])
        {
            T[] x = Numbers(35, count, convert), k = Numbers(36, 7 * (count + 3), convert), c = Numbers(37, 7, convert), y = new T[count], e = new T[count];
            c[1] = default;
            Combination.Add<T>(x, convert(0.7), c, k, count + 3, y);
            Combination.Share(convert(0.7), c, k, count + 3, convert(1e-3), convert(0.25), x, y, e);
            hashes.Add(($"{Prefix}combination {count} {type}", Hash<T>([.. y, .. e])));
        }
    }
}
