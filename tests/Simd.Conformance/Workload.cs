using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Onsager.Simd;
using Onsager.Tests;

namespace Onsager.Conformance;

/// <summary>Fixed inputs through every operation under the contract on bits, and a SHA-256 of what comes out, NaN made canonical.</summary>
public static partial class Workload
{
    /// <summary>What our names in the golden file begin with.</summary>
    public const string Prefix = "simd/";

    private const int Points = 20_003;

    /// <summary>Shapes of products: [m, n, k], around every blocking constant of every register width and around the cuts of k.</summary>
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (1, 1, 1), (1, 1, 0), (2, 3, 4), (4, 4, 4), (5, 7, 9), (7, 16, 3), (8, 8, 8), (11, 13, 17), (12, 32, 64), (13, 33, 65),
        (16, 16, 16), (17, 17, 17), (6, 15, 511), (6, 16, 512), (7, 17, 513), (24, 31, 100), (25, 32, 33), (32, 32, 32), (36, 40, 48), (37, 41, 43),
        (1, 64, 128), (1, 50, 784), (64, 1, 128), (50, 1, 1024), (3, 3, 1023), (3, 5, 1024), (5, 3, 1025), (2, 2, 1537), (1, 1, 2049), (48, 64, 20),
        (63, 65, 67), (64, 64, 64), (96, 10, 128), (10, 96, 128), (32, 784, 10), (2, 1100, 5), (2, 2100, 5), (100, 3, 30), (128, 10, 32), (70, 70, 520),
    ];

    private static readonly (double Alpha, double Beta)[] Scalings = [(1, 0), (1, 1), (-0.75, 0), (1, 0.3), (1.7, -1), (0, 0.5), (0, 0)];

    /// <summary>Names and hashes, always in the same order.</summary>
    public static IReadOnlyList<(string Name, string Hash)> Run<TEngine>()
        where TEngine : IEngine
    {
        List<(string Name, string Hash)> hashes = [];
        foreach (OpRow row in OpTable.Rows)
        {
            row.Accept(new OnOperators<TEngine, float>(hashes, "f32", Floats()));
            row.Accept(new OnOperators<TEngine, double>(hashes, "f64", Doubles()));
        }

        OnSums<TEngine, float>(hashes, "f32", ToSingle);
        OnSums<TEngine, double>(hashes, "f64", x => x);
        OnLines<TEngine, float>(hashes, "f32", ToSingle);
        OnLines<TEngine, double>(hashes, "f64", x => x);
        OnUpdates<TEngine, float>(hashes, "f32", ToSingle);
        OnUpdates<TEngine, double>(hashes, "f64", x => x);
        OnProducts<TEngine, float>(hashes, "f32", ToSingle);
        OnProducts<TEngine, double>(hashes, "f64", x => x);
        OnWords(hashes);
        OnRandomNumbers<TEngine, float>(hashes, "f32");
        OnRandomNumbers<TEngine, double>(hashes, "f64");
        OnRandomIntegers(hashes);
        OnLayers<TEngine, float>(hashes, "f32", ToSingle);
        OnLayers<TEngine, double>(hashes, "f64", x => x);
        OnImages<float>(hashes, "f32", ToSingle);
        OnImages<double>(hashes, "f64", x => x);
        OnFourier<float>(hashes, "f32", ToSingle);
        OnFourier<double>(hashes, "f64", x => x);
        OnCombinations<float>(hashes, "f32", ToSingle);
        OnCombinations<double>(hashes, "f64", x => x);
        OnSparse<float>(hashes, "f32", ToSingle);
        OnSparse<double>(hashes, "f64", x => x);
        OnSystems<float>(hashes, "f32", ToSingle);
        OnSystems<double>(hashes, "f64", x => x);
        OnSpectra<float>(hashes, "f32", ToSingle);
        OnSpectra<double>(hashes, "f64", x => x);
        OnGeneralSpectra(hashes);
        OnLongOutputs<TEngine, float>(hashes, "f32", ToSingle);
        OnLongOutputs<TEngine, double>(hashes, "f64", x => x);
        OnConversions(hashes);
        OnIntegers<int>(hashes, "i32");
        OnIntegers<long>(hashes, "i64");
        OnBooleans(hashes);
        return hashes;
    }

    /// <summary>The hottest loops, a few times.</summary>
    public static void Hot()
    {
        float[] x = new float[4096], y = new float[4096], z = new float[4096], wide = new float[64 * 512], w = new float[64 * 64];
        double[] d = new double[4096], e = new double[4096], wideDouble = new double[64 * 512];
        for (int i = 0; i < 10; i++)
        {
            Map.Unary<Exp, float>(x, y);
            Map.Unary<Sin, float>(x, y);
            Map.Unary<Cos, float>(x, y);
            Map.Unary<Tan, float>(x, y);
            Map.Unary<Digamma, float>(x, y);
            Native.Gemm(false, false, 60, 64, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 24, 64, 512, 1, wide, wide, 0, w);
            Native.Gemm(false, false, 24, 48, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 24, 24, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 24, 31, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 24, 15, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 24, 6, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 1, 64, 64, 1, x, y, 0, z);
            Native.Gemm(false, true, 1, 64, 64, 1, x, y, 0, z);
            Native.Gemm(false, true, 24, 64, 64, 1, x, y, 0, z);
            Native.Gemm(false, false, 60, 64, 64, 1, d, d, 0, e);
            Native.Gemm(false, false, 24, 64, 512, 1, wideDouble, wideDouble, 0, e);
            Reduce.Sum<float>(z);
            Reduce.Dot<float>(y, z);
            HotImages(x, y, z);
        }
    }

    /// <summary>The hash of some numbers, any NaN made the same.</summary>
    private static string Hash<T>(params ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        T[] copy = numbers.ToArray();
        if (typeof(T) == typeof(float))
        {
            foreach (ref float x in MemoryMarshal.Cast<T, float>(copy.AsSpan()))
            {
                x = float.IsNaN(x) ? BitConverter.UInt32BitsToSingle(0x7FC00000) : x;
            }
        }
        else if (typeof(T) == typeof(double))
        {
            foreach (ref double x in MemoryMarshal.Cast<T, double>(copy.AsSpan()))
            {
                x = double.IsNaN(x) ? BitConverter.UInt64BitsToDouble(0x7FF8000000000000) : x;
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(copy)));
    }

    /// <summary>Bit patterns from everywhere, then an even grid over [-20, 20], then specials; integer work only, the same on every machine.</summary>
    private static float[] Floats() =>
    [
        .. Enumerable.Range(0, Points).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 2654435761u)),
        .. Enumerable.Range(-10_240, 20_481).Select(i => i / 512f),
        .. OpTable.Specials<float>(),
    ];

    private static double[] Doubles() =>
    [
        .. Enumerable.Range(0, Points).Select(i => BitConverter.UInt64BitsToDouble((ulong)i * 0x9E3779B97F4A7C15)),
        .. Enumerable.Range(-10_240, 20_481).Select(i => i / 512.0),
        .. OpTable.Specials<double>(),
    ];

    /// <summary>Numbers in [-1, 1) with 24 bits, exact in both types, from an integer hash (the finaliser of MurmurHash3, Appleby, 2008).</summary>
    private static double Number(int seed, int i)
    {
        uint h = ((uint)i * 0x9E3779B9) + ((uint)seed * 0x85EBCA6B);
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        return ((h ^ (h >> 16)) >> 8) * (1.0 / 8388608) - 1;
    }

    private static float ToSingle(double x) => (float)x;

    private static T[] Numbers<T>(int seed, int count, Func<double, T> convert) =>
        [.. Enumerable.Range(0, count).Select(i => convert(Number(seed, i)))];

    private static void OnSums<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        foreach (int count in (int[])[0, 1, 31, 32, 33, 63, 64, 65, 1000, 4095, 4096, 4097, 12_288, 100_001])
        {
            T[] x = Numbers(1, count, convert), y = Numbers(2, count, convert);
            hashes.Add(($"{Prefix}sum {count} {type}", Hash(TEngine.Sum(x))));
            hashes.Add(($"{Prefix}dot {count} {type}", Hash(TEngine.Dot(x, y))));
            if (count > 0)
            {
                hashes.Add(($"{Prefix}max {count} {type}", Rows<TEngine, Largest, T>(default, x, 1, count)));
            }
        }

        // Products that round to -0 keep their sign in a lane until something else joins it.
        foreach (int count in (int[])[1, 64, 65, 100, 128, 4097])
        {
            double tiny = typeof(T) == typeof(float) ? 1e-30 : 1e-200;
            T[] x = Numbers(3, count, _ => convert(tiny)), y = Numbers(4, count, _ => convert(-tiny));
            hashes.Add(($"{Prefix}dot to -0 {count} {type}", Hash(TEngine.Dot(x, y))));
        }

        foreach ((int rows, int columns) in ((int, int)[])[(0, 3), (1, 5), (31, 17), (64, 16), (65, 33), (1000, 7), (4096, 3), (8200, 5)])
        {
            T[] x = Numbers(5, rows * columns, convert);
            hashes.Add(($"{Prefix}columns {rows}x{columns} {type}", rows == 0 ? Hash<T>(new T[columns]) : Columns<TEngine, Total, T>(default, x, rows, columns)));
        }
    }

    /// <summary>Every reduction over rows and columns of matrices around the constants of the order, and what is done along them.</summary>
    private static void OnLines<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (3, 7), (17, 64), (70, 65), (65, 300), (1030, 33), (5, 2100), (3, 8200), (4200, 3)])
        {
            string shape = $"{rows}x{columns} {type}";
            Shape(Numbers(14, rows * columns, x => convert(4 * x)), string.Empty);

            // Ties, signs of zero, infinities and NaN, in some lines and not in others.
            Shape(Numbers(15, rows * columns, x => convert(Special((int)(x * 3000)))), " special");

            void Shape(T[] x, string kind)
            {
                OnReductions<TEngine, T>(hashes, x, rows, columns, kind + " " + shape);
                foreach (Line line in Enum.GetValues<Line>())
                {
                    T[] alongRows = new T[x.Length], alongColumns = new T[x.Length];
                    TEngine.Along(line, false, x, rows, columns, alongRows);
                    TEngine.Along(line, true, x, rows, columns, alongColumns);
                    hashes.Add(($"{Prefix}rows {line}{kind} {shape}", Hash<T>(alongRows)));
                    hashes.Add(($"{Prefix}columns {line}{kind} {shape}", Hash<T>(alongColumns)));
                }

                int[] places = new int[2 * (rows + columns)];
                TEngine.Places(x, rows, columns, places);
                hashes.Add(($"{Prefix}places{kind} {shape}", Hash<int>(places)));
            }
        }

        static double Special(int i) => i switch
        {
            1 => double.NaN,
            2 => double.PositiveInfinity,
            3 => double.NegativeInfinity,
            > 2000 => 0.0,
            < -2000 => -0.0,
            _ => i / 8,
        };
    }

    private static void OnReductions<TEngine, T>(List<(string Name, string Hash)> hashes, T[] x, int rows, int columns, string name)
        where TEngine : IEngine
        where T : unmanaged
    {
        Of<Total>(default);
        Of<Mean>(default);
        Of(new Variance(0));
        Of(new StandardDeviation(1));
        Of<EuclideanNorm>(default);
        Of<ManhattanNorm>(default);
        Of<MaximumNorm>(default);
        Of<Largest>(default);
        Of<Smallest>(default);
        Of<LogSumExp>(default);

        void Of<TReduction>(TReduction reduction)
            where TReduction : struct, IReduction
        {
            hashes.Add(($"{Prefix}rows {TReduction.Name}{name}", Rows<TEngine, TReduction, T>(reduction, x, rows, columns)));
            hashes.Add(($"{Prefix}columns {TReduction.Name}{name}", Columns<TEngine, TReduction, T>(reduction, x, rows, columns)));
        }
    }

    private static string Rows<TEngine, TReduction, T>(TReduction reduction, T[] x, int rows, int columns)
        where TEngine : IEngine
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        T[] y = new T[rows];
        TEngine.Rows(reduction, x, rows, columns, y);
        return Hash<T>(y);
    }

    private static string Columns<TEngine, TReduction, T>(TReduction reduction, T[] x, int rows, int columns)
        where TEngine : IEngine
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        T[] y = new T[columns];
        TEngine.Columns(reduction, x, rows, columns, y);
        return Hash<T>(y);
    }

    /// <summary>Three steps of each optimizer rule.</summary>
    private static void OnUpdates<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        const int count = 1003;
        T[] parameters = Numbers(9, count, convert), first = new T[count], second = new T[count];
        for (int step = 1; step <= 3; step++)
        {
            TEngine.Update(new AdamUpdate(0.01 * step, 0.9, 0.999, 1.0 / step, 1e-8), Numbers(9 + step, count, convert), parameters, first, second);
        }

        hashes.Add(($"{Prefix}adam {type}", Hash<T>([.. parameters, .. first, .. second])));
        TEngine.Update(new SgdUpdate(0.1), Numbers(13, count, convert), parameters, [], []);
        hashes.Add(($"{Prefix}sgd {type}", Hash<T>(parameters)));
        Rule(new DecayedSgdUpdate(0.1, 0.01));
        Rule(new MomentumUpdate(0.1, 0.9, 0.7, 0.01));
        Rule(new NesterovUpdate(0.1, 0.9, 0.01));
        Rule(new AdamWUpdate(0.01, 0.9, 0.999, 1.5, 1e-8, 0.99));
        Rule(new RmsPropUpdate(0.01, 0.99, 1e-8, 0.01));
        Rule(new RmsPropMomentumUpdate(0.01, 0.99, 1e-8, 0.9, 0.01));
        Rule(new LionUpdate(0.01, 0.9, 0.99, 0.99));
        Rule(new OptimisticUpdate(0.2, 0.1));
        Rule(new OptimisticAdamUpdate(0.02, 0.01, 0.5, 0.9, 1.5, 2.5, 1e-8));

        void Rule<TUpdate>(TUpdate update)
            where TUpdate : struct, IUpdate
        {
            T[] p = Numbers(9, count, convert), m = new T[TUpdate.Moments > 0 ? count : 0], v = new T[TUpdate.Moments > 1 ? count : 0];
            for (int step = 1; step <= 3; step++)
            {
                TEngine.Update(update, Numbers(9 + step, count, convert), p, m, v);
            }

            hashes.Add(($"{Prefix}{TUpdate.Name} {type}", Hash<T>([.. p, .. m, .. v])));
        }
    }

    private static void OnProducts<TEngine, T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where TEngine : IEngine
        where T : unmanaged
    {
        for (int i = 0; i < Shapes.Length; i++)
        {
            (int m, int n, int k) = Shapes[i];
            (double alpha, double beta) = Scalings[i % Scalings.Length];
            foreach ((bool ta, bool tb) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                T[] c = Numbers(8, m * n, x => convert(beta == 0 ? double.NaN : x));
                TEngine.Gemm(ta, tb, m, n, k, convert(alpha), Numbers(6, m * k, convert), Numbers(7, k * n, convert), convert(beta), c);
                hashes.Add(($"{Prefix}gemm {(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')} {m}x{n}x{k} {alpha} {beta} {type}", Hash<T>(c)));
            }
        }
    }

    private sealed class OnOperators<TEngine, T>(List<(string Name, string Hash)> hashes, string type, T[] x) : IOpVisitor
        where TEngine : IEngine
        where T : unmanaged
    {
        /// <summary>Arguments that meet each single one: the specials and some of the grid, not a multiple of any register.</summary>
        private const int OneAgainst = 1005;

        // Further arguments are the first, turned by numbers of places that share no factor: specials meet everything.
        private readonly T[] y = Turned(x, 7919), z = Turned(x, 15_013), result = new T[x.Length];

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp
        {
            TEngine.Unary<TOp, T>(x, result);
            hashes.Add(($"{Prefix}{TOp.Name} {type}", Hash<T>(result)));
        }

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp
        {
            TEngine.Binary<TOp, T>(x, y, result);
            hashes.Add(($"{Prefix}{TOp.Name} {type}", Hash<T>(result)));

            // Every special number as the one, and an ordinary one.
            T[] ones = [.. x[^OpTable.Specials<float>().Count..], x[Points + 10_240 + 700]], all = new T[2 * ones.Length * OneAgainst];
            T[] others = x[^OneAgainst..], part = new T[OneAgainst];
            for (int i = 0; i < ones.Length; i++)
            {
                TEngine.ByOne<TOp, T>(others, ones[i], part);
                part.CopyTo(all, 2 * i * OneAgainst);
                TEngine.OfOne<TOp, T>(ones[i], others, part);
                part.CopyTo(all, ((2 * i) + 1) * OneAgainst);
            }

            hashes.Add(($"{Prefix}{TOp.Name} with one {type}", Hash<T>(all)));
        }

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp
        {
            TEngine.Ternary<TOp, T>(x, y, z, result);
            hashes.Add(($"{Prefix}{TOp.Name} {type}", Hash<T>(result)));
        }

        private static T[] Turned(T[] x, int places) => [.. x[places..], .. x[..places]];
    }
}
