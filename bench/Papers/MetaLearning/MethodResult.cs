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

/// <summary>One trained net and its errors on the unseen distributions, by <see cref="Use"/>.</summary>
internal sealed record MetaRun(TrainedNet Net, GoalCurve[] Curves);

/// <summary>A method's trainings, one for each seed.</summary>
internal sealed record MethodResult(MetaMethod Method, MetaRun[] Seeds)
{
    /// <summary>Each seed's error after some goal steps.</summary>
    public double[] Errors(Use use, int steps = 5) => [.. Seeds.Select(run => run.Curves[(int)use].Errors[steps])];

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

    /// <summary>A row for each seed and use.</summary>
    public IEnumerable<IReadOnlyList<Cell>> Rows() => Enum.GetValues<Use>().SelectMany(use => Seeds.Select((run, seed) => (IReadOnlyList<Cell>)
    [
        Method.Name, seed, Name(use), run.Curves[(int)use].Protocol.ToString(), .. ((int[])[0, 1, 5, 10]).Select(at => new Cell(run.Curves[(int)use].Errors[at], "F3")),
    ]));
}
