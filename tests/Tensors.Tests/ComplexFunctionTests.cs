using System.Numerics;
using System.Text.Json;
using Onsager.Models.Tests;
using Xunit.Abstractions;

namespace Onsager.Tensors.Tests;

/// <summary>Functions of complex numbers: values of mpmath (tests/golden/complex.py), identities, derivatives and the other element type.</summary>
public sealed class ComplexFunctionTests(ITestOutputHelper output)
{
    private static readonly JsonDocument File = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "complex.json")));

    /// <summary>The largest errors that docs/complex.md promises: of a part in ulp, and of the whole in units of 2^-53.</summary>
    private static readonly Dictionary<string, (double Part, double Whole)> Limits = new()
    {
        ["exp"] = (2, 4.0),
        ["expm1"] = (47, 3.6),
        ["log"] = (1, 2.0),
        ["log1p"] = (2, 4.0),
        ["log2"] = (2, 4.0),
        ["log10"] = (3, 3.9),
        ["sqrt"] = (2, 4.0),
        ["sin"] = (2, 4.0),
        ["cos"] = (2, 4.0),
        ["sinh"] = (2, 4.0),
        ["cosh"] = (2, 4.0),
        ["tan"] = (4, 4.7),
        ["tanh"] = (4, 4.7),
        ["asin"] = (3, 3.9),
        ["acos"] = (3, 3.9),
        ["atan"] = (2, 4.0),
        ["asinh"] = (3, 3.9),
        ["acosh"] = (3, 3.9),
        ["atanh"] = (3, 3.9),
        ["reciprocal"] = (2, 4.0),
        ["square"] = (1, 2.0),
        ["sign"] = (1, 2.0),
    };

    public static TheoryData<string> Names => [.. File.RootElement.EnumerateObject().Select(item => item.Name)];

    public static Func<ComplexTensor<T>, ComplexTensor<T>> Function<T>(string name)
        where T : unmanaged => name switch
        {
            "exp" => z => z.Exp(),
            "expm1" => z => z.Expm1(),
            "log" => z => z.Log(),
            "log1p" => z => z.Log1p(),
            "log2" => z => z.Log2(),
            "log10" => z => z.Log10(),
            "sqrt" => z => z.Sqrt(),
            "sin" => z => z.Sin(),
            "cos" => z => z.Cos(),
            "tan" => z => z.Tan(),
            "sinh" => z => z.Sinh(),
            "cosh" => z => z.Cosh(),
            "tanh" => z => z.Tanh(),
            "asin" => z => z.Asin(),
            "acos" => z => z.Acos(),
            "atan" => z => z.Atan(),
            "asinh" => z => z.Asinh(),
            "acosh" => z => z.Acosh(),
            "atanh" => z => z.Atanh(),
            "reciprocal" => z => z.Reciprocal(),
            "square" => z => z.Square(),
            "sign" => z => z.Sign(),
            _ => throw new ArgumentException($"there is no function '{name}'"),
        };

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_mpmaths(string name)
    {
        using Scope scope = Scope.Begin();
        (ComplexTensor<double> z, Complex[] expected) = Case(name);
        Complex[] actual = Function<double>(name)(z).ToArray();
        double part = 0, whole = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            (Complex w, Complex v) = (actual[i], expected[i]);
            part = Math.Max(part, Math.Max(Ulps(w.Real, v.Real), Ulps(w.Imaginary, v.Imaginary)));
            whole = Math.Max(whole, Size(w.Real - v.Real, w.Imaginary - v.Imaginary) / Size(v.Real, v.Imaginary) / double.ScaleB(1, -53));
        }

        output.WriteLine($"{name}: parts {part:0.00} ulp, whole {whole:0.00} times 2^-53");
        (double mostOfPart, double mostOfWhole) = Limits[name];
        Assert.True(part <= mostOfPart, $"{name}: a part's error is {part} ulp");
        Assert.True(whole <= mostOfWhole + 0.05, $"{name}: error {whole} times 2^-53");
    }

    [Fact]
    public void Logarithms_beside_the_unit_circle_have_a_small_absolute_error()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> angles = new RandomStream(35).Uniform<double>([20_000]) + 0.1;
        Tensor<float> narrow = angles.Cast<float>();
        Check(ComplexTensor.Of(angles.Cos(), angles.Sin()), 53, -106);
        Check(ComplexTensor.Of(narrow.Cos(), narrow.Sin()), 24, -48);

        static void Check<T>(ComplexTensor<T> z, int digits, int bound)
            where T : unmanaged
        {
            Complex[] points = z.ToArray(), logs = z.Log().ToArray();
            double most = 0;
            int seen = 0;
            for (int i = 0; i < points.Length; i++)
            {
                // |z|^2 - 1 in whole numbers, exactly; half of it is the logarithm, but for its square.
                BigInteger x = (BigInteger)double.ScaleB(points[i].Real, 70), y = (BigInteger)double.ScaleB(points[i].Imaginary, 70);
                double excess = double.ScaleB((double)((x * x) + (y * y) - (BigInteger.One << 140)), -140);
                if (Math.Abs(excess) < double.ScaleB(1, -digits))
                {
                    seen++;
                    most = Math.Max(most, Math.Abs(logs[i].Real - ((excess / 2) - (excess * excess / 4))));
                }
            }

            Assert.True(seen > 1000, $"{seen} points");
            Assert.True(most <= double.ScaleB(1, bound), $"error 2^{Math.Log2(most)}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_agrees_with_float64(string name)
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = Case(name).Z;
        Tensor<float> narrow = z.Planes.Cast<float>();
        ComplexTensor<float> single = new(narrow);
        Complex[] actual = Function<float>(name)(single).ToArray(), expected = Function<double>(name)(new ComplexTensor<double>(narrow.Cast<double>())).ToArray();
        Complex[] points = single.ToArray();
        int seen = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            // Beyond the range, and on the cuts that rounding moved points to.
            Complex v = expected[i];
            double size = Size(v.Real, v.Imaginary), from = Size(points[i].Real, points[i].Imaginary);
            if (size is > 1e-36 and < 1e38 && double.IsFinite(from) && points[i].Real != 0 && points[i].Imaginary != 0)
            {
                seen++;
                double error = Size(actual[i].Real - v.Real, actual[i].Imaginary - v.Imaginary) / size / double.ScaleB(1, -24);
                Assert.True(error <= 6, $"{name}({points[i]}): {actual[i]}, not {v}: error {error} times 2^-24");
            }
        }

        Assert.True(seen > 10, $"{name}: {seen} points");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        Func<ComplexTensor<double>, ComplexTensor<double>> f = Function<double>(name);
        Tensor<double> x = new RandomStream(31).Normal<double>([2, 3]);
        Differences.Check(x, Scalar);
        Differences.CheckHigher(x, Scalar);

        Tensor<double> Scalar(Tensor<double> point) => ((f(new ComplexTensor<double>(point)).Planes * 0.25).Tanh() * Tensor.From(new[,] { { 0.5, -1, 0.75 }, { 1, 0.25, -0.5 } })).Sum();
    }

    [Theory]
    [InlineData("divide")]
    [InlineData("pow")]
    [InlineData("integer pow")]
    [InlineData("prod")]
    [InlineData("cumulative product")]
    [InlineData("matmul")]
    public void Derivatives_of_pairs_are_what_differences_say(string name)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(32).Normal<double>([2, 2, 3]);
        Differences.Check(x, Scalar);
        Differences.CheckHigher(x, Scalar);

        Tensor<double> Scalar(Tensor<double> point)
        {
            ComplexTensor<double> z = new(point), row = new(point.Select(1, 0) + 0.5);
            Tensor<double> w = (name switch
            {
                "divide" => z / row,
                "pow" => z.Pow(row),
                "integer pow" => z.Pow(-3),
                "prod" => z.Prod([1]),
                "cumulative product" => z.CumulativeProduct(1),
                _ => z.MatMul(row),
            }).Planes;
            Tensor<double> weights = Tensor.From<double>([.. Enumerable.Range(0, (int)w.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], w.Shape);
            return ((w * 0.25).Tanh() * weights).Sum();
        }
    }

    [Fact]
    public void Hard_quotients_are_right_to_the_last_places()
    {
        // M. Baudin and R. Smith, "A robust complex division in Scilab", 2012, section 4: quotients that overflow, underflow or cancel on the way.
        double S(int n) => double.ScaleB(1, n);
        (Complex X, Complex Y, Complex Q)[] rows =
        [
            (new(1, 1), new(1, S(1023)), new(S(-1023), -S(-1023))),
            (new(1, 1), new(S(-1023), S(-1023)), new(S(1023), 0)),
            (new(S(1023), S(-1023)), new(S(677), S(-677)), new(S(346), -S(-1008))),
            (new(S(1023), S(1023)), new(1, 1), new(S(1023), 0)),
            (new(S(1020), S(-844)), new(S(656), S(-780)), new(S(364), -S(-1072))),
            (new(S(-71), S(1021)), new(S(1001), S(-323)), new(S(-1072), S(20))),
            (new(S(-347), S(-54)), new(S(-1037), S(-1058)), new(3.8981256045591133e289, 8.174961907852353577e295)),
            (new(S(-1074), S(-1074)), new(S(-1073), S(-1074)), new(0.6, 0.2)),
        ];
        using Scope scope = Scope.Begin();
        foreach ((Complex x, Complex y, Complex q) in rows)
        {
            Complex actual = (ComplexTensor.From([x], []) / ComplexTensor.From([y], [])).ToArray()[0];
            Assert.True(Size(actual.Real - q.Real, actual.Imaginary - q.Imaginary) <= 3 * double.ScaleB(Size(q.Real, q.Imaginary), -53), $"{x} / {y} = {actual}, not {q}");

            // Parts beside which the other one is not 2^400 times as large are right by themselves.
            double ratio = Math.Abs(q.Real) / Math.Abs(q.Imaginary);
            Assert.True(!(ratio > S(-400) && ratio < S(400)) || (Ulps(actual.Real, q.Real) <= 3 && Ulps(actual.Imaginary, q.Imaginary) <= 3), $"{x} / {y} = {actual}, not {q}");
        }
    }

    [Fact]
    public void Powers_are_those_of_NumPy_and_of_products()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = ComplexTensor.From([new(1, 2), new(-3, 0.5), new(0.1, -2), new(0, 0)], [4]);
        Complex[] cubes = z.Pow(3).ToArray();
        Complex[] exact = [new(-11, -2), new(-24.75, 13.375), new(-1.199, 7.94), Complex.Zero];
        Assert.All(cubes.Zip(exact), pair => Assert.True(Complex.Abs(pair.First - pair.Second) <= 1e-15 * Complex.Abs(pair.Second), $"{pair.First}, not {pair.Second}"));
        Assert.Equal(Enumerable.Repeat(Complex.One, 4), z.Pow(0).ToArray());
        Assert.Equal(Enumerable.Repeat(Complex.One, 4), z.Pow(ComplexTensor.From([Complex.Zero], [])).ToArray());
        Same.Bits(z.Planes, z.Pow(1).Planes);

        Complex[] general = z.Pow(ComplexTensor.From([new(0.5, -1.5)], [])).ToArray();
        Complex[] expected = [Complex.Pow(new Complex(1, 2), new Complex(0.5, -1.5)), Complex.Pow(new Complex(-3, 0.5), new Complex(0.5, -1.5)), Complex.Pow(new Complex(0.1, -2), new Complex(0.5, -1.5)), Complex.Zero];
        for (int i = 0; i < general.Length; i++)
        {
            Assert.True(Size(general[i].Real - expected[i].Real, general[i].Imaginary - expected[i].Imaginary) <= 1e-14 * (1 + expected[i].Magnitude), $"{general[i]}, not {expected[i]}");
        }
    }

    [Fact]
    public void Reductions_and_products_are_those_of_loops()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = new(new RandomStream(33).Normal<double>([2, 3, 5, 4])), right = new(new RandomStream(34).Normal<double>([2, 4, 2]));
        Complex[] values = z.ToArray(), factors = right.ToArray();
        Complex At(int i, int j, int k) => values[(((i * 5) + j) * 4) + k];
        Complex[] products = z.Prod([1]).ToArray(), sums = z.Sum([0, 2]).ToArray(), means = z.Mean([0, 2], keepDimensions: true).ToArray();
        Complex[] running = z.CumulativeProduct(1).ToArray(), totals = z.CumulativeSum(-2).ToArray(), matrix = z.MatMul(right).ToArray();
        for (int i = 0; i < 3; i++)
        {
            for (int k = 0; k < 4; k++)
            {
                (Complex product, Complex total) = (Complex.One, Complex.Zero);
                for (int j = 0; j < 5; j++)
                {
                    product *= At(i, j, k);
                    total += At(i, j, k);
                    Close(product, running[(((i * 5) + j) * 4) + k]);
                    Close(total, totals[(((i * 5) + j) * 4) + k]);
                }

                Close(product, products[(i * 4) + k]);
            }
        }

        for (int j = 0; j < 5; j++)
        {
            Complex sum = Enumerable.Range(0, 12).Aggregate(Complex.Zero, (total, n) => total + At(n / 4, j, n % 4));
            Close(sum, sums[j]);
            Close(sum / 12, means[j]);
            for (int n = 0; n < 2; n++)
            {
                Close(Enumerable.Range(0, 4).Aggregate(Complex.Zero, (total, k) => total + (At(1, j, k) * factors[(k * 2) + n])), matrix[((5 + j) * 2) + n]);
            }
        }

        Assert.Equal([3, 1, 4], z.Prod([1], keepDimensions: true).Shape);
        Assert.Equal(Complex.One, new ComplexTensor<double>(Tensor.Zeros<double>([2, 0])).Prod().ToArray()[0]);
        Close(values.Aggregate(Complex.One, (product, one) => product * one), z.Prod().ToArray()[0]);

        static void Close(Complex expected, Complex actual) => Assert.True(Complex.Abs(expected - actual) <= 1e-13 * (1 + Complex.Abs(expected)), $"{actual}, not {expected}");
    }

    [Fact]
    public void Comparisons_look_at_both_parts()
    {
        using Scope scope = Scope.Begin();
        double inf = double.PositiveInfinity, nan = double.NaN;
        ComplexTensor<double> x = ComplexTensor.From([new(1, 2), new(1, 3), new(nan, 0), new(inf, nan), new(0, -0.0)], [5]), y = ComplexTensor.From([new(1, 2), new(1, 2), new(nan, 0), new(inf, nan), Complex.Zero], [5]);
        Assert.Equal([true, false, false, false, true], x.EqualTo(y).ToArray());
        Assert.Equal([false, true, true, true, false], x.NotEqualTo(y).ToArray());
        Assert.Equal([true, true, false, false, true], x.IsFinite().ToArray());
        Assert.Equal([false, false, false, true, false], x.IsInfinity().ToArray());
        Assert.Equal([false, false, true, true, false], x.IsNaN().ToArray());
    }

    [Fact]
    public void Bad_operands_are_refused()
    {
        using Scope scope = Scope.Begin();
        ComplexTensor<double> x = new(Tensor.Ones<double>([2, 3])), y = new(Tensor.Ones<double>([2, 4]));
        Throws.Exactly<ArgumentException>("complex divide: shapes [3] and [4] do not broadcast: axis 0 has extents 3 and 4.", () => _ = x / y);
        Throws.Exactly<NotSupportedException>("complex exp: the element type is Int32; float (Single) and double (Double) are supported.", () => new ComplexTensor<int>(Tensor.Zeros<int>([2, 1])).Exp());
        Throws.Exactly<ArgumentException>("prod: axis 0 of [3] is given twice.", () => x.Prod([0, -1]));
        Throws.Exactly<ArgumentException>("sum: axis 0 of [3] is given twice.", () => x.Sum(new int[10_000_000]));
        Throws.Exactly<ArgumentException>("mean: axis 0 of [3] is given twice.", () => x.Mean([-1, 0]));
        Throws.Exactly<ArgumentOutOfRangeException>("sum: axis 1 does not exist in [3] with rank 1.", () => x.Sum([0, 1]));
        Throws.Exactly<ArgumentOutOfRangeException>("cumulative sum: axis 1 does not exist in [3] with rank 1.", () => x.CumulativeSum(1));
    }

    private static (ComplexTensor<double> Z, Complex[] Values) Case(string name)
    {
        double[][] rows = [.. File.RootElement.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(item => item.GetDouble()).ToArray())];
        return (ComplexTensor.From([.. rows.Select(row => new Complex(row[0], row[1]))], [rows.Length]), [.. rows.Select(row => new Complex(row[2], row[3]))]);
    }

    private static double Size(double x, double y) => double.Hypot(x, y);

    /// <summary>The distance in units of the expected number's last place.</summary>
    private static double Ulps(double actual, double expected) =>
        actual == expected ? 0 : Math.Abs(actual - expected) / Math.Max(Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected), double.Epsilon);
}
