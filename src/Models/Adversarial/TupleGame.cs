using static Onsager.Models.Adversarial.TupleVariable;

namespace Onsager.Models.Adversarial;

/// <summary>
/// Which tuples a discriminator has to tell apart, as data: class i is one tuple of variables, and where encoder and generator win, all tuples have the same
/// distribution. Beside the discriminator's verdict, pairs of variables can be held together by their squared difference.
/// </summary>
/// <remarks>
/// ALI: Dumoulin and others, "Adversarially learned inference", 2017; BiGAN: Donahue, Kraehenbuehl and Darrell, 2017. ALICE: Li and others, 2017. GALI: Dandi, Bharadhwaj, Kumar
/// and Rai, "Generalized adversarially learned inference", AAAI 2021, with the tuples of the authors' code.
/// </remarks>
public sealed class TupleGame
{
    private readonly List<TupleVariable> order = [];

    /// <summary>A game of these tuples, one for each class.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="classes">Tuples of equal length, whose variables in the same place are of the same domain.</param>
    /// <param name="held">Pairs of images, or of codes, whose mean squared difference the players also make small.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, a tuple is empty, or tuples or pairs do not fit.</exception>
    public TupleGame(string name, IReadOnlyList<IReadOnlyList<TupleVariable>> classes, params (TupleVariable First, TupleVariable Second)[] held)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(held);
        if (classes.Count < 2 || classes[0].Count < 1)
        {
            throw new ArgumentException($"tuples: {name} has {classes.Count} classes; two or more of one variable or more are needed.", nameof(classes));
        }

        Name = name;
        Classes = classes;
        Held = held;
        Domains = [.. classes[0].Select(variable => variable.Domain)];
        foreach (IReadOnlyList<TupleVariable> tuple in classes)
        {
            if (!tuple.Select(variable => variable.Domain).SequenceEqual(Domains))
            {
                throw new ArgumentException($"tuples: {name} has ({string.Join(", ", tuple)}) beside ({string.Join(", ", classes[0])}); the same places need the same domains.", nameof(classes));
            }

            foreach (TupleVariable variable in tuple)
            {
                Require(variable);
            }
        }

        foreach ((TupleVariable first, TupleVariable second) in held)
        {
            if (first.Domain != second.Domain)
            {
                throw new ArgumentException($"tuples: {name} holds {first} and {second} together, whose domains are {first.Domain} and {second.Domain}.", nameof(held));
            }

            Require(first);
            Require(second);
        }
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The tuple of each class.</summary>
    public IReadOnlyList<IReadOnlyList<TupleVariable>> Classes { get; }

    /// <summary>Pairs that are held together by their squared difference.</summary>
    public IReadOnlyList<(TupleVariable First, TupleVariable Second)> Held { get; }

    /// <summary>The domain of each place of a tuple.</summary>
    public IReadOnlyList<TupleDomain> Domains { get; }

    /// <summary>All variables, each after its sources.</summary>
    internal IReadOnlyList<TupleVariable> Order => order;

    /// <summary>(x, E(x)) and (G(z), z).</summary>
    public static TupleGame Ali() => new("ALI", [[Data, Data.Encode()], [Prior.Generate(), Prior]]);

    /// <summary>ALI, with x and G(E(x)) held together.</summary>
    public static TupleGame Alice()
    {
        TupleVariable e1 = Data.Encode();
        return new("ALICE", [[Data, e1], [Prior.Generate(), Prior]], (e1.Generate(), Data));
    }

    /// <summary>(x, e1), (x, e2), (g1, z), (g2, z), where e2 is the code of a reconstruction and g2 the reconstruction of a sample.</summary>
    public static TupleGame Gali4()
    {
        TupleVariable e1 = Data.Encode(), e2 = e1.Generate().Encode(), g1 = Prior.Generate(), g2 = g1.Encode().Generate();
        return new("GALI-4", [[Data, e1], [Data, e2], [g1, Prior], [g2, Prior]]);
    }

    /// <summary>All orders of (x, e1, x1, e2) that pair images with codes, and of (g1, z, g2, f1).</summary>
    public static TupleGame Gali8()
    {
        TupleVariable x = Data, z = Prior, e1 = x.Encode(), x1 = e1.Generate(), e2 = x1.Encode(), g1 = z.Generate(), f1 = g1.Encode(), g2 = f1.Generate();
        return new(
            "GALI-8",
            [[x, e1, x1, e2], [x, e2, x1, e1], [x1, e1, x, e2], [x1, e2, x, e1], [g1, z, g2, f1], [g1, f1, g2, z], [g2, z, g1, f1], [g2, f1, g1, z]]);
    }

    /// <summary>GALI-4 with features of a frozen net: (x, e1, M(x)), (x, e2, M(x1)), (g1, z, M(g1)), (g2, z, M(g1)).</summary>
    public static TupleGame GaliPt()
    {
        TupleVariable e1 = Data.Encode(), x1 = e1.Generate(), e2 = x1.Encode(), g1 = Prior.Generate(), g2 = g1.Encode().Generate(), seen = g1.Describe();
        return new("GALI-PT", [[Data, e1, Data.Describe()], [Data, e2, x1.Describe()], [g1, Prior, seen], [g2, Prior, seen]]);
    }

    /// <summary>
    /// For filling gaps: the encoder sees images of which a part is covered, and images with the gap filled stand beside whole ones. (x, e), (x, er), (r, em), (w, e), (g1, z), (g2, z),
    /// (w, er), (x, em) with e = E(H(x)), r = G(e), w = x with its gap filled by r, em = E(H(w)), er = E(H(r)) and g2 = G(E(H(g1))).
    /// </summary>
    public static TupleGame GaliMix()
    {
        TupleVariable x = Data, z = Prior, covered = x.Cover(), e = covered.Encode(), r = e.Generate(), w = covered.Fill(r);
        TupleVariable em = w.Cover().Encode(), er = r.Cover().Encode(), g1 = z.Generate(), g2 = g1.Cover().Encode().Generate();
        return new("GALI-mix", [[x, e], [x, er], [r, em], [w, e], [g1, z], [g2, z], [w, er], [x, em]]);
    }

    private void Require(TupleVariable variable)
    {
        if (!order.Contains(variable))
        {
            foreach (TupleVariable source in variable.Sources)
            {
                Require(source);
            }

            order.Add(variable);
        }
    }
}
