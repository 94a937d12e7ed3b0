using System.Diagnostics;
using System.Text;

namespace Onsager.Tensors;

/// <summary>
/// A debug mode that notes where every tensor is made, on all threads, and reports those that are still alive: never disposed, or kept
/// beyond their scope. Slow, since it takes a stack trace for each tensor.
/// <code>
/// using TensorLifetimes lifetimes = TensorLifetimes.Begin();
/// Step();
/// Console.Write(lifetimes.Report());
/// </code>
/// </summary>
public sealed class TensorLifetimes : IDisposable
{
    private static TensorLifetimes? current;

    private readonly Dictionary<TensorNode, Life> lives = [];
    private readonly Lock gate = new();
    private long made;

    private TensorLifetimes()
    {
    }

    internal static TensorLifetimes? Current => Volatile.Read(ref current);

    /// <summary>Begins to note what is made from now on.</summary>
    /// <exception cref="InvalidOperationException">Lifetimes are being noted already.</exception>
    public static TensorLifetimes Begin()
    {
        TensorLifetimes lifetimes = new();
        if (Interlocked.CompareExchange(ref current, lifetimes, null) is not null)
        {
            throw new InvalidOperationException("lifetimes: they are being noted already.");
        }

        Watch.Enter();
        return lifetimes;
    }

    /// <summary>The tensors and views that were made since the beginning and are alive now, oldest first.</summary>
    public LifetimeReport Report()
    {
        lock (gate)
        {
            return new LifetimeReport([.. lives.OrderBy(pair => pair.Value.Number).Select(pair => Living(pair.Key, pair.Value))]);
        }
    }

    /// <summary>Ends the notes.</summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref current, null, this) == this)
        {
            Watch.Leave();
        }
    }

    internal void Add(TensorNode node)
    {
        StackTrace trace = new(1, fNeedFileInfo: true);
        lock (gate)
        {
            lives[node] = new Life(made++, trace, node.Layout.Shape, node.Storage!);
        }
    }

    internal void Remove(TensorNode node)
    {
        lock (gate)
        {
            lives.Remove(node);
        }
    }

    internal void Outlived(TensorNode node)
    {
        lock (gate)
        {
            if (lives.TryGetValue(node, out Life? life))
            {
                life.HasOutlived = true;
            }
        }
    }

    private static LivingTensor Living(TensorNode node, Life life)
    {
        string made = "an unknown place", by = Watch.OperationOf(node) ?? string.Empty;
        foreach (StackFrame frame in life.Trace.GetFrames())
        {
            // Known to native code, too, where reflection has been trimmed away.
            if (DiagnosticMethodInfo.Create(frame) is not { DeclaringTypeName: { } type, DeclaringAssemblyName: { } assembly } method)
            {
                continue;
            }

            if (assembly != typeof(Tensor).Assembly.FullName)
            {
                string file = frame.GetFileName() is { } path ? $" ({Path.GetFileName(path)}:{frame.GetFileLineNumber()})" : string.Empty;
                made = $"{type[(type.LastIndexOfAny(['.', '+']) + 1)..]}.{method.Name}{file}";
                break;
            }

            // The outermost method of this assembly is the one that was called.
            by = Watch.OperationOf(node) ?? method.Name;
        }

        return new LivingTensor(life.Shape, life.Storage.ByteCount, by, made, life.HasOutlived);
    }

    private sealed class Life(long number, StackTrace trace, Shape shape, Storage storage)
    {
        public long Number => number;

        public StackTrace Trace => trace;

        public Shape Shape => shape;

        public Storage Storage => storage;

        public bool HasOutlived { get; set; }
    }
}

/// <summary>The tensors that are alive when a report is asked for.</summary>
/// <param name="Living">Oldest first.</param>
public sealed record LifetimeReport(IReadOnlyList<LivingTensor> Living)
{
    /// <summary>A line for each tensor, or that there is none.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(Living.Count == 1 ? "1 tensor is alive:" : $"{Living.Count} tensors are alive{(Living.Count == 0 ? "." : ":")}");
        foreach (LivingTensor tensor in Living)
        {
            text.AppendLine($"  {tensor}");
        }

        return text.ToString();
    }
}

/// <summary>A tensor, or a view, that is alive.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">The bytes of the memory that it holds, which views share.</param>
/// <param name="Operation">The operation, or the method, that made it.</param>
/// <param name="MadeAt">The method that called this, with file and line where they are known.</param>
/// <param name="OutlivedScope">Whether it was kept beyond the scope that it was made in; otherwise its scope is open, or it was made in none.</param>
public sealed record LivingTensor(Shape Shape, nint Bytes, string Operation, string MadeAt, bool OutlivedScope)
{
    /// <summary>One line.</summary>
    public override string ToString() =>
        $"{Shape} holding {Bytes} bytes, made by {Operation} at {MadeAt}; {(OutlivedScope ? "kept beyond its scope" : "not disposed")}";
}
