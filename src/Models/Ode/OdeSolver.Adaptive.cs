using Onsager.Simd;

namespace Onsager.Models.Ode;

/// <content>Steps that are chosen by their error, and events.</content>
public sealed partial class OdeSolver<TField, T>
{
    private readonly T[] weights;
    private T step;
    private double error1;
    private double error2;

    /// <summary>Goes to a time in steps whose error is within tolerance; the next call goes on with the last step's length.</summary>
    /// <exception cref="ArgumentException">The time is not finite, or the control's numbers make no sense.</exception>
    /// <exception cref="NotSupportedException">The method estimates no error.</exception>
    /// <exception cref="OdeException">There is no such step, too many were needed, or the field is not finite. Time and state are those of the last step that was taken.</exception>
    public void Integrate(T end, StepControl control)
    {
        Check(end, control);
        for (long left = control.MostSteps; Time != end; left--)
        {
            Advance(end, control, left);
        }
    }

    /// <summary>The same, and adds the time at each step's end to a list.</summary>
    internal void Integrate(T end, StepControl control, List<T> times)
    {
        Check(end, control);
        for (long left = control.MostSteps; Time != end; left--)
        {
            Advance(end, control, left);
            times.Add(Time);
        }
    }

    /// <summary>Goes to a time, but stops where an event's value passes through zero; time and state are then those of the event, to rounding, on the step's polynomial.</summary>
    /// <returns>True if it stopped at an event.</returns>
    /// <exception cref="ArgumentException">The time is not finite, or the control's numbers make no sense.</exception>
    /// <exception cref="NotSupportedException">The method estimates no error.</exception>
    /// <exception cref="OdeException">As for the form without event.</exception>
    public bool Integrate<TEvent>(T end, StepControl control, TEvent condition)
        where TEvent : struct, IEvent<T>
    {
        Check(end, control);
        T value = condition.Value(Time, memory.State);
        for (long left = control.MostSteps; Time != end; left--)
        {
            Advance(end, control, left);
            T next = condition.Value(Time, memory.State);
            if (Passes(value, next, condition.Direction))
            {
                StopAt(condition, value);
                return true;
            }

            value = next;
        }

        return false;
    }

    private void Check(T end, StepControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        control.Check();
        if (!T.IsFinite(end))
        {
            throw new ArgumentException($"ode: the end is {end}.", nameof(end));
        }

        if (!Tableau.HasError)
        {
            throw new NotSupportedException($"ode: {Tableau} estimates no error; integrate in equal steps, or choose a pair such as Dopri5.");
        }
    }

    /// <summary>One step that is taken, not beyond the end.</summary>
    private void Advance(T end, StepControl control, long left)
    {
        T direction = end > Time ? T.One : -T.One, longest = T.CreateSaturating(control.LongestStep);
        int order = Tableau.ErrorOrder + 1;
        double perComponent = 1.0 / Size;
        step = T.Abs(step == T.Zero ? FirstStep(end, control) : step);
        for (bool wasRejected = false; ; wasRejected = true, Rejections++, left--)
        {
            T length = direction * (longest < step ? longest : step);
            bool isLast = T.Abs(end - Time) <= T.Abs(length);
            T time = isLast ? end : Time + length;
            length = time - Time;
            if (left <= 0)
            {
                throw Failed(OdeFailure.TooManySteps, length);
            }

            if (!isLast && Time + (length * T.CreateChecked(0.0625)) == Time)
            {
                throw Failed(IsFinite(memory.Next) ? OdeFailure.StepUnderflow : OdeFailure.NotFinite, length);
            }

            Compute(length, time);

            // Squares all the way: the root is a halved logarithm.
            double square = double.CreateChecked(memory.SquaredShare(stages + 1, length, T.CreateChecked(control.AbsoluteTolerance), T.CreateChecked(control.RelativeTolerance))) * perComponent;
            if (square <= 1)
            {
                double logarithm = 0.5 * Binary.Log(square > 1e-60 ? square : 1e-60), factor = control.Factor(logarithm, error1, error2, order);
                (error2, error1) = (error1, logarithm);
                T next = T.Abs(length) * T.CreateChecked(wasRejected && factor > 1 ? 1 : factor);

                // A step that the end has cut short says nothing against the longer one that was meant.
                step = isLast && T.Abs(length) < step ? T.Max(step, next) : next;
                Accept(time, length);
                return;
            }

            // Not a number, or beyond all numbers: as short as allowed.
            double shrink = double.IsFinite(square) ? control.Shrink(0.5 * Binary.Log(square), order) : control.LeastFactor;
            step = T.Abs(length) * T.CreateChecked(shrink);
        }
    }

    /// <summary>
    /// A first step from the sizes of state, slope and second derivative (Hairer, Norsett and Wanner, "Solving ordinary differential equations
    /// I", section II.4).
    /// </summary>
    private T FirstStep(T end, StepControl control)
    {
        if (control.FirstStep > 0)
        {
            return T.CreateChecked(control.FirstStep);
        }

        // After a step its first slope is no longer needed, and the last one stands behind or among the others.
        bool isFresh = LastStep == T.Zero;
        Span<T> state = memory.State, stage = memory.Stage, slope = isFresh ? memory.Row(0) : EndSlope, other = memory.Row(isFresh ? 1 : 0);
        if (!hasSlope)
        {
            Eval(Time, state, slope);
            hasSlope = true;
        }

        double size = Norm(state, control), speed = Norm(slope, control), whole = double.CreateChecked(T.Abs(end - Time));
        double first = Math.Min(whole, size < 1e-5 || speed < 1e-5 ? 1e-6 : 0.01 * size / speed);
        T length = T.CreateChecked(first) * (end > Time ? T.One : -T.One);
        for (int i = 0; i < stage.Length; i++)
        {
            stage[i] = state[i] + (length * slope[i]);
        }

        Eval(Time + length, stage, other);
        for (int i = 0; i < stage.Length; i++)
        {
            stage[i] = other[i] - slope[i];
        }

        double bend = Norm(stage, control) / first, steepest = Math.Max(speed, bend);
        double second = steepest <= 1e-15 ? Math.Max(1e-6, first * 1e-3) : Map.Unary<Exp>(Map.Unary<Log>(0.01 / steepest) / (Tableau.ErrorOrder + 1));
        double chosen = Math.Min(Math.Min(100 * first, second), Math.Min(whole, control.LongestStep));
        return T.CreateChecked(double.IsFinite(chosen) && chosen > 0 ? chosen : first);
    }

    /// <summary>The root mean square of a vector as a share of what is allowed at the state.</summary>
    private double Norm(ReadOnlySpan<T> vector, StepControl control)
    {
        double sum = 0;
        ReadOnlySpan<T> state = memory.State;
        for (int i = 0; i < vector.Length; i++)
        {
            double share = double.CreateChecked(vector[i]) / (control.AbsoluteTolerance + (control.RelativeTolerance * Math.Abs(double.CreateChecked(state[i]))));
            sum = Math.FusedMultiplyAdd(share, share, sum);
        }

        return Math.Sqrt(sum / vector.Length);
    }

    private OdeException Failed(OdeFailure failure, T length)
    {
        int worst = Rejections == 0 && Steps == 0 ? 0 : FirstNotFinite(memory.Next);
        if (worst < 0)
        {
            ReadOnlySpan<T> stage = memory.Stage;
            worst = 0;
            for (int i = 1; i < stage.Length; i++)
            {
                worst = T.Abs(stage[i]) > T.Abs(stage[worst]) ? i : worst;
            }
        }

        return new OdeException(failure, double.CreateChecked(Time), double.CreateChecked(length), worst, Evaluations);
    }

    private static bool Passes(T from, T to, int direction) =>
        (direction >= 0 && from < T.Zero && to >= T.Zero) || (direction <= 0 && from > T.Zero && to <= T.Zero);

    /// <summary>Halves the last step until no number is left between two sides of the event, and goes back there.</summary>
    private void StopAt<TEvent>(TEvent condition, T value)
        where TEvent : struct, IEvent<T>
    {
        T low = from, high = Time, half = T.One / (T.One + T.One);
        while (true)
        {
            T middle = low + ((high - low) * half);
            if (middle == low || middle == high)
            {
                break;
            }

            Interpolate(middle, memory.Stage);
            if (Passes(value, condition.Value(middle, memory.Stage), condition.Direction))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        Interpolate(high, memory.Stage);
        memory.Stage.CopyTo(memory.State);
        (from, Time, LastStep, hasSlope) = (high, high, T.Zero, false);
    }
}
