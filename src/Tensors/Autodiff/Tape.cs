using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>
/// The record of what was computed from the differentiated tensors, on this thread. Memory is followed, not handles: views need no entry,
/// since the gradient of a view is the same view of the gradient. Buffers are reused, so that recording allocates nothing after the
/// first time.
/// </summary>
/// <remarks>
/// Differentiations nest: the tapes of a thread are a stack, and an operation is recorded by every tape that follows one of its inputs.
/// A tape that runs backwards is off the stack. Where a tape around it follows what it computes with, its rules run in their composed
/// form, made of recorded operations, and gradients are sums of tensors instead of memory that is written to (<see cref="Composes"/>).
/// Each level follows memory of its own, so that perturbations cannot be confused.
/// </remarks>
internal sealed partial class Tape
{
    [ThreadStatic]
    private static Tape? current;

    [ThreadStatic]
    private static Tape? idle;

    [ThreadStatic]
    private static long begun;

    private readonly List<GradientBuffer> free = [];
    private readonly List<GradientBuffer> buffers = [];
    private Entry[] entries = new Entry[32];
    private int count;
    private int running;
    private Tape? outer;
    private bool isShadow;
    private SavedMark? saved;

    /// <summary>True where a function that is being differentiated is running on this thread.</summary>
    public static bool IsActive => current is not null;

    /// <summary>A number that no other recording of this thread has.</summary>
    public long Number { get; private set; }

    /// <summary>The thread that records.</summary>
    public int Thread { get; private set; }

    /// <summary>True when gradients are to be recorded by a tape around this one.</summary>
    public bool Composes { get; private set; }

    /// <summary>What was recorded.</summary>
    public ReadOnlySpan<Entry> Entries => entries.AsSpan(0, count);

    /// <summary>Starts recording on this thread, inside what is being recorded already.</summary>
    public static Tape Begin()
    {
        Tape tape = idle ?? new Tape();
        idle = tape.outer;
        tape.outer = current;
        tape.Number = ++begun;
        tape.Thread = Environment.CurrentManagedThreadId;
        current = tape;
        return tape;
    }

    /// <summary>Records an operation if one of its inputs is followed.</summary>
    public static void Record(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        if (Watch.IsOn)
        {
            Watch.Computed(rule, x, y, z, result);
        }

        if (current is null)
        {
            return;
        }

        if ((x.Storage!.Saved ?? y?.Storage!.Saved ?? z?.Storage!.Saved) is not null)
        {
            CheckSaved(x);
            CheckSaved(y);
            CheckSaved(z);
        }

        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            if (tape.Follows(x) || (y is not null && tape.Follows(y)) || (z is not null && tape.Follows(z)))
            {
                tape.Add(rule, x, y, z, result);
            }

            if (tape.isShadow)
            {
                tape.CheckCaptured(x);
                tape.CheckCaptured(y);
                tape.CheckCaptured(z);
            }
        }
    }

    /// <summary>True when an operation on these inputs would be recorded.</summary>
    public static bool Records(TensorNode x, TensorNode y, TensorNode z)
    {
        for (Tape? tape = current; tape is not null; tape = tape.outer)
        {
            if (tape.Follows(x) || tape.Follows(y) || tape.Follows(z))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Copies a tensor to a part of zero-filled memory to which nothing was written yet; a recorded operation, unlike other writes.</summary>
    public static void Place<T>(Tensor<T> part, Tensor<T> place, TensorNode whole)
        where T : unmanaged
    {
        part.Device.Copy<T>(part.Operand, place.Operand);
        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            if (tape.Follows(part.Node))
            {
                if (tape.Buffer(whole.Storage!) is null)
                {
                    tape.NewBuffer(whole.Storage!, in whole.Layout);
                }

                tape.Push(CopyRule<T>.Instance, part.Node, null, null, place.Node);
            }
        }
    }

    /// <summary>Follows a contiguous tensor; its gradient will be collected in the given memory.</summary>
    public void Follow(TensorNode input, TensorNode? gradient) => NewBuffer(input.Storage!, in input.Layout, gradient);

    /// <summary>True when the node's elements are followed.</summary>
    /// <exception cref="InvalidOperationException">Only a part of them is.</exception>
    public bool Follows(TensorNode node) => Buffer(node.Storage!) is { } buffer && buffer.Contains(in node.Layout);

    /// <summary>True when any of the node's memory is followed.</summary>
    public bool IsFollowing(TensorNode node) => Buffer(node.Storage!) is not null;

    /// <summary>Runs the rules backwards from a tensor whose own gradient is given, or 1 everywhere.</summary>
    public void Backward<T>(TensorNode result, TensorNode? seed = null)
        where T : unmanaged
    {
        // A rule's own operations are recorded by the tapes around this one alone.
        current = outer;
        Composes = outer is not null && IsSeen(result, seed);
        if (!Follows(result))
        {
            return;
        }

        if (seed is not null)
        {
            Contribute(result, new Tensor<T>(seed));
        }
        else if (Composes)
        {
            using Tensor<T> ones = Tensor.Full(result.Layout.Shape, Tensor.Constant<T>(1), result.Storage!.Device);
            Contribute(result, ones);
        }
        else
        {
            using Contribution<T> one = Begin<T>(result);
            one.Target.Fill(Tensor.Constant<T>(1));
        }

        Run(0);
    }

    /// <summary>Forgets the gradients, so that the rules can run backwards from something else.</summary>
    public void Rewind()
    {
        foreach (GradientBuffer buffer in buffers)
        {
            buffer.Clear();
        }
    }

    /// <summary>The gradient with respect to a followed node, complete: where nothing arrived it is zero. The caller disposes the view.</summary>
    public Tensor<T> Gradient<T>(TensorNode node)
        where T : unmanaged
    {
        GradientBuffer buffer = Buffer(node.Storage!)!;
        Tensor<T> gradient = Composes ? buffer.ReadSum<T>(in node.Layout) : buffer.Read<T>(in node.Layout);
        if (Watch.IsOn)
        {
            // Gradient memory is taken without its element type.
            gradient.Node.Storage!.FloatSize = (byte)System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
            Watch.Gradient(node, gradient.Node);
        }

        return gradient;
    }

    /// <summary>Begins to add to the gradient with respect to a followed node.</summary>
    public Contribution<T> Begin<T>(TensorNode node)
        where T : unmanaged => Composes
            ? new Contribution<T>(Tensor.Zeros<T>(node.Layout.Shape, node.Storage!.Device), this, node)
            : Buffer(node.Storage!)!.Begin<T>(in node.Layout);

    /// <summary>
    /// Adds a tensor to the gradient with respect to a followed node, whose shape it has, or broadcasts to: then it is summed. Does nothing
    /// where the node is not followed.
    /// </summary>
    public void Contribute<T>(TensorNode node, Tensor<T> part)
        where T : unmanaged
    {
        if (!Follows(node))
        {
            return;
        }

        using Tensor<T> fitting = Composed.SumTo(part, node.Layout.Shape);
        if (Composes)
        {
            Buffer(node.Storage!)!.AddToSum(in node.Layout, fitting);
            return;
        }

        using Contribution<T> contribution = Begin<T>(node);
        fitting.Device.Copy<T>(fitting.Operand, contribution.Target.Operand);
    }

    /// <summary>Ends the recording and lets go of all that it held.</summary>
    public void End()
    {
        current = outer;
        if (HasRead)
        {
            PassOnRead();
        }

        Truncate(0, 0);
        saved = null;
        isShadow = HasRead = Composes = false;
        outer = idle;
        idle = this;
    }

    /// <summary>The next tape that records what this one does: none around a custom rule's forward function.</summary>
    private Tape? Around => isShadow ? null : outer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GradientBuffer? Buffer(Storage storage)
    {
        GradientBuffer? first = storage.Followed;
        return first is null || first.Tape == this ? first : Further(first);
    }

    private GradientBuffer? Further(GradientBuffer first)
    {
        GradientBuffer? buffer = first.Next;
        while (buffer is not null && buffer.Tape != this)
        {
            buffer = buffer.Next;
        }

        return buffer;
    }

    /// <summary>Runs the rules of the entries from a number on, the last one first.</summary>
    private void Run(int first)
    {
        for (int i = count - 1; i >= first; i--)
        {
            // A rule may record more, and take it away again, behind this entry.
            ref readonly Entry entry = ref entries[i];
            if (!Buffer(entry.Result.Storage!)!.HasAny)
            {
                continue;
            }

            entry.CheckUnchanged();
            running = i;
            if (Composes)
            {
                entry.Rule.Compose(this, in entry);
            }
            else
            {
                entry.Rule.Backward(this, in entry);
            }
        }
    }

    /// <summary>True when a tape around this one follows something that the backward run computes with.</summary>
    private bool IsSeen(TensorNode result, TensorNode? seed)
    {
        if (IsSeenAround(result) || IsSeenAround(seed))
        {
            return true;
        }

        foreach (ref readonly Entry entry in Entries)
        {
            if (IsSeenAround(entry.X) || IsSeenAround(entry.Y) || IsSeenAround(entry.Z) || IsSeenAround(entry.Result))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsSeenAround(TensorNode? node)
    {
        for (Tape? tape = node is null ? null : outer; tape is not null; tape = tape.Around)
        {
            if (tape.Buffer(node!.Storage!) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        NewBuffer(result.Storage!, in result.Layout);
        if (!isShadow)
        {
            Push(rule, x, y, z, result);
        }
    }

    private void Push(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, 2 * count);
        }

        entries[count++] = new Entry(rule, x, y, z, result);
    }

    private void Truncate(int entriesLeft, int buffersLeft)
    {
        while (count > entriesLeft)
        {
            entries[--count].Release();
            entries[count] = default;
        }

        for (int i = buffersLeft; i < buffers.Count; i++)
        {
            buffers[i].Release();
            free.Add(buffers[i]);
        }

        buffers.RemoveRange(buffersLeft, buffers.Count - buffersLeft);
    }

    private void NewBuffer(Storage storage, in Layout layout, TensorNode? gradient = null)
    {
        GradientBuffer buffer = free.Count > 0 ? free[^1] : new GradientBuffer(this);
        if (!buffer.TryOpen(storage, in layout, gradient))
        {
            throw new NotSupportedException("gradient: this memory is being differentiated by another thread; give each thread a tensor of its own.");
        }

        if (free.Count > 0)
        {
            free.RemoveAt(free.Count - 1);
        }

        buffers.Add(buffer);
    }
}
