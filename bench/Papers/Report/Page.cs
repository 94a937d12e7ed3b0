using System.Globalization;
using System.Text;

namespace Onsager.Papers.Report;

/// <summary>
/// <c>index.html</c>: all results in a folder on one page that needs nothing but itself, with no script, in light and dark and on paper.
/// </summary>
internal static class Page
{
    public const string FileName = "index.html";

    /// <summary>Writes the page anew from the results in <paramref name="directory"/>, in the catalogue's order.</summary>
    public static void Write(string directory)
    {
        StringBuilder overview = new();
        StringBuilder sections = new();
        foreach (IPaper paper in Catalogue.All)
        {
            string folder = Path.Combine(directory, paper.Name);
            string section = Path.Combine(folder, Section.FileName);
            if (ResultFile.Read(folder) is not ResultFile result || !File.Exists(section))
            {
                continue;
            }

            AppendOverview(overview, paper, result);
            sections.Append(File.ReadAllText(section));
        }

        Files.WriteAtomically(Path.Combine(directory, FileName), $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Onsager: papers reproduced</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>Papers reproduced with Onsager</h1>
            <p>Each claim below was computed again and held to a criterion that was fixed beforehand. The same seed gives the same
            fingerprint, which covers every number of a run to its last bit, whatever the number of threads.</p>
            <nav aria-label="Papers"><div class="scroll"><table>
            <thead><tr><th scope="col">Paper</th><th scope="col">Size</th><th scope="col" class="n">Hold</th><th scope="col" class="n">False</th>
            <th scope="col" class="n">Reported</th><th scope="col" class="n">Time</th></tr></thead>
            <tbody>
            {overview}</tbody></table></div></nav>
            {sections}</main>
            </body>
            </html>

            """);
    }

    private static void AppendOverview(StringBuilder html, IPaper paper, ResultFile result)
    {
        int failed = result.Count(false);
        string name = SectionBody.Escape(paper.Name);
        html.Append(CultureInfo.InvariantCulture, $"<tr><td><a href=\"#{name}\">{SectionBody.Escape(paper.Title)}</a></td>");
        html.Append(CultureInfo.InvariantCulture, $"<td>{SectionBody.Escape(result.Size)}</td><td class=\"n\">{result.Count(true)}</td>");
        html.Append(failed > 0 ? "<td class=\"n fail\">" : "<td class=\"n\">");
        html.Append(CultureInfo.InvariantCulture, $"{failed}</td><td class=\"n\">{result.Count(null)}</td>");
        html.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{Section.Duration(result.Seconds)}</td></tr>\n");
    }
}
