using Onsager.Models.Amp;
using Onsager.Papers.Report;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Claims C1 to C3: thresholds and phase diagrams from state evolution.</summary>
internal static class Thresholds
{
    private const double Density = 0.08;

    public static void Run(RunContext context)
    {
        context.Heading("C1: thresholds from state evolution");
        int points = context.Choose(601, 4801, 4801);
        PhaseDiagram<SparseRademacher> sparse = new(new StateEvolution<SparseRademacher>(new(Density), 2, points));
        context.Progress("thresholds", 0.25);
        PhaseDiagram<Rademacher> ising = new(new StateEvolution<Rademacher>(default, 3, points));
        context.Progress("thresholds", 0.5);
        PhaseDiagram<StandardNormal> spherical = new(new StateEvolution<StandardNormal>(default, 3, points));
        context.Progress("thresholds", 0.75);
        Row(context, "sparse", sparse, Density * Density, (1.080131, 0.115679), 1.040860, 1.029420, (1.069441, 0.00990));
        Row(context, "Ising", ising, 1, (0.366050, 0.167044), 0.309717, 0.282868, (0.383793, 0.1353));
        Closed(context, spherical);
        Windows(context, sparse, ising);
        Pairs(context, points);
        Regions(context, sparse, ising);
        PhasePictures.Draw(context, Density);
    }

    /// <summary>A row of the card's table, Delta in a unit.</summary>
    private static void Row<TPrior>(
        RunContext context, string name, PhaseDiagram<TPrior> diagram, double unit, (double Delta, double Side) flow, double dynamic, double information, (double Delta, double Side) decimation)
        where TPrior : struct, IPrior
    {
        const string Relative = "Relative error at most 2e-4; along the curve of fixed points, by Brent's method.";
        CriticalPoint top = diagram.Tricritical() ?? default, last = diagram.DecimationTricritical() ?? default;
        void Delta(string what, double value, double expected) => context.Claim($"C1 {name}, {what}", value / unit, expected, 2e-4 * expected, explanation: Relative);
        Delta("Delta_tri, flow", top.Delta, flow.Delta);
        context.Claim($"C1 {name}, gamma^2 at Delta_tri", top.Side, flow.Side, 1e-3, explanation: "Where the line of first-order transitions of flows and diffusions ends.");
        Delta("Delta_d", diagram.Dynamic()?.Delta ?? double.NaN, dynamic);
        Delta("Delta_IT", diagram.InformationTheoretic()?.Delta ?? double.NaN, information);
        Delta("Delta_tri, decimation", last.Delta, decimation.Delta);
        context.Claim($"C1 {name}, theta at Delta_tri", last.Side, decimation.Side, 5e-4, explanation: "The same for decimation.");
    }

    private static void Closed(RunContext context, PhaseDiagram<StandardNormal> diagram)
    {
        const string Form = "Closed form: 2 m (1 - m)^2 = Delta on spinodals.";
        CriticalPoint top = diagram.Tricritical() ?? default, last = diagram.DecimationTricritical() ?? default;
        context.Claim("C1 spherical, Delta_tri, flow", top.Delta, 8.0 / 27, 1e-6, explanation: Form);
        context.Claim("C1 spherical, gamma^2 at Delta_tri", top.Side, 1.0 / 8, 1e-6, explanation: Form);
        context.Claim("C1 spherical, Delta_d", diagram.Dynamic()?.Delta ?? double.NaN, 1.0 / 4, 1e-6, explanation: Form);
        context.Claim("C1 spherical, Delta_tri, decimation", last.Delta, 1.0 / 3, 1e-6, explanation: Form);
        context.Claim("C1 spherical, theta at Delta_tri", last.Side, 1.0 / 9, 1e-6, explanation: Form);
        context.Claim("C1 spherical, Delta_IT", diagram.InformationTheoretic()?.Delta ?? double.NaN, 0.22897, 2e-4, explanation: "Kauzmann's temperature of the spherical model.");
    }

    private static void Windows(RunContext context, PhaseDiagram<SparseRademacher> sparse, PhaseDiagram<Rademacher> ising)
    {
        double unit = Density * Density;
        (string Name, TransitionWindow? Window, double Sp1, double It, double Sp2)[] rows =
        [
            ("Ising, .31", ising.Window(0.31), 0.00122, 0.06697, 0.11941),
            ("Ising, .32", ising.Window(0.32), 0.04160, 0.08817, 0.12617),
            ("Ising, .34", ising.Window(0.34), 0.10795, 0.12586, 0.14128),
            ("Ising, .36", ising.Window(0.36), 0.15639, 0.15819, 0.15986),
            ("sparse, 1.05", sparse.Window(1.05 * unit), 0.03064, 0.04867, 0.06771),
            ("sparse, 1.07", sparse.Window(1.07 * unit), 0.09039, 0.09384, 0.09742),
        ];
        foreach ((string name, TransitionWindow? found, double sp1, double it, double sp2) in rows)
        {
            TransitionWindow window = found ?? new(double.NaN, double.NaN, double.NaN);
            context.Claim($"C1 window {name}, sp1", window.Informed, sp1, 2e-4, explanation: "gamma^2 from which the informed branch exists.");
            context.Claim($"C1 window {name}, IT", window.Crossing, it, 2e-4, explanation: "gamma^2 at which both branches have the same free entropy.");
            context.Claim($"C1 window {name}, sp2", window.Uninformed, sp2, 2e-4, explanation: "gamma^2 up to which the uninformed branch exists.");
        }
    }

    /// <summary>The Sherrington-Kirkpatrick model has no first-order transition: M' never passes M'(0) = 1.</summary>
    private static void Pairs(RunContext context, int points)
    {
        PhaseDiagram<Rademacher> pairs = new(new StateEvolution<Rademacher>(default, 2, points));
        double largest = 0;
        foreach (double slope in pairs.Slopes)
        {
            largest = Math.Max(largest, slope);
        }

        context.Claim("C1 SK, max M'", largest, high: 1, explanation: "Over X from 1e-3 to 60; M'(0) = 1, so that the transition is continuous, at Delta = 1, for flows and for decimation.");
        context.Claim("C1 SK, tri-critical points", (pairs.Tricritical() is null ? 0 : 1) + (pairs.DecimationTricritical() is null ? 0 : 1), low: 0, high: 0, explanation: "Of flows and of decimation.");
    }

    /// <summary>C2 and C3: where flows and local dynamics disagree.</summary>
    private static void Regions(RunContext context, PhaseDiagram<SparseRademacher> sparse, PhaseDiagram<Rademacher> ising)
    {
        context.Heading("C2 and C3: flows against local dynamics");
        double dynamic = SpikedModel.TemperatureOf(3, ising.Dynamic()?.Delta ?? double.NaN), flow = SpikedModel.TemperatureOf(3, ising.Tricritical()?.Delta ?? double.NaN);
        double decimation = SpikedModel.TemperatureOf(3, ising.DecimationTricritical()?.Delta ?? double.NaN);
        context.Claim("C2 Ising, T_d", dynamic, 0.6816, 1e-4, explanation: "Above it Markov chains relax.");
        context.Claim("C2 Ising, T_tri of flows", flow, 0.7410, 1e-4, explanation: "Below it flows and diffusions fail, although Markov chains work down to T_d.");
        context.Claim("C2 Ising, T_tri of decimation", decimation, 0.7587, 1e-4, explanation: "Decimation fails earlier.");

        // The uninformed branch at gamma^2 = 0 ends where M / X is least: from there on flows see one branch only.
        ReadOnlySpan<double> x = sparse.Strengths, m = sparse.Overlaps;
        double least = double.PositiveInfinity;
        for (int i = 0; i < x.Length && x[i] < (sparse.Dynamic()?.Strength ?? 0); i++)
        {
            least = Math.Min(least, m[i] / x[i]);
        }

        context.Claim("C3 sparse, Delta / rho^2 where sp2 meets gamma^2 = 0", least / (Density * Density), 0.981, 5e-4, explanation: "Below it flows are easy, although local dynamics are believed to be trapped; up to 1.0801 they are hard.");
    }
}
