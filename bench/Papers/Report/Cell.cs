namespace Onsager.Papers.Report;

/// <summary>One cell of a table: text, or a number with the text that shows it.</summary>
internal readonly record struct Cell(string Text, double? Number = null)
{
    public Cell(double number)
        : this(Numbers.Format(number), number)
    {
    }

    /// <param name="number">Enters the fingerprint in full.</param>
    /// <param name="format">A .NET format string for what the reader sees, such as <c>F3</c>.</param>
    public Cell(double number, string format)
        : this(number.ToString(format, System.Globalization.CultureInfo.InvariantCulture), number)
    {
    }

    public static implicit operator Cell(string text) => new(text, null);

    public static implicit operator Cell(double number) => new(number);
}
