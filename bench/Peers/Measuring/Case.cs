namespace Onsager.Peers;

/// <summary>Somebody else's way to do the same work, in every form that its user has; the fastest counts.</summary>
/// <param name="Name">As the rows print it.</param>
/// <param name="Forms">Each does the work once.</param>
internal sealed record Peer(string Name, params Action[] Forms);

/// <summary>What no work of this kind can pass on this core, measured in the same rounds.</summary>
/// <param name="Name">Such as "FMA ceiling".</param>
/// <param name="Work">Reaches the bound.</param>
/// <param name="Amount">How much of the case's quantity one call of <paramref name="Work"/> is worth.</param>
internal sealed record Bound(string Name, Action Work, double Amount);

/// <summary>How much work a call does, and the unit in which rows print it.</summary>
/// <param name="Amount">Operations, elements or bytes of one call; unused for times.</param>
/// <param name="Unit">A rate "G.../s", or "us" or "ns" a call.</param>
internal readonly record struct Quantity(double Amount, string Unit)
{
    public static Quantity Flops(double amount) => new(amount, "GFLOP/s");

    public static Quantity Elements(double amount) => new(amount, "Gelem/s");

    public static Quantity Microseconds => new(0, "us");

    public static Quantity Nanoseconds => new(0, "ns");

    public bool IsRate => Unit[0] == 'G';

    /// <summary>The figure of a call that took so long.</summary>
    public double Of(double seconds) => IsRate ? Amount / seconds / 1e9 : seconds * (Unit == "us" ? 1e6 : 1e9);

    /// <summary>How long a call of this figure took.</summary>
    public double Seconds(double figure) => IsRate ? Amount / figure / 1e9 : figure / (Unit == "us" ? 1e6 : 1e9);

    /// <summary>How many times ours is ahead.</summary>
    public double Ratio(double ours, double peer) => IsRate ? ours / peer : peer / ours;
}

/// <summary>One piece of work, done by us and by others.</summary>
internal sealed record Case(string Group, string Name, long Size, string Type, Quantity Quantity, Action Ours, IReadOnlyList<Peer> Peers)
{
    /// <summary>What the machine allows, where a figure of merit is told against it.</summary>
    public Bound? Bound { get; init; }

    /// <summary>For training steps: the largest difference of both sides' losses over the first steps, asked for before anything is timed.</summary>
    public Func<double>? LossDifference { get; init; }
}

/// <summary>A family of cases.</summary>
internal interface IGroup
{
    string Name { get; }

    /// <summary>Whether libtorch must record gradients; otherwise it runs in inference mode.</summary>
    bool Gradients => false;

    /// <summary>The cases, made one by one: each one's memory lives until the next is asked for. <paramref name="wanted"/> spares the rest.</summary>
    IEnumerable<Case> Cases(int threads, Wanted wanted);
}

/// <summary>Whether a case of this name, size and type was asked for.</summary>
internal delegate bool Wanted(string name, long size, string type);
