using System.Text;

namespace Onsager.Tensors.Tests;

/// <summary>Tables as text: numbers come back to the bit, and what is no table says line and column.</summary>
public sealed class CsvTests
{
    [Fact]
    public void Numbers_with_a_header()
    {
        CsvTable<double> table = Parse("a, b ,\"c \"\"d\"\"\"\n1,2.5,-3e-2\r\n \n\"4\", 5 ,\"inf\"\n");
        using Tensor<double> values = table.Values, b = table.Column("b");
        Assert.Equal(["a", "b", "c \"d\""], table.Columns);
        Assert.Equal([2, 3], values.Shape.AsSpan().ToArray());
        Assert.Equal([1, 2.5, -0.03, 4, 5, double.PositiveInfinity], values.ToArray());
        Assert.Equal([2.5, 5], b.ToArray());
        Throws.Exactly<KeyNotFoundException>("csv: no column is called 'e'.", () => table.Column("e"));
        CsvTable<double> twice = Parse("a,a\n1,2\n");
        using Tensor<double> other = twice.Values;
        Throws.Exactly<KeyNotFoundException>("csv: several columns are called 'a'.", () => twice.Column("a"));
    }

    [Theory]
    [InlineData("1;2\n3;4", ';', new double[] { 1, 2, 3, 4 }, 2)]
    [InlineData("1\t2\n3\t\n", '\t', new double[] { 1, 2, 3, double.NaN }, 2)]
    [InlineData("1 2\n3 4\n", ' ', new double[] { 1, 2, 3, 4 }, 2)]
    [InlineData("1,\n,NA\nnan,None\nnull,N/A\n", ',', new double[] { 1, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN }, 2)]
    [InlineData("\r1\r\r2\r", ',', new double[] { 1, 2 }, 1)]
    [InlineData("\uFEFF1\n2\n-Infinity\n-inf\n+inf", ',', new double[] { 1, 2, double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity }, 1)]
    [InlineData("", ',', new double[0], 0)]
    [InlineData("\n  \n", ',', new double[0], 0)]
    [InlineData("\"\"\n\" 7 \"", ',', new double[] { double.NaN, 7 }, 1)]
    public void Separators_missing_values_and_ends_of_lines(string text, char separator, double[] expected, int columns)
    {
        CsvTable<double> table = Csv.Parse<double>(Encoding.UTF8.GetBytes(text), "t", hasHeader: false, separator);
        using Tensor<double> values = table.Values;
        Assert.Empty(table.Columns);
        Assert.Equal([expected.Length / int.Max(columns, 1), columns], values.Shape.AsSpan().ToArray());
        Assert.Equal(expected, values.ToArray());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "t: line 3, column 2: ('b') a number is expected, 'x' came")]
    [InlineData("a,b\n1,2\n\n3\n", "t: line 4, column 1: the first record has 2 fields, this one 1")]
    [InlineData("a,b\n1,2,3\n", "t: line 2, column 3: the first record has 2 fields, this one more")]
    [InlineData("a\n\"1\n", "t: line 2, column 1: the quotes do not close")]
    [InlineData("a\n1\"2\"\n", "t: line 2, column 1: quotes stand around a whole field or not at all")]
    [InlineData("a\n\"1\"2\n", "t: line 2, column 1: quotes stand around a whole field or not at all")]
    [InlineData("\"a\nb\"\nx\n", "t: line 3, column 1: ('a\nb') a number is expected, 'x' came")]
    [InlineData("a\n1 2\n", "t: line 2, column 1: ('a') a number is expected, '1 2' came")]
    [InlineData("a\n0x10\n", "t: line 2, column 1: ('a') a number is expected, '0x10' came")]
    [InlineData("a\n1'000\n", "t: line 2, column 1: ('a') a number is expected, '1'000' came")]
    [InlineData("", "t: a header is expected, the file is empty")]
    public void What_is_no_table_says_where(string text, string message) =>
        Throws.Exactly<InvalidDataException>(message, () => Csv.Parse<float>(Encoding.UTF8.GetBytes(text), "t"));

    [Fact]
    public void What_is_written_comes_back_to_the_bit()
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        string path = folder.File("x.csv");
        RandomStream random = new(3);
        Tensor<double> x = random.Normal<double>([200, 5]).Exp() * random.Normal<double>([200, 5]);
        x[0, 0] = double.NaN;
        x[1, 0] = double.NegativeInfinity;
        x[2, 0] = double.PositiveInfinity;
        x[3, 0] = double.Epsilon;
        x[4, 0] = -0.0;
        x[5, 0] = double.MaxValue;
        string[] names = ["a", "b, c", "\"d\"", "", "e\nf"];
        Csv.Write(path, x.Transpose().Contiguous().Transpose(), names, ';');
        CsvTable<double> back = Csv.Read<double>(path, separator: ';');
        Assert.Equal(names, back.Columns);
        Same.Bits(x, back.Values);
        Tensor<float> narrow = x.Cast<float>();
        Csv.Write(path, narrow);
        Same.Bits(narrow, Csv.Read<float>(path, hasHeader: false).Values);
        Tensor<Half> half = x.Cast<Half>();
        Csv.Write(path, half);
        Same.Bits(half, Csv.Read<Half>(path, hasHeader: false).Values);
        Csv.Write(path, Tensor.Zeros<float>([0, 2]), ["a", "b"]);
        Assert.Equal([0, 2], Csv.Read<float>(path).Values.Shape.AsSpan().ToArray());
    }

    [Fact]
    public void What_cannot_be_written_or_separated_is_refused()
    {
        using Folder folder = new();
        using Tensor<float> vector = Tensor.Arange(3f), matrix = Tensor.Zeros<float>([2, 3]);
        Throws.Exactly<ArgumentException>("csv: a matrix [rows, columns] is expected; got [3].", () => Csv.Write(folder.File("x"), vector));
        Throws.Exactly<ArgumentException>("csv: a matrix [rows, 1] is expected; got [2, 3].", () => Csv.Write(folder.File("x"), matrix, ["a"]));
        foreach (char separator in "3eE.+-\"\n\rä")
        {
            Throws.Exactly<ArgumentOutOfRangeException>($"csv: '{separator}' cannot separate numbers.", () => Csv.Parse<float>([], separator: separator));
        }

        Assert.Empty(Directory.GetFiles(folder.Root));
        Assert.Throws<FileNotFoundException>(() => Csv.Read<float>(folder.File("none")));
    }

    [Fact]
    public void Mutated_bytes_raise_InvalidDataException_only() => Mutations.Try([Good], static bytes => Csv.Parse<float>(bytes).Values.Dispose());

    [Fact]
    public void Mutated_files_raise_InvalidDataException_only() => Mutations.TryFiles([Good], static path => Csv.Read<double>(path).Values.Dispose());

    private static CsvTable<double> Parse(string text) => Csv.Parse<double>(Encoding.UTF8.GetBytes(text));

    private static byte[] Good(Random random)
    {
        StringBuilder text = new("a,\"b\"\"\",c\n");
        for (int row = 0; row < 4; row++)
        {
            text.Append($"{random.Next(100)},\"{random.NextDouble()}\",{(random.Next(3) == 0 ? "NA" : "-1e5")}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
