using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// Continuous time: the flow dz/dt = -F(z) that all methods follow as their step goes to 0, and the flow with the correction of first order in the step that
/// tells them apart, dz/dt = -F -+ (step / 2) DF F. Integrated by the classical Runge-Kutta method of order 4.
/// </summary>
/// <remarks>Backward error analysis: Hairer, Lubich and Wanner, "Geometric numerical integration" (2006), chapter IX.</remarks>
public static class Flow
{
    /// <summary>The point at a time, from the start at time 0, in equal steps. The plain flow circles on bilinear games.</summary>
    /// <param name="f">The operator.</param>
    /// <param name="start">The point at time 0.</param>
    /// <param name="time">How long.</param>
    /// <param name="steps">Into how many steps the time is cut.</param>
    /// <param name="correction">
    /// c in dz/dt = -F(z) - c DF(z) F(z): half the step for the flow that gradient descent-ascent follows to second order, minus half the step for
    /// the one of extragradient, optimistic and proximal steps; 0 for the plain flow.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">steps is below 1, or a number not finite.</exception>
    /// <exception cref="ArithmeticException">The flow leaves the numbers.</exception>
    public static Tensor<double> Integrate(Operator f, Tensor<double> start, double time, int steps, double correction = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!double.IsFinite(time) || !double.IsFinite(correction))
        {
            throw new ArgumentOutOfRangeException(nameof(time), $"flow: time {time} and correction {correction} must be finite.");
        }

        using Scope scope = Scope.Begin();
        double h = time / steps;
        Tensor<double> z = start.Clone(), moved = Tensor.EmptyLike(start), sum = Tensor.EmptyLike(start);
        for (int i = 0; i < steps; i++)
        {
            using Scope step = Scope.Begin();
            z.CopyInto(sum);
            z.CopyInto(moved);
            ReadOnlySpan<(double Weight, double Next)> stages = [(h / 6, h / 2), (h / 3, h / 2), (h / 3, h), (h / 6, 0)];
            foreach ((double weight, double next) in stages)
            {
                Tensor<double> velocity = Velocity(f, moved, correction);
                Vectors.Add(sum, weight, velocity);
                z.CopyInto(moved);
                Vectors.Add(moved, next, velocity);
            }

            sum.CopyInto(z);
        }

        return double.IsFinite(Vectors.Norm(z))
            ? scope.Keep(z)
            : throw new ArithmeticException($"flow: the point is no longer finite at time {time:g6} in {steps} steps; take more steps, or a shorter time.");
    }

    /// <summary>-F(z) - correction DF(z) F(z).</summary>
    public static Tensor<double> Velocity(Operator f, Tensor<double> z, double correction = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        using Scope scope = Scope.Begin();
        Tensor<double> value = Tensor.EmptyLike(z);
        f.ApplyInto(z, value);
        Tensor<double> velocity = -value;
        if (correction != 0)
        {
            Vectors.Add(velocity, -correction, f.Jvp(z, value));
        }

        return scope.Keep(velocity);
    }
}
