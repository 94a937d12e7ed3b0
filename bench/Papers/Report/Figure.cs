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
internal sealed class Figure(string xTitle, string yTitle)
{
    private readonly List<Series> _series = [];
    private readonly List<Annotation> _annotations = [];
    private readonly Dictionary<string, int> _hues = [];

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
        _series.Add(line);
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
            line.LineStyle = LineStyle.Dash;
        _series.Add(line);
        return this;
    }

    /// <summary>Markers alone, with vertical error bars if <paramref name="error"/> is given. Many points are drawn smaller.</summary>
    /// <inheritdoc cref="Line"/>
    public Figure Points(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> error = default)
    {
        int hue = NextHue(name);
        ErrorBars(hue, x, y, error);
        LineSeries points = NewLine(name, hue, x, y);
        points.LineStyle = LineStyle.None;
        points.MarkerType = Style.Markers[hue];
        points.MarkerSize = x.Length <= 60 ? 4 : 2.5;
        points.MarkerFill = x.Length <= 60 ? Style.Hues[hue] : OxyColor.FromAColor(170, Style.Hues[hue]);
        _series.Add(points);
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

        _series.Insert(0, band);
        return this;
    }

    /// <summary>A dashed reference circle.</summary>
    public Figure Circle(double radius, string label = "", double centreX = 0, double centreY = 0)
    {
        _annotations.Add(new EllipseAnnotation
        {
            X = centreX,
            Y = centreY,
            Width = 2 * radius,
            Height = 2 * radius,
            Fill = OxyColors.Transparent,
            Stroke = Style.Faint,
            StrokeThickness = 1,
        });
        if (label.Length > 0)
            _annotations.Add(Note(label, centreX, centreY + radius));
        return this;
    }

    /// <summary>A dashed reference line at one height.</summary>
    public Figure Horizontal(double y, string label = "")
    {
        _annotations.Add(Reference(new LineAnnotation { Type = LineAnnotationType.Horizontal, Y = y }, label));
        return this;
    }

    /// <summary>A dashed upright reference line.</summary>
    public Figure Vertical(double x, string label = "")
    {
        _annotations.Add(Reference(new LineAnnotation { Type = LineAnnotationType.Vertical, X = x }, label));
        return this;
    }

    /// <summary>The dashed reference line y = slope x + intercept, on linear axes.</summary>
    public Figure Slope(double slope, string label = "", double intercept = 0)
    {
        _annotations.Add(Reference(
            new LineAnnotation { Type = LineAnnotationType.LinearEquation, Slope = slope, Intercept = intercept }, label));
        return this;
    }

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
        foreach (Annotation annotation in _annotations)
            model.Annotations.Add(annotation);
        foreach (Series series in _series)
            model.Series.Add(series);
        if (_hues.Count > 1)
        {
            model.Legends.Add(new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.RightTop,
                LegendBorderThickness = 0,
                LegendTextColor = Style.Ink,
                LegendSymbolLength = 26,
                LegendItemSpacing = 6,
            });
        }

        return model;
    }

    private static Axis NewAxis(AxisPosition position, string title, bool log, (double Low, double High)? range)
    {
        Axis axis = log ? new LogarithmicAxis { LabelFormatter = LogLabel } : new LinearAxis();
        axis.Position = position;
        axis.Title = title;
        axis.AxisTitleDistance = 8;
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
            return value.ToString("0.####");
        string[] parts = value.ToString("0.##e+0").Split('e');
        string power = $"10^{{{SectionBody.Minus(parts[1].TrimStart('+'))}}}";
        return parts[0] == "1" ? power : $"{parts[0]}·{power}";
    }

    private static LineAnnotation Reference(LineAnnotation line, string label)
    {
        line.Color = Style.Faint;
        line.StrokeThickness = 1;
        line.LineStyle = LineStyle.Dash;
        line.Text = label;
        line.TextColor = Style.Ink;
        line.FontSize = Style.FontSize - 1;
        line.TextLinePosition = 0.98;
        return line;
    }

    private static TextAnnotation Note(string text, double x, double y) => new()
    {
        Text = text,
        TextPosition = new DataPoint(x, y),
        TextHorizontalAlignment = HorizontalAlignment.Center,
        TextVerticalAlignment = VerticalAlignment.Bottom,
        TextColor = Style.Ink,
        FontSize = Style.FontSize - 1,
        StrokeThickness = 0,
    };

    private LineSeries NewLine(string name, int hue, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        CheckLengths(name, x, y);
        LineSeries line = new() { Title = name, Color = Style.Hues[hue], StrokeThickness = 2, RenderInLegend = name.Length > 0 };
        for (int i = 0; i < x.Length; i++)
            line.Points.Add(Visible(x[i], y[i]));
        return line;
    }

    private void ErrorBars(int hue, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> error)
    {
        if (error.IsEmpty)
            return;
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

        _series.Add(bars);
    }

    private DataPoint Visible(double x, double y) =>
        double.IsFinite(x) && double.IsFinite(y) && !(LogX && x <= 0) && !(LogY && y <= 0) ? new DataPoint(x, y) : DataPoint.Undefined;

    private int NextHue(string name)
    {
        int hue = _hues.Count % Style.Hues.Count;
        if (!_hues.TryAdd(name, hue))
            throw new ArgumentException($"figure: two series are called '{name}'", nameof(name));
        return hue;
    }

    private int HueOf(string name) => _hues.TryGetValue(name, out int hue)
        ? hue
        : throw new ArgumentException($"figure: no series is called '{name}' (yet)", nameof(name));

    private static void CheckLengths(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"figure: '{name}' has {x.Length} abscissae and {y.Length} ordinates");
    }
}
