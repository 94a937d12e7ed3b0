using OxyPlot;

namespace Onsager.Papers.Report;

/// <summary>
/// The look of all plots. The hues are Okabe and Ito's (2008), which people with any common colour vision can tell apart, without their
/// yellow, which is lost on white; marker shapes differ too, so that a plot survives a grey printer.
/// </summary>
internal static class Style
{
    /// <summary>Lines, text and reference marks: <see cref="Svg"/> turns this hue into the page's text colour, so that it follows dark mode.</summary>
    public static readonly OxyColor Ink = OxyColor.FromRgb(1, 2, 3);

    /// <summary>The grid: ink at a tenth of its strength.</summary>
    public static readonly OxyColor Grid = OxyColor.FromAColor(28, Ink);

    public static readonly OxyColor Faint = OxyColor.FromAColor(150, Ink);

    public static readonly IReadOnlyList<OxyColor> Hues =
    [
        OxyColor.FromRgb(0x1F, 0x7B, 0xC0), // blue, a little lighter than theirs so that it also reads on black
        OxyColor.FromRgb(0xD5, 0x5E, 0x00), // vermilion
        OxyColor.FromRgb(0x00, 0x9E, 0x73), // bluish green
        OxyColor.FromRgb(0xCC, 0x79, 0xA7), // reddish purple
        OxyColor.FromRgb(0xE6, 0x9F, 0x00), // orange
        OxyColor.FromRgb(0x56, 0xB4, 0xE9), // sky blue
        OxyColor.FromRgb(0x8A, 0x8A, 0x8A), // grey, for a seventh
    ];

    public static readonly IReadOnlyList<MarkerType> Markers =
    [
        MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond,
        MarkerType.Circle, MarkerType.Square, MarkerType.Triangle,
    ];

    /// <summary>How reference lines are broken, so that several in one plot differ.</summary>
    public static readonly IReadOnlyList<LineStyle> Dashes = [LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot, LineStyle.LongDash];

    public const double Width = 680;
    public const double Height = 400;

    /// <summary>Metrics of this family are built into the exporter; <see cref="Svg"/> lets the reader's system choose a close one.</summary>
    public const string Font = "Arial";
    public const double FontSize = 13;
}
