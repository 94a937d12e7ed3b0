namespace Onsager.Tensors.Tests;

/// <summary>Operations against the values of NumPy: each case is named by the expression that NumPy evaluated in tests/golden/tensors.py.</summary>
public sealed class NumPyTests
{
    private static readonly Dictionary<string, Func<Tensor<double>[]>> Cases = NumPyCases.All();

    public static TheoryData<string> Exact => [.. GoldenValues.Names("exact")];

    public static TheoryData<string> Sums => [.. GoldenValues.Names("sum")];

    public static TheoryData<string> Functions => [.. GoldenValues.Names("function")];

    [Theory]
    [MemberData(nameof(Exact))]
    public void What_IEEE_754_fixes_has_the_same_bits(string expression) => Compare(expression, 0);

    [Theory]
    [MemberData(nameof(Sums))]
    public void Sums_are_close(string expression) => Compare(expression, 1e-12, isSum: true);

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_are_close_and_exact_where_there_is_no_number(string expression) => Compare(expression, 1e-12);

    [Fact]
    public void Every_case_is_in_the_file() =>
        Assert.Empty(Cases.Keys.Except([.. GoldenValues.Names("exact"), .. GoldenValues.Names("sum"), .. GoldenValues.Names("function")]));

    [Fact]
    public void The_sum_of_negative_zeros_is_positive_unlike_NumPys()
    {
        using Scope scope = Scope.Begin();
        Assert.Equal(0L, BitConverter.DoubleToInt64Bits(Tensor.From<double>([-0.0, -0.0], [2]).Sum().Item()));
    }

    private static void Compare(string expression, double tolerance, bool isSum = false)
    {
        using Scope scope = Scope.Begin();
        (Shape Shape, double[] Elements)[] expected = GoldenValues.Of(expression);
        Tensor<double>[] actual = Cases[expression]();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            GoldenValues.AssertClose(expression, expected[i], actual[i], tolerance, isSum);
        }
    }
}
