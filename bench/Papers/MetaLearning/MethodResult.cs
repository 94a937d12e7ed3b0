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

/// <summary>One trained net, how it is to be used, chosen for each <see cref="Use"/>, and its error by meta-finetuning after five goal steps: on the distributions for validation, and on unseen ones.</summary>
internal sealed record MetaRun(TrainedNet Net, Protocol[] Protocols, double Validation, double Error);

/// <summary>All runs of a method, [seed][start]; which one each seed keeps, the best on the distributions for validation; and its errors on unseen distributions by use.</summary>
internal sealed record MethodResult(MetaMethod Method, MetaRun[][] Seeds, MetaRun[] Kept, GoalCurve[][] Curves)
{
    /// <summary>The error of meta-finetuning of every run, kept or not, after five goal steps.</summary>
    public double[] Everyone => [.. Seeds.SelectMany(static seed => seed).Select(static run => run.Error)];

    /// <summary>Each seed's error after some goal steps.</summary>
    public double[] Errors(Use use, int steps = 5) => [.. Curves.Select(seed => seed[(int)use].Errors[steps])];

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
    public IEnumerable<IReadOnlyList<Cell>> Rows() => Enum.GetValues<Use>().SelectMany(use => Curves.Select((curves, seed) => (IReadOnlyList<Cell>)
    [
        Method.Name, seed, Name(use), curves[(int)use].Protocol.ToString(), .. ((int[])[0, 1, 5, 10]).Select(at => new Cell(curves[(int)use].Errors[at], "F3")),
    ]));
}
