using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Distributions that are formulas over lanes: one word an element, on every device. float32 or float64; anything else is refused.</summary>
public sealed partial class RandomStream
{
    /// <summary>Fills a tensor with uniform numbers in [0, 1), multiples of 2^-24 (float32) or 2^-53 (float64).</summary>
    public void UniformInto<T>(Tensor<T> destination)
        where T : unmanaged => Draw<UniformDistribution, T>(default, destination);

    /// <summary>Fills a tensor with uniform numbers in [low, high): low + (high - low) u, rounded once and kept below high.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, low is not below high, or the width overflows.</exception>
    public void UniformInto<T>(Tensor<T> destination, double low, double high)
        where T : unmanaged => Draw<UniformBetweenDistribution, T>(DistributionParameters.UniformBetween<T>(low, high), destination);

    /// <summary>A tensor of uniform numbers in [0, 1).</summary>
    public Tensor<T> Uniform<T>(Shape shape, Device? device = null)
        where T : unmanaged => New<UniformDistribution, T>(default, shape, device);

    /// <summary>A tensor of uniform numbers in [low, high).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, low is not below high, or the width overflows.</exception>
    public Tensor<T> Uniform<T>(Shape shape, double low, double high, Device? device = null)
        where T : unmanaged => New<UniformBetweenDistribution, T>(DistributionParameters.UniformBetween<T>(low, high), shape, device);

    /// <summary>
    /// Fills a tensor with standard normal numbers (Box and Muller, 1958), within 4 ulp of the transformation of their words; they reach 6.7
    /// (float32) and 8.6 (float64).
    /// </summary>
    public void NormalInto<T>(Tensor<T> destination)
        where T : unmanaged => Draw<NormalDistribution, T>(default, destination);

    /// <summary>Fills a tensor with normal numbers: the standard ones times std plus the mean, rounded once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mean or the standard deviation is not finite, or the latter is negative.</exception>
    public void NormalInto<T>(Tensor<T> destination, double mean, double std)
        where T : unmanaged => Draw<ScaledNormalDistribution, T>(DistributionParameters.Normal<T>(mean, std), destination);

    /// <summary>A tensor of standard normal numbers.</summary>
    public Tensor<T> Normal<T>(Shape shape, Device? device = null)
        where T : unmanaged => New<NormalDistribution, T>(default, shape, device);

    /// <summary>A tensor of normal numbers with this mean and standard deviation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mean or the standard deviation is not finite, or the latter is negative.</exception>
    public Tensor<T> Normal<T>(Shape shape, double mean, double std, Device? device = null)
        where T : unmanaged => New<ScaledNormalDistribution, T>(DistributionParameters.Normal<T>(mean, std), shape, device);

    /// <summary>Fills a tensor with exponential numbers of mean 1 / rate: -log(u) / rate, u in (0, 1], within 2 ulp; they reach 22.9 / rate (float32) and 37.5 / rate (float64).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite, or its reciprocal is not.</exception>
    public void ExponentialInto<T>(Tensor<T> destination, double rate = 1)
        where T : unmanaged => Draw<ExponentialDistribution, T>(DistributionParameters.Exponential<T>(rate), destination);

    /// <summary>A tensor of exponential numbers of mean 1 / rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite, or its reciprocal is not.</exception>
    public Tensor<T> Exponential<T>(Shape shape, double rate = 1, Device? device = null)
        where T : unmanaged => New<ExponentialDistribution, T>(DistributionParameters.Exponential<T>(rate), shape, device);

    /// <summary>Fills a tensor with -1 and 1, each with probability 1/2 exactly.</summary>
    public void RademacherInto<T>(Tensor<T> destination)
        where T : unmanaged => Draw<RademacherDistribution, T>(default, destination);

    /// <summary>A tensor of -1 and 1.</summary>
    public Tensor<T> Rademacher<T>(Shape shape, Device? device = null)
        where T : unmanaged => New<RademacherDistribution, T>(default, shape, device);

    /// <summary>Fills a tensor with 1 (probability p, to a multiple of 2^-32 in float32 and 2^-53 in float64) and 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is outside [0, 1] or NaN.</exception>
    public void BernoulliInto<T>(Tensor<T> destination, double p)
        where T : unmanaged => Draw<BernoulliDistribution, T>(DistributionParameters.Bernoulli<T>(p), destination);

    /// <summary>A tensor of 1 (probability p) and 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is outside [0, 1] or NaN.</exception>
    public Tensor<T> Bernoulli<T>(Shape shape, double p, Device? device = null)
        where T : unmanaged => New<BernoulliDistribution, T>(DistributionParameters.Bernoulli<T>(p), shape, device);
}
