using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// The operator F of a variational inequality: a vector for each point, of the point's shape. For a game it holds each player's gradient of
/// the player's own cost; where F is 0, or points out of the feasible set, no player gains by a small move of its own.
/// </summary>
/// <remarks>
/// Derive from it, or let <see cref="From"/>, <see cref="SaddleOperator"/> and <see cref="GameOperator"/> make one of a function. What is
/// declared of it is believed for step sizes, and tested by <see cref="VariationalProblem.Verify"/>.
/// </remarks>
public abstract class Operator
{
    private readonly double? lipschitz;
    private readonly double? strongMonotonicity;

    /// <summary>L with |F(u) - F(v)| &lt;= L |u - v| on the feasible set; null where it is not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or not finite.</exception>
    public double? Lipschitz
    {
        get => lipschitz;
        init => lipschitz = value is null or (>= 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "operator: a Lipschitz constant is finite and not negative.");
    }

    /// <summary>mu with (F(u) - F(v)) . (u - v) &gt;= mu |u - v|^2 on the feasible set: 0 declares F monotone; null declares nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or not finite.</exception>
    public double? StrongMonotonicity
    {
        get => strongMonotonicity;
        init => strongMonotonicity = value is null or (>= 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "operator: a constant of strong monotonicity is finite and not negative.");
    }

    /// <summary>The lengths of the players' parts of a point, in order; empty where no players are told apart.</summary>
    public virtual ReadOnlySpan<nint> Players => default;

    /// <summary>An operator given by a function, which is differentiable where its operations are.</summary>
    /// <param name="f">F: a tensor of the shape of its argument.</param>
    /// <param name="lipschitz">L, where it is known.</param>
    /// <param name="strongMonotonicity">mu: 0 declares the operator monotone.</param>
    public static Operator From(Func<Tensor<double>, Tensor<double>> f, double? lipschitz = null, double? strongMonotonicity = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new FunctionOperator(f) { Lipschitz = lipschitz, StrongMonotonicity = strongMonotonicity };
    }

    /// <summary>The gradient of a scalar function, by automatic differentiation: minimisation as a variational inequality.</summary>
    /// <param name="f">The function to minimise.</param>
    /// <param name="lipschitz">L, where it is known.</param>
    /// <param name="strongMonotonicity">mu: 0 declares the function convex.</param>
    public static Operator Gradient(Func<Tensor<double>, Tensor<double>> f, double? lipschitz = null, double? strongMonotonicity = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new FunctionOperator(z => Autodiff.Grad(z, f)) { Lipschitz = lipschitz, StrongMonotonicity = strongMonotonicity };
    }

    /// <summary>F(z), made of operations that can be differentiated where derivatives are asked for.</summary>
    public abstract Tensor<double> Apply(Tensor<double> z);

    /// <summary>F(z) into a tensor of z's shape.</summary>
    /// <exception cref="ArgumentException">F's result has not the point's shape.</exception>
    public virtual void ApplyInto(Tensor<double> z, Tensor<double> destination)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> f = Apply(z);
        if (f.Shape != z.Shape)
        {
            throw new ArgumentException($"operator: a point of shape {z.Shape} was mapped to shape {f.Shape}; F maps points to vectors of their own shape.");
        }

        f.CopyInto(destination);
    }

    /// <summary>F(z) where a player's part of it is needed alone; the other parts may hold anything.</summary>
    /// <param name="player">The player's number.</param>
    /// <param name="z">The point.</param>
    /// <param name="destination">Of the point's shape.</param>
    public virtual void ApplyPlayerInto(int player, Tensor<double> z, Tensor<double> destination) => ApplyInto(z, destination);

    /// <summary>The derivative of F at z along dz, by automatic differentiation unless the operator knows it.</summary>
    public virtual Tensor<double> Jvp(Tensor<double> z, Tensor<double> dz)
    {
        (Tensor<double> value, Tensor<double> tangent) = Autodiff.Jvp(z, dz, Apply);
        value.Dispose();
        return tangent;
    }

    /// <summary>The transposed derivative of F at z times dy, by automatic differentiation unless the operator knows it.</summary>
    public virtual Tensor<double> Vjp(Tensor<double> z, Tensor<double> dy) => Autodiff.Vjp(z, dy, Apply);

    /// <summary>
    /// The resolvent, that is the u that solves u + step F(u) = z, or its form with the term g, into a tensor of z's shape, where the operator
    /// has a way of its own; gives false and changes nothing where it has none, and an inner iteration is run.
    /// </summary>
    /// <param name="z">The point.</param>
    /// <param name="step">The step, positive.</param>
    /// <param name="term">The feasible set or term.</param>
    /// <param name="destination">Of the point's shape, another tensor than the point. What it holds is the first guess.</param>
    public virtual bool TryResolventInto(Tensor<double> z, double step, ProximalTerm term, Tensor<double> destination) => false;

    private sealed class FunctionOperator(Func<Tensor<double>, Tensor<double>> f) : Operator
    {
        public override Tensor<double> Apply(Tensor<double> z) => f(z);
    }
}
