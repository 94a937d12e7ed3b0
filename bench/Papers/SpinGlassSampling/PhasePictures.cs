using Onsager.Models.Amp;
using Onsager.Papers.Report;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>Phase diagrams as pictures: the gap between the branches, coloured by what it does to a sampler, with the spinodals and the tri-critical point.</summary>
internal static class PhasePictures
{
    public static void Draw(RunContext context, double density)
    {
        int points = context.Choose(201, 401, 401);
        double unit = density * density;
        StateEvolution<Rademacher> ofIsing = new(default, 3, points);
        StateEvolution<SparseRademacher> ofSparse = new(new(density), 2, points);
        StateEvolution<StandardNormal> ofSpherical = new(default, 3, points);
        PhaseDiagram<Rademacher> ising = new(ofIsing);
        PhaseDiagram<SparseRademacher> sparse = new(ofSparse);
        PhaseDiagram<StandardNormal> spherical = new(ofSpherical);
        Flow(context, "sparse", "Delta / rho^{2}", sparse, ofSparse, unit, (0.96, 1.1), 0.16);
        Flow(context, "ising", "Delta", ising, ofIsing, 1, (0.24, 0.4), 0.22);
        Flow(context, "spherical", "Delta", spherical, ofSpherical, 1, (0.2, 0.33), 0.18);
        Decimation(context, "sparse", "Delta / rho^{2}", sparse, unit, (0.98, 1.09), 0.02);
        Decimation(context, "ising", "Delta", ising, 1, (0.24, 0.42), 0.2);
        Decimation(context, "spherical", "Delta", spherical, 1, (0.2, 0.37), 0.16);
        Branches(context, ofIsing);
    }

    private static (int Columns, int Rows) Pixels(RunContext context) => context.Choose((45, 35), (90, 70), (90, 70));

    private static void Flow<TPrior>(
        RunContext context, string name, string axis, PhaseDiagram<TPrior> diagram, StateEvolution<TPrior> evolution, double unit, (double Low, double High) range, double top)
        where TPrior : struct, IPrior
    {
        (int columns, int rows) = Pixels(context);
        double[] deltas = Grid(range.Low, range.High, columns, logarithmic: false), sides = Grid(0, top, rows, logarithmic: false);
        double[] gaps = new double[columns * rows];
        int[] kinds = new int[gaps.Length];
        double largest = evolution.SecondMoment;
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                double delta = deltas[i] * unit;
                (double low, double high) = diagram.Branches(delta, sides[j]);
                int at = (j * columns) + i;
                gaps[at] = (high - low) / largest;
                bool isHard = gaps[at] > 0.01 && evolution.FreeEntropy(high, delta, sides[j]) > evolution.FreeEntropy(low, delta, sides[j]);
                kinds[at] = gaps[at] <= 0.01 ? 0 : isHard ? 2 : 1;
            }
        }

        context.Record($"{name}, flow, gaps", gaps);
        (List<double> x, List<double> sp1, List<double> it, List<double> sp2) = ([], [], [], []);
        foreach (double delta in Grid(range.Low, range.High, 24, logarithmic: false))
        {
            if (diagram.Window(delta * unit) is TransitionWindow window)
            {
                x.Add(delta);
                sp1.Add(window.Informed >= 0 ? window.Informed : double.NaN);
                it.Add(window.Crossing);
                sp2.Add(window.Uninformed >= 0 ? window.Uninformed : double.NaN);
            }
        }

        Figure figure = new Figure(axis, "gamma^{2}") { XRange = range, YRange = (0, top) }.Heat(range, (0, top), columns, gaps, kinds)
            .Curve("informed branch begins", [.. x], [.. sp1]).Curve("equal free entropy", [.. x], [.. it]).Curve("uninformed branch ends", [.. x], [.. sp2]);
        if (diagram.Tricritical() is CriticalPoint point)
        {
            figure.Points("tri-critical", [point.Delta / unit], [point.Side]);
        }

        context.Plot(
            $"C1-{name}-flow.svg", figure,
            "The gap between informed and uninformed overlap along the path of a flow or diffusion: green where there is one branch, orange where the other is metastable, red where the path's measure is on the informed branch and message passing on the "
            + "other one. A sampler at a Delta goes up its column.");
    }

    private static void Decimation<TPrior>(
        RunContext context, string name, string axis, PhaseDiagram<TPrior> diagram, double unit, (double Low, double High) range, double top)
        where TPrior : struct, IPrior
    {
        (int columns, int rows) = Pixels(context);
        double[] deltas = Grid(range.Low, range.High, columns, logarithmic: false), sides = Grid(0, top, rows, logarithmic: false);
        double[] gaps = new double[columns * rows];
        int[] kinds = new int[gaps.Length];
        double largest = diagram.Overlaps[^1];
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                (double low, double high) = diagram.RevealedBranches(deltas[i] * unit, sides[j]);
                gaps[(j * columns) + i] = (high - low) / largest;
                kinds[(j * columns) + i] = (high - low) / largest <= 0.01 ? 0 : 2;
            }
        }

        context.Record($"{name}, decimation, gaps", gaps);
        Figure figure = new Figure(axis, "theta") { XRange = range, YRange = (0, top) }.Heat(range, (0, top), columns, gaps, kinds);
        if (diagram.DecimationTricritical() is CriticalPoint point)
        {
            figure.Points("tri-critical", [point.Delta / unit], [point.Side]);
        }

        context.Plot($"C1-{name}-decimation.svg", figure, "The same for decimation, where a share theta of the coordinates is revealed: red where there are two branches.");
    }

    /// <summary>The hysteresis of the overlap, and the free entropy below, at and above the transition.</summary>
    private static void Branches(RunContext context, StateEvolution<Rademacher> evolution)
    {
        const double Delta = 0.34;
        double[] sides = Grid(0.06, 0.18, 41, logarithmic: false);
        double[] up = [.. sides.Select(side => evolution.FixedPoint(Delta, side, 1e-6, 1e-9, 4000))], down = [.. sides.Select(side => evolution.FixedPoint(Delta, side, 1, 1e-9, 4000))];
        context.Plot(
            "C1-hysteresis.svg", new Figure("gamma^{2}", "overlap m") { YRange = (0, 1) }.Line("uninformed", sides, up).Line("informed", sides, down),
            "The Ising 3-spin model at Delta = .34: iteration from nothing and from the signal meet outside of the window only.");
        double[] overlaps = Grid(0, 1, 101, logarithmic: false);
        Figure entropies = new("overlap m", "free entropy, less its value at m = 0");
        foreach (double side in (ReadOnlySpan<double>)[0.11, 0.12586, 0.14])
        {
            double first = evolution.FreeEntropy(0, Delta, side);
            entropies.Curve($"gamma^{{2}} = {side:0.###}", overlaps, [.. overlaps.Select(m => evolution.FreeEntropy(m, Delta, side) - first)]);
        }

        context.Record("hysteresis", up);
        context.Record("hysteresis", down);
        context.Plot("C1-free-entropy.svg", entropies, "Two maxima that change places: the measure jumps at the middle value, message passing stays on the left one until it is no maximum.");
    }
}
