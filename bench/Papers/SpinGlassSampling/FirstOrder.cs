using Onsager.Models.Amp;
using Onsager.Papers.Report;
using Onsager.Tensors;
using static Onsager.Papers.GlassMeasures;

namespace Onsager.Papers;

/// <summary>Claim C5: message passing on a tensor of order three sees both branches of a first-order transition.</summary>
/// <remarks>
/// Delta = .30 is 3% below Delta_d = .3097, where the energy of a planted configuration varies from tensor to tensor by sqrt(1 / 2N), 6% of itself: on four of ten tensors of N = 220 the informed branch is lost. The median over
/// the card's three tensors passes or fails by chance; the claims take it over so many that it does not. The control and the curves need fewer.
/// </remarks>
internal static class FirstOrder
{
    private const int N = 220;

    private const int Noises = 2;

    private static readonly double[] Deltas = [0.30, 0.45];

    private static readonly double[] Sides = [0.01, 0.03, 0.06, 0.1, 0.3];

    /// <summary>The strengths of the card's criterion.</summary>
    private static readonly double[] Judged = [0.03, 0.06];

    public static void Run(RunContext context)
    {
        int tensors = context.Choose(4, 12, 12), many = context.Choose(20, 120, 600);
        context.Heading("C5: both branches in a spin glass of triples");
        Branches all = new(Deltas, Sides), judged = new(Deltas[..1], Judged);
        for (int t = 0; t < tensors; t++)
        {
            all.Add(Stream(context, GlassCheck.Branches, t), context.Device);
            context.Progress("C5 branches", (t + 1.0) / (tensors + many));
        }

        for (int t = 0; t < many; t++)
        {
            judged.Add(Stream(context, GlassCheck.BranchesMany, t), context.Device);
            context.Progress("C5 branches", (tensors + t + 1.0) / (tensors + many));
        }

        const string How = "50 steps with damping 0.4";
        string ofMany = $"Informed less uninformed overlap, over {many} tensors of N = {N} with {Noises} side channels each, {How}.", of = $"Over {tensors} tensors of N = {N} with {Noises} side channels each, {How}.";
        for (int s = 0; s < Judged.Length; s++)
        {
            double[] gaps = judged.Gaps(0, s);
            string name = $"C5 Delta = {Deltas[0]}, gamma^2 = {Judged[s]}";
            Estimate share = Estimate.Of([.. gaps.Chunk(Noises).Select(tensor => HostMath.Mean([.. tensor.Select(gap => gap >= 0.5 ? 1.0 : 0)]))]);
            context.Claim($"{name}, median gap", Median(gaps), low: 0.5, explanation: $"{ofMany} The gap is .5 or more on {share.Mean:P1} of them, with a standard error of {share.Error:P1}.");
            context.Report($"{name}, share of instances with a gap of .5", share.Mean, $"{ofMany} {share.Text("tensors")}");

            // What the criterion says of each three tensors, as many as the card has.
            double[][] threes = [.. gaps.Chunk(3 * Noises).Where(three => three.Length == 3 * Noises)];
            context.Report($"{name}, share of three tensors that meet the bound", HostMath.Mean([.. threes.Select(three => Median(three) >= 0.5 ? 1.0 : 0)]), $"Of {threes.Length} threes, as many tensors as the card has.");
        }

        for (int s = 0; s < Sides.Length && Sides[s] <= 0.1; s++)
        {
            context.Claim($"C5 control Delta = {Deltas[1]}, gamma^2 = {Sides[s]}, median gap", Median(all.Gaps(1, s)), 0, 0.03, explanation: $"There is no transition at this Delta. {of}");
        }

        StateEvolution<Rademacher> evolution = new(default, 3, 401);
        context.Table(
            $"Median overlaps with the planted spins. {of}", ["Delta", "gamma^2", "uninformed", "state evolution", "informed", "state evolution"],
            [.. Deltas.SelectMany((delta, d) => Sides.Select((side, s) => (IReadOnlyList<Cell>)
            [
                new Cell(delta, "F3"), new Cell(side, "F2"), new Cell(Median(all.Low(d, s)), "F3"), new Cell(evolution.FixedPoint(delta, side, 1e-6, 1e-9, 5000), "F3"),
                new Cell(Median(all.High(d, s)), "F3"), new Cell(evolution.FixedPoint(delta, side, 1, 1e-9, 5000), "F3"),
            ]))]);
        context.Plot(
            "C5-branches.svg",
            new Figure("gamma^{2}", "overlap") { YRange = (-0.05, 1) }
                .Points("informed", Sides, [.. Sides.Select((_, s) => Median(all.High(0, s)))]).Points("uninformed", Sides, [.. Sides.Select((_, s) => Median(all.Low(0, s)))])
                .Curve("", Axis, [.. Axis.Select(g => evolution.FixedPoint(Deltas[0], g, 1, 1e-9, 5000))], like: "informed")
                .Curve(" ", Axis, [.. Axis.Select(g => evolution.FixedPoint(Deltas[0], g, 1e-6, 1e-9, 5000))], like: "uninformed"),
            $"Delta = {Deltas[0]}: message passing from nothing and from the planted spins, and state evolution (dashed).");
        Histogram(context, judged, many);
    }

    /// <summary>How the gap is distributed over instances.</summary>
    private static void Histogram(RunContext context, Branches judged, int many)
    {
        double[] bins = HostMath.Grid(-0.15, 0.95, 23, logarithmic: false);
        double width = bins[1] - bins[0];
        Figure figure = new("informed less uninformed overlap", "share of instances");
        for (int s = 0; s < Judged.Length; s++)
        {
            double[] gaps = judged.Gaps(0, s);
            figure.Line($"gamma^{{2}} = {Judged[s]}", bins, [.. bins.Select(bin => HostMath.Mean([.. gaps.Select(gap => Math.Abs(gap - bin) <= width / 2 ? 1.0 : 0)]))]);
        }

        context.Plot("C5-gaps.svg", figure, $"The gap at Delta = {Deltas[0]} on {many} tensors of N = {N}, in bins of {width:F2}: whether the informed branch is there is a property of the tensor.");
    }

    private static double[] Axis { get; } = HostMath.Grid(0.002, 0.3, 60, logarithmic: false);

    /// <summary>Overlaps of message passing from nothing and from the planted spins at some Deltas and strengths.</summary>
    private sealed class Branches(double[] deltas, double[] sides)
    {
        private readonly List<double>[][] low = Empty(deltas, sides);
        private readonly List<double>[][] high = Empty(deltas, sides);

        public List<double> Low(int delta, int side) => low[delta][side];

        public List<double> High(int delta, int side) => high[delta][side];

        /// <summary>Informed less uninformed, tensor by tensor.</summary>
        public double[] Gaps(int delta, int side) => [.. high[delta][side].Zip(low[delta][side], (informed, uninformed) => informed - uninformed)];

        /// <summary>One tensor: all Deltas, side channels and starts are columns of one batch.</summary>
        public void Add(RandomStream random, Device device)
        {
            using Scope scope = Scope.Begin();
            Tensor<float> spike = random.Fork("spike").Rademacher<float>([N]);
            using SpikedModel model = SpikedModel.Stored(3, N, random.Fork("tensor"), spike, device);
            float[] noise = random.Fork("side").Normal<float>([N, Noises]).ToArray(), x = spike.ToArray();
            int each = Noises * sides.Length * 2;
            AmpIteration<Rademacher> amp = new(model, default, [.. deltas.SelectMany(delta => Each(each, delta))]) { Damping = 0.4 };
            for (int c = 0; c < amp.Columns; c++)
            {
                (int side, int instance, bool informed) = (c / 2 % sides.Length, c / (2 * sides.Length) % Noises, c % 2 == 1);
                double gamma2 = sides[side];
                amp.GammaSquared[c] = gamma2;
                for (int i = 0; i < N; i++)
                {
                    int at = (i * amp.Width) + c;
                    amp.External[at] = (float)((gamma2 * x[i]) + (Math.Sqrt(gamma2) * noise[(i * Noises) + instance]));
                    amp.Means[at] = informed ? x[i] : 0;
                }
            }

            amp.Begin();
            amp.Run(50).OrThrow();
            for (int c = 0; c < amp.Columns; c++)
            {
                (c % 2 == 1 ? high : low)[c / each][c / 2 % sides.Length].Add(amp.Overlap(c));
            }
        }

        private static List<double>[][] Empty(double[] deltas, double[] sides) => [.. deltas.Select(_ => (List<double>[])[.. sides.Select(_ => new List<double>())])];
    }
}
