using Onsager.Models.Federated;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>Glyphs, accuracies, and what federations and their clients refuse.</summary>
public sealed class FederatedDataTests
{
    [Fact]
    public void Glyphs_are_pictures_that_repeat()
    {
        using Scope scope = Scope.Begin();
        Glyphs glyphs = new(3, new RandomStream(1));
        Tensor<float> pictures = glyphs.Draw(4, new RandomStream(2)), again = glyphs.Draw(4, new RandomStream(2));
        Assert.Equal("[3, 4, 196]", pictures.Shape.ToString());
        Assert.Equal(pictures.ToArray(), again.ToArray());

        // Ground is -0.4 with a deviation of 0.7, and every picture has some ink.
        Assert.InRange(pictures.Mean().Item(), -0.4f, 0.4f);
        Assert.InRange(pictures.StandardDeviation().Item(), 0.7f, 1.1f);
        Assert.True(pictures.Max(2).Min().Item() > 1.2f);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Glyphs(0, new RandomStream(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => glyphs.Draw(0, new RandomStream(1)));
    }

    [Fact]
    public void Accuracies_count()
    {
        using Scope scope = Scope.Begin();
        ClassifierClients<Relu, float> clients = new([2, 2], Tensor.Zeros<float>([1, 1, 1, 2]), Tensor.Zeros<int>([1, 1, 1]));
        Tensor<float> identity = Tensor.From<float>([1, 0, 0, 1, 0, 0], [1, 6]), x = Tensor.From<float>([3, 1, 0, 2, 5, 4, 1, 2], [1, 4, 2]);
        Assert.Equal([0.75], clients.Accuracies(identity, x, Tensor.From<int>([0, 1, 0, 0], [1, 4])));
        Throws.Exactly<ArgumentException>(
            "accuracies: parameters [replicas, 6], inputs [replicas, n, 2] and classes [replicas, n] are needed; got [1, 6], [1, 4, 2] and [4].",
            () => clients.Accuracies(identity, x, Tensor.From<int>([0, 1, 0, 0])));
    }

    [Fact]
    public void Clients_that_do_not_fit_are_named()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Zeros<double>([2, 3, 4, 5]), flat = Tensor.Zeros<double>([2, 7]);
        Tensor<int> labels = Tensor.Zeros<int>([2, 3, 4]);
        Throws.Exactly<ArgumentException>("classifier clients: at least two widths are needed, all positive; got [5, 0].", () => _ = new ClassifierClients<Relu, double>([5, 0], x, labels));
        Throws.Exactly<ArgumentException>(
            "classifier clients: inputs [replicas, clients, n, 6] and labels [replicas, clients, n] are needed; got [2, 3, 4, 5] and [2, 3, 4].", () => _ = new ClassifierClients<Relu, double>([6, 2], x, labels));
        Throws.Exactly<ArgumentException>(
            "regression clients: inputs [replicas, clients, n, 5] and targets [replicas, clients, n, 2] are needed; got [2, 3, 4, 5] and [2, 3, 4, 5].", () => _ = new RegressionClients<Relu, double>([5, 2], x, x));
        Throws.Exactly<ArgumentException>(
            "quadratic clients: Hessians [replicas, clients, p, p] and centres [replicas, clients, p] are needed; got [2, 3, 4, 5] and [2, 7].", () => _ = new QuadraticClients<double>(x, flat));
        Throws.Exactly<ArgumentException>(
            "diagonal linear clients: inputs [replicas, clients, d] and targets [replicas, clients] are needed; got [2, 3, 4, 5] and [2, 7].", () => _ = new DiagonalLinearClients<double>(x, flat));
    }

    [Fact]
    public void Federations_and_rules_that_have_no_meaning_are_named()
    {
        using Scope scope = Scope.Begin();
        ClientObjective<double> objective = FederatedTests.Objective("quadratic");
        Tensor<double> start = FederatedTests.Start(objective), flat = Tensor.Zeros<double>([2, 7]);
        Throws.Exactly<ArgumentException>("federation: parameters [2, 5] are needed; got [2, 7].", () => new Federation<double>(objective, flat).Dispose());
        Throws.Exactly<ArgumentOutOfRangeException>("federation: there are 3 clients.", () => new Federation<double>(objective, start, 4).Dispose());
        Throws.Exactly<ArgumentException>("federation: a stream is needed to draw 2 of 3 clients.", () => new Federation<double>(objective, start, 2).Dispose());
        Throws.Exactly<ArgumentException>("alignment: parameters [2, 5] are needed; got [2, 7].", () => Alignment.MeanGradient(objective, flat));
        using Federation<double> run = new(objective, start);
        Throws.Exactly<ArgumentException>("federation: an order of 2 times 3 clients from 0 to 2 is needed; got 5 numbers.", () => run.Epoch(0.1, [0, 1, 2, 0, 1]));
        Throws.Exactly<ArgumentException>("federation: an order of 2 times 3 clients from 0 to 2 is needed; got 6 numbers.", () => run.Epoch(0.1, [0, 1, 2, 0, 1, 3]));
        Throws.Exactly<ArgumentOutOfRangeException>("federated rule: the rate must be finite.", () => FederatedRule.FedAvg(double.NaN, 2));
        Throws.Exactly<ArgumentOutOfRangeException>("federated rule: at least one local step is needed.", () => FederatedRule.FedAvg(0.1, 0));
        Throws.Exactly<ArgumentOutOfRangeException>("federated rule: the largest norm must not be negative.", () => _ = FederatedRule.FedAvg(0.1, 1) with { ClipNorm = -1 });
    }
}
