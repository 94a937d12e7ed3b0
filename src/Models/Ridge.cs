using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Ridge regression: the a that minimises |X a - y|^2 + lambda |a|^2, from the normal equations (X^T X + lambda I) a = X^T y, which are
/// collected over chunks in double precision and solved by Cholesky.
/// </summary>
public sealed class Ridge : ICheckpointed, IDisposable
{
    private readonly Tensor<double> gram;
    private readonly Tensor<double> moments;

    /// <summary>A problem with this many features and no rows yet, collected on the device that the rows will be on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Ridge(int features, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        using Scope scope = Scope.Begin();
        gram = Tensor.Zeros<double>([features, features], device);
        moments = scope.Keep(Tensor.Zeros<double>([features], device));
        scope.Keep(gram);
    }

    /// <summary>Adds rows X [n, features] with targets y [n].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Add(Tensor<float> x, Tensor<float> y)
    {
        if (x.Rank != 2 || y.Rank != 1 || x.Shape[0] != y.Shape[0] || x.Shape[1] != moments.Shape[0])
        {
            throw new ArgumentException($"ridge: rows [n, {moments.Shape[0]}] and targets [n] are needed; got {x.Shape} and {y.Shape}.");
        }

        using Scope scope = Scope.Begin();
        Tensor<double> wide = x.Cast<double>(), transposed = wide.Transpose();
        Tensor<double> squares = transposed.MatMul(wide), products = transposed.MatMul(y.Cast<double>());
        gram.AddInto(squares, gram);
        moments.AddInto(products, moments);
    }

    /// <summary>The coefficients a [features] for one lambda, solved on the processor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">lambda is negative or not a number.</exception>
    /// <exception cref="ArithmeticException">The equations are singular to working precision.</exception>
    public Tensor<double> Solve(double lambda)
    {
        if (!(lambda >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "ridge: lambda must not be negative.");
        }

        using Scope scope = Scope.Begin();
        Tensor<double> regular = gram.To(Device.Cpu) + (Tensor.Identity<double>(gram.Shape[0]) * lambda);
        return scope.Keep(Cholesky.Solve(Cholesky.Factor(regular), moments.To(Device.Cpu)));
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Tensor("gram", gram);
        state.Tensor("moments", moments);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gram.Dispose();
        moments.Dispose();
    }
}
