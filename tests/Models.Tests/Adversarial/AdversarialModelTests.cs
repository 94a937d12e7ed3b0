using Onsager.Models.Adversarial;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests.Adversarial;

/// <summary>Training of every game: gradients against differences, the same bits again and after a checkpoint, all kinds of steps, and what is refused.</summary>
[Collection(Alone.Name)]
public sealed class AdversarialModelTests : IClassFixture<Settled>
{
    private const int Pixels = 9, Latent = 2, Batch = 6;

    public static TheoryData<string, bool> Cases
    {
        get
        {
            TheoryData<string, bool> cases = [];
            foreach (TupleGame game in TupleGameTests.All)
            {
                cases.Add(game.Name, false);
                cases.Add(game.Name, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_what_differences_say(string name, bool hasNorms)
    {
        const float Step = 0.01f;
        (double loss, float[] start, float[] gradient) = Loss(name, hasNorms, null, 0);
        Assert.True(double.IsFinite(loss));
        RandomStream random = new(9);
        for (int k = 0; k < 3; k++)
        {
            float[] direction = Direction(random, start.Length);
            double up = Loss(name, hasNorms, direction, Step).Loss, down = Loss(name, hasNorms, direction, -Step).Loss;
            double slope = gradient.Zip(direction).Sum(static pair => (double)pair.First * pair.Second), measured = (up - down) / (2 * Step);
            Assert.True(Math.Abs(slope - measured) < 0.02 + (0.05 * Math.Abs(slope)), $"{slope} by the gradient, {measured} by differences");
        }
    }

    [Theory]
    [InlineData("GALI-mix", false)]
    [InlineData("GALI-PT", true)]
    [InlineData("ALICE", true)]
    public void Training_is_the_same_again_and_after_a_checkpoint(string name, bool hasNorms)
    {
        using Folder folder = new();
        string path = folder.File("run.safetensors");
        using Run straight = new(name, hasNorms), first = new(name, hasNorms), second = new(name, hasNorms);
        straight.Steps(0, 12);
        first.Steps(0, 6);
        new Checkpoint().Add("model", first.Model).Save(path);
        new Checkpoint().Add("model", second.Model).Load(path);
        second.Steps(6, 12);
        Assert.Equal(12, second.Model.Iteration);
        Assert.Equal(straight.Nets.Players.Values.ToArray(), second.Nets.Players.Values.ToArray());
        Assert.Equal(straight.Nets.Critics.Values.ToArray(), second.Nets.Critics.Values.ToArray());
        first.Steps(6, 11);
        Assert.NotEqual(straight.Nets.Players.Values.ToArray(), first.Nets.Players.Values.ToArray());
    }

    [Fact]
    public void The_discriminator_learns_where_the_players_rest()
    {
        using Run run = new("GALI-4", false, new AdversarialOptions { Rate = 0, DiscriminatorRate = 0.01, Noise = 0, Iterations = 400 });
        float[] players = run.Nets.Players.Values.ToArray();
        run.Steps(0, 1);
        Assert.InRange(run.Model.DiscriminatorLoss, 4, 9);
        run.Steps(1, 300);
        Assert.True(run.Model.DiscriminatorLoss < 3, $"{run.Model.DiscriminatorLoss}");
        Assert.Equal(players, run.Nets.Players.Values.ToArray());
        double[,] chances = run.Model.Probabilities();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(1, Enumerable.Range(0, 4).Sum(k => chances[i, k]), 1e-5);
            Assert.True(chances[i, i] > 0.3);
        }
    }

    [Fact]
    public void Players_step_as_often_as_they_are_told()
    {
        using Run run = new("ALI", false, new AdversarialOptions { PlayersEvery = 3 });
        float[] players = run.Nets.Players.Values.ToArray(), critics = run.Nets.Critics.Values.ToArray();
        run.Steps(0, 2);
        Assert.Equal(players, run.Nets.Players.Values.ToArray());
        Assert.NotEqual(critics, run.Nets.Critics.Values.ToArray());
        run.Steps(2, 3);
        Assert.NotEqual(players, run.Nets.Players.Values.ToArray());
    }

    /// <summary>The gradients that the buffers hold at the end are those ahead, and the steps with them go from where both stood.</summary>
    [Fact]
    public void Extragradient_steps_go_from_where_both_stood()
    {
        using Run run = new("ALI", false);
        using Sgd<float> mine = new(run.Nets.Players, 0.5), theirs = new(run.Nets.Critics, 0.25);
        using ExtraGradient<float> players = new(run.Nets.Players, mine), critics = new(run.Nets.Critics, theirs);
        using AdversarialModel model = new(TupleGame.Ali(), run.Nets, new AdversarialOptions(), new RandomStream(3), players: players, critics: critics);
        using Tensor<float> x = new RandomStream(4).Normal<float>([Batch, Pixels]);
        for (int i = 0; i < 2; i++)
        {
            float[] before = run.Nets.Players.Values.ToArray(), criticsBefore = run.Nets.Critics.Values.ToArray();
            Assert.True(double.IsFinite(model.Train(x)));
            Went(before, run.Nets.Players, mine.Rate);
            Went(criticsBefore, run.Nets.Critics, theirs.Rate);
        }

        static void Went(float[] before, ParameterBuffer<float> buffer, double rate)
        {
            float[] values = buffer.Values.ToArray(), gradients = buffer.Gradients.ToArray();
            for (int i = 0; i < before.Length; i++)
            {
                Assert.Equal(before[i] - (rate * gradients[i]), values[i], 1e-6);
            }
        }
    }

    [Fact]
    public void Optimistic_steps_are_taken()
    {
        using Run run = new("GALI-4", false);
        using OptimisticAdam<float> players = new(run.Nets.Players, 1e-3), critics = new(run.Nets.Critics, 1e-3);
        using AdversarialModel model = new(TupleGame.Gali4(), run.Nets, new AdversarialOptions { PlayersEvery = 2 }, new RandomStream(3), players: players, critics: critics);
        using Tensor<float> x = new RandomStream(4).Normal<float>([Batch, Pixels]);
        float[] before = run.Nets.Players.Values.ToArray();
        Assert.True(double.IsFinite(model.Train(x)));
        Assert.Equal(before, run.Nets.Players.Values.ToArray());
        Assert.True(double.IsFinite(model.Train(x)));
        Assert.NotEqual(before, run.Nets.Players.Values.ToArray());
    }

    [Theory]
    [InlineData("ALI")]
    [InlineData("GALI-8")]
    [InlineData("GALI-PT")]
    public void Convolutional_nets_train(string name)
    {
        TupleGame game = TupleGameTests.All.Single(game => game.Name == name);
        using Scope scope = Scope.Begin();
        (Tensor<float> images, _) = ShapeImages.Draw(new RandomStream(1), 4);
        ConvNetOptions sizes = new() { Width = 2, Latent = 3, MeanImage = images.Mean(0).ToArray(), Features = static x => x.Mean([2, 3]), FeatureCount = 3 };
        using AdversarialNets nets = ConvNets.Create(game, sizes, new RandomStream(2));
        using AdversarialModel model = new(game, nets, new AdversarialOptions(), new RandomStream(3));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(double.IsFinite(model.Train(images)));
        }

        Assert.Equal("[4, 3, 32, 32]", model.Reconstruct(images).Shape.ToString());
        Assert.Equal("[4, 3]", model.Encode(images).Shape.ToString());
    }

    [Fact]
    public void Gaps_are_filled_and_the_rest_is_kept()
    {
        using Scope scope = Scope.Begin();
        using Run run = new("GALI-mix", false);
        Tensor<float> x = new RandomStream(5).Normal<float>([4, Pixels]), covered = run.Mask.Draw(new RandomStream(6), 4, Device.Cpu), filled = run.Model.Complete(x, covered);
        float[] before = x.ToArray(), after = filled.ToArray(), mask = covered.ToArray();
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(mask[i] == 0, before[i] == after[i]);
        }
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using Scope scope = Scope.Begin();
        using Run run = new("ALI", false);
        using AdversarialNets bare = DenseNets.Create(TupleGame.Ali(), new DenseNetOptions(), new RandomStream(1));
        Message<ArgumentException>("adversarial: images [batch, ...], two or more, are needed; got [1, 9].", () => run.Model.Train(Tensor.Zeros<float>([1, Pixels])));
        Message<ArgumentException>("adversarial: GALI-PT needs nets with features.", () => Make(TupleGame.GaliPt(), new()));
        Message<ArgumentException>("adversarial: GALI-mix needs a mask.", () => Make(TupleGame.GaliMix(), new()));
        Message<ArgumentException>("adversarial: the options have 0 iterations and steps of the players in every 1.", () => Make(TupleGame.Ali(), new() { Iterations = 0 }));
        Message<ArgumentException>("adversarial: the options have rates 0.001 and -1 falling to 0.1 of theirs.", () => Make(TupleGame.Ali(), new() { DiscriminatorRate = -1 }));
        Message<ArgumentException>("adversarial: the options have weight 1 and noise NaN.", () => Make(TupleGame.Ali(), new() { Noise = double.NaN }));
        Message<ArgumentException>("adversarial nets: a mean image of 9 pixels is needed; got 2.", () => DenseNets.Create(TupleGame.Ali(), Sizes(false) with { MeanImage = [0, 0] }, new RandomStream(1)));
        Message<ArgumentException>("output bias: a batch of [2, 3] is needed; got [4, 3].", () => new OutputBias<float>(new(), "o", [2, 3]).Apply(Tensor.Zeros<float>([6]), Tensor.Zeros<float>([4, 3])));
        Message<ArgumentException>(
            "joint discriminator: as many variables as domains are needed; got 1 and 2.",
            () => run.Nets.Discriminator.Apply(run.Nets.Critics.Values, [Tensor.Zeros<float>([2, Pixels])], [TupleDomain.Image, TupleDomain.Latent]));
        Tensor<float> images = Tensor.Zeros<float>([Batch, Pixels]);
        images[0, 0] = float.NaN;
        Message<ArithmeticException>("adversarial: the loss is NaN at iteration 0.", () => run.Model.Train(images));

        void Make(TupleGame game, AdversarialOptions options) => _ = new AdversarialModel(game, bare, options, new RandomStream(1));

        static void Message<TException>(string message, Action action)
            where TException : Exception => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
    }

    private static DenseNetOptions Sizes(bool hasNorms) => new()
    {
        Pixels = Pixels,
        Latent = Latent,
        Hidden = [7, 5],
        HasBatchNorm = hasNorms,
        HasSpectralNorm = hasNorms,
        HasTanh = true,
        MeanImage = [.. Enumerable.Range(0, Pixels).Select(static i => (i - 4) / 8f)],
        Features = static x => x.Square(),
        FeatureCount = Pixels,
    };

    private static float[] Direction(RandomStream random, int count)
    {
        using Tensor<float> drawn = random.Normal<float>([count]);
        float[] direction = drawn.ToArray();
        float norm = MathF.Sqrt(direction.Sum(static x => x * x));
        return [.. direction.Select(x => x / norm)];
    }

    /// <summary>The players' loss where parameters have moved, by the same draws, with both sides at rest.</summary>
    private static (double Loss, float[] Start, float[] Gradient) Loss(string name, bool hasNorms, float[]? direction, float length)
    {
        using Run run = new(name, hasNorms, new AdversarialOptions { Rate = 0, DiscriminatorRate = 0 });
        float[] start = run.Nets.Players.Values.ToArray();
        if (direction is not null)
        {
            using Tensor<float> moved = Tensor.From<float>([.. start.Zip(direction, (x, d) => x + (length * d))], [start.Length]);
            moved.CopyInto(run.Nets.Players.Values);
        }

        double loss = run.Steps(0, 1);
        return (loss, start, run.Nets.Players.Gradients.ToArray());
    }

    /// <summary>A small game with its nets.</summary>
    private sealed class Run : IDisposable
    {
        public Run(string name, bool hasNorms, AdversarialOptions? options = null)
        {
            TupleGame game = TupleGameTests.All.Single(game => game.Name == name);
            Nets = DenseNets.Create(game, Sizes(hasNorms), new RandomStream(1));
            Model = new AdversarialModel(game, Nets, options ?? new AdversarialOptions { Iterations = 12 }, new RandomStream(2), Mask);
        }

        public RectangleMask Mask { get; } = new(3, 3, 2);

        public AdversarialNets Nets { get; }

        public AdversarialModel Model { get; }

        public double Steps(int first, int last)
        {
            double loss = 0;
            for (int i = first; i < last; i++)
            {
                using Tensor<float> drawn = new RandomStream(4, (ulong)i).Normal<float>([Batch, Pixels]), x = drawn.Tanh();
                loss = Model.Train(x);
            }

            return loss;
        }

        public void Dispose()
        {
            Model.Dispose();
            Nets.Dispose();
        }
    }
}
