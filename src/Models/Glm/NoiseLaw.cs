using System.Runtime.CompilerServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Glm;

/// <summary>
/// A law of noise vectors with mean 0 and covariance I. Every law is an image of standard normal numbers, element by element and never falling, so that streams in the
/// same state give noise of different laws that belongs together: differences between laws then vary less than the laws themselves.
/// </summary>
public abstract class NoiseLaw
{
    private NoiseLaw(string name) => Name = name;

    /// <summary>Independent standard normal elements.</summary>
    public static NoiseLaw Gaussian { get; } = new Image<Same>("Gaussian");

    /// <summary>Independent signs: 1 and -1 with probability 1/2.</summary>
    public static NoiseLaw Rademacher { get; } = new Image<Side>("Rademacher");

    /// <summary>Independent exponential elements less their mean: rate 1, skewness 2.</summary>
    public static NoiseLaw Exponential { get; } = new Image<CentredExponential>("exponential");

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>
    /// s g with g standard normal and s^2 one of these variances, equally likely, drawn once for each row: the covariance is I if their mean is 1, but projections are a
    /// mixture of normals, to which no central limit theorem applies.
    /// </summary>
    /// <exception cref="ArgumentException">There is no variance, one is negative or not finite, or their mean is not 1 to 10^-12.</exception>
    public static NoiseLaw Elliptical(params ReadOnlySpan<double> variances)
    {
        double sum = 0;
        foreach (double variance in variances)
        {
            sum += variance >= 0 ? variance : double.NaN;
        }

        return Math.Abs(sum - variances.Length) <= 1e-12 * variances.Length && variances.Length > 0
            ? new Rows(variances.ToArray())
            : throw new ArgumentException($"elliptical noise: variances that are not negative and have mean 1 are needed; got [{string.Join(", ", variances.ToArray())}].", nameof(variances));
    }

    /// <summary>Independent rows of noise [n, p].</summary>
    public Tensor<double> Draw(nint n, nint p, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        using Scope scope = Scope.Begin();
        Tensor<double> noise = random.Normal<double>([n, p], device);
        Shape(noise, random);
        return scope.Keep(noise);
    }

    private protected abstract void Shape(Tensor<double> normal, RandomStream random);

    private sealed class Image<TOp>(string name) : NoiseLaw(name)
        where TOp : struct, IUnaryOp
    {
        private protected override void Shape(Tensor<double> normal, RandomStream random)
        {
            if (typeof(TOp) != typeof(Same))
            {
                normal.UnaryInto<TOp>(normal);
            }
        }
    }

    private sealed class Rows(double[] variances) : NoiseLaw("elliptical")
    {
        private protected override void Shape(Tensor<double> normal, RandomStream random)
        {
            nint n = normal.Shape[0];
            using Tensor<double> uniform = random.Uniform<double>([n]);
            double[] scales = uniform.ToArray();
            for (int i = 0; i < scales.Length; i++)
            {
                scales[i] = Math.Sqrt(variances[int.Min((int)(scales[i] * variances.Length), variances.Length - 1)]);
            }

            using Tensor<double> rows = Tensor.From<double>(scales, [n, 1], normal.Device);
            normal.MultiplyInto(rows, normal);
        }
    }

    private readonly struct Same : IUnaryOp
    {
        public static string Name => "same";

        public static double MaxUlpSingle => 0;

        public static double MaxUlpDouble => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Of(1);
    }

    /// <summary>-1 below 0, 1 elsewhere.</summary>
    private readonly struct Side : IUnaryOp
    {
        public static string Name => "side";

        public static double MaxUlpSingle => 0.5;

        public static double MaxUlpDouble => 0.5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => V.SelectLess(x, V.Of(0), V.Of(-1), V.Of(1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => V.Of(0);
    }

    /// <summary>-log(1 - F(x)) - 1 with the normal distribution function F; the tail keeps its relative accuracy.</summary>
    private readonly struct CentredExponential : IUnaryOp
    {
        public static string Name => "centred exponential";

        public static double MaxUlpSingle => 5;

        public static double MaxUlpDouble => 5;

        // The error is relative near the root x = 0.475 only up to the cancellation there.
        public static double RelativeFrom => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V x)
            where V : unmanaged, ILanes<V> => -LogNormalCdf.Apply(-x) - V.Of(1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Derivative<V>(V x, V y)
            where V : unmanaged, ILanes<V> => LogNormalCdf.Derivative(-x, y);
    }
}
