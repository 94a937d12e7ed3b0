using System.Numerics;
using Onsager.Simd;

namespace Onsager.Models.Ode;

/// <summary>
/// Integrates dy/dt = f(t, y) by an explicit Runge-Kutta method, over spans: a state of any size, forward or backward in time. All memory is
/// taken when the solver is made; steps allocate nothing. A sum of stages is a chain of fused multiply-adds in their order, so results have
/// the same bits on every processor.
/// </summary>
/// <typeparam name="TField">The right side.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed partial class OdeSolver<TField, T>
    where TField : struct, IVectorField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int stages;
    private readonly int plainStages;
    private readonly StageMemory<T> memory;
    private readonly T[] c;
#pragma warning disable IDE0044 // A readonly field whose type is a parameter is copied before each call.
    private TField field;
#pragma warning restore IDE0044
    private T from;
    private bool hasSlope;

    /// <summary>A solver for states of this size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public OdeSolver(TField field, Tableau tableau, int size)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        this.field = field;
        Tableau = tableau;
        Size = size;

        // The rows of the stages, the step's weights behind them, and the error's.
        stages = tableau.Stages;
        plainStages = tableau.IsFirstSameAsLast ? stages - 1 : stages;
        T[][] combinations = new T[stages + 2][];
        for (int i = 0; i < stages; i++)
        {
            combinations[i] = Converted(tableau.Row(i));
        }

        combinations[stages] = Converted(tableau.Weights);
        combinations[stages + 1] = Converted(tableau.ErrorWeights);
        memory = new StageMemory<T>(size, stages + 1, combinations);
        c = Converted(tableau.Nodes);
        weights = new T[stages];
    }

    /// <summary>The method.</summary>
    public Tableau Tableau { get; }

    /// <summary>The number of components.</summary>
    public int Size { get; }

    /// <summary>The time that the integration has reached.</summary>
    public T Time { get; private set; }

    /// <summary>The state there.</summary>
    public ReadOnlySpan<T> State => memory.State;

    /// <summary>The last step's length; zero before the first one.</summary>
    public T LastStep { get; private set; }

    /// <summary>How often the field was evaluated since the start.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Steps taken since the start.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that were computed and not taken, since their error was too large.</summary>
    public long Rejections { get; private set; }

    /// <summary>Begins a new integration.</summary>
    /// <exception cref="ArgumentException">The state has another size, or is not finite.</exception>
    public void Start(T time, ReadOnlySpan<T> initial)
    {
        if (initial.Length != Size)
        {
            throw new ArgumentException($"ode: a state of {Size} components is needed; got {initial.Length}.", nameof(initial));
        }

        int bad = FirstNotFinite(initial);
        if (bad >= 0 || !T.IsFinite(time))
        {
            throw new ArgumentException(bad >= 0 ? $"ode: component {bad} of the initial state is {initial[bad]}." : $"ode: the initial time is {time}.", nameof(initial));
        }

        initial.CopyTo(memory.State);
        (from, Time, LastStep, hasSlope) = (time, time, T.Zero, false);
        (Evaluations, Steps, Rejections) = (0, 0, 0);
        (step, error1, error2) = (T.Zero, 0, 0);
    }

    /// <summary>One step of this length, whatever its error.</summary>
    /// <exception cref="ArgumentException">The length is zero or not finite.</exception>
    /// <exception cref="OdeException">The state would not be finite.</exception>
    public void Step(T length)
    {
        if (!T.IsFinite(length) || length == T.Zero)
        {
            throw new ArgumentException($"ode: a step of length {length}.", nameof(length));
        }

        Step(length, Time + length);
    }

    /// <summary>Goes to a time in steps of equal length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer steps than 1.</exception>
    /// <exception cref="OdeException">The state would not be finite.</exception>
    public void Integrate(T end, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        T start = Time, length = (end - start) / T.CreateChecked(steps);
        for (int i = 1; i <= steps && end != start; i++)
        {
            // Times are multiples of the length, not sums of it.
            Step(length, i == steps ? end : start + (T.CreateChecked(i) * length));
        }
    }

    private void Step(T length, T time)
    {
        Compute(length, time);
        if (!IsFinite(memory.Next))
        {
            throw new OdeException(OdeFailure.NotFinite, double.CreateChecked(Time), double.CreateChecked(length), FirstNotFinite(memory.Next), Evaluations);
        }

        Accept(time, length);
    }

    /// <summary>The state at a time inside the last step, by the method's polynomial; exact at both ends.</summary>
    /// <exception cref="ArgumentException">The destination has another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside the last step.</exception>
    public void Interpolate(T time, Span<T> y)
    {
        if (y.Length != Size)
        {
            throw new ArgumentException($"ode: a destination of {Size} components is needed; got {y.Length}.", nameof(y));
        }

        T theta = LastStep == T.Zero ? T.One : (time - from) / LastStep;
        if (!(time >= T.Min(from, Time) && time <= T.Max(from, Time)))
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, $"ode: the last step goes from {from} to {Time}.");
        }

        if (time == Time)
        {
            State.CopyTo(y);
            return;
        }

        if (Tableau.Between(0).IsEmpty)
        {
            Cubic(theta, y);
            return;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            ReadOnlySpan<double> coefficients = Tableau.Between(i);
            T weight = T.Zero;
            for (int power = coefficients.Length - 1; power >= 0; power--)
            {
                weight = (weight + T.CreateChecked(coefficients[power])) * theta;
            }

            weights[i] = weight;
        }

        Combination.Add<T>(memory.Next, LastStep, weights, memory.Rows, memory.Stride, y);
    }

    /// <summary>Hermite's cubic through both ends with their slopes.</summary>
    private void Cubic(T theta, Span<T> y)
    {
        EnsureSlope();
        ReadOnlySpan<T> slope = memory.Row(0), next = EndSlope, state = memory.State, before = memory.Next;
        T rest = T.One - theta, two = T.One + T.One;
        for (int i = 0; i < y.Length; i++)
        {
            T difference = state[i] - before[i];
            y[i] = (rest * before[i]) + (theta * state[i])
                + (theta * -rest * (((T.One - (two * theta)) * difference) - (LastStep * ((rest * slope[i]) - (theta * next[i])))));
        }
    }

    /// <summary>All stages of a step from the state, and the state after it.</summary>
    private void Compute(T length, T time)
    {
        StageMemory<T> memory = this.memory;
        if (LastStep != T.Zero)
        {
            EnsureSlope();
            EndSlope.CopyTo(memory.Row(0));
        }
        else if (!hasSlope)
        {
            Eval(Time, memory.State, memory.Row(0));
        }

        LastStep = T.Zero;
        hasSlope = true;
        T[] nodes = c;
        for (int i = 1; i < plainStages; i++)
        {
            memory.ToStage(i, length);
            field.Eval(Time + (nodes[i] * length), memory.Stage, memory.Row(i));
        }

        // Where the last stage is the next step's first one, its state is that after the step.
        memory.ToNext(stages, length);
        if (plainStages < stages)
        {
            field.Eval(time, memory.Next, memory.Row(plainStages));
        }

        Evaluations += stages - 1;
    }

    /// <summary>The state after the step becomes the state; what it was stands where that was until the next step.</summary>
    private void Accept(T time, T length)
    {
        memory.Swap();
        (from, Time, LastStep) = (Time, time, length);
        Steps++;
        hasSlope = plainStages < stages;
    }

    /// <summary>The slope at the end of the last step: the last stage, or behind the stages.</summary>
    private Span<T> EndSlope => memory.Row(plainStages);

    private void EnsureSlope()
    {
        if (!hasSlope)
        {
            Eval(Time, memory.State, EndSlope);
            hasSlope = true;
        }
    }

    private void Eval(T time, ReadOnlySpan<T> y, Span<T> dy)
    {
        field.Eval(time, y, dy);
        Evaluations++;
    }

    /// <summary>A sum of finite numbers may overflow: then they are looked at one by one.</summary>
    private static bool IsFinite(ReadOnlySpan<T> y) => T.IsFinite(Reduce.Sum(y)) || FirstNotFinite(y) < 0;

    private static int FirstNotFinite(ReadOnlySpan<T> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            if (!T.IsFinite(y[i]))
            {
                return i;
            }
        }

        return -1;
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
