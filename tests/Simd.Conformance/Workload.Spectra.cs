using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Orthogonal decompositions: their lanes are 64 bytes on every processor.</summary>
public static partial class Workload
{
    private static void OnSpectra<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach ((int m, int n) in ((int, int)[])[(1, 1), (5, 5), (17, 9), (9, 17), (33, 33), (64, 64), (70, 40), (131, 131)])
        {
            int k = int.Min(m, n);
            T[] a = Numbers(40, m * n, convert), q = new T[m * k], r = new T[k * n], work = new T[Householder.QrWork<T>(m, n)];
            Householder.Qr<T>(m, n, a, n, k, q, r, work);
            hashes.Add(($"{Prefix}qr {m} x {n} {type}", Hash<T>([.. q, .. r])));

            T[] values = new T[k], u = new T[m * k], vt = new T[k * n];
            SingularValues.Run<T>(m, n, a, n, values, k, u, k, vt, new T[SingularValues.Work<T>(m, n)]);
            hashes.Add(($"{Prefix}svd {m} x {n} {type}", Hash<T>([.. values, .. u, .. vt])));
            if (m == n)
            {
                SymmetricEigenvalues.Run<T>(n, a, n, lower: true, values, u, new T[SymmetricEigenvalues.Work<T>(n)]);
                hashes.Add(($"{Prefix}eigh {n} {type}", Hash<T>([.. values, .. u])));
            }
        }
    }

    private static void OnGeneralSpectra(List<(string Name, string Hash)> hashes)
    {
        foreach (int n in (int[])[1, 5, 33, 70])
        {
            double[] a = Numbers(41, n * n, x => x), real = new double[n], imaginary = new double[n];
            GeneralEigenvalues.Run(n, a, n, real, imaginary, new double[GeneralEigenvalues.Work(n)]);
            hashes.Add(($"{Prefix}eig {n} f64", Hash<double>([.. real, .. imaginary])));
            double[] re = new double[n * n], im = new double[n * n];
            GeneralEigenvalues.RunVectors(n, a, n, real, imaginary, re, im, new double[GeneralEigenvalues.VectorWork(n)]);
            hashes.Add(($"{Prefix}eig vectors {n} f64", Hash<double>([.. real, .. imaginary, .. re, .. im])));
        }
    }
}
