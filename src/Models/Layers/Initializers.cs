using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Random weights to begin with. Each fills an existing tensor; fan-in and fan-out are the numbers of inputs that an output has, and of outputs that an input has.</summary>
public static class Initializers
{
    /// <summary>The fans of a weight: [in, out] for linear layers, [out, in / groups, kernel ...] for convolutions.</summary>
    /// <exception cref="ArgumentException">The shape has fewer than two axes.</exception>
    public static (nint In, nint Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
        {
            throw new ArgumentException($"fans: a weight of at least two axes is needed; got {shape}.", nameof(shape));
        }

        if (shape.Rank == 2)
        {
            return (shape[0], shape[1]);
        }

        nint kernel = 1;
        for (int axis = 2; axis < shape.Rank; axis++)
        {
            kernel *= shape[axis];
        }

        return (shape[1] * kernel, shape[0] * kernel);
    }

    /// <summary>Uniform in [low, high).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or low is not below high.</exception>
    public static void Uniform<T>(Tensor<T> weight, RandomStream random, double low, double high)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(random);
        random.UniformInto(weight, low, high);
    }

    /// <summary>Normal with this mean and standard deviation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or the standard deviation negative.</exception>
    public static void Normal<T>(Tensor<T> weight, RandomStream random, double mean, double std)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(random);
        random.NormalInto(weight, mean, std);
    }

    /// <summary>Uniform with variance 2 gain^2 / (fan-in + fan-out) (Glorot and Bengio, 2010, equation 16).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fan is below 1, or the gain not positive.</exception>
    public static void XavierUniform<T>(Tensor<T> weight, RandomStream random, nint fanIn, nint fanOut, double gain = 1)
        where T : unmanaged => Symmetric(weight, random, Math.Sqrt(3) * Deviation(2, fanIn, fanOut, gain));

    /// <summary>Normal with variance 2 gain^2 / (fan-in + fan-out) (Glorot and Bengio, 2010, equation 12).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A fan is below 1, or the gain not positive.</exception>
    public static void XavierNormal<T>(Tensor<T> weight, RandomStream random, nint fanIn, nint fanOut, double gain = 1)
        where T : unmanaged => Normal(weight, random, 0, Deviation(2, fanIn, fanOut, gain));

    /// <summary>Uniform with variance gain^2 / fan-in; the gain sqrt(2) keeps the scale through a ReLU (He, Zhang, Ren and Sun, 2015, equation 10).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fan is below 1, or the gain not positive.</exception>
    public static void KaimingUniform<T>(Tensor<T> weight, RandomStream random, nint fanIn, double gain = 1.4142135623730951)
        where T : unmanaged => Symmetric(weight, random, Math.Sqrt(3) * Deviation(1, fanIn, 0, gain));

    /// <summary>Normal with variance gain^2 / fan-in; the gain sqrt(2) keeps the scale through a ReLU (He, Zhang, Ren and Sun, 2015, equation 10).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fan is below 1, or the gain not positive.</exception>
    public static void KaimingNormal<T>(Tensor<T> weight, RandomStream random, nint fanIn, double gain = 1.4142135623730951)
        where T : unmanaged => Normal(weight, random, 0, Deviation(1, fanIn, 0, gain));

    /// <summary>Uniform with variance 1 / fan-in (LeCun, Bottou, Orr and Mueller, "Efficient backprop", 1998, section 4.6).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fan is below 1.</exception>
    public static void LeCunUniform<T>(Tensor<T> weight, RandomStream random, nint fanIn)
        where T : unmanaged => KaimingUniform(weight, random, fanIn, 1);

    /// <summary>Normal with variance 1 / fan-in (LeCun, Bottou, Orr and Mueller, "Efficient backprop", 1998, section 4.6).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fan is below 1.</exception>
    public static void LeCunNormal<T>(Tensor<T> weight, RandomStream random, nint fanIn)
        where T : unmanaged => KaimingNormal(weight, random, fanIn, 1);

    /// <summary>
    /// As a matrix [first axis, all others], gain times one with orthonormal rows, or columns where there are fewer (Saxe, McClelland and Ganguli,
    /// 2014), distributed evenly over all such matrices: the factor Q of a matrix of normal numbers, with a positive diagonal in R (Mezzadri, 2007),
    /// by modified Gram-Schmidt, twice, in float64.
    /// </summary>
    /// <exception cref="ArgumentException">The weight has fewer than two axes.</exception>
    public static void Orthogonal<T>(Tensor<T> weight, RandomStream random, double gain = 1)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(random);
        if (weight.Rank < 2)
        {
            throw new ArgumentException($"orthogonal: a weight of at least two axes is needed; got {weight.Shape}.", nameof(weight));
        }

        using Scope scope = Scope.Begin();
        nint rows = weight.Shape[0], columns = weight.Size / nint.Max(1, rows), count = nint.Min(rows, columns), length = nint.Max(rows, columns);
        Tensor<double> vectors = random.Normal<double>([count, length]);
        for (int i = 0; i < count; i++)
        {
            Span<double> vector = vectors.AsSpan().Slice(i * (int)length, (int)length);
            for (int before = 0; before < 2 * i; before++)
            {
                // Twice is enough (Giraud, Langou and Rozloznik, 2005).
                ReadOnlySpan<double> other = vectors.AsSpan().Slice(before % i * (int)length, (int)length);
                double share = Reduce.Dot<double>(other, vector);
                for (int j = 0; j < vector.Length; j++)
                {
                    vector[j] = Math.FusedMultiplyAdd(-share, other[j], vector[j]);
                }
            }

            Map.Binary<Divide, double>(vector, Math.Sqrt(Reduce.Dot<double>(vector, vector)), vector);
        }

        Tensor<double> matrix = (rows <= columns ? vectors : vectors.Transpose()) * gain;
        matrix.Contiguous().Reshape(weight.Shape.AsSpan()).Cast<T>().To(weight.Device).CopyInto(weight);
    }

    private static void Symmetric<T>(Tensor<T> weight, RandomStream random, double bound)
        where T : unmanaged => Uniform(weight, random, -bound, bound);

    /// <summary>gain sqrt(numerator / (fan-in + fan-out)).</summary>
    private static double Deviation(double numerator, nint fanIn, nint fanOut, double gain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(fanOut);
        return gain > 0 ? gain * Math.Sqrt(numerator / (fanIn + fanOut)) : throw new ArgumentOutOfRangeException(nameof(gain), gain, "initializer: the gain must be positive.");
    }
}
