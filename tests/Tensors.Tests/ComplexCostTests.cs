namespace Onsager.Tensors.Tests;

/// <summary>What functions of complex numbers cost: no memory once warm, and a number of operations.</summary>
[Collection(Alone.Name)]
public sealed class ComplexCostTests : IClassFixture<Settled>
{
    [Theory]
    [MemberData(nameof(ComplexFunctionTests.Names), MemberType = typeof(ComplexFunctionTests))]
    public void Functions_allocate_nothing_in_steady_state(string name)
    {
        Func<ComplexTensor<double>, ComplexTensor<double>> f = ComplexFunctionTests.Function<double>(name);
        using ComplexTensor<double> z = new(new RandomStream(7).Normal<double>([2, 3, 5]));
        Steady.AllocatesNothing(
            () =>
            {
                using Scope scope = Scope.Begin();
                f(z).Dispose();
            },
            windows: 5,
            repetitions: 5);
    }

    [Fact]
    public void Arithmetic_allocates_nothing_in_steady_state()
    {
        using ComplexTensor<double> z = new(new RandomStream(8).Normal<double>([2, 3, 5])), row = new(new RandomStream(9).Normal<double>([2, 5]));
        Steady.AllocatesNothing(
            () =>
            {
                using Scope scope = Scope.Begin();
                ComplexTensor<double> sum = (z + row) * (z - row), quotient = sum / row;
                quotient.Pow(row).Pow(-3).Conjugate().Sum([0]).Dispose();
                z.CumulativeProduct(1).Prod([0, 1]).Dispose();
                z.Abs().Dispose();
                z.EqualTo(row).Dispose();
            },
            windows: 5,
            repetitions: 5);
    }

    /// <summary>The numbers of operations on real tensors that docs/complex.md tells.</summary>
    [Fact]
    public void Functions_are_as_many_operations_as_the_page_says()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = new(new RandomStream(8).Normal<double>([2, 3]));
        Dictionary<string, int> counts = new() { ["quotient"] = Counted(() => z / z), ["pow"] = Counted(() => z.Pow(z)) };
        foreach (string name in ComplexFunctionTests.Names)
        {
            counts[name] = Counted(() => ComplexFunctionTests.Function<double>(name)(z));
        }

        Assert.Equal((10, 60), (counts.Values.Min(), counts.Values.Max()));
        Assert.Equal((10, 17, 36), (counts["square"], counts["exp"], counts["log"]));
        Assert.Equal((60, 60, 60), (counts["quotient"], counts["reciprocal"], counts["pow"]));

        static int Counted(Func<ComplexTensor<double>> f)
        {
            using ChromeTrace trace = ChromeTrace.Begin();
            f();
            return trace.Count;
        }
    }
}
