using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Onsager.Papers.Report;

/// <summary>
/// A plot in the house style, built by chained calls: <c>new Figure("n / d", "cosine") { LogX = true }.Line("measured", x, y, sd)</c>.
/// Titles and names take <c>^{2}</c> and <c>_{i}</c>. Points that are not finite, or not positive on a logarithmic axis, leave a gap.
/// </summary>
internal sealed partial class Figure(string xTitle, string yTitle)
{
    private readonly List<Series> series = [];
    private readonly List<Annotation> annotations = [];
    private readonly Dictionary<string, int> hues = [];
    private int references;

    /// <summary>Stands above the plot. The caption usually says it better.</summary>
    public string? Title { get; init; }

    public bool LogX { get; init; }

    public bool LogY { get; init; }

    /// <summary>One unit is as long on both axes, so that circles are round.</summary>
    public bool Square { get; init; }

    /// <summary>The ends of the axis; null lets the points decide.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <inheritdoc cref="XRange"/>
    public (double Low, double High)? YRange { get; init; }

    public double Width { get; init; } = Style.Width;

    public double Height { get; init; } = Style.Height;

    /// <summary>Markers joined by a line, with vertical error bars if <paramref name="error"/> is given.</summary>
    /// <param name="name">Its row in the legend; empty for none.</param>
    /// <param name="x">One for each point.</param>
    /// <param name="y">As many.</param>
    /// <param name="error">Half the length of each bar; as many, or empty.</param>
    public Figure Line(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> error = default)
    {
        int hue = NextHue(name);
        ErrorBars(hue, x, y, error);
        LineSeries line = NewLine(name, hue, x, y);
        line.MarkerType = Style.Markers[hue];
        line.MarkerSize = 4;
        line.MarkerFill = Style.Hues[hue];
        series.Add(line);
        return this;
    }

    /// <summary>A line without markers, such as a formula or a long time series.</summary>
    /// <param name="name">Its row in the legend; empty for none.</param>
    /// <param name="x">One for each point.</param>
    /// <param name="y">As many.</param>
    /// <param name="like">The name of a series whose hue it shares, dashed: the theory of those points.</param>
    public Figure Curve(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, string? like = null)
    {
        LineSeries line = NewLine(name, like is null ? NextHue(name) : HueOf(like), x, y);
        if (like is not null)
        {
            line.LineStyle = LineStyle.Dash;
        }

        series.Add(line);
        return this;
    }

    /// <summary>Markers alone, with vertical error bars if <paramref name="error"/> is given. Many points are drawn smaller.</summary>
    /// <inheritdoc cref="Line"/>
    public Figure Points(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> error = default)
    {
        int hue = NextHue(name);
        ErrorBars(hue, x, y, error);
        CheckLengths(name, x, y);
        bool few = x.Length <= 60;
        ScatterSeries points = new()
        {
            Title = name,
            RenderInLegend = name.Length > 0,
            MarkerType = Style.Markers[hue],
            MarkerSize = few ? 4 : 2.5,
            MarkerFill = few ? Style.Hues[hue] : OxyColor.FromAColor(170, Style.Hues[hue]),
        };
        for (int i = 0; i < x.Length; i++)
        {
            if (Visible(x[i], y[i]) is { X: double px, Y: double py } && double.IsFinite(px))
            {
                points.Points.Add(new ScatterPoint(px, py));
            }
        }

        series.Add(points);
        return this;
    }

    /// <summary>A band between two curves, in the hue of the series <paramref name="like"/>.</summary>
    public Figure Band(string like, ReadOnlySpan<double> x, ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        CheckLengths(like, x, low);
        CheckLengths(like, x, high);
        AreaSeries band = new() { Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, RenderInLegend = false };
        band.Fill = OxyColor.FromAColor(50, Style.Hues[HueOf(like)]);
        for (int i = 0; i < x.Length; i++)
        {
            band.Points.Add(Visible(x[i], low[i]));
            band.Points2.Add(Visible(x[i], high[i]));
        }

        series.Insert(0, band);
        return this;
    }

    /// <summary>A broken reference circle, named in the legend.</summary>
    public Figure Circle(double radius, string label = "", double centreX = 0, double centreY = 0)
    {
        const int Half = 60;
        LineSeries circle = Reference(label);

        // The rational form of the circle, ((1 - t^2), 2t) / (1 + t^2): the right half going up, then its mirror image going down.
        for (int i = -Half; i <= 3 * Half; i++)
        {
            double t = (i <= Half ? i : (2 * Half) - i) / (double)Half;
            double side = i <= Half ? radius : -radius;
            circle.Points.Add(new DataPoint(centreX + (side * (1 - (t * t)) / (1 + (t * t))), centreY + (radius * 2 * t / (1 + (t * t)))));
        }

        return this;
    }

    /// <summary>A broken reference line at one height, named in the legend.</summary>
    public Figure Horizontal(double y, string label = "") =>
        Reference(label, new LineAnnotation { Type = LineAnnotationType.Horizontal, Y = y });

    /// <summary>A broken upright reference line, named in the legend.</summary>
    public Figure Vertical(double x, string label = "") =>
        Reference(label, new LineAnnotation { Type = LineAnnotationType.Vertical, X = x });

    /// <summary>The broken reference line y = slope x + intercept, on linear axes, named in the legend.</summary>
    public Figure Slope(double slope, string label = "", double intercept = 0) =>
        Reference(label, new LineAnnotation { Type = LineAnnotationType.LinearEquation, Slope = slope, Intercept = intercept });

    /// <summary>The finished model. A plot that the methods above cannot express may add to it what OxyPlot offers.</summary>
    public PlotModel Build()
    {
        PlotModel model = new()
        {
            Title = Title,
            TitleFontSize = 15,
            TitleFontWeight = FontWeights.Bold,
            DefaultFont = Style.Font,
            DefaultFontSize = Style.FontSize,
            TextColor = Style.Ink,
            Background = OxyColors.Transparent,
            PlotAreaBorderColor = Style.Faint,
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            PlotType = Square ? PlotType.Cartesian : PlotType.XY,
            Padding = new OxyThickness(8, 12, 12, 8),
        };
        model.Axes.Add(NewAxis(AxisPosition.Bottom, xTitle, LogX, XRange));
        model.Axes.Add(NewAxis(AxisPosition.Left, yTitle, LogY, YRange));
        foreach (Annotation annotation in annotations)
        {
            model.Annotations.Add(annotation);
        }

        foreach (Series series in this.series)
        {
            model.Series.Add(series);
        }

        if (this.series.Count(series => series.RenderInLegend) > 1)
        {
            model.Legends.Add(new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.RightTop,
                LegendBorderThickness = 0,
                LegendTextColor = Style.Ink,
                LegendSymbolLength = 26,
                LegendLineSpacing = 8,
                LegendMargin = 12,
            });
        }

        return model;
    }

    private static Axis NewAxis(AxisPosition position, string title, bool log, (double Low, double High)? range)
    {
        Axis axis = log ? new LogarithmicAxis { LabelFormatter = LogLabel } : new LinearAxis();
        axis.Position = position;
        axis.Title = title;
        axis.AxisTitleDistance = 12;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Style.Grid;
        axis.MajorGridlineThickness = 1;
        axis.TickStyle = TickStyle.Outside;
        axis.TicklineColor = Style.Faint;
        axis.MinorTickSize = log ? 3 : 0;
        axis.MajorTickSize = 5;
        axis.MinimumPadding = 0.04;
        axis.MaximumPadding = 0.06;
        if (range is (double low, double high))
        {
            axis.Minimum = low;
            axis.Maximum = high;
        }

        return axis;
    }

    /// <summary>Plain numbers where they are short, powers of ten elsewhere.</summary>
    private static string LogLabel(double value)
    {
        if (value is >= 1e-3 and < 1e5)
        {
            return value.ToString("0.####");
        }

        string[] parts = value.ToString("0.##e+0").Split('e');
        string power = $"10^{{{SectionBody.Minus(parts[1].TrimStart('+'))}}}";
        return parts[0] == "1" ? power : $"{parts[0]}·{power}";
    }

    /// <summary>Annotations have no place in a legend: an empty series of the same looks stands there for the line.</summary>
    private Figure Reference(string label, LineAnnotation line)
    {
        LineSeries entry = Reference(label);
        line.Color = entry.Color;
        line.StrokeThickness = entry.StrokeThickness;
        line.LineStyle = entry.LineStyle;
        annotations.Add(line);
        return this;
    }

    /// <summary>A thin line of ink, broken unlike the reference lines before it.</summary>
    private LineSeries Reference(string label)
    {
        LineSeries line = new()
        {
            Title = label,
            RenderInLegend = label.Length > 0,
            Color = Style.Faint,
            StrokeThickness = 1.2,
            LineStyle = Style.Dashes[references++ % Style.Dashes.Count],
        };
        series.Add(line);
        return line;
    }

    private LineSeries NewLine(string name, int hue, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        CheckLengths(name, x, y);
        LineSeries line = new() { Title = name, Color = Style.Hues[hue], StrokeThickness = 2, RenderInLegend = name.Length > 0 };
        for (int i = 0; i < x.Length; i++)
        {
            line.Points.Add(Visible(x[i], y[i]));
        }

        return line;
    }

    private void ErrorBars(int hue, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> error)
    {
        if (error.IsEmpty)
        {
            return;
        }

        CheckLengths("error bars", x, error);

        // One polyline with gaps. A bar that would reach zero or below on a logarithmic axis ends at a hundredth of its value.
        LineSeries bars = new() { Color = Style.Hues[hue], StrokeThickness = 1.3, RenderInLegend = false };
        for (int i = 0; i < x.Length; i++)
        {
            double low = LogY ? Math.Max(y[i] - error[i], y[i] / 100) : y[i] - error[i];
            bars.Points.Add(Visible(x[i], low));
            bars.Points.Add(Visible(x[i], y[i] + error[i]));
            bars.Points.Add(DataPoint.Undefined);
        }

        series.Add(bars);
    }

    private DataPoint Visible(double x, double y) =>
        double.IsFinite(x) && double.IsFinite(y) && !(LogX && x <= 0) && !(LogY && y <= 0) ? new DataPoint(x, y) : DataPoint.Undefined;

    private int NextHue(string name)
    {
        int hue = hues.Count % Style.Hues.Count;
        if (!hues.TryAdd(name, hue))
        {
            throw new ArgumentException($"figure: two series are called '{name}'", nameof(name));
        }

        return hue;
    }

    private int HueOf(string name) => hues.TryGetValue(name, out int hue)
        ? hue
        : throw new ArgumentException($"figure: no series is called '{name}' (yet)", nameof(name));

    private static void CheckLengths(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"figure: '{name}' has {x.Length} abscissae and {y.Length} ordinates");
        }
    }
}
