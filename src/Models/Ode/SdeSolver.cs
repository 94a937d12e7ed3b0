using System.Numerics;
using Onsager.Simd;

namespace Onsager.Models.Ode;

/// <summary>A method for stochastic differential equations (Kloeden and Platen, "Numerical solution of stochastic differential equations", 1992).</summary>
public enum SdeMethod
{
    /// <summary>y + f h + g dW: Ito's solution, of strong order 1/2 and weak order 1.</summary>
    EulerMaruyama,

    /// <summary>With g g' (dW^2 - h) / 2 added: Ito's solution, of strong order 1. Needs a field that is an <see cref="IMilsteinField{T}"/>.</summary>
    Milstein,

    /// <summary>The mean of both slopes at the two ends of an Euler step: Stratonovich's solution, of strong order 1 for noise of this kind.</summary>
    StochasticHeun,
}

/// <summary>Integrates dy = f dt + g dW along a Brownian path, over spans. All memory is taken when the solver is made; steps allocate nothing, and have the same bits on every processor.</summary>
/// <typeparam name="TField">Both sides.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SdeSolver<TField, T>
    where TField : struct, ISdeField<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
#pragma warning disable IDE0044 // A readonly field whose type is a parameter is copied before each call.
    private TField field;
#pragma warning restore IDE0044
    private readonly IMilsteinField<T>? milstein;
    private readonly T[] state;
    private readonly T[] next;
    private readonly T[] drift;
    private readonly T[] diffusion;
    private readonly T[] other;
    private readonly T[] noise;

    /// <summary>A solver for states of this size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or there is no such method.</exception>
    /// <exception cref="ArgumentException">Milstein's method was asked for and the field does not know its noise's slope.</exception>
    public SdeSolver(TField field, SdeMethod method, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (!Enum.IsDefined(method))
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "sde: there is no such method.");
        }

        milstein = field as IMilsteinField<T>;
        if (method == SdeMethod.Milstein && milstein is null)
        {
            throw new ArgumentException($"sde: Milstein's method needs the diffusion's slope; {typeof(TField).Name} is no IMilsteinField.", nameof(field));
        }

        (this.field, Method) = (field, method);
        (state, next, drift, diffusion, other, noise) = (new T[size], new T[size], new T[size], new T[size], new T[size], new T[size]);
    }

    /// <summary>The method.</summary>
    public SdeMethod Method { get; }

    /// <summary>The number of components.</summary>
    public int Size => state.Length;

    /// <summary>The time that the integration has reached.</summary>
    public T Time { get; private set; }

    /// <summary>The state there.</summary>
    public ReadOnlySpan<T> State => state;

    /// <summary>Steps taken since the start.</summary>
    public long Steps { get; private set; }

    /// <summary>How often drift and diffusion were evaluated, together, since the start.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Begins a new integration; the time is that of the path which comes.</summary>
    /// <exception cref="ArgumentException">The state has another size, or is not finite.</exception>
    public void Start(ReadOnlySpan<T> initial)
    {
        if (initial.Length != Size)
        {
            throw new ArgumentException($"sde: a state of {Size} components is needed; got {initial.Length}.", nameof(initial));
        }

        int bad = FirstNotFinite(initial);
        if (bad >= 0)
        {
            throw new ArgumentException($"sde: component {bad} of the initial state is {initial[bad]}.", nameof(initial));
        }

        initial.CopyTo(state);
        (Time, Steps, Evaluations) = (T.Zero, 0, 0);
    }

    /// <summary>Goes along a path from its start to its end, in equal steps.</summary>
    /// <exception cref="ArgumentException">The path has another size, or its cells do not divide into so many steps.</exception>
    /// <exception cref="OdeException">A state is not finite; time and state are those before the step.</exception>
    public void Integrate(BrownianPath<T> path, int steps)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Size != Size)
        {
            throw new ArgumentException($"sde: the path has {path.Size} components, the state {Size}.", nameof(path));
        }

        if (steps < 1 || path.Cells % steps != 0)
        {
            throw new ArgumentException($"sde: {path.Cells} cells do not divide into {steps} steps.", nameof(steps));
        }

        int cells = path.Cells / steps;
        T length = (path.End - path.Start) / T.CreateChecked(steps);
        Time = path.Start;
        for (int i = 0; i < steps; i++)
        {
            path.Increments(i * cells, cells, noise);
            T time = i + 1 == steps ? path.End : path.Start + (T.CreateChecked(i + 1) * length);
            Compute(time, length);
            int bad = FirstNotFinite(next);
            if (bad >= 0)
            {
                throw new OdeException(OdeFailure.NotFinite, double.CreateChecked(Time), double.CreateChecked(length), bad, Evaluations);
            }

            next.CopyTo(state.AsSpan());
            Time = time;
            Steps++;
        }
    }

    private void Compute(T time, T length)
    {
        field.Drift(Time, state, drift);
        field.Diffusion(Time, state, diffusion);
        Evaluations += 2;

        // next = y + h f + g dW.
        Combination.Add<T>(state, length, [T.One], drift, Size, next);
        Map.Ternary<FusedMultiplyAdd, T>(diffusion, noise, next, next);
        if (Method == SdeMethod.Milstein)
        {
            milstein!.DiffusionSlope(Time, state, other);
            Evaluations++;
            T half = T.One / (T.One + T.One);
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = T.FusedMultiplyAdd(half * diffusion[i] * other[i], T.FusedMultiplyAdd(noise[i], noise[i], -length), next[i]);
            }
        }
        else if (Method == SdeMethod.StochasticHeun)
        {
            MeanOfEnds(time, length);
        }
    }

    /// <summary>next = y + h (f + f at next) / 2 + (g + g at next) dW / 2.</summary>
    private void MeanOfEnds(T time, T length)
    {
        T half = T.One / (T.One + T.One);
        field.Drift(time, next, other);
        Map.Binary<Add, T>(drift, other, drift);
        field.Diffusion(time, next, other);
        Map.Binary<Add, T>(diffusion, other, diffusion);
        Evaluations += 2;
        Combination.Add<T>(state, half * length, [T.One], drift, Size, next);
        Map.Binary<Multiply, T>(noise, half, noise);
        Map.Ternary<FusedMultiplyAdd, T>(diffusion, noise, next, next);
    }

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
}
