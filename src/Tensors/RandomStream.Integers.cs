using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Integers, and points on the sphere, drawn where the tensor is; orders, drawn on the host. An integer takes one 64-bit word; a point takes a
/// normal number for each coordinate.
/// </summary>
public sealed partial class RandomStream
{
    /// <summary>Fills a tensor with integers in [0, n), each with probability 1/n within 2^-64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public void IntegersInto(Tensor<int> destination, int n) => Draw(Below(n), destination, 2);

    /// <summary>Fills a tensor with 64-bit integers in [0, n), each with probability 1/n within 2^-64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public void IntegersInto(Tensor<long> destination, long n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        Draw(new WideIntegersDraw(n), destination, 2);
    }

    /// <summary>A tensor of integers in [0, n).</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public Tensor<int> Integers(Shape shape, int n, Device? device = null) => New<IntegersDraw, int>(Below(n), shape, 2, device);

    /// <summary>Fills a tensor with integers by a table of probabilities.</summary>
    public void CategoricalInto(Tensor<int> destination, AliasTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Draw(new CategoricalDraw(table), destination, 2);
    }

    /// <summary>A tensor of integers by a table of probabilities; keep the table where many draws follow, for building it costs more than drawing a few.</summary>
    public Tensor<int> Categorical(Shape shape, AliasTable table, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return New<CategoricalDraw, int>(new(table), shape, 2, device);
    }

    /// <summary>A tensor of integers 0, 1, ... with probabilities proportional to the weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no weights, one is negative or not finite, or their sum is 0 or overflows.</exception>
    public Tensor<int> Categorical(Shape shape, ReadOnlySpan<double> weights, Device? device = null) => Categorical(shape, AliasTable.FromWeights(weights), device);

    /// <summary>Fills a tensor with Poisson numbers of this mean: exact within a relative 10^-10 of each probability (see <see cref="AliasTable.Poisson"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, NaN or above 2^30.</exception>
    public void PoissonInto(Tensor<int> destination, double rate) => Draw(new PoissonDraw(AliasTable.Poisson(rate)), destination, 2);

    /// <summary>A tensor of Poisson numbers of this mean.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative, NaN or above 2^30.</exception>
    public Tensor<int> Poisson(Shape shape, double rate, Device? device = null) => New<PoissonDraw, int>(new(AliasTable.Poisson(rate)), shape, 2, device);

    /// <summary>Fills a tensor [..., dimension] with points uniform on the unit sphere of its last axis (see <see cref="RandomFill.Sphere"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no axes, or its last has no coordinates.</exception>
    public void SphereInto<T>(Tensor<T> destination)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sphere");
        Draw(Points<T>(destination.Shape), destination, Unsafe.SizeOf<T>() / sizeof(uint));
    }

    /// <summary>A tensor [..., dimension] of points uniform on the unit sphere of its last axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no axes, or its last has no coordinates.</exception>
    public Tensor<T> Sphere<T>(Shape shape, Device? device = null)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("sphere");
        return New<SphereDraw<T>, T>(Points<T>(shape), shape, Unsafe.SizeOf<T>() / sizeof(uint), device);
    }

    /// <summary>A random permutation of 0 .. count - 1 (see <see cref="Shuffle"/>), on the host.</summary>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = i;
        }

        Shuffle(destination);
    }

    /// <summary>Puts elements in random order, on the host: Fisher and Yates' exchanges by float64 uniforms, Length - 1 of them (see <see cref="RandomFill.Shuffle"/>).</summary>
    public void Shuffle<T>(Span<T> elements)
    {
        Recorder.Refuse("shuffle");
        ulong first = First(2);
        RandomFill.Shuffle(Seed, Number, first, elements);
        Move(first, elements.Length > 1 ? (ulong)elements.Length - 1 : 0, 2);
    }

    private static IntegersDraw Below(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return new(n);
    }

    private static SphereDraw<T> Points<T>(Shape shape)
        where T : unmanaged
    {
        if (shape.Rank == 0 || shape[shape.Rank - 1] is < 1 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(shape), $"sphere: {shape} has no last axis of at least one coordinate.");
        }

        return new((int)shape[shape.Rank - 1]);
    }
}
