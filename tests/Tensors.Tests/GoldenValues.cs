using System.Text.Json;
using Onsager.Models.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>The values of tests/golden/tensors.json, which tests/golden/tensors.py had NumPy and PyTorch compute, and the inputs that they are of.</summary>
internal static class GoldenValues
{
    private static readonly JsonDocument File = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "tensors.json")));

    /// <summary>The names of the cases of a kind.</summary>
    public static IEnumerable<string> Names(string kind) =>
        File.RootElement.GetProperty("cases").EnumerateObject().Where(item => item.Value.GetProperty("kind").GetString() == kind).Select(item => item.Name);

    /// <summary>The shapes of a case's inputs.</summary>
    public static Shape[] Inputs(string name) => [.. Case(name).GetProperty("inputs").EnumerateArray().Select(ShapeOf)];

    /// <summary>The shapes and elements of a case.</summary>
    public static (Shape Shape, double[] Elements)[] Of(string name) => [.. Case(name).GetProperty("values").EnumerateArray()
        .Select(value => (ShapeOf(value.GetProperty("shape")), value.GetProperty("values").EnumerateArray().Select(Number).ToArray()))];

    /// <summary>Multiples of 1/16 that jump up and down, as the generator's ramp.</summary>
    public static Tensor<T> Ramp<T>(Shape shape, int seed = 0, int modulus = 101)
        where T : unmanaged =>
        Tensor.From<T>([.. Enumerable.Range(0, (int)shape.Size).Select(i => Tensor.Constant<T>(((((37 * i) + (11 * seed)) % modulus) - (modulus / 2)) / 16.0))], shape);

    /// <summary>Same shape; elements that differ by at most so much of their own size or, of sums, of the largest one; NaN, infinities and zeros alike.</summary>
    public static void AssertClose(string name, (Shape Shape, double[] Elements) expected, Tensor<double> actual, double tolerance, bool isSum = false)
    {
        Assert.True(expected.Shape == actual.Shape, $"{name}: {expected.Shape} expected, {actual.Shape} seen");
        double[] seen = actual.ToArray();
        double scale = isSum ? expected.Elements.Where(double.IsFinite).Select(Math.Abs).Append(1).Max() : 0;
        for (int i = 0; i < seen.Length; i++)
        {
            double x = expected.Elements[i], y = seen[i];
            bool isSame = BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || (double.IsNaN(x) && double.IsNaN(y));
            bool isNear = double.IsFinite(x) && (x != 0 || isSum) && Math.Abs(y - x) <= tolerance * Math.Max(scale, Math.Abs(x));
            Assert.True(isSame || isNear, $"{name}: element {i} of {expected.Shape} is {y:R}; expected: {x:R}");
        }
    }

    private static JsonElement Case(string name) => File.RootElement.GetProperty("cases").GetProperty(name);

    private static Shape ShapeOf(JsonElement extents) => Shape.Create([.. extents.EnumerateArray().Select(extent => (nint)extent.GetInt64())]);

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, _ => double.NegativeInfinity },
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetDouble(),
    };
}
