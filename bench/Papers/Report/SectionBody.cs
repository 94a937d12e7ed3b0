using System.Net;
using System.Text;

namespace Onsager.Papers.Report;

/// <summary>The findings of a paper as they come: pictures into its folder, and the HTML of its section.</summary>
/// <param name="folder">Exists; its name is the paper's.</param>
internal sealed class SectionBody(string folder)
{
    private readonly StringBuilder html = new();
    private readonly HashSet<string> files = [];

    public string Html => html.ToString();

    public void Heading(string text) => html.Append("<h3>").Append(Escape(text)).Append("</h3>\n");

    public void Text(string paragraph) => html.Append("<p>").Append(Escape(paragraph)).Append("</p>\n");

    public void Table(string title, IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        html.Append("<div class=\"scroll\"><table><caption>").Append(Escape(title)).Append("</caption>\n<thead><tr>");
        for (int column = 0; column < headers.Count; column++)
        {
            // A heading stands as its column does: numbers to the right.
            bool number = rows.Count > 0 && column < rows[0].Count && rows[0][column].Number.HasValue;
            html.Append(number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">").Append(Escape(headers[column])).Append("</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<Cell> row in rows)
        {
            if (row.Count != headers.Count)
            {
                throw new ArgumentException($"table '{title}': a row has {row.Count} cells under {headers.Count} headers");
            }

            html.Append("<tr>");
            foreach (Cell cell in row)
            {
                html.Append(cell.Number.HasValue ? "<td class=\"n\">" : "<td>");
                html.Append(cell.Number.HasValue ? Minus(Escape(cell.Text)) : Escape(cell.Text)).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    public void Plot(string fileName, Figure figure, string caption) => Add(fileName, Svg.Of(figure, caption), caption);

    public void Pictures(string fileName, IReadOnlyList<Picture> pictures, int columns, string caption) =>
        Add(fileName, Svg.Of(pictures, columns, caption), caption);

    /// <summary>Text made safe between tags and inside attributes.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Hyphens become minus signs: for numbers only.</summary>
    public static string Minus(string number) => number.Replace('-', '\u2212');

    private void Add(string fileName, Svg picture, string caption)
    {
        if (!fileName.EndsWith(".svg", StringComparison.Ordinal) || Path.GetFileName(fileName) != fileName)
        {
            throw new ArgumentException($"picture '{fileName}': a bare file name that ends in .svg is expected", nameof(fileName));
        }

        if (!files.Add(fileName))
        {
            throw new ArgumentException($"picture '{fileName}': the name is taken", nameof(fileName));
        }

        Files.WriteAtomically(Path.Combine(folder, fileName), picture.File());
        html.Append("<figure>\n").Append(picture.Inline($"{Path.GetFileName(folder)}-{Path.GetFileNameWithoutExtension(fileName)}"));
        html.Append("\n<figcaption>").Append(Escape(caption)).Append("</figcaption>\n</figure>\n");
    }
}
