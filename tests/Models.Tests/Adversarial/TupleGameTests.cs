using Onsager.Models.Adversarial;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Adversarial;

/// <summary>Tuples as data: those of the authors' code, letter by letter, masks, data, and what is refused.</summary>
public sealed class TupleGameTests
{
    private const string E1 = "E(x)", X1 = "G(E(x))", E2 = "E(G(E(x)))", G1 = "G(z)", F1 = "E(G(z))", G2 = "G(E(G(z)))";

    public static TheoryData<string, string> Games => new()
    {
        { "ALI", $"x {E1}; {G1} z" },
        { "ALICE", $"x {E1}; {G1} z" },
        { "GALI-4", $"x {E1}; x {E2}; {G1} z; {G2} z" },
        { "GALI-8", $"x {E1} {X1} {E2}; x {E2} {X1} {E1}; {X1} {E1} x {E2}; {X1} {E2} x {E1}; {G1} z {G2} {F1}; {G1} {F1} {G2} z; {G2} z {G1} {F1}; {G2} {F1} {G1} z" },
        { "GALI-PT", $"x {E1} M(x); x {E2} M({X1}); {G1} z M({G1}); {G2} z M({G1})" },
        { "GALI-mix", "x E(H(x)); x E(H(G(E(H(x))))); G(E(H(x))) E(H(mix(x, G(E(H(x)))))); mix(x, G(E(H(x)))) E(H(x)); G(z) z; G(E(H(G(z)))) z; mix(x, G(E(H(x)))) E(H(G(E(H(x))))); x E(H(mix(x, G(E(H(x))))))" },
    };

    public static IReadOnlyList<TupleGame> All => [TupleGame.Ali(), TupleGame.Alice(), TupleGame.Gali4(), TupleGame.Gali8(), TupleGame.GaliPt(), TupleGame.GaliMix()];

    [Theory]
    [MemberData(nameof(Games))]
    public void Tuples_are_those_of_the_code(string name, string classes)
    {
        TupleGame game = All.Single(game => game.Name == name);
        Assert.Equal(classes, string.Join("; ", game.Classes.Select(static tuple => string.Join(' ', tuple))));
        Assert.Equal(name == "ALICE" ? 1 : 0, game.Held.Count);

        // The same name is the same sample: no code is drawn twice where the tables of the paper have one.
        TupleVariable[] variables = [.. game.Classes.SelectMany(static tuple => tuple).Distinct()];
        Assert.Equal(variables.Length, variables.Select(static variable => variable.Name).Distinct().Count());
    }

    [Fact]
    public void Bad_input_is_named()
    {
        TupleVariable x = TupleVariable.Data, z = TupleVariable.Prior;
        Message("tuple: E takes variables of domain Image; z is of domain Latent.", () => z.Encode());
        Message("tuple: G takes variables of domain Latent; x is of domain Image.", () => x.Generate());
        Message("tuple: a covered image is filled with an image; got x and x.", () => x.Fill(x));
        Message("tuple: a covered image is filled with an image; got H(x) and z.", () => x.Cover().Fill(z));
        Message("tuples: one has 1 classes; two or more of one variable or more are needed.", () => _ = new TupleGame("one", [[x, z]]));
        Message("tuples: mixed has (z, x) beside (x, z); the same places need the same domains.", () => _ = new TupleGame("mixed", [[x, z], [z, x]]));
        Message("tuples: held holds x and z together, whose domains are Image and Latent.", () => _ = new TupleGame("held", [[x, z], [x, z]], (x, z)));

        static void Message(string message, Action action) => Assert.StartsWith(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_are_rectangles_of_every_side()
    {
        using Scope scope = Scope.Begin();
        const int Height = 6, Width = 5, Most = 4, Count = 400;
        float[] masks = new RectangleMask(Height, Width, Most).Draw(new RandomStream(1), Count, Device.Cpu).ToArray();
        HashSet<(int, int)> sides = [];
        HashSet<int> covered = [];
        for (int i = 0; i < Count; i++)
        {
            int[] inside = [.. Enumerable.Range(0, Height * Width).Where(at => masks[(i * Height * Width) + at] == 1)];
            Assert.All(Enumerable.Range(0, Height * Width).Except(inside), at => Assert.Equal(0, masks[(i * Height * Width) + at]));
            covered.UnionWith(inside);
            if (inside.Length > 0)
            {
                int rows = inside.Max(static at => at / Width) - inside.Min(static at => at / Width) + 1, columns = inside.Max(static at => at % Width) - inside.Min(static at => at % Width) + 1;
                Assert.Equal(rows * columns, inside.Length);
                sides.Add((rows, columns));
            }
        }

        Assert.Equal(Most * Most, sides.Count);
        Assert.Equal(Height * Width, covered.Count);
        Assert.Equal("[3, 1, 6, 5]", new RectangleMask(Height, Width, Most, isFlat: false).Draw(new RandomStream(1), 3, Device.Cpu).Shape.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => new RectangleMask(Height, Width, 6));
    }

    [Fact]
    public void A_ring_has_its_modes()
    {
        using Scope scope = Scope.Begin();
        RingMixture ring = new();
        Tensor<float> points = ring.Draw(new RandomStream(2), 20_000);
        (double within, int found, double variation) = ring.Balance(points);
        Assert.Equal(1 - Math.Exp(-4.5), within, 0.005);
        Assert.Equal(8, found);
        Assert.True(variation < 0.02);
        (_, int one, double most) = ring.Balance(Tensor.From<float>([1.5f, 0, 1.5f, 0.1f], [2, 2]));
        Assert.Equal((1, 7.0 / 8), (one, most));
        Assert.Equal(2, ring.Nearest(Tensor.From<float>([0, 1.2f], [1, 2]))[0].Mode);
        Assert.Equal(0.3, ring.Nearest(Tensor.From<float>([0, 1.2f], [1, 2]))[0].Distance, 1e-6);
        Assert.Throws<ArgumentException>(() => ring.Nearest(Tensor.Zeros<float>([2, 3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RingMixture(0));
    }

    [Fact]
    public void Images_are_what_their_factors_say()
    {
        using Scope scope = Scope.Begin();
        (Tensor<float> images, (double X, double Y, double Width)[] factors) = BlobImages.Draw(new RandomStream(2), 50);
        for (int i = 0; i < 50; i++)
        {
            (double x, double y, double s) = factors[i];
            Assert.InRange(x, 4, 12);
            Assert.InRange(s, 1.4, 2.4);
            double dx = 7 - x, dy = 9 - y;
            Assert.Equal((2 * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * s * s))) - 1, images[i, (9 * 16) + 7], 1e-5);
        }

        (Tensor<float> bank, var grid) = BlobImages.Bank();
        Assert.Equal("[6534, 256]", bank.Shape.ToString());
        Assert.Equal(((4.0, 4.0, 1.4), (12.0, 12.0, 2.4)), (grid[0], grid[^1]));

        (Tensor<float> shapes, int[] kinds) = ShapeImages.Draw(new RandomStream(3), 300);
        Assert.Equal("[300, 3, 32, 32]", shapes.Shape.ToString());
        Assert.Equal(ShapeImages.Kinds, kinds.Distinct().Count());
        Assert.True(shapes.Min().Item() >= -1 && shapes.Max().Item() <= 1 && shapes.Max().Item() > 0.5f);
    }
}
