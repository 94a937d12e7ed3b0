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
            StageMemory<T> memory = new(count, 7, c, c[..3]);
            x.CopyTo(memory.State);
            for (int row = 0; row < 7; row++)
            {
                k.AsSpan(row * (count + 3), count).CopyTo(memory.Row(row));
            }

            memory.ToNext(0, convert(0.7));
            memory.ToStage(1, convert(0.7));
            T[] stage = memory.Stage.ToArray();
            T sum = memory.SquaredShare(0, convert(0.7), convert(1e-3), convert(0.25));
            hashes.Add(($"{Prefix}stages {count} {type}", Hash<T>([.. memory.Next, .. stage, .. memory.Stage, sum])));
        }
    }
}
