namespace Onsager.Tensors;

/// <summary>How an operation's output gradient becomes its inputs' gradients.</summary>
/// <remarks>
/// Elements other than float and double have no gradients. What only moves elements is for every type, and records the rule of float for them, which then
/// just names the operation: so native code has no rule for types that never need one. (Its compiler leaves them out where the type is asked beside them.)
/// </remarks>
internal abstract class Rule
{
    /// <summary>The operation's name, as graphs print it.</summary>
    public virtual string Name
    {
        get
        {
            string name = GetType().Name;
            int end = name.IndexOf("Rule", StringComparison.Ordinal);
            return end > 0 ? name[..end] : name;
        }
    }

    /// <summary>Adds to the gradients of the inputs that are followed. What it computes with is not recorded by the tape itself.</summary>
    public abstract void Backward(Tape tape, in Entry entry);

    /// <summary>
    /// The same where a differentiation around this one follows: made of operations that are recorded in their turn, so that the gradient
    /// is a function with derivatives of its own. Rules whose <see cref="Backward"/> is made of such operations need no second form.
    /// </summary>
    public virtual void Compose(Tape tape, in Entry entry) => Backward(tape, in entry);
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
