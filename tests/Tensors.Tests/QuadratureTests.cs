namespace Onsager.Tensors.Tests;

/// <summary>Adaptive quadrature: known integrals within the error that it estimates, every way to end, expectations.</summary>
public sealed class QuadratureTests
{
    public static TheoryData<string, Func<double, double>, double, double, double> Integrals => new()
    {
        { "exp", Math.Exp, 0, 1, Math.E - 1 },
        { "exp backwards", Math.Exp, 1, 0, 1 - Math.E },
        { "runge", x => 1 / (1 + (25 * x * x)), -1, 1, 2 * Math.Atan(5) / 5 },
        { "oscillation", x => Math.Cos(100 * x), 0, 1, Math.Sin(100) / 100 },
        { "root", Math.Sqrt, 0, 1, 2.0 / 3 },
        { "kink", x => Math.Abs(x - 0.3), 0, 1, 0.29 },
        { "peak", x => 1e-3 / ((x * x) + 1e-6), -1, 2, Math.Atan(1000) + Math.Atan(2000) },
        { "bell", x => Math.Exp(-x * x), double.NegativeInfinity, double.PositiveInfinity, Math.Sqrt(Math.PI) },
        { "bell backwards", x => Math.Exp(-x * x), double.PositiveInfinity, double.NegativeInfinity, -Math.Sqrt(Math.PI) },
        { "tail", x => Math.Exp(-x), 2, double.PositiveInfinity, Math.Exp(-2) },
        { "left tail", x => Math.Exp(x), double.NegativeInfinity, -1, Math.Exp(-1) },
        { "heavy tail", x => 1 / (1 + (x * x)), 0, double.PositiveInfinity, Math.PI / 2 },
        { "nothing", _ => 0, -3, 5, 0 },
    };

    [Theory]
    [MemberData(nameof(Integrals))]
    public void Known_integrals_are_within_their_estimated_errors(string name, Func<double, double> f, double lower, double upper, double expected)
    {
        foreach (double tolerance in (double[])[1e-3, 1.49e-8, 1e-11])
        {
            int calls = 0;
            QuadratureResult result = Quadrature.Integrate(
                x =>
                {
                    calls++;
                    return f(x);
                },
                lower, upper, tolerance, tolerance, limit: 200);
            Assert.True(result.Converged, $"{name}: {result}");
            Assert.True(Math.Abs(result.Value - expected) <= result.Error + 1e-15, $"{name}: {result}, expected {expected:R}");
            Assert.True(result.Error <= double.Max(tolerance, tolerance * Math.Abs(result.Value)));
            Assert.Equal(calls, result.Evaluations);
        }
    }

    [Fact]
    public void Polynomials_up_to_degree_22_need_one_interval()
    {
        for (int degree = 0; degree <= 22; degree++)
        {
            QuadratureResult result = Quadrature.Integrate(x => Math.Pow(x, degree), -1, 2, 1e300);
            Assert.Equal(1, result.Intervals);
            Assert.Equal(15, result.Evaluations);
            double expected = (Math.Pow(2, degree + 1) - Math.Pow(-1, degree + 1)) / (degree + 1);
            Assert.Equal(1, result.Value / expected, 1e-14);
        }
    }

    [Fact]
    public void Breakpoints_make_jumps_exact()
    {
        QuadratureResult result = Quadrature.Integrate(x => x < 0.3 ? 1 : x < 0.7 ? -2 : 5, 0, 1, breakpoints: [0.7, 0.3, 0.3, 1]);
        Assert.Equal((3, 45), (result.Intervals, result.Evaluations));
        Assert.Equal(0.3 - 0.8 + 1.5, result.Value, 1e-15);
    }

    [Fact]
    public void Every_way_to_end_is_reported()
    {
        Assert.Equal(QuadratureStatus.TooManyIntervals, Quadrature.Integrate(x => Math.Sin(1 / x), 0, 1, 1e-12, 1e-12, 10).Status);
        Assert.Equal(10, Quadrature.Integrate(x => Math.Sin(1 / x), 0, 1, 1e-12, 1e-12, 10).Intervals);
        Assert.Equal(QuadratureStatus.NotFinite, Quadrature.Integrate(x => x > 0.5 ? double.NaN : 1, 0, 1).Status);
        Assert.Equal(QuadratureStatus.NotFinite, Quadrature.Integrate(_ => double.PositiveInfinity, 0, 1).Status);
        Assert.Equal(QuadratureStatus.TooShort, Quadrature.Integrate(x => x == 1 ? 1 : x < 1 + 3e-16 ? 0 : -1, 1, 1 + 4.440892098500626e-16, 0, 1e-10).Status);
        Random random = new(1);
        Assert.Equal(QuadratureStatus.RoundOff, Quadrature.Integrate(x => x + (1e-9 * random.NextDouble()), 0, 1, 0, 1e-12, 500).Status);
        Assert.Equal(new(0, 0, 0, 0, QuadratureStatus.Converged), Quadrature.Integrate(Math.Exp, 2, 2));
    }

    [Fact]
    public void Expectations_of_smooth_and_broken_functions()
    {
        Assert.Equal(1, Quadrature.NormalExpectation(_ => 1).Value, 1e-12);
        Assert.Equal(4.25, Quadrature.NormalExpectation(x => x * x, 2, 0.5).Value, 1e-12);
        Assert.Equal(Math.Exp(0.5), Quadrature.NormalExpectation(Math.Exp).Value, 1e-11);
        Assert.Equal(1 / Math.Sqrt(2 * Math.PI), Quadrature.NormalExpectation(x => Math.Max(x, 0)).Value, 1e-12);
        QuadratureResult step = Quadrature.NormalExpectation(x => x > 1 ? 1 : 0, 0, 2, breakpoints: [1, 1000]);
        Assert.Equal(0.3085375387259869, step.Value, 1e-12);
        Assert.True(step.Converged);
        Assert.Equal(7, Quadrature.NormalExpectation(x => x + 4, 3, 0).Value);
        Assert.Equal(GaussRule.Normal(60).Integrate(Math.Tanh), Quadrature.NormalExpectation(Math.Tanh).Value, 1e-11);
    }

    [Fact]
    public void Refusals_name_what_is_wrong()
    {
        Throws.Exactly<ArgumentException>("integrate: the bounds NaN and 1 must be numbers.", () => Quadrature.Integrate(Math.Exp, double.NaN, 1));
        Throws.Exactly<ArgumentException>("integrate: breakpoints need finite bounds; integrate the pieces one by one.", () => Quadrature.Integrate(Math.Exp, 0, double.PositiveInfinity, breakpoints: [1]));
        Throws.Exactly<ArgumentException>("integrate: the breakpoint 3 is outside [0, 1].", () => Quadrature.Integrate(Math.Exp, 0, 1, breakpoints: [3]));
        Assert.Throws<ArgumentException>(() => Quadrature.Integrate(Math.Exp, 0, 1, 0, 1e-16));
        Assert.Throws<ArgumentException>(() => Quadrature.Integrate(Math.Exp, 0, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quadrature.Integrate(Math.Exp, 0, 1, limit: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quadrature.NormalExpectation(Math.Exp, 0, -1));
        Assert.Throws<ArgumentNullException>(() => Quadrature.Integrate(null!, 0, 1));
    }
}
