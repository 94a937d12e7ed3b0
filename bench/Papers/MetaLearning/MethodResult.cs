using System.Globalization;
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

/// <summary>One trained net, its errors on the test distributions, by use, and that of meta-finetuning on those for validation.</summary>
internal sealed record MetaRun(TrainedNet Net, GoalCurve[] Curves, double Validation);

/// <summary>All runs of a method, [seed][start]. Each seed keeps the one that is best on the distributions for validation.</summary>
internal sealed record MethodResult(MetaMethod Method, MetaRun[][] Seeds)
{
    /// <summary>What each seed keeps.</summary>
    public MetaRun[] Kept { get; } = [.. Seeds.Select(static seed => seed.MinBy(static run => double.IsFinite(run.Validation) ? run.Validation : double.PositiveInfinity)!)];

    /// <summary>The error of meta-finetuning of every run, kept or not, after five goal steps.</summary>
    public double[] Everyone => [.. Seeds.SelectMany(static seed => seed).Select(static run => run.Curves[(int)Use.Meta].Errors[5])];

    /// <summary>Each seed's error after some goal steps.</summary>
    public double[] Errors(Use use, int steps = 5) => [.. Kept.Select(run => run.Curves[(int)use].Errors[steps])];

    /// <summary>The mean over seeds after five goal steps.</summary>
    public double Error(Use use) => Mean(Errors(use));

    /// <summary>Each seed's error after five goal steps over another's.</summary>
    public double[] Over(Use use, MethodResult other, Use its) => [.. Errors(use).Zip(other.Errors(its), static (x, y) => x / y)];

    public static string Name(Use use) => use switch
    {
        Use.None => "none",
        Use.Meta => "mf",
        Use.Pool => "pool",
        _ => "trained protocol",
    };

    public static string Text(double[] values) => string.Join(", ", values.Select(static value => value.ToString("F3", CultureInfo.InvariantCulture)));

    /// <summary>The middle one, or the mean of the middle two.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A row for each seed and use.</summary>
    public IEnumerable<IReadOnlyList<Cell>> Rows() => Enum.GetValues<Use>().SelectMany(use => Kept.Select((run, seed) => (IReadOnlyList<Cell>)
    [
        Method.Name, seed, Name(use), run.Curves[(int)use].Protocol.ToString(), .. ((int[])[0, 1, 5, 10]).Select(at => new Cell(run.Curves[(int)use].Errors[at], "F3")),
    ]));
}
