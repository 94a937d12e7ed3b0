using Onsager.Models;
using Onsager.Models.Adversarial;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/adversarial.md shows: they stand here word by word, and do what they say.</summary>
public sealed class AdversarialGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("adversarial.md", "AdversarialGuideTests.cs", 5);

    [Fact]
    public void Ring_and_other_steps()
    {
        RingMixture ring = new(modes: 8);
        TupleGame game = TupleGame.Gali4();
        RandomStream random = new(seed: 1), data = random.Fork("data");
        using AdversarialNets nets = DenseNets.Create(game, new DenseNetOptions { Pixels = 2, Latent = 2, Hidden = [32, 32] }, random.Fork("weights"));
        using AdversarialModel model = new(game, nets, new AdversarialOptions { Iterations = 400 }, random.Fork("training"));
        for (int i = 0; i < 400; i++)
        {
            using Tensor<float> batch = ring.Draw(data, 64);
            model.Train(batch);
        }

        using Tensor<float> x = ring.Draw(data, 500), again = model.Reconstruct(x);
        using (Tensor<float> apart = x - again)
        {
            // Less than the squared radius and deviation, which a generator that knows the middle only would leave.
            Assert.True(apart.Square().Sum().Item() / 500 < 1.5 * 1.5);
        }

        using OptimisticAdam<float> rule = new(nets.Critics, 1e-3);
        using Adam<float> adam = new(nets.Players, 1e-3, 0.5);
        using ExtraGradient<float> ahead = new(nets.Players, adam);
        using AdversarialModel other = new(game, nets, new AdversarialOptions(), new RandomStream(5), players: ahead, critics: rule);
        using Tensor<float> points = ring.Draw(data, 64);
        other.Train(points);
        Assert.Equal(1, other.Iteration);
    }

    [Fact]
    public void Games_of_your_own()
    {
        TupleVariable e1 = TupleVariable.Data.Encode(), x1 = e1.Generate(), sample = TupleVariable.Prior.Generate();
        TupleGame three = new("three", [[TupleVariable.Data, e1], [x1, e1], [sample, TupleVariable.Prior]], (x1, TupleVariable.Data));
        Assert.Equal("G(E(x))", three.Classes[1][0].Name);
        Assert.Equal(3, three.Classes.Count);
    }

    [Fact]
    public void Nets_of_your_own()
    {
        ParameterBuffer<float> players = new(), critics = new();
        Linear encoder = Linear.Declare(players, "encoder", 16, 2 * 3), generator = Linear.Declare(players, "generator", 3, 16);
        Sequential<float> judge = new(Linear.Declare(critics, "first", 16 + 3, 32), new LeakyActivation<float>(0.2), Linear.Declare(critics, "last", 32, 2));
        players.Allocate();
        critics.Allocate();
        encoder.InitializeSmall(players, new RandomStream(1));
        generator.InitializeSmall(players, new RandomStream(2));
        judge.Initialize(critics, new RandomStream(3));
        using AdversarialNets own = new(players, encoder, generator, critics, new JointDiscriminator<float>(judge), latent: 3);
        using AdversarialModel model = new(TupleGame.Alice(), own, new AdversarialOptions(), new RandomStream(4));
        using Tensor<float> images = new RandomStream(5).Normal<float>([8, 16]);
        Assert.True(double.IsFinite(model.Train(images)));
    }
}
