namespace Onsager.Tensors;

/// <summary>
/// The record of what was computed from the differentiated tensor, on this thread. Memory is followed, not handles: views need no entry,
/// since the gradient of a view is the same view of the gradient. Buffers are reused, so that recording allocates nothing after the
/// first time.
/// </summary>
internal sealed class Tape
{
    [ThreadStatic]
    private static Tape? current;

    [ThreadStatic]
    private static Tape? idle;

    private readonly List<GradientBuffer> free = [];
    private readonly List<GradientBuffer> buffers = [];
    private Entry[] entries = new Entry[32];
    private int count;

    /// <summary>Starts recording on this thread.</summary>
    /// <exception cref="NotSupportedException">A recording is under way.</exception>
    public static Tape Begin()
    {
        if (current is not null)
        {
            throw new NotSupportedException("gradient: differentiation inside a function that is being differentiated is not supported.");
        }

        current = idle ?? new Tape();
        idle = null;
        return current;
    }

    /// <summary>Records an operation if one of its inputs is followed.</summary>
    public static void Record(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        if (Watch.IsOn)
        {
            Watch.Computed(rule, x, y, z, result);
        }

        if (current is { } tape && (tape.Follows(x) || (y is not null && tape.Follows(y)) || (z is not null && tape.Follows(z))))
        {
            tape.Add(rule, x, y, z, result);
        }
    }

    /// <summary>True when an operation on these inputs would be recorded.</summary>
    public static bool Records(TensorNode x, TensorNode y, TensorNode z) =>
        current is { } tape && (tape.Follows(x) || tape.Follows(y) || tape.Follows(z));

    /// <summary>Memory that a recording depends on must keep its contents until the gradient is taken.</summary>
    public static void RefuseWrite(TensorNode destination, string operation)
    {
        if (current is { } tape && destination.Storage!.Tape == tape)
        {
            throw new InvalidOperationException($"{operation}: the destination is part of a computation that is being differentiated; write to other memory.");
        }

        destination.Storage!.Version++;
        if (Watch.IsOn)
        {
            Watch.Writing(destination, operation);
        }
    }

    /// <summary>Writing into existing memory is not recorded: neither may the inputs be followed, nor may what is followed be written to.</summary>
    public static void RefuseInto(string operation, TensorNode destination, TensorNode x, TensorNode? y = null, TensorNode? z = null)
    {
        if (current is not null)
        {
            RefuseTracked(x, operation);
            RefuseTracked(y ?? x, operation);
            RefuseTracked(z ?? x, operation);
        }

        RefuseWrite(destination, operation);
    }

    /// <summary>For operations without a derivative.</summary>
    public static void RefuseTracked(TensorNode x, string operation)
    {
        if (current is { } tape && tape.Follows(x))
        {
            throw new NotSupportedException($"{operation}: this operation has no derivative yet, and its input is being differentiated.");
        }
    }

    /// <summary>Follows a contiguous tensor; its gradient will be collected in the given memory.</summary>
    public void Follow(TensorNode input, TensorNode gradient) => NewBuffer(input.Storage!, in input.Layout, gradient);

    /// <summary>True when the node's elements are followed.</summary>
    /// <exception cref="InvalidOperationException">Only a part of them is.</exception>
    public bool Follows(TensorNode node) => node.Storage!.Tape == this && buffers[node.Storage.TapeSlot].Contains(in node.Layout);

    /// <summary>Runs the rules backwards from a scalar whose own derivative is 1.</summary>
    public void Backward<T>(TensorNode loss)
        where T : unmanaged
    {
        // A rule's own operations are not recorded.
        current = null;
        if (!Follows(loss))
        {
            return;
        }

        using (Contribution<T> seed = Begin<T>(loss))
        {
            seed.Target.Fill(Tensor.Constant<T>(1));
        }

        for (int i = count - 1; i >= 0; i--)
        {
            ref Entry entry = ref entries[i];
            if (buffers[entry.Result.Storage!.TapeSlot].HasAny)
            {
                entry.CheckUnchanged();
                entry.Rule.Backward(this, in entry);
            }
        }
    }

    /// <summary>The gradient with respect to a followed node, complete: where nothing arrived it is zero. The caller disposes the view.</summary>
    public Tensor<T> Gradient<T>(TensorNode node)
        where T : unmanaged
    {
        Tensor<T> gradient = buffers[node.Storage!.TapeSlot].Read<T>(in node.Layout);
        if (Watch.IsOn)
        {
            Watch.Gradient(node, gradient.Node);
        }

        return gradient;
    }

    /// <summary>Begins to add to the gradient with respect to a followed node.</summary>
    public Contribution<T> Begin<T>(TensorNode node)
        where T : unmanaged => buffers[node.Storage!.TapeSlot].Begin<T>(in node.Layout);

    /// <summary>Ends the recording and lets go of all that it held.</summary>
    public void End()
    {
        current = null;
        for (int i = 0; i < count; i++)
        {
            entries[i].Release();
            entries[i] = default;
        }

        count = 0;
        foreach (GradientBuffer buffer in buffers)
        {
            buffer.Release();
            free.Add(buffer);
        }

        buffers.Clear();
        idle = this;
    }

    private void Add(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, 2 * count);
        }

        NewBuffer(result.Storage!, in result.Layout, null);
        entries[count++] = new Entry(rule, x, y, z, result);
    }

    private void NewBuffer(Storage storage, in Layout layout, TensorNode? gradient)
    {
        if (!storage.TryFollow(this))
        {
            throw new NotSupportedException("gradient: this memory is being differentiated by another thread; give each thread a tensor of its own.");
        }

        GradientBuffer buffer = free.Count > 0 ? free[^1] : new GradientBuffer();
        if (free.Count > 0)
        {
            free.RemoveAt(free.Count - 1);
        }

        storage.TapeSlot = buffers.Count;
        buffer.Open(storage, in layout, gradient);
        buffers.Add(buffer);
    }
}

/// <summary>One recorded operation: its rule, and the nodes that it keeps alive.</summary>
internal readonly struct Entry
{
    private readonly (int X, int Y, int Z) versions;

    public Entry(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        Rule = rule;
        X = x;
        Y = y;
        Z = z;
        Result = result;
        versions = Versions();
        x.AddUser();
        y?.AddUser();
        z?.AddUser();
        result.AddUser();
    }

    public Rule Rule { get; }

    public TensorNode X { get; }

    public TensorNode? Y { get; }

    public TensorNode? Z { get; }

    public TensorNode Result { get; }

    /// <summary>The rule computes with the inputs' values: what was not followed could have been written to since.</summary>
    /// <exception cref="InvalidOperationException">It was.</exception>
    public void CheckUnchanged()
    {
        if (versions != Versions())
        {
            throw new InvalidOperationException("gradient: an input of a recorded operation was written to afterwards; write to other memory.");
        }
    }

    public void Release()
    {
        X.RemoveUser();
        Y?.RemoveUser();
        Z?.RemoveUser();
        Result.RemoveUser();
    }

    private (int X, int Y, int Z) Versions() => (X.Storage!.Version, Y?.Storage!.Version ?? 0, Z?.Storage!.Version ?? 0);
}

/// <summary>How an operation's output gradient becomes its inputs' gradients.</summary>
internal abstract class Rule
{
    public abstract void Backward(Tape tape, in Entry entry);
}
