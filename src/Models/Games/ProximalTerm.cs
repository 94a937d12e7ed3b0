using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// A convex function g beside the operator: z solves the problem if F(z) . (u - z) + g(u) - g(z) &gt;= 0 for all u. A feasible set is the g
/// that is 0 inside and infinite outside, whose proximal map is the projection.
/// </summary>
public abstract class ProximalTerm
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>The point that minimises g(u) + |u - z|^2 / (2 step), in place.</summary>
    /// <param name="z">A contiguous tensor.</param>
    /// <param name="step">The step, positive.</param>
    public abstract void ProxInPlace(Tensor<double> z, double step);

    /// <summary>The largest of direction . u - g(u) over all u: infinite where it is not bounded.</summary>
    public abstract double Support(Tensor<double> direction);

    /// <summary>g(z); infinite outside a feasible set by more than rounding.</summary>
    public abstract double Value(Tensor<double> z);

    /// <summary>What is wrong with a point of this shape; null if it fits.</summary>
    /// <param name="shape">The point's shape.</param>
    public virtual string? Misfit(Shape shape) => null;
}

/// <summary>A closed convex set Z, given by its projection and its support function.</summary>
public abstract class FeasibleSet : ProximalTerm
{
    /// <summary>How far outside a point may lie and still count as inside, relative to 1 + its norm: rounding's share.</summary>
    public const double Tolerance = 1e-9;

    /// <summary>The nearest point of Z, in place.</summary>
    public abstract void ProjectInPlace(Tensor<double> z);

    /// <inheritdoc/>
    public sealed override void ProxInPlace(Tensor<double> z, double step) => ProjectInPlace(z);

    /// <summary>How far z is from Z.</summary>
    public double Distance(Tensor<double> z)
    {
        using Tensor<double> inside = z.Clone();
        ProjectInPlace(inside);
        return Vectors.Distance(z, inside);
    }

    /// <summary>Whether z lies in Z, but for rounding.</summary>
    public bool Contains(Tensor<double> z) => Distance(z) <= Tolerance * (1 + Vectors.Norm(z));

    /// <inheritdoc/>
    public override double Value(Tensor<double> z) => Contains(z) ? 0 : double.PositiveInfinity;
}

/// <summary>All points: no constraint.</summary>
public sealed class WholeSpace : FeasibleSet
{
    /// <summary>The only one that is needed.</summary>
    public static WholeSpace Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "whole space";

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
    }

    /// <summary>0 for the zero direction, infinite for others.</summary>
    /// <inheritdoc/>
    public override double Support(Tensor<double> direction) => Vectors.Dot(direction, direction) == 0 ? 0 : double.PositiveInfinity;
}

/// <summary>g(z) = weight |z|_1, whose proximal map is the soft threshold.</summary>
/// <param name="weight">Not negative.</param>
/// <exception cref="ArgumentOutOfRangeException">The weight is negative or not finite.</exception>
public sealed class L1Norm(double weight) : ProximalTerm
{
    private readonly double weight = weight is >= 0 and < double.PositiveInfinity
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, "l1 norm: the weight is finite and not negative.");

    /// <inheritdoc/>
    public override string Name => "l1 norm";

    /// <summary>sign(z) max(|z| - step weight, 0).</summary>
    /// <inheritdoc/>
    public override void ProxInPlace(Tensor<double> z, double step)
    {
        // z minus its part inside [-threshold, threshold].
        using Scope scope = Scope.Begin();
        Tensor<double> high = Tensor.Scalar(step * weight, z.Device);
        z.SubtractInto(z.Clamp(-high, high), z);
    }

    /// <summary>0 where no element of the direction passes the weight, infinite elsewhere.</summary>
    /// <inheritdoc/>
    public override double Support(Tensor<double> direction)
    {
        using Tensor<double> inside = direction.Clone();
        ProxInPlace(inside, 1);
        return Vectors.Dot(inside, inside) == 0 ? 0 : double.PositiveInfinity;
    }

    /// <inheritdoc/>
    public override double Value(Tensor<double> z)
    {
        using Scope scope = Scope.Begin();
        return weight * z.Abs().Sum().Item();
    }
}
