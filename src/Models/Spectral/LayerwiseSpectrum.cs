using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Spectral;

/// <summary>
/// The eigenvalues of each layer's kernel on the sphere, lambda[l, k] for layers l = 1 .. L and degrees k = 0 .. K: those of infinitely wide networks by quadrature, those of
/// given weights by means over pairs of points, and their limit in high dimension. What a layer does for a target of degree k is its share of lambda[., k] (Dandi and
/// Jacot, "Understanding layer-wise contributions in deep neural networks through spectral analysis", 2021).
/// </summary>
public sealed class LayerwiseSpectrum
{
    /// <summary>Rows of a tile in which pairs are streamed; a constant, since it orders the sums.</summary>
    public const int TileRows = 512;

    /// <summary>Terms of power series: enough for any that converges at the values of a few layers.</summary>
    private const int Terms = 1000;

    private readonly double[,] eigenvalues;

    private LayerwiseSpectrum(double[,] eigenvalues) => this.eigenvalues = eigenvalues;

    /// <summary>L, the number of layers.</summary>
    public int Layers => eigenvalues.GetLength(0);

    /// <summary>K, the largest degree.</summary>
    public int Degrees => eigenvalues.GetLength(1) - 1;

    /// <summary>The eigenvalue of a layer's kernel, for any harmonic of the degree.</summary>
    /// <param name="layer">From 1 to <see cref="Layers"/>.</param>
    /// <param name="degree">From 0 to <see cref="Degrees"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or degree.</exception>
    public double this[int layer, int degree]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, Layers);
            ArgumentOutOfRangeException.ThrowIfNegative(degree);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(degree, Degrees);
            return eigenvalues[layer - 1, degree];
        }
    }

    /// <summary>The layer's part of the tangent kernel's eigenvalue. NaN or without meaning where that is 0, as for odd degrees above 1 of two layers of relu.</summary>
    /// <inheritdoc cref="this[int, int]"/>
    public double Share(int layer, int degree)
    {
        double own = this[layer, degree], sum = 0;
        for (int l = 1; l <= Layers; l++)
        {
            sum += this[l, degree];
        }

        return own / sum;
    }

    /// <summary>
    /// Infinitely wide layers: lambda[l, k] = E K_l(t) P_k(t) for the first coordinate t of a uniform point of the sphere, by a Gauss rule in the angle. 64 nodes give 12
    /// digits up to degree 8 for relu, 256 nodes all that matter up to degree 40; eigenvalues below 10^-14 are rounding.
    /// </summary>
    /// <param name="dual">The dual of the activation.</param>
    /// <param name="layers">L.</param>
    /// <param name="dimension">d, at least 2; inputs have the length sqrt(d).</param>
    /// <param name="degrees">K.</param>
    /// <param name="nodes">Of the rule.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no layer or node, the dimension is below 2, or K negative.</exception>
    public static LayerwiseSpectrum Infinite(DualActivation dual, int layers, int dimension, int degrees, int nodes = 256)
    {
        ArgumentNullException.ThrowIfNull(dual);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(degrees);
        (double[] t, double[] weights) = Gegenbauer.Rule(dimension, nodes);
        double[,] sums = new double[layers, degrees + 1];
        double[] polynomials = new double[degrees + 1];
        for (int i = 0; i < nodes; i++)
        {
            Gegenbauer.Evaluate(dimension, t[i], polynomials);
            double[] kernels = LayerwiseKernels.Infinite(dual, layers, t[i]);
            for (int l = 0; l < layers; l++)
            {
                double weighted = weights[i] * kernels[l];
                for (int k = 0; k <= degrees; k++)
                {
                    sums[l, k] = Math.FusedMultiplyAdd(weighted, polynomials[k], sums[l, k]);
                }
            }
        }

        return new(sums);
    }

    /// <summary>
    /// Infinitely wide layers as d grows: lambda[l, k] d^k / k! tends to the coefficient of t^k in K_l, which stands here in its place. Shares are their limits.
    /// </summary>
    /// <remarks>Power series are composed by Horner's rule, with the first 1,000 coefficients of kappa, cut after t^K.</remarks>
    /// <param name="dual">The dual of the activation.</param>
    /// <param name="layers">L.</param>
    /// <param name="degrees">K.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no layer, or K is negative.</exception>
    public static LayerwiseSpectrum HighDimension(DualActivation dual, int layers, int degrees)
    {
        ArgumentNullException.ThrowIfNull(dual);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(degrees);
        double[] value = dual.PowerSeries(Terms), slope = new double[Terms - 1];
        for (int k = 1; k < Terms; k++)
        {
            slope[k - 1] = k * value[k];
        }

        double[][] kernels = new double[layers][], slopes = new double[layers][];
        double[] s = new double[degrees + 1];
        if (degrees > 0)
        {
            s[1] = 1;
        }

        for (int l = 0; l < layers; l++)
        {
            kernels[l] = s;
            slopes[l] = Compose(slope, s);
            s = Compose(value, s);
        }

        double[] product = new double[degrees + 1];
        product[0] = 1;
        double[,] coefficients = new double[layers, degrees + 1];
        for (int l = layers - 1; l >= 0; l--)
        {
            product = l == layers - 1 ? product : Times(product, slopes[l]);
            double[] own = Times(kernels[l], product);
            for (int k = 0; k <= degrees; k++)
            {
                coefficients[l, k] = own[k];
            }
        }

        return new(coefficients);
    }

    /// <summary>
    /// Given weights: lambda[l, k] is the mean of K_l(x_i, x_j) P_k(x_i . x_j / d) over all pairs of different points, whose expectation for uniform points is the eigenvalue of
    /// the kernel's mean over rotations. Kernels are products of Gram matrices, tile by tile: no matrix of all pairs is ever stored, and no Jacobian formed.
    /// </summary>
    /// <typeparam name="TActivation">phi, but for the gain.</typeparam>
    /// <param name="weights">W_1 [n_1, d] .. W_L [1, n_(L-1)].</param>
    /// <param name="x">At least two points [n, d] of length sqrt(d).</param>
    /// <param name="degrees">K.</param>
    /// <param name="gain">What phi is multiplied by: sqrt(2) for relu.</param>
    /// <exception cref="ArgumentException">The shapes do not follow each other, there are fewer than two points, or a point is not of length sqrt(d).</exception>
    /// <exception cref="ArgumentOutOfRangeException">K is negative.</exception>
    public static LayerwiseSpectrum Finite<TActivation>(ReadOnlySpan<Tensor<double>> weights, Tensor<double> x, int degrees, double gain = 1)
        where TActivation : struct, IUnaryOp
    {
        LayerwiseKernels.Check(weights, x, x);
        ArgumentOutOfRangeException.ThrowIfNegative(degrees);
        using Scope scope = Scope.Begin();
        CheckSphere(x);
        nint n = x.Shape[0];
        TangentPass pass = TangentPass.Run<TActivation>(weights, x, gain);
        double[,] sums = new double[weights.Length, degrees + 1];
        for (nint row = 0; row < n; row += TileRows)
        {
            for (nint column = row; column < n; column += TileRows)
            {
                AddTile(pass, x, (row, nint.Min(row + TileRows, n)), (column, nint.Min(column + TileRows, n)), sums);
            }
        }

        double pairs = (double)n * (n - 1);
        for (int l = 0; l < weights.Length; l++)
        {
            for (int k = 0; k <= degrees; k++)
            {
                sums[l, k] /= pairs * weights[l].Shape[1];
            }
        }

        return new(sums);
    }

    /// <summary>The mean of several spectra, in their order.</summary>
    /// <exception cref="ArgumentException">There are none, or their layers or degrees differ.</exception>
    public static LayerwiseSpectrum Mean(params ReadOnlySpan<LayerwiseSpectrum> spectra)
    {
        if (spectra.IsEmpty)
        {
            throw new ArgumentException("layer-wise spectrum: the mean of no spectra.", nameof(spectra));
        }

        double[,] sums = new double[spectra[0].Layers, spectra[0].Degrees + 1];
        foreach (LayerwiseSpectrum spectrum in spectra)
        {
            if (spectrum.Layers != spectra[0].Layers || spectrum.Degrees != spectra[0].Degrees)
            {
                throw new ArgumentException(
                    $"layer-wise spectrum: {spectrum.Layers} layers up to degree {spectrum.Degrees} and {spectra[0].Layers} up to {spectra[0].Degrees} have no mean.", nameof(spectra));
            }

            for (int l = 0; l < spectrum.Layers; l++)
            {
                for (int k = 0; k <= spectrum.Degrees; k++)
                {
                    sums[l, k] += spectrum.eigenvalues[l, k] / spectra.Length;
                }
            }
        }

        return new(sums);
    }

    /// <summary>Adds a tile's pairs, and those of its mirror image, without the widths' factors.</summary>
    private static void AddTile(TangentPass pass, Tensor<double> x, (nint Start, nint Stop) rows, (nint Start, nint Stop) columns, double[,] sums)
    {
        using Scope scope = Scope.Begin();
        int dimension = (int)x.Shape[1], layers = sums.GetLength(0);
        bool isDiagonal = rows == columns;
        Tensor<double>[] polynomials = Gegenbauer.Evaluate(dimension, Gram(x, 1.0 / dimension), sums.GetLength(1));
        Tensor<double> different = isDiagonal ? -Tensor.Eye<double>(rows.Stop - rows.Start, device: x.Device) + 1.0 : default;
        for (int l = 0; l < layers; l++)
        {
            using Scope tile = Scope.Begin();
            Tensor<double> kernel = Gram(pass.Inputs[l]);
            if (l < layers - 1)
            {
                kernel *= Gram(pass.Gradients[l]);
            }

            kernel = isDiagonal ? kernel * different : kernel;
            for (int k = 0; k < polynomials.Length; k++)
            {
                sums[l, k] += (kernel * polynomials[k]).Sum().Item() * (isDiagonal ? 1 : 2);
            }
        }

        Tensor<double> Gram(Tensor<double> y, double factor = 1)
        {
            Tensor<double> product = y.Slice(0, rows.Start, rows.Stop).MatMul(y.Slice(0, columns.Start, columns.Stop).Transpose());
            return factor == 1 ? product : product * factor;
        }
    }

    private static void CheckSphere(Tensor<double> x)
    {
        if (x.Shape[0] < 2)
        {
            throw new ArgumentException($"layer-wise spectrum: at least two points are needed; got {x.Shape}.", nameof(x));
        }

        Tensor<double> deviation = (x.Square().Sum(1) / x.Shape[1]) - 1.0;
        double largest = deviation.Abs().Max().Item();
        if (!(largest <= 1e-6))
        {
            throw new ArgumentException(
                $"layer-wise spectrum: points of length sqrt(d) are needed, here |x|^2 = {x.Shape[1]}; the largest relative deviation of |x|^2 is {largest}.", nameof(x));
        }
    }

    /// <summary>The power series f(s), cut.</summary>
    private static double[] Compose(double[] f, double[] s)
    {
        double[] result = new double[s.Length];
        for (int k = f.Length - 1; k >= 0; k--)
        {
            result = Times(result, s);
            result[0] += f[k];
        }

        return result;
    }

    private static double[] Times(double[] x, double[] y)
    {
        double[] product = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length - i; j++)
            {
                product[i + j] = Math.FusedMultiplyAdd(x[i], y[j], product[i + j]);
            }
        }

        return product;
    }
}
