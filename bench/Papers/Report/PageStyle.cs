namespace Onsager.Papers.Report;

/// <summary>The page's style sheet.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #15191e; --dim: #5a636e; --rule: #d9dde2; --soft: #f5f6f8;
          --pass: #00714f; --fail: #b3261e; --link: #0b5cad;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171b; --ink: #e4e7eb; --dim: #9aa4b0; --rule: #343a42; --soft: #1c2026;
            --pass: #4cc38a; --fail: #ff8a80; --link: #7ab7f5;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 17px/1.55 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
          font-kerning: normal; text-rendering: optimizeLegibility; hanging-punctuation: first last;
        }
        main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 6rem; }
        h1, h2, h3 { line-height: 1.2; text-wrap: balance; font-weight: 600; }
        h1 { font-size: 2rem; margin: 0 0 1rem; }
        h2 { font-size: 1.5rem; margin: 0 0 .4rem; }
        h3 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; }
        p { margin: 0 0 1rem; text-wrap: pretty; }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em; }
        section { margin-top: 4.5rem; padding-top: 1.5rem; border-top: 2px solid var(--ink); }
        .citation { color: var(--dim); font-style: italic; }
        code { font-family: var(--mono); font-size: .82em; }

        .run {
          display: flex; flex-wrap: wrap; gap: .5rem 1.8rem; margin: 1.4rem 0; padding: .8rem 1rem;
          background: var(--soft); border-radius: 6px; font: 14px/1.4 var(--sans);
        }
        .run dt { color: var(--dim); font-size: 12px; }
        .run dd { margin: 0; }
        .run .wide { flex-basis: 100%; }
        .run code { overflow-wrap: anywhere; }

        .scroll { overflow-x: auto; margin: 1.4rem 0; }
        table { border-collapse: collapse; width: 100%; font: 14px/1.4 var(--sans); font-variant-numeric: tabular-nums lining-nums; }
        caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
        th, td { text-align: left; vertical-align: baseline; padding: .38rem 1rem .38rem 0; border-bottom: 1px solid var(--rule); }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--dim); font-weight: 500; font-size: 12.5px; border-bottom-color: var(--dim); vertical-align: bottom; }
        tbody th { font-weight: 500; }
        .n { text-align: right; white-space: nowrap; }
        .target, .mark { white-space: nowrap; }
        .why { display: block; color: var(--dim); font-weight: 400; font-size: 13px; max-width: 30rem; }
        .pass { color: var(--pass); }
        .fail { color: var(--fail); font-weight: 600; }
        .none { color: var(--dim); }

        figure { margin: 2.2rem 0; }
        figure svg { display: block; max-width: 100%; height: auto; }
        figcaption { margin-top: .6rem; color: var(--dim); font-size: 15px; line-height: 1.45; max-width: 40rem; }

        @media print {
          body { font-size: 10.5pt; }
          main { max-width: none; padding: 0; }
          section { break-before: page; border: 0; margin: 0; }
          figure, tr { break-inside: avoid; }
        }
        """;
}
