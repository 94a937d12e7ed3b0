using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Fourier transforms of every kind of length: on the registers of this process.</summary>
public static partial class Workload
{
    /// <summary>Passes of every radix, alone and after others; a prime above them; a matrix.</summary>
    private static readonly int[] Lengths = [1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 37, 60, 64, 143, 512, 1000, 1024, 2187, 2048, 4096, 1021, 32768, 98304];

    private static void OnFourier<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach (int n in Lengths)
        {
            int lines = n > 10000 ? 2 : 35;
            T[] re = Numbers(32, n * lines, convert), im = Numbers(33, n * lines, convert), work = new T[Fourier.WorkLength<T>(n, isColumns: true)];
            T[] a = new T[n * lines], b = new T[n * lines], c = new T[n * lines], d = new T[n * lines];
            Fourier.Rows<T>(n, re, im, a, b, false, convert(1), work);
            Fourier.Columns<T>(n, lines, 0, lines, re, im, c, d, true, convert(1.0 / n), work);
            hashes.Add(($"{Prefix}fourier {n} {type}", Hash<T>([.. a, .. b, .. c, .. d])));
            if (n > 1)
            {
                OnReal(hashes, n, lines, type, re, convert);
            }
        }
    }

    /// <summary>Twice the length, of real numbers, there and back.</summary>
    private static void OnReal<T>(List<(string Name, string Hash)> hashes, int half, int lines, string type, T[] x, Func<double, T> convert)
        where T : unmanaged
    {
        int n = 2 * half, rows = lines / 2;
        T[] work = new T[RealFourier.WorkLength<T>(n, isColumns: false) + RealFourier.WorkLength<T>(n, isColumns: true)], numbers = x[..(n * rows)];
        T[] a = new T[(half + 1) * rows], b = new T[(half + 1) * rows], c = new T[(half + 1) * rows], d = new T[(half + 1) * rows], back = new T[n * rows], columns = new T[n * rows];
        RealFourier.Rows<T>(n, numbers, a, b, false, false, convert(1), work);
        RealFourier.Columns<T>(n, rows, 0, rows, numbers, c, d, true, true, convert(0.3), work);
        RealFourier.RowsBack<T>(n, a, b, back, true, true, convert(1.0 / n), work);
        RealFourier.ColumnsBack<T>(n, rows, 0, rows, c, d, columns, false, false, convert(1), work);
        hashes.Add(($"{Prefix}real fourier {n} {type}", Hash<T>([.. a, .. b, .. c, .. d, .. back, .. columns])));
    }
}
