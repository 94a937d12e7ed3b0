using Onsager.Models.Games;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.Measured;

namespace Onsager.Papers;

/// <summary>Claims 1, 2, 3 and 8: linear rates on bilinear and on strongly monotone games, against the eigenvalues of each method.</summary>
internal static class BilinearRates
{
    /// <summary>A method with what its step does to an eigenvalue re + i im.</summary>
    private delegate double Theory(double step, double re, double im);

    private static readonly (string Name, Func<double, Method> Make, Theory Rate)[] Methods =
    [
        ("GDA", step => new GradientDescentAscent(step), SpectralRate.GradientDescentAscent),
        ("PPM", step => new ProximalPoint(step), SpectralRate.ProximalPoint),
        ("EG", step => new ExtraGradient(step), SpectralRate.ExtraGradient),
        ("OGDA", step => new OptimisticGradient(step), SpectralRate.Optimistic),
    ];

    /// <summary>Claim 1: f = xy. Factors over the second half of 300 steps.</summary>
    public static void Scalar(RunContext context)
    {
        const int Steps = 300;
        context.Heading("1: on f = xy each method multiplies the distance to the solution by the modulus of its eigenvalue");
        using Scope scope = Scope.Begin();
        VariationalProblem game = new(new BilinearGame(Tensor.Ones<double>([1, 1])));
        Tensor<double> start = Tensor.From<double>([1, 0.5], [2]);
        List<IReadOnlyList<Cell>> rows = [];
        foreach (double step in (ReadOnlySpan<double>)[0.1, 0.3, 0.5])
        {
            foreach ((string name, Func<double, Method> make, Theory rate) in Methods)
            {
                double expected = rate(step, 0, 1), measured = Rate(Norms(game, make(step), start, Steps), Steps / 2, Steps);
                bool isDouble = name == "OGDA" && step == 0.5;
                context.Claim(
                    $"1 {name}, step {step}", measured, expected, isDouble ? 6e-3 : 1e-7,
                    explanation: isDouble
                        ? "Factor for each step over steps 150 to 300. The root is double, so that a power of k comes with it."
                        : "Factor for each step over steps 150 to 300, against the closed form.");
                rows.Add([name, new Cell(step, "F1"), new Cell(measured, "F8"), new Cell(expected, "F8")]);
            }

            // Alternating steps keep x^2 - step x y + y^2: the orbit is an ellipse, whose axes have the ratio sqrt((1 + step/2) / (1 - step/2)).
            double[] orbit = Norms(game, new AlternatingGradient(step), start, Steps);
            double ratio = orbit.Max() / orbit.Min(), axes = Math.Sqrt((1 + (step / 2)) / (1 - (step / 2)));
            context.Claim(
                $"1 AltGDA, step {step}, max |z| / min |z|", ratio, low: 1, high: axes + 1e-9,
                explanation: $"Over {Steps} steps. Alternating steps stay on the ellipse x^2 - step x y + y^2 = const: no drift, and at most the ratio of its axes.");
            double factor = Rate(orbit, Steps / 2, Steps);
            context.Report($"1 AltGDA, step {step}", factor, "Factor for each step over steps 150 to 300: 1 but for where on the ellipse they begin and end.");
            rows.Add(["AltGDA", new Cell(step, "F1"), new Cell(factor, "F8"), new Cell(1, "F8")]);
        }

        context.Table("Factors on f = xy", ["method", "step", "measured", "theory"], rows);
        Portrait(context, game, start);
    }

    /// <summary>Claim 2: the first correction to the continuous flow, which all methods share, and its sign, which they do not.</summary>
    public static void SecondOrder(RunContext context)
    {
        const int Steps = 300;
        context.Heading("2: the first correction to the flow is +1/2 for descent-ascent and -1/2 for the methods that converge");
        using Scope scope = Scope.Begin();
        BilinearGame f = new(Tensor.Ones<double>([1, 1]));
        VariationalProblem game = new(f);
        Tensor<double> start = Tensor.From<double>([1, 0.5], [2]);
        List<IReadOnlyList<Cell>> rows = [];
        foreach ((string name, Func<double, Method> make, _) in Methods)
        {
            double half = name == "GDA" ? 0.5 : -0.5;
            List<Cell> row = [name];
            foreach (double step in (ReadOnlySpan<double>)[0.1, 0.05, 0.025])
            {
                double constant = Ln(Rate(Norms(game, make(step), start, Steps), Steps / 2, Steps)) / (step * step);
                row.Add(new Cell(constant, "F5"));
                if (step == 0.05)
                {
                    context.Claim($"2 {name}", constant, half, 0.01, explanation: "ln(factor) / step^2 at step 0.05; 2% of 1/2 is the tolerance.");
                }
            }

            rows.Add(row);
        }

        context.Table("ln(factor) / step^2", ["method", "step 0.1", "step 0.05", "step 0.025"], rows);

        // Against the corrected flow after time 5 the error falls as step^2, against the plain flow as step.
        foreach ((string name, Func<double, Method> make, _) in Methods)
        {
            double[] errors = [.. ((double[])[0.05, 0.025]).Select(step => Deviation(f, game, make(step), start, step, name == "GDA" ? step / 2 : -step / 2))];
            context.Report(
                $"2 {name}, distance to the corrected flow, step 0.05 over step 0.025", errors[0] / errors[1],
                "After time 5, against dz/dt = -F -+ (step/2) DF F by Runge-Kutta: 4 where the flow is right to second order.");
        }
    }

    /// <summary>Claim 3: many modes with a spectrum that is prescribed.</summary>
    public static void Spectrum(RunContext context)
    {
        const int N = 50, Steps = 12_000, Rising = 400, Drawn = 4000;
        const double Step = 0.5;
        int repetitions = context.Choose(1, 3, 10);
        double[] singular = Even(0.2, 1, N);

        // A start with little of the slowest mode needs thousands of steps before that mode is alone. The solution is 0 and F is linear, so that rounding
        // stays in proportion to z, however small it has become.
        context.Heading("3: with many modes the slowest one decides");
        Figure figure = new("step k", "|z_{k}|") { LogY = true, YRange = (1e-9, 1e5) };
        for (int r = 0; r < repetitions; r++)
        {
            using Scope scope = Scope.Begin();
            RandomStream random = Stream(context, GameCheck.Spectrum, r);
            VariationalProblem game = new(new BilinearGame(BilinearGame.Matrix(singular, random)));
            Tensor<double> start = random.Normal<double>([2 * N]);
            foreach ((string name, Func<double, Method> make, Theory rate) in Methods)
            {
                double expected = singular.Max(s => rate(Step, 0, s));
                int steps = name == "GDA" ? Rising : Steps;
                double[] norms = Norms(game, make(Step), start, steps);
                double measured = Rate(norms, steps / 2, steps);
                string what = $"Factor for each step over the second half of {steps}, n = {N}, singular values evenly from 0.2 to 1, step {Step}.";
                if (name == "GDA")
                {
                    context.Claim($"3 GDA, matrix {r + 1}", measured, low: 1.10, explanation: $"{what} In the end {expected:F6}.");
                }
                else
                {
                    context.Claim($"3 {name}, matrix {r + 1}", measured, expected, 1e-4, explanation: what);
                    context.Report($"3 {name}, matrix {r + 1}, steps to 10^-6", StepsTo(norms, 1e-6), "Until |z_k| is a millionth of |z_0|.");
                }

                if (r == 0)
                {
                    (double[] k, double[] values) = Thinned(norms.AsSpan(0, Math.Min(steps, Drawn) + 1), Math.Min(steps, Drawn) / 100);
                    figure.Curve(name, k, values).Curve($"{name} predicted", k, [.. k.Select(i => values[^1] * Power(expected, i - k[^1]))], like: name);
                }

                context.Progress("3 spectrum", (r + (Array.FindIndex(Methods, method => method.Name == name) + 1.0) / Methods.Length) / repetitions);
            }
        }

        context.Plot("3-linear-rates.svg", figure, $"Distance to the solution of a bilinear game with {N} modes, and the slopes that the slowest mode predicts, dashed.");
    }

    /// <summary>Claim 8: a strongly monotone game, where descent-ascent converges too, with kappa^2 steps instead of kappa.</summary>
    public static void StronglyMonotone(RunContext context)
    {
        const int N = 50;
        const double Mu = 0.05;
        double[] singular = Even(0.2, 1, N);
        double lipschitz = Math.Sqrt((Mu * Mu) + 1);
        context.Heading("8: strong monotonicity gives every method a linear rate, if the step is short enough");
        using Scope scope = Scope.Begin();
        RandomStream random = Stream(context, GameCheck.StronglyMonotone);
        BilinearGame f = new(BilinearGame.Matrix(singular, random), mu: Mu);
        VariationalProblem game = new(f);
        Tensor<double> start = random.Normal<double>([2 * N]);
        Figure figure = new("step k", "|z_{k}|") { LogY = true };

        // Long enough for the slowest mode to be alone, as in claim 3.
        (int Method, double Step, int Steps)[] rows = [(0, Mu / (lipschitz * lipschitz), 24_000), (2, 0.25 / lipschitz, 18_000), (3, 0.25 / lipschitz, 18_000), (1, 1 / lipschitz, 2000)];
        int done = 0;
        foreach ((int method, double step, int steps) in rows)
        {
            (string name, Func<double, Method> make, Theory rate) = Methods[method];
            double[] norms = Norms(game, make(step), start, steps);
            double spectral = singular.Max(s => rate(step, Mu, s)), measured = Rate(norms, steps / 2, steps);
            context.Claim(
                $"8 {name}", measured, spectral, 6e-4,
                explanation: $"Factor for each step over the second half of {steps}, mu = {Mu}, step {step:F4}, against the largest modulus over the spectrum mu +- i s.");
            double needed = StepsTo(norms, 1e-11);
            context.Report($"8 {name}, steps to 10^-11", needed, "Until |z_k| is 10^-11 of |z_0|.");
            (double[] k, double[] values) = Thinned(norms.AsSpan(0, (int)needed), (int)needed / 60);
            context.Progress("8 strongly monotone", ((double)++done) / rows.Length);
            figure.Line(name, k, values);
        }

        double[] grown = Norms(game, new GradientDescentAscent(0.2), start, 2000);
        context.Claim("8 GDA, step 0.2, growth", grown[^1] / grown[0], low: 1e6, explanation: $"|z_2000| / |z_0|; each step multiplies by {Rate(grown, 1000, 2000):F4} in the end, {singular.Max(s => SpectralRate.GradientDescentAscent(0.2, Mu, s)):F4} by the spectrum.");
        context.Report("8 GDA, step 0.2, factor", Rate(grown, 1000, 2000), "Over steps 1000 to 2000.");
        context.Plot("8-strongly-monotone.svg", figure, "A strongly monotone game: descent-ascent with the step mu / L^2 needs kappa^2 steps where the others need kappa.");
    }

    /// <summary>The distance after time 5 between a method and a flow.</summary>
    private static double Deviation(Operator f, VariationalProblem game, Method method, Tensor<double> start, double step, double correction)
    {
        const double Time = 5;
        int steps = (int)Math.Round(Time / step);
        using Scope scope = Scope.Begin();
        using Iteration run = new(game, method, start);
        run.Run(steps);
        return Norm(run.Point - Flow.Integrate(f, start, Time, 1000, correction));
    }

    private static void Portrait(RunContext context, VariationalProblem game, Tensor<double> start)
    {
        const double Step = 0.3;
        Figure figure = new("x", "y") { Square = true, XRange = (-2.2, 2.2), YRange = (-2.2, 2.2), Height = 560 };

        // The field -F = (-y, x) as arrows on a grid.
        List<double> fieldX = [], fieldY = [];
        foreach (double x in Even(-2, 2, 11))
        {
            foreach (double y in Even(-2, 2, 11))
            {
                double length = Math.Sqrt((x * x) + (y * y)), scale = 0.13 / Math.Max(length, 1e-9);

                // From the tail to the tip, and back to one barb.
                fieldX.AddRange([x + (scale * y), x - (scale * y), x - (scale * ((0.3 * y) - (0.4 * x))), double.NaN]);
                fieldY.AddRange([y - (scale * x), y + (scale * x), y + (scale * ((0.3 * x) + (0.4 * y))), double.NaN]);
            }
        }

        (string Name, Method Method, int Steps)[] orbits =
        [
            ("GDA", new GradientDescentAscent(Step), 15), ("AltGDA", new AlternatingGradient(Step), 21), ("PPM", new ProximalPoint(Step), 60),
            ("EG", new ExtraGradient(Step), 60), ("OGDA", new OptimisticGradient(Step), 60),
        ];
        foreach ((string name, Method method, int steps) in orbits)
        {
            double[] x = Series(game, method, start, steps, static run => run.Point[0]), y = Series(game, method, start, steps, static run => run.Point[1]);
            figure.Line(name, x, y);
            context.Record(name, x);
            context.Record(name, y);
        }

        figure.Curve("flow", [.. fieldX], [.. fieldY]);
        context.Plot("1-portrait.svg", figure, "Orbits on f = xy from (1, 1/2) with step 0.3, over the direction of the flow: outwards, round and round, and inwards.");
    }
}
