using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// Random features x = phi(gain F z) of inputs z: what a wide layer that is not trained makes of them (Rahimi and Recht, 2007). Features of a Gaussian mixture are a mixture that is
/// not Gaussian, and learns like one: see <see cref="GaussianSurrogate"/>.
/// </summary>
public static class RandomFeatures
{
    /// <summary>Maps F [count, d] with independent elements N(0, 1 / d). Several learners' maps of the same inputs are blocks of rows of one F.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Tensor<double> Maps(nint count, nint d, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1);
        return random.Normal<double>([count, d], 0, 1 / Math.Sqrt(d), device);
    }

    /// <summary>phi(gain F z) [n, count] of inputs z [n, d].</summary>
    /// <typeparam name="TActivation">phi, such as Tanh or Relu.</typeparam>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor<double> Apply<TActivation>(Tensor<double> z, Tensor<double> maps, double gain = 1)
        where TActivation : struct, IUnaryOp
    {
        if (z.Rank != 2 || maps.Rank != 2 || z.Shape[1] != maps.Shape[1])
        {
            throw new ArgumentException($"random features: inputs [n, d] and maps [count, d] are needed; got {z.Shape} and {maps.Shape}.");
        }

        using Scope scope = Scope.Begin();
        Tensor<double> features = z.MatMul(maps.Transpose());
        if (gain != 1)
        {
            features.MultiplyInto(Tensor.Scalar(gain, z.Device), features);
        }

        features.UnaryInto<TActivation>(features);
        return scope.Keep(features);
    }
}
