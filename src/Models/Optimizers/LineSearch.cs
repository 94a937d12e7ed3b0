namespace Onsager.Models;

/// <summary>How far L-BFGS goes along its direction.</summary>
public enum LineSearch
{
    /// <summary>The rate itself.</summary>
    None,

    /// <summary>Halved until the loss has fallen enough (Armijo, 1966).</summary>
    Armijo,

    /// <summary>Bracketed and narrowed until the loss has fallen enough and the slope has flattened (Wolfe, 1969; Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6).</summary>
    StrongWolfe,
}

/// <summary>A function along a line: its value and slope at a step.</summary>
internal interface ILine
{
    (double Value, double Slope) At(double step);
}

/// <summary>
/// Steps along a line. The constants are those of Nocedal and Wright, page 62, for quasi-Newton directions: the loss must fall by 1e-4 of what
/// the first slope promises, and the slope to 0.9 of itself.
/// </summary>
internal static class LineSearches
{
    public const double Decrease = 1e-4;
    public const double Curvature = 0.9;
    private const int Evaluations = 25;

    /// <summary>The first of step, step / 2, step / 4, ... at which the loss has fallen enough; 0 if none of 25 has.</summary>
    public static double Armijo<TLine>(ref TLine line, double value, double slope, double step)
        where TLine : struct, ILine
    {
        for (int i = 0; i < Evaluations; i++, step /= 2)
        {
            // A value that is not a number is not below anything.
            if (line.At(step).Value <= value + (Decrease * step * slope))
            {
                return step;
            }
        }

        return 0;
    }

    /// <summary>A step that meets the strong Wolfe conditions, or the best found in 25 evaluations; 0 if none was below the value.</summary>
    public static double StrongWolfe<TLine>(ref TLine line, double value, double slope, double step)
        where TLine : struct, ILine
    {
        Point before = new(0, value, slope);
        for (int i = 0; i < Evaluations; i++)
        {
            (double v, double s) = line.At(step);
            Point now = new(step, v, s);
            bool rose = !(v <= value + (Decrease * step * slope)) || (i > 0 && v >= before.Value);
            if (rose)
            {
                return Narrow(ref line, value, slope, before, now, Evaluations - i);
            }

            if (Math.Abs(s) <= -Curvature * slope)
            {
                return step;
            }

            if (s >= 0)
            {
                return Narrow(ref line, value, slope, now, before, Evaluations - i);
            }

            before = now;
            step *= 2;
        }

        return before.Step;
    }

    /// <summary>Narrows a bracket whose lower end has the smaller loss.</summary>
    private static double Narrow<TLine>(ref TLine line, double value, double slope, Point low, Point high, int evaluations)
        where TLine : struct, ILine
    {
        for (int i = 0; i < evaluations; i++)
        {
            double step = Cubic(low, high);
            (double v, double s) = line.At(step);
            Point now = new(step, v, s);
            if (!(v <= value + (Decrease * step * slope)) || v >= low.Value)
            {
                high = now;
            }
            else
            {
                if (Math.Abs(s) <= -Curvature * slope)
                {
                    return step;
                }

                if (s * (high.Step - low.Step) >= 0)
                {
                    high = low;
                }

                low = now;
            }
        }

        return low.Step;
    }

    /// <summary>
    /// The minimum of the cubic through both values and slopes (Nocedal and Wright, equation 3.59), kept away from the ends by a tenth of the
    /// bracket; its middle where there is none.
    /// </summary>
    private static double Cubic(Point a, Point b)
    {
        double width = b.Step - a.Step, d1 = a.Slope + b.Slope - (3 * (a.Value - b.Value) / (a.Step - b.Step)), square = (d1 * d1) - (a.Slope * b.Slope);
        if (!(square >= 0) || !double.IsFinite(square))
        {
            return a.Step + (width / 2);
        }

        double d2 = Math.Sign(width) * Math.Sqrt(square);
        double step = b.Step - (width * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + (2 * d2))));
        double least = Math.Min(a.Step, b.Step) + (0.1 * Math.Abs(width)), most = Math.Max(a.Step, b.Step) - (0.1 * Math.Abs(width));
        return double.IsFinite(step) ? Math.Min(Math.Max(step, least), most) : a.Step + (width / 2);
    }

    private readonly record struct Point(double Step, double Value, double Slope);
}
