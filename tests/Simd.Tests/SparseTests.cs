using System.Numerics;
using FsCheck;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>Products with sparse matrices: the bits of loops over rows and entries at every register width, next to guard pages; patterns; refusals.</summary>
public sealed unsafe class SparseTests
{
    [Cases]
    public void Products_have_the_bits_of_loops_at_every_width(DoNotSize<int> seed)
    {
        Check<float, F32x1, F32x4, F32x8, F32x16>(new Random(seed.Item));
        Check<double, F64x1, F64x2, F64x4, F64x8>(new Random(seed.Item));
    }

    [Cases]
    public void Patterns_are_what_sets_of_places_say(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        int rows = random.Next(9), inner = random.Next(9), columns = random.Next(9);
        SparsePattern a = Pattern(random, rows, inner), b = Pattern(random, inner, columns), c = Pattern(random, rows, inner);
        Assert.Equal(Places(a).Select(p => (p.Column, p.Row)).Order(), Places(a.Transposed));
        Assert.Equal(Places(a), Places(a.Transposed.Transposed));
        Assert.Equal(a.Transposed.ColumnIndices.ToArray().Select((row, k) => (row, k)).OrderBy(p => a.Transposed.Order[p.k]).Select(p => p.row), Places(a).Select(p => p.Row));
        Assert.Equal(Places(a).Union(Places(c)).Order(), Places(a.Union(c)));
        Assert.Equal(Places(a).SelectMany(p => Places(b).Where(q => q.Row == p.Column).Select(q => (p.Row, q.Column))).Distinct().Order(), Places(a.Multiply(b)));
        int first = random.Next(rows + 1), end = random.Next(first, rows + 1);
        Assert.Equal(Places(a).Where(p => p.Row >= first && p.Row < end).Select(p => (p.Row - first, p.Column)), Places(a.SliceRows(first, end)));
        SparsePattern copy = SparsePattern.Create(rows, inner, a.RowStarts, a.ColumnIndices);
        Assert.Equal(Places(a), Places(copy));
    }

    [Cases]
    public void Names_in_any_order_find_their_entries(DoNotSize<int> seed)
    {
        Random random = new(seed.Item);
        int rows = random.Next(1, 7), columns = random.Next(1, 7), count = random.Next(40);
        int[] i = [.. Enumerable.Range(0, count).Select(_ => random.Next(rows))], j = [.. i.Select(_ => random.Next(columns))], places = new int[count];
        SparsePattern pattern = SparsePattern.FromPairs(rows, columns, i, j, places);
        (int Row, int Column)[] entries = [.. Places(pattern)];
        Assert.Equal(i.Zip(j).Distinct().Order(), entries);
        Assert.Equal(i.Zip(j), places.Select(place => entries[place]));
    }

    [GuardedFact]
    public void Only_the_spans_are_touched()
    {
        using GuardedMemory v = new(1 << 12), x = new(1 << 16), y = new(1 << 16);
        SparsePattern a = SparsePattern.FromPairs(5, 6, [0, 0, 1, 2, 2, 2, 3, 4, 4], [5, 0, 3, 1, 5, 2, 5, 0, 5], new int[9]);
        for (int n = 1; n < 300; n++)
        {
            Span<float> values = v.AtEnd<float>(9), from = x.AtEnd<float>(6 * n), to = y.AtEnd<float>(5 * n);
            SparseProduct.Multiply<float>(a, values, from, n, to, 0, 5);
            SparseProduct.Multiply<float>(a.Transposed, values, to, n, from, 0, 6);
            SparseProduct.Sample<float>(a, to, from, n, values, 0, 5);
            Span<double> wide = v.AtStart<double>(9), start = x.AtStart<double>(6 * n), results = y.AtStart<double>(5 * n);
            SparseProduct.Multiply<double>(a, wide, start, n, results, 0, 5);
            SparseProduct.Sample<double>(a.Transposed, start, results, n, wide, 0, 6);
        }
    }

    [Fact]
    public void Refusals_say_what_is_wrong_and_write_nothing()
    {
        SparsePattern a = SparsePattern.Create(2, 3, [0, 1, 2], [0, 2]);
        float[] v = [1, 2], x = [1, 2, 3], y = [7, 7];
        Refused<ArgumentException>(
            "sparse product: rows 0 to 2 of a matrix [2, 3] of 2 entries do not fit 2 values, 2 elements of x and 2 of y with 1 columns.", () => SparseProduct.Multiply<float>(a, v, y, 1, y, 0, 2));
        Refused<ArgumentException>("sparse product: rows 1 to 3 of", () => SparseProduct.Multiply<float>(a, v, x, 1, y, 1, 3));
        Refused<ArgumentException>("sparse product: y overlaps an operand", () => SparseProduct.Multiply<float>(a, y, x, 1, y, 0, 2));
        Refused<ArgumentException>("sampled product: rows 0 to 2 of a pattern [2, 3] of 2 entries do not fit 2 results, 2 elements of u and 2 of w with 1 columns.", () => SparseProduct.Sample<float>(a, v, v, 1, y, 0, 2));
        Refused<ArgumentException>("sampled product: the results overlap an operand", () => SparseProduct.Sample<float>(a, y, x, 1, y, 0, 2));
        Refused<ArgumentException>("sparse product: rows 0 to 2 of [2, 3] with 2 results do not fit [2, 3] with 2 values times [2, 3] with 2.", () => SparseTriple.Multiply<float>(a, a, v, a, v, y, 0, 2));
        Refused<NotSupportedException>("sparse product: the element type is Int32", () => SparseProduct.Multiply<int>(a, new int[2], new int[3], 1, new int[2], 0, 2));
        Refused<ArgumentException>("sparse pattern: 2 rows need 3 starts, from 0 to the number of entries 2; got 3, from 0 to 1.", () => SparsePattern.Create(2, 3, [0, 1, 1], [0, 2]));
        Refused<ArgumentException>("sparse pattern: row 0 starts at 0 and ends at -1.", () => SparsePattern.Create(2, 3, [0, -1, 2], [0, 2]));
        Refused<ArgumentException>("sparse pattern: row 1 starts at 3 and ends at 2.", () => SparsePattern.Create(2, 3, [0, 3, 2], [0, 2]));
        Refused<ArgumentException>("sparse pattern: the columns of row 0 do not rise: 1 follows 1.", () => SparsePattern.Create(1, 3, [0, 2], [1, 1]));
        Refused<ArgumentOutOfRangeException>("sparse pattern: an entry of row 1 is in column 3, outside 3 columns.", () => SparsePattern.Create(2, 3, [0, 1, 2], [0, 3]));
        Refused<ArgumentOutOfRangeException>("sparse pattern: an entry of row 0 is in column -1, outside 3 columns.", () => SparsePattern.Create(2, 3, [0, 1, 2], [-1, 0]));
        Refused<ArgumentOutOfRangeException>("sparse pattern: entry 1 is in row 2, outside 2 rows.", () => SparsePattern.FromPairs(2, 3, [0, 2], [0, 0], new int[2]));
        Refused<ArgumentException>("sparse pattern: 2 rows, 1 columns and 2 places are not as many of each.", () => SparsePattern.FromPairs(2, 3, [0, 1], [0], new int[2]));
        Refused<ArgumentOutOfRangeException>("sparse pattern: -1 rows and 3 columns", () => SparsePattern.Create(-1, 3, [], []));
        Refused<ArgumentException>("sparse pattern: [2, 3] and [3, 2] have no union.", () => a.Union(a.Transposed));
        Refused<ArgumentException>("sparse pattern: inner sizes differ: [2, 3] has 3 columns, [2, 3] has 2 rows.", () => a.Multiply(a));
        Refused<ArgumentOutOfRangeException>("sparse pattern: rows 1 to 3 are not among 2 rows.", () => a.SliceRows(1, 3));
        Refused<ArgumentOutOfRangeException>("sparse pattern: row 2 is outside 2 rows.", () => a.Row(2));
        Assert.Equal([7f, 7f], y);

        static void Refused<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }

    private static void Check<T, V1, V2, V3, V4>(Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V1 : unmanaged, IMemoryLanes<V1, T>
        where V2 : unmanaged, IMemoryLanes<V2, T>
        where V3 : unmanaged, IMemoryLanes<V3, T>
        where V4 : unmanaged, IMemoryLanes<V4, T>
    {
        int rows = random.Next(12), columns = random.Next(12), n = random.Next(4) == 0 ? 1 : random.Next(90);
        SparsePattern a = Pattern(random, rows, columns), turned = a.Transposed;
        T[] v = Numbers<T>(random, a.Count), x = Numbers<T>(random, columns * n), u = Numbers<T>(random, rows * n);
        T[] y = Product(a, v, x, n), transposed = new T[columns * n], sampled = new T[a.Count], ofTransposed = new T[a.Count];
        foreach (((int row, int column), int k) in Places(a).Select((p, k) => (p, k)))
        {
            for (int j = 0; j < n; j++)
            {
                transposed[(column * n) + j] = T.FusedMultiplyAdd(v[k], u[(row * n) + j], transposed[(column * n) + j]);
            }

            sampled[k] = Reduce.Dot<T>(u.AsSpan(row * n, n), x.AsSpan(column * n, n));
        }

        int cut = random.Next(rows + 1);
        T[] own = new T[rows * n];
        SparseProduct.Multiply<T>(a, v, x, n, own, 0, cut);
        SparseProduct.Multiply<T>(a, v, x, n, own, cut, rows);
        Bits.AssertSame<T>(y, own, "product");
        T[] back = new T[columns * n];
        SparseProduct.Multiply<T>(turned, v, u, n, back, 0, columns);
        Bits.AssertSame<T>(transposed, back, "transposed product");
        T[] taken = new T[a.Count];
        SparseProduct.Sample<T>(a, u, x, n, taken, 0, cut);
        SparseProduct.Sample<T>(a, u, x, n, taken, cut, rows);
        Bits.AssertSame<T>(sampled, taken, "sampled product");
        SparseProduct.Sample<T>(turned, x, u, n, ofTransposed, 0, columns);
        Bits.AssertSame<T>(sampled, ofTransposed, "sampled product, transposed");
        AtWidth<T, V1>(a, v, x, u, n, y, sampled);
        AtWidth<T, V2>(a, v, x, u, n, y, sampled);
        AtWidth<T, V3>(a, v, x, u, n, y, sampled);
        AtWidth<T, V4>(a, v, x, u, n, y, sampled);
    }

    private static void AtWidth<T, V>(SparsePattern a, T[] v, T[] x, T[] u, int n, T[] y, T[] sampled)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T[] own = new T[y.Length], taken = new T[a.Count];
        fixed (int* starts = a.RowStarts, columns = a.ColumnIndices)
        {
            fixed (T* pv = v, px = x, pu = u, py = own, pt = taken)
            {
                new SparseRowsLoop<InOrder, T>(new SparseRows<T>(starts, columns, null, pv, px, n, py, 0, a.Rows)).Run<V>();
                new SampledLoop<T>(new SparseRows<T>(starts, columns, null, pu, px, n, pt, 0, a.Rows)).Run<V>();
            }
        }

        Bits.AssertSame<T>(y, own, $"product on {typeof(V).Name}");
        Bits.AssertSame<T>(sampled, taken, $"sampled product on {typeof(V).Name}");
    }

    private static T[] Product<T>(SparsePattern a, T[] v, T[] x, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[a.Rows * n];
        foreach (((int row, int column), int k) in Places(a).Select((p, k) => (p, k)))
        {
            for (int j = 0; j < n; j++)
            {
                y[(row * n) + j] = T.FusedMultiplyAdd(v[k], x[(column * n) + j], y[(row * n) + j]);
            }
        }

        return y;
    }

    /// <summary>Some rows are empty, some full.</summary>
    private static SparsePattern Pattern(Random random, int rows, int columns)
    {
        List<int> i = [], j = [];
        for (int row = 0; row < rows; row++)
        {
            double density = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
            for (int column = 0; column < columns; column++)
            {
                if (random.NextDouble() < density)
                {
                    i.Add(row);
                    j.Add(column);
                }
            }
        }

        return SparsePattern.FromPairs(rows, columns, [.. i], [.. j], new int[i.Count]);
    }

    private static IEnumerable<(int Row, int Column)> Places(SparsePattern pattern) =>
        Enumerable.Range(0, pattern.Rows).SelectMany(row => pattern.Row(row).ToArray().Select(column => (row, column)));

    /// <summary>Numbers of many sizes, zeros of both signs among them, now and then something that is no number.</summary>
    private static T[] Numbers<T>(Random random, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. Enumerable.Range(0, count).Select(_ => random.Next(400) switch
        {
            0 => T.NaN,
            1 => T.NegativeInfinity,
            < 20 => T.NegativeZero,
            _ => T.CreateTruncating((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 4))),
        }),
    ];
}
