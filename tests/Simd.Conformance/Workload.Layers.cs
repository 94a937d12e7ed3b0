using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Products with what stands around them: bias and operator, batches, triangles; and outputs beyond the caches.</summary>
public static partial class Workload
{
    private static void OnLayers<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 10, 7), (1, 128, 784), (8, 33, 65), (32, 10, 128), (37, 64, 100), (13, 31, 513), (3, 5, 0)])
        {
            foreach ((bool ta, bool tb) in ((bool, bool)[])[(false, false), (false, true), (true, false)])
            {
                T[] a = Numbers(16, m * k, convert), b = Numbers(17, k * n, convert), bias = Numbers(18, n, convert), relu = new T[m * n], tanh = new T[m * n];
                TEngine.Affine<Relu, T>(ta, tb, m, n, k, convert(1), a, b, relu, bias);
                TEngine.Affine<Tanh, T>(ta, tb, m, n, k, convert(1), a, b, tanh, bias);
                hashes.Add(($"{Prefix}layer {(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')} {m}x{n}x{k} {type}", Hash<T>([.. relu, .. tanh])));
            }
        }

        OnBatches(hashes, type, convert);
    }

    /// <summary>Batches, each product of which is as it is alone, and triangles: on the registers of this process.</summary>
    private static void OnBatches<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        const int batch = 5, m = 7, n = 18, k = 33;
        T one = convert(1);
        T[] a = Numbers(19, batch * m * k, convert), b = Numbers(20, batch * k * n, convert), c = new T[batch * m * n];
        Gemm.StridedBatched<T>(batch, false, true, m, n, k, one, a, k, m * k, b, k, n * k, default, c, n, m * n);
        hashes.Add(($"{Prefix}strided batch {type}", Hash<T>(c)));
        Gemm.StridedBatched<T>(batch, true, false, m, n, k, convert(0.7), a, m, m * k, b, n, 0, one, c, n, m * n);
        hashes.Add(($"{Prefix}strided batch of one b {type}", Hash<T>(c)));
        int[] startsA = [0, m * k, 0, 2 * m * k, m * k], startsB = [0, 0, k * n, 3 * k * n, k * n], startsC = [0, 4 * m * n, 2 * m * n, m * n, 3 * m * n];
        Gemm.Batched<T>(false, false, m, n, k, one, a, k, startsA, b, n, startsB, default, c, n, startsC);
        hashes.Add(($"{Prefix}batch {type}", Hash<T>(c)));
        foreach (int side in (int[])[1, 5, 48, 49, 100])
        {
            foreach (bool transposed in (bool[])[false, true])
            {
                T[] factor = Numbers(21, side * 70, convert), lower = Numbers(22, side * side, convert), upper = Numbers(23, side * side, convert);
                int leading = transposed ? side : 70;
                Gemm.Syrk<T>(true, transposed, side, 70, one, factor, leading, convert(-0.5), lower, side);
                Gemm.Syrk<T>(false, transposed, side, 70, convert(1.3), factor, leading, default, upper, side, mirror: true);
                hashes.Add(($"{Prefix}syrk {(transposed ? 'T' : 'N')} {side} {type}", Hash<T>([.. lower, .. upper])));
            }
        }
    }

    /// <summary>Outputs above 4 MiB, which are written around the caches; one lane at a time makes them in its ordinary loop.</summary>
    private static void OnLongOutputs<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        const int bytes = 4 << 20;
        int count = (bytes / System.Runtime.CompilerServices.Unsafe.SizeOf<T>()) + 1037;
        T[] x = Numbers(24, count, x => convert(9 * x)), y = Numbers(25, count, convert), z = new T[count];
        TEngine.Unary<Exp, T>(x, z);
        hashes.Add(($"{Prefix}long exp {type}", Hash<T>(z)));
        TEngine.Unary<Sin, T>(x, z);
        hashes.Add(($"{Prefix}long sin {type}", Hash<T>(z)));
        TEngine.Binary<Divide, T>(x, y, z);
        hashes.Add(($"{Prefix}long divide {type}", Hash<T>(z)));
        TEngine.ByOne<Subtract, T>(x, convert(0.3), z);
        hashes.Add(($"{Prefix}long subtract by one {type}", Hash<T>(z)));
        TEngine.OfOne<Subtract, T>(convert(0.3), x, z);
        hashes.Add(($"{Prefix}long subtract of one {type}", Hash<T>(z)));
        TEngine.Ternary<FusedMultiplyAdd, T>(x, y, x, z);
        hashes.Add(($"{Prefix}long fma {type}", Hash<T>(z)));
    }
}
