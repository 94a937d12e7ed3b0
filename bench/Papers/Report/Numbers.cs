using System.Globalization;

namespace Onsager.Papers.Report;

/// <summary>Numbers as a table shows them: four significant digits, or enough of them for a tolerance to be visible.</summary>
internal static class Numbers
{
    public static string Format(double value) => Format(value, 0);

    /// <param name="value">Any double.</param>
    /// <param name="tolerance">If positive, two digits of it show in the value.</param>
    public static string Format(double value, double tolerance)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
        }

        double size = Math.Abs(value);
        if (tolerance > 1e-12 && size is < 1e7 and > 1e-4)
        {
            return value.ToString("F" + Decimals(tolerance).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        if (size < 1e9 && value == Math.Truncate(value))
        {
            return value.ToString("0", CultureInfo.InvariantCulture);
        }

        string format = size switch
        {
            < 1e-4 or >= 1e7 => "0.###e+0",
            < 1000 => "G4",
            _ => "0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static int Decimals(double tolerance)
    {
        int decimals = 0;
        for (double scaled = tolerance; scaled < 10 && decimals < 12; scaled *= 10)
        {
            decimals++;
        }

        return decimals;
    }
}
