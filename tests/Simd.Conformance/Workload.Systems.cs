using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Decompositions and systems around the sizes of their blocks: on the registers of this process.</summary>
public static partial class Workload
{
    private static void OnSystems<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach (int n in (int[])[1, 2, 3, 7, 16, 17, 31, 32, 33, 48, 64, 65, 100, 130, 256])
        {
            T[] a = Numbers(41, n * n, convert), lu = new T[n * n], l = new T[n * n], work = new T[LuFactor.WorkLength<T>(n) + 16];
            int[] pivots = new int[n];
            LuFactor.Factor<T>(n, a, n, lu, n, pivots, work);
            hashes.Add(($"{Prefix}lu {n} {type}", Hash<T>(lu)[..32] + Hash<int>(pivots)[..32]));

            // B B^T + I, of the contract's product.
            T[] definite = new T[n * n];
            for (int i = 0; i < n; i++)
            {
                definite[i * (n + 1)] = convert(1);
            }

            Gemm.Multiply<T>(false, true, n, n, n, convert(1), a, n, a, n, convert(1), definite, n);
            CholeskyFactor.Factor<T>(n, definite, n, l, n, work, out _);
            hashes.Add(($"{Prefix}cholesky {n} {type}", Hash<T>(l)));
            T[] changed = [.. l];
            CholeskyFactor.Update(downdate: false, n, changed.AsSpan(), n, Numbers(42, n, convert), work);
            T[] back = [.. changed];
            CholeskyFactor.Update(downdate: true, n, back.AsSpan(), n, Numbers(42, n, x => convert(x / 2)), work);
            hashes.Add(($"{Prefix}cholesky update {n} {type}", Hash<T>([.. changed, .. back])));
            foreach (int columns in (int[])[1, 5, 40])
            {
                List<T> solutions = [];
                for (int form = 0; form < 8; form++)
                {
                    T[] x = Numbers(43, n * columns, convert);
                    TriangularSolve.Left<T>((form & 1) == 0, (form & 2) != 0, (form & 4) != 0, n, columns, (form & 5) == 0 ? l : lu, n, x, columns);
                    solutions.AddRange(x);
                }

                hashes.Add(($"{Prefix}triangular solve {n}x{columns} {type}", Hash<T>([.. solutions])));
            }
        }
    }
}
