namespace Onsager.Models.Adversarial;

/// <summary>What a variable of a tuple is.</summary>
public enum TupleDomain
{
    /// <summary>An image, or whatever the data are.</summary>
    Image,

    /// <summary>A latent code.</summary>
    Latent,

    /// <summary>Features of an image by a frozen net.</summary>
    Feature,
}

/// <summary>
/// A random variable of a tuple that a joint discriminator sees: the data, the prior's codes, or what encoder and generator make of another variable.
/// <c>TupleVariable.Data.Encode()</c> is E(x); each call is a variable of its own, with noise of its own, and using one variable in several tuples means the same sample.
/// </summary>
public sealed class TupleVariable
{
    private TupleVariable(TupleStep step, TupleDomain domain, string name, params TupleVariable[] sources)
    {
        Step = step;
        Domain = domain;
        Name = name;
        Sources = sources;
    }

    /// <summary>x, the data.</summary>
    public static TupleVariable Data { get; } = new(TupleStep.Data, TupleDomain.Image, "x");

    /// <summary>z, standard normal codes.</summary>
    public static TupleVariable Prior { get; } = new(TupleStep.Prior, TupleDomain.Latent, "z");

    /// <summary>What it is.</summary>
    public TupleDomain Domain { get; }

    /// <summary>How it is made, as <c>G(E(x))</c>.</summary>
    public string Name { get; }

    internal TupleStep Step { get; }

    internal TupleVariable[] Sources { get; }

    /// <summary>E of an image: a draw mean + exp(log sigma) e with fresh normal e.</summary>
    /// <exception cref="ArgumentException">This is no image.</exception>
    public TupleVariable Encode() => Make(TupleStep.Encode, TupleDomain.Image, TupleDomain.Latent, "E");

    /// <summary>G of a code.</summary>
    /// <exception cref="ArgumentException">This is no code.</exception>
    public TupleVariable Generate() => Make(TupleStep.Generate, TupleDomain.Latent, TupleDomain.Image, "G");

    /// <summary>M of an image: its features by the frozen net.</summary>
    /// <exception cref="ArgumentException">This is no image.</exception>
    public TupleVariable Describe() => Make(TupleStep.Describe, TupleDomain.Image, TupleDomain.Feature, "M");

    /// <summary>H of an image: a fresh random part of it is covered.</summary>
    /// <exception cref="ArgumentException">This is no image.</exception>
    public TupleVariable Cover() => Make(TupleStep.Cover, TupleDomain.Image, TupleDomain.Image, "H");

    /// <summary>For a covered image: the image itself where it is not covered, another one where it is.</summary>
    /// <exception cref="ArgumentException">This is no covered image, or the other no image.</exception>
    public TupleVariable Fill(TupleVariable inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        return Step == TupleStep.Cover && inside.Domain == TupleDomain.Image
            ? new(TupleStep.Fill, TupleDomain.Image, $"mix({Sources[0].Name}, {inside.Name})", this, inside)
            : throw new ArgumentException($"tuple: a covered image is filled with an image; got {Name} and {inside.Name}.");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private TupleVariable Make(TupleStep step, TupleDomain from, TupleDomain to, string function) => Domain == from
        ? new(step, to, $"{function}({Name})", this)
        : throw new ArgumentException($"tuple: {function} takes variables of domain {from}; {Name} is of domain {Domain}.");
}

/// <summary>How a variable is made from its sources.</summary>
internal enum TupleStep
{
    Data,
    Prior,
    Encode,
    Generate,
    Describe,
    Cover,
    Fill,
}
