namespace Onsager.Tensors;

/// <summary>The fields of a text of separated values (RFC 4180), one after the other, and where they stand.</summary>
internal ref struct CsvFields(ReadOnlySpan<byte> text, byte separator, string name)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly byte separator = separator;
    private readonly string name = name;
    private int at;
    private int lines;

    /// <summary>The line on which the record begins, counted from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The field's number in its record, counted from 1.</summary>
    public int Column { get; private set; }

    /// <summary>The field without quotes around it and, where it has none, without spaces around it; two quotes inside are still two.</summary>
    public ReadOnlySpan<byte> Field { get; private set; }

    /// <summary>Whether quotes stood around the field.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Whether the field is the last one of its record.</summary>
    public bool IsLast { get; private set; } = true;

    /// <summary>Goes to the next field; between records over lines with nothing on them. False at the end.</summary>
    /// <exception cref="InvalidDataException">Quotes do not close, or something stands behind or before them.</exception>
    public bool Next()
    {
        if (IsLast)
        {
            SkipBlankLines();
            if (at == text.Length)
            {
                return false;
            }

            Line = lines + 1;
            Column = 0;
        }

        Column++;
        int start = at;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        IsQuoted = start < text.Length && text[start] == (byte)'"';
        Field = IsQuoted ? Quoted(start + 1) : Plain();
        IsLast = at == text.Length || text[at] != separator;
        if (at < text.Length)
        {
            EndField();
        }

        return true;
    }

    /// <summary>What is wrong with the field, and where it is.</summary>
    public readonly InvalidDataException Bad(string what) => new($"{name}: line {Line}, column {Column}: {what}");

    private ReadOnlySpan<byte> Plain()
    {
        ReadOnlySpan<byte> rest = text[at..];
        int length = rest.IndexOfAny(separator, (byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> field = length < 0 ? rest : rest[..length];
        if (field.Contains((byte)'"'))
        {
            throw Bad("quotes stand around a whole field or not at all");
        }

        at += field.Length;
        int first = 0, end = field.Length;
        while (first < end && IsSpace(field[first]))
        {
            first++;
        }

        while (end > first && IsSpace(field[end - 1]))
        {
            end--;
        }

        return field[first..end];
    }

    private ReadOnlySpan<byte> Quoted(int start)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] == (byte)'\n')
            {
                lines++;
            }

            if (text[i] != (byte)'"')
            {
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == (byte)'"')
            {
                i++;
                continue;
            }

            at = i + 1;
            while (at < text.Length && IsSpace(text[at]))
            {
                at++;
            }

            return at == text.Length || text[at] == separator || text[at] is (byte)'\n' or (byte)'\r'
                ? text[start..i]
                : throw Bad("quotes stand around a whole field or not at all");
        }

        throw Bad("the quotes do not close");
    }

    private readonly bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' && b != separator;

    /// <summary>Goes behind a separator or the end of a line.</summary>
    private void EndField()
    {
        if (text[at] == separator)
        {
            at++;
            return;
        }

        EndLine();
    }

    private void EndLine()
    {
        at += text[at] == (byte)'\r' && at + 1 < text.Length && text[at + 1] == (byte)'\n' ? 2 : 1;
        lines++;
    }

    private void SkipBlankLines()
    {
        int look = at;
        while (look < text.Length)
        {
            if (text[look] is (byte)'\n' or (byte)'\r')
            {
                at = look;
                EndLine();
                look = at;
            }
            else if (IsSpace(text[look]))
            {
                look++;
            }
            else
            {
                return;
            }
        }

        at = look;
    }
}
