using Onsager.Models.Amp;
using Onsager.Tensors;

namespace Onsager.Models.Tests.Amp;

/// <summary>The program that docs/amp.md shows: it stands here word by word, and does what it says.</summary>
public sealed class AmpGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("amp.md", "Amp/AmpGuideTests.cs", 2);

    /* With
    using Onsager.Models.Amp;
    using Onsager.Simd;
    using Onsager.Tensors;
    */
    [Fact]
    public void Samples()
    {
        using Scope scope = Scope.Begin();
        using SpikedModel glass = SpikedModel.Stored(order: 2, size: 200, new RandomStream(seed: 1));
        double[] delta = [.. Enumerable.Repeat(SpikedModel.DeltaOf(order: 2, temperature: 2), 64)];
        Tensor<float> spins = AmpSamplers.Flow(glass, delta, new RandomStream(2), new SamplerOptions());
        double energy = SpinStatistics.Energies(glass, spins).Average();
        SpinChains chains = new(glass, [.. Enumerable.Repeat(2.0, 64)], new RandomStream(3));
        chains.Sweep(50);
        double same = SpinStatistics.Energies(glass, chains.ToTensor()).Average();
        PhaseDiagram<StandardNormal> diagram = new(new StateEvolution<StandardNormal>(default, order: 3));
        double hardBelow = diagram.Tricritical()!.Value.Delta;

        // A sample's energy has a deviation of 0.05: 4 sigma of 64, and what N = 200 and 50 steps change.
        Assert.Equal(-0.25, energy, 0.04);
        Assert.Equal(energy, same, 0.04);
        Assert.Equal(8.0 / 27, hardBelow, 1e-9);
    }
}
