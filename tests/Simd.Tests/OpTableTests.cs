using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>The table and the assembly agree.</summary>
public class OpTableTests
{
    [Fact]
    public void Every_operator_has_one_row_and_every_row_an_operator()
    {
        IEnumerable<string> operators = typeof(IOperator).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && !type.IsGenericTypeDefinition && type.IsAssignableTo(typeof(IOperator)))
            .Select(type => type.Name);
        Assert.Equal(operators.Order(), OpTable.Rows.Select(row => row.Operator.Name).Order());
    }

    [Fact]
    public void Names_are_lower_case_and_no_two_are_the_same()
    {
        string[] names = [.. OpTable.Rows.Select(row => row.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z][a-z0-9_]*$", name));
    }

    [Fact]
    public void Every_unary_row_says_what_happens_at_NaN_zeros_and_infinities() =>
        Assert.All(OpTable.Rows.OfType<UnaryRow>(), row => Assert.All(
            (double[])[double.NaN, 0, -0.0, double.PositiveInfinity, double.NegativeInfinity],
            special => Assert.Contains(row.Exact, pair => Bits.Same(pair.X, special))));
}
