using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <content>Functions that are recorded as one operation: custom rules, checkpoints; and what is recorded not at all.</content>
internal sealed partial class Tape
{
    /// <summary>True when any differentiation under way follows the node.</summary>
    public static bool IsFollowed(TensorNode node)
    {
        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            if (tape.Follows(node))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Begins a custom rule's forward function: nothing is recorded, but what its arguments flow into is followed, so that
    /// <see cref="MarkSaved"/> can mark it.
    /// </summary>
    public static Tape BeginShadow(SavedMark mark)
    {
        Tape shadow = Begin();
        shadow.isShadow = true;
        shadow.saved = mark;
        return shadow;
    }

    /// <summary>Marks what the forward function computed: whoever kept it holds values whose origin is not recorded.</summary>
    public void MarkSaved()
    {
        foreach (GradientBuffer buffer in buffers)
        {
            buffer.Mark(saved!);
        }
    }

    /// <summary>Values of tensors that left for the host inside a custom rule's forward function; the rule may depend on them.</summary>
    public static void NoteRead(TensorNode node)
    {
        for (Tape? tape = current; tape is not null; tape = tape.outer)
        {
            if (tape.isShadow && tape.Buffer(node.Storage!) is not null)
            {
                tape.HasRead = true;
            }
        }
    }

    /// <summary>True when values of what a custom rule's arguments flow into were read.</summary>
    public bool HasRead { get; private set; }

    /// <summary>The recordings under way that follow one of these nodes; inside a custom rule's forward function, those around it.</summary>
    public static SavedMark Mark(TensorNode x, TensorNode? y)
    {
        List<long> numbers = [];
        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            if (tape.Follows(x) || (y is not null && tape.Follows(y)))
            {
                numbers.AddRange(tape.isShadow ? tape.saved!.Tapes : [tape.Number]);
            }
        }

        return new SavedMark([.. numbers]);
    }

    /// <summary>True when one of the marked recordings is under way and not running backwards.</summary>
    public static bool IsMarked(SavedMark mark)
    {
        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            if (mark.Tapes.Contains(tape.Number))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>f(x), of which the tapes keep x and the result alone; f is computed again when they run backwards.</summary>
    public static Tensor<T> Checkpoint<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        List<(Tape Tape, int Entries, int Buffers)> marks = [];
        for (Tape? tape = current; tape is not null; tape = tape.Around)
        {
            marks.Add((tape, tape.count, tape.buffers.Count));
        }

        Tensor<T> y = f(x), result = Tensor.Empty<T>(y.Shape, y.Device);
        y.Device.Copy<T>(y.Operand, result.Operand);
        CheckpointRule<T> rule = new(f);
        foreach ((Tape tape, int entries, int buffers) in marks)
        {
            bool depends = tape.count > entries || tape.buffers.Count > buffers || tape.Follows(y.Node);
            tape.Truncate(entries, buffers);
            if (depends)
            {
                tape.Add(rule, x.Node, null, null, result.Node);
            }
        }

        return scope.Keep(result);
    }

    /// <summary>Computes a checkpointed function again, recorded, and runs it backwards from the gradient of its result.</summary>
    /// <exception cref="InvalidOperationException">It gave other values than before.</exception>
    public void Recompute<T>(in Entry entry, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        (int entriesBefore, int buffersBefore) = (count, buffers.Count);
        Tensor<T> y;
        current = this;
        try
        {
            y = f(new Tensor<T>(entry.X).Share());
        }
        finally
        {
            current = outer;
        }

        Tensor<T> before = new(entry.Result);
        if (y.Shape != before.Shape || !MemoryMarshal.AsBytes<T>(y.ToArray()).SequenceEqual(MemoryMarshal.AsBytes<T>(before.ToArray())))
        {
            throw new InvalidOperationException("checkpoint: the function gave other values when it was computed again; all that it depends on must be its argument or stay as it was.");
        }

        Contribute(y.Node, Gradient<T>(entry.Result));
        Run(entriesBefore);
        Truncate(entriesBefore, buffersBefore);
    }

    /// <summary>Adds to a gradient that is recorded what a rule without a composed form of its own has made.</summary>
    /// <exception cref="NotSupportedException">It was not made of recorded operations.</exception>
    public void AddRecorded<T>(TensorNode node, Tensor<T> part)
        where T : unmanaged
    {
        ref readonly Entry entry = ref entries[running];
        using Tensor<T> dy = Gradient<T>(entry.Result);
        if (!IsSeenAround(part.Node) && (IsSeenAround(dy.Node) || IsSeenAround(entry.X) || IsSeenAround(entry.Y) || IsSeenAround(entry.Z)))
        {
            throw new NotSupportedException($"{entry.Rule.Name}: the derivative of this operation has no derivative yet, and it is being differentiated.");
        }

        Buffer(node.Storage!)!.AddToSum(in node.Layout, part);
    }

    /// <summary>Values that were read inside a forward function were read inside those around it, too.</summary>
    private void PassOnRead()
    {
        Tape? tape = outer;
        while (tape is not null && !tape.isShadow)
        {
            tape = tape.outer;
        }

        if (tape is not null)
        {
            tape.HasRead = true;
        }
    }

    private static void CheckSaved(TensorNode? node)
    {
        if (node?.Storage!.Saved is { } mark && IsMarked(mark))
        {
            throw new InvalidOperationException(
                "custom: a tensor that the forward function computed from its argument is used outside of it, where its dependence on the argument is not recorded, "
                + "so that a derivative would be wrong; compute it again from the argument.");
        }
    }

    private void CheckCaptured(TensorNode? node)
    {
        for (Tape? tape = node is null || Buffer(node.Storage!) is not null ? null : outer; tape is not null; tape = tape.Around)
        {
            if (tape.Buffer(node!.Storage!) is not null)
            {
                throw new InvalidOperationException("custom: the forward function uses a tensor that is being differentiated and is not its argument; pass it in.");
            }
        }
    }
}

/// <summary>Put on memory whose contents a custom rule's forward function made of its arguments.</summary>
/// <param name="Tapes">The recordings that followed the arguments.</param>
internal sealed record SavedMark(long[] Tapes);

/// <summary>A function that is computed again where its gradient is wanted.</summary>
internal sealed class CheckpointRule<T>(Func<Tensor<T>, Tensor<T>> f) : Rule
    where T : unmanaged
{
    public override string Name => "checkpoint";

    public override void Backward(Tape tape, in Entry entry) => tape.Recompute(in entry, f);
}

/// <summary>A function with a reverse rule from outside.</summary>
internal sealed class CustomRule<T>(string name, SavedMark mark, bool hasRead, Func<Tensor<T>, Tensor<T>?, Tensor<T>, Tensor<T>, (Tensor<T> X, Tensor<T>? Y)> vjp) : Rule
    where T : unmanaged
{
    public override string Name => name;

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = new Tensor<T>(entry.X).Share(), result = new Tensor<T>(entry.Result).Share();
        Tensor<T>? y = entry.Y is null ? null : new Tensor<T>(entry.Y).Share();
        (Tensor<T> dx, Tensor<T>? dy) = vjp(x, y, result, tape.Gradient<T>(entry.Result));
        Contribute(tape, entry.X, dx);
        if (dy is { } second)
        {
            Contribute(tape, entry.Y!, second);
        }
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        if (hasRead && Tape.IsMarked(mark))
        {
            throw new NotSupportedException($"{name}: the forward function read values out of tensors, on which its rule may depend; such a rule cannot be differentiated again.");
        }

        Backward(tape, in entry);
    }

    private void Contribute(Tape tape, TensorNode node, Tensor<T> part)
    {
        if (part.Shape != node.Layout.Shape || part.Device != node.Storage!.Device)
        {
            throw new ArgumentException($"{name}: the rule returned a gradient of shape {part.Shape} on {part.Device} for an argument of shape {node.Layout.Shape} on {node.Storage!.Device}.");
        }

        tape.Contribute(node, part);
    }
}
