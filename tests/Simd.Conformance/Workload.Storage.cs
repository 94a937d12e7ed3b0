using System.Numerics;
using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Conversions, integers and booleans: exact by nature, so what is watched is that no register width and no processor has its own way.</summary>
public static partial class Workload
{
    private delegate void OnTwo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

    private delegate void OnOne<T>(ReadOnlySpan<T> x, Span<T> y);

    private static void OnConversions(List<(string Name, string Hash)> hashes)
    {
        // Halves are hashed as bits: a NaN of a storage type is one pattern.
        (float[] single, double[] wide) = (Floats(), Doubles());
        Half[] half = [.. Enumerable.Range(0, 1 << 16).Select(i => BitConverter.UInt16BitsToHalf((ushort)i))];
        BFloat16[] brain = [.. Enumerable.Range(0, 1 << 16).Select(i => new BFloat16((ushort)i))];
        To<float, Half>(single, "f32", "f16");
        To<float, BFloat16>(single, "f32", "bf16");
        To<float, double>(single, "f32", "f64");
        To<float, int>(single, "f32", "i32");
        To<float, long>(single, "f32", "i64");
        To<float, bool>(single, "f32", "bool");
        To<double, Half>(wide, "f64", "f16");
        To<double, BFloat16>(wide, "f64", "bf16");
        To<double, float>(wide, "f64", "f32");
        To<double, int>(wide, "f64", "i32");
        To<double, long>(wide, "f64", "i64");
        To<double, bool>(wide, "f64", "bool");
        To<Half, float>(half, "f16", "f32");
        To<Half, double>(half, "f16", "f64");
        To<BFloat16, float>(brain, "bf16", "f32");
        To<BFloat16, double>(brain, "bf16", "f64");
        To<int, float>(Words<int>(26), "i32", "f32");
        To<int, double>(Words<int>(26), "i32", "f64");
        To<int, long>(Words<int>(26), "i32", "i64");
        To<int, bool>(Words<int>(26), "i32", "bool");
        To<long, float>(Words<long>(27), "i64", "f32");
        To<long, double>(Words<long>(27), "i64", "f64");
        To<long, int>(Words<long>(27), "i64", "i32");
        To<long, bool>(Words<long>(27), "i64", "bool");
        To<bool, float>(Flags(28), "bool", "f32");
        To<bool, long>(Flags(28), "bool", "i64");

        // Above 4 MiB, where the results are written around the caches.
        To<float, BFloat16>(Numbers(29, (2 << 20) + 1037, ToSingle), "long f32", "bf16");
        To<Half, float>([.. Enumerable.Repeat(half, 17).SelectMany(x => x)], "long f16", "f32");

        void To<TFrom, TTo>(TFrom[] x, string from, string to)
            where TFrom : unmanaged
            where TTo : unmanaged
        {
            TTo[] y = new TTo[x.Length];
            Map.Convert<TFrom, TTo>(x, y);
            hashes.Add(($"{Prefix}convert {from} to {to}", Hash<TTo>(y)));
        }
    }

    private static void OnIntegers<T>(List<(string Name, string Hash)> hashes, string type)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        T[] x = Words<T>(30), y = Words<T>(31), divisors = [.. y.Select(y => y == T.Zero ? -T.One : y)], z = new T[x.Length];
        Two("add", Integers.Add, y);
        Two("subtract", Integers.Subtract, y);
        Two("multiply", Integers.Multiply, y);
        Two("divide", Integers.Divide, divisors);
        Two("remainder", Integers.Remainder, divisors);
        Two("minimum", Integers.Minimum, y);
        Two("maximum", Integers.Maximum, y);
        Two("and", Integers.And, y);
        Two("or", Integers.Or, y);
        Two("xor", Integers.Xor, y);
        One("negate", Integers.Negate);
        One("abs", Integers.Abs);
        One("sign", Integers.Sign);
        One("not", Integers.Not);
        One("shift left", (x, y) => Integers.ShiftLeft(x, 5, y));
        One("shift right", (x, y) => Integers.ShiftRight(x, 5, y));
        One("shift right logical", (x, y) => Integers.ShiftRightLogical(x, 5, y));
        One("cumulative sum", Integers.CumulativeSum);
        long sum = typeof(T) == typeof(int) ? Integers.Sum(Unsafe.As<int[]>((object)x)) : Integers.Sum(Unsafe.As<long[]>((object)x));
        hashes.Add(($"{Prefix}integer sum, min, max {type}", Hash<long>([sum, long.CreateChecked(Integers.Min<T>(x)), long.CreateChecked(Integers.Max<T>(x))])));

        void Two(string name, OnTwo<T> work, T[] second)
        {
            work(x, second, z);
            hashes.Add(($"{Prefix}integer {name} {type}", Hash<T>(z)));
        }

        void One(string name, OnOne<T> work)
        {
            work(x, z);
            hashes.Add(($"{Prefix}integer {name} {type}", Hash<T>(z)));
        }
    }

    private static void OnBooleans(List<(string Name, string Hash)> hashes)
    {
        Comparisons<float>(Floats(), "f32");
        Comparisons<double>(Doubles(), "f64");
        Comparisons<int>([.. Words<int>(32).Select(x => x >> 29)], "i32");
        Comparisons<long>([.. Words<long>(33).Select(x => x >> 61)], "i64");
        bool[] x = Flags(34), y = Flags(35), z = new bool[x.Length];
        Booleans.And(x, y, z);
        hashes.Add(($"{Prefix}boolean and", Hash<bool>(z)));
        Booleans.Or(x, y, z);
        hashes.Add(($"{Prefix}boolean or", Hash<bool>(z)));
        Booleans.Xor(x, y, z);
        hashes.Add(($"{Prefix}boolean xor", Hash<bool>(z)));
        Booleans.Not(x, z);
        hashes.Add(($"{Prefix}boolean not", Hash<bool>(z)));
        hashes.Add(($"{Prefix}boolean any, all, count", Hash<int>([Booleans.Any(x) ? 1 : 0, Booleans.All(x) ? 1 : 0, Booleans.Count(x)])));
        float[] chosen = new float[x.Length];
        Booleans.Select<float>(x, Numbers(36, x.Length, ToSingle), Numbers(37, x.Length, ToSingle), chosen);
        hashes.Add(($"{Prefix}boolean select f32", Hash<float>(chosen)));

        void Comparisons<T>(T[] x, string type)
            where T : unmanaged, INumber<T>
        {
            T[] y = [.. x[7919..], .. x[..7919]];
            Relation<IsLess>();
            Relation<IsLessOrEqual>();
            Relation<IsGreater>();
            Relation<IsGreaterOrEqual>();
            Relation<IsEqual>();
            Relation<IsNotEqual>();

            void Relation<TRelation>()
                where TRelation : struct, IRelation
            {
                bool[] z = new bool[x.Length], byOne = new bool[x.Length];
                Compare.Run<TRelation, T>(x, y, z);
                Compare.Run<TRelation, T>(x, T.One, byOne);
                hashes.Add(($"{Prefix}is {TRelation.Name} {type}", Hash<bool>([.. z, .. byOne])));
            }
        }
    }

    /// <summary>Integers of every size, the ends of the range among them.</summary>
    private static T[] Words<T>(int seed)
        where T : unmanaged, IBinaryInteger<T>
    {
        int bits = Unsafe.SizeOf<T>() * 8;
        ulong[] ends = [0, 1, ulong.MaxValue, 1UL << (bits - 1), (1UL << (bits - 1)) - 1, (1UL << (bits - 1)) + 1];
        return [.. Enumerable.Range(0, Points).Select(i => Word((ulong)i))];

        T Word(ulong i)
        {
            // The finaliser of splitmix64 (Steele, Lea and Flood, 2014).
            ulong h = (i + ((ulong)seed << 32)) * 0x9E3779B97F4A7C15;
            h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
            h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
            h ^= h >> 31;
            return T.CreateTruncating(h % 5 == 0 ? (long)ends[(h >> 8) % (ulong)ends.Length] : (long)h >> (int)(i % (ulong)bits));
        }
    }

    private static bool[] Flags(int seed) => [.. Enumerable.Range(0, Points).Select(i => Number(seed, i) < 0)];
}
