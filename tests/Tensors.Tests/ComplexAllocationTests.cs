namespace Onsager.Tensors.Tests;

/// <summary>What complex numbers take of memory once warm: nothing.</summary>
[Collection(Alone.Name)]
public sealed class ComplexAllocationTests
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
}
