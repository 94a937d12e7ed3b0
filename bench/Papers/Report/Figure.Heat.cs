using OxyPlot;
using OxyPlot.Annotations;

namespace Onsager.Papers.Report;

/// <content>Coloured maps.</content>
internal sealed partial class Figure
{
    /// <summary>Kinds of cells: good, between, bad.</summary>
    private static readonly OxyColor[] HeatHues = [OxyColor.FromRgb(0x00, 0x9E, 0x73), OxyColor.FromRgb(0xE6, 0x9F, 0x00), OxyColor.FromRgb(0xC8, 0x2A, 0x2A)];

    /// <summary>Shades of a hue.</summary>
    private const int Shades = 6;

    /// <summary>
    /// Cells coloured by kind (0 green, 1 orange, 2 red), stronger where their value in [0, 1] is larger; green ones alike. Rows go up, and equal neighbours in a row are one rectangle.
    /// </summary>
    /// <param name="x">The ends of the map along the axis.</param>
    /// <param name="y">The same upwards.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="values">Row by row from below.</param>
    /// <param name="kinds">As many.</param>
    public Figure Heat((double Low, double High) x, (double Low, double High) y, int columns, ReadOnlySpan<double> values, ReadOnlySpan<int> kinds)
    {
        if (columns < 1 || values.Length != kinds.Length || values.Length % columns != 0)
        {
            throw new ArgumentException($"figure: a map of {values.Length} values and {kinds.Length} kinds in rows of {columns}");
        }

        int rows = values.Length / columns;
        double width = (x.High - x.Low) / columns, height = (y.High - y.Low) / rows;
        for (int row = 0; row < rows; row++)
        {
            for (int from = 0, to; from < columns; from = to)
            {
                int at = (row * columns) + from, shade = Shade(values[at], kinds[at]);
                to = from + 1;
                while (to < columns && kinds[at - from + to] == kinds[at] && Shade(values[at - from + to], kinds[at]) == shade)
                {
                    to++;
                }

                annotations.Add(new RectangleAnnotation
                {
                    MinimumX = x.Low + (from * width),
                    MaximumX = x.Low + (to * width),
                    MinimumY = y.Low + (row * height),
                    MaximumY = y.Low + ((row + 1) * height),
                    Fill = OxyColor.FromAColor((byte)(70 + (shade * 170 / Shades)), HeatHues[kinds[at]]),
                    StrokeThickness = 0,
                    Layer = AnnotationLayer.BelowSeries,
                });
            }
        }

        return this;
    }

    private static int Shade(double value, int kind) => kind == 0 || !double.IsFinite(value) ? 1 : int.Clamp((int)(value * Shades), 0, Shades);
}
