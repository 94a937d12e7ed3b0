namespace Onsager.Papers.Report;

/// <summary>A measured number, the criteria it was held to, and the verdict: null if it had none to meet.</summary>
internal sealed record Claim(
    string Name,
    double Value,
    double? Expected,
    double? Tolerance,
    double? Low,
    double? High,
    bool? Pass,
    string Explanation)
{
    public static Claim ReportOnly(string name, double value, string explanation) =>
        new(name, value, null, null, null, null, null, explanation);

    /// <inheritdoc cref="RunContext.Claim"/>
    public static Claim Judge(
        string name, double value, double? expected, double? tolerance, double? low, double? high, string explanation)
    {
        if (expected.HasValue != tolerance.HasValue)
        {
            throw new ArgumentException($"claim '{name}': expected and tolerance belong together, one is missing");
        }

        if (!expected.HasValue && !low.HasValue && !high.HasValue)
        {
            throw new ArgumentException($"claim '{name}': no criterion; a number without one is a Report");
        }

        foreach (double? bound in (ReadOnlySpan<double?>)[expected, tolerance, low, high])
        {
            if (bound is double given && !double.IsFinite(given))
            {
                throw new ArgumentException($"claim '{name}': a criterion is {given}, which is not finite");
            }
        }

        // Written so that NaN fails every comparison.
        bool pass = double.IsFinite(value)
            && (expected is not double e || Math.Abs(value - e) <= tolerance)
            && (low is not double l || value >= l)
            && (high is not double h || value <= h);
        return new Claim(name, value, expected, tolerance, low, high, pass, explanation);
    }

    /// <summary>The criteria in words: <c>0.543 ± 0.025, ≥ 0.5</c>; empty for a report.</summary>
    public string Target()
    {
        List<string> parts = [];
        if (Expected is double expected && Tolerance is double tolerance)
        {
            parts.Add($"{Numbers.Format(expected, tolerance)} ± {Numbers.Format(tolerance)}");
        }

        if (Low is double low && High is double high)
        {
            parts.Add($"{Numbers.Format(low)} … {Numbers.Format(high)}");
        }
        else if (Low is double least)
        {
            parts.Add($"≥ {Numbers.Format(least)}");
        }
        else if (High is double greatest)
        {
            parts.Add($"≤ {Numbers.Format(greatest)}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>The value, with as many digits as its tolerance asks for.</summary>
    public string ValueText() => Numbers.Format(Value, Tolerance ?? 0);
}
