using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>What operators publish of their errors: within the classes that are promised, equal in docs/accuracy.md, and quoted in their documentation.</summary>
public partial class PublishedErrorTests
{
    private static readonly Lazy<Dictionary<string, Row>[]> Tables = new(ReadTables);

    private static readonly Lazy<XDocument> Documentation = new(() => XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Onsager.Simd.xml")));

    /// <summary>Largest errors that are promised, in ulp. Operators without a class of their own are held to the widest.</summary>
    private static readonly (string[] Names, double Single, double Double)[] Classes =
    [
        (["exp", "log", "exp2", "log2", "rsqrt"], 1, 1.5),
        (["sin", "cos", "tanh", "sigmoid", "expm1", "log1p"], 2, 2.5),
    ];

    private const double WidestSingle = 4, WidestDouble = 5;

    public static IEnumerable<object[]> UnaryNames => OpTable.Rows.OfType<UnaryRow>().Select(row => new object[] { row.Name });

    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void Published_errors_are_within_their_class(string name)
    {
        (double single, double @double) = Published(name);
        (_, double mostSingle, double mostDouble) = Array.Find(Classes, c => c.Names.Contains(name)) is { Names: not null } found ? found : ([], WidestSingle, WidestDouble);
        Assert.InRange(single, 0.5, mostSingle);
        Assert.InRange(@double, 0.5, mostDouble);
    }

    /// <summary>A row that lacks or differs is written by `bench/Micro accuracy --filter NAME --out docs/accuracy.md`, with and without --double.</summary>
    [Theory, MemberData(nameof(UnaryNames))]
    public void The_table_of_errors_has_a_row_for_each_operator_that_agrees_with_it(string name)
    {
        (double single, double @double) = Published(name);
        AssertRow(Tables.Value[0], single, "float32");
        AssertRow(Tables.Value[1], @double, "float64");

        void AssertRow(Dictionary<string, Row> table, double bound, string type)
        {
            Assert.True(table.TryGetValue(name, out Row row), $"docs/accuracy.md has no row for {name} in {type}");
            Assert.True(row.Bound == bound, $"docs/accuracy.md has the bound {row.Bound} for {name} in {type}; the operator publishes {bound}");
            Assert.True(row.Holds, $"docs/accuracy.md says that the bound of {name} in {type} does not hold");
        }
    }

    [Fact]
    public void The_table_of_errors_has_no_row_without_an_operator()
    {
        IEnumerable<string> names = OpTable.Rows.OfType<UnaryRow>().Select(row => row.Name);
        Assert.Empty(Tables.Value[0].Keys.Except(names));
        Assert.Empty(Tables.Value[1].Keys.Except(names));
    }

    /// <summary>Every summary has the rule for NaN; where an operator is not correctly rounded, also its error in both types, no smaller than the table's.</summary>
    [Theory, MemberData(nameof(OpTable.Names), MemberType = typeof(OpTable))]
    public void The_documentation_quotes_errors_and_says_what_happens_to_NaN(string name)
    {
        string member = $"T:{OpTable.Row(name).Operator.FullName}";
        string summary = Documentation.Value.Descendants("member").Single(element => (string?)element.Attribute("name") == member).Element("summary")!.ToString();
        summary = Space().Replace(summary, " ");
        Assert.Contains("NaN", summary, StringComparison.Ordinal);
        (double single, double @double) = Published(name);
        if (single > 0.5)
        {
            AssertQuoted(SingleQuote(), 0, single);
        }

        if (@double > 0.5)
        {
            AssertQuoted(DoubleQuote(), 1, @double);
        }

        void AssertQuoted(Regex quote, int table, double bound)
        {
            Match match = quote.Match(summary);
            Assert.True(match.Success, $"the documentation of {name} does not quote the error that {quote} looks for: {summary}");
            double quoted = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.True(quoted <= bound, $"{name}: the documentation says {quoted}, published are {bound}");
            if (Tables.Value[table].TryGetValue(name, out Row row))
            {
                Assert.True(quoted >= row.MaxUlp - 0.005, $"{name}: the documentation says {quoted}, docs/accuracy.md {row.MaxUlp}");
            }
        }
    }

    private static (double Single, double Double) Published(string name)
    {
        Bounds bounds = new();
        OpTable.Row(name).Accept(bounds);
        return (bounds.Single, bounds.Double);
    }

    private static Dictionary<string, Row>[] ReadTables()
    {
        Dictionary<string, Row>[] tables = [[], []];
        int table = -1;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", "accuracy.md")))
        {
            table = line switch { "## float32" => 0, "## float64" => 1, _ => table };
            if (TableRow().Match(line) is { Success: true } match)
            {
                tables[table].Add(match.Groups["name"].Value, new(Number("max"), Number("bound"), match.Groups["holds"].Value == "yes"));

                double Number(string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
            }
        }

        return tables;
    }

    [GeneratedRegex(@"^\| (?<name>[a-z]\w*) \| (?<max>\d\S*) \| (?<bound>\d\S*) \|.*\| (?<holds>\S+) \|$")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"(\d+(?:\.\d+)?) (?:ulp )?(?:over|in) [^,;:]*?float32")]
    private static partial Regex SingleQuote();

    [GeneratedRegex(@"(\d+(?:\.\d+)?) (?:ulp )?(?:over|in) (?:[\d,^]+ )?float64")]
    private static partial Regex DoubleQuote();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    private readonly record struct Row(double MaxUlp, double Bound, bool Holds);

    private sealed class Bounds : IOpVisitor
    {
        public double Single { get; private set; }

        public double Double { get; private set; }

        public void Unary<TOp>(UnaryRow row)
            where TOp : struct, IUnaryOp => Take<TOp>();

        public void Binary<TOp>(BinaryRow row)
            where TOp : struct, IBinaryOp => Take<TOp>();

        public void Ternary<TOp>(TernaryRow row)
            where TOp : struct, ITernaryOp => Take<TOp>();

        private void Take<TOp>()
            where TOp : struct, IOperator => (Single, Double) = (TOp.MaxUlpSingle, TOp.MaxUlpDouble);
    }
}
