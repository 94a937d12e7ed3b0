namespace Onsager.Tensors;

/// <summary>
/// Steps that are recorded once and then run again without what an engine does around its kernels: no graph, no tape, no memory to ask for.
/// Chains of elementwise operations go through the caches together, an activation is done with its layer's product, and all that the step
/// hands on lies in one block of memory. The bits are those of the step itself.
/// <code>
/// using var step = Plan.Capture(net, static (Net net, Tensor&lt;float&gt; x, Tensor&lt;int&gt; labels) =>
/// {
///     float loss = net.CrossEntropyGradient(x, labels);
///     net.Optimizer.Step();
///     return loss;
/// });
/// float loss = step.Run(x, labels);   // the first run records, the next ones repeat
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// A run with inputs of shapes that were not met yet records anew. What repeats are the operations on tensors, with tensors from outside as they
/// are at that time: parameters are updated, streams of random numbers from outside move, and optimizers count their steps and take the rates that
/// schedules have set. What the step computes on the host is not repeated: numbers and branches stay as they were when it was recorded. Reading a
/// tensor's elements on the host, drawing on the host and writing to an input are refused with <see cref="NotSupportedException"/>, as are operations that only
/// the processor's memory itself allows, such as gathering by index or sorting.
/// </para>
/// <para>
/// A number that the step returns must be the value of a <see cref="Autodiff.ValueAndGrad{T, TState}"/>. A tensor that it returns is the caller's to dispose, but its
/// memory is the plan's: the next run writes to it, and takes a copy of it as an input, but not itself. While something watches (<see cref="NonFiniteSearch"/> and its kin), inside a function that is being
/// differentiated, and inside another recording, the step itself is run. A plan serves one thread at a time.
/// </para>
/// </remarks>
public static class Plan
{
    /// <summary>A step without inputs that returns a tensor.</summary>
    public static Plan<TState, Tensor<T>> Capture<TState, T>(TState state, Func<TState, Tensor<T>> step)
        where T : unmanaged => new(state, step, new TensorOutput<T>());

    /// <summary>A step without inputs that returns a number.</summary>
    public static Plan<TState, T> Capture<TState, T>(TState state, Func<TState, T> step)
        where T : unmanaged => new(state, step, new NumberOutput<T>());

    /// <summary>A step with one input that returns a tensor.</summary>
    public static Plan<TState, TX, Tensor<T>> Capture<TState, TX, T>(TState state, Func<TState, Tensor<TX>, Tensor<T>> step)
        where TX : unmanaged
        where T : unmanaged => new(state, step, new TensorOutput<T>());

    /// <summary>A step with one input that returns a number.</summary>
    public static Plan<TState, TX, T> Capture<TState, TX, T>(TState state, Func<TState, Tensor<TX>, T> step)
        where TX : unmanaged
        where T : unmanaged => new(state, step, new NumberOutput<T>());

    /// <summary>A step with two inputs that returns a tensor.</summary>
    public static Plan<TState, TX, TY, Tensor<T>> Capture<TState, TX, TY, T>(TState state, Func<TState, Tensor<TX>, Tensor<TY>, Tensor<T>> step)
        where TX : unmanaged
        where TY : unmanaged
        where T : unmanaged => new(state, step, new TensorOutput<T>());

    /// <summary>A step with two inputs that returns a number.</summary>
    public static Plan<TState, TX, TY, T> Capture<TState, TX, TY, T>(TState state, Func<TState, Tensor<TX>, Tensor<TY>, T> step)
        where TX : unmanaged
        where TY : unmanaged
        where T : unmanaged => new(state, step, new NumberOutput<T>());
}

/// <summary>A step that is recorded once for all shapes of its inputs that it meets.</summary>
/// <typeparam name="TResult">A tensor or a number.</typeparam>
public abstract class Plan<TResult> : IDisposable
{
    /// <summary>Recordings that a plan keeps; of more shapes, those used longest ago are recorded again.</summary>
    public const int MostRecordings = 16;

    private readonly List<PlanProgram> programs = [];
    private readonly PlanOutput<TResult> output;
    private bool isDisposed;

    private protected Plan(PlanOutput<TResult> output) => this.output = output;

    /// <summary>How often the step was recorded.</summary>
    public long Recordings { get; private set; }

    /// <summary>Calls of kernels that the last run made.</summary>
    internal int CallCount => programs.Count > 0 ? programs[^1].CallCount : 0;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        programs.ForEach(static program => program.Dispose());
        programs.Clear();
        isDisposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>True where the step itself has to run: it is being watched, differentiated or recorded by someone else.</summary>
    private protected bool RunsItself()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return Watch.IsOn || Tape.IsActive || Recorder.Current is not null;
    }

    /// <summary>Runs what was recorded with such inputs; false where nothing was.</summary>
    private protected bool TryRun(ReadOnlySpan<TensorNode> inputs, out TResult result)
    {
        for (int i = programs.Count - 1; i >= 0; i--)
        {
            PlanProgram program = programs[i];
            if (!program.Fits(inputs))
            {
                continue;
            }

            if (i < programs.Count - 1)
            {
                programs.RemoveAt(i);
                programs.Add(program);
            }

            program.Run(inputs);
            result = output.Read(program.Result);
            return true;
        }

        result = default!;
        return false;
    }

    /// <summary>Runs the step and keeps what it did. The inputs are copies that nobody else has, so that their memory says which input it is.</summary>
    private protected TResult Record(Func<TResult> step, params ReadOnlySpan<TensorNode> copies)
    {
        Recorder recorder = Recorder.Begin(copies);
        PlanProgram program;
        try
        {
            using Scope scope = Scope.Begin();
            Place result = output.Find(recorder, step());
            if (recorder.IsInput(result.Storage))
            {
                throw new NotSupportedException("plan: the step returns its input; return a copy.");
            }

            recorder.Stop();
            program = PlanProgram.Make(recorder, copies, result);
        }
        finally
        {
            recorder.Release();
        }

        if (programs.Count == MostRecordings)
        {
            programs[0].Dispose();
            programs.RemoveAt(0);
        }

        programs.Add(program);
        Recordings++;
        return output.Read(program.Result);
    }
}

/// <summary>A step without inputs; see <see cref="Plan"/>.</summary>
/// <typeparam name="TState">What the step gets.</typeparam>
/// <typeparam name="TResult">A tensor or a number.</typeparam>
public sealed class Plan<TState, TResult> : Plan<TResult>
{
    private readonly TState state;
    private readonly Func<TState, TResult> step;

    internal Plan(TState state, Func<TState, TResult> step, PlanOutput<TResult> output)
        : base(output)
    {
        ArgumentNullException.ThrowIfNull(step);
        (this.state, this.step) = (state, step);
    }

    /// <summary>The step's result.</summary>
    /// <exception cref="NotSupportedException">The step does what a recording cannot repeat; what it has done until then is done.</exception>
    public TResult Run()
    {
        if (RunsItself())
        {
            return step(state);
        }

        return TryRun([], out TResult result) ? result : Record(() => step(state));
    }
}

/// <summary>A step with one input; see <see cref="Plan"/>.</summary>
/// <typeparam name="TState">What the step gets beside the input.</typeparam>
/// <typeparam name="TX">The input's element.</typeparam>
/// <typeparam name="TResult">A tensor or a number.</typeparam>
public sealed class Plan<TState, TX, TResult> : Plan<TResult>
    where TX : unmanaged
{
    private readonly TState state;
    private readonly Func<TState, Tensor<TX>, TResult> step;

    internal Plan(TState state, Func<TState, Tensor<TX>, TResult> step, PlanOutput<TResult> output)
        : base(output)
    {
        ArgumentNullException.ThrowIfNull(step);
        (this.state, this.step) = (state, step);
    }

    /// <summary>The step's result for an input; one that is not contiguous is copied first.</summary>
    /// <exception cref="ArgumentException">The input lies in memory that the step writes to.</exception>
    /// <exception cref="NotSupportedException">The step does what a recording cannot repeat; what it has done until then is done.</exception>
    public TResult Run(Tensor<TX> x)
    {
        if (RunsItself())
        {
            return step(state, x);
        }

        using Tensor<TX> dense = x.Contiguous();
        return TryRun([dense.Node], out TResult result) ? result : Record(x);
    }

    private TResult Record(Tensor<TX> x)
    {
        using Tensor<TX> copy = x.Clone();
        return Record(() => step(state, copy), copy.Node);
    }
}

/// <summary>A step with two inputs; see <see cref="Plan"/>.</summary>
/// <typeparam name="TState">What the step gets beside the inputs.</typeparam>
/// <typeparam name="TX">The first input's element.</typeparam>
/// <typeparam name="TY">The second input's element.</typeparam>
/// <typeparam name="TResult">A tensor or a number.</typeparam>
public sealed class Plan<TState, TX, TY, TResult> : Plan<TResult>
    where TX : unmanaged
    where TY : unmanaged
{
    private readonly TState state;
    private readonly Func<TState, Tensor<TX>, Tensor<TY>, TResult> step;

    internal Plan(TState state, Func<TState, Tensor<TX>, Tensor<TY>, TResult> step, PlanOutput<TResult> output)
        : base(output)
    {
        ArgumentNullException.ThrowIfNull(step);
        (this.state, this.step) = (state, step);
    }

    /// <summary>The step's result for its inputs; those that are not contiguous are copied first.</summary>
    /// <exception cref="ArgumentException">An input lies in memory that the step writes to.</exception>
    /// <exception cref="NotSupportedException">The step does what a recording cannot repeat; what it has done until then is done.</exception>
    public TResult Run(Tensor<TX> x, Tensor<TY> y)
    {
        if (RunsItself())
        {
            return step(state, x, y);
        }

        using Tensor<TX> denseX = x.Contiguous();
        using Tensor<TY> denseY = y.Contiguous();
        return TryRun([denseX.Node, denseY.Node], out TResult result) ? result : Record(x, y);
    }

    private TResult Record(Tensor<TX> x, Tensor<TY> y)
    {
        using Tensor<TX> copyX = x.Clone();
        using Tensor<TY> copyY = y.Clone();
        return Record(() => step(state, copyX, copyY), copyX.Node, copyY.Node);
    }
}
