using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Papers.Report;
using Onsager.Simd;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;
using static Onsager.Papers.Targets;

namespace Onsager.Papers;

/// <summary>
/// Claims C1 to C5 of the card giant-step: what one or a few steps of size ~ p on the first layer learn of a target that depends on a
/// few directions. Teachers are the first coordinate axes, since Gaussian inputs know no other.
/// </summary>
internal sealed class GiantStepPaper : IPaper
{
    public string Name => "giant-step";

    public string Title => "How Two-Layer Neural Networks Learn, One (Giant) Step at a Time";

    public string Citation => "Dandi, Krzakala, Loureiro, Pesce and Stephan, arXiv:2305.18270; JMLR 25(349), 2024";

    public string Abstract =>
        "One large gradient step with n ~ d samples teaches the first layer a single direction; n ~ d^2 samples or further steps teach "
        + "more, along a staircase in which each direction must be linked to those already learned.";

    public void Run(RunContext context)
    {
        using Scope scope = Scope.Begin();
        OneDirection(context);
        ManyDirections(context);
        Staircase(context);
        QuadraticSamples(context);
        Separation(context);
    }

    /// <summary>C1: n = Theta(d) and leap 1.</summary>
    private static void OneDirection(RunContext context)
    {
        const string Stage = "C1 one direction";
        int d = 512, p = 128, repetitions = context.Choose(2, 3, 3);
        double[] ratios = [1, 4, 16], measured = new double[3], formula = new double[3], spread = new double[3];
        context.Heading("C1: with n of order d samples, one step finds one direction");
        (double X, double Y)[] scatter = [];
        for (int i = 0; i < ratios.Length; i++)
        {
            formula[i] = OneDirectionCosine(1 / ratios[i]);
            double[] cosines = new double[repetitions];
            for (int r = 0; r < repetitions; r++)
            {
                Experiment run = new(context, Check.OneDirection, (10 * i) + r, d, p, T1, symmetric: true);
                using Tensor<double> h = run.Gradient((int)(ratios[i] * d));
                cosines[r] = Mean(Teachers.Cosines(h, [2 / Math.Sqrt(4.25), 0.5 / Math.Sqrt(4.25)]));
                scatter = i == 1 && r == 0 ? Teachers.Plane(h) : scatter;
                context.Progress(Stage, ((i * repetitions) + r + 1.0) / (3 * repetitions) / 2);
            }

            measured[i] = Mean(cosines);
            spread[i] = Deviation(cosines);
            context.Claim(
                $"C1 cosine, n = {(ratios[i] == 1 ? string.Empty : ratios[i])}d", measured[i], formula[i], 0.025,
                explanation: $"Mean cosine of the neurons' gradients with C_1, d = {d}, p = {p}, {repetitions} repetitions, against the closed form.");
        }

        double[] curve = Grid(0.5, 32, 60), theory = [.. curve.Select(x => OneDirectionCosine(1 / x))];
        context.Plot(
            "c1-cosine.svg", new Figure("n / d", "cos(h_{i}, C_{1})") { LogX = true }.Line("measured", ratios, measured, spread).Curve("closed form", curve, theory, like: "measured"),
            "Alignment of the first gradient with the direction C_1 of the target (4 z1 + z1^2 + z2) / 2, against samples per dimension.");
        context.Plot(
            "c1-plane.svg", Planes(d, 0.25, [scatter], ["neurons"]),
            $"First gradients in the plane of the two teachers, n = 4d, d = {d}. All neurons lie on the line whose slope is the ratio of the first Hermite coefficients: one direction is learned.");

        // The second direction's share of the gradients: of order 1/d.
        int[] sizes = context.Choose([128, 256, 512], new[] { 256, 512, 1024 }, [256, 512, 1024]);
        double[] specialisation = new double[3];
        for (int i = 0; i < 3; i++)
        {
            const int many = 24;
            double[] values = new double[many];
            for (int r = 0; r < many; r++)
            {
                Experiment run = new(context, Check.OneDirection, 100 + (100 * i) + r, sizes[i], p, T1, symmetric: true);
                using Tensor<double> h = run.Gradient(sizes[i]);
                values[r] = Teachers.Specialisation(h);
                context.Progress(Stage, 0.5 + (((i * many) + r + 1.0) / (3 * many) / 2));
            }

            specialisation[i] = Mean(values);
            context.Claim(
                $"C1 R d, d = {sizes[i]}", specialisation[i] * sizes[i], high: 4,
                explanation: $"Specialisation ratio of the gradients times d at n = d, {many} repetitions: bounded, so only one direction is found.");
        }

        for (int i = 1; i < 3; i++)
        {
            context.Claim(
                $"C1 R({sizes[i]}) / R({sizes[i - 1]})", specialisation[i] / specialisation[i - 1], 0.5, 0.25,
                explanation: "R halves as d doubles.");
        }
    }

    /// <summary>C2: leap 2 needs n ~ d^2, and then all directions come at once.</summary>
    private static void ManyDirections(RunContext context)
    {
        const string Stage = "C2 many directions";
        const int P = 256;
        int repetitions = context.Choose(3, 10, 10);
        int[] dimensions = context.Choose([64, 128], new[] { 64, 128, 256 }, [64, 128, 256]);
        context.Heading("C2: a target without linear part needs n of order d^2, and then several directions are found");
        Figure figure = new("log n / log d", "cos^{2}(h_{i}, V*)");
        for (int k = 0; k < dimensions.Length; k++)
        {
            int d = dimensions[k];
            int[] samples = d == 256 ? [d, d * d / 4, d * d] : [d, d * d / 4, d * d, 4 * d * d];
            double[] exponents = [.. samples.Select(n => Ln(n) / Ln(d))], shares = new double[samples.Length], spread = new double[samples.Length];
            for (int i = 0; i < samples.Length; i++)
            {
                int n = samples[i], many = d == 256 ? int.Max(2, repetitions / 4) : repetitions;
                double[] share = new double[many], ratio = new double[many];
                for (int r = 0; r < many; r++)
                {
                    Experiment run = new(context, Check.ManyDirections, (1000 * k) + (100 * i) + r, d, P, T2, symmetric: true);
                    using Tensor<double> h = run.Gradient(n);
                    share[r] = Mean(Teachers.Shares(h));
                    ratio[r] = Teachers.Specialisation(h);
                    context.Progress(Stage, (k + ((i + ((r + 1.0) / many)) / samples.Length)) / dimensions.Length);
                }

                shares[i] = Mean(share);
                spread[i] = Deviation(share);
                ClaimShare(context, d, n, shares[i], many);
                if (n == d * d)
                {
                    context.Claim(
                        $"C2 R, n = d^2, d = {d}", Mean(ratio), low: 0.5,
                        explanation: $"Specialisation ratio of the gradients, {many} repetitions: of order 1, both directions are found.");
                }
            }

            double[] grid = Grid(1, 2.4, 40, logarithmic: false);
            double[] theory = [.. grid.Select(x => ManyDirectionsShare(d, Power(d, x)))];
            figure.Line($"d = {d}", exponents, shares, spread).Curve($"d = {d}, leading order", grid, theory, like: $"d = {d}");
        }

        context.Plot("c2-share.svg", figure, "Share of the gradient in the teachers' plane for the target (He2(z1) + He2(z2)) / 2: it leaves chance level only as n approaches d^2.");
    }

    private static void ClaimShare(RunContext context, int d, int n, double share, int repetitions)
    {
        string samples = n == d ? "d" : n == d * d / 4 ? "d^2/4" : n == d * d ? "d^2" : "4d^2", name = $"C2 cos^2, n = {samples}, d = {d}";
        string explanation = $"Mean share of the neurons' gradients in the teachers' plane, {repetitions} repetitions";
        if (d != 128)
        {
            context.Report(name, share, explanation + ".");
        }
        else if (n == d)
        {
            context.Claim(name, share, high: 0.06, explanation: explanation + "; chance is 2/d.");
        }
        else
        {
            context.Claim(name, share, ManyDirectionsShare(d, n), 0.04, explanation: explanation + ", against the leading-order formula.");
        }
    }

    /// <summary>C3: further steps climb the staircase.</summary>
    private static void Staircase(RunContext context)
    {
        const string Stage = "C3 staircase";
        (int d, int n, int p, int steps, int repetitions) = context.Choose((512, 2048, 256, 4, 1), (512, 2048, 256, 4, 4), (4096, 4096, 1024, 6, 1));
        Target[] targets = [T3, T4, T1];
        string[] names = ["T3: linked by a staircase", "T4: control, not linked", "T1: one direction"];
        double[][] ratio = new double[3][];
        List<(double X, double Y)[]> planes = [];
        context.Heading("C3: with n of order d samples per step, a linked direction is learned at the second step");
        for (int k = 0; k < 3; k++)
        {
            ratio[k] = new double[steps];
            for (int r = 0; r < repetitions; r++)
            {
                Experiment run = new(context, Check.Staircase, (100 * k) + r, d, p, targets[k], symmetric: false);
                for (int step = 0; step < steps; step++)
                {
                    using Tensor<double> h = run.Gradient(n);
                    if (k == 0 && r == 0 && step < 4)
                    {
                        planes.Add(Teachers.Plane(h));
                    }

                    run.Step(h, 2.0 * p);
                    using Tensor<double> w = run.W.Cast<double>();
                    ratio[k][step] += Teachers.Specialisation(w) / repetitions;
                    context.Progress(Stage, ((((k * repetitions) + r) * steps) + step + 1.0) / (3 * repetitions * steps));
                }
            }
        }

        // At the authors' sizes no criterion was verified: the numbers are reported, the criteria are those of d = 512.
        string where = $"Specialisation ratio of the weights, d = {d}, n = {n} per step, p = {p}, rate 2p, {repetitions} repetition(s).";
        void Judge(string name, double value, double? low = null, double? high = null)
        {
            if (d == 512)
            {
                context.Claim(name, value, low: low, high: high, explanation: where);
            }
            else
            {
                context.Report(name, value, where);
            }
        }

        Judge("C3 R of T3 after step 1", ratio[0][0], high: 0.03);
        Judge("C3 R of T3 after step 2", ratio[0][1], low: 0.07);
        Judge("C3 R of T3 after step 4", ratio[0][3], low: 0.35);
        Judge("C3 R of T4 after step 4", ratio[1][3], high: 0.15);
        Judge("C3 R of T1 after step 4", ratio[2][3], high: 0.03);
        Judge("C3 R of T3 / R of T4 after step 3", ratio[0][2] / ratio[1][2], low: 4);
        double[] axis = [.. Enumerable.Range(1, steps).Select(step => (double)step)];
        Figure figure = new("step", "specialisation ratio R");
        for (int k = 0; k < 3; k++)
        {
            figure.Line(names[k], axis, ratio[k]);
        }

        context.Plot("c3-staircase.svg", figure, "The second direction is acquired from the second step on where the target links it to the first (T3), not otherwise.");
        context.Plot(
            "c3-plane.svg", Planes(d, 1, planes, [.. planes.Select((_, step) => $"step {step + 1}")]),
            "Gradients of T3 in the plane of the teachers: at the first step on one line, later spread over the plane.");
    }

    /// <summary>C4: test errors of one giant step and of random features, against the number of samples.</summary>
    private static void QuadraticSamples(RunContext context)
    {
        const string Stage = "C4 test error";
        const double Floor = 0.2708;
        int[] dimensions = context.Choose([128], new[] { 64, 128 }, [64, 128, 512]);
        context.Heading("C4: after one step with n of order d^2 samples, ridge regression beats every method that is linear in the inputs");
        Figure figure = new("log n / log d", "test error");
        for (int k = 0; k < dimensions.Length; k++)
        {
            int d = dimensions[k], p = 2 * d, repetitions = context.Choose(2, 4, d == 512 ? 10 : 4);
            int[] samples = [(int)Power(d, 1.3), (int)Power(d, 1.65), d * d];
            double[] gd = new double[3], rf = new double[3], spread = new double[3], exponents = [.. samples.Select(n => Ln(n) / Ln(d))];
            for (int i = 0; i < 3; i++)
            {
                double[] errors = new double[repetitions];
                for (int r = 0; r < repetitions; r++)
                {
                    Experiment run = new(context, Check.QuadraticSamples, (1000 * k) + (100 * i) + r, d, p, Quartic, symmetric: false, gaussian: true);
                    (double after, double before) = run.OneStepAndRidge(samples[i]);
                    errors[r] = after;
                    rf[i] += before / repetitions;
                    context.Progress(Stage, (k + ((i + ((r + 1.0) / repetitions)) / 3)) / dimensions.Length);
                }

                gd[i] = Mean(errors);
                spread[i] = Deviation(errors);
            }

            figure.Line($"one step, d = {d}", exponents, gd, spread).Line($"random features, d = {d}", exponents, rf);
            ClaimErrors(context, d, gd, rf, repetitions);
        }

        context.Plot("c4-error.svg", figure.Horizontal(Floor, "linear floor"), "Test error of ridge regression on the second layer, after one giant step and on random features. No method that is linear in the inputs gets below the line.");
    }

    private static void ClaimErrors(RunContext context, int d, double[] gd, double[] rf, int repetitions)
    {
        string where = $"Test mean squared error, d = {d}, p = {2 * d}, ridge 1, {repetitions} repetitions.";
        if (d != 128)
        {
            context.Report($"C4 one step, n = d^1.3, d = {d}", gd[0], where + (d == 512 ? " The authors' notebook prints 0.3360 +- 0.0063." : string.Empty));
            context.Report($"C4 one step, n = d^1.65, d = {d}", gd[1], where + (d == 512 ? " The authors' notebook prints 0.2068 +- 0.0059." : string.Empty));
            context.Report($"C4 one step, n = d^2, d = {d}", gd[2], where + (d == 512 ? " The authors' notebook prints 0.0774 +- 0.0021." : string.Empty));
            context.Report($"C4 random features, n = d^2, d = {d}", rf[2], where);
            return;
        }

        context.Claim("C4 one step, n = d^2", gd[2], high: 0.15, explanation: where);
        context.Claim("C4 random features, n = d^2", rf[2], low: 0.26, high: 0.30, explanation: where + " The linear floor is 0.2708.");
        context.Claim("C4 one step / random features", gd[2] / rf[2], high: 0.55, explanation: "Ratio of the two errors at n = d^2.");
        context.Claim("C4 error falls from n = d^1.3 to d^1.65", gd[0] - gd[1], low: 0, explanation: $"From {gd[0]:F3} to {gd[1]:F3}.");
        context.Claim("C4 error falls from n = d^1.65 to d^2", gd[1] - gd[2], low: 0, explanation: $"From {gd[1]:F3} to {gd[2]:F3}.");
    }

    /// <summary>
    /// C5: what becomes learnable after one step is nonlinear in the learned direction only. The second layer is Gaussian: with
    /// a_i = +-1/sqrt p all neurons move equally far along it, and two kinds of neurons are too few to fit a parabola (A stays at 0.35).
    /// </summary>
    private static void Separation(RunContext context)
    {
        const string Stage = "C5 separation";
        int d = 128, p = 256, repetitions = context.Choose(2, 6, 12);
        (Target Target, string Name, int Steps)[] rows =
            [(LearnedDirection, "A = z1 + He2(z1)/2", 1), (OtherDirection, "B = z1 + He2(z2)/2", 1), (Product, "z1 + z1 z2/sqrt 2", 3)];
        double[][] errors = new double[3][];
        context.Heading("C5: after one step the target may be nonlinear in the learned direction, but not in the others");
        for (int k = 0; k < 3; k++)
        {
            errors[k] = new double[rows[k].Steps + 1];
            for (int r = 0; r < repetitions; r++)
            {
                Experiment run = new(context, Check.Separation, (100 * k) + r, d, p, rows[k].Target, symmetric: false, gaussian: true);
                for (int step = 0; step <= rows[k].Steps; step++)
                {
                    if (step > 0)
                    {
                        using Tensor<double> h = run.Gradient(8 * d);
                        run.Step(h, 2.0 * p);
                    }

                    errors[k][step] += run.RidgeError(16 * d) / repetitions;
                    context.Progress(Stage, (k + ((r + ((step + 1.0) / (rows[k].Steps + 1))) / repetitions)) / 3);
                }
            }
        }

        string where = $"Test mean squared error, d = {d}, p = {p}, a_i ~ N(0, 1/p), n = 8d per step, ridge on 16d fresh samples, {repetitions} repetitions.";
        context.Claim("C5 A after 1 step", errors[0][1], high: 0.25, explanation: where);
        context.Claim("C5 B after 1 step", errors[1][1], low: 0.48, high: 0.66, explanation: where + " The variance of its quadratic part is 0.5.");
        context.Claim("C5 z1 + z1 z2/sqrt 2 after 2 steps", errors[2][2], high: 0.25, explanation: where);
        context.Report("C5 A, random features", errors[0][0], where);
        context.Report("C5 B, random features", errors[1][0], where);
        context.Table(
            "Test error after each number of steps", ["target", "random features", "1 step", "2 steps", "3 steps"],
            [.. rows.Select((row, k) => (IReadOnlyList<Cell>)[row.Name, .. Enumerable.Range(0, 4).Select(step => step < errors[k].Length ? new Cell(errors[k][step], "F3") : new Cell("not run"))])]);
        context.Plot(
            "c5-separation.svg",
            new Figure("step", "test error").Line("A", [0, 1], errors[0]).Line("B", [0, 1], errors[1]).Line("z1 + z1 z2 / sqrt 2", [0, 1, 2, 3], errors[2]).Horizontal(0.5, "floor of B"),
            "Ridge regression after each step. A is nonlinear in the learned direction and becomes learnable; B is nonlinear in another and stays at its floor.");
    }

    private static Figure Planes(int d, double slope, IReadOnlyList<(double X, double Y)[]> planes, IReadOnlyList<string> names)
    {
        Figure figure = new("cos(h_{i}, w_{1}*)", "cos(h_{i}, w_{2}*)") { Square = true, XRange = (-1.05, 1.05), YRange = (-1.05, 1.05) };
        for (int i = 0; i < planes.Count; i++)
        {
            figure.Points(names[i], [.. planes[i].Select(point => point.X)], [.. planes[i].Select(point => point.Y)]);
        }

        return figure.Circle(1, "unit circle").Circle(2 / Math.Sqrt(d), "2 / sqrt d").Slope(slope, "ratio of first coefficients");
    }
}
