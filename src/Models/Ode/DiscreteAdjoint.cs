using System.Numerics;
using Onsager.Simd;

namespace Onsager.Models.Ode;

/// <summary>
/// Equal steps of a Runge-Kutta method over spans, and the derivative of what they computed, for fields with a derivative of their own: the same numbers as
/// through <see cref="TensorOde"/> to rounding, without a tape. All memory is taken when it is made; runs allocate nothing.
/// </summary>
/// <remarks>
/// With k_i = f(Y_i) and Y_i = y + h sum a_ij k_j: from the gradient l after the step, dk_i = h (b_i l + sum over j of a_ji dY_j), dY_i = dk_i df/dy, the last
/// stage first, and the gradient before the step is l + sum dY_i (Hager, "Runge-Kutta methods in optimal control and the transformed adjoint
/// system", 2000).
/// </remarks>
/// <typeparam name="TField">The right side.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class DiscreteAdjoint<TField, T>
    where TField : struct, IAdjointField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int stages;
    private readonly int capacity;
    private readonly T[][] rows;
    private readonly T[] weights;
    private readonly T[][] columns;
    private readonly T[] ones;
    private readonly T[] nodes;
    private readonly T[] states;
    private readonly T[] stageStates;
    private readonly T[] memories;
    private readonly T[] slopes;
    private readonly T[] cotangents;
    private readonly T[] zero;
    private readonly T[] a;
#pragma warning disable IDE0044 // A readonly field whose type is a parameter is copied before each call.
    private TField field;
#pragma warning restore IDE0044
    private T begin;
    private T length;
    private int steps;

    /// <summary>For at most so many steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1, or the field's size is below 1.</exception>
    public DiscreteAdjoint(TField field, Tableau tableau, int mostSteps)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(field.Size, 1, nameof(field));
        (this.field, Tableau, capacity) = (field, tableau, mostSteps);

        // The last stage of a method that hands it on is the next step's first one, and computed there.
        stages = tableau.IsFirstSameAsLast ? tableau.Stages - 1 : tableau.Stages;
        int size = field.Size;
        rows = new T[stages][];
        columns = new T[stages][];
        for (int i = 0; i < stages; i++)
        {
            rows[i] = Converted(tableau.Row(i));
            double[] column = new double[stages + 1];
            for (int j = i + 1; j < stages; j++)
            {
                column[j] = tableau.Row(j)[i];
            }

            column[stages] = tableau.Weights[i];
            columns[i] = Converted(column);
        }

        weights = Converted(tableau.Weights[..stages]);
        nodes = Converted(tableau.Nodes[..stages]);
        ones = new T[stages];
        ones.AsSpan().Fill(T.One);
        states = new T[checked((mostSteps + 1) * size)];
        stageStates = new T[checked(mostSteps * stages * size)];
        memories = new T[checked(mostSteps * stages * field.Memory)];
        slopes = new T[stages * size];
        cotangents = new T[(stages + 1) * size];
        (zero, a) = (new T[size], new T[size]);
    }

    /// <summary>The method.</summary>
    public Tableau Tableau { get; }

    /// <summary>The state after so many steps of the last integration; 0 is the first one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There were not so many steps.</exception>
    public ReadOnlySpan<T> State(int step)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)step, (uint)steps, nameof(step));
        return states.AsSpan(step * field.Size, field.Size);
    }

    /// <summary>Goes from a state to a time in equal steps and keeps what the derivative needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1, or more than there is memory for.</exception>
    /// <exception cref="ArgumentException">The state has another size, or a time is not finite.</exception>
    /// <exception cref="OdeException">A state is not finite.</exception>
    public void Integrate(T start, ReadOnlySpan<T> y, T end, int count)
    {
        int size = field.Size;
        if (count < 1 || count > capacity)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"ode: from 1 to {capacity} steps.");
        }

        if (y.Length != size || !T.IsFinite(end - start))
        {
            throw new ArgumentException(y.Length != size ? $"ode: a state of {size} components is needed; got {y.Length}." : $"ode: times {start} and {end}.", nameof(y));
        }

        y.CopyTo(states);
        (begin, length, steps) = (start, (end - start) / T.CreateChecked(count), 0);
        for (int step = 0; step < count; step++)
        {
            ReadOnlySpan<T> before = states.AsSpan(step * size, size);
            for (int i = 0; i < stages; i++)
            {
                Span<T> stage = stageStates.AsSpan(((step * stages) + i) * size, size);
                Combination.Add<T>(before, length, rows[i], slopes, size, stage);
                field.Eval(Time(step, i), stage, slopes.AsSpan(i * size, size), memories.AsSpan(((step * stages) + i) * field.Memory, field.Memory));
            }

            Span<T> after = states.AsSpan((step + 1) * size, size);
            Combination.Add<T>(before, length, weights, slopes, size, after);
            if (!T.IsFinite(Reduce.Sum<T>(after)))
            {
                ThrowIfNotFinite(step, after);
            }

            steps = step + 1;
        }
    }

    /// <summary>The derivative of a loss of the states of the last integration.</summary>
    /// <param name="byStates">The loss's gradient by the states after each step, one behind the other.</param>
    /// <param name="byFirst">The gradient by the first state.</param>
    /// <param name="gradient">To this the gradient by the parameters is added.</param>
    /// <exception cref="ArgumentException">A span has not the length of what it stands for.</exception>
    public void Backward(ReadOnlySpan<T> byStates, Span<T> byFirst, Span<T> gradient)
    {
        int size = field.Size;
        if (byStates.Length != steps * size || byFirst.Length != size || gradient.Length != field.Parameters)
        {
            throw new ArgumentException(
                $"ode: gradients by {byStates.Length}, {byFirst.Length} and {gradient.Length} numbers; {steps} states of {size} components and {field.Parameters} parameters are needed.", nameof(byStates));
        }

        byFirst.Clear();
        Span<T> after = cotangents.AsSpan(stages * size, size);
        for (int step = steps - 1; step >= 0; step--)
        {
            Map.Binary<Add, T>(byFirst, byStates.Slice(step * size, size), after);
            for (int i = stages - 1; i >= 0; i--)
            {
                // Rows of later stages are this step's; those of earlier ones have the coefficient zero and are not read.
                Combination.Add<T>(zero, length, columns[i], cotangents, size, a);
                int at = (step * stages) + i;
                field.Vjp(Time(step, i), stageStates.AsSpan(at * size, size), memories.AsSpan(at * field.Memory, field.Memory), a, cotangents.AsSpan(i * size, size), gradient);
            }

            Combination.Add<T>(after, T.One, ones, cotangents, size, byFirst);
        }
    }

    private T Time(int step, int stage) => begin + (T.CreateChecked(step) * length) + (nodes[stage] * length);

    private void ThrowIfNotFinite(int step, ReadOnlySpan<T> after)
    {
        for (int i = 0; i < after.Length; i++)
        {
            if (!T.IsFinite(after[i]))
            {
                throw new OdeException(
                    OdeFailure.NotFinite, double.CreateChecked(begin + (T.CreateChecked(step) * length)), double.CreateChecked(length), i, (long)(step + 1) * stages);
            }
        }
    }

    private static T[] Converted(ReadOnlySpan<double> numbers)
    {
        T[] converted = new T[numbers.Length];
        for (int i = 0; i < converted.Length; i++)
        {
            converted[i] = T.CreateChecked(numbers[i]);
        }

        return converted;
    }
}
