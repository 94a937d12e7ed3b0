using Onsager.Tensors;

namespace Onsager.Models.Glm;

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
        Check(x.Shape, y.Shape);
        using Tensor<double> wide = x.Cast<double>(), targets = y.Cast<double>();
        Add(wide, targets);
    }

    /// <summary>Adds rows X [n, features] with targets y [n].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Add(Tensor<double> x, Tensor<double> y)
    {
        Check(x.Shape, y.Shape);
        using Scope scope = Scope.Begin();
        Tensor<double> transposed = x.Transpose(), squares = transposed.MatMul(x), products = transposed.MatMul(y);
        gram.AddInto(squares, gram);
        moments.AddInto(products, moments);
    }

    /// <summary>The coefficients a [features] for one lambda, on the device of the rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">lambda is negative or not a number.</exception>
    /// <exception cref="GlmException">The equations are singular to working precision.</exception>
    public Tensor<double> Solve(double lambda)
    {
        if (!(lambda >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "ridge: lambda must not be negative.");
        }

        using Tensor<double> factor = Factor(lambda);
        return Solve(factor);
    }

    /// <summary>The coefficients from <see cref="Factor"/>'s matrix.</summary>
    internal Tensor<double> Solve(Tensor<double> factor)
    {
        using Scope scope = Scope.Begin();
        return scope.Keep(Cholesky.Solve(factor, moments));
    }

    /// <summary>The lower triangular L [features, features] with L L^T = X^T X + lambda I.</summary>
    internal Tensor<double> Factor(double lambda)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> regular = gram + (Tensor.Identity<double>(gram.Shape[0], gram.Device) * lambda);
        try
        {
            return scope.Keep(Cholesky.Factor(regular));
        }
        catch (ArithmeticException cause)
        {
            throw new GlmException(
                GlmFailure.SingularDesign,
                $"ridge: the normal equations of {gram.Shape[0]} features are singular to working precision with lambda = {lambda}; add rows, or take a larger lambda. ({cause.Message})", cause);
        }
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

    private void Check(Shape x, Shape y)
    {
        if (x.Rank != 2 || y.Rank != 1 || x[0] != y[0] || x[1] != moments.Shape[0])
        {
            throw new ArgumentException($"ridge: rows [n, {moments.Shape[0]}] and targets [n] are needed; got {x} and {y}.");
        }
    }
}
