using OxyPlot;

namespace Onsager.Papers.Report;

/// <summary>
/// Tells the exporter how wide text is, from the advance widths in Adobe's metrics of Helvetica (the exporter's own estimate is a fifth too
/// small, so that axis titles ran into labels). It draws nothing.
/// </summary>
internal sealed class TextMeasure : ClippingRenderContext
{
    /// <summary>Advance widths of the characters from space to tilde, in thousandths of the font size.</summary>
    private static ReadOnlySpan<ushort> Advances =>
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556,
        278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,
        611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833,
        556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        const double LineHeight = 0.85; // the exporter centres the baseline as if this were the height of a capital
        const int Elsewhere = 600; // Greek letters and mathematical signs are about this wide
        const double Bold = 1.06;
        if (string.IsNullOrEmpty(text))
        {
            return OxySize.Empty;
        }

        string[] lines = text.Split('\n');
        int widest = 0;
        foreach (string line in lines)
        {
            int width = 0;
            foreach (char c in line)
            {
                width += c is >= ' ' and <= '~' ? Advances[c - ' '] : Elsewhere;
            }

            widest = Math.Max(widest, width);
        }

        double scale = fontSize / 1000 * (fontWeight > FontWeights.Normal ? Bold : 1);
        return new OxySize(widest * scale, lines.Length * LineHeight * fontSize);
    }

    public override void DrawLine(
        IList<ScreenPoint> points, OxyColor stroke, double thickness, EdgeRenderingMode edgeRenderingMode, double[] dashArray, LineJoin lineJoin)
    {
    }

    public override void DrawPolygon(
        IList<ScreenPoint> points,
        OxyColor fill,
        OxyColor stroke,
        double thickness,
        EdgeRenderingMode edgeRenderingMode,
        double[] dashArray,
        LineJoin lineJoin)
    {
    }

    public override void DrawText(
        ScreenPoint p,
        string text,
        OxyColor fill,
        string fontFamily,
        double fontSize,
        double fontWeight,
        double rotation,
        HorizontalAlignment horizontalAlignment,
        VerticalAlignment verticalAlignment,
        OxySize? maxSize)
    {
    }

    protected override void SetClip(OxyRect clippingRectangle)
    {
    }

    protected override void ResetClip()
    {
    }
}
