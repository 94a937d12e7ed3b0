using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Simd;

/// <summary>Draws of 64-bit words: integers, permutations, and points on the sphere.</summary>
public static unsafe partial class RandomFill
{
    /// <summary>64-bit words made at a time: they stay in the first-level cache until they are used.</summary>
    internal const int WordTile = 1024;

    /// <summary>Points of so few coordinates are normalized one by one: the drivers would take longer to start than to run.</summary>
    private const int FewCoordinates = 8;

    /// <summary>
    /// y[i] = element first + i of the stream, an integer in [0, n): the upper half of the 128-bit product of n and the element's 64-bit word (words
    /// 2i and 2i + 1). Each integer comes with probability 1/n within 2^-64, so that an excess shows after about 2^128 / n draws.
    /// </summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The element that goes to y[0].</param>
    /// <param name="n">How many integers there are.</param>
    /// <param name="y">Receives the integers.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static void Integers(ulong seed, ulong stream, ulong first, int n, Span<int> y) => Below(seed, stream, first, n, y);

    /// <summary>The same in 64 bits.</summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The element that goes to y[0].</param>
    /// <param name="n">How many integers there are.</param>
    /// <param name="y">Receives the integers.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static void Integers(ulong seed, ulong stream, ulong first, long n, Span<long> y) => Below(seed, stream, first, n, y);

    /// <summary>
    /// Puts elements in random order: for i from the last to the second, element i changes places with element floor(u (i + 1)), where u is
    /// the stream's next float64 uniform (Fisher and Yates, 1938; Durstenfeld, 1964). Takes y.Length - 1 uniforms; every
    /// order comes with probability 1 / y.Length! within a relative y.Length^2 2^-53.
    /// </summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The first float64 element to take.</param>
    /// <param name="y">What is shuffled.</param>
    public static void Shuffle<T>(ulong seed, ulong stream, ulong first, Span<T> y)
    {
        Span<double> tile = stackalloc double[256];
        for (int i = y.Length - 1; i > 0;)
        {
            Span<double> uniforms = tile[..int.Min(tile.Length, i)];
            Uniform(seed, stream, first, uniforms);
            first += (ulong)uniforms.Length;
            foreach (double u in uniforms)
            {
                int j = (int)(u * (i + 1));
                (y[i], y[j]) = (y[j], y[i]);
                i--;
            }
        }
    }

    /// <summary>
    /// Points [count, dimension] uniform on the unit sphere: the stream's normals, point by point in rows, over their norm (Muller, 1959). The norm
    /// is the root of the dot product in its fixed order and each coordinate one quotient, so a point's norm is 1 within 2 + dimension / 64
    /// units in the last place. Should all normals of a point be zero, it is (1, 0, ...).
    /// </summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="stream">The stream's number.</param>
    /// <param name="first">The element at which the normals of the first point begin.</param>
    /// <param name="dimension">The number of coordinates.</param>
    /// <param name="y">Receives the points.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
    /// <exception cref="ArgumentException">y does not hold whole points.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Sphere<T>(ulong seed, ulong stream, ulong first, int dimension, Span<T> y)
        where T : unmanaged
    {
        if (dimension < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "sphere: the dimension must be at least 1.");
        }

        if (y.Length % dimension != 0)
        {
            throw new ArgumentException($"sphere: {y.Length} elements are no whole number of points of {dimension} coordinates.", nameof(y));
        }

        Normal(seed, stream, first, y);
        for (int start = 0; start < y.Length; start += dimension)
        {
            if (Operands.Is<T, float>())
            {
                Normalize(MemoryMarshal.Cast<T, float>(y.Slice(start, dimension)));
            }
            else
            {
                Normalize(MemoryMarshal.Cast<T, double>(y.Slice(start, dimension)));
            }
        }
    }

    /// <summary>Elements first, first + 1, ... of the stream as 64-bit words, the low word first.</summary>
    internal static void Words64(ulong seed, ulong stream, ulong first, Span<ulong> words) =>
        Philox.Words(seed, stream, first * 2, MemoryMarshal.Cast<ulong, uint>(words));

    [SkipLocalsInit]
    private static void Below<T>(ulong seed, ulong stream, ulong first, T n, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (n < T.One)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, "integers: n must be at least 1.");
        }

        Span<ulong> tile = stackalloc ulong[WordTile];
        ulong count = ulong.CreateTruncating(n);
        for (int done = 0; done < y.Length; done += tile.Length)
        {
            Span<T> part = y[done..int.Min(done + tile.Length, y.Length)];
            Words64(seed, stream, first + (ulong)done, tile[..part.Length]);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = T.CreateTruncating(Math.BigMul(tile[i], count, out _));
            }
        }
    }

    private static void Normalize<T>(Span<T> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool few = point.Length <= FewCoordinates;
        T norm = T.Sqrt(few ? SumOfFewSquares<T>(point) : Reduce.Dot<T>(point, point));
        if (T.IsZero(norm))
        {
            point[0] = T.One;
            return;
        }

        if (!few)
        {
            Map.Binary<Divide, T>(point, norm, point);
            return;
        }

        for (int i = 0; i < point.Length; i++)
        {
            point[i] /= norm;
        }
    }

    /// <summary>The dot product's order where each lane holds one square at most: halves are added, and what lies behind the point is 0.</summary>
    private static T SumOfFewSquares<T>(ReadOnlySpan<T> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T s0 = Squared(point, 0) + Squared(point, 4), s1 = Squared(point, 1) + Squared(point, 5);
        T s2 = Squared(point, 2) + Squared(point, 6), s3 = Squared(point, 3) + Squared(point, 7);
        return s0 + s2 + (s1 + s3);

        static T Squared(ReadOnlySpan<T> point, int i) => i < point.Length ? point[i] * point[i] : T.Zero;
    }
}
