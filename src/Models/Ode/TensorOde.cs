using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>
/// Runge-Kutta methods over tensors, from the same tableaus and with the same bits as <see cref="OdeSolver{TField, T}"/>, on any device: every step is made
/// of ordinary operations, so derivatives by the first state and by the parameters, of any order, go through the solver. Fewer of a long run's
/// states are kept where <see cref="OdeGradient"/> says so.
/// </summary>
/// <remarks>Steps of given lengths are not looked at; <see cref="Diagnose"/> finds the step, time and component where a state ceased to be finite.</remarks>
public static partial class TensorOde
{
    /// <summary>The state after one step.</summary>
    /// <param name="field">The right side.</param>
    /// <param name="tableau">The method.</param>
    /// <param name="y">The state.</param>
    /// <param name="parameters">What the field gets.</param>
    /// <param name="time">The time before the step.</param>
    /// <param name="length">The step's length; negative backward in time.</param>
    /// <exception cref="ArgumentException">The length is zero or not finite, or the field's result has not y's shape.</exception>
    public static Tensor<T> Step<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T time, T length)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        using TensorStepper<T> stepper = new(tableau, y.Device);
        return stepper.Step(field, y, parameters, time, length);
    }

    /// <summary>The state at a time, after steps of equal length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1.</exception>
    /// <exception cref="ArgumentException">A time is not finite, both are the same, or the field's result has not y's shape.</exception>
    public static Tensor<T> Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, int steps)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using TensorStepper<T> stepper = new(tableau, y.Device);
        return stepper.Steps(field, y, parameters, start, end, steps);
    }

    /// <summary>The states at the second time and all later ones, each so many equal steps after the one before; the first time is that of y.</summary>
    /// <param name="field">The right side.</param>
    /// <param name="tableau">The method.</param>
    /// <param name="y">The state at the first time.</param>
    /// <param name="parameters">What the field gets.</param>
    /// <param name="times">At least two, each different from the one before.</param>
    /// <param name="stepsBetween">Steps from one time to the next.</param>
    /// <param name="states">Where the states go, one fewer than times; the caller disposes them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1.</exception>
    /// <exception cref="ArgumentException">The numbers of times and states do not fit, a time is not finite or the same as the one before, or the field's result has not y's shape.</exception>
    public static void Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, ReadOnlySpan<T> times, int stepsBetween, Span<Tensor<T>> states)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsBetween, 1);
        if (times.Length < 2 || states.Length != times.Length - 1)
        {
            throw new ArgumentException($"ode: {times.Length} times and room for {states.Length} states; needed: two times or more, and one state fewer.", nameof(states));
        }

        int done = 0;
        using TensorStepper<T> stepper = new(tableau, y.Device);
        try
        {
            for (; done < states.Length; done++)
            {
                states[done] = stepper.Steps(field, done == 0 ? y : states[done - 1], parameters, times[done], times[done + 1], stepsBetween);
            }
        }
        catch
        {
            while (--done >= 0)
            {
                states[done].Dispose();
            }

            throw;
        }
    }

    /// <summary>
    /// The times of the steps that <see cref="OdeSolver{TField, T}"/> takes with this control: the start, each step's end, and last the end. Nothing of it is
    /// recorded; the state after these steps is, by the form of Integrate that takes times.
    /// </summary>
    /// <exception cref="ArgumentException">A time or y is not finite, or the control's numbers make no sense.</exception>
    /// <exception cref="NotSupportedException">The method estimates no error.</exception>
    /// <exception cref="OdeException">There is no such step, too many were needed, or the field is not finite.</exception>
    public static T[] Times<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, StepControl control)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        using Scope scope = Scope.Begin();
        OdeSolver<SpanField<TField, T>, T> solver = Solver(field, tableau, y, parameters, start);
        List<T> times = [start];
        solver.Integrate(end, control, times);
        return [.. times];
    }

    /// <summary>The state at the end, in steps that are chosen by their error. A derivative takes the steps as they were chosen.</summary>
    /// <exception cref="ArgumentException">A time or y is not finite, or the control's numbers make no sense.</exception>
    /// <exception cref="NotSupportedException">The method estimates no error.</exception>
    /// <exception cref="OdeException">There is no such step, too many were needed, or the field is not finite.</exception>
    public static Tensor<T> Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, StepControl control)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Integrate(field, tableau, y, parameters, Times(field, tableau, y, parameters, start, end, control));

    /// <summary>The state at the last of the times, in one step from each to the next.</summary>
    /// <exception cref="ArgumentException">There are no times, one is not finite or the same as the one before, or the field's result has not y's shape.</exception>
    public static Tensor<T> Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, ReadOnlySpan<T> times)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        if (times.IsEmpty)
        {
            throw new ArgumentException("ode: there are no times.", nameof(times));
        }

        using TensorStepper<T> stepper = new(tableau, y.Device);
        return stepper.Steps(field, y, parameters, times);
    }

    /// <summary>Takes the steps again by their values, and throws where a state is not finite; does nothing where all are.</summary>
    /// <exception cref="OdeException">The first state that is not finite: its step, time, component, and how often the field was evaluated.</exception>
    /// <exception cref="ArgumentException">y is not finite itself.</exception>
    public static void Diagnose<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, int steps)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        using Scope scope = Scope.Begin();
        Solver(field, tableau, y, parameters, start).Integrate(end, steps);
    }

    /// <summary>A solver over the values of a state and parameters; both are constants to whatever records around.</summary>
    internal static OdeSolver<SpanField<TField, T>, T> Solver<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor<T> input = Autodiff.StopGradient(y);
        OdeSolver<SpanField<TField, T>, T> solver = new(new(field, Autodiff.StopGradient(parameters), input), tableau, checked((int)y.Size));

        // Read where a custom rule around sees it: what follows depends on values, and has no second derivative there.
        solver.Start(start, y.ToArray());
        return solver;
    }
}

/// <summary>A tensor field for the solver over spans.</summary>
internal readonly struct SpanField<TField, T>(TField field, Tensor<T> parameters, Tensor<T> input) : IVectorField<T>
    where TField : struct, ITensorField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Eval(T t, ReadOnlySpan<T> y, Span<T> dy)
    {
        // What a field makes on its way is let go of at once: an integration has many evaluations.
        using Scope scope = Scope.Begin();
        input.CopyFrom(y);
        Tensor<T> slope = field.Eval(t, input, parameters);
        TensorStepper<T>.CheckSlope(slope, input);
        slope.CopyTo(dy);
    }
}
