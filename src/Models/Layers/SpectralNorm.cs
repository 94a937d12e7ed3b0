using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Spectral normalisation (Miyato, Kataoka, Koyama and Yoshida, 2018): a weight divided by its largest singular value sigma = u^T W v, where W is
/// the weight as a matrix [first axis, all others], and u and v, constants to the gradient, follow the singular vectors by power iteration, in
/// training once or more for each use.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SpectralNorm<T> : ITrainable, ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly Parameter weight;
    private readonly int iterations;
    private readonly double epsilon;
    private readonly Tensor<T> left;
    private readonly Tensor<T> right;

    /// <summary>Will normalise a weight of at least two axes; u and v start as random directions.</summary>
    /// <exception cref="ArgumentException">The weight has fewer than two axes, or is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no iterations, or epsilon is not positive.</exception>
    public SpectralNorm(Parameter weight, RandomStream random, int iterations = 1, double epsilon = 1e-12, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        if (weight.Shape.Rank < 2 || weight.Shape.Size == 0)
        {
            throw new ArgumentException($"spectral norm: a weight of at least two axes with elements is needed; {weight.Name} has shape {weight.Shape}.", nameof(weight));
        }

        this.weight = weight;
        this.iterations = iterations;
        this.epsilon = epsilon > 0 ? epsilon : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "spectral norm: epsilon must be positive.");
        nint rows = weight.Shape[0], columns = weight.Shape.Size / rows;
        using Scope scope = Scope.Begin();
        left = random.Normal<T>([rows], device);
        right = random.Normal<T>([columns], device);
        Normalize(left);
        Normalize(right);
        scope.Keep(left);
        scope.Keep(right);
    }

    /// <inheritdoc/>
    public bool IsTraining { get; set; } = true;

    /// <summary>The normalised weight, in the weight's shape, from the flat parameters.</summary>
    public Tensor<T> Apply(Tensor<T> flat)
    {
        using Tensor<T> raw = weight.In(flat), matrix = raw.Reshape(left.Size, right.Size), u = Autodiff.StopGradient(left), v = Autodiff.StopGradient(right);
        if (IsTraining)
        {
            // What is being differentiated is not written from.
            using Tensor<T> copy = Autodiff.StopGradient(matrix), transposed = copy.Transpose(), column = u.Unsqueeze(1), row = v.Unsqueeze(1);
            for (int i = 0; i < iterations; i++)
            {
                transposed.MatMulInto(column, row);
                Normalize(v);
                copy.MatMulInto(row, column);
                Normalize(u);
            }
        }

        using Tensor<T> image = matrix.MatMul(v), sigma = u.MatMul(image);
        Tensor<T> normal = raw / sigma;

        // Not before: what throws has changed nothing.
        if (IsTraining)
        {
            u.CopyInto(left);
            v.CopyInto(right);
        }

        return normal;
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Tensor("u", left);
        state.Tensor("v", right);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        left.Dispose();
        right.Dispose();
    }

    private void Normalize(Tensor<T> vector)
    {
        using Tensor<T> least = Tensor.Scalar(Tensor.Constant<T>(epsilon), vector.Device), norm = vector.Norm(), divisor = norm.Maximum(least);
        vector.DivideInto(divisor, vector);
    }
}
