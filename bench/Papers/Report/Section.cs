using System.Globalization;
using System.Text;

namespace Onsager.Papers.Report;

/// <summary>
/// One paper's part of the report, kept as <c>section.html</c> beside its result, so that papers which run one after
/// another gather in one page.
/// </summary>
internal static class Section
{
    public const string FileName = "section.html";

    public static void Write(string folder, IPaper paper, ResultFile result, IReadOnlyList<Claim> claims, SectionBody body)
    {
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<section id=\"{SectionBody.Escape(paper.Name)}\">\n<header>\n");
        html.Append("<h2>").Append(SectionBody.Escape(paper.Title)).Append("</h2>\n");
        html.Append("<p class=\"citation\">").Append(SectionBody.Escape(paper.Citation)).Append("</p>\n");
        html.Append("<p>").Append(SectionBody.Escape(paper.Abstract)).Append("</p>\n</header>\n");
        AppendRun(html, result);
        AppendClaims(html, claims);
        html.Append(body.Html).Append("</section>\n");
        Files.WriteAtomically(Path.Combine(folder, FileName), html.ToString());
    }

    /// <summary>Removes a result, whole or partial, and its section.</summary>
    public static void Delete(string folder)
    {
        File.Delete(Path.Combine(folder, ResultFile.FileName));
        File.Delete(Path.Combine(folder, ResultFile.PartialName));
        File.Delete(Path.Combine(folder, FileName));
    }

    private static void AppendRun(StringBuilder html, ResultFile result)
    {
        html.Append("<dl class=\"run\">");
        Entry("size", result.Size);
        Entry("device", result.Device);
        Entry("seed", result.Seed.ToString(CultureInfo.InvariantCulture));
        Entry("threads", result.Threads.ToString(CultureInfo.InvariantCulture));
        Entry("time", Duration(result.Seconds));
        html.Append("<div class=\"wide\"><dt>fingerprint</dt><dd><code>").Append(result.Fingerprint).Append("</code></dd></div>");
        html.Append("</dl>\n");

        void Entry(string name, string value) =>
            html.Append("<div><dt>").Append(name).Append("</dt><dd>").Append(SectionBody.Escape(value)).Append("</dd></div>");
    }

    private static void AppendClaims(StringBuilder html, IReadOnlyList<Claim> claims)
    {
        if (claims.Count == 0)
        {
            return;
        }

        html.Append("<div class=\"scroll\"><table class=\"claims\">\n<thead><tr><th scope=\"col\">Claim</th>");
        html.Append("<th scope=\"col\" class=\"n\">Value</th><th scope=\"col\">Target</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n");
        foreach (Claim claim in claims)
        {
            html.Append("<tr><th scope=\"row\">").Append(SectionBody.Escape(claim.Name));
            if (claim.Explanation.Length > 0)
            {
                html.Append("<span class=\"why\">").Append(SectionBody.Escape(claim.Explanation)).Append("</span>");
            }

            html.Append("</th><td class=\"n\">").Append(SectionBody.Minus(claim.ValueText()));
            html.Append("</td><td class=\"target\">").Append(SectionBody.Minus(SectionBody.Escape(claim.Target())));
            html.Append("</td><td>").Append(Mark(claim.Pass)).Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    /// <summary>A verdict in shape, word and colour.</summary>
    private static string Mark(bool? pass) => pass switch
    {
        true => "<span class=\"mark pass\">✓ holds</span>",
        false => "<span class=\"mark fail\">✗ false</span>",
        null => "<span class=\"mark none\">reported</span>",
    };

    public static string Duration(double seconds) => seconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min");
}
