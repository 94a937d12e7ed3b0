using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Products with sparse matrices: on the registers of this process.</summary>
public static partial class Workload
{
    private static void OnSparse<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach ((int rows, int columns, int entries) in ((int, int, int)[])[(1, 1, 1), (50, 70, 400), (300, 20, 1500), (9, 600, 2000)])
        {
            // Places by a multiplicative walk, some of them named twice; many rows stay empty.
            int[] i = [.. Enumerable.Range(0, entries).Select(e => (int)(((long)e * 7919) % rows) & ~2)], j = [.. Enumerable.Range(0, entries).Select(e => (int)(((long)e * e * 31) % columns))];
            SparsePattern a = SparsePattern.FromPairs(rows, columns, i, j, new int[entries]), turned = a.Transposed, square = a.Multiply(turned.Renumbered);
            T[] v = Numbers(32, a.Count, convert);
            foreach (int n in (int[])[1, 3, 16, 37, 130])
            {
                T[] x = Numbers(33, columns * n, convert), u = Numbers(34, rows * n, convert), y = new T[rows * n], z = new T[columns * n], s = new T[a.Count];
                SparseProduct.Multiply<T>(a, v, x, n, y, 0, rows);
                SparseProduct.Multiply<T>(turned, v, u, n, z, 0, columns);
                SparseProduct.Sample<T>(a, u, x, n, s, 0, rows);
                hashes.Add(($"{Prefix}sparse {rows}x{columns} by {n} {type}", Hash<T>([.. y, .. z, .. s])));
            }

            T[] products = new T[square.Count];
            SparseTriple.Multiply<T>(square, a, v, turned, v, products, 0, rows);
            hashes.Add(($"{Prefix}sparse {rows}x{columns} times its transposed {type}", Hash<T>(products)));
        }
    }
}
