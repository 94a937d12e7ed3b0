using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Amp;

/// <summary>
/// A symmetric matrix or tensor of order three of standard normal numbers xi, without diagonals, and a planted spike x: Y = sqrt((p - 1)! / N^(p - 1)) x .. x + sqrt(Delta) xi.
/// Without a spike, and with temperature T = sqrt(p Delta / 2), it is the coupling of the p-spin glass, J = sqrt(p! / (2 N^(p - 1))) xi. One model serves every Delta.
/// </summary>
/// <remarks>
/// The numbers are elements of one stream, each used for all its permutations. They are stored packed, N (N - 1) / 2 or N (N - 1) (N - 2) / 6 floats, or made again for every
/// product and never stored: a streamed matrix of order 40,000 takes no memory on the processor, and some 64 MB for the rows that are being made on another device.
/// </remarks>
public sealed class SpikedModel : IDisposable
{
    private readonly SymmetricNoise noise;
    private readonly float[] spike;

    private SpikedModel(SymmetricNoise noise, Tensor<float>? spike)
    {
        if (spike is Tensor<float> x && (x.Rank != 1 || x.Size != noise.Size))
        {
            noise.Dispose();
            throw new ArgumentException($"spiked model: the spike has shape {x.Shape}, expected [{noise.Size}].", nameof(spike));
        }

        this.noise = noise;
        this.spike = spike?.ToArray() ?? [];
    }

    /// <summary>p.</summary>
    public int Order => noise.Order;

    /// <summary>N.</summary>
    public int Size => noise.Size;

    /// <summary>x, or empty.</summary>
    public ReadOnlySpan<float> Spike => spike;

    /// <summary>Independent numbers of the noise.</summary>
    public long Elements => noise.Elements;

    /// <summary>Where products are made.</summary>
    public Device Device => noise.Device;

    /// <summary>A model whose numbers are stored.</summary>
    /// <param name="order">2 or 3.</param>
    /// <param name="size">N.</param>
    /// <param name="noise">The stream of the numbers, from its beginning.</param>
    /// <param name="spike">x [N], or none.</param>
    /// <param name="device">Where products are made; the processor if none is given.</param>
    /// <exception cref="ArgumentException">The spike's shape is another one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is neither 2 nor 3, or N below it.</exception>
    /// <exception cref="OverflowException">There are more than 2^31 numbers on the processor: stream them.</exception>
    public static SpikedModel Stored(int order, int size, RandomStream noise, Tensor<float>? spike = null, Device? device = null) => new(SymmetricNoise.Stored(order, size, noise, device), spike);

    /// <summary>The same model, whose numbers are made again for every product.</summary>
    /// <inheritdoc cref="Stored"/>
    public static SpikedModel Streamed(int order, int size, RandomStream noise, Tensor<float>? spike = null, Device? device = null) => new(SymmetricNoise.Streamed(order, size, noise, device), spike);

    /// <summary>Delta of the posterior that is the Gibbs measure at a temperature: 2 T^2 / p.</summary>
    public static double DeltaOf(int order, double temperature) => 2 * temperature * temperature / order;

    /// <summary>T = sqrt(p Delta / 2).</summary>
    public static double TemperatureOf(int order, double delta) => Math.Sqrt(order * delta / 2);

    /// <summary>y = the noise contracted with p - 1 copies of each column: y[i] = sum over j of xi(i, j) x[j], or over j &lt; k of xi(i, j, k) x[j] x[k].</summary>
    /// <param name="x">[N, columns].</param>
    /// <param name="columns">A multiple of 16.</param>
    /// <param name="y">[N, columns].</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    /// <exception cref="ObjectDisposedException">The model has been given back.</exception>
    public void Contract(float[] x, int columns, float[] y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (columns < 1 || columns % TriangleProduct.ColumnUnit != 0 || x.Length != (long)Size * columns || y.Length != x.Length)
        {
            throw new ArgumentException($"contract: x has {x.Length} and y {y.Length} elements; [{Size}, {columns}] is needed, with columns a multiple of {TriangleProduct.ColumnUnit}.", nameof(x));
        }

        using Tensor<float> from = Tensor.FromBuffer(x, [Size, columns]), to = Tensor.FromBuffer(y, [Size, columns]);
        if (Device == Device.Cpu)
        {
            noise.ContractInto(from, to);
            return;
        }

        using Tensor<float> there = from.To(Device), result = Tensor.EmptyLike(there);
        noise.ContractInto(there, result);
        result.CopyTo(y);
    }

    /// <summary>The couplings of order 2 in units of the noise, the spike's part included: xi(i, j) + strength x[i] x[j] as a packed strict upper triangle (<see cref="TriangleProduct"/>).</summary>
    /// <exception cref="InvalidOperationException">The model is of another order.</exception>
    public float[] Triangle(double strength = 0)
    {
        if (Order != 2)
        {
            throw new InvalidOperationException($"triangle: a model of order 2 is needed; this one has {Order}.");
        }

        float[] triangle = noise.ToArray();
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
        float[] source = noise.ToArray(), slices = new float[checked((int)(Size * triangle))];
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

    /// <summary>Gives back what is stored; products are refused from then on.</summary>
    public void Dispose() => noise.Dispose();
}
