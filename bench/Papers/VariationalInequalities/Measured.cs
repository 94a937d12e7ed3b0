using Onsager.Models.Games;
using Onsager.Tensors;
using static Onsager.Papers.HostMath;

namespace Onsager.Papers;

/// <summary>The random streams of the card's claims: each repetition of each has its own.</summary>
internal enum GameCheck
{
    Spectrum = 3,
    Ergodic,
    LastPoint = 6,
    StronglyMonotone = 8,
    MatrixGame,
    WarmUp = 11,
    Large,
}

/// <summary>What is measured of runs of methods.</summary>
internal static class Measured
{
    public static RandomStream Stream(RunContext context, GameCheck check, int repetition = 0) =>
        new(context.Seed, ((ulong)check << 32) + (ulong)repetition);

    /// <summary>|z_0| .. |z_steps|: the distances to a solution at 0.</summary>
    public static double[] Norms(VariationalProblem problem, Method method, Tensor<double> start, int steps) =>
        Series(problem, method, start, steps, static run => Norm(run.Point));

    /// <summary>A number of the start and of the point after each step.</summary>
    public static double[] Series(VariationalProblem problem, Method method, Tensor<double> start, int steps, Func<Iteration, double> number)
    {
        using Iteration run = new(problem, method, start);
        double[] values = new double[steps + 1];
        values[0] = number(run);
        for (int k = 1; k <= steps; k++)
        {
            run.Step();
            values[k] = number(run);
        }

        return values;
    }

    public static double Norm(Tensor<double> x)
    {
        using Tensor<double> squares = x.Square(), sum = squares.Sum();
        return Math.Sqrt(sum.Item());
    }

    /// <summary>The mean factor from one step to the next between two steps.</summary>
    public static double Rate(ReadOnlySpan<double> values, int from, int to) => Power(values[to] / values[from], 1.0 / (to - from));

    /// <summary>The slope of ln value over ln k by least squares over all k from one step to another.</summary>
    public static double Slope(ReadOnlySpan<double> values, int from, int to)
    {
        double count = to - from + 1, x = 0, y = 0, xx = 0, xy = 0;
        for (int k = from; k <= to; k++)
        {
            (double lnK, double lnV) = (Ln(k), Ln(values[k]));
            x += lnK;
            y += lnV;
            xx += lnK * lnK;
            xy += lnK * lnV;
        }

        return ((count * xy) - (x * y)) / ((count * xx) - (x * x));
    }

    /// <summary>The first step at which the values have fallen to a share of the first; NaN if they never do.</summary>
    public static double StepsTo(ReadOnlySpan<double> values, double share)
    {
        for (int k = 0; k < values.Length; k++)
        {
            if (values[k] <= share * values[0])
            {
                return k;
            }
        }

        return double.NaN;
    }

    /// <summary>The largest weighted value from step 1 on.</summary>
    public static double Largest(ReadOnlySpan<double> values, Func<int, double> weight)
    {
        double largest = 0;
        for (int k = 1; k < values.Length; k++)
        {
            largest = Math.Max(largest, weight(k) * values[k]);
        }

        return largest;
    }

    /// <summary>Every so many of a series, with the numbers of their steps, for plots.</summary>
    public static (double[] K, double[] Values) Thinned(ReadOnlySpan<double> values, int every, int from = 0)
    {
        List<double> k = [], y = [];
        for (int i = from; i < values.Length; i += every)
        {
            k.Add(i);
            y.Add(values[i]);
        }

        return ([.. k], [.. y]);
    }

    /// <summary>The steps at about even ratios from 1 on, for logarithmic axes.</summary>
    public static (double[] K, double[] Values) Spaced(ReadOnlySpan<double> values)
    {
        List<double> k = [], y = [];
        for (int i = 1; i < values.Length; i += 1 + (i / 25))
        {
            k.Add(i);
            y.Add(values[i]);
        }

        return ([.. k], [.. y]);
    }

    /// <summary>First to last in even steps.</summary>
    public static double[] Even(double first, double last, int count) => Grid(first, last, count, logarithmic: false);
}
