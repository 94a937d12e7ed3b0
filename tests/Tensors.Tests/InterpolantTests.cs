namespace Onsager.Tensors.Tests;

/// <summary>Interpolation: values and conditions that define each method, observed orders, known values, the ends, and what is outside.</summary>
[Collection(Alone.Name)]
public sealed class InterpolantTests
{
    private static readonly double[] X = [-2, -1.5, 0, 0.25, 1, 3, 3.5], Y = [1, 2, 2, -1, 0, 4, 3.5];

    private static readonly Dictionary<string, Func<double[], double[], PiecewisePolynomial>> Methods = new()
    {
        ["linear"] = (x, y) => Interpolant.Linear(x, y),
        ["not a knot"] = (x, y) => Interpolant.CubicSpline(x, y),
        ["natural"] = (x, y) => Interpolant.CubicSpline(x, y, SplineEnds.Natural),
        ["clamped"] = (x, y) => Interpolant.CubicSpline(x, y, SplineEnds.Clamped, Math.Cos(x[0]), Math.Cos(x[^1])),
        ["pchip"] = (x, y) => Interpolant.Pchip(x, y),
        ["akima"] = (x, y) => Interpolant.Akima(x, y),
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_kept_and_pieces_meet(string name)
    {
        for (int count = 2; count <= X.Length; count++)
        {
            PiecewisePolynomial f = Methods[name](X[..count], Y[..count]);
            PiecewisePolynomial? slope = f.Derivative();
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(Y[i], f.Evaluate(X[i]), 1e-14);
            }

            for (int i = 1; i + 1 < count; i++)
            {
                Meets(f, X[i]);
                if (name != "linear")
                {
                    Meets(slope, X[i]);
                }

                if (name is "natural" or "clamped" or "not a knot")
                {
                    Meets(slope.Derivative(), X[i]);
                }
            }
        }

        // The piece on the left, continued, and the one on the right.
        static void Meets(PiecewisePolynomial f, double x)
        {
            int right = f.Breakpoints.IndexOf(x), order = f.Order;
            double width = x - f.Breakpoints[right - 1], left = 0;
            for (int k = order - 1; k >= 0; k--)
            {
                left = (left * width) + f.Coefficients[((right - 1) * order) + k];
            }

            Assert.Equal(f.Coefficients[right * order], left, 1e-12);
        }
    }

    [Fact]
    public void Splines_keep_their_conditions_at_the_ends()
    {
        PiecewisePolynomial natural = Interpolant.CubicSpline(X, Y, SplineEnds.Natural).Derivative().Derivative();
        Assert.Equal(0, natural.Evaluate(X[0]), 1e-13);
        Assert.Equal(0, natural.Evaluate(X[^1]), 1e-12);
        PiecewisePolynomial clamped = Interpolant.CubicSpline(X, Y, SplineEnds.Clamped, -3, 0.5).Derivative();
        Assert.Equal(-3, clamped.Evaluate(X[0]), 1e-13);
        Assert.Equal(0.5, clamped.Evaluate(X[^1]), 1e-12);
        PiecewisePolynomial smooth = Interpolant.CubicSpline(X, Y);
        Assert.Equal(smooth.Coefficients[3], smooth.Coefficients[7], 1e-12);
        Assert.Equal(smooth.Coefficients[^1], smooth.Coefficients[^5], 1e-12);
    }

    [Fact]
    public void Cubics_are_reproduced()
    {
        Polynomial cubic = new(1, -2, 0.5, 0.75);
        double[] y = [.. X.Select(cubic.Evaluate)];
        Polynomial slope = cubic.Derivative(), parabola = new(1, 2, -3), line = new(0.1, 0.3);
        PiecewisePolynomial[] exact =
            [Interpolant.CubicSpline(X, y), Interpolant.CubicSpline(X.AsSpan(0, 4), y.AsSpan(0, 4)), Interpolant.CubicSpline(X, y, SplineEnds.Clamped, slope.Evaluate(X[0]), slope.Evaluate(X[^1]))];
        for (double x = -2; x <= 3.5; x += 0.11)
        {
            Assert.Equal(cubic.Evaluate(x), exact[0].Evaluate(x), 1e-12);
            Assert.Equal(cubic.Evaluate(x), exact[1].Evaluate(x), 1e-11);
            Assert.Equal(cubic.Evaluate(x), exact[2].Evaluate(x), 1e-12);
            Assert.Equal(parabola.Evaluate(x), Interpolant.CubicSpline(X.AsSpan(1, 3), [.. X[1..4].Select(parabola.Evaluate)]).Evaluate(x), 1e-12);
            foreach (Func<double[], double[], PiecewisePolynomial> method in Methods.Where(pair => pair.Key != "clamped").Select(pair => pair.Value))
            {
                Assert.Equal(line.Evaluate(x), method(X, [.. X.Select(line.Evaluate)]).Evaluate(x), 1e-14);
            }
        }

        PiecewisePolynomial whole = exact[0];
        Assert.Equal(cubic.Integral().Evaluate(3) - cubic.Integral().Evaluate(-1.7), whole.Integrate(-1.7, 3), 1e-12);
        Assert.Equal(-whole.Integrate(-1, 2), whole.Integrate(2, -1), 1e-13);
    }

    [Theory]
    [InlineData("linear", 2)]
    [InlineData("not a knot", 4)]
    [InlineData("clamped", 4)]
    [InlineData("akima", 2)]
    [InlineData("pchip", 2)]
    public void Errors_fall_with_the_order(string name, double order)
    {
        double[] errors = [.. ((int[])[40, 80, 160]).Select(n =>
        {
            double[] x = [.. Enumerable.Range(0, n + 1).Select(i => 1.5 * i / n)];
            PiecewisePolynomial f = Methods[name](x, [.. x.Select(Math.Sin)]);
            return Enumerable.Range(0, 1000).Max(i => Math.Abs(f.Evaluate(i * 0.0015) - Math.Sin(i * 0.0015)));
        })];
        Assert.InRange(Math.Log2(errors[1] / errors[2]), order - 0.2, order + 2.2);
    }

    [Fact]
    public void Pchip_stays_between_its_data_and_Akima_ignores_what_is_far()
    {
        double[] x = [0, 1, 2, 3, 4, 5, 6], steps = [0, 0, 0, 1, 1, 1, 3];
        PiecewisePolynomial pchip = Interpolant.Pchip(x, steps), akima = Interpolant.Akima(x, steps);
        double before = 0;
        for (double at = 0; at <= 6; at += 0.01)
        {
            Assert.True(pchip.Evaluate(at) >= before - 1e-15);
            before = pchip.Evaluate(at);
        }

        Assert.Equal(0, akima.Evaluate(0.7));
        Assert.Equal(0, akima.Derivative().Evaluate(1));

        // By hand from the papers' formulas: slopes 2 / (1/1 + 1/3), and |3 - 1| against |1 - 1| with ends continued.
        Assert.Equal(1.5, Interpolant.Pchip([0, 1, 2], [0, 1, 4]).Derivative().Evaluate(1), 1e-15);
        Assert.Equal(2.0, Interpolant.Akima([0, 1, 2], [0, 1, 4]).Derivative().Evaluate(1), 1e-15);
        Assert.Equal(0, Interpolant.Pchip([0, 1, 2], [0, 1, 4]).Derivative().Evaluate(0), 1e-15);
        Assert.Equal(1.5, Interpolant.Pchip([0, 1, 3], [0, 1, -9]).Derivative().Evaluate(0) - 1.5, 1e-15);
    }

    [Fact]
    public void Outside_is_what_was_asked_for()
    {
        double[] x = [0, 1, 2], y = [0, 1, 3];
        Assert.Equal(5, Interpolant.Linear(x, y).Evaluate(3));
        Assert.Equal(-1, Interpolant.Linear(x, y).Evaluate(-1));
        PiecewisePolynomial clamp = Interpolant.Linear(x, y, OutOfRange.Clamp);
        Assert.Equal((0, 3, 0, 0, 2), (clamp.Evaluate(-1), clamp.Evaluate(9), clamp.Derivative().Evaluate(-1), clamp.Derivative().Evaluate(9), clamp.Derivative().Evaluate(2)));
        Assert.Equal(double.NaN, Interpolant.Linear(x, y, OutOfRange.NaN).Evaluate(2.1));
        Assert.Equal(0, Interpolant.Pchip(x, y, OutOfRange.Zero).Evaluate(2.1));
        PiecewisePolynomial strict = Interpolant.Akima(x, y, OutOfRange.Throw);
        Assert.StartsWith("piecewise polynomial: 2.5 is outside [0, 2].", Assert.Throws<ArgumentOutOfRangeException>(() => strict.Evaluate(2.5)).Message, StringComparison.Ordinal);
        Assert.Equal(3, strict.Evaluate(2));
        Assert.Equal(double.NaN, strict.Evaluate(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => strict.Integrate(0, 3));
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        using (Tensor<double> bad = Tensor.From<double>([1, 5], [2]))
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => strict.Evaluate(bad));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_are_differentiated(string name)
    {
        using Scope scope = Scope.Begin();
        PiecewisePolynomial f = Methods[name](X, Y);
        Tensor<double> x = Tensor.From<double>([-1.7, -1, 0.1, 0.6, 2, 3.2, 4.1, -2.4], [2, 4]);
        Differences.Check(x, x => f.Evaluate(x).Sin().Sum());
        Differences.CheckHigher(x, x => f.Evaluate(x).Sin().Sum());
        Tensor<double> none = Tensor.Zeros<double>([0, 2]);
        Assert.Equal("[0, 2]", f.Evaluate(none).Shape.ToString());
    }

    [Fact]
    public void Barycentric_form_is_the_polynomial_to_high_degrees()
    {
        Polynomial p = new(1, -1, 0.5, 2, -0.125, 0.3, 1);
        BarycentricInterpolant f = new(X, [.. X.Select(p.Evaluate)]), slope = f.Derivative();
        for (double x = -2; x < 3.5; x += 0.123)
        {
            Assert.Equal(p.Evaluate(x), f.Evaluate(x), 1e-10);
            Assert.Equal(p.Derivative().Evaluate(x), slope.Evaluate(x), 1e-8);
        }

        Assert.Equal(p.Evaluate(0.25), f.Evaluate(0.25));
        BarycentricInterpolant high = BarycentricInterpolant.Chebyshev(x => Math.Sin(30 * x), 1000, -2, 5), general = new(high.Points, high.Values);
        for (double x = -2; x <= 5; x += 0.0101)
        {
            Assert.Equal(Math.Sin(30 * x), high.Evaluate(x), 1e-12);
            Assert.Equal(Math.Sin(30 * x), general.Evaluate(x), 1e-11);
        }

        Assert.Equal(7, new BarycentricInterpolant([2], [7]).Evaluate(5), 1e-14);
        Assert.Equal((-2, 5), (high.Points[0], high.Points[^1]));
    }

    [Fact]
    public void Refusals_name_what_is_wrong()
    {
        Throws.Exactly<ArgumentException>("linear interpolation: at least 2 points are needed; got 1.", () => Interpolant.Linear([1], [1]));
        Throws.Exactly<ArgumentException>("cubic spline: points must be finite and rise; point 2 is 1 after 1.", () => Interpolant.CubicSpline([0, 1, 1], [0, 1, 2]));
        Throws.Exactly<ArgumentException>("pchip: 2 points have 3 values.", () => Interpolant.Pchip([0, 1], [0, 1, 2]));
        Throws.Exactly<ArgumentException>("akima: values must be finite; value 1 is NaN.", () => Interpolant.Akima([0, 1], [0, double.NaN]));
        Throws.Exactly<ArgumentException>("cubic spline: the slopes at the ends must be finite; got NaN and 0.", () => Interpolant.CubicSpline([0, 1], [0, 1], SplineEnds.Clamped, double.NaN));
        Throws.Exactly<ArgumentException>("piecewise polynomial: 3 coefficients are not as many for each of 2 pieces.", () => _ = new PiecewisePolynomial([0, 1, 2], [1, 2, 3]));
        Throws.Exactly<ArgumentException>("barycentric interpolation: values must be finite; value 1 is Infinity.", () => BarycentricInterpolant.Chebyshev(x => 1 / x, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BarycentricInterpolant.Chebyshev(Math.Exp, 0));
        using Tensor<double> there = Tensor.Empty<double>([2], new Elsewhere());
        Assert.Throws<NotSupportedException>(() => new Polynomial(1).Evaluate(there));
    }
}
