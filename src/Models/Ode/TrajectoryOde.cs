using System.Buffers;
using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>A Neural ODE that is fitted to paths seen at given times: the mean squared distance over all of them, and its gradient by the field's parameters.</summary>
/// <typeparam name="TField">The right side.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class TrajectoryOde<TField, T>
    where TField : struct, ITensorField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TField field;
    private readonly ParameterBuffer<T> parameters;
    private readonly T[] times;

    /// <summary>A model of these parameters, which stay the caller's.</summary>
    /// <param name="field">The right side.</param>
    /// <param name="parameters">Its parameters, allocated.</param>
    /// <param name="tableau">The method.</param>
    /// <param name="times">The first state's time and those at which a path is seen.</param>
    /// <param name="stepsBetween">Steps from one time to the next.</param>
    /// <exception cref="ArgumentException">There are fewer than two times.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1.</exception>
    public TrajectoryOde(TField field, ParameterBuffer<T> parameters, Tableau tableau, ReadOnlySpan<T> times, int stepsBetween = 1)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsBetween, 1);
        if (times.Length < 2)
        {
            throw new ArgumentException($"ode: {times.Length} times; a path needs two or more.", nameof(times));
        }

        this.field = field;
        this.parameters = parameters;
        this.times = times.ToArray();
        (Tableau, StepsBetween) = (tableau, stepsBetween);
    }

    /// <summary>The method.</summary>
    public Tableau Tableau { get; }

    /// <summary>Steps from one time to the next.</summary>
    public int StepsBetween { get; }

    /// <summary>The path [times - 1, batch, n] from first states [batch, n].</summary>
    public Tensor<T> Predict(Tensor<T> first)
    {
        using Scope scope = Scope.Begin();
        Tensor<T>[] states = new Tensor<T>[times.Length - 1];
        TensorOde.Integrate(field, Tableau, first, parameters.Values, times, StepsBetween, states);
        return scope.Keep(Tensor.Stack(0, states));
    }

    /// <summary>The mean squared distance of the paths from first states [batch, n] to those seen, [times - 1, batch, n]; its gradient goes to the parameters' gradients. Allocates nothing once warm.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public T Gradient(Tensor<T> first, Tensor<T> paths)
    {
        Shape shape = paths.Shape;
        bool fits = shape.Rank == first.Rank + 1 && shape[0] == times.Length - 1;
        for (int axis = 0; fits && axis < first.Rank; axis++)
        {
            fits = shape[axis + 1] == first.Shape[axis];
        }

        return fits
            ? Autodiff.ValueAndGradInto(parameters.Values, parameters.Gradients, (Model: this, first, paths), static (flat, seen) => seen.Model.Loss(flat, seen.first, seen.paths))
            : throw new ArgumentException($"ode: first states {first.Shape} and {times.Length - 1} times do not fit paths {shape}.", nameof(paths));
    }

    private Tensor<T> Loss(Tensor<T> flat, Tensor<T> first, Tensor<T> paths)
    {
        Tensor<T>[] rented = ArrayPool<Tensor<T>>.Shared.Rent(times.Length - 1);
        try
        {
            Span<Tensor<T>> states = rented.AsSpan(0, times.Length - 1);
            TensorOde.Integrate(field, Tableau, first, flat, times, StepsBetween, states);
            Tensor<T> total = default;
            for (int i = 0; i < states.Length; i++)
            {
                using Tensor<T> state = states[i], seen = paths.Select(0, i);
                Tensor<T> loss = Losses.MeanSquaredError(state, seen), sum = i == 0 ? loss.Share() : total + loss;
                loss.Dispose();
                total.Dispose();
                total = sum;
            }

            using (total)
            {
                return total * (T.One / T.CreateChecked(states.Length));
            }
        }
        finally
        {
            ArrayPool<Tensor<T>>.Shared.Return(rented, clearArray: true);
        }
    }
}
