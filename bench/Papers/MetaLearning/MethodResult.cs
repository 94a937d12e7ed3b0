using Onsager.Papers.Report;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The ways in which related tasks are used: those of <see cref="Preparation"/>, and as in training.</summary>
internal enum Use
{
    None,
    Meta,
    Pool,
    Trained,
}

/// <summary>One trained net and its errors on its unseen distributions, by <see cref="Use"/>.</summary>
internal sealed record MetaRun(TrainedNet Net, GoalCurve[] Curves);

/// <summary>
/// A method's trainings. What they have in common is told by medians: on some of them a step diverges on one goal of hundreds, and no mean survives that.
/// </summary>
internal sealed record MethodResult(MetaMethod Method, MetaRun[] Runs)
{
    /// <summary>Each training's error after some goal steps.</summary>
    public double[] Errors(Use use, int steps = 5) => [.. Runs.Select(run => run.Curves[(int)use].Errors[steps])];

    /// <summary>The median over trainings after five goal steps.</summary>
    public Estimate Error(Use use) => Estimate.OfMedian(Errors(use));

    /// <summary>Each training's error after five goal steps over another's with the same start and the same distributions to be judged on, for as many trainings as both have.</summary>
    public double[] Over(Use use, MethodResult other, Use its) => [.. Errors(use).Zip(other.Errors(its), static (x, y) => x / y)];

    public static string Name(Use use) => use switch
    {
        Use.None => "none",
        Use.Meta => "mf",
        Use.Pool => "pool",
        _ => "trained protocol",
    };

    /// <summary>A row for each use: medians after some goal steps, and after five the quarters and the worst.</summary>
    public IEnumerable<IReadOnlyList<Cell>> Rows() => Enum.GetValues<Use>().Select(use => (IReadOnlyList<Cell>)
    [
        Method.Name, Name(use), .. ((int[])[0, 1, 5, 10]).Select(at => new Cell(Quantile(Errors(use, at), 0.5), "F3")), .. ((double[])[0.25, 0.75, 1]).Select(share => Short(Quantile(Errors(use), share))),
    ]);

    /// <summary>A row for each training: its plateau, and its errors after five goal steps.</summary>
    public IEnumerable<IReadOnlyList<Cell>> RunRows() => Runs.Select((run, i) => (IReadOnlyList<Cell>)
    [
        Method.Name, i, run.Net.Plateau, .. Enum.GetValues<Use>().Select(use => Short(run.Curves[(int)use].Errors[5])), run.Curves[(int)Use.Meta].Protocol.ToString(),
    ]);

    /// <summary>Three decimals, or few digits of what has exploded.</summary>
    private static Cell Short(double error) => new(error, error < 1000 ? "F3" : "G3");
}
