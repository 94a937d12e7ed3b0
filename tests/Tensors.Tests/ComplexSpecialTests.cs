using System.Globalization;
using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Zeros, infinities and NaN: ISO C (C23, annex G), where what it leaves open, a sign above all, is written with ~; for expm1, log1p, tan and its kin the array API's rules.</summary>
public sealed class ComplexSpecialTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["exp"] = "0 0 1 0; -0 0 1 0; 0 -0 1 -0; 2 inf nan nan; 2 nan nan nan; inf 0 inf 0; inf -0 inf -0; -inf 2 -0 0; -inf 1 0 0; -inf -1 0 -0; inf 2 -inf inf; inf 1 inf inf; "
            + "-inf inf ~0 ~0; inf inf ~inf nan; -inf nan ~0 ~0; inf nan ~inf nan; nan 0 nan 0; nan -0 nan -0; nan 2 nan nan; nan inf nan nan; nan nan nan nan; 1409 0 inf 0; -2000 1 0 0",
        ["expm1"] = "0 0 0 0; -0 0 0 0; 2 inf nan nan; 2 nan nan nan; inf 0 inf 0; -inf 2 -1 0; -inf -2 -1 -0; inf 2 -inf inf; -inf inf -1 ~0; inf inf ~inf nan; -inf nan -1 ~0; inf nan ~inf nan; nan 0 nan 0; "
            + "nan 1 nan nan; nan nan nan nan",
        ["log"] = "-0 0 -inf pi; 0 0 -inf 0; -0 -0 -inf -pi; 2 inf inf pi/2; 2 nan nan nan; -inf 2 inf pi; inf 2 inf 0; inf -2 inf -0; -inf inf inf 3pi/4; inf inf inf pi/4; inf nan inf nan; -inf nan inf nan; "
            + "nan 2 nan nan; nan inf inf nan; nan nan nan nan; -1 0 0 pi; -1 -0 0 -pi; 1 0 0 0",
        ["log1p"] = "-1 0 -inf 0; 2 inf inf pi/2; 2 nan nan nan; -inf 2 inf pi; inf 2 inf 0; -inf inf inf 3pi/4; inf inf inf pi/4; inf nan inf nan; nan 2 nan nan; nan inf inf nan; nan nan nan nan; 0 -0 0 -0",
        ["sqrt"] = "0 0 0 0; -0 0 0 0; -0 -0 0 -0; 2 inf inf inf; nan inf inf inf; inf -inf inf -inf; 2 nan nan nan; -inf 2 0 inf; -inf -2 0 -inf; inf 2 inf 0; inf -2 inf -0; -inf nan nan ~inf; inf nan inf nan; nan 2 nan nan; "
            + "nan nan nan nan; -4 0 0 2; -4 -0 0 -2; 4 0 2 0",
        ["sinh"] = "0 0 0 0; -0 -0 -0 -0; 0 inf ~0 nan; 0 nan ~0 nan; 2 inf nan nan; 2 nan nan nan; inf 0 inf 0; inf 2 -inf inf; -inf 1 -inf inf; inf inf ~inf nan; inf nan ~inf nan; nan 0 nan 0; nan 2 nan nan; nan nan nan nan",
        ["cosh"] = "0 0 1 0; 0 inf nan ~0; 0 nan nan ~0; 2 inf nan nan; 2 nan nan nan; inf 0 inf 0; inf 2 -inf inf; inf inf ~inf nan; inf nan inf nan; nan 0 nan ~0; nan 2 nan nan; nan nan nan nan; 0 -0 1 -0; -0 0 1 -0",
        ["tanh"] = "0 0 0 0; -0 -0 -0 -0; 0 inf 0 nan; 2 inf nan nan; 0 nan 0 nan; 2 nan nan nan; inf 1 1 0; inf 2 1 -0; -inf 1 -1 0; inf inf 1 ~0; inf nan 1 ~0; nan 0 nan 0; nan 2 nan nan; nan nan nan nan; 30 inf nan nan; -30 nan nan nan; 30 0 1 0",
        ["acos"] = "0 0 pi/2 -0; -0 0 pi/2 -0; 0 nan pi/2 nan; 2 inf pi/2 -inf; 2 nan nan nan; -inf 2 pi -inf; inf 2 0 -inf; -inf inf 3pi/4 -inf; inf inf pi/4 -inf; inf nan nan ~inf; -inf nan nan ~inf; nan 2 nan nan; "
            + "nan inf nan -inf; nan nan nan nan; 1 0 0 -0; -1 0 pi -0; 0 -0 pi/2 0",
        ["asin"] = "0 0 0 0; -0 -0 -0 -0; 2 inf 0 inf; -2 -inf -0 -inf; inf 2 pi/2 inf; inf inf pi/4 inf; 0 nan 0 nan; nan inf nan inf; inf nan nan ~inf; nan 2 nan nan; nan nan nan nan; 1 0 pi/2 0; -1 0 -pi/2 0; 1 -0 pi/2 -0",
        ["asinh"] = "0 0 0 0; -0 0 -0 0; 2 inf inf pi/2; 2 nan nan nan; inf 2 inf 0; inf inf inf pi/4; inf nan inf nan; nan 0 nan 0; nan 2 nan nan; nan inf ~inf nan; nan nan nan nan; -2 inf -inf pi/2; 0 1 0 pi/2; -0 1 -0 pi/2",
        ["acosh"] = "0 0 0 pi/2; -0 0 0 pi/2; 2 inf inf pi/2; 0 nan nan ~pi/2; 2 nan nan nan; -inf 2 inf pi; inf 2 inf 0; -inf inf inf 3pi/4; inf inf inf pi/4; inf nan inf nan; -inf nan inf nan; nan 2 nan nan; nan inf inf nan; "
            + "nan nan nan nan; 1 0 0 0; 1 -0 0 -0; -1 0 0 pi",
        ["atanh"] = "0 0 0 0; -0 0 -0 0; 0 nan 0 nan; 1 0 inf 0; 1 -0 inf -0; -1 0 -inf 0; 2 inf 0 pi/2; 2 nan nan nan; inf 2 0 pi/2; -inf 2 -0 pi/2; inf inf 0 pi/2; inf nan 0 nan; nan 2 nan nan; nan inf ~0 pi/2; nan nan nan nan; inf -2 0 -pi/2",
        ["sign"] = "0 0 ~0 ~0; -0 0 ~0 ~0; inf 2 1 0; -inf 2 -1 0; 2 -inf 0 -1; nan 2 nan nan; 2 nan nan nan; inf nan nan nan",
        ["reciprocal"] = "inf 2 0 ~0; -inf 0 -0 ~0; nan 2 nan nan; 0 2 0 -0.5",
    };

    public static TheoryData<string> Names => [.. Values.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Functions_follow_the_rules_and_their_mirror_image(string name)
    {
        foreach (string row in Values[name].Split(';'))
        {
            string[] words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            double[] numbers = [.. words.Select(Number)];
            Check<double>(name, row, words, numbers, 1);
            Check<float>(name, row, words, numbers, 1);
            Check<double>(name, row, words, numbers, -1);
            Check<float>(name, row, words, numbers, -1);
        }
    }

    [Fact]
    public void Rotated_functions_are_those_that_they_are_made_of()
    {
        double[] parts = [0, -0.0, 1, -1, 2, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = ComplexTensor.Of(Tensor.From<double>([.. parts.SelectMany(x => parts.Select(_ => x))]), Tensor.From<double>([.. parts.SelectMany(_ => parts)]));
        ComplexTensor<double> turned = Turn(z);
        Same.Bits(Turn(z.Sin()).Planes, turned.Sinh().Planes);
        Same.Bits(z.Cos().Planes, turned.Cosh().Planes);
        Same.Bits(Turn(z.Tan()).Planes, turned.Tanh().Planes);
        Same.Bits(Turn(z.Asin()).Planes, turned.Asinh().Planes);
        Same.Bits(Turn(z.Atan()).Planes, turned.Atanh().Planes);

        static ComplexTensor<double> Turn(ComplexTensor<double> z) => ComplexTensor.Of(-z.Imaginary(), z.Real());
    }

    [Fact]
    public void Quotients_of_zeros_and_infinities_are_those_of_C()
    {
        double inf = double.PositiveInfinity, nan = double.NaN;
        (double A, double B, double C, double D, double Re, double Im)[] rows =
        [
            (1, 2, 0, 0, inf, inf), (-1, 2, 0, 0, -inf, inf), (0, 0, 0, 0, nan, nan), (1, 1, inf, 2, 0, 0), (1, 1, inf, nan, 0, 0), (inf, 1, 1, 1, inf, -inf), (inf, nan, 1, 1, inf, -inf),
            (inf, 1, inf, 1, nan, nan), (nan, 1, 1, 1, nan, nan), (1, 1, nan, 1, nan, nan), (inf, inf, 0, 1, inf, -inf),
        ];
        using Scope scope = Scope.Begin();
        foreach ((double a, double b, double c, double d, double re, double im) in rows)
        {
            Complex[] q = (Of(a, b) / Of(c, d)).ToArray();
            Assert.Equal((re, im), (q[0].Real, q[0].Imaginary));
        }

        static ComplexTensor<double> Of(double x, double y) => ComplexTensor.Of(Tensor.From([x]), Tensor.From([y]));
    }

    [Fact]
    public void Divisors_on_an_axis_keep_the_signs_of_zeros()
    {
        // ac + bd and bc - ad over c^2 + d^2, in C and in NumPy: the sign says on which side of a cut a quotient is.
        (double A, double B, double C, double D, double Re, double Im)[] rows =
        [
            (1, 0, -2, 0.0, -0.5, -0.0), (1, 0, -2, -0.0, -0.5, 0), (1, 0, 2, 0, 0.5, 0), (1, 0, 2, -0.0, 0.5, 0), (1, -0.0, 2, 0, 0.5, -0.0), (-1, 0, 2, 0, -0.5, 0), (-1, -0.0, 2, -0.0, -0.5, -0.0),
            (0, 1, -2, 0, 0.0, -0.5), (-0.0, 1, 2, -0.0, -0.0, 0.5), (0, -1, -2, -0.0, 0, 0.5), (0, -1, 0, -2, 0.5, 0), (-0.0, 1, 0, -2, -0.5, 0), (-1, 0, -0.0, 2, 0, 0.5), (-1, -0.0, 0, 2, -0.0, 0.5),
        ];
        Check<double>();
        Check<float>();

        using Scope scope = Scope.Begin();
        ComplexTensor<double> z = ComplexTensor.Of(Tensor.From<double>([-4, -4]), Tensor.From([0, -0.0]));
        Same.Bits(Tensor.From(new[,] { { 0.0, 0 }, { -0.5, 0.5 } }), z.Reciprocal().Sqrt().Planes);

        void Check<T>()
            where T : unmanaged
        {
            using Scope scope = Scope.Begin();
            foreach ((double a, double b, double c, double d, double re, double im) in rows)
            {
                Same.Bits(Planes(re, im), (new ComplexTensor<T>(Planes(a, b)) / new ComplexTensor<T>(Planes(c, d))).Planes);
            }

            static Tensor<T> Planes(double x, double y) => Tensor.From([x, y]).Cast<T>();
        }
    }

    [Fact]
    public void Results_beside_the_end_of_the_range_are_finite()
    {
        using Scope scope = Scope.Begin();
        double inf = double.PositiveInfinity;
        Assert.Equal(new(0, inf), One(1e308, 1e308, z => z.Square()));
        Assert.Equal(new(0, -inf), One(-1.5e308, 1.5e308, z => z.Square()));
        Assert.Equal(new(inf, inf), One(1.5e308, 1e308, z => z.Square()));
        Assert.Equal(new(inf, 0), One(1e308, 0, z => z.Square()));
        Assert.Equal(new(inf, 2), One(double.ScaleB(1, 1023), double.ScaleB(1, -1023), z => z.Square()));
        Assert.Equal(new(inf, -inf), One(inf, -2, z => z.Square()));
        Assert.True(double.IsNaN(One(inf, inf, z => z.Square()).Real));
        Same.Bits(Tensor.From<double>([0, 2]), ComplexTensor.From([new(-1, -1)], []).Square().Planes);
        Assert.Equal(new Complex(0, float.PositiveInfinity), new ComplexTensor<float>(Tensor.From<float>([2e38f, 2e38f])).Square().ToArray()[0]);

        Complex root = One(1.5e308, 1.5e308, z => z.Pow(ComplexTensor.From([0.5], [])));
        Assert.True(Complex.Abs(root - new Complex(1.345607733249115e+154, 5.5736897274590134e+153)) < 1e-13 * 1.4565e154, $"{root}");
        double small = One(1400, 1e-300, z => z.Exp()).Imaginary;
        Assert.Equal(1.0286666608519893e+308, small, 1e-15 * small);

        static Complex One(double x, double y, Func<ComplexTensor<double>, ComplexTensor<double>> f) => f(ComplexTensor.From([new(x, y)], [])).ToArray()[0];
    }

    private static void Check<T>(string name, string row, string[] words, double[] numbers, int mirror)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T> x = Tensor.From<double>([numbers[0]]).Cast<T>(), y = Tensor.From<double>([mirror * numbers[1]]).Cast<T>();
        ComplexTensor<T> w = ComplexFunctionTests.Function<T>(name)(ComplexTensor.Of(x, y));
        Part(2, w.Real().Cast<double>().Item());
        Part(3, mirror * w.Imaginary().Cast<double>().Item());

        void Part(int place, double actual)
        {
            double expected = numbers[place];
            bool isFree = words[place][0] == '~' || (mirror < 0 && name == "cosh" && expected == 0 && place == 3 && double.IsNaN(numbers[2]));
            bool isSame = double.IsNaN(expected) ? double.IsNaN(actual)
                : Math.Abs(Math.Abs(actual) - Math.Abs(expected)) <= 4e-7 * (double.IsFinite(expected) ? Math.Abs(expected) : 0) || Math.Abs(actual) == Math.Abs(expected);
            Assert.True(isSame && (isFree || double.IsNaN(expected) || double.IsNegative(actual) == double.IsNegative(expected)),
                $"{name} of {row} ({typeof(T).Name}, mirrored: {mirror < 0}): {actual} in place {place}");
        }
    }

    private static double Number(string word)
    {
        string text = word.TrimStart('~');
        int sign = text[0] == '-' ? -1 : 1;
        return sign * text.TrimStart('-') switch
        {
            "inf" => double.PositiveInfinity,
            "nan" => double.NaN,
            "pi" => Math.PI,
            "pi/2" => Math.PI / 2,
            "pi/4" => Math.PI / 4,
            "3pi/4" => 3 * Math.PI / 4,
            string digits => double.Parse(digits, CultureInfo.InvariantCulture),
        };
    }
}
