using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>How a derivative goes through a solver.</summary>
public enum OdeGradient
{
    /// <summary>Every operation of every step is recorded: the derivative of the computed numbers, of any order; memory grows with the steps.</summary>
    Recorded,

    /// <summary>
    /// The state before every segment of steps is kept, and a segment's steps are taken again when the derivative goes through it: the same bits as
    /// recorded, the memory of about 2 sqrt(steps) steps, and one more run forward. The parameters must live until then: first derivatives only.
    /// </summary>
    Checkpointed,

    /// <summary>
    /// The continuous adjoint: a differential equation for state, its gradient and that of the parameters, integrated backward (Chen, Rubanova, Bettencourt
    /// and Duvenaud, "Neural ordinary differential equations", 2018). The memory of one step; right to the method's error, and not for
    /// fields so stiff that going backward does not find the way back. First derivatives only.
    /// </summary>
    Adjoint,
}

/// <content>Derivatives that keep less than all.</content>
public static partial class TensorOde
{
    /// <summary>The state at a time after steps of equal length, whose derivative is taken as the mode says.</summary>
    /// <param name="field">The right side; for <see cref="OdeGradient.Adjoint"/> all that is to be differentiated reaches it as its arguments.</param>
    /// <param name="tableau">The method.</param>
    /// <param name="y">The state at the start.</param>
    /// <param name="parameters">What the field gets.</param>
    /// <param name="start">The time of y.</param>
    /// <param name="end">The time of the result.</param>
    /// <param name="steps">Steps, forward and, for the adjoint, backward.</param>
    /// <param name="mode">How the derivative goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1, or there is no such mode.</exception>
    /// <exception cref="ArgumentException">A time is not finite, both are the same, or the field's result has not y's shape.</exception>
    /// <exception cref="OdeException">By the adjoint: a state is not finite.</exception>
    public static Tensor<T> Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, int steps, OdeGradient mode)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return mode switch
        {
            OdeGradient.Recorded => Integrate(field, tableau, y, parameters, start, end, steps),
            OdeGradient.Checkpointed => Checkpointed(field, tableau, y, parameters, Equal(start, end, steps), (end - start) / T.CreateChecked(steps)),
            OdeGradient.Adjoint => Adjoint(field, tableau, y, parameters, start, end, solver => solver.Integrate(end, steps), solver => solver.Integrate(start, steps)),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "ode: there is no such way of differentiation."),
        };
    }

    /// <summary>The state at the end, in steps that are chosen by their error, whose derivative is taken as the mode says; the adjoint chooses its steps by the same control.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    /// <exception cref="ArgumentException">A time or y is not finite, or the control's numbers make no sense.</exception>
    /// <exception cref="NotSupportedException">The method estimates no error.</exception>
    /// <exception cref="OdeException">There is no such step, too many were needed, or the field is not finite.</exception>
    public static Tensor<T> Integrate<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end, StepControl control, OdeGradient mode)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T> => mode switch
        {
            OdeGradient.Recorded => Integrate(field, tableau, y, parameters, start, end, control),
            OdeGradient.Checkpointed => Checkpointed(field, tableau, y, parameters, Times(field, tableau, y, parameters, start, end, control), T.Zero),
            OdeGradient.Adjoint => Adjoint(field, tableau, y, parameters, start, end, solver => solver.Integrate(end, control), solver => solver.Integrate(start, control)),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "ode: there is no such way of differentiation."),
        };

    private static T[] Equal<T>(T start, T end, int steps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T length = (end - start) / T.CreateChecked(steps);
        T[] times = new T[steps + 1];
        for (int i = 0; i <= steps; i++)
        {
            times[i] = i == steps ? end : start + (T.CreateChecked(i) * length);
        }

        return times;
    }

    /// <summary>Segments of about the square root of the steps, which are all of this length, or of the times' distances where it is zero.</summary>
    private static Tensor<T> Checkpointed<TField, T>(TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T[] times, T length)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        int segment = Math.Max(1, (int)Math.Sqrt(times.Length));
        Tensor<T> state = y.Share();
        for (int first = 0; first + 1 < times.Length; first += segment)
        {
            ReadOnlyMemory<T> own = times.AsMemory(first, Math.Min(segment + 1, times.Length - first));
            using Tensor<T> before = state;
            state = Autodiff.Checkpoint(before, y =>
            {
                using TensorStepper<T> stepper = new(tableau, y.Device);
                return stepper.Steps(field, y, parameters, own.Span, length);
            });
        }

        return state;
    }

    private static Tensor<T> Adjoint<TField, T>(
        TField field, Tableau tableau, Tensor<T> y, Tensor<T> parameters, T start, T end,
        Action<OdeSolver<SpanField<TField, T>, T>> forward, Action<OdeSolver<AdjointField<TField, T>, T>> backward)
        where TField : struct, ITensorField<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tableau);
        return Autodiff.Custom(
            y, parameters,
            (y, parameters) =>
            {
                using Scope scope = Scope.Begin();
                OdeSolver<SpanField<TField, T>, T> solver = Solver(field, tableau, y, parameters, start);
                forward(solver);
                return scope.Keep(Tensor.From(solver.State, y.Shape, y.Device));
            },
            (y, parameters, z, dz) =>
            {
                using Scope scope = Scope.Begin();
                int size = checked((int)z.Size), count = checked((int)parameters.Size);
                T[] state = new T[checked((2 * size) + count)];
                z.CopyTo(state.AsSpan(0, size));
                dz.CopyTo(state.AsSpan(size, size));
                OdeSolver<AdjointField<TField, T>, T> solver = new(new(field, Autodiff.StopGradient(z), Autodiff.StopGradient(dz), Autodiff.StopGradient(parameters)), tableau, state.Length);
                solver.Start(end, state);
                backward(solver);
                return (
                    scope.Keep(Tensor.From(solver.State.Slice(size, size), y.Shape, y.Device)),
                    scope.Keep(Tensor.From(solver.State[(2 * size)..], parameters.Shape, y.Device)));
            },
            "ode adjoint");
    }
}

/// <summary>
/// y' = f, a' = -a df/dy, g' = -a df/dp, one behind the other: from the end with a = dL/dy and g = 0 back to the start, where they are the gradients by the
/// first state and by the parameters.
/// </summary>
internal readonly struct AdjointField<TField, T>(TField field, Tensor<T> y, Tensor<T> a, Tensor<T> parameters) : IVectorField<T>
    where TField : struct, ITensorField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Eval(T t, ReadOnlySpan<T> state, Span<T> slope)
    {
        int size = (int)y.Size;
        y.CopyFrom(state[..size]);
        a.CopyFrom(state.Slice(size, size));
        TField own = field;
        Tensor<T> cotangent = a;
        (_, Tensor<T>[] gradients, Tensor<T>[] values) = Autodiff.ValueAndGrad([y, parameters], inputs =>
        {
            Tensor<T> f = own.Eval(t, inputs[0], inputs[1]);
            TensorStepper<T>.CheckSlope(f, inputs[0]);
            return ((f * cotangent).Sum(), (Tensor<T>[])[f]);
        });
        values[0].CopyTo(slope[..size]);
        Span<T> da = slope.Slice(size, size), dg = slope[(2 * size)..];
        gradients[0].CopyTo(da);
        gradients[1].CopyTo(dg);
        foreach (ref T element in slope[size..])
        {
            element = -element;
        }

        values[0].Dispose();
        gradients[0].Dispose();
        gradients[1].Dispose();
    }
}
