using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// A method at work on a problem: the point, what the method remembers, averages and counts. <see cref="Solver"/> drives it to a tolerance; a program that
/// wants every point calls <see cref="Step"/> itself.
/// <code>
/// using Iteration run = new(problem, new ExtraGradient(0.5), start);
/// while (run.Residual() > 1e-8) run.Step();
/// </code>
/// </summary>
public sealed class Iteration : ICheckpointed, IDisposable
{
    private readonly Tensor<double>[] memory;
    private readonly Tensor<double> point;
    private readonly Tensor<double> probe;
    private readonly Tensor<double> average;
    private double weights;
    private bool isDisposed;

    /// <summary>Begins at a point, which is copied. Open no scope between this and the last use.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="method">The method.</param>
    /// <param name="start">A feasible point.</param>
    /// <param name="averages">Whether the average of the probes is kept.</param>
    /// <exception cref="ArgumentException">The start is infeasible or does not fit, or F is not finite there.</exception>
    /// <exception cref="NotSupportedException">The method cannot solve such a problem; the message says why.</exception>
    public Iteration(VariationalProblem problem, Method method, Tensor<double> start, bool averages = false)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(method);
        if (method.Refuses(problem) is string reason)
        {
            throw new NotSupportedException($"{method.Name}: {reason}.");
        }

        problem.CheckStart(start);
        Problem = problem;
        Method = method;
        memory = new Tensor<double>[method.Memory];
        using Scope scope = Scope.Begin();
        try
        {
            point = scope.Keep(start.Clone());
            probe = scope.Keep(start.Clone());
            average = averages ? scope.Keep(start.Clone()) : default;
            for (int i = 0; i < memory.Length; i++)
            {
                memory[i] = scope.Keep(Tensor.ZerosLike(start));
            }

            method.Begin(this);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The problem.</summary>
    public VariationalProblem Problem { get; }

    /// <summary>The method.</summary>
    public Method Method { get; }

    /// <summary>The current point z_k, which a step changes in place.</summary>
    /// <exception cref="ObjectDisposedException">The iteration was disposed.</exception>
    public Tensor<double> Point => Alive(point);

    /// <summary>Where the last step took its direction: the half point of extragradient methods, the new point of proximal ones, the old one of others. Averages are of these.</summary>
    /// <exception cref="ObjectDisposedException">The iteration was disposed.</exception>
    public Tensor<double> Probe => Alive(probe);

    /// <summary>The average of all probes so far, weighted with the lengths of the steps; the start before the first step.</summary>
    /// <exception cref="InvalidOperationException">No averages are kept.</exception>
    /// <exception cref="ObjectDisposedException">The iteration was disposed.</exception>
    public Tensor<double> Average
    {
        get
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return average.IsDisposed ? throw new InvalidOperationException("iteration: no averages are kept; ask for them at the start.") : average;
        }
    }

    /// <summary>How many steps were taken.</summary>
    public long Steps { get; private set; }

    /// <summary>How often the method evaluated F, in whole or for one player.</summary>
    public long Evaluations { get; private set; }

    /// <summary>The length of the last step, and the weight of its probe; 0 before the first.</summary>
    public double StepLength { get; set; }

    /// <summary>For methods: a number that is kept from step to step.</summary>
    public double Scalar { get; set; }

    /// <summary>One step of the method.</summary>
    /// <exception cref="ObjectDisposedException">The iteration was disposed.</exception>
    public void Step()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Method.Advance(this);
        Steps++;
        if (!average.IsDisposed)
        {
            weights += StepLength;
            double share = StepLength / weights;
            Vectors.Scale(average, 1 - share);
            Vectors.Add(average, share, probe);
        }
    }

    /// <summary>Several steps.</summary>
    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
        }
    }

    /// <summary>The natural residual at the point; |F| where there is no constraint.</summary>
    public double Residual() => Problem.Residual(Point);

    /// <summary>For methods: what is kept in a place of the memory, zeros at first.</summary>
    public Tensor<double> Memory(int place) => Alive(memory[place]);

    /// <summary>For methods: two places of the memory change what they hold.</summary>
    public void Swap(int first, int second) => (memory[first], memory[second]) = (memory[second], memory[first]);

    /// <summary>For methods: F at a point into a tensor, counted.</summary>
    public void Evaluate(Tensor<double> at, Tensor<double> destination)
    {
        Problem.F.ApplyInto(at, destination);
        Evaluations++;
    }

    /// <summary>For methods: one player's part of F, counted as a whole evaluation.</summary>
    public void EvaluatePlayer(int player, Tensor<double> at, Tensor<double> destination)
    {
        Problem.F.ApplyPlayerInto(player, at, destination);
        Evaluations++;
    }

    /// <summary>For methods: z becomes prox(z - step f).</summary>
    public void Move(Tensor<double> z, double step, Tensor<double> f)
    {
        Vectors.Add(z, -step, f);
        if (!Problem.IsUnconstrained)
        {
            Problem.Term.ProxInPlace(z, step);
        }
    }

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (long steps, long evaluations, double length, double scalar) = (Steps, Evaluations, StepLength, Scalar);
        state.Count("steps", ref steps, 0, long.MaxValue);
        state.Count("evaluations", ref evaluations, 0, long.MaxValue);
        state.Number("step length", ref length);
        state.Number("scalar", ref scalar);
        (Steps, Evaluations, StepLength, Scalar) = (steps, evaluations, length, scalar);
        state.Number("weights", ref weights);
        state.Tensor("point", Point);
        state.Tensor("probe", Probe);
        if (!average.IsDisposed)
        {
            state.Tensor("average", average);
        }

        for (int i = 0; i < memory.Length; i++)
        {
            state.Tensor($"memory.{i}", memory[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        point.Dispose();
        probe.Dispose();
        average.Dispose();
        foreach (Tensor<double> tensor in memory)
        {
            tensor.Dispose();
        }
    }

    private Tensor<double> Alive(Tensor<double> tensor)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return tensor;
    }
}
