using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>Points whose every element lies between two bounds, of which either may be infinite.</summary>
public sealed class Box : FeasibleSet
{
    private readonly double low;
    private readonly double high;

    /// <summary>The box [low, high]^n.</summary>
    /// <exception cref="ArgumentException">low is not at most high, or both are the same infinity.</exception>
    public Box(double low, double high)
    {
        if (!(low <= high) || double.IsPositiveInfinity(low) || double.IsNegativeInfinity(high))
        {
            throw new ArgumentException($"box: bounds low <= high are needed; got {low} and {high}.");
        }

        (this.low, this.high) = (low, high);
    }

    /// <summary>The points without negative elements.</summary>
    public static Box Orthant { get; } = new(0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string Name => $"box [{low}, {high}]";

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
        using Tensor<double> least = Tensor.Scalar(low, z.Device), largest = Tensor.Scalar(high, z.Device);
        z.ClampInto(least, largest, z);
    }

    /// <inheritdoc/>
    public override double Support(Tensor<double> direction)
    {
        // Each element takes the bound to which it points; 0 times an infinite bound counts as nothing.
        using Scope scope = Scope.Begin();
        Tensor<double> zero = Tensor.Scalar(0.0, direction.Device), up = direction.Maximum(zero), down = direction.Minimum(zero);
        return Part(up, high) + Part(down, low);

        static double Part(Tensor<double> x, double bound)
        {
            double sum = x.Sum().Item();
            return sum == 0 ? 0 : sum * bound;
        }
    }
}

/// <summary>The Euclidean ball around a centre, which stays the caller's.</summary>
public sealed class Ball : FeasibleSet
{
    private readonly Tensor<double> centre;
    private readonly double radius;

    /// <summary>The ball of this radius.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not positive and finite.</exception>
    public Ball(Tensor<double> centre, double radius)
    {
        this.centre = centre.IsDisposed ? throw new ArgumentException("ball: the centre is gone.", nameof(centre)) : centre;
        this.radius = radius is > 0 and < double.PositiveInfinity
            ? radius
            : throw new ArgumentOutOfRangeException(nameof(radius), radius, "ball: the radius is positive and finite.");
    }

    /// <inheritdoc/>
    public override string Name => $"ball of radius {radius}";

    /// <inheritdoc/>
    public override string? Misfit(Shape shape) => shape == centre.Shape ? null : $"its centre has shape {centre.Shape}";

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
        using Tensor<double> offset = z - centre;
        double length = Vectors.Norm(offset);
        if (length > radius)
        {
            centre.CopyInto(z);
            Vectors.Add(z, radius / length, offset);
        }
    }

    /// <inheritdoc/>
    public override double Support(Tensor<double> direction) => Vectors.Dot(direction, centre) + (radius * Vectors.Norm(direction));
}

/// <summary>The points with normal . z &lt;= bound; the normal stays the caller's.</summary>
public sealed class HalfSpace : FeasibleSet
{
    private readonly Tensor<double> normal;
    private readonly double bound;
    private readonly double square;

    /// <summary>The half-space of this normal, which is not zero.</summary>
    /// <exception cref="ArgumentException">The normal is zero or not finite, or the bound not finite.</exception>
    public HalfSpace(Tensor<double> normal, double bound)
    {
        square = Vectors.Dot(normal, normal);
        if (!(square is > 0 and < double.PositiveInfinity) || !double.IsFinite(bound))
        {
            throw new ArgumentException($"half-space: a finite normal that is not zero and a finite bound are needed; got |normal|^2 = {square} and {bound}.");
        }

        (this.normal, this.bound) = (normal, bound);
    }

    /// <inheritdoc/>
    public override string Name => "half-space";

    /// <inheritdoc/>
    public override string? Misfit(Shape shape) => shape == normal.Shape ? null : $"its normal has shape {normal.Shape}";

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
        double excess = Vectors.Dot(normal, z) - bound;
        if (excess > 0)
        {
            Vectors.Add(z, -excess / square, normal);
        }
    }

    /// <summary>Finite along the normal only.</summary>
    /// <inheritdoc/>
    public override double Support(Tensor<double> direction)
    {
        double along = Vectors.Dot(direction, normal) / square;
        using Tensor<double> across = direction.Clone();
        Vectors.Add(across, -along, normal);
        bool isParallel = Vectors.Norm(across) <= 1e-14 * Vectors.Norm(direction);
        return isParallel && along >= 0 ? along * bound : double.PositiveInfinity;
    }
}

/// <summary>A set for each part of a point, in order: the strategies of the players of a game.</summary>
public sealed class ProductSet : FeasibleSet
{
    private readonly (FeasibleSet Set, nint Length)[] parts;
    private readonly nint size;

    /// <summary>The product of sets of vectors of these lengths.</summary>
    /// <exception cref="ArgumentException">There are no parts, or a length is below 1, or a set does not fit its length.</exception>
    public ProductSet(params ReadOnlySpan<(FeasibleSet Set, nint Length)> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("product set: at least one part is needed.", nameof(parts));
        }

        foreach ((FeasibleSet set, nint length) in parts)
        {
            ArgumentNullException.ThrowIfNull(set, nameof(parts));
            if (length < 1 || set.Misfit([length]) is not null)
            {
                throw new ArgumentException($"product set: a {set.Name} does not hold vectors [{length}]{(length < 1 ? "" : $": {set.Misfit([length])}")}.", nameof(parts));
            }

            size += length;
        }

        this.parts = parts.ToArray();
    }

    /// <summary>The parts.</summary>
    public ReadOnlySpan<(FeasibleSet Set, nint Length)> Parts => parts;

    /// <inheritdoc/>
    public override string Name => $"product of {parts.Length} sets";

    /// <inheritdoc/>
    public override string? Misfit(Shape shape) => shape == [size] ? null : $"its parts make up [{size}]";

    /// <inheritdoc/>
    public override void ProjectInPlace(Tensor<double> z)
    {
        nint start = 0;
        foreach ((FeasibleSet set, nint length) in parts)
        {
            using Tensor<double> part = z.Segment(start, [length]);
            set.ProjectInPlace(part);
            start += length;
        }
    }

    /// <inheritdoc/>
    public override double Support(Tensor<double> direction)
    {
        double sum = 0;
        nint start = 0;
        foreach ((FeasibleSet set, nint length) in parts)
        {
            using Tensor<double> part = direction.Segment(start, [length]);
            sum += set.Support(part);
            start += length;
        }

        return sum;
    }
}
