using Onsager.Models.Federated;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

internal sealed class CosineClients(Tensor<double> centres) : ClientObjective<double>(replicas: 1, clients: (int)centres.Shape[0], parameters: (int)centres.Shape[1])
{
    public override Tensor<double> TotalLoss(Tensor<double> z, Tensor<int>? rows = null)
    {
        using Tensor<double> own = Choose(centres, rows), away = z - own, cosines = away.Cos(), sum = cosines.Sum();
        return -sum;
    }
}

/// <summary>The programs that docs/federated.md shows: they stand here word by word, and do what they say.</summary>
public sealed class FederatedGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("federated.md", "FederatedGuideTests.cs", 3);

    [Fact]
    public void Pictures()
    {
        using Scope scope = Scope.Begin();
        RandomStream random = new(seed: 1);
        Glyphs glyphs = new(classes: 10, random);
        Tensor<float> x = glyphs.Draw(60, random).Unsqueeze(0);
        Tensor<int> labels = Tensor.Arange(10).Reshape(1, 10, 1).Expand([1, 10, 60]).Contiguous();
        ClassifierClients<Relu, float> clients = new([196, 32, 10], x, labels);
        using Federation<float> run = new(clients, clients.Start(random, gain: Math.Sqrt(2)));
        double beta = FederatedRule.CriticalDisplacement(rate: 0.05, localSteps: 10);
        for (int round = 0; round < 40; round++)
        {
            run.Round(FederatedRule.FedGA(0.05, 10, beta));
        }

        Tensor<float> tests = glyphs.Draw(100, random).Reshape(1, 1000, 196);
        Tensor<int> classes = Tensor.Arange(10).Reshape(1, 10, 1).Expand([1, 10, 100]).Contiguous().Reshape(1, 1000);
        double accuracy = clients.Accuracies(run.Parameters, tests, classes)[0];
        double misalignment = Alignment.Misalignment(clients, run.Parameters)[0];
        long reductions = run.Communications;
        Assert.Equal(0.225, beta, 1e-12);
        Assert.InRange(accuracy, 0.4, 0.95);
        Assert.InRange(misalignment, 1, 1000);
        Assert.Equal(80, reductions);
    }

    [Fact]
    public void Own_objectives()
    {
        using Scope scope = Scope.Begin();
        CosineClients clients = new(Tensor.From<double>([0.5, -0.5, 1, 0], [2, 2]));
        using Federation<double> run = new(clients, Tensor.Zeros<double>([1, 2]));
        for (int round = 0; round < 200; round++)
        {
            run.Round(FederatedRule.GradAlign(0.3, 0.1));
        }

        // Each coordinate lies between its two clients, who pull alike.
        Assert.Equal(0.75, run.Parameters[0, 0], 1e-6);
        Assert.Equal(-0.25, run.Parameters[0, 1], 1e-6);
    }
}
