using OxyPlot;

namespace Onsager.Papers.Report;

/// <summary>A picture as SVG, in two settings: a file of its own on white, and a part of the page in the page's colours.</summary>
internal sealed class Svg
{
    private readonly string _opening;
    private readonly string _content;

    private Svg(double width, double height, string description, string content)
    {
        _opening = FormattableString.Invariant(
            $"xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0.#} {height:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\"")
            + $" role=\"img\" aria-label=\"{SectionBody.Escape(description)}\"";
        _content = content;
    }

    public static Svg Of(Figure figure, string description)
    {
        SvgExporter exporter = new() { Width = figure.Width, Height = figure.Height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true };
        string raw = exporter.ExportToString(figure.Build());
        return new Svg(figure.Width, figure.Height, description, raw);
    }

    public static Svg Of(IReadOnlyList<Picture> pictures, int columns, string description)
    {
        return new Svg(columns * 10, pictures.Count, description, "");
    }

    public string File() => $"<svg {_opening}>{_content}</svg>\n";

    public string Inline(string prefix) => $"<svg {_opening} class=\"{prefix}\">{_content}</svg>";
}
