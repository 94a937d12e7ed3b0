using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// A symmetric matrix or tensor of order three of standard normal numbers xi, without diagonals, and a planted spike x: Y = sqrt((p - 1)! / N^(p - 1)) x .. x + sqrt(Delta) xi.
/// Without a spike, and with temperature T = sqrt(p Delta / 2), it is the coupling of the p-spin glass, J = sqrt(p! / (2 N^(p - 1))) xi. One model serves every Delta.
/// </summary>
/// <remarks>
/// The numbers are elements of one stream, each used for all its permutations. They are stored packed, N (N - 1) / 2 or N (N - 1) (N - 2) / 6 floats, or made again for every
/// product and never stored: a streamed matrix of order 40,000 takes no memory at all.
/// </remarks>
public sealed class SpikedModel
{
    /// <summary>Rows from which on a product is cut into parts, and how many.</summary>
    private const int Alone = 128;

    private const int Parts = 8;

    /// <summary>Elements of the result that are summed over the parts at a time.</summary>
    private const int SumBlock = 4096;

    private readonly ulong seed;
    private readonly ulong number;
    private readonly float[]? packed;
    private readonly float[] spike;
    private Workspace? idle;

    private SpikedModel(int order, int size, RandomStream noise, Tensor<float>? spike, bool isStored)
    {
        if (order is not (2 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(order), order, "spiked model: orders 2 (matrices) and 3 (tensors) are known.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(size, order);
        ArgumentNullException.ThrowIfNull(noise);
        if (spike is Tensor<float> x && (x.Rank != 1 || x.Size != size))
        {
            throw new ArgumentException($"spiked model: the spike has shape {x.Shape}, expected [{size}].", nameof(spike));
        }

        (Order, Size, seed, number) = (order, size, noise.Seed, noise.Number);
        this.spike = spike?.ToArray() ?? [];
        if (isStored)
        {
            packed = GC.AllocateUninitializedArray<float>(checked((int)Elements));
            FillNoise(packed);
        }
    }

    /// <summary>p.</summary>
    public int Order { get; }

    /// <summary>N.</summary>
    public int Size { get; }

    /// <summary>x, or empty.</summary>
    public ReadOnlySpan<float> Spike => spike;

    /// <summary>Independent numbers of the noise.</summary>
    public long Elements => Order == 2 ? TriangleProduct.Elements(Size) : (long)Size * (Size - 1) * (Size - 2) / 6;

    /// <summary>A model whose numbers are stored.</summary>
    /// <param name="order">2 or 3.</param>
    /// <param name="size">N.</param>
    /// <param name="noise">The stream of the numbers, from its beginning.</param>
    /// <param name="spike">x [N], or none.</param>
    /// <exception cref="ArgumentException">The spike's shape is another one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is neither 2 nor 3, or N below it.</exception>
    /// <exception cref="OverflowException">There are more than 2^31 numbers: stream them.</exception>
    public static SpikedModel Stored(int order, int size, RandomStream noise, Tensor<float>? spike = null) => new(order, size, noise, spike, isStored: true);

    /// <summary>The same model, whose numbers are made again for every product.</summary>
    /// <inheritdoc cref="Stored"/>
    public static SpikedModel Streamed(int order, int size, RandomStream noise, Tensor<float>? spike = null) => new(order, size, noise, spike, isStored: false);

    /// <summary>Delta of the posterior that is the Gibbs measure at a temperature: 2 T^2 / p.</summary>
    public static double DeltaOf(int order, double temperature) => 2 * temperature * temperature / order;

    /// <summary>T = sqrt(p Delta / 2).</summary>
    public static double TemperatureOf(int order, double delta) => Math.Sqrt(order * delta / 2);

    /// <summary>y = the noise contracted with p - 1 copies of each column: y[i] = sum over j of xi(i, j) x[j], or over j &lt; k of xi(i, j, k) x[j] x[k].</summary>
    /// <param name="x">[N, columns].</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="y">[N, columns].</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public void Contract(float[] x, int columns, float[] y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (columns < 1 || columns % TriangleProduct.ColumnUnit != 0 || x.Length != (long)Size * columns || y.Length != x.Length)
        {
            throw new ArgumentException($"contract: x has {x.Length} and y {y.Length} elements; [{Size}, {columns}] is needed, with columns a multiple of {TriangleProduct.ColumnUnit}.", nameof(x));
        }

        // Whoever contracts at the same time finds none here and makes its own.
        int parts = Size < Alone ? 1 : Parts;
        Workspace work = Interlocked.Exchange(ref idle, null) is Workspace kept && kept.Fits(parts, y.Length) ? kept : new(parts, y.Length, Order);
        Device.Cpu.InParts(parts, part =>
        {
            work.Results[part].AsSpan(First(part, parts) * columns).Clear();
            if (Order == 2)
            {
                Rows(part, parts, x, columns, work.Results[part]);
            }
            else
            {
                Slices(part, parts, x, columns, work.Results[part], work.Products[part]);
            }
        });

        // A few rows at a time stay in the first cache while all parts are added, in their order.
        int rows = int.Max(1, SumBlock / columns);
        Device.Cpu.InParts((Size + rows - 1) / rows, block =>
        {
            int from = block * rows, to = int.Min(Size, from + rows);
            Span<float> sum = y.AsSpan(0, to * columns);
            work.Results[0].AsSpan(from * columns, (to - from) * columns).CopyTo(sum[(from * columns)..]);
            for (int part = 1; part < parts; part++)
            {
                int first = int.Max(from, First(part, parts));
                if (first < to)
                {
                    Map.Binary<Add, float>(work.Results[part].AsSpan(first * columns, (to - first) * columns), sum[(first * columns)..], sum[(first * columns)..]);
                }
            }
        });
        idle = work;
    }

    /// <summary>The couplings of order 2 in units of the noise, the spike's part included: xi(i, j) + strength x[i] x[j] as a packed strict upper triangle (<see cref="TriangleProduct"/>).</summary>
    /// <exception cref="InvalidOperationException">The model is of another order.</exception>
    public float[] Triangle(double strength = 0)
    {
        if (Order != 2)
        {
            throw new InvalidOperationException($"triangle: a model of order 2 is needed; this one has {Order}.");
        }

        float[] triangle = [.. Noise()];
        float factor = (float)strength;
        for (int i = 0, at = 0; i < Size && spike.Length > 0; i++)
        {
            for (int j = i + 1; j < Size; j++, at++)
            {
                triangle[at] += factor * spike[i] * spike[j];
            }
        }

        return triangle;
    }

    /// <summary>The same as a full matrix [N, N], 0 on the diagonal.</summary>
    /// <exception cref="InvalidOperationException">The model is of another order.</exception>
    public float[] Matrix(double strength = 0) => Symmetric(Triangle(strength), Size);

    /// <summary>The full matrix [n, n] of a packed strict upper triangle.</summary>
    internal static float[] Symmetric(ReadOnlySpan<float> triangle, int n)
    {
        float[] full = new float[checked(n * n)];
        for (int i = 0, at = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++, at++)
            {
                (full[(i * n) + j], full[(j * n) + i]) = (triangle[at], triangle[at]);
            }
        }

        return full;
    }

    /// <summary>For each index i the packed strict upper triangle of the couplings (i, ., .) of order 3, in units of the noise, the spike's part included: [N, N (N - 1) / 2], 0 where two indices are equal.</summary>
    /// <exception cref="InvalidOperationException">The model is of another order.</exception>
    /// <exception cref="OverflowException">They do not fit an array.</exception>
    public float[] SlicesOfAll(double strength = 0)
    {
        if (Order != 3)
        {
            throw new InvalidOperationException($"slices: a model of order 3 is needed; this one has {Order}.");
        }

        long triangle = TriangleProduct.Elements(Size);
        float[] source = Noise(), slices = new float[checked((int)(Size * triangle))];
        float factor = (float)strength;
        long at = 0;
        for (int i = 0; i < Size; i++)
        {
            for (int j = i + 1; j < Size; j++)
            {
                long ofI = (i * triangle) + TriangleProduct.RowStart(Size, j) - j - 1, ofJ = (j * triangle) + TriangleProduct.RowStart(Size, i) - i - 1;
                long inK = TriangleProduct.RowStart(Size, i) + (j - i - 1);
                for (int k = j + 1; k < Size; k++)
                {
                    float value = source[at++] + (spike.Length == 0 ? 0 : factor * spike[i] * spike[j] * spike[k]);
                    slices[ofI + k] = value;
                    slices[ofJ + k] = value;
                    slices[(k * triangle) + inK] = value;
                }
            }
        }

        return slices;
    }

    /// <summary>The noise, packed.</summary>
    private float[] Noise()
    {
        if (packed is not null)
        {
            return packed;
        }

        float[] made = GC.AllocateUninitializedArray<float>(checked((int)Elements));
        FillNoise(made);
        return made;
    }

    private void FillNoise(float[] elements)
    {
        const int Piece = 1 << 20;
        Device.Cpu.InParts((elements.Length + Piece - 1) / Piece, part =>
            RandomFill.Normal(seed, number, (ulong)part * Piece, elements.AsSpan(part * Piece, int.Min(Piece, elements.Length - (part * Piece)))));
    }

    /// <summary>The first row of the result that a part touches.</summary>
    private int First(int part, int parts) => Order == 2 ? Bound(part, parts) : part;

    /// <summary>A band of the triangle's rows; all bands have about the same area.</summary>
    private void Rows(int part, int parts, float[] x, int columns, float[] y)
    {
        int first = Bound(part, parts), end = Bound(part + 1, parts);
        if (packed is null)
        {
            TriangleProduct.AccumulateNormal(seed, number, 0, Size, first, end, x, columns, y);
        }
        else
        {
            TriangleProduct.Accumulate(packed, Size, first, end, x, columns, y);
        }
    }

    /// <summary>Where a share part / parts of the triangle lies above: rows by fours, as the loop takes them.</summary>
    private int Bound(int part, int parts) => part == parts ? Size : (int)(Size * (1 - Math.Sqrt(1 - ((double)part / parts)))) / 4 * 4;

    /// <summary>Every parts-th slice: for smallest index i, the triangle over the indices above it, whose product with x gives the part of all three.</summary>
    private void Slices(int part, int parts, float[] x, int columns, float[] y, float[] products)
    {
        for (int i = part; i < Size - 2; i += parts)
        {
            int n = Size - 1 - i;
            long start = Elements - ((long)(n + 1) * n * (n - 1) / 6);
            ReadOnlySpan<float> behind = x.AsSpan((i + 1) * columns);
            Span<float> t = products.AsSpan(0, n * columns);
            t.Clear();
            if (packed is null)
            {
                TriangleProduct.AccumulateNormal(seed, number, (ulong)start, n, 0, n, behind, columns, t);
            }
            else
            {
                TriangleProduct.Accumulate(packed.AsSpan((int)start, (int)TriangleProduct.Elements(n)), n, 0, n, behind, columns, t);
            }

            TriangleProduct.Fold(x.AsSpan(i * columns, columns), behind, t, columns, y.AsSpan(i * columns, columns), y.AsSpan((i + 1) * columns));
        }
    }

    /// <summary>What a contraction writes on its way: each part's result, and for order 3 each part's products of a slice.</summary>
    private sealed class Workspace(int parts, int elements, int order)
    {
        public float[][] Results { get; } = Arrays(parts, elements);

        public float[][] Products { get; } = Arrays(parts, order == 2 ? 0 : elements);

        public bool Fits(int count, int length) => Results.Length == count && Results[0].Length == length;

        private static float[][] Arrays(int count, int length)
        {
            float[][] arrays = new float[count][];
            for (int i = 0; i < count; i++)
            {
                arrays[i] = new float[length];
            }

            return arrays;
        }
    }
}
