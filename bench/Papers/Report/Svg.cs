using System.Globalization;
using System.Text;
using OxyPlot;

namespace Onsager.Papers.Report;

/// <summary>A picture as SVG in two settings: a file of its own, on white, and a part of the page, in the page's colours.</summary>
internal sealed class Svg
{
    private const string ClipId = "clipPath";

    // Faces with the metrics that the exporter measured with, so that exponents and legends stand where they should.
    private const string Fonts = "Helvetica, Arial, 'Liberation Sans', Arimo, sans-serif";

    private readonly double width;
    private readonly double height;
    private readonly string description;
    private readonly string content;

    private Svg(double width, double height, string description, string content)
    {
        this.width = width;
        this.height = height;
        this.description = description;
        this.content = content;
    }

    /// <param name="figure">What to draw.</param>
    /// <param name="description">For readers who do not see it.</param>
    public static Svg Of(Figure figure, string description)
    {
        SvgExporter exporter = new()
        {
            Width = figure.Width,
            Height = figure.Height,
            IsDocument = false,
            TextMeasurer = new TextMeasure(),
            UseVerticalTextAlignmentWorkaround = true,
        };
        string document = exporter.ExportToString(figure.Build());

        // The root element is ours; ink becomes the colour of the surrounding text.
        int start = document.IndexOf('>', document.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        int end = document.LastIndexOf("</svg>", StringComparison.Ordinal);
        string content = document[start..end].Trim()
            .Replace($"rgb({Style.Ink.R},{Style.Ink.G},{Style.Ink.B})", "currentColor", StringComparison.Ordinal)
            .Replace($" font-family=\"{Style.Font}\"", "", StringComparison.Ordinal)
            .Replace(" dominant-baseline=\"baseline\"", "", StringComparison.Ordinal)
            .Replace(" font-weight=\"400\"", "", StringComparison.Ordinal);
        return new Svg(figure.Width, figure.Height, description, content);
    }

    /// <param name="pictures">Row by row, all of one size.</param>
    /// <param name="columns">How many stand side by side.</param>
    /// <param name="description">For readers who do not see it.</param>
    public static Svg Of(IReadOnlyList<Picture> pictures, int columns, string description)
    {
        const int Gap = 8;
        const int LabelHeight = 16;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (pictures.Count == 0)
        {
            throw new ArgumentException("pictures: none were given", nameof(pictures));
        }

        (int pixelsX, int pixelsY) = (pictures[0].Width, pictures[0].Height);
        int scale = Math.Max(1, 56 / Math.Max(pixelsX, pixelsY));
        (int width, int height) = (pixelsX * scale, pixelsY * scale);
        int pitchY = height + Gap + (pictures.Any(picture => picture.Label.Length > 0) ? LabelHeight : 0);
        int rows = (pictures.Count + columns - 1) / columns;

        StringBuilder content = new();
        for (int i = 0; i < pictures.Count; i++)
        {
            Picture picture = pictures[i];
            if (picture.Width != pixelsX || picture.Pixels.Length != pixelsX * pixelsY)
            {
                throw new ArgumentException(
                    $"pictures: number {i} has {picture.Pixels.Length} pixels in rows of {picture.Width}, the first is {pixelsX} x {pixelsY}");
            }

            (int x, int y) = (Gap + (i % columns * (width + Gap)), Gap + (i / columns * pitchY));
            string png = Convert.ToBase64String(Png.Encode(Grey(picture.Pixels.Span), pixelsX));
            content.Append(CultureInfo.InvariantCulture, $"<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" ");
            content.Append(CultureInfo.InvariantCulture, $"style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{png}\"/>\n");
            if (picture.Label.Length > 0)
            {
                content.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (width / 2)}\" y=\"{y + height + 13}\" font-size=\"12\" ");
                content.Append("text-anchor=\"middle\" fill=\"currentColor\">").Append(SectionBody.Escape(picture.Label)).Append("</text>\n");
            }
        }

        int shown = Math.Min(columns, pictures.Count);
        return new Svg(Gap + (shown * (width + Gap)), Gap + (rows * pitchY), description, content.ToString());
    }

    /// <summary>A document of its own.</summary>
    public string File() => $"{Root("color=\"#15191e\"")}\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{content}\n</svg>\n";

    /// <param name="prefix">Unique within the page: names inside an SVG are names of the whole page.</param>
    public string Inline(string prefix) =>
        Root("") + "\n" + content.Replace(ClipId, prefix + "-" + ClipId, StringComparison.Ordinal) + "\n</svg>";

    private string Root(string more) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" ")
        + $"aria-label=\"{SectionBody.Escape(description)}\" font-family=\"{Fonts}\" {more}>";

    private static byte[] Grey(ReadOnlySpan<float> pixels)
    {
        byte[] grey = new byte[pixels.Length];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = float.IsNaN(pixels[i]) ? (byte)0 : (byte)Math.Round(255 * Math.Clamp(pixels[i], 0, 1));
        }

        return grey;
    }
}
